"""Saves that come late, folders and projects that change meanwhile: the newest document stays the newest, and each case its own."""

from __future__ import annotations

import json
import shutil
import threading

import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.i18n import say
from annotator.paths import local_folder
from annotator.workspace import projects, revisions
from annotator.workspace.notice import SavedState, Topic
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box, lung_project, small_ct


class Slow(Immediate):
    """Tasks that keep jobs waiting on demand, as a busy pool of threads does."""

    def __init__(self):
        super().__init__()
        self.busy, self.queue = False, []

    def run(self, job, done, failed):
        if self.busy:
            self.queue.append((job, done, failed))
        else:
            super().run(job, done, failed)

    def catch_up(self):
        self.busy = False
        while self.queue:
            super().run(*self.queue.pop(0))


@pytest.fixture
def place(tmp_path):
    small_ct(tmp_path / "images", slices=3, size=32)
    lung_project(tmp_path / "project")
    return tmp_path


@pytest.fixture
def tasks():
    return Slow()


@pytest.fixture
def session(place, tasks):
    return start(place, tasks)


def start(place, tasks, project="project"):
    session = Session(projects.open_project(place / project), tasks, author="판독자")
    session.open_folder([place / "images"])
    session.choose_tool("tool.box")
    return session


def drawn(place, session, project="project"):
    """The documents of the case's heads."""
    heads, odd = revisions.heads(place / project, session.series.uid, keep=True)
    assert odd == ()
    return [head.document for head in heads]


def test_a_save_that_comes_after_a_later_one_changes_nothing(place, tasks, session):
    session.perform(box(2, 2, 8, 8))
    tasks.busy = True
    session.save()
    session.perform(box(12, 12, 18, 18))
    session.close()
    assert len(session.annotations) == 2
    tasks.catch_up()
    assert drawn(place, session) == [session.document]
    again = start(place, Immediate())
    assert again.document == session.document


def test_opening_the_folder_again_during_a_save_loses_nothing(place, tasks, session):
    session.perform(box(2, 2, 8, 8))
    before = session.document
    tasks.busy = True
    session.save()
    waiting, tasks.queue, tasks.busy = tasks.queue, [], False
    session.open_folder(session.folders)
    assert session.document == before
    session.perform(box(12, 12, 18, 18))
    tasks.queue = waiting
    tasks.catch_up()
    session.save()
    assert session.saved_state is SavedState.SAVED
    assert drawn(place, session) == [session.document]
    assert len(session.annotations) == 2


def test_a_save_that_ends_in_another_project_says_nothing_about_that_one(place, tasks, session):
    lung_project(place / "other")
    session.perform(box(2, 2, 8, 8))
    before = session.document
    tasks.busy = True
    session.save()
    waiting, tasks.queue, tasks.busy = tasks.queue, [], False
    session.open_project(place / "other")
    session.open_folder([place / "images"])
    session.perform(box(12, 12, 18, 18))
    tasks.queue = waiting
    tasks.catch_up()
    assert session.saved_state is SavedState.UNSAVED
    session.save()
    assert session.saved_state is SavedState.SAVED
    assert drawn(place, session, "other") == [session.document]
    session.open_project(place / "project")
    session.open_folder([place / "images"])
    assert session.document == before
    assert drawn(place, session) == [before]


def test_a_project_that_is_left_lets_go_of_its_journal(place, session):
    lung_project(place / "other")
    session.perform(box(2, 2, 8, 8))
    (place / "project" / "lung_cancer").write_text("a file where a folder should be")
    session.save()
    assert session.saved_state is SavedState.FAILED
    before = session.document
    session.open_project(place / "other")
    (place / "project" / "lung_cancer").unlink()
    session.open_project(place / "project")
    session.open_folder([place / "images"])
    assert session.document == before


def test_a_detour_leaves_nothing_to_restore(place, session):
    session.perform(box(2, 2, 8, 8))
    session.undo()
    session.close()
    heard = []
    again = Session(projects.open_project(place / "project"), Immediate(), author="판독자")
    again.subscribe(lambda topic: heard.append(say(again.said.message)) if topic is Topic.MESSAGE else None)
    again.open_folder([place / "images"])
    assert not [text for text in heard if "restored" in text]
    assert drawn(place, again) == []


def test_a_question_stops_every_change(place, session):
    session.perform(box(2, 2, 8, 8))
    session.close()
    (written,) = (place / "project").rglob("json/*.json")
    written.write_text(written.read_text().replace("8.0, 2.0, 8.0, 8.0", "9.0, 2.0, 9.0, 8.0"))
    again = start(place, Immediate())
    before = again.document
    again.select([1])
    for act in (again.delete, lambda: again.recategorise("CCT3"), lambda: again.perform(box(12, 12, 18, 18)), again.undo):
        act()
        assert again.document == before
    assert "question" in say(again.said.message)
    again.question.answer("record")
    again.delete()
    assert again.annotations == ()


