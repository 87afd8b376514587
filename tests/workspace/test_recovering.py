"""Work that no save holds: given back by the journal of this computer, offered from the drafts of others, told before a disk is full."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.document import Document
from annotator.errors import AnnotatorError
from annotator.i18n import message, say
from annotator.workspace import drafts, journal, projects, revisions, room
from annotator.workspace.notice import SavedState, Severity, Topic
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box, lung_project, small_ct

Start = Callable[..., Session]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    small_ct(tmp_path / "images", slices=3, size=32)
    lung_project(tmp_path / "project")
    return tmp_path


@pytest.fixture
def start(place: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Start on a computer of this name; one that was not used before has an empty disk."""

    def started(computer: str = "one", person: str = "판독자") -> Session:
        monkeypatch.setenv("ANNOTATOR_HOME", str(place / computer))
        monkeypatch.setattr(drafts.socket, "gethostname", lambda: computer)
        session = Session(projects.open_project(place / "project"), Immediate(), author=person, clock=lambda: "2026-03-04T05:06:07+09:00")
        session.heard = []
        session.subscribe(lambda topic: session.heard.append(session.said) if topic is Topic.MESSAGE else None)
        session.open_folder([place / "images"])
        session.choose_tool("tool.box")
        return session

    return started


def draw(session: Session, *places: int) -> None:
    for x in places:
        session.perform(box(x, 3, x + 4, 9))


def die(session: Session) -> None:
    """The process is gone, with its locks."""
    session._keeping.noting.journal._life.close()


def said(session: Session, words: str) -> list[Severity]:
    return [told.severity for told in session.heard if words in say(told.message)]


def files(place: Path) -> list[str]:
    return sorted(path.name for path in (place / "project" / ".annotator" / "drafts").rglob("*.json"))


def test_what_the_journal_gave_back_is_told_and_can_be_taken_back(start: Start) -> None:
    first = start()
    draw(first, 2, 10)
    drawn = first.document
    die(first)
    again = start()
    (told,) = again.restored
    assert (len(told.edits), told.first, told.last) == (2, "2026-03-04T05:06:07+09:00", "2026-03-04T05:06:07+09:00")
    assert again.document == drawn
    assert again.take_back(told)
    assert again.document == Document()
    assert again.restored == ()
    again.redo()
    again.redo()
    assert again.document == drawn
    again.close()


def test_after_another_edit_the_ones_given_back_are_taken_back_one_by_one(start: Start) -> None:
    first = start()
    draw(first, 2)
    die(first)
    again = start()
    draw(again, 12)
    assert not again.take_back(again.restored[0])
    assert len(again.annotations) == 2
    again.dismiss_restored(again.restored[0])
    assert again.restored == ()
    again.close()


def test_edits_that_were_taken_back_before_the_crash_are_taken_back_too(start: Start) -> None:
    first = start()
    draw(first, 2, 10)
    first.undo()
    die(first)
    again = start()
    assert len(again.annotations) == 1
    assert again.take_back(again.restored[0])
    assert again.document == Document()
    again.close()


def test_what_does_not_fit_is_told_with_its_file(start: Start, place: Path) -> None:
    first = start()
    draw(first, 2)
    first.save()
    draw(first, 10)
    die(first)
    other = start("two", "다른 사람")
    draw(other, 20)
    other.close()
    again = start()
    (told,) = again.restored
    assert (told.edits, told.aside) == ((), 1)
    assert told.moved_aside is not None and told.moved_aside.is_file()
    again.close()


def test_each_minute_a_draft_goes_to_the_project_and_the_save_takes_it_away(start: Start, place: Path) -> None:
    session = start()
    draw(session, 2)
    session.look_after()
    (kept,) = files(place)
    session.look_after()
    assert files(place) == [kept], "nothing new was drawn"
    draw(session, 10)
    session.look_after()
    (newer,) = files(place)
    assert newer != kept
    session.save()
    assert files(place) == []
    session.close()


def test_a_stroke_that_was_taken_back_leaves_no_draft(start: Start, place: Path) -> None:
    session = start()
    draw(session, 2)
    session.look_after()
    session.undo()
    session.look_after()
    assert files(place) == []
    session.close()


