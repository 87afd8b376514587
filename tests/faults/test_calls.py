"""The n-th call of the system fails, for every n: the person is told, nothing acknowledged is touched, and trying again succeeds."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.document import Document
from annotator.errors import AnnotatorError
from annotator.workspace import drafts, projects, revisions
from annotator.workspace.durable import Calls, calling
from annotator.workspace.notice import SavedState, Severity, Topic
from annotator.workspace.session import Session
from tests.faults.campaign import each, short_or_long, tried
from tests.workspace.study import box, lung_project, opened, small_ct

CALLS = ("open", "write", "fsync", "replace", "close", "link", "unlink", "mkdir")
CODES = (errno.EIO, errno.ENOSPC)


def failing(name: str, number: int, code: int) -> tuple[Calls, list[int]]:
    """Calls of which the `number`-th of this name fails; and how often it was called."""
    passes, real = [0], getattr(Calls(), name)

    def call(*arguments: Any) -> Any:
        passes[0] += 1
        if passes[0] == number:
            if name == "close":
                real(*arguments)
            raise OSError(code, "injected")
        return real(*arguments)

    return replace(Calls(), **{name: call}), passes


def until_the_end(name: str, code: int, most: int, attempt: Callable[[int, Calls, list[int]], None]) -> int:
    """Let the first call fail, then the second, until none is left or `most` were tried; returns how many were."""
    for number in range(1, most + 1):
        calls, passes = failing(name, number, code)
        attempt(number, calls, passes)
        if passes[0] < number:
            return number - 1
    return most


@short_or_long(4, 400)
@pytest.mark.parametrize("code", CODES, ids=["EIO", "ENOSPC"])
def test_a_save_of_the_session_whose_nth_call_fails_is_told_and_kept_and_then_succeeds(tmp_path: Path, amount: int, code: int) -> None:
    images = small_ct(tmp_path / "images", slices=3, size=16)
    root = lung_project(tmp_path / "project").root
    first, _ = opened(root, images)
    first.choose_tool("tool.box")
    first.perform(box(2, 2, 8, 8))
    first.close()
    session, _ = opened(root, images)
    session.choose_tool("tool.box")
    heard: list[Severity] = []
    session.subscribe(lambda topic: heard.append(session.said.severity) if topic is Topic.MESSAGE and session.said else None)

    def attempt(number: int, calls: Calls, passes: list[int]) -> None:
        before = drawn(session)
        session.show(number % 3)
        session.perform(box(1 + number % 5, 1, 9, 12))
        session.look_after()  # a draft is there, which a save takes away
        now = session.document
        heard.clear()
        with calling(calls):
            session.save()
        if passes[0] >= number and session.saved_state is not SavedState.SAVED:
            assert Severity.ERROR in heard, "nobody was told"
            assert session.document == now
            assert drawn(session) in (before, now)
        session.save()
        assert session.saved_state is SavedState.SAVED
        assert drawn(session) == now
        assert not list((root / ".annotator" / "intents").glob("*"))

    for name in CALLS:
        tried(f"the n-th call of {name} fails in a save", until_the_end(name, code, amount, attempt))
    session.close()
    assert not list(root.rglob("*.tmp"))


def drawn(session: Session) -> Document:
    """The case as its one newest revision has it."""
    (head,), odd = revisions.heads(session.project.root, session.series.uid, keep=True)
    assert odd == ()
    return head.document


@short_or_long(3, 100)
@pytest.mark.parametrize("code", CODES, ids=["EIO", "ENOSPC"])
def test_a_project_whose_making_fails_is_told_and_then_finished(tmp_path: Path, amount: int, code: int) -> None:
    def attempt(number: int, calls: Calls, passes: list[int]) -> None:
        folder = tmp_path / f"{name}-{number}"
        made = None
        with calling(calls):
            try:
                made = projects.create("lung-cancer", folder)
            except AnnotatorError as error:
                assert "Making the project" in str(error) or "Opening the project" in str(error)
        made = made or (projects.open_project(folder) if (folder / "project.toml").exists() else projects.create("lung-cancer", folder))
        assert made.salt
        assert not made.read_only
        assert not list(folder.rglob("*.tmp"))

    for name in CALLS:
        tried(f"the n-th call of {name} fails while a project is made", until_the_end(name, code, amount, attempt))


@pytest.mark.parametrize("code", CODES, ids=["EIO", "ENOSPC"])
def test_a_draft_whose_nth_call_fails_is_told_and_written_the_next_minute(tmp_path: Path, code: int) -> None:
    images, root = small_ct(tmp_path / "images", slices=2, size=16), lung_project(tmp_path / "project").root
    session, _ = opened(root, images)
    session.choose_tool("tool.box")
    session.perform(box(2, 2, 8, 8))

    def attempt(number: int, calls: Calls, passes: list[int]) -> None:
        session.show(number % 2)
        session.perform(box(1 + number % 5, 1, 9, 12))
        with calling(calls):
            session.look_after()
        session.look_after()
        found, remarks = drafts.waiting(root, session.author)
        assert remarks == ()
        assert [draft.edit for draft in found][-1] == drafts.difference(drafts.NAME, Document(), session.document)

    def holds(name: str) -> None:
        assert until_the_end(name, code, 40, attempt) < 40

    each("a call fails while a draft is written", [f.name for f in fields(Calls) if f.name in CALLS], holds)
    session.close()
