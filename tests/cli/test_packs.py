"""`annotator pack` and `annotator merge`: a folder goes out and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.domain.person import Acting, Person, Role
from annotator.workspace import people
from annotator.workspace.projects import open_project
from tests.workspace.handover.accepted import draw, made, redraw


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "project", tmp_path / "images", patients=1).root


def test_a_pack_goes_out_and_comes_back(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "pack"
    assert main(["pack", str(root), "--out", str(out), "--for", "홍길동"]) == 0
    assert "1 cases" in capsys.readouterr().out
    assert main(["verify", str(out)]) == 0
    redraw(open_project(out / "project"), next((out / "project").rglob("dcm")))
    assert main(["merge", str(root), str(out)]) == 0
    assert "1 revisions" in capsys.readouterr().out
    redraw(open_project(root), next(root.rglob("dcm")))
    draw(open_project(out / "project"), next((out / "project").rglob("dcm")))
    assert main(["merge", str(root), str(out)]) == 1
    assert "conflict" in capsys.readouterr().out


def test_what_is_no_pack_is_said(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge", str(root), str(tmp_path)]) == 2
    assert "no exchange pack" in capsys.readouterr().err
    assert main(["pack", str(root), "--out", str(tmp_path / "p"), "--for", "홍길동", "--find", "nothing"]) == 2
    assert main(["pack", str(root), "--out", str(root / "p"), "--for", "홍길동"]) == 2
    assert not (root / "p").exists()


def test_only_a_manager_packs_for_somebody_of_the_project(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                          monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "now", pin="0000")
    people.change(root, Person("김", frozenset({Role.SPECIALIST})), Acting("최", Role.MANAGER), "now", pin="0000")
    monkeypatch.setenv("ANNOTATOR_PIN", "0000")
    words = ["pack", str(root), "--out", str(tmp_path / "p"), "--for"]
    assert main([*words, "김", "--user", "김"]) == 2
    assert main([*words, "누구", "--user", "최"]) == 2
    assert "nobody of this name" in capsys.readouterr().err
    assert main([*words, "김", "--user", "최"]) == 0
