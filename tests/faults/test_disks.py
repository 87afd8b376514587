"""Disks that are full, read-only, gone, slow or busy, and one whose power is cut: what was acknowledged stays, and the person is told."""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.document import Document
from annotator.silence import STORAGE
from annotator.workspace import revisions
from annotator.workspace.durable import Calls, calling
from annotator.workspace.notice import SavedState, Severity, Topic
from annotator.workspace.session import Session
from tests.conftest import ROOT
from tests.faults.campaign import dice, each, short_or_long, tried
from tests.faults.disks import fill, mounted, run
from tests.workspace.study import box, lung_project, opened, small_ct

_SHUTDOWN = 0x8004587D
"""FS_IOC_SHUTDOWN of Linux; its argument 2: nothing more reaches the disk, as when the power is cut."""


class Hearing:
    """A session on a project, and what it said."""

    def __init__(self, root: Path, images: Path) -> None:
        self.session, _ = opened(root, images)
        self.session.choose_tool("tool.box")
        self.heard: list[tuple[Severity, str]] = []
        self.session.subscribe(self._hear)

    def _hear(self, topic: Topic) -> None:
        said = self.session.said
        if topic is Topic.MESSAGE and said is not None:
            self.heard.append((said.severity, str(said.message)))

    def draw(self, number: int) -> Document:
        """Draw a box, elsewhere each time."""
        self.session.show(number % len(self.session.images))
        self.session.perform(box(1 + number % 7, 1 + number % 5, 10 + number % 5, 13))
        return self.session.document

    def errors(self) -> list[str]:
        """What was said loudly."""
        return [text for severity, text in self.heard if severity is Severity.ERROR]


def saved(session: Session, root: Path) -> Document:
    """The case as its newest revision has it."""
    found, odd = revisions.heads(root, session.series.uid, keep=True)
    assert (len(found) < 2, odd) == (True, ())
    return found[0].document if found else Document()


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return small_ct(tmp_path / "images", slices=3, size=16)


def test_a_disk_that_is_full_at_twenty_sizes_is_told_and_the_last_save_stays(small_disk: Path, images: Path) -> None:
    root = lung_project(small_disk / "과제").root
    hearing = Hearing(root, images)
    before, failures = hearing.draw(0), 0
    hearing.session.save()

    def holds(room: int) -> None:
        nonlocal before, failures
        filler = fill(small_disk, room * 1024)
        now = hearing.draw(room)
        hearing.heard.clear()
        hearing.session.save()
        if hearing.session.saved_state is SavedState.FAILED:
            failures += 1
            assert [text for text in hearing.errors() if "disk is full" in text]
            assert saved(hearing.session, root) in (before, now)
        filler.unlink()
        hearing.session.save()
        assert (hearing.session.saved_state, saved(hearing.session, root)) == (SavedState.SAVED, now)
        assert not list(root.rglob("*.tmp"))
        before = now

    each("disk full while a case is saved", range(0, 60, 3), holds)
    assert 0 < failures < 20
    hearing.session.close()


