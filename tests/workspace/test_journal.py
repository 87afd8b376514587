"""Every finished edit is on disk before the next, comes back where it belongs, and nothing is thrown away."""

from __future__ import annotations

import json
import sqlite3
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.history import History
from annotator.errors import AnnotatorError
from annotator.workspace.journal import Journal
from tests.workspace.cases import CASE, box, drawing, step

ROOT = "/projects/폐암"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journal"


@pytest.fixture
def journals(folder):
    """Open journals, and close them in the end."""
    opened = []

    def journal(base: str | None = None, case: str = CASE) -> Journal:
        opened.append(Journal(folder))
        if base is not None:
            opened[-1].start(ROOT, case, base)
        return opened[-1]

    yield journal
    for journal in opened:
        journal.close()


def edits(count, now=None):
    """A row of edits, each starting where the one before it ended."""
    now = now or Document()
    for number in range(count):
        edit = step(number, now)
        now = apply(now, edit)
        yield edit


def crashed(journal):
    """The process is gone: its lock with it, its rows are there."""
    journal._life.close()


def test_finished_edits_come_back_in_order_after_a_crash(journals):
    first, made = journals("base"), tuple(edits(9))
    for edit in made:
        first.append(edit, "2024-05-01T10:00:00+09:00")
    crashed(first)
    recovery = journals().recover(ROOT, CASE, "base")
    assert (recovery.edits, recovery.moved_aside) == (made, None)
    assert [str(r) for r in recovery.remarks] == ["9 edits that had not been saved were restored"]


def test_an_edit_is_on_disk_when_append_returns(journals, folder):
    journal = journals("base")
    for count, edit in enumerate(edits(5), 1):
        journal.append(edit)
        with sqlite3.connect(folder / "journal.sqlite3") as reader:
            assert reader.execute("SELECT count(*) FROM edits").fetchone() == (count,)
        reader.close()
    assert journal._database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert journal._database.execute("PRAGMA synchronous").fetchone() == (2,)


def test_what_was_restored_survives_another_crash(journals):
    first, made = journals("base"), tuple(edits(3))
    first.append(made[0])
    crashed(first)
    second = journals()
    assert second.recover(ROOT, CASE, "base").edits == made[:1]
    second.start(ROOT, CASE, "base")
    second.append(made[1])
    crashed(second)
    assert journals().recover(ROOT, CASE, "base").edits == made[:2]


def test_a_window_that_lives_is_left_alone(journals):
    first, second, made = journals("base"), journals("base"), tuple(edits(2))
    first.append(made[0])
    second.append(made[0])
    assert journals().recover(ROOT, CASE, "base").edits == ()
    crashed(first)
    third = journals()
    assert third.recover(ROOT, CASE, "base").edits == made[:1]
    second.clear(second.mark(), "next")
    third.start(ROOT, CASE, "base")
    assert third.mark().sequence > 0


def test_a_case_that_is_opened_again_without_a_save_has_its_edits(journals):
    journal, made = journals("base"), tuple(edits(2))
    for edit in made:
        journal.append(edit)
    journal.start(ROOT, "another", "")
    journal.append(made[0])
    assert journal.recover(ROOT, CASE, "base").edits == made


def test_only_an_acknowledged_save_clears_and_only_what_it_holds(journals):
    journal, made = journals("base"), tuple(edits(5))
    for edit in made[:3]:
        journal.append(edit)
    mark = journal.mark()
    for edit in made[3:]:  # drawn while the save runs in the background
        journal.append(edit)
    journal.clear(mark, "saved")
    crashed(journal)
    kept = json.loads(journals().recover(ROOT, CASE, "base").moved_aside.read_bytes())  # they start from what was saved
    assert [entry["sequence"] for entry in kept["edits"]] == [4, 5]


def test_edits_made_during_a_save_start_from_what_it_saved(journals):
    journal, made = journals("base"), tuple(edits(5))
    for edit in made[:3]:
        journal.append(edit)
    mark = journal.mark()
    journal.append(made[3])
    journal.clear(mark, "saved")
    journal.append(made[4])
    crashed(journal)
    assert journals().recover(ROOT, CASE, "saved").edits == made[3:]


def test_a_save_that_was_not_acknowledged_any_more_is_recognised(journals):
    journal, made = journals("base"), tuple(edits(5))
    for edit in made[:3]:
        journal.append(edit)
    through = journal.mark().through
    for edit in made[3:]:
        journal.append(edit)
    crashed(journal)
    recovery = journals().recover(ROOT, CASE, "saved", through=(through, ("another", 5)))
    assert (recovery.edits, recovery.moved_aside) == (made[3:], None)


def test_edits_that_a_later_revision_of_somebody_else_holds_are_forgotten_silently(journals):
    journal, made = journals("base"), tuple(edits(2))
    for edit in made:
        journal.append(edit)
    through = journal.mark().through
    crashed(journal)
    recovery = journals().recover(ROOT, CASE, "theirs", through=(("other", 3), through))
    assert (recovery.edits, recovery.moved_aside, recovery.remarks) == ((), None, ())


def test_edits_that_do_not_belong_to_the_revision_are_set_aside_and_said(journals):
    journal, made = journals("base"), tuple(edits(4))
    for edit in made:
        journal.append(edit, "2024")
    crashed(journal)
    recovery = journals().recover(ROOT, CASE, "other")
    assert recovery.edits == ()
    kept = json.loads(recovery.moved_aside.read_bytes())
    assert (kept["case"], kept["project"], len(kept["edits"])) == (CASE, ROOT, 4)
    assert kept["edits"][0]["edit"]["changes"][0][1]["category"] == "CCT1"
    assert str(recovery.moved_aside) in str(recovery.remarks[0])
    assert journals().recover(ROOT, CASE, "other") == type(recovery)()


