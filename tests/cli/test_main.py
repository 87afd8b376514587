"""The command answers in the person's language, with one sentence and an honest exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from annotator import __version__
from annotator.cli.main import commands, main
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange, Format
from annotator.i18n import message
from annotator.plugins import offers
from annotator.present import arguments
from annotator.present.arguments import Arguments, Command

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"annotator {__version__}\n"


def test_help_is_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help", "--language", "ko"]) == 0
    korean = capsys.readouterr().out
    assert korean.startswith("사용법:") and all(command.name in korean for command in commands())
    assert main(["demo", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: annotator demo")


def test_a_word_that_is_not_understood_ends_with_two_and_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--language", "ko", "--nonsense"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert "“--nonsense”은(는) 알 수 없는" in said.err


def test_a_project_is_made_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "폐암 과제"
    assert main(["new-project", "lung-cancer", str(folder)]) == 0
    assert str(folder) in capsys.readouterr().out
    assert (folder / "project.toml").is_file() and (folder / "categories.csv").is_file()


def test_an_unknown_definition_is_refused_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-project", "no-such-thing", str(tmp_path / "p")]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and "no-such-thing" in said.err


def test_every_format_is_listed_with_what_it_loses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formats"]) == 0
    listed = capsys.readouterr().out
    lines = {line.split()[0]: line for line in listed.splitlines()}
    for offered in (*offers("annotator.formats", "FORMAT"), *offers("annotator.formats", "EXCHANGE")):
        assert isinstance(offered, Format | Exchange)
        assert all(trait.value in lines[offered.id] for trait in offered.cannot_hold)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (AnnotatorError(message("Saving"), message("the disk is full"), message("Make room")), "Saving: the disk is full. Make room."),
        (PermissionError(13, "Permission denied", "x.json"), "Working with x.json: no permission. Put that right and start again."),
    ],
)
def test_a_failure_ends_with_one_and_one_sentence(
    error: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Arguments) -> int:
        raise error

    monkeypatch.setattr("annotator.cli.main.offers", lambda *_: (Command("fail", "Fail.", (), fail),))
    assert main(["fail"]) == 1
    assert capsys.readouterr().err == f"annotator: {sentence}\n"


def test_a_terminal_that_knows_no_hangul_does_not_end_the_program() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    said = subprocess.run(
        [sys.executable, "-m", "annotator", "--language", "ko", "--help"], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert said.returncode == 0 and b"--project DIR" in said.stdout and said.stderr == b""


def test_the_command_is_called_what_pyproject_calls_it() -> None:
    assert f'{arguments.PROGRAM} = "annotator.cli.main:main"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