def test_a_full_disk_of_this_computer_leaves_the_reserve_to_the_journal(tmp_path: Path, images: Path,
                                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    with mounted(tmp_path / "home", "tmpfs", "-o", "size=24m") as disk:
        monkeypatch.setenv("ANNOTATOR_HOME", str(disk))
        root = lung_project(tmp_path / "project").root
        hearing = Hearing(root, images)
        hearing.draw(0)
        hearing.session.look_after()
        assert (disk / "journal" / "reserve.bin").exists()
        fill(disk, 0)
        for number in range(1, 41):
            hearing.draw(number)
        assert [text for _, text in hearing.heard if "held back for it" in text]
        assert hearing.session.unprotected is None
        now = hearing.session.document
        hearing.session._keeping.noting.journal._life.close()
        again = Hearing(root, images)
        assert again.session.document == now
        again.session.close()
        tried("disk full while the journal is written, from the reserve", 40)


def test_a_full_disk_of_this_computer_without_reserve_is_told_and_each_edit_is_saved(tmp_path: Path, images: Path,
                                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    with mounted(tmp_path / "home", "tmpfs", "-o", "size=2m") as disk:
        monkeypatch.setenv("ANNOTATOR_HOME", str(disk))
        root = lung_project(tmp_path / "project").root
        hearing = Hearing(root, images)
        hearing.draw(0)
        fill(disk, 0)
        for number in range(1, 40):
            hearing.draw(number)
            if hearing.session.unprotected is not None:
                assert saved(hearing.session, root) == hearing.session.document
        assert [text for text in hearing.errors() if "not protected" in text]
        hearing.session.close()
        tried("disk full while the journal is written, without reserve", 39)


def test_a_folder_that_became_read_only_is_told_and_the_journal_keeps_the_strokes(tmp_path: Path, images: Path) -> None:
    with mounted(tmp_path / "disk", "tmpfs", "-o", "size=4m") as disk:
        root = lung_project(disk / "project").root
        hearing = Hearing(root, images)
        hearing.draw(0)
        hearing.session.save()
        run("mount", "-o", "remount,ro", disk)
        now = hearing.draw(1)
        hearing.session.look_after()
        hearing.session.save()
        assert hearing.session.saved_state is SavedState.FAILED
        assert [text for text in hearing.errors() if "read-only" in text and "journal" in text]
        hearing.session.close()
        run("mount", "-o", "remount,rw", disk)
        again = Hearing(root, images)
        assert again.session.document == now
        again.session.close()
        assert saved(again.session, root) == now
        tried("project folder became read-only")


def test_a_folder_that_vanished_is_told_and_its_strokes_come_back_with_it(tmp_path: Path, images: Path) -> None:
    root = lung_project(tmp_path / "project").root
    hearing = Hearing(root, images)
    hearing.draw(0)
    hearing.session.save()
    root.rename(tmp_path / "gone")
    now = hearing.draw(1)
    hearing.session.look_after()
    hearing.session.save()
    assert hearing.session.saved_state is SavedState.FAILED
    assert hearing.errors()
    assert not root.exists(), "a folder that went away is not made again"
    hearing.session.close()
    (tmp_path / "gone").rename(root)
    again = Hearing(root, images)
    assert again.session.document == now
    again.session.close()
    tried("project folder vanished")


@pytest.mark.parametrize("code", [5, 32, 33])
def test_a_target_that_is_open_elsewhere_is_waited_for_and_then_told(tmp_path: Path, images: Path, code: int) -> None:
    root = lung_project(tmp_path / "project").root
    hearing = Hearing(root, images)
    hearing.draw(0)
    hearing.session.save()
    busy, naps = [3], [0.0]

    def replaced(source: Path, target: Path) -> None:
        if busy[0] and target.suffix == ".dcm":
            busy[0] -= 1
            error = PermissionError(errno.EACCES, "in use", str(target))
            error.winerror = code  # type: ignore[attr-defined]  # as Windows says it
            raise error
        os.replace(source, target)

    def slept(seconds: float) -> None:
        naps[0] += seconds

    with calling(replace(Calls(), replace=replaced, sleep=slept)):
        now = hearing.draw(1)
        hearing.session.save()
        assert (hearing.session.saved_state, naps[0] > 0) == (SavedState.SAVED, True)
        busy[0] = 10_000
        hearing.heard.clear()
        later = hearing.draw(2)
        hearing.session.save()
        assert hearing.session.saved_state is SavedState.FAILED
        assert [text for text in hearing.errors() if "journal" in text]
        assert saved(hearing.session, root) in (now, later)
    hearing.session.save()
    assert (hearing.session.saved_state, saved(hearing.session, root)) == (SavedState.SAVED, later)
    hearing.session.close()
    tried("target open in another program (errors 5, 32, 33)")


@short_or_long(0.2, 20.0)
def test_a_share_that_stalls_is_noticed_and_the_save_ends_as_it_should(tmp_path: Path, images: Path, amount: float) -> None:
    root = lung_project(tmp_path / "project").root
    hearing = Hearing(root, images)
    now, reached, go_on = hearing.draw(0), threading.Event(), threading.Event()

    def stalled(descriptor: int) -> None:
        reached.set()
        assert go_on.wait(60)
        os.fsync(descriptor)

    saving = threading.Thread(target=hearing.session.save)
    with calling(replace(Calls(), fsync=stalled)):
        saving.start()
        assert reached.wait(60)
        end = time.monotonic() + amount
        while time.monotonic() < end:
            time.sleep(amount / 20)
        assert STORAGE.silent() >= amount * 0.9
        go_on.set()
        saving.join(60)
    assert (hearing.session.saved_state, saved(hearing.session, root)) == (SavedState.SAVED, now)
    assert STORAGE.silent() == 0.0
    hearing.session.close()
    tried(f"share that stalls for {amount:g} s")


WORK = """
import itertools, os, sys
from pathlib import Path
from tests.faults.test_disks import Hearing
from annotator.formats import record
from annotator.workspace.notice import SavedState
hearing = Hearing(Path(sys.argv[1]), Path(sys.argv[2]))
for number in itertools.count(int(sys.argv[3])):
    hearing.draw(number)
    if number % 2:
        hearing.session.save()
        if hearing.session.saved_state is SavedState.SAVED:
            os.write(1, record.dumps(record.encode_document(hearing.session.document)) + b"\\n")
    else:
        hearing.session.look_after()
"""


@short_or_long(2, 20)
@pytest.mark.parametrize("kind", ["ext4", "xfs"])
def test_what_was_saved_before_the_power_was_cut_is_there(tmp_path: Path, images: Path, kind: str, amount: int) -> None:
    disk, size = tmp_path / "disk.img", {"ext4": 32, "xfs": 320}[kind]
    with disk.open("wb") as file:
        file.truncate(size << 20)
    if not run(f"mkfs.{kind}", "-q", *(["-F"] if kind == "ext4" else []), disk):
        pytest.skip(f"no mkfs.{kind}")
    from annotator.formats import record

    chance, acknowledged = dice(f"power {kind}"), Document()
    with mounted(tmp_path / "mounted", kind, "-o", "loop", device=disk) as place:
        lung_project(place / "project")
        os.sync()

    def holds(number: int) -> None:
        nonlocal acknowledged
        with mounted(tmp_path / "mounted", kind, "-o", "loop", device=disk) as place:
            root = place / "project"
            look_as_it_lies(root)
            hearing = Hearing(root, images)
            now = saved(hearing.session, root)
            assert number == 0 or now.count() >= acknowledged.count(), "an acknowledged save is gone"
            hearing.session.close()
            command = [sys.executable, "-c", WORK, str(root), str(images), str(1000 * number)]
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "ANNOTATOR_HOME": str(tmp_path / f"home{number}")}
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as worker:
                assert worker.stdout is not None
                lines = [worker.stdout.readline() for _ in range(chance.randint(1, 6))]
                cut(place)
                worker.kill()
                lines += worker.stdout.readlines()
            whole = [line for line in lines if line.endswith(b"\n")]
            acknowledged = record.decode_document(record.loads(whole[-1]))
        with mounted(tmp_path / "mounted", kind, "-o", "loop", device=disk) as place:
            hearing = Hearing(place / "project", images)
            found = saved(hearing.session, place / "project")
            assert all(a in found.on(a.image) for key in acknowledged.annotations for a in acknowledged.on(key)), "a save is gone"
            assert hearing.errors() == []
            hearing.session.close()

    each(f"power cut ({kind})", range(amount), holds)


def cut(place: Path) -> None:
    """Cut the power of a mounted disk."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, _SHUTDOWN, struct.pack("I", 2))
    finally:
        os.close(descriptor)


def look_as_it_lies(root: Path) -> None:
    """Under a final name there are only whole files."""
    for path in root.rglob("*.json"):
        assert path.read_bytes().rstrip().endswith((b"}", b"]")), path
