"""Cases that were left are put down after a while, and are as they were when one comes back: document, ids, undo and redo."""

from __future__ import annotations

import errno
import gc
import shutil
import weakref
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain import lesions
from annotator.domain.document import Document
from annotator.formats import edit_text
from annotator.paths import local_folder
from annotator.present.slice_marks import SliceReader
from annotator.workspace import resting
from annotator.workspace.durable import Calls, calling
from annotator.workspace.notice import SavedState
from annotator.workspace.session import Session
from tests.workspace.study import box, lung_project, opened

CASES = 6


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six cases of two slices."""
    from annotator.dicom.phantom.chest_ct import chest_ct

    folder = tmp_path_factory.mktemp("six")
    for number in range(1, CASES + 1):
        chest_ct(folder / str(number), slices=2, size=32, seed=number)
    return folder


@pytest.fixture
def session(images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Of its cases two stay at hand."""
    monkeypatch.setattr(resting, "KEPT", 2)
    monkeypatch.setattr(lesions, "_SPARE", 0)
    return opened(lung_project(tmp_path / "p").root, images)[0]


def go_to(session: Session, place: int) -> None:
    session.open_series(session.catalogue.in_order[place].uid)


def draw(session: Session, left: float) -> None:
    session.choose_tool("tool.box")
    session.perform(box(left, 5, left + 7, 12))


def watched(session: Session) -> weakref.ref[Document]:
    """The document of the open case, without keeping it."""
    return weakref.ref(session.document)


def gone(document: weakref.ref[Document]) -> bool:
    gc.collect()
    return document() is None


def test_what_was_left_long_ago_takes_no_memory_any_more(session: Session) -> None:
    seen, shapes, reader = [], [], SliceReader()
    for place in range(CASES):
        go_to(session, place)
        draw(session, 5)
        seen.append(watched(session))
        shapes.append(weakref.ref(session.annotations[0].shape))
        assert len(session.listed_lesions()) == 1 and not session.lesions()
        assert reader.read(session, session.panes[0]).marks[0].count == 1
    assert [gone(document) for document in seen] == [True] * (CASES - 2) + [False] * 2
    edit_text._written.clear()  # the texts of the last few annotations
    assert [shape() is None for shape in shapes] == [True] * (CASES - 2) + [False] * 2


def test_who_comes_back_finds_everything_and_can_take_it_back(session: Session) -> None:
    go_to(session, 0)
    documents = [session.document]
    for left in (2, 11, 20):
        draw(session, left)
        documents.append(session.document)
    session.undo()
    times = [step.time for step in session.history.steps]
    for place in range(1, CASES):
        go_to(session, place)
        draw(session, 5)
    go_to(session, 0)
    brought = watched(session)
    assert session.document == documents[2] and session.saved_state is SavedState.SAVED
    session.recall()
    assert [step.time for step in session.history.steps] == times and session.history.place == 2
    session.redo()
    assert session.document == documents[3]
    for document in reversed(documents[:3]):
        session.undo()
        assert session.document == document
    for _ in range(3):
        session.redo()
    draw(session, 5)
    assert max(a.id for a in session.annotations) == 4
    documents.clear()
    for place in range(1, CASES):
        go_to(session, place)
    assert gone(brought)


def test_one_that_could_not_be_saved_stays_at_hand_and_is_saved_later(session: Session) -> None:
    go_to(session, 0)
    draw(session, 5)
    unsaved = watched(session)

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with calling(replace(Calls(), replace=refuse, link=refuse, rename=refuse)):
        go_to(session, 1)
    for place in range(2, CASES):
        go_to(session, place)
        draw(session, 5)
    assert not gone(unsaved) and session.saved_state is SavedState.FAILED
    session.save()
    assert session.saved_state is SavedState.SAVED
    go_to(session, 1)
    assert gone(unsaved)
    go_to(session, 0)
    assert len(session.annotations) == 1


def test_one_whose_edits_are_not_on_this_computers_disk_stays_at_hand(session: Session) -> None:
    go_to(session, 0)
    draw(session, 5)
    shutil.rmtree(local_folder() / "history")
    (local_folder() / "history").touch()
    draw(session, 15)
    kept = watched(session)
    for place in range(1, CASES):
        go_to(session, place)
    assert not gone(kept)
    go_to(session, 0)
    session.undo()
    session.undo()
    assert not session.annotations


def test_one_that_another_view_shows_stays_at_hand(session: Session) -> None:
    go_to(session, 0)
    draw(session, 5)
    shown = watched(session)
    session.add_pane()
    for place in range(1, CASES):
        go_to(session, place)
        draw(session, 5)
    assert not gone(shown)
    assert [len(pane.annotations) for pane in session.panes if pane.series is not None] == [1, 1]


def test_what_is_left_of_a_case_that_was_taken_up_is_not_offered_again(session: Session, images: Path) -> None:
    go_to(session, 0)
    draw(session, 5)
    root = session.project.root
    session._keeping.noting.journal.close()  # as if the process had died: the edit is in the journal alone
    again, _ = opened(root, images)
    assert [left.case for left in again.left] == [again.catalogue.in_order[0].uid] or len(again.restored) == 1
    for place in range(CASES):
        go_to(again, place)
        if place:
            draw(again, 5)
    assert not again.left
