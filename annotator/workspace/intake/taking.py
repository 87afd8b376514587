"""Take series into a project: each file is read once, de-identified, and appears in its place, whole or not at all.

A piece of work is a packet of files of one series, done by a worker process.  A file that is there already is passed over, so a run that
was killed goes on where it ended.  Nothing is ever written to the export.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from annotator.dicom.deidentify import Engine, Made
from annotator.dicom.deidentify_items import Actions
from annotator.domain.deidentification import Deidentification
from annotator.domain.keyed import Keyed
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.paths import contained
from annotator.progress import Report
from annotator.workspace import durable
from annotator.workspace.executor import Jobs, Outcome, run
from annotator.workspace.intake.planning import ImageTask, SeriesTask
from annotator.workspace.presence import were_there

_AT_ONCE, _BYTES = 128, 64 << 20
"""Files of a packet, and about how many bytes: what a worker holds open at a time."""


@dataclass(frozen=True)
class Packet:
    """Some files of one series, with all that a worker needs to know."""

    root: Path
    profile: Deidentification
    key: bytes
    task: SeriesTask


@dataclass
class Result:
    """What became of a packet: files written, there already, or not taken and why; what was done to which attribute."""

    mark: str
    written: int = 0
    there: int = 0
    failed: list[tuple[str, Message]] = field(default_factory=list)
    actions: Actions = field(default_factory=Counter)
    done_before: int = 0
    blackened: int = 0


def take(root: Path, profile: Deidentification, keyed: Keyed, tasks: Sequence[SeriesTask], report: Report,
         jobs: Jobs = 0, export: Path | None = None) -> Iterator[Result]:  # fmt: skip
    """Write all files of these series, and note each series that is whole; yields what became of each packet.  Raises Cancelled.

    Files that failed while the project or the `export` was away are taken again when both are back, and any others once more: they may
    have been away and back before anybody looked.
    """
    report.total = sum(len(task.images) for task in tasks)
    missing = {task.mark: len(task.images) for task in tasks}
    by_mark = {task.mark: task for task in tasks}
    waiting: Iterable[Packet] = _packets(root, profile, keyed.key, tasks)
    places, tried = (root / ".annotator", *((export,) if export is not None else ())), set[str]()
    while True:
        again, away = list[Packet](), False
        for outcome in run(take_packet, waiting, report, jobs):
            result = _result(outcome)
            away = away or bool(result.failed) and not were_there(report, *places)
            later = _to_take_again(outcome.piece, result, tried, away=away, lost=outcome.result is None)
            if later is not None:  # what is there counts now
                again.append(later)
                result.failed = []
                if not result.written:  # nothing that was done to headers was kept
                    result.actions, result.done_before, result.blackened = Counter(), 0, 0
            missing[result.mark] -= result.written + result.there
            if missing[result.mark] == 0:
                durable.sweep(_folder(root, by_mark[result.mark].images))
                note_taken(root, by_mark[result.mark])
            waits = len(later.task.images) if later is not None else 0
            report.advance(len(outcome.piece.task.images) - waits, by_mark[result.mark].patient)
            if result.written or result.there or result.failed:
                yield result
        if not again:
            return
        waiting = again


def _to_take_again(packet: Packet, result: Result, tried: set[str], *, away: bool, lost: bool) -> Packet | None:
    """What of a packet is taken again: all that failed while something was `away`, else what was not `tried` yet and no worker died of."""
    failed = {path for path, _ in result.failed}
    images = tuple(image for image in packet.task.images if image.path in failed and not contained(packet.root, image.to).exists())
    if not images or not away and (lost or all(image.to in tried for image in images)):
        return None
    tried.update(image.to for image in images)
    return replace(packet, task=replace(packet.task, images=images))


def take_packet(packet: Packet) -> Result:
    """Take the files of one packet; a worker process does this."""
    task = packet.task
    result = Result(task.mark)
    engine = Engine(packet.profile, Keyed(packet.key), task.patient, task.whose, {"PatientSex": task.sex, "PatientAge": task.age})
    waiting = [image for image in task.images if not _there(packet.root, image, result)]
    if not waiting:
        return result
    folder = _folder(packet.root, waiting)
    try:
        durable.require_folder(packet.root / ".annotator")  # a project that has gone away is not made again
        durable.sweep(folder)  # what a worker left that died here
        result.written = durable.create_all(folder, _made(engine, waiting, task, result))
    except OSError as error:
        failed = {path for path, _ in result.failed}
        result.written = sum(contained(packet.root, image.to).exists() for image in waiting)
        cause = system_cause(error)
        result.failed += [(i.path, cause) for i in waiting if i.path not in failed and not contained(packet.root, i.to).exists()]
    return result


def _folder(root: Path, images: Sequence[ImageTask]) -> Path:
    """The folder of a series' images."""
    return contained(root, *PurePosixPath(images[0].to).parent.parts)


def _there(root: Path, image: ImageTask, result: Result) -> bool:
    there = contained(root, image.to).exists()
    result.there += there
    return there


def _made(engine: Engine, images: Iterable[ImageTask], task: SeriesTask, result: Result) -> Iterator[tuple[str, Sequence[bytes]]]:
    for image in images:
        try:
            made = _one(engine, image, task)
        except AnnotatorError as error:
            result.failed.append((image.path, error.cause))
            continue
        result.actions.update(made.actions)
        result.done_before += made.before
        result.blackened += bool(task.boxes)
        yield PurePosixPath(image.to).name, made.pieces


def _one(engine: Engine, image: ImageTask, task: SeriesTask) -> Made:
    """One file, unless it has changed since it was surveyed or changes while it is read."""
    made = engine.file(image.path, task.boxes, image.frame)
    try:
        facts = os.stat(image.path)
    except OSError as error:
        raise _changed(image.path, system_cause(error)) from error
    if (facts.st_size, facts.st_mtime_ns) != image.stamp:
        raise _changed(image.path, message("the file has changed since the export was surveyed"))
    return made


def _changed(path: str, cause: Message) -> AnnotatorError:
    return AnnotatorError(message("Taking {name}", name=os.path.basename(path)), cause, message("Survey the export again"))


def _result(outcome: Outcome[Packet, Result]) -> Result:
    if outcome.result is not None:
        return outcome.result
    cause = message("reading it ended the program that read it")
    task = outcome.piece.task
    there = [image for image in task.images if contained(outcome.piece.root, image.to).exists()]
    return Result(task.mark, there=len(there), failed=[(image.path, cause) for image in task.images if image not in there])


def _packets(root: Path, profile: Deidentification, key: bytes, tasks: Iterable[SeriesTask]) -> Iterator[Packet]:
    for task in tasks:
        some: list[ImageTask] = []
        size = 0
        for image in task.images:
            some.append(image)
            size += image.bytes
            if len(some) == _AT_ONCE or size > _BYTES:
                yield Packet(root, profile, key, replace(task, images=tuple(some)))
                some, size = [], 0
        if some:
            yield Packet(root, profile, key, replace(task, images=tuple(some)))


def note_taken(root: Path, task: SeriesTask) -> None:
    """Note in the project that a series is whole, by its keyed mark; what is noted already stays.  Raises OSError."""
    folder = root / ".annotator" / "intake" / "taken"
    content = {"series": task.series, "patient": task.patient, "images": len(task.images)}
    path = folder / f"{task.mark}-{len(task.images)}.json"
    if not path.exists():
        durable.write(path, json.dumps(content).encode("ascii"))


