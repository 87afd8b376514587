"""Several people, windows, machines and clocks at once: nothing of anybody is lost silently, and the order is that of the numbers."""

from __future__ import annotations

import os
import socket
import sys
import time
import zlib
from pathlib import Path

import pytest

from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.image import ImageKey
from annotator.paths import local_folder
from annotator.workspace import log, projects, revisions
from annotator.workspace.notice import SavedState, Topic
from annotator.workspace.session import Session
from annotator.workspace.store import Store
from annotator.workspace.tasks import Immediate
from tests.faults.campaign import short_or_long, tried
from tests.faults.processes import ended, started
from tests.workspace.cases import CASE, FORMATS, KEYS, Place, box, drawing, sheets
from tests.workspace.study import box as stroke
from tests.workspace.study import lung_project, small_ct

PEOPLE = ("김판독", "이주석")


def write_many(root: Path, person: str, number: int, count: int) -> None:
    """One of two windows of a person: load, draw, save, note it in the log, and again."""
    store = Store(Place(root), FORMATS)
    for edit in range(count):
        loaded = store.load(CASE)
        tag = f"{person} {number} {edit}"
        now = apply(loaded.document, drawing(box(loaded.document.next_id(KEYS[0]), tag=tag)))
        saved = store.save(CASE, now, loaded.digest, sheets(now), person, tag)
        log.append(root, person, "", tag, log.Done("save", CASE, before=loaded.digest, after=saved.digest))


def drawn(documents: list[Document], image: ImageKey) -> set[str]:
    return {a.drawn.time for document in documents for a in document.on(image)}


@short_or_long(8, 50)
def test_two_people_in_four_processes_lose_no_edit(tmp_path: Path, amount: int) -> None:
    root = tmp_path / "project"
    root.mkdir()
    windows = [(person, number) for person in PEOPLE for number in range(2)]
    assert ended([started(write_many, root, person, number, amount) for person, number in windows]) == [0] * 4
    found = [revisions.decode(path.read_bytes()) for path in revisions.listed(root, CASE).values()]
    assert sorted(r.number for r in found) == list(range(1, 4 * amount + 1))
    store = Store(Place(root), FORMATS)
    heads = [store.load(CASE, head.digest).document for head in store.load(CASE).heads]
    expected = {f"{person} {number} {edit}" for person, number in windows for edit in range(amount)}
    assert drawn(heads, KEYS[0]) == expected, "an edit is in no version of the case"
    assert list(log.verify(root)) == []
    assert {row.after for row in log.read(root)} == {revision.digest for revision in found}
    tried("two people, four processes: edits", 4 * amount)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    small_ct(tmp_path / "images", slices=2, size=16)
    lung_project(tmp_path / "project")
    return tmp_path


def window(place: Path, person: str, year: int) -> Session:
    """A window of a person whose computer believes that it is another year."""
    session = Session(projects.open_project(place / "project"), Immediate(), author=person, clock=lambda: f"{year}-01-02T03:04:05+09:00")
    session.heard = []
    session.subscribe(lambda topic: session.heard.append(str(session.said.message)) if topic is Topic.MESSAGE else None)
    session.open_folder([place / "images"])
    session.choose_tool("tool.box")
    return session


@pytest.mark.parametrize("years", [(2031, 2021), (2021, 2031)], ids=["first ahead", "first behind"])
def test_clocks_that_are_years_apart_change_no_order(place: Path, years: tuple[int, int]) -> None:
    first = window(place, "김판독", years[0])
    first.perform(stroke(1, 1, 5, 5))
    first.close()
    second = window(place, "이주석", years[1])
    assert second.document == first.document
    second.perform(stroke(7, 7, 12, 12))
    second.close()
    for path in place.joinpath("project").rglob("*"):
        os.utime(path, (time.time() + (1 if years[0] > years[1] else -1) * 5 * 365 * 86400,) * 2)
    third = window(place, "김판독", years[0])
    assert third.document == second.document
    assert third.question is None
    third.perform(stroke(1, 9, 5, 14))
    third._keeping.noting.journal._life.close()
    again = window(place, "김판독", years[1])
    assert again.document == third.document, "the journal goes by its numbers"
    again.close()
    rival, other = window(place, "김판독", years[0]), window(place, "이주석", years[1])
    rival.perform(stroke(9, 1, 13, 4))
    rival.save()
    other.perform(stroke(9, 9, 13, 14))
    other.save()
    assert [text for text in other.heard if "at the same time" in text]
    versions = {head.digest for head in revisions.heads(place / "project", other.series.uid, keep=True)[0]}
    assert len(versions) == 2, "both are kept"
    tried("clocks five years apart")


def test_what_a_dead_machine_left_is_in_nobodys_way(place: Path) -> None:
    before = window(place, "김판독", 2026)
    before.perform(stroke(1, 1, 5, 5))
    before.close()
    kept, case = place / "project" / ".annotator", before.series.uid
    other = zlib.crc32(b"a machine that burnt down")
    assert other != zlib.crc32(socket.gethostname().encode())
    newest = max(revisions.listed(place / "project", case).values())
    following = newest.with_name(newest.name.replace("rev-000001", "rev-000002"))
    left = [kept / "locks" / f"{case}.lock", following.with_name(f".{following.name}.claim"),
            newest.with_name(f".annotator-{other:08x}-4711-1.tmp"), kept / "locks" / "project.lock"]  # fmt: skip
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"4711")
        os.utime(path, (0, 0))
    (local_folder() / "journal" / "0123456789abcdef.lock").write_bytes(b"")
    session = window(place, "이주석", 2026)
    session.perform(stroke(7, 7, 12, 12))
    session.save()
    assert session.saved_state is SavedState.SAVED
    (head,), odd = revisions.heads(place / "project", case, keep=True)
    assert (head.document, odd) == (session.document, ())
    assert left[2].exists(), "what another machine may be writing is not touched"
    session.close()
    tried("stale lock, claim and temporary file of a dead machine")


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")
def test_a_window_whose_process_is_gone_holds_nothing(place: Path) -> None:
    first = started(hold_and_die, place, point="save.before_revision")
    assert ended([first]) == [-9]
    session = window(place, "이주석", 2026)
    session.perform(stroke(7, 7, 12, 12))
    session.save()
    assert session.saved_state is SavedState.SAVED
    session.close()
    tried("lock of a process that is gone")


def hold_and_die(place: Path) -> None:
    """Die with the lock of the case held."""
    session = window(place, "김판독", 2026)
    session.perform(stroke(1, 1, 5, 5))
    session.save()