def test_another_computer_is_offered_the_draft_and_one_undo_takes_it_back(start: Start, place: Path) -> None:
    first = start()
    draw(first, 2, 10)
    first.look_after()
    drawn = first.document
    die(first)
    second = start("two")
    (offer,) = second.offers
    assert (offer.opened, offer.fits, offer.newer, offer.draft.count, offer.draft.machine) == (True, True, False, 2, "one")
    assert second.document == Document(), "nothing comes silently"
    assert second.take_draft(offer.draft)
    assert second.document == drawn
    assert second.offers == ()
    second.undo()
    assert second.document == Document()
    second.redo()
    second.close()
    assert files(place) == []
    third = start("three")
    assert (third.document, third.offers) == (drawn, ())
    third.close()


def test_who_takes_a_draft_and_dies_has_it_in_the_journal(start: Start, place: Path) -> None:
    first = start()
    draw(first, 2)
    first.look_after()
    drawn = first.document
    die(first)
    second = start("two")
    second.take_draft(second.offers[0].draft)
    die(second)
    again = start("two")
    assert again.document == drawn
    again.save()
    again.close()
    last = start("three")
    assert (last.document, last.offers, files(place)) == (drawn, (), [])
    last.close()


def test_who_does_not_want_a_draft_keeps_it_aside(start: Start, place: Path) -> None:
    first = start()
    draw(first, 2)
    first.look_after()
    die(first)
    second = start("two")
    second.decline_draft(second.offers[0].draft)
    assert second.offers == ()
    assert said(second, "Not taken; it is kept in") == [Severity.INFO]
    assert second.document == Document()
    second.close()
    (kept,) = (place / "project" / ".annotator" / "drafts").rglob("aside/*.json")
    assert drafts.read(kept).edit.changes
    third = start("three")
    assert third.offers == ()
    third.close()


def test_a_draft_never_goes_over_newer_data(start: Start, place: Path) -> None:
    first = start()
    draw(first, 2)
    first.save()
    first.select([1])
    first.delete()
    draw(first, 20)
    first.look_after()
    die(first)
    second = start("two")
    second.select([1])
    second.recategorise("CCT2")
    second.save()
    now = second.document
    (offer,) = second.offers
    assert (offer.fits, offer.newer) == (False, True)
    assert not second.take_draft(offer.draft)
    assert second.document == now
    second.close()
    assert len(files(place)) == 1, "what does not fit stays until a person decides"


def test_what_was_drawn_on_two_computers_is_kept_beside_each_other(start: Start, place: Path) -> None:
    first = start()
    draw(first, 2, 10)
    first.look_after()
    die(first)
    second = start("two")
    draw(second, 20)
    second.save()
    (offer,) = second.offers
    assert (offer.fits, offer.newer) == (True, True)
    assert second.take_draft(offer.draft)
    assert [(a.id, a.shape.bounds[0]) for a in second.annotations] == [(1, 20), (2, 2), (3, 10)]
    second.close()
    assert files(place) == []


def test_the_same_computer_has_more_in_its_journal_and_is_offered_nothing(start: Start, place: Path) -> None:
    first = start()
    draw(first, 2)
    first.look_after()
    draw(first, 10)
    drawn = first.document
    die(first)
    again = start()
    assert (again.document, again.offers) == (drawn, ())
    again.save()
    assert again.saved_state is SavedState.SAVED
    again.close()
    third = start("three")
    assert (third.document, third.offers, files(place)) == (drawn, (), [])
    third.close()


def test_the_draft_of_a_window_that_lives_and_of_another_person_is_not_offered(start: Start, place: Path) -> None:
    first = start()
    draw(first, 2)
    first.look_after()
    beside = start()
    assert beside.offers == ()
    beside.close()
    other = start("two", "다른 사람")
    assert other.offers == ()
    other.close()
    first.close()


