"""What was done before a restart can be taken back after it, as long as the document is the one it led to; else nothing happens."""

from __future__ import annotations

import math
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain import lean
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.history import History, Step
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode, Pen, draw
from annotator.domain.region import Region
from annotator.domain.shapes import region_of_stroke
from annotator.formats import edit_text, outline_difference, record
from annotator.i18n import message, say
from annotator.paths import local_folder
from annotator.workspace import journal_rows, projects
from annotator.workspace import past as pasts
from annotator.workspace.notice import Topic
from annotator.workspace.past import Past, digest_of, shifted
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.domain.test_history import edits, histories
from tests.workspace.study import box, lung_project, small_ct

BESIDE = (edit_text, "_LARGE", 0), (outline_difference, "_SHARE", 9.0)
ways = pytest.mark.parametrize(
    "way",
    [(), ((edit_text, "FEW", 0),), BESIDE, (*BESIDE, (edit_text, "FEW", 0))],
    ids=["each line says all", "the rest is in the document", "outlines by each other", "outlines by each other, the rest in the document"],
)

# the file ------------------------------------------------------------------------------------------------------------------------


@given(histories())
def test_the_digest_follows_the_edits_and_tells_documents_apart(found):
    history, documents = found
    digest = digest_of(Document())
    for step, document in zip(history.steps, documents[1:], strict=True):
        digest = shifted(digest, step.edit)
        assert digest == digest_of(document)
        assert shifted(digest, step.edit.inverse()) == shifted(digest_of(document), step.edit.inverse())
    for one in documents:
        assert [digest_of(one) == digest_of(other) for other in documents] == [one == other for other in documents]


@ways
@given(st.data())
def test_whatever_is_done_it_is_the_same_after_a_restart(tmp_path_factory, way, data):
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in way:
            patch.setattr(module, name, value)
        work_and_restart(tmp_path_factory, data)


def work_and_restart(tmp_path_factory, data):
    """Edit, go back and forth, and start again, also after a crash: the history must be the same each time.

    Edits that the file did not get before the crash and that cancel each other may be missing.
    """
    path = tmp_path_factory.mktemp("past") / "history" / "case.lines"
    history, past = History(), Past(path, History())
    for number in range(data.draw(st.integers(0, 12))):
        deed = data.draw(st.sampled_from(["edit", "edit", "go", "restart", "crash"]))
        if deed == "edit":
            history = history.do(data.draw(edits(history.document)), f"2026-01-01T10:00:{number:02}+09:00")
            past.note(history.steps[-1])
            past.write()
        elif deed == "go":
            place = data.draw(st.integers(0, len(history.steps)))
            past.note_way(place - history.place)
            history = history.at(place)
            past.write()
        else:
            lost = data.draw(st.integers(0, 2)) if deed == "crash" and history.place == len(history.steps) else 0
            before = history
            for _ in range(lost):  # edits that are in the journal, but were not written here
                edit = data.draw(edits(history.document))
                history = history.do(edit)
            if deed == "crash" and path.exists() and history is not before:
                path.write_bytes(path.read_bytes() + data.draw(st.sampled_from([b"", b'{"sha256": "', b"\0" * 30])))
            begin = History(before.document)
            for step in history.steps[before.place :] if history is not before else ():
                begin = begin.do(step.edit)
            past = Past(path, begin)
            base = past.recall()
            past.write()
            found = History(history.document, (), 0).after(base.steps, base.place)
            if found.steps == before.steps and digest_of(history.document) == digest_of(before.document):
                history = replace(history, steps=before.steps, place=before.place)
            assert (found, base.anew, base.forgotten) == (history, False, 0)
    past.write()


@ways
@given(st.data())
def test_damage_never_gives_another_history(tmp_path_factory, way, data):
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in way:
            patch.setattr(module, name, value)
        damage_and_restart(tmp_path_factory, data)


