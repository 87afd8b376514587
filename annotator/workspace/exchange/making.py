"""Make the files of a chunk of a data set, perhaps in a process of its own, and put them on the disk."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Chosen, Item, Written
from annotator.domain.image import ImageKey
from annotator.domain.losses import Trait, count
from annotator.domain.raster import keep_masks
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats.format import CASE, Exchange, Format
from annotator.i18n import Message, message
from annotator.paths import contained
from annotator.workspace import durable
from annotator.workspace.exchange.dataset import Filled
from annotator.workspace.exchange.grouping import Unit
from annotator.workspace.exchange.offered import Any
from annotator.workspace.exchange.rows import Row, rows_of


@dataclass(frozen=True)
class Task:
    """A chunk of units to be written below `out`; `fill` reads their annotations first, None: the items have them."""

    units: tuple[Unit, ...]
    format: Any
    chosen: Chosen
    out: Path
    time: str
    software: str
    fill: Callable[[Sequence[Item]], Filled] | None = None
    remarks: tuple[Message, ...] = ()
    failures: tuple[AnnotatorError, ...] = ()
    again: bool = False
    """Whether a process died of this chunk: what it has written is made anew."""

    @property
    def images(self) -> int:
        """How many images there are."""
        return sum(map(len, self.units))


@dataclass(frozen=True)
class Target:
    """Where a data set goes, in which format and how; `time` (ISO 8601 with offset) and `software` are written where files tell them."""

    format: Any
    chosen: Chosen
    out: Path
    time: str
    software: str
    provenance: tuple[Message, ...] = ()
    """Sentences for the reading kit: how the data set was split, and the like."""


@dataclass
class Made:
    """What became of a chunk: digests of the files that lie there now, parts and rows in order, what was counted and what went wrong."""

    digests: dict[str, str] = field(default_factory=dict)
    parts: list[object] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    traits: Counter[Trait] = field(default_factory=Counter)
    annotations: int = 0
    annotated: int = 0
    remarks: list[Message] = field(default_factory=list)
    failures: list[AnnotatorError] = field(default_factory=list)

    def add(self, other: Made) -> None:
        """Count what became of other units of the same chunk."""
        self.digests |= other.digests
        self.parts += other.parts
        self.rows += other.rows
        self.traits.update(other.traits)
        self.annotations += other.annotations
        self.annotated += other.annotated
        self.remarks += other.remarks
        self.failures += other.failures


def make(task: Task) -> Made:
    """Write the units of a task, one after the other; a unit that cannot be made is told and left out.  Raises OSError."""
    one, made = task.format, Made()
    filled = [_filled(task, unit, made) for unit in task.units]
    items = [item for unit in filled for item in unit]
    _keep_masks(item.sheet for item in items)
    if isinstance(one, Exchange):
        one.ready(items, task.chosen)
    for ready in filled:
        try:
            written = _written(one, ready, task.chosen)
            put(task.out, written.files, made.digests, again=task.again)
        except AnnotatorError as error:
            made.failures.append(error)
            continue
        if written.part is not None:
            made.parts.append(written.part)
        made.remarks += written.remarks
        for item in ready:
            made.traits.update(count(item.sheet))
            made.annotations += len(item.sheet.annotations)
            made.annotated += bool(item.sheet.annotations)
            made.rows += rows_of(item, one, task.chosen, written.holds.get(item.sheet.image.key, tuple(written.files)))
    return made


def put(out: Path, files: Mapping[str, bytes], digests: dict[str, str], *, again: bool = False) -> None:
    """Write files that are new (`again`: or are of a process that died), and note their SHA-256.

    Raises OSError, and AnnotatorError where a file is there already.
    """
    save = durable.write if again else durable.create_exclusive
    for path, content in files.items():
        try:
            save(contained(out, path), content)
        except FileExistsError:
            cause = message("a file of this name is there already")
            remedy = message("Nothing is overwritten: choose a new folder, or see that no two images have one name")
            raise AnnotatorError(message("Writing {path}", path=path), cause, remedy) from None
        digests[path] = hashlib.sha256(content).hexdigest()


def _keep_masks(sheets: Iterable[Sheet]) -> None:
    """Make the masks of all regions of a chunk at once: losses, files and digests all ask for them."""
    sizes: dict[tuple[int, int], list[Region]] = {}
    for sheet in sheets:
        regions = sizes.setdefault((sheet.image.rows, sheet.image.columns), [])
        regions += [annotation.shape for annotation in sheet.annotations if isinstance(annotation.shape, Region)]
    for (rows, columns), regions in sizes.items():
        keep_masks(regions, rows, columns)


def _filled(task: Task, unit: Unit, made: Made) -> Unit:
    items = unit
    if task.fill is not None:
        filled = task.fill(unit)
        items = filled.items
        made.remarks += filled.remarks
        made.failures += filled.failures
    return tuple(replace(item, sheet=replace(item.sheet, time=item.sheet.time or task.time, software=task.software)) for item in items)


def _written(used: Any, unit: Unit, chosen: Chosen) -> Written:
    """The files of a unit; those of a project's own format are its tree's."""
    if not isinstance(used, Format):
        return used.write(unit, chosen)
    files: dict[str, bytes] = {}
    holds: dict[ImageKey, tuple[str, ...]] = {}
    siblings = tuple(item.sheet for item in unit) if used.unit == CASE else ()
    for item in unit[:1] if used.unit == CASE else unit:
        files |= used.write(replace(item.sheet, siblings=siblings))
    for item in unit:
        possible = set(used.paths(replace(item.sheet, siblings=siblings)))
        holds[item.sheet.image.key] = tuple(path for path in files if path in possible)
    return Written(files, holds=holds)
