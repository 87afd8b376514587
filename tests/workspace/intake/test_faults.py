"""An intake that is killed goes on where it ended, a disk that fills up is said, and nothing half-written ever bears a final name."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pydicom
import pytest

from annotator.dicom.deidentify import Engine, Made
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.progress import Report
from annotator.silence import STORAGE
from annotator.workspace import durable
from annotator.workspace.intake import mapping, running, surveying, taking
from annotator.workspace.intake.planning import ImageTask, SeriesTask
from annotator.workspace.intake.surveying import walk
from tests.conftest import ROOT
from tests.workspace.intake import exports

POINTS = (*(f"{point}:{turn}" for point in durable.MANY_POINTS for turn in (1, 2)), "create_all.after_name:5", "write.before_rename:4")


def carried_out(project: Path, export: Path, keep: Path, fault: str = "") -> int:
    """Carry an intake out in a process of its own."""
    words = ["intake", str(project), str(export), "--keep", str(keep), "--jobs", "1", "--no-look"]
    words += ["--confirmed-by", "A", "--confirmed-by", "B"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ANNOTATOR_FAULT": fault}
    return subprocess.run([sys.executable, "-m", "annotator", *words], env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize("point", POINTS)
def test_an_intake_that_was_killed_goes_on_and_doubles_nothing(point: str, tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "a", "1", "A")
    exports.ct(export / "b", "2", "B", seed=2)
    project = exports.project(tmp_path / "p")
    assert carried_out(project.root, export, tmp_path / "kept", point) != 0
    for path in project.root.rglob("*.dcm"):
        assert pydicom.dcmread(path).pixel_array.shape == (8, 8)
    exports.taken(exports.surveyed(project, export, tmp_path))
    files = sorted(project.root.rglob("*.dcm"))
    assert len(files) == len({pydicom.dcmread(path).SOPInstanceUID for path in files}) == 8
    assert sorted({path.parts[-4] for path in files}) == ["P000001", "P000002"]
    assert not list(project.root.rglob("*.tmp"))
    assert len(mapping.load(project, tmp_path / "kept").patients) == 2


def test_an_output_that_fills_up_is_said_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export", slices=6)
    project = exports.project(tmp_path / "p")
    course = exports.surveyed(project, tmp_path / "export", tmp_path)
    room = iter(range(7))

    def write(descriptor: int, content: memoryview) -> int:
        if next(room, None) is None and len(content) > 40:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.write(descriptor, content)

    from annotator.workspace.intake import planning, taking

    tasks = planning.plan(project, course.survey, course.rows, course.who)
    with durable.calling(durable.Calls(write=write)):
        from annotator.progress import Report

        results = list(taking.take(project.root, project.project.deidentification, course.who.keyed, tasks, Report(), 1))
    assert [(r.written, len(r.failed), str(r.failed[0][1])) for r in results] == [(0, 6, "the disk is full")]
    assert not list(project.root.rglob("*.dcm")) and not list(project.root.rglob("*.tmp"))
    assert exports.taken(exports.surveyed(project, tmp_path / "export", tmp_path)).written == 6


def test_names_of_every_kind_are_read_and_links_end(tmp_path: Path) -> None:
    export = tmp_path / "export"
    (export / unicodedata.normalize("NFD", "김민수")).mkdir(parents=True)
    exports.xray(export / unicodedata.normalize("NFD", "김민수") / "흉부 정면.dcm")
    exports.xray(export / ("가" * 80 + ".dcm"), "8", seed=8)
    os.symlink(export, export / "loop")
    os.symlink(export / "nothing", export / "dangling")
    if hasattr(os, "mkfifo"):
        os.mkfifo(export / "pipe")
    refused: list[tuple[str, object]] = []
    found = list(walk(export, refused, Report()))  # type: ignore[arg-type]  # any list will do
    assert len(found) == 2 and {Path(path).name for path, _ in refused} >= {"loop", "dangling"}
    course = exports.surveyed(exports.project(tmp_path / "p"), export, tmp_path)
    told = exports.taken(course)
    assert told.written == 2 and "김민수".encode() not in b"".join(str(path).encode() for path in course.project.root.rglob("*"))


def test_broken_and_hostile_files_are_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    export = tmp_path / "export"
    good = exports.ct(export, slices=3)
    content = good[0].read_bytes()
    (export / "cut.dcm").write_bytes(content[:300])
    (export / "empty.dcm").write_bytes(b"")
    (export / "noise.dcm").write_bytes(bytes(128) + b"DICM" + os.urandom(500))
    deep = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff" * 2000
    (export / "deep.dcm").write_bytes(content[: content.index(b"\x08\x00\x16\x00")] + deep)
    course = exports.surveyed(exports.project(tmp_path / "p"), export, tmp_path)
    assert len(course.survey.refused) == 4 and exports.taken(course).written == 3


@contextmanager
def away_once(folder: Path) -> Iterator[Callable[[Report], None]]:
    """Give what takes a folder away at the first step of a task; it is put back as soon as its silence is heard."""
    hidden, taken, over = folder.with_name(f"{folder.name}.away"), threading.Event(), threading.Event()

    def take_away(report: Report) -> None:
        if not taken.is_set():
            folder.rename(hidden)
            taken.set()

    def put_back() -> None:
        while taken.wait(60) and not over.is_set():
            if hidden.exists() and STORAGE.silent() > 0:
                heard.append(True)
                hidden.rename(folder)
                return

    heard: list[bool] = []
    back = threading.Thread(target=put_back)
    back.start()
    yield take_away
    over.set()
    taken.set()
    back.join(60)
    assert heard, "somebody has to hear that nothing answers"


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_export_that_goes_away_while_it_is_read_is_waited_for(tmp_path: Path, jobs: int) -> None:
    for number in range(1, 7):
        exports.ct(tmp_path / "export" / str(number), str(number), f"N{number}", slices=70, seed=number)
    course = running.begin(exports.project(tmp_path / "p"), tmp_path / "export", None, tmp_path / "kept")
    with away_once(tmp_path / "export") as taking_away:
        running.gather(course, Report(taking_away), jobs)
    assert course.survey.refused == [] and [row.facts.images for row in course.rows] == [70] * 6
    assert STORAGE.silent() == 0.0


def test_what_failed_is_tried_once_more_where_the_export_is_back_before_anybody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 4):
        exports.ct(tmp_path / "export" / str(number), str(number), f"N{number}", slices=4, seed=number)
    failed, listed, read_source = set[str](), surveying._listed, surveying.read_source

    def fail_once(path: str) -> None:
        if path not in failed:
            failed.add(path)
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    def listing(path: str) -> object:
        fail_once(path)
        return listed(path)

    def reading(path: str) -> object:
        fail_once(path)
        return read_source(path)

    monkeypatch.setattr(surveying, "_listed", listing)
    monkeypatch.setattr(surveying, "read_source", reading)
    course = running.begin(exports.project(tmp_path / "p"), tmp_path / "export", None, tmp_path / "kept")
    running.gather(course, Report(), 1)
    assert len(failed) == 16 and course.survey.refused == [] and [row.facts.images for row in course.rows] == [4] * 3


def test_files_that_could_not_be_read_are_taken_once_more_and_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exports.ct(tmp_path / "export", slices=6)
    project = exports.project(tmp_path / "p")
    course = exports.surveyed(project, tmp_path / "export", tmp_path)
    failed, one = set[str](), taking._one

    def fail_once(engine: Engine, image: ImageTask, task: SeriesTask) -> Made:
        if image.path not in failed and len(failed) < 3:
            failed.add(image.path)
            raise AnnotatorError(message("Taking it"), message("it is not there"), message("Try again in a moment"))
        return one(engine, image, task)

    monkeypatch.setattr(taking, "_one", fail_once)
    report = Report()
    told, _ = running.carry_out(course, ("A", "B"), lambda: "2026-01-01T00:00:00+09:00", report, 1)
    assert (told.written, told.there, told.failed, report.done, report.total) == (6, 0, [], 6, 6)
    assert len(failed) == 3 and len(list(project.root.rglob("*.dcm"))) == 6


@pytest.mark.parametrize("which", ["export", "p"])
def test_an_intake_goes_on_when_export_or_project_is_back(tmp_path: Path, which: str) -> None:
    for number in range(1, 5):
        exports.ct(tmp_path / "export" / str(number), str(number), f"N{number}", seed=number)
    project = exports.project(tmp_path / "p")
    course = exports.surveyed(project, tmp_path / "export", tmp_path)
    with away_once(tmp_path / which) as taking_away:
        told, _ = running.carry_out(course, ("A", "B"), lambda: "2026-01-01T00:00:00+09:00", Report(taking_away), 1)
    assert (told.written, told.failed) == (16, [])
    files = list(project.root.rglob("*.dcm"))
    assert len(files) == 16 and all(pydicom.dcmread(path).pixel_array.shape == (8, 8) for path in files)
    assert not list(project.root.rglob("*.tmp")) and STORAGE.silent() == 0.0


def test_who_cancels_does_not_wait_for_a_share(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export")
    course = exports.surveyed(exports.project(tmp_path / "p"), tmp_path / "export", tmp_path)
    (tmp_path / "export").rename(tmp_path / "gone")
    report = Report()
    cancelling = threading.Thread(target=lambda: (until(lambda: STORAGE.silent() > 0), report.cancel()))
    cancelling.start()
    told, _ = running.carry_out(course, ("A", "B"), lambda: "2026-01-01T00:00:00+09:00", report, 1)
    cancelling.join(60)
    assert told.cancelled and told.written == 0 and STORAGE.silent() == 0.0


def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, at most a minute."""
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
