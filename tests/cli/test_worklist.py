"""`annotator worklist` lists what the project holds, gives it out, and writes it down; `annotator people` says who is there."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from annotator.cli.main import main
from annotator.workspace import people
from tests.workspace.study import into_the_tree, lung_project, small_ct


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lung project with two patients in its tree and three people."""
    images = small_ct(tmp_path / "images", slices=2, size=32)
    root = lung_project(tmp_path / "project").root
    into_the_tree(images, root, "P000001", "S001")
    monkeypatch.setenv("ANNOTATOR_NEW_PIN", "0000")
    assert main(["people", str(root), "set", "최", "--roles", "manager", "--user", "root"]) == 0
    monkeypatch.setenv("ANNOTATOR_PIN", "0000")
    for name, role in (("김", "specialist"), ("이", "specialist,annotator")):
        assert main(["people", str(root), "set", name, "--roles", role, "--user", "최"]) == 0
    return root


def listed(root: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert main(["worklist", str(root), "--json", *words]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, list)
    return found


def test_the_cases_of_the_tree_are_listed_by_themselves(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (entry,) = listed(root, capsys)
    assert (entry["patient"], entry["state"], entry["class_folder"], entry["images"]) == ("P000001", "new", "benign", 2)
    assert listed(root, capsys, "--state", "review") == [] and listed(root, capsys, "--find", "p000001")


def test_a_manager_gives_cases_out_and_nobody_else_does(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worklist", str(root), "--give", "김", "--user", "최"]) == 0
    assert listed(root, capsys, "--assignee", "김")[0]["assignee"] == "김"
    assert main(["worklist", str(root), "--give", "이", "--user", "이", "--role", "annotator"]) == 1
    assert listed(root, capsys)[0]["assignee"] == "김"
    assert main(["worklist", str(root), "--shares", "이=3,김=0", "--seed", "5", "--user", "최"]) == 0
    assert listed(root, capsys)[0]["assignee"] == "이"


@pytest.mark.parametrize("shares", ["김=x", "김=0", ","])
def test_shares_that_mean_nothing_are_refused(root: Path, shares: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worklist", str(root), "--shares", shares, "--user", "최"]) == 1
    assert "김=2,이=1" in capsys.readouterr().err


def test_the_list_goes_to_a_workbook(root: Path, tmp_path: Path) -> None:
    assert main(["worklist", str(root), "--out", str(tmp_path / "list.xlsx")]) == 0
    rows = list(openpyxl.load_workbook(io.BytesIO((tmp_path / "list.xlsx").read_bytes())).active.iter_rows(values_only=True))
    assert rows[0][0] == "Patient" and rows[1][0] == "P000001" and len(rows) == 2


def test_the_people_are_listed_and_a_wrong_role_or_pin_changes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["people", str(root)]) == 0
    assert "이  specialist, annotator" in capsys.readouterr().out
    before = people.read(root)
    assert main(["people", str(root), "set", "김", "--roles", "king", "--user", "최"]) == 1
    assert main(["people", str(root), "set", "김", "--roles", "manager", "--user", "김"]) == 1
    monkeypatch.setenv("ANNOTATOR_PIN", "9999")
    assert main(["people", str(root), "remove", "김", "--user", "최"]) == 1
    assert people.read(root) == before
    monkeypatch.setenv("ANNOTATOR_PIN", "0000")
    assert main(["people", str(root), "remove", "김", "--user", "최"]) == 0
    assert "works here no longer" in capsys.readouterr().out
    assert main(["people", str(root), "pin", "김", "--user", "최"]) == 1


def test_a_project_without_people_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = lung_project(tmp_path / "other").root
    assert main(["people", str(root)]) == 0
    assert "everybody may do everything" in capsys.readouterr().out


def test_where_nobody_can_type_a_pin_it_is_said(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANNOTATOR_NEW_PIN")
    monkeypatch.setattr("getpass.getpass", nobody)
    assert main(["people", str(root), "set", "정", "--roles", "reviewer", "--user", "최"]) == 1
    assert "ANNOTATOR_NEW_PIN" in capsys.readouterr().err


def nobody(prompt: str) -> str:
    raise EOFError(prompt)


def test_cases_are_narrowed_by_plane_device_sex_and_age_and_counted(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (entry,) = listed(root, capsys)
    assert entry["plane"] == "axial" and entry["device"]
    for words in (["--plane", "axial,coronal"], ["--device", str(entry["device"])], ["--sex", str(entry["sex"]) or "none"]):
        assert len(listed(root, capsys, *words)) == 1
    for words in (["--plane", "coronal"], ["--device", "none"], ["--age", "90+"], ["--find", "nothing like this"]):
        assert listed(root, capsys, *words) == []
    assert main(["worklist", str(root), "--plane", "diagonal"]) == 1
    assert "axial" in capsys.readouterr().err
    assert main(["worklist", str(root), "--counts", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["all"] == {"patients": 1, "studies": 1, "cases": 1, "images": 2} and counts["plane"]["axial"]["images"] == 2
    (benign,) = (one for one in counts["classes"] if (one["modality"], one["class"]) == ("CCT", "benign"))
    assert (benign["images"], benign["target_images"], benign["target_patients"]) == (2, 150_000, 1_000)
    assert main(["worklist", str(root), "--counts"]) == 0
    assert "CCT · benign  1 patients, 1 studies, 1 cases, 2 images  target: 150,000 images" in capsys.readouterr().out