def test_edits_that_do_not_apply_are_set_aside_from_the_first_that_fails(journals):
    journal = journals("base")
    journal.append(drawing(box(1)))
    journal.append(drawing(box(2)))
    journal.append(drawing(box(2)))
    crashed(journal)
    recovery = journals().recover(ROOT, CASE, "base", Document())
    assert recovery.edits == (drawing(box(1)), drawing(box(2)))
    assert len(json.loads(recovery.moved_aside.read_bytes())["edits"]) == 1
    assert len(recovery.remarks) == 2


def test_of_two_crashed_windows_the_later_one_is_restored_and_the_other_kept(journals):
    first, second = journals("base"), journals("base")
    first.append(drawing(box(1)))
    second.append(drawing(box(1, tag="later")))
    crashed(first)
    crashed(second)
    recovery = journals().recover(ROOT, CASE, "base")
    assert recovery.edits == (drawing(box(1, tag="later")),)
    assert len(json.loads(recovery.moved_aside.read_bytes())["edits"]) == 1


def test_other_cases_and_projects_are_not_touched(journals):
    journal = journals("base", "another case")
    journal.append(drawing(box(1)))
    crashed(journal)
    assert journals().recover(ROOT, CASE, "base").edits == ()
    assert journals().recover("/elsewhere", "another case", "base").edits == ()
    assert len(journals().recover(ROOT, "another case", "base").edits) == 1


def test_a_damaged_row_keeps_what_comes_before_it(journals, folder):
    journal, made = journals("base"), tuple(edits(4))
    for edit in made:
        journal.append(edit)
    crashed(journal)
    with sqlite3.connect(folder / "journal.sqlite3") as writer:
        sealed = bytearray(writer.execute("SELECT edit FROM edits WHERE sequence = 3").fetchone()[0])
        sealed[-20] ^= 1
        writer.execute("UPDATE edits SET edit = ? WHERE sequence = 3", (bytes(sealed),))
    writer.close()
    recovery = journals().recover(ROOT, CASE, "base")
    assert recovery.edits == made[:2]
    kept = json.loads(recovery.moved_aside.read_bytes())["edits"]
    assert [type(entry["edit"]) for entry in kept] == [str, dict]


@pytest.mark.parametrize("damage", [lambda content: b"no database at all" * 300, lambda content: content[:5000] + b"\xff" * 3000,
                                    lambda content: b"", lambda content: content[:300]], ids=["text", "holes", "empty", "cut"])
def test_a_damaged_journal_is_set_aside_and_a_new_one_begun(journals, folder, damage):
    journal = journals("base")
    for edit in edits(30):
        journal.append(edit)
    journal.close()
    content = damage((folder / "journal.sqlite3").read_bytes())
    (folder / "journal.sqlite3").write_bytes(content)
    again = journals("base")
    again.append(drawing(box(1)))
    if content:
        assert "damaged-1.sqlite3" in str(again.remarks[0])
        assert (folder / "damaged-1.sqlite3").read_bytes() == content
    crashed(again)
    assert len(journals().recover(ROOT, CASE, "base").edits) == 1


def test_a_journal_that_cannot_be_written_is_said(journals):
    journal = journals("base")
    journal.append(drawing(box(1)))
    journal._database.execute("PRAGMA max_page_count = 1")
    with pytest.raises(AnnotatorError, match="full"):
        for number in range(2, 400):
            journal.append(drawing(box(number)))
    crashed(journal)
    assert journals().recover(ROOT, CASE, "base").edits[0] == drawing(box(1))


def test_a_journal_without_a_folder_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AnnotatorError, match="Opening the journal"):
        Journal(tmp_path / "file" / "journal")


def test_names_that_are_no_unicode_are_taken(journals):
    journal = journals("base", "/data/\udcff")
    journal.append(drawing(box(1)))
    mark = journal.mark()
    crashed(journal)
    again = journals()
    assert len(again.recover(ROOT, "/data/\udcff", "base").edits) == 1
    assert mark.case == "/data/\udcff"


@given(st.lists(st.sampled_from(["draw", "undo", "redo", "crash", "save", "late save"]), max_size=25))
def test_replaying_the_journal_always_gives_the_document(tmp_path_factory, hand):
    folder = tmp_path_factory.mktemp("journal")
    journal, history, saved, base = Journal(folder), History(), Document(), 0
    journal.start(ROOT, CASE, "0")
    pending = None
    for number, deed in enumerate(hand):
        edit = None
        if deed == "draw":
            edit = step(number, history.document)
            history = history.do(edit)
        elif deed == "undo" and history.undoable:
            edit, history = history.undoable.inverse(), history.undo()
        elif deed == "redo" and history.redoable:
            edit, history = history.redoable, history.redo()
        elif deed == "save":  # begins; what is drawn until "late save" is not in it
            pending = (journal.mark(), history.document)
        elif deed == "late save" and pending:
            mark, saved = pending
            base, pending = base + 1, None
            journal.clear(mark, str(base))
        elif deed == "crash":
            crashed(journal)
            journal._database.close()
            journal = Journal(folder)
            recovery = journal.recover(ROOT, CASE, str(base), saved)
            assert recovery.moved_aside is None
            assert reduce(apply, recovery.edits, saved) == history.document
            journal.start(ROOT, CASE, str(base))
            history, pending = History(history.document), None
        if edit:
            journal.append(edit)
    journal.close()