def test_work_on_a_case_that_is_not_open_is_told_and_waits(start: Start, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chest_ct(place / "images" / "other", slices=2, size=32, seed=5)
    first = start()
    cases = [series.uid for series in first.catalogue.in_order]
    with monkeypatch.context() as patch:
        patch.setattr(Session, "_save", lambda *_: None)
        for uid, x in zip(cases, (2, 10), strict=True):
            first.open_series(uid)
            draw(first, x)
        die(first)
    again = start()
    here, elsewhere = again.series.uid, [case for case in cases if case != again.series.uid]
    assert [(found.case, found.count) for found in again.left] == [(case, 1) for case in elsewhere]
    assert [found.case for found in again.restored] == [here]
    again.open_series(elsewhere[0])
    assert again.left == ()
    assert {found.case for found in again.restored} == set(cases)
    again.close()


def test_a_damaged_draft_is_set_aside_and_said(start: Start, place: Path) -> None:
    first = start()
    draw(first, 2)
    first.look_after()
    die(first)
    (path,) = (place / "project" / ".annotator" / "drafts").rglob("*.json")
    path.write_bytes(path.read_bytes()[:-20])
    second = start("two")
    assert second.offers == ()
    second.say_remarks()
    assert said(second, "is damaged and was set aside") == [Severity.WARNING]
    assert list((place / "project" / ".annotator" / "quarantine").rglob(path.name))
    second.close()


def test_a_project_that_refuses_the_draft_is_said_once(start: Start, place: Path) -> None:
    session = start()
    draw(session, 2)
    (place / "project" / ".annotator" / "drafts").write_text("a file where a folder should be")
    session.look_after()
    session.look_after()
    assert said(session, "could not be written to the project") == [Severity.WARNING]
    session.close()


def test_a_journal_that_cannot_be_written_is_said_at_once_and_every_edit_is_saved(start: Start, place: Path) -> None:
    (place / "one").mkdir()
    (place / "one" / "journal").write_text("a file where a folder should be")
    session = start()
    session.say_remarks()
    assert session.unprotected is not None
    assert said(session, "What you draw is not protected") == [Severity.ERROR]
    draw(session, 2)
    assert [head.document for head in revisions.heads(place / "project", session.series.uid)[0]] == [session.document]
    (place / "one" / "journal").unlink()
    draw(session, 10)
    assert session.unprotected is None
    assert said(session, "What you draw is protected again") == [Severity.WARNING]
    die(session)
    drawn = session.document
    again = start()
    assert again.document == drawn
    again.close()


def test_a_journal_that_is_taken_away_is_said_and_made_anew(start: Start, place: Path) -> None:
    session = start()
    draw(session, 2)
    shutil.rmtree(place / "one" / "journal")
    draw(session, 10)
    assert said(session, "another program took its file away") == [Severity.ERROR]
    draw(session, 20)
    assert session.unprotected is None
    drawn = session.document
    die(session)
    again = start()
    assert again.document == drawn
    again.close()


def test_edits_that_the_journal_refused_go_before_the_next_one(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    session = start()
    append, refuses = journal.Journal.append, [True, True, False, False, False]

    def refusing(self: journal.Journal, *arguments: str) -> journal.Mark:
        if refuses.pop(0):
            raise AnnotatorError(*[message("no room")] * 3)
        return append(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(journal.Journal, "append", refusing)
        patch.setattr(Session, "save", lambda _: None)
        draw(session, 2, 10, 20)
    drawn = session.document
    die(session)
    again = start()
    assert len(again.restored[0].edits) == 3
    assert again.document == drawn
    again.close()


def test_a_full_disk_leaves_the_room_that_was_held_back_to_the_journal(start: Start, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = start()
    draw(session, 2)
    session.look_after()
    reserve = place / "one" / "journal" / "reserve.bin"
    assert reserve.stat().st_size == room.RESERVE
    append = journal.Journal.append

    def full(self: journal.Journal, *arguments: str) -> journal.Mark:
        if reserve.exists():
            raise AnnotatorError(*[message("database or disk is full")] * 3)
        return append(self, *arguments)

    monkeypatch.setattr(journal.Journal, "append", full)
    draw(session, 10)
    assert not reserve.exists()
    assert said(session, "the room that was held back for it") == [Severity.WARNING]
    assert session.unprotected is None
    session.close()


def test_a_disk_that_is_nearly_full_is_said_once_and_again_when_it_is_worse(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    session = start()
    draw(session, 2)
    free = {"project": 400 << 20, "one": 900 << 20}
    monkeypatch.setattr(room, "left", lambda folder: free["one" if "one" in folder.parts else "project"])
    for _ in range(2):
        session.look_after()
    assert said(session, "The disk of the project has only 400 MB left") == [Severity.WARNING]
    free["project"] = 100 << 20
    for _ in range(2):
        session.look_after()
    assert said(session, "The disk of the project has only 100 MB left") == [Severity.ERROR]
    free["one"] = 150 << 20
    session.look_after()
    assert said(session, "This computer's disk has only 150 MB left") == [Severity.WARNING]
    session.close()


def test_where_the_disk_has_no_room_nothing_is_held_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: SimpleNamespace(free=room.RESERVE * 2))
    assert not room.keep_reserve(tmp_path)
    assert not room.give_up_reserve(tmp_path)