def damage_and_restart(tmp_path_factory, data):
    """Cut a file or flip a bit of it: the history is the same or there is none, and what is done then is remembered."""
    path = tmp_path_factory.mktemp("past") / "case.lines"
    history, _ = data.draw(histories())
    past = Past(path, History())
    for step in history.steps:
        past.note(step)
    past.write()
    content = path.read_bytes() if path.exists() else b""
    cut = data.draw(st.integers(0, len(content)))
    torn = bytearray(content[:cut] if data.draw(st.booleans()) else content)
    if torn:
        torn[data.draw(st.integers(0, len(torn) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(torn)
    past = Past(path, History(history.document))
    base = past.recall()
    found = History(history.document).after(base.steps, base.place)
    assert found.place <= len(history.steps) and found.at(0).place == 0
    assert found.steps in (history.steps, ())
    after = found.do(data.draw(edits(found.document)))
    past.note(after.steps[-1])
    past.write()
    again = Past(path, History(after.document)).recall()
    assert (again.steps, again.place) == (after.steps, after.place)


def test_a_file_that_another_window_writes_is_left_to_it(tmp_path):
    path = tmp_path / "case.lines"
    first, second = (Step(edit_of(number)) for number in (1, 2))
    one = Past(path, History())
    one.note(first)
    one.write()
    other = Past(path, History(History().do(first.edit).document))
    other.recall()
    one.note(second)
    one.write()
    content = path.read_bytes()
    other.note(second)
    other.write()
    assert path.read_bytes() == content


def test_the_oldest_edits_are_forgotten_beyond_the_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(pasts, "MOST", 20_000)
    path, history = tmp_path / "case.lines", History()
    past = Past(path, history)
    for number in range(200):
        history = history.do(edit_of(number + 1))
        past.note(history.steps[-1])
        past.write()
        assert path.stat().st_size <= 21_000
    base = Past(path, History(history.document)).recall()
    assert base.forgotten + len(base.steps) == 200 and 10 < len(base.steps) < 100
    assert base.steps == history.steps[base.forgotten :]
    assert not list(tmp_path.glob("*.tmp"))


def test_strokes_into_a_large_outline_take_the_room_of_the_strokes(tmp_path):
    image, pen = Image(ImageKey("1.2.3"), "", 1, 400, 400, "CT", "", "1.2", "1"), Pen("CCT1", "", FREE, "tool.free")
    history, past = History(), Past(tmp_path / "case.lines", History())
    for number in range(41):
        x, radius, corners = (200 + 150 * math.cos(number), 8, 24) if number else (200, 150, 2500)
        y = 200 + 150 * math.sin(number) if number else 200
        turns = [2 * math.pi * n / corners for n in range(corners)]
        ring = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
        mode = (Mode.ADD, Mode.SUB)[number % 2] if number else Mode.NEW
        edit = draw(history.document, image, region_of_stroke(ring, 400, 400), mode, pen, [1])
        history = history.do(lean.sharing(edit), "2026-01-01T10:00:00+09:00")
        past.note(history.steps[-1])
        past.write()
    assert past.path.stat().st_size < 2500 * 16 * 4 / 3 + 41 * 4000
    base = Past(past.path, History(history.document)).recall()
    found = History(history.document).after(base.steps, base.place)
    assert found == history
    shapes = {id(a.shape): a.shape for step in found.steps for c in step.edit.changes for a in (c.before, c.after) if a is not None}
    assert len({id(point) for shape in shapes.values() for ring in shape.rings for point in ring}) < 2500 + 41 * 80


def test_an_edit_that_is_larger_than_the_bound_is_not_gone_through_at_every_step(tmp_path, monkeypatch):
    monkeypatch.setattr(pasts, "MOST", 2_000)
    gone_through, shortened = [], pasts._shortened
    monkeypatch.setattr(pasts, "_shortened", lambda path: gone_through.append(path) or shortened(path))
    large = Edit(message("Say much"), facts=tuple(FactChange(f"fact.{number}", None, "x" * 50) for number in range(100)))
    history = History().do(large)
    past = Past(tmp_path / "case.lines", History())
    past.note(history.steps[-1])
    past.note_way(-1)
    past.write()
    for _ in range(10):
        past.note_way(1)
        past.write()
        past.note_way(-1)
        past.write()
    assert len(gone_through) == 1
    again = Past(tmp_path / "case.lines", History()).recall()
    assert (again.steps, again.place) == (history.steps, 0)


def test_a_line_that_does_not_fit_the_document_ends_the_history_there(tmp_path, monkeypatch):
    """What leads to the document stays, what is older is forgotten; the file is made anew with that."""
    monkeypatch.setattr(edit_text, "FEW", 0)
    key, path = ImageKey("1.2"), tmp_path / "case.lines"
    made = Annotation(1, key, "CCT1", FREE, Region.box(0, 0, 5, 5))
    drawn = History(Document({key: (made,)}))
    first = Change(made, replace(made, note="a"))
    history = drawn.do(Edit(message("Note"), (first,))).do(Edit(message("Note"), (Change(first.after, replace(made, note="b")),)))
    other = Edit(message("Note"), (Change(replace(made, note="c"), replace(made, note="d")),))
    wrong = pasts._line(Step(other))
    lines = [pasts.Line(wrong.sealed, "", 0), *map(pasts._line, history.steps)]
    told = pasts.Told(tuple(lines), 3, digest=digest_of(history.document))
    path.write_bytes(b"".join(pasts._lines(told)))
    past = Past(path, History(history.document))
    base = past.recall()
    assert (base.steps, base.place, base.forgotten) == (history.steps, 2, 1)
    past.write()
    assert len(pasts.read(path).lines) == 2
    again = Past(path, History(history.document)).recall()
    assert (again.steps, again.forgotten) == (history.steps, 1)


def test_a_file_of_the_version_before_is_begun_anew_and_nothing_is_said(tmp_path):
    """Its lines say every edit in full, and the document in another digest."""
    path, step = tmp_path / "case.lines", Step(edit_of(1), "time")
    lines = {"edit": record.encode_edit(step.edit), "time": "time"}, {"document": "0" * 32, "forgotten": 0}
    path.write_bytes(b"".join(record.seal(line)[0] for line in lines))
    history = History(History().do(step.edit).document)
    past = Past(path, history)
    assert past.recall() == pasts.Before()
    past.note(history.do(edit_of(2)).steps[-1])
    past.write()
    again = Past(path, History(history.do(edit_of(2)).document)).recall()
    assert [say(step.edit.name) for step in again.steps] == ["Edit 2"]


def test_a_disk_that_fails_only_means_that_nothing_is_remembered(tmp_path):
    past = Past(tmp_path / "a file" / "case.lines", History())
    (tmp_path / "a file").write_text("in the way")
    past.note(Step(edit_of(1)))
    past.write()
    assert past.recall().steps == ()
    past.note(Step(edit_of(2)))
    past.write()


def edit_of(number):
    """An edit that does not need another one."""
    return Edit(message("Edit {number}", number=number), facts=(FactChange(f"fact.{number}", None, "x"),))


# the session ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path):
    small_ct(tmp_path / "images", slices=3, size=32)
    lung_project(tmp_path / "project")
    return tmp_path


def start(place):
    session = Session(projects.open_project(place / "project"), Immediate(), author="판독자")
    session.open_folder([place / "images"])
    session.choose_tool("tool.box")
    return session


def worked(place):
    """A case after five edits of which the last is taken back: drawn on two slices, noted, recategorised."""
    session = start(place)
    session.perform(box(2, 2, 8, 8))
    session.show(2)
    session.perform(box(10, 10, 18, 18))
    session.annotate([1], "spiculated")
    session.select([1])
    session.recategorise(session.categories[1].key)
    session.perform(box(20, 20, 26, 26))
    session.undo()
    return session


def documents_of(session):
    return [session.history.at(place).document for place in range(len(session.history.steps) + 1)]


def killed(session):
    """End a session as kill -9 does: nothing is put down; the system closes the database and gives the lock back."""
    session._keeping._journal._database.close()
    session._keeping._journal._life.close()


@pytest.mark.parametrize("end", ["closed", "killed", "saved and killed"])
def test_after_a_restart_everything_can_be_taken_back_and_done_again(place, end):
    session = worked(place)
    documents, steps = documents_of(session), session.history.steps
    if end == "saved and killed":
        session.save()
    session.close() if end == "closed" else killed(session)
    again = start(place)
    again.recall()
    assert (again.document, again.history.steps, again.history.place) == (documents[4], steps, 4)
    assert say(again.history_begins) == "As the case was opened"
    again.redo()
    assert again.document == documents[5]
    for number in (4, 3, 2, 1, 0):
        again.undo()
        assert again.document == documents[number]
    assert again.index == 0 and not again.document.count()
    again.go_to_step(5)
    assert again.document == documents[5]
    again.close()


@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize("back", [0, 1, 2])
def test_an_edit_of_many_annotations_comes_back_and_can_be_taken_back_after_a_kill(place, monkeypatch, saved, back):
    """What it changes is written, and of the rest of the annotations only a digest: they are in the document below it."""
    monkeypatch.setattr(journal_rows, "LARGE", 400)
    session = start(place)
    for number in range(edit_text.FEW + 2):
        left, top = 2 + 7 * (number % 4), 1 + 6 * (number // 4)
        session.perform(box(left, top, left + 5, top + 4))
    before = session.document
    session.select(a.id for a in session.annotations)
    session.recategorise(session.categories[1].key)
    after = session.document
    if saved:
        session.save()
    for number in range(back):
        session.redo() if number % 2 else session.undo()
    killed(session)
    there = before if back == 1 else after
    with closing(sqlite3.connect(local_folder() / "journal" / "journal.sqlite3")) as reader:
        kept = [record.unseal(edit)[0] for table in ("edits", "kept") for (edit,) in reader.execute(f"SELECT edit FROM {table}")]
    assert [found["patches"] for found in kept if "patches" in found] == [[[{"category": "CCT1"}, {"category": "CCT2"}]]]
    again = start(place)
    again.recall()
    assert again.document == there
    for deed, then in ((again.redo, after), (again.undo, before), (again.redo, after)):
        deed()
        assert again.document == then
    again.go_to_step(0)
    assert not again.document.count()
    again.close()


def test_what_is_done_after_a_restart_goes_on_from_what_was_done_before(place):
    worked(place).close()
    again = start(place)
    again.perform(box(20, 2, 26, 8))
    again.undo()
    again.close()
    third = start(place)
    third.recall()
    assert [say(step.edit.name) for step in third.history.steps] == [say(step.edit.name) for step in again.history.steps]
    assert (len(third.history.steps), third.history.place) == (5, 4)
    third.go_to_step(0)
    assert not third.document.count()
    third.close()


def test_where_somebody_else_changed_the_case_the_history_begins_anew(place, tmp_path):
    worked(place).close()
    home = local_folder() / "history"
    shutil.move(home, tmp_path / "mine")
    other = start(place)
    other.perform(box(20, 2, 26, 8))
    other.close()
    shutil.rmtree(home)
    shutil.move(tmp_path / "mine", home)
    again = start(place)
    again.recall()
    assert again.history.steps == ()
    assert say(again.history_begins) == "What is saved was changed elsewhere: the history begins anew"
    again.perform(box(2, 20, 8, 26))
    again.close()
    last = start(place)
    last.recall()
    assert len(last.history.steps) == 1
    last.close()


def test_edits_that_do_not_fit_after_all_change_nothing(place):
    worked(place).close()
    again = start(place)
    again.recall()
    work = again._works[again._case]
    wrong = replace(work.history.steps[0], edit=replace(work.history.steps[0].edit, changes=work.history.steps[1].edit.changes))
    again._works[again._case] = replace(work, history=replace(work.history, steps=(wrong, *work.history.steps[1:]), place=1))
    heard = []
    again.subscribe(lambda topic: heard.append(say(again.said.message)) if topic is Topic.MESSAGE else None)
    before = again.document
    assert not again.go_to_step(0)
    assert again.document == before and again.history.steps == () and heard[0].startswith("These edits do not fit")
    again.perform(box(2, 20, 8, 26))
    again.undo()
    assert again.document == before
    again.close()


def test_another_case_is_never_touched(tmp_path):
    for seed in (1, 2):
        chest_ct(tmp_path / "images" / str(seed), slices=2, size=32, seed=seed)
    lung_project(tmp_path / "project")
    session = start(tmp_path)
    first, second = (series.uid for series in session.catalogue.in_order)
    session.perform(box(2, 2, 8, 8))
    session.open_series(second)
    session.perform(box(10, 2, 18, 8))
    there = session.document
    session.open_series(first)
    session.undo()
    session.undo()
    assert not session.document.count() and session.undo_name is None
    session.open_series(second)
    assert session.document == there and session.series.uid == second
    session.close()
    again = start(tmp_path)
    again.open_series(second)
    again.undo()
    again.undo()
    assert (again.document.count(), again.series.uid) == (0, second)
    again.close()


# while it is read -----------------------------------------------------------------------------------------------------------------


class Slow(Immediate):
    """Reads and writes no past before it is let."""

    def __init__(self):
        super().__init__()
        self.held = []

    def run(self, job, done, failed):
        if isinstance(getattr(job, "__self__", None), Past):
            self.held.append(lambda: super(Slow, self).run(job, done, failed))
        else:
            super().run(job, done, failed)

    def let(self):
        while self.held:
            self.held.pop(0)()


def slow(place):
    """A start whose past is not read yet, and what it says."""
    tasks, heard = Slow(), []
    session = Session(projects.open_project(place / "project"), tasks, author="판독자")
    session.subscribe(lambda topic: heard.append(say(session.said.message)) if topic is Topic.MESSAGE else None)
    session.open_folder([place / "images"])
    session.choose_tool("tool.box")
    heard.clear()
    return session, tasks, heard


WAITS = "What was done before is still being read: this follows as soon as it is there"


def test_what_is_asked_for_while_the_past_is_read_is_done_as_soon_as_it_is_there(place):
    session = worked(place)
    documents = documents_of(session)
    session.close()
    again, tasks, heard = slow(place)
    assert not again.recall() and again.may_undo and again.may_redo
    for deed in (again.undo, again.undo, again.undo, again.redo):
        deed()
    assert (again.document, again.history.steps, heard) == (documents[4], (), [WAITS] * 4)
    assert say(again.history_begins) == "What was done before is still being read"
    tasks.let()
    assert (again.document, again.history.place, len(again.history.steps)) == (documents[2], 2, 5)
    again.close()


def test_what_was_done_since_the_opening_can_be_taken_back_before_the_past_is_there(place):
    session = worked(place)
    documents = documents_of(session)
    session.close()
    again, tasks, heard = slow(place)
    again.perform(box(20, 2, 26, 8))
    there = again.document
    again.undo()
    assert again.document == documents[4]
    again.redo()
    assert again.document == there
    again.undo()
    again.undo()
    assert (again.document, heard[-1], heard.count(WAITS)) == (documents[4], WAITS, 1)
    tasks.let()
    assert (again.document, again.history.place, len(again.history.steps)) == (documents[3], 3, 5)
    again.redo()
    again.redo()
    assert again.document == there
    again.close()
    last = start(place)
    last.recall()
    assert last.history.steps == again.history.steps
    last.close()


def test_what_was_asked_for_is_given_up_where_something_is_drawn_first_or_another_case_is_open(place):
    session = worked(place)
    session.close()
    again, tasks, heard = slow(place)
    again.undo()
    again.perform(box(20, 2, 26, 8))
    there = again.document
    assert heard[:2] == [WAITS, "Something else was done first: nothing was taken back"]
    tasks.let()
    assert again.document == there and len(again.history.steps) == 5
    again.close()


def test_what_the_journal_brought_back_waits_for_the_past_below_it(place):
    session = worked(place)
    documents = documents_of(session)
    session.perform(box(20, 20, 26, 26))
    drawn = session.document
    killed(session)
    again, tasks, heard = slow(place)
    told = again.restored[0]
    assert again.document == drawn and not again.go_to_step(0) and not again.take_back(told)
    assert heard == ["What was done before is still being read", WAITS] and again.document == drawn
    tasks.let()
    assert again.document == told.before and not again.restored
    again.redo()
    assert again.document in documents
    again.close()
