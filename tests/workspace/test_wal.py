"""Several that open the same new database at once all get it, nobody clears away what another one uses, and a holder is told by name."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from annotator.errors import AnnotatorError
from annotator.workspace import wal, worklist_table
from annotator.workspace.index import Index
from annotator.workspace.journal import Journal
from annotator.workspace.worklist import Worklist
from tests.workspace.study import lung_project

_TOGETHER, _ROUNDS = 6, 15


def _at_once(calls: list[Callable[[], object]]) -> list[Exception]:
    """Call them all at the same moment, in threads; returns what they raised."""
    failures, gate = list[Exception](), threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        gate.wait()
        try:
            call()
        except (AnnotatorError, OSError, sqlite3.Error) as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_several_open_a_new_database_at_the_same_moment(tmp_path: Path) -> None:
    for number in range(_ROUNDS):
        path = tmp_path / f"{number}.sqlite"

        def note(path: Path = path) -> None:
            with closing(wal.connected(path, 10.0)) as database, database:
                database.execute("CREATE TABLE IF NOT EXISTS said (word)")
                database.execute("INSERT INTO said VALUES ('yes')")

        assert _at_once([note] * _TOGETHER) == []
        with closing(wal.connected(path, 0.0)) as database:
            assert database.execute("SELECT count(*) FROM said").fetchone() == (_TOGETHER,)


def test_several_windows_begin_the_journal_the_index_and_the_worklist_at_once(tmp_path: Path) -> None:
    folder = lung_project(tmp_path / "project")
    for number in range(_ROUNDS // 3):
        place = tmp_path / str(number)
        assert _at_once([lambda place=place: Journal(place / "journal").close()] * _TOGETHER) == []
        assert _at_once([lambda place=place: Index(1, place / "folders.sqlite").close()] * _TOGETHER) == []
        assert _at_once([lambda place=place: Worklist(folder, place / "list.sqlite").count()] * _TOGETHER) == []


def test_a_damaged_worklist_is_made_anew_once_and_not_under_the_hands_of_others(tmp_path: Path) -> None:
    folder = lung_project(tmp_path / "project")
    for number in range(_ROUNDS // 3):
        path = tmp_path / f"{number}.sqlite"
        path.write_bytes(b"no database" * 1000)
        assert _at_once([lambda path=path: Worklist(folder, path).refresh()] * _TOGETHER) == []


def test_a_worklist_that_another_window_holds_is_kept_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Worklist(lung_project(tmp_path / "project"), tmp_path / "list.sqlite")
    assert found.count() == 0
    monkeypatch.setattr(worklist_table, "PATIENCE", 0.05)
    with closing(sqlite3.connect(tmp_path / "list.sqlite", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("PRAGMA user_version = 1")  # so that whoever opens it wants to write
        other.execute("COMMIT")
        with pytest.raises(AnnotatorError, match="another program has it open"):
            found.count()
        assert (tmp_path / "list.sqlite").exists()
    assert found.count() == 0


def test_damage_inside_a_worklist_is_told_once_and_the_list_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "list.sqlite"
    found = Worklist(lung_project(tmp_path / "project"), path)
    assert found.count() == 0
    with closing(sqlite3.connect(path)) as database:
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'by_role'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    damaged = bytearray(path.read_bytes())
    damaged[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(damaged)
    with pytest.raises(AnnotatorError, match="Reading the worklist"), found.table() as database:
        database.execute("SELECT count(*) FROM entry INDEXED BY by_role WHERE role != 'x'").fetchall()
    assert found.count() == 0


def test_a_worklist_whose_folder_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"")
    with pytest.raises(AnnotatorError, match="Reading the worklist"):
        Worklist(lung_project(tmp_path / "project"), tmp_path / "home" / "list.sqlite").count()


def test_a_full_disk_and_a_file_that_may_not_be_written_are_told_in_the_words_of_the_program(tmp_path: Path) -> None:
    with closing(wal.connected(tmp_path / "full.sqlite", 0.0)) as database:
        database.execute("CREATE TABLE said (word)")
        database.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.Error) as full:
            database.execute("INSERT INTO said VALUES (zeroblob(100000))")
        database.execute("PRAGMA query_only = ON")
        with pytest.raises(sqlite3.Error) as kept:
            database.execute("INSERT INTO said VALUES (1)")
    assert str(wal.cause(full.value)) == "the disk is full"
    assert str(wal.cause(kept.value)) == "the folder is read-only"
