"""`annotator project check` says all that is wrong with a definition, and ends with 1 where something is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.paths import resources_folder
from annotator.workspace.projects import create
from tests.workspace.test_redefinition import edit, made, swapped

__all__ = ["made"]
LUNG = resources_folder() / "projects" / "lung-cancer"


def test_a_sound_definition_shows_every_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["project", "check", str(LUNG)]) == 0
    out = capsys.readouterr().out
    assert "mask   lung_cancer/pet-ct/benign/P000001/S001/binary/pct_P000001_S001_0001_4_binary.dcm  (PCT  PCT4)" in out
    assert "id     P000001 … P999999  (patient)" in out
    assert out.splitlines()[-1] == "112 names, 0 errors, 0 remarks"


def test_an_error_is_told_with_file_line_and_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shutil.copytree(LUNG, tmp_path / "mine")
    text = (folder / "project.toml").read_text("utf-8")
    (folder / "project.toml").write_text(text.replace("foreground = 255", "foreground = 300"), "utf-8")
    assert main(["project", "check", str(folder)]) == 1
    out = capsys.readouterr().out
    line = 1 + text[: text.index("foreground = 255")].count("\n")
    assert f"error  Reading project.toml, line {line}, key “mask.foreground”" in out
    assert main(["project", "check", str(folder), "--language", "ko"]) == 1
    assert f"project.toml {line}번째 줄, 키 “mask.foreground”" in capsys.readouterr().out


def test_an_unknown_key_is_a_remark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = create("lung-cancer", tmp_path / "p")
    edit(project, "project.toml", "drawn_classes", "drawn_clases")
    assert main(["project", "check", str(project.root)]) == 0
    assert "“drawn_clases” is not known and has no effect; “drawn_classes” may be meant" in capsys.readouterr().out


def test_ids_that_changed_places_are_an_error_until_they_are_accepted(made, capsys: pytest.CaptureFixture[str]) -> None:
    path = made.root / "categories.csv"
    path.write_text(swapped(path.read_text("utf-8")), "utf-8")
    assert main(["project", "check", str(made.root)]) == 1
    assert "would mean something else" in capsys.readouterr().out
    assert main(["project", "accept", str(made.root)]) == 1
    assert "--renamed CCT1,CCT2" in capsys.readouterr().err
    assert main(["project", "accept", str(made.root), "--renamed", "CCT1,CCT2"]) == 0
    assert "The definition in" in capsys.readouterr().out
    assert main(["project", "check", str(made.root)]) == 0


def test_only_two_things_can_be_done() -> None:
    assert main(["project", "mend", "x"]) == 2
