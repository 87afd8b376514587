"""`annotator deliver` checks, delivers what is accepted, and `annotator verify` says whether a copy is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.domain.person import Acting, Person, Role
from annotator.workspace import people
from tests.workspace.handover.accepted import accept, listed, made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one accepted patient in its tree."""
    folder = made(tmp_path / "project", tmp_path / "images", patients=1)
    accept(folder, listed(folder, tmp_path / "list.sqlite").entries()[0].case)
    return folder.root


def test_a_delivery_is_made_and_its_copy_verified(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["deliver", str(root), "--out", str(tmp_path / "out"), "--version", "1.0", "--jobs", "1"])
    told = capsys.readouterr()
    assert code == 0, told.out + told.err
    assert "1 cases, 3 images" in told.out
    assert main(["verify", str(tmp_path / "out" / "1.0")]) == 0
    next((tmp_path / "out" / "1.0").rglob("*_binary.dcm")).unlink()
    assert main(["verify", str(tmp_path / "out" / "1.0"), "--json"]) == 1
    assert main(["deliver", str(root), "--out", str(tmp_path / "out"), "--version", "1.0", "--jobs", "1"]) == 2


def test_an_error_of_the_check_on_an_accepted_case_stops_it(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    next(root.rglob("*_binary.dcm")).unlink()
    assert main(["deliver", str(root), "--out", str(tmp_path / "out"), "--version", "1.0", "--jobs", "1"]) == 1
    assert "Nothing was delivered" in capsys.readouterr().out
    assert not (tmp_path / "out" / "1.0").exists()


def test_only_a_manager_delivers(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "now", pin="0000")
    people.change(root, Person("김", frozenset({Role.SPECIALIST})), Acting("최", Role.MANAGER), "now", pin="0000")
    monkeypatch.setenv("ANNOTATOR_PIN", "0000")
    arguments = ["deliver", str(root), "--out", str(tmp_path / "out"), "--version", "1.0", "--jobs", "1", "--user"]
    assert main([*arguments, "김"]) == 2
    assert "manager" in capsys.readouterr().err
    assert main([*arguments, "최"]) == 0


@pytest.mark.parametrize("version", ["", "../x", "1.0/../.."])
def test_a_version_never_leads_out_of_the_folder(root: Path, tmp_path: Path, version: str) -> None:
    code = main(["deliver", str(root), "--out", str(tmp_path / "out"), "--version", version, "--jobs", "1"])
    assert code == (2 if not version else 0)
    assert not version or [path.parent.name for path in tmp_path.rglob("MANIFEST.sha256")] != [tmp_path.name]
    assert all((tmp_path / "out") in path.parents for path in tmp_path.rglob("MANIFEST.sha256"))