def test_a_project_made_again_in_the_same_folder_does_not_get_the_strokes_of_the_one_before(place, session):
    session.perform(box(2, 2, 8, 8))
    session._keeping.close()  # the window is gone, its stroke is in the journal alone
    shutil.rmtree(place / "project")
    lung_project(place / "project")
    again = start(place, Immediate())
    assert not again.document.count() and again.undo_name is None
    assert "1 unsaved edits" in say(again.said.message), "and the person is told"
    (aside,) = (local_folder() / "journal" / "aside").glob("*.json")
    assert len(json.loads(aside.read_bytes())["edits"]) == 1, "it is moved, not deleted"


def test_the_same_project_gets_its_strokes_back_before_its_first_save(place, session):
    session.perform(box(2, 2, 8, 8))
    before = session.document
    session._keeping.close()
    again = start(place, Immediate())
    assert again.document == before


def test_a_save_of_nothing_leaves_later_strokes_where_they_belong(place, session):
    session.perform(box(2, 2, 8, 8))
    session.undo()
    session.save()
    session.redo()
    before = session.document
    session._keeping.close()
    again = start(place, Immediate())
    assert again.document == before and again.document.count() == 1


def bringing_up(session, uid):
    """Bring a case up beside the test, which may hold what it waits for."""
    members = session._members(uid)
    thread = threading.Thread(target=lambda: session._keeping.open(uid, members), daemon=True)
    thread.start()
    return thread


def test_bringing_up_a_case_waits_for_no_save_of_another(place, tasks):
    chest_ct(place / "images" / "more", slices=2, size=32, seed=7)
    session = start(place, tasks)
    other = next(s.uid for s in session.catalogue.in_order if s.uid != session.series.uid)
    session.perform(box(2, 2, 8, 8))
    tasks.busy = True
    session.save()
    with session._keeping._saving:  # as while the save runs
        free = bringing_up(session, other)
        free.join(10)
        assert not free.is_alive()
        own = bringing_up(session, session.series.uid)
        own.join(0.1)
        assert own.is_alive()
    own.join(10)
    assert not own.is_alive()
    tasks.catch_up()
    assert drawn(place, session) == [session.document]


def only_delivered(place, session):
    """Draw on the first image, save, and lose what is recorded of it but the ids."""
    session.perform(box(2, 2, 8, 8))
    session.close()
    shutil.rmtree(place / "project" / ".annotator" / "cases")


def come_to(place, tasks):
    """Open the folder again, with a second series, and come to the first one while jobs wait."""
    chest_ct(place / "images" / "more", slices=2, size=32, seed=7)
    session = start(place, tasks)
    first, other = sorted(session.catalogue.in_order, key=lambda series: -len(series.images))
    session.open_series(other.uid)
    session._works.clear()
    tasks.busy = True
    session.open_series(first.uid)
    return session


def test_delivered_files_are_read_beside_the_window(place, tasks, session):
    only_delivered(place, session)
    again = come_to(place, tasks)
    assert again.annotations == () and again.picture is not None
    tasks.catch_up()
    assert [a.shape.bounds for a in again.annotations] == [(2, 2, 8, 8)]
    assert again.saved_state is SavedState.SAVED


def test_what_is_drawn_before_delivered_files_are_read_stays_with_them_and_is_saved_after_that(place, tasks, session):
    only_delivered(place, session)
    again = come_to(place, tasks)
    again.perform(box(12, 12, 18, 18))
    again.save()
    assert again.saved_state is SavedState.SAVING
    tasks.catch_up()
    assert sorted((a.id, a.shape.bounds) for a in again.annotations) == [(1, (2, 2, 8, 8)), (2, (12, 12, 18, 18))]
    assert again.saved_state is SavedState.SAVED
    assert drawn(place, again)[0].count() == 2


def test_a_stroke_that_was_taken_back_takes_no_delivered_files_with_it(place, tasks, session):
    only_delivered(place, session)
    again = come_to(place, tasks)
    again.perform(box(12, 12, 18, 18))
    again.undo()
    tasks.catch_up()
    again.close()
    assert [a.shape.bounds for a in again.annotations] == [(2, 2, 8, 8)]
    assert list((place / "project").rglob("*_binary.dcm"))


def test_closing_before_delivered_files_are_read_keeps_both(place, tasks, session):
    only_delivered(place, session)
    again = come_to(place, tasks)
    again.perform(box(12, 12, 18, 18))
    again.close()
    assert drawn(place, again)[0].count() == 2


def test_a_case_whose_delivered_files_cannot_be_read_is_not_drawn_on(place, tasks, session):
    only_delivered(place, session)
    again = come_to(place, tasks)
    ids = place / "project" / ".annotator" / "ids.json"
    content = ids.read_bytes()
    ids.write_bytes(b"?")
    tasks.catch_up()
    again.perform(box(12, 12, 18, 18))
    assert again.annotations == () and "could not be read" in say(again.said.message)
    ids.write_bytes(content)
    again.open_series(again.series.uid)
    other = next(series for series in again.catalogue.in_order if series is not again.series)
    again.open_series(other.uid)
    again.back()
    assert [a.shape.bounds for a in again.annotations] == [(2, 2, 8, 8)]
