"""A saved reading is restored as one edit, saved as a new revision, and never in place of one; two readings stand beside the own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.annotation import Annotation, Drawn
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.region import Region
from annotator.i18n import say
from annotator.progress import Report
from annotator.workspace import projects, revisions, unfolding
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.readings import Listed, SavedReading, readings_of
from annotator.workspace.revisions import Revision
from annotator.workspace.session import Session
from annotator.workspace.store import Store
from annotator.workspace.tasks import Immediate
from annotator.workspace.unfolding import Compared, Unfolding
from tests.workspace.study import box, lung_project, opened, small_ct


def listed(session: Session) -> tuple[SavedReading, ...]:
    heard: list[object] = []
    session.look_for_readings(Report(), heard.append)
    (answer,) = heard
    assert isinstance(answer, Listed) and answer.complete and answer.remarks == ()
    return answer.readings


def drawn_and_saved(tmp_path: Path) -> Session:
    """Two saves: one box, then a second one on another slice."""
    lung_project(tmp_path / "project")
    session, _ = opened(tmp_path / "project", small_ct(tmp_path / "ct"))
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 15, 15))
    session.save()
    session.show(2)
    session.perform(box(20, 20, 30, 30))
    session.save()
    return session


def test_restoring_is_one_edit_and_the_next_save_a_new_revision(tmp_path: Path) -> None:
    session = drawn_and_saved(tmp_path)
    now, (_, first) = session.document, listed(session)
    files = {path: path.read_bytes() for path in revisions.listed(tmp_path / "project", first.case).values()}
    session.restore(first)
    assert session.document.count() == 1 and session.said is not None and session.said.undo
    session.undo()
    assert session.document == now
    session.redo()
    session.save()
    newest, second, _ = listed(session)
    assert (newest.number, newest.parents) == (3, (second.digest,))
    assert {path: path.read_bytes() for path in files} == files
    assert session.document == revisions.decode(revisions.listed(tmp_path / "project", first.case)[1].read_bytes()).document


def test_what_is_locked_or_the_same_is_not_restored(tmp_path: Path) -> None:
    session = drawn_and_saved(tmp_path)
    newest, first = listed(session)
    session.restore(newest)
    assert session.said is not None and "the same as that reading" in say(session.said.message)
    session.select([1])
    session.lock()
    now = session.document
    session.restore(first)
    assert session.document == now and "unlock them first" in say(session.said.message)


def test_what_each_reading_changed_is_worked_out_for_those_that_are_wanted(tmp_path: Path) -> None:
    session = drawn_and_saved(tmp_path)
    readings, arrived = listed(session), list[int]()
    found = Unfolding(Immediate(), tmp_path / "project", lambda: arrived.append(1))
    found.take(readings, complete=True)
    found.want(readings[:1])
    assert found.get(readings[1]) is None and len(arrived) == 1
    found.want(readings)
    assert [dict(one.tally.added) for reading in readings if (one := found.get(reading))] == [{"CCT1": 1}, {"CCT1": 1}]
    heard: list[object] = []
    found.compare(readings[0], readings[1], heard.append)
    (compared,) = heard
    assert isinstance(compared, Compared) and (compared.before.count(), compared.after.count()) == (1, 2)


def test_a_reading_whose_parent_is_damaged_says_so(tmp_path: Path) -> None:
    session = drawn_and_saved(tmp_path)
    newest, first = listed(session)
    found = Unfolding(Immediate(), tmp_path / "project", lambda: None)
    found.take((newest,), complete=True)
    found.want((newest,))
    one = found.get(newest)
    assert one is not None and one.problem is not None and "the one before it" in say(one.problem)
    revisions.listed(tmp_path / "project", first.case)[1].write_bytes(b"{}")
    found.take((newest, first), complete=True)
    heard: list[object] = []
    found.compare(newest, first, heard.append)
    assert "damaged" in str(heard[0])


def test_what_two_heads_became_names_the_other_one(tmp_path: Path) -> None:
    session = drawn_and_saved(tmp_path)
    other = Session(projects.open_project(tmp_path / "project"), Immediate(), author="Lee", clock=lambda: "2026-03-05T05:06:07.000+09:00")
    other.open_folder([tmp_path / "ct"])
    for one, corner in ((session, 40), (other, 50)):
        one.choose_tool("tool.box")
        one.perform(box(corner, corner, corner + 6, corner + 6))
        one.save()
    store = Store(projects.open_project(tmp_path / "project"))
    heads = store.load(listed(session)[0].case).heads
    assert len(heads) == 2
    other.close()
    asked = Session(projects.open_project(tmp_path / "project"), Immediate(), author="Park")
    asked.open_folder([tmp_path / "ct"])
    assert asked.question is not None
    asked.question.answer("all")
    readings = listed(asked)
    found = Unfolding(Immediate(), tmp_path / "project", lambda: None)
    found.take(readings, complete=True)
    found.want(readings[:1])
    one = found.get(readings[0])
    assert one is not None and one.united == (3,) and dict(one.tally.added) == {"CCT1": 1}


def test_two_readings_stand_beside_the_own_and_leave_together(tmp_path: Path) -> None:
    session = drawn_and_saved(tmp_path)
    newest, first = listed(session)
    session.show_reading(newest, first)
    own, older, newer = session.shown_panes
    assert session.arrangement == Arrangement.grid(1, 3) and own.active
    assert [pane.place.other.saved.number if pane.place.other else 0 for pane in (own, older, newer)] == [0, 1, 2]
    session.show(2)
    assert (older.annotations, len(newer.annotations)) == ((), 1) and older.index == newer.index == 2
    session.aim(25, 25, 1.0, 2)
    assert session.compared is newer and session.aimed is not None
    session.aim(25, 25, 1.0, 1)
    assert session.compared is older and session.aimed is None
    session.show_reading(first)
    assert session.arrangement == Arrangement.grid(1, 2) and len(session.others) == 1
    session.show_reading(newest, first)
    assert session.arrangement == Arrangement.grid(1, 3)
    session.close_reading()
    assert session.arrangement == Arrangement() and session.others == () and not session.links.paging


def test_views_that_were_lent_show_again_what_they_showed(tmp_path: Path) -> None:
    session = drawn_and_saved(tmp_path)
    newest, first = listed(session)
    session.arrange(Arrangement.grid(2, 1))
    session.show_reading(newest, first)
    assert session.arrangement == Arrangement.grid(1, 3) and len(session.others) == 2
    session.close_reading()
    assert session.arrangement == Arrangement.grid(2, 1) and session.others == ()
    session.arrange(Arrangement.grid(2, 2))
    session.show_reading(newest, first)
    assert session.arrangement == Arrangement.grid(2, 2) and len(session.others) == 2
    session.close_reading()
    assert session.arrangement == Arrangement.grid(2, 2) and session.document != Document()


def test_of_five_hundred_revisions_only_those_in_sight_are_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many_revisions(tmp_path / "project", 500)
    found = list(readings_of(tmp_path / "project", "1.2.3", Report()))[-1]
    assert found.complete and [reading.number for reading in found.readings] == list(range(500, 0, -1))
    assert [reading.head for reading in found.readings[:2]] == [True, False]
    read: list[int] = []
    whole = unfolding.document_of
    monkeypatch.setattr(unfolding, "document_of", lambda root, saved: read.append(saved.number) or whole(root, saved))
    worked = Unfolding(Immediate(), tmp_path / "project", lambda: None)
    worked.take(found.readings, complete=True)
    worked.want(found.readings[100:120])
    assert sorted(set(read)) == list(range(380, 401)) and len(read) == 21, "a parent is read once"
    assert all((one := worked.get(reading)) and one.tally.changed == {"CCT1": 1} for reading in found.readings[100:120])


def many_revisions(root: Path, count: int, annotations: int = 3) -> None:
    """Write so many revisions of a case, each of which moves one of its annotations."""
    key, parent = ImageKey("1.2.3.4", 1), ""
    drawn = [Annotation(n, key, "CCT1", "Box", Region.box(n, 1, n + 5, 6), Drawn("Kim", "2026")) for n in range(1, annotations + 1)]
    for number in range(1, count + 1):
        place = number % annotations
        drawn[place] = replace(drawn[place], shape=Region.box(place, number, place + 5, number + 6))
        document = Document({key: tuple(drawn)}, {key: annotations})
        line = tuple(range(number - 1, max(0, number - 33), -1))
        revision = Revision("1.2.3", number, document, (parent,) if parent else (), line, author="Kim")
        content, parent = revisions.encode(revision)
        path = revisions.path_of(root, revision)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
