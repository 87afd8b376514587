"""`annotator aside` shows what was moved aside and removes it only after a yes; `annotator verify` tells of it."""

from __future__ import annotations

import io
import json
import os
import time
from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.paths import local_folder
from annotator.workspace.projects import create

DAY = 86_400


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that keeps an old draft and a new file of others."""
    folder = create("scratch", tmp_path / "project").root
    for name, age in (("drafts/kim/aside/old.json", 40), ("quarantine/delivered/new.json", 0)):
        path = folder / ".annotator" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * 2048)
        os.utime(path, (time.time() - age * DAY, time.time() - age * DAY))
    return folder


def listed(root: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    capsys.readouterr()
    assert main(["aside", str(root), "--json", *words]) == 0
    return [Path(json.loads(line)["path"]).name for line in capsys.readouterr().out.splitlines()]


def test_it_is_shown_with_size_and_age_and_stays(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["aside", str(root)]) == 0
    told = capsys.readouterr().out
    day = time.strftime("%Y-%m-%d", time.localtime(time.time() - 40 * DAY))
    assert f"draft  Unsaved work of another start that was not taken: 1 files, 2.0 KB, the oldest of {day}" in told
    assert "Kept aside: 2 files, 4.0 KB" in told
    assert listed(root, capsys) == ["old.json", "new.json"]
    assert listed(root, capsys, "--older", "30") == ["old.json"]
    assert listed(root, capsys, "--kind", "replaced") == ["new.json"]


def test_verify_tells_of_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(root)]) == 0
    assert "Unsaved work of another start that was not taken: 1 files, 2.0 KB" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "left"), [("yes\n", ["new.json"]), ("no\n", ["old.json", "new.json"]), ("", ["old.json", "new.json"])])
def test_it_goes_only_after_a_yes(
    root: Path, typed: str, left: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert main(["aside", str(root), "--older", "30", "--remove"]) == (0 if len(left) == 1 else 1)
    assert listed(root, capsys) == left


def test_what_may_be_of_other_projects_goes_only_where_it_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = local_folder() / "history" / "abc.lines"
    history.parent.mkdir(parents=True, exist_ok=True)
    history.write_bytes(b"undo")
    assert main(["aside", str(root), "--remove", "--yes"]) == 0
    assert listed(root, capsys) == ["abc.lines"]
    assert main(["aside", str(root), "--remove", "--yes", "--kind", "history"]) == 0
    assert listed(root, capsys) == [] and not history.exists()
