"""The command line is understood, or refused in one sentence that names the word."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.i18n import use_language
from annotator.present.arguments import Arguments, Command, Option, UsageError, parse, spoken_language
from annotator.present.help import help_text


def run(_: Arguments) -> int:
    return 0


PLACES = (Option("source", "FROM", "what"), Option("target", "TO", "where"))
COPY = Command("copy", "Copy a thing.", (*PLACES, Option("--out", "DIR", "out")), run)


def test_without_words_the_window_opens_on_the_scratch_project() -> None:
    found = parse([], [COPY])
    assert (found.command, found.project, found.folders, found.language, found.user, found.role) == (None, None, (), None, None, None)


def test_the_window_takes_a_project_folders_and_a_person() -> None:
    found = parse(["--project", "폐암 과제", "a b", "--user=kim", "--role", "annotator", "--language", "ko", "c"])
    assert (found.project, found.folders) == (Path("폐암 과제"), (Path("a b"), Path("c")))
    assert (found.user, found.role, found.language) == ("kim", "annotator", "ko")


def test_a_command_takes_its_own_words() -> None:
    found = parse(["--language", "ko", "copy", "x", "--out", "y", "z"], [COPY])
    assert found.command is COPY
    assert (found.text("source"), found.text("target"), found.path("out"), found.language) == ("x", "z", Path("y"), "ko")


def test_a_folder_called_like_a_command_is_written_with_its_path() -> None:
    assert parse(["./copy"], [COPY]).folders == (Path("copy"),)
    assert parse(["--project", "copy"], [COPY]).project == Path("copy")


def test_a_place_called_like_what_stands_there_is_a_place() -> None:
    assert parse(["copy", "source", "target", "--out", "y"], [COPY]).values == {"source": ("source",), "target": ("target",), "out": ("y",)}


def test_after_two_dashes_nothing_is_an_option() -> None:
    assert parse(["--", "--project", "-x"]).folders == (Path("--project"), Path("-x"))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--projekt", "x"], "--projekt"),
        (["-p", "x"], "-p"),
        (["--project"], "--project"),
        (["--project", "--user", "kim"], "--project"),
        (["--project="], "--project"),
        (["--language", "fr"], "fr"),
        (["copy"], "FROM"),
        (["copy", "a"], "TO"),
        (["copy", "a", "b", "c"], "“c”"),
        (["copy", "a", "b", "--user", "kim"], "--user"),
    ],
)
def test_what_is_not_understood_is_named(words: list[str], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        parse(words, [COPY])


def test_help_and_version_are_answered_whatever_else_is_missing() -> None:
    assert parse(["copy", "--help"], [COPY]).help
    assert parse(["-h"]).help
    assert parse(["--version"]).version


def test_the_language_asked_for_is_known_before_anything_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spoken_language(["--nonsense", "--language", "ko"]) == "ko"
    assert spoken_language(["--language=en"]) == "en"
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert spoken_language(["--language"]) == "ko"
    assert spoken_language(["--language", "en"]) == "en"


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("command", [None, COPY])
def test_the_help_names_everything_and_fits_a_terminal(command: Command | None, language: str) -> None:
    use_language(language)
    text = help_text(command, [COPY])
    wanted = ["FROM", "TO", "--out DIR"] if command else ["FOLDER", "--project DIR", "--user NAME", "--role ROLE", "copy", "--version"]
    assert [name for name in [*wanted, "--language ko|en", "--help"] if name not in text] == []
    assert max(len(line) + sum("가" <= sign <= "힣" for sign in line) for line in text.splitlines()) <= 100


def test_a_switch_takes_no_value() -> None:
    tidy = Command("tidy", "Tidy up.", (Option("place", "DIR", "what"), Option("--really", "", "do it", switch=True)), run)
    found = parse(["tidy", "--really", "x"], [tidy])
    assert found.has("really") and found.text("place") == "x"
    assert not parse(["tidy", "x"], [tidy]).has("really")
    assert "[--really]" in help_text(tidy, [tidy])
    with pytest.raises(UsageError):
        parse(["tidy", "--really=no", "x"], [tidy])
