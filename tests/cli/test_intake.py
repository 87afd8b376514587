"""`annotator intake` shows the table first, and writes when two people have confirmed it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.domain.person import Acting, Person, Role
from annotator.workspace import people
from tests.workspace.intake import exports


def test_nothing_is_written_before_two_have_confirmed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports.ct(tmp_path / "export")
    project = exports.project(tmp_path / "p")
    words = ["intake", str(project.root), str(tmp_path / "export"), "--jobs", "1", "--no-look"]
    table = tmp_path / "table.xlsx"
    assert main([*words, "--table", str(table)]) == 0
    told = capsys.readouterr().out
    assert "4 files, 1 series: 1 are taken" in told and "Nothing was written" in told and table.is_file()
    assert not list(project.root.rglob("*.dcm"))
    assert main([*words, "--table", str(table), "--confirmed-by", "A", "--confirmed-by", "B", "--language", "ko"]) == 0
    assert "파일 4개를 저장함" in capsys.readouterr().out and len(list(project.root.rglob("*.dcm"))) == 4


def test_everything_is_said_as_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports.ct(tmp_path / "export")
    project = exports.project(tmp_path / "p")
    words = ["intake", str(project.root), str(tmp_path / "export"), "--jobs", "1", "--no-look", "--json"]
    assert main([*words, "--confirmed-by", "A", "--confirmed-by", "B"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["series"][0]["taken"] and second["files written"] == 4


def test_one_person_is_not_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports.ct(tmp_path / "export")
    project = exports.project(tmp_path / "p")
    assert main(["intake", str(project.root), str(tmp_path / "export"), "--jobs", "1", "--no-look", "--confirmed-by", "A"]) == 1
    assert "two different people" in capsys.readouterr().err


def test_where_nobody_can_type_a_pin_it_says_how_to_give_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    exports.ct(tmp_path / "export")
    project = exports.project(tmp_path / "p")
    people.change(project.root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "now", pin="0000")
    people.change(project.root, Person("김", frozenset({Role.MANAGER})), Acting("최", Role.MANAGER), "now", pin="0000")
    monkeypatch.delenv("ANNOTATOR_PIN", raising=False)
    words = ["intake", str(project.root), str(tmp_path / "export"), "--jobs", "1", "--no-look"]
    assert main([*words, "--confirmed-by", "최", "--confirmed-by", "김"]) == 1
    assert "ANNOTATOR_PIN" in capsys.readouterr().err
    assert not list(project.root.rglob("*.dcm"))
