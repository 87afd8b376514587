"""`annotator finding` writes of one study, takes back, and lists what was written, earlier versions too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli.main import main
from tests.workspace.study import into_the_tree, lung_project
from tests.workspace.test_visiting import study


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one study of each of two patients."""
    root = lung_project(tmp_path / "project").root
    for number in (1, 2):
        into_the_tree(study(tmp_path / "images" / str(number), number, f"P{number}"), root, f"P00000{number}", "S001")
    return root


def listed(root: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    capsys.readouterr()
    assert main(["finding", str(root), "--json", *words]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, list)
    return found


def test_a_finding_is_written_searched_taken_back_and_its_history_listed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["finding", str(root), "--find", "P000001", "--write", "우상엽 결절 010-1234-5678", "--user", "김"]) == 0
    assert "telephone" in capsys.readouterr().out
    (one,) = listed(root, capsys)
    assert (one["patient"], one["text"], one["person"]) == ("P000001", "우상엽 결절 010-1234-5678", "김")
    assert main(["worklist", str(root), "--find", "결절", "--json"]) == 0
    assert [entry["patient"] for entry in json.loads(capsys.readouterr().out)] == ["P000001"]
    assert main(["finding", str(root), "--study", one["study"], "--take-back", "--user", "이"]) == 0
    assert [two["text"] for two in listed(root, capsys)] == [""]
    assert [two["person"] for two in listed(root, capsys, "--history")] == ["김", "이"]
    assert main(["finding", str(root)]) == 0
    assert "(taken back)" in capsys.readouterr().out


def test_one_study_must_be_meant(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--find", "P000003"]):
        assert main(["finding", str(root), *words, "--write", "x"]) == 1
    assert "--study" in capsys.readouterr().err and listed(root, capsys) == []
