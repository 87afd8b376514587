"""Whenever the window's process is killed, what was done before can be taken back step by step, to the very first document."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from annotator.domain.document import Document
from annotator.workspace import journal, past, projects, store
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests import forked
from tests.workspace.study import box, lung_project, small_ct

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")

POINTS = (*(f"{point}:{turn}" for point in past.POINTS for turn in (1, 4, 9)), *(f"{point}:5" for point in journal.POINTS[:2]),
          *(f"{point}:2" for point in (*journal.POINTS[2:4], *store.POINTS)))  # fmt: skip
DEEDS = "dddunddsuuddsrdnusd"
"""draw, note, undo, redo, save: what a person does, so that the same documents come again."""


def opened(place: Path) -> Session:
    session = Session(projects.open_project(place / "project"), Immediate(), author="판독자", clock=lambda: "2026-03-04T05:06:07+09:00")
    session.open_folder([place / "images"])
    session.choose_tool("tool.box")
    session.recall()
    return session


def act(session: Session, number: int) -> None:
    """Do one of the deeds."""
    deed = DEEDS[number % len(DEEDS)]
    if deed == "d":
        session.show(number % 3)
        session.perform(box(2 + number % 9, 3, 12 + number % 7, 14))
    elif deed == "n" and session.annotations:
        session.annotate([session.annotations[0].id], f"note {number}")
    elif deed == "u":
        session.undo()
    elif deed == "r":
        session.redo()
    elif deed == "s":
        session.save()


def work(place: Path, home: str, point: str, said: Connection) -> None:
    """Do all deeds, and say after each which it was."""
    os.environ["ANNOTATOR_HOME"] = home
    os.environ["ANNOTATOR_FAULT"] = point
    session = opened(place)
    for number in range(len(DEEDS)):
        act(session, number)
        said.send(number + 1)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[list[Document]]:
    """After so many deeds: the documents of all places of the history, and at the end the one that is shown."""
    place = tmp_path_factory.mktemp("calm")
    before, os.environ["ANNOTATOR_HOME"] = os.environ["ANNOTATOR_HOME"], str(place / "home")
    small_ct(place / "images", slices=3, size=32)
    lung_project(place / "project")
    session = opened(place)
    found = [states(session)]
    for number in range(len(DEEDS)):
        act(session, number)
        found.append(states(session))
    session.close()
    os.environ["ANNOTATOR_HOME"] = before
    return found


def states(session: Session) -> list[Document]:
    return [*(session.history.at(place).document for place in range(len(session.history.steps) + 1)), session.document]


@pytest.mark.parametrize("point", ["", *POINTS])
def test_killed_at_a_named_point_the_history_is_whole(tmp_path: Path, expected: list[list[Document]], point: str) -> None:
    small_ct(tmp_path / "images", slices=3, size=32)
    lung_project(tmp_path / "project")
    context = forked.context()
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=work, args=(tmp_path, os.environ["ANNOTATOR_HOME"], point, theirs))
    worker.start()
    theirs.close()
    acknowledged = 0
    try:
        while True:
            acknowledged = ours.recv()
    except EOFError:
        pass
    worker.join(60)
    ours.close()
    assert worker.exitcode == -signal.SIGKILL
    assert point == "" or acknowledged < len(DEEDS), f"{point} was never reached"
    session = opened(tmp_path)
    assert states(session) in expected[acknowledged : acknowledged + 2] or undone_is_an_edit(session, expected, acknowledged)
    session.close()


def undone_is_an_edit(session: Session, expected: list[list[Document]], acknowledged: int) -> bool:
    """An undo that only the journal had heard of comes back as an edit of its own: as much can be taken back, in one step more."""
    found, wanted = states(session), expected[min(acknowledged + 1, len(expected) - 1)]
    return found[-1] == wanted[-1] and all(document in found for document in expected[acknowledged])
