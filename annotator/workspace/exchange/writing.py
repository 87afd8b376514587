"""Write a data set in a format, with its reading kit: several processes make whole files, one counts and can stop them."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.domain.exchange import Chosen
from annotator.domain.losses import Trait
from annotator.errors import AnnotatorError, system_cause
from annotator.formats.format import IMAGE, Exchange, Format
from annotator.i18n import Message, message
from annotator.progress import Cancelled, Report
from annotator.workspace.exchange.dataset import DataSet
from annotator.workspace.exchange.grouping import Unit, chunks, units
from annotator.workspace.exchange.kit import kit_of
from annotator.workspace.exchange.making import Made, Target, Task, make, put
from annotator.workspace.exchange.offered import Any, formats, lost_by
from annotator.workspace.exchange.rows import Row

if TYPE_CHECKING:
    from annotator.workspace.executor import Jobs

WORKERS = 2
FEW = 48
"""So many images are made in the first process: starting others would take longer."""
TRIED, LITTLE = 2, 2.0
"""Nor are others started for so many seconds of work without files; the second chunk shows it, as the first may load what is needed."""
CHUNK = 16


@dataclass
class Outcome:
    """What was written, what was lost, and what went wrong."""

    files: int = 0
    images: int = 0
    annotations: int = 0
    annotated: int = 0
    lost: dict[Trait, int] = field(default_factory=dict)
    traits: Counter[Trait] = field(default_factory=Counter)
    nearest: str = ""
    """The id of the format that would lose less, where one does."""
    remarks: list[Message] = field(default_factory=list)
    failures: list[AnnotatorError] = field(default_factory=list)
    cancelled: bool = False


def require_free(out: Path) -> None:
    """Raise AnnotatorError unless `out` is an empty folder, or nothing yet and can be made."""
    doing, remedy = message("Writing to {folder}", folder=out), message("Choose a new folder, or an empty one")
    try:
        taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), remedy) from error
    if taken:
        raise AnnotatorError(doing, message("something is there already, and nothing is overwritten"), remedy)


def write_data_set(data: DataSet, target: Target, report: Report, *, workers: Jobs = WORKERS, lend: bool = False) -> Outcome:
    """Write the data set below `target.out` and return what came of it; `report` counts images and may cancel.

    `workers`: so many processes make files, or a cluster; `lend`: one of them is this one, which a window must not do: it would stutter.
    Cancelled or not, what lies there are whole files.  Raises AnnotatorError where nothing can be written (a full disk, no permission).
    """
    require_free(target.out)
    _require_images(data, target.format)
    report.total = data.count
    outcome, rows, parts, digests = Outcome(), list[Row](), list[object](), dict[str, str]()
    try:
        for task, made in _made(data, target, workers, report, lend=lend):
            _count(outcome, task, made)
            rows += made.rows
            parts += made.parts
            digests |= made.digests
        if isinstance(target.format, Exchange):
            put(target.out, target.format.finish(parts, target.chosen), digests)
        _losses(outcome, target)
        put(target.out, kit_of(data, target, rows, digests, outcome.lost), digests)
    except (Cancelled, KeyboardInterrupt):
        outcome.cancelled = True
    except OSError as error:
        raise _stopped(target.out, error) from error
    outcome.files = sum(path.is_file() for path in target.out.rglob("*")) if target.out.is_dir() else 0
    return outcome


def _made(data: DataSet, target: Target, workers: Jobs, report: Report, *, lend: bool) -> Iterator[tuple[Task, Made]]:
    """Yield what becomes of each chunk, in order; few are made here, many in other processes, never more than a few ahead."""
    found = units(data.series, target.format.unit)
    small = target.format.unit == IMAGE
    packed = chunks(found, CHUNK if small else 1)
    tasks = (_task(data, target, chunk) for chunk in packed)
    far = not isinstance(workers, int)
    apart = workers != 1 and data.count > FEW and len(found) > 1 and not getattr(sys, "frozen", False)
    for task in islice(tasks, TRIED) if apart and lend and small and not far else ():
        report.check()
        begun = time.process_time()
        made = make(task)
        apart = bool(made.digests) or (time.process_time() - begun) * len(packed) > LITTLE
        report.advance(task.images)
        yield task, made
        if made.digests:
            break
    if apart or far:
        from annotator.workspace.exchange.apart import made_apart  # what starts processes is loaded where some are started

        others = workers - lend if isinstance(workers, int) else workers
        yield from made_apart(tasks, others, report, lend=lend and not far, small=small)
        return
    for task in tasks:
        report.check()
        made = make(task)
        report.advance(task.images)
        yield task, made


def _task(data: DataSet, target: Target, chunk: tuple[Unit, ...]) -> Task:
    """A chunk to be made; annotations that only this process has go along."""
    settled = target.format, target.chosen, target.out, target.time, target.software
    if data.portable:
        return Task(chunk, *settled, fill=data.fill)
    filled = [data.fill(unit) for unit in chunk]
    remarks = tuple(remark for one in filled for remark in one.remarks)
    failures = tuple(failure for one in filled for failure in one.failures)
    return Task(tuple(one.items for one in filled), *settled, remarks=remarks, failures=failures)


def _count(outcome: Outcome, task: Task, made: Made) -> None:
    outcome.images += task.images
    outcome.annotations += made.annotations
    outcome.annotated += made.annotated
    outcome.traits.update(made.traits)
    outcome.remarks += [remark for remark in (*task.remarks, *made.remarks) if remark not in outcome.remarks]
    outcome.failures += (*task.failures, *made.failures)


def _losses(outcome: Outcome, target: Target) -> None:
    """What this format loses of what occurred, and the format that would lose least, if that is less."""
    outcome.lost = {trait: outcome.traits[trait] for trait in lost_by(target.format, target.chosen) if outcome.traits[trait]}
    if not outcome.lost:
        return
    usual = Chosen(target.chosen.project)
    total = {one.id: sum(outcome.traits[trait] for trait in lost_by(one, usual)) for one in formats() if one.read is not None}
    nearest = min(total, key=lambda name: (total[name], name), default="")
    if nearest and total[nearest] < sum(outcome.lost.values()):
        outcome.nearest = nearest


def _require_images(data: DataSet, used: Any) -> None:
    """Refuse a format that takes facts from DICOM headers for a data set without them."""
    needs = used.needs_source if isinstance(used, Exchange) else isinstance(used, Format)
    missing = sum(not item.sheet.image.path for item in data.items) if needs else 0
    if missing:
        doing = message("Writing {format}", format=used.id)
        cause = message("it is made from the DICOM images, and {count} of {total} are not there", count=missing, total=data.count)
        raise AnnotatorError(doing, cause, message("Name the folder that holds them: --images FOLDER"))


def _stopped(out: Path, error: OSError) -> AnnotatorError:
    remedy = message("What lies there are whole files; make room or choose another folder, and begin anew in an empty one")
    return AnnotatorError(message("Writing to {folder}", folder=out), system_cause(error), remedy)
