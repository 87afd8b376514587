"""Whenever the process is killed: no finished edit is lost, no file is torn, and the delivered files are those of the newest revision."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from dataclasses import replace
from functools import reduce
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.formats import edit_text
from annotator.workspace import durable, journal, journal_rows, publish, revisions, store
from annotator.workspace.journal import Journal
from annotator.workspace.store import Store
from tests import forked
from tests.workspace.cases import CASE, FORMATS, WHOLE, Place, sheets, step

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")

POINTS = (*durable.POINTS, *store.POINTS, *publish.POINTS, *journal.POINTS)
TIME = "2024-05-01T10:00:00+09:00"
MANY = 1000
ALL = (*FORMATS, WHOLE)


def document_after(count: int) -> Document:
    """What the first `count` edits give."""
    now = Document()
    for number in range(count):
        now = apply(now, step(number, now))
    return now


def work(root: Path, home: Path, done: int, last: int, point: str, said: Connection, back: bool) -> None:
    """A person at work: draw, save after every second edit and now and then in the middle of a stroke; say what is acknowledged."""
    os.environ["ANNOTATOR_FAULT"] = point
    journal_rows.LARGE, edit_text.FEW = (200, 0) if back else (journal_rows.LARGE, edit_text.FEW)
    notes, place = Journal(home), Store(Place(root), ALL)
    loaded = place.load(CASE)
    recovery = notes.recover(str(root), CASE, loaded.digest, loaded.document, loaded.through)
    now, digest = reduce(apply, recovery.edits, loaded.document), loaded.digest
    if now == document_after(done):
        now = document_after(done)  # where a number is given that was given once to what was taken back, the next is not another one
    notes.start(str(root), CASE, digest)
    for number in range(done, last):
        edit = step(number, now)
        notes.append(edit, TIME)
        now = apply(now, edit)
        if back:  # taken back and done again, by rows that name the first one
            notes.append(edit.inverse(), TIME)
            notes.append(edit, TIME)
        else:
            said.send(number + 1)
        if number % 2:
            mark = notes.mark()
            if back:  # while the save is running
                notes.append(edit.inverse(), TIME)
                notes.append(edit, TIME)
            saved = place.save(CASE, now, digest, sheets(now), "김판독", TIME, through=mark.through)
            digest = saved.digest
            notes.clear(mark, digest)
        if back:
            said.send(number + 1)
    said.close()


def killed_at_work(root: Path, home: Path, done: int, point: str = "", after: float = 0.0, *, back: bool = False) -> int:
    """Let a process work until it kills itself at `point`, or is killed `after` seconds; return the last acknowledged edit.

    `back`: each edit is taken back and done again, as large edits are.
    """
    context = forked.context()
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=work, args=(root, home, done, done + 12 if point else MANY, point, theirs, back))
    worker.start()
    theirs.close()
    end, acknowledged = None, done
    try:
        while end is None or ours.poll(max(0.0, end - time.monotonic())):
            acknowledged = ours.recv()
            if after and end is None:
                end = time.monotonic() + after  # counted from the first edit, when everything is loaded
        worker.kill()
        while True:
            acknowledged = ours.recv()
    except EOFError:
        pass
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL, f"{point or 'the random kill'} was never reached"
    ours.close()
    return acknowledged


def edits_after_restart(root: Path, home: Path, acknowledged: int) -> int:
    """Start again, check that everything is as it must be, and return how many edits there are."""
    place, notes = Store(Place(root), ALL), Journal(home)
    assert place.remarks == notes.remarks == ()
    loaded = place.load(CASE)
    recovery = notes.recover(str(root), CASE, loaded.digest, loaded.document, loaded.through)
    assert (loaded.remarks, loaded.conflict, recovery.moved_aside) == ((), False, None)
    now = reduce(apply, recovery.edits, loaded.document)
    count = next((n for n in (acknowledged, acknowledged + 1) if document_after(n) == now), None)
    assert count is not None, f"{now.count()} annotations after {acknowledged} edits"
    notes.close()
    chain = [revisions.decode(path.read_bytes()) for _, path in sorted(revisions.listed(root, CASE).items())]
    assert [r.parents for r in chain] == [(), *((r.digest,) for r in chain[:-1])][: len(chain)]
    assert place.altered(CASE) == ()
    delivered = {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and ".annotator" not in p.parts}
    assert delivered == (set(chain[-1].files) if chain else set())
    images = sheets(loaded.document)
    for sheet in (replace(own, siblings=images) for own in images) if chain else ():
        for used in ALL:
            publish.compare(sheet, used, {p: (root / p).read_bytes() for p in used.paths(sheet) if (root / p).exists()})
    assert not list((root / ".annotator").rglob("*.tmp")) + list((root / ".annotator" / "intents").glob("*"))
    return count


@pytest.fixture
def root(tmp_path):
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_named_point_nothing_is_lost(root, tmp_path, point):
    kill_at(root, tmp_path / "home", point, back=False)


@pytest.mark.parametrize("point", [*journal.POINTS, *(f"{point}:{passes}" for point in journal.POINTS[:2] for passes in range(2, 8)),
                                   "save.after_revision"])  # fmt: skip
def test_killed_while_edits_are_taken_back_by_name_nothing_is_lost(root, tmp_path, point):
    kill_at(root, tmp_path / "home", point, back=True)


def kill_at(root, home, point, *, back):
    """Let people work and be killed there, again and again."""
    done = 5
    if point.startswith("remove") or point == "publish.before_remove":
        done = 0
    if done:
        done = edits_after_restart(root, home, killed_at_work(root, home, 0, "journal.after_commit:5", back=back))
    for passes in (1,) if point == "journal.before_adopt" or ":" in point else (1, 2):
        acknowledged = killed_at_work(root, home, done, point if ":" in point else f"{point}:{passes}", back=back)
        done = edits_after_restart(root, home, acknowledged)


@pytest.mark.parametrize("back", [False, True])
def test_killed_at_random_nothing_is_lost(root, tmp_path, back):
    dice, done = random.Random(11), 0
    for _ in range(50):
        acknowledged = killed_at_work(root, tmp_path / "home", done, after=dice.uniform(0.0, 0.03), back=back)
        done = edits_after_restart(root, tmp_path / "home", acknowledged)
    assert done > 50
