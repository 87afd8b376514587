"""The index of known folders remembers parts, keeps within its size, and is done without where it cannot be used."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from annotator.workspace.index import Index

EDITION = 7


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the index lies."""
    return tmp_path / "local" / "folders.sqlite"


def kept(place: Path, folder: str, *parts: bytes, most: int = 1000, edition: int = EDITION) -> None:
    index = Index(edition, place, most)
    index.keep(folder, parts)
    index.close()


def known(place: Path, folder: str, edition: int = EDITION) -> tuple[bytes, ...]:
    index = Index(edition, place)
    found = index.parts(folder)
    index.close()
    return found


def test_parts_are_there_at_the_next_start_in_their_order(place: Path) -> None:
    kept(place, "/영상/a", b"1", b"2", b"3")
    kept(place, "/bad\udcff", b"4")
    assert known(place, "/영상/a") == (b"1", b"2", b"3")
    assert known(place, "/bad\udcff") == (b"4",)
    assert known(place, "/elsewhere") == ()


def test_new_parts_take_the_place_of_the_old_ones(place: Path) -> None:
    kept(place, "/a", b"1", b"2")
    kept(place, "/a", b"3")
    assert known(place, "/a") == (b"3",)


def test_another_version_of_the_program_begins_anew(place: Path) -> None:
    kept(place, "/a", b"1")
    assert known(place, "/a", EDITION + 1) == ()
    assert known(place, "/a", EDITION) == ()


def test_what_was_not_opened_for_longest_is_forgotten(place: Path) -> None:
    kept(place, "/old", b"x" * 600)
    with sqlite3.connect(place) as database:
        database.execute("UPDATE part SET day = 1")
    database.close()
    kept(place, "/new", b"y" * 600)
    assert known(place, "/old") == () and len(known(place, "/new")) == 1


def test_a_damaged_index_is_done_without_and_begins_anew(place: Path) -> None:
    place.parent.mkdir()
    place.write_bytes(b"no database" * 100)
    assert known(place, "/a") == ()
    kept(place, "/a", b"1")
    assert known(place, "/a") == (b"1",)


def test_an_index_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept(tmp_path / "file" / "folders.sqlite", "/a", b"1")
    assert known(tmp_path / "file" / "folders.sqlite", "/a") == ()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
def test_only_its_owner_may_read_it(place: Path) -> None:
    kept(place, "/a", b"1")
    assert place.stat().st_mode & 0o077 == 0
