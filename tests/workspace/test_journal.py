"""Every finished edit is on disk before the next, comes back where it belongs, and nothing is thrown away."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.history import History
from annotator.errors import AnnotatorError
from annotator.formats import edit_text, record
from annotator.i18n import message
from annotator.workspace import durable, journal_rows, journal_tables
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


DEEDS = ["draw", "draw", "undo", "redo", "undo while saving", "redo while saving", "crash", "save", "late save", "cut save", "open again",
         *(f"jump to {place}" for place in (0, 1, 2, 9))]


@pytest.mark.parametrize(("large", "most", "few"), [(1 << 16, 32 << 20, 16), (300, 32 << 20, 16), (300, 0, 16), (300, 2000, 16),
                                                    (1 << 16, 32 << 20, 0), (200, 2000, 0)],
                         ids=["nothing named", "all named", "none kept that is not named", "some of it", "the rest is in the document",
                              "the rest of what is named is in the document"])  # fmt: skip
@given(hand=st.lists(st.sampled_from(DEEDS), max_size=40))
def test_replaying_the_journal_always_gives_the_document(tmp_path_factory, large, most, few, hand):
    folder = tmp_path_factory.mktemp("journal")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edit_text, "FEW", few)
        patch.setattr(journal_rows, "LARGE", large)
        patch.setattr(journal_tables, "MOST", most)
        replay(folder, hand)


def replay(folder, hand):
    """Work as the deeds say; after each crash, and in the end, the journal must give the document, and keep nothing that is of no use."""
    journal, history, saved, base = Journal(folder), History(), Document(), 0
    journal.start(ROOT, CASE, "0")
    pending, through, shown = None, ("", 0), Document()
    for number, deed in enumerate([*hand, "crash", "crash"]):
        edit, meanwhile = None, (journal.mark(), history.document) if "while" in deed else None
        if deed == "draw":
            edit = step(number, history.document)
            history = history.do(edit)
        elif "undo" in deed and history.undoable:
            edit, history = history.undoable.inverse(), history.undo()
        elif "redo" in deed and history.redoable:
            edit, history = history.redoable, history.redo()
        elif "jump" in deed and (place := min(int(deed[-1]), len(history.steps))) != history.place:
            edit = history.way(place)
            history = history.at(place, edit)
        elif deed == "save":  # begins; what is drawn until "late save" is not in it
            pending = (journal.mark(), history.document)
        elif deed in ("late save", "cut save") and pending:
            mark, saved = pending
            base, pending, through = base + 1, None, mark.through
            if deed == "late save":
                journal.clear(mark, str(base))
        if deed == "crash" or (deed == "cut save" and through != ("", 0)):  # a save that the revision says, and nobody cleared
            crashed(journal)
            journal._database.close()
            journal = Journal(folder)
        if deed in ("crash", "open again", "cut save"):
            recovery = journal.recover(ROOT, CASE, str(base), saved, (through,))
            assert recovery.moved_aside is None
            history, pending = reduce(History.do, recovery.edits, History(saved)), None
            journal.start(ROOT, CASE, str(base))
            assert history.document == shown
        if edit:
            journal.append(edit)
        if meanwhile:
            (mark, saved), pending, base = meanwhile, None, base + 1
            through = mark.through
            journal.clear(mark, str(base))
        shown = history.document
    journal.clear(journal.mark(), "end")
    journal.close()
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as database:
        assert database.execute("SELECT (SELECT count(*) FROM edits), (SELECT count(*) FROM kept)").fetchone() == (0, 0)


@pytest.fixture
def all_large(monkeypatch):
    """Every edit is worth being named."""
    monkeypatch.setattr(journal_rows, "LARGE", 300)


def rows(folder):
    """What the rows of the journal say, by number."""
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as reader:
        return {sequence: record.unseal(edit)[0] for sequence, edit in reader.execute("SELECT sequence, edit FROM edits")}


def test_a_large_edit_is_written_once_and_named_where_it_is_taken_back_and_done_again(journals, folder, all_large):
    journal, (edit,) = journals("base"), edits(1)
    for each in (edit, edit.inverse(), edit, edit.inverse().inverse(), replace(edit)):
        journal.append(each)
    written = rows(folder)
    assert [(said.get("row"), said.get("back")) for said in written.values()] == [
        (None, None), (1, True), (1, False), (1, False), (None, None)]
    crashed(journal)
    assert journals().recover(ROOT, CASE, "base").edits == (edit, edit.inverse(), edit, edit, edit)


def test_a_jump_over_many_edits_names_each_of_them_and_comes_back(journals, folder, all_large):
    journal, made = journals("base"), list(edits(4))
    history = reduce(History.do, made, History())
    for edit in made:
        journal.append(edit)
    back = history.way(1)
    journal.append(back)
    forth = history.at(1, back).way(3)
    mark = journal.append(forth)
    written = list(rows(folder).values())
    assert [(said.get("row"), said.get("back")) for said in written[4:]] == [(4, True), (3, True), (2, True), (2, False), (3, False)]
    assert mark == journal.mark()
    crashed(journal)
    there = journals().recover(ROOT, CASE, "base").edits
    assert reduce(apply, there, Document()) == history.at(3).document


def test_what_has_no_row_of_its_own_is_one_row_between_those_that_have(journals, folder, all_large, monkeypatch):
    journal, made = journals("base"), list(edits(5))
    history = reduce(History.do, made, History())
    for number, edit in enumerate(made):
        monkeypatch.setattr(journal_rows, "LARGE", 300 if number == 2 else 1 << 16)
        journal.append(edit)
    way = history.way(0)
    journal.append(way)
    assert [said.get("row") for said in list(rows(folder).values())[5:]] == [None, 3, None]
    crashed(journal)
    assert reduce(apply, journals().recover(ROOT, CASE, "base").edits, Document()) == Document()


def test_a_jump_is_written_wholly_or_not_at_all(journals, folder, all_large, monkeypatch):
    journal, made = journals("base"), list(edits(3))
    history = reduce(History.do, made, History())
    for edit in made:
        journal.append(edit)

    def refused(point: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(durable, "fault", refused)
        with pytest.raises(AnnotatorError):
            journal.append(history.way(0))
    assert len(rows(folder)) == 3
    journal.append(history.way(0))
    assert len(rows(folder)) == 6


def test_a_jump_over_an_edit_whose_row_is_gone_is_written_in_full(journals, folder, all_large):
    journal, made = journals("base"), list(edits(3))
    history = reduce(History.do, made, History())
    for edit in made:
        journal.append(edit)
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as writer, writer:
        writer.execute("DELETE FROM edits WHERE sequence = 2")
    journal.append(history.way(0))
    assert [list(said) for said in rows(folder).values()][2:] == [["name", "changes"]]


def test_an_edit_that_was_only_made_of_one_that_takes_back_is_written_in_full(journals, folder, all_large):
    journal, (edit,) = journals("base"), edits(1)
    journal.append(edit)
    back = replace(edit.inverse(), name=message("Something else"))
    journal.append(back)
    assert "changes" in rows(folder)[2]
    crashed(journal)
    assert journals().recover(ROOT, CASE, "base").edits == (edit, back)


def test_a_large_edit_is_named_after_a_save_that_holds_it_and_after_what_the_save_did_not_hold(journals, folder, all_large):
    journal, (edit,) = journals("base"), edits(1)
    journal.append(edit)
    mark = journal.mark()
    journal.append(edit.inverse())
    journal.clear(mark, "saved")
    journal.append(edit)
    assert [said["row"] for said in rows(folder).values()] == [1, 1]
    crashed(journal)
    second = journals()
    recovery = second.recover(ROOT, CASE, "saved")
    assert recovery.edits == (edit.inverse(), edit)
    assert all("changes" in said for said in rows(folder).values())  # what a run that is gone has kept is not needed any more
    second.start(ROOT, CASE, "saved")
    second.append(recovery.edits[0].inverse())
    crashed(second)
    assert journals().recover(ROOT, CASE, "saved").edits == (edit.inverse(), edit, edit)


def test_what_is_named_is_kept_however_little_may_be_kept(journals, folder, all_large, monkeypatch):
    monkeypatch.setattr(journal_tables, "MOST", 0)
    journal, made = journals("base"), tuple(edits(2))
    journal.append(made[0])
    mark = journal.append(made[1])
    journal.append(made[1].inverse())
    journal.clear(mark, "saved")
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as reader:
        assert reader.execute("SELECT sequence FROM kept").fetchall() == [(2,)]
    journal.append(made[0].inverse())
    assert [("row" in said, "changes" in said) for said in rows(folder).values()] == [(True, False), (False, True)]
    crashed(journal)
    assert journals().recover(ROOT, CASE, "saved").edits == (made[1].inverse(), made[0].inverse())


def test_another_case_never_names_the_rows_of_this_one(journals, folder, all_large):
    journal, (edit,) = journals("base"), edits(1)
    journal.append(edit)
    journal.start(ROOT, "another", "base")
    journal.append(edit.inverse())
    assert "changes" in rows(folder)[2]


def test_what_is_named_and_is_gone_or_another_is_said_and_what_comes_before_is_restored(journals, folder, all_large):
    for damage in ("DELETE FROM kept", f"UPDATE kept SET edit = (SELECT edit FROM edits WHERE sequence = {2}) WHERE sequence = 1"):
        journal, made = journals("base"), tuple(edits(2))
        journal.append(made[0])
        first = journal.mark().sequence
        journal.clear(journal.mark(), "saved")
        journal.append(made[1])
        journal.append(made[0].inverse())
        crashed(journal)
        with closing(sqlite3.connect(folder / "journal.sqlite3")) as writer, writer:
            writer.execute(damage.replace("= 2)", f"= {first + 1})").replace("sequence = 1", f"sequence = {first}"))
        recovery = journals().recover(ROOT, CASE, "saved")
        assert recovery.edits == made[1:]
        kept = json.loads(recovery.moved_aside.read_bytes())["edits"]
        assert [entry["edit"]["row"] for entry in kept] == [first]


def test_what_is_set_aside_says_in_full_what_it_named(journals, all_large):
    journal, (edit,) = journals("base"), edits(1)
    journal.append(edit)
    journal.append(edit.inverse())
    crashed(journal)
    kept = json.loads(journals().recover(ROOT, CASE, "other").moved_aside.read_bytes())["edits"]
    assert [record.decode_edit(entry["edit"]) for entry in kept] == [edit, edit.inverse()]


def test_where_another_start_took_the_row_the_edit_is_written_in_full(journals, folder, all_large):
    journal, (edit,) = journals("base"), edits(1)
    journal.append(edit)
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as writer, writer:
        writer.execute("DELETE FROM edits")
    journal.append(edit.inverse())
    assert [list(said) for said in rows(folder).values()] == [["name", "changes"]]


def test_a_journal_of_the_version_before_is_recovered(folder, journals):
    """It has one table, and every row says its edit in full."""
    made = tuple(edits(2))
    folder.mkdir()
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as before, before:
        before.execute("CREATE TABLE edits (sequence INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, project TEXT NOT NULL, "
                       "case_id TEXT NOT NULL, base TEXT NOT NULL, time TEXT NOT NULL, edit BLOB NOT NULL)")
        for edit in (*made, made[1].inverse()):
            before.execute("INSERT INTO edits (run, project, case_id, base, time, edit) VALUES ('0123456789abcdef', ?, ?, 'base', '', ?)",
                           (ROOT, CASE, record.seal(record.encode_edit(edit))[0]))
    assert journals().recover(ROOT, CASE, "base").edits == (*made, made[1].inverse())
