"""The program's log tells where something went wrong, in lines, and nothing that came from outside."""

from __future__ import annotations

import os

from annotator import program_log
from annotator.errors import AnnotatorError
from annotator.i18n import message


def test_a_sentence_stands_there_without_its_values() -> None:
    error = AnnotatorError(message("Reading {name}", name="홍길동.dcm"), message("no permission"), message("Ask {whom}", whom="Dr. Kim"))
    assert program_log.pattern(error.message) == "Reading {name}: no permission. Ask {whom}."


def test_a_line_is_a_line() -> None:
    program_log.note("KIND", "a\nSTART b\x1b[31m\u202e")
    (line,) = program_log.read().splitlines()
    assert line.endswith(r"KIND a\x0aSTART b\x1b[31m\x202e")


def test_an_exception_is_told_by_its_kind_and_its_way() -> None:
    def inner() -> None:
        raise ValueError("홍길동")

    try:
        try:
            inner()
        except ValueError as cause:
            raise RuntimeError("19331224") from cause
    except RuntimeError as error:
        program_log.failed(error)
    first, second = program_log.read().splitlines()
    assert "RuntimeError at tests/test_program_log.py" in first
    assert "ValueError at tests/test_program_log.py" in second and "inner" in second
    assert "홍길동" not in first + second and "19331224" not in first + second


def test_the_log_does_not_grow_for_ever() -> None:
    for _ in range(3):
        program_log.note("A", "x" * (program_log.MOST + 1))
    assert sorted(path.name for path in program_log.path().parent.iterdir()) == ["program.1.log", "program.log"]
    assert len(program_log.read()) < 2 * program_log.MOST + 100


def test_what_cannot_be_written_is_no_error(monkeypatch, tmp_path) -> None:
    (tmp_path / "taken").write_text("", "ascii")
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path / "taken"))
    program_log.note("A", "b")
    assert program_log.read() == ""


def test_only_its_person_can_read_it() -> None:
    program_log.note("A", "b")
    assert os.name != "posix" or program_log.path().stat().st_mode & 0o077 == 0
