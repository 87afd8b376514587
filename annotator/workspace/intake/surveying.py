"""Survey an export: every file's header is read in worker processes, and the series that come of it are rows from the first file on."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from annotator.dicom.header import images_of, no_image_reason, owner_of
from annotator.dicom.scan import natural
from annotator.dicom.source import read_source
from annotator.dicom.traits import traits_of
from annotator.domain.image import Image, Owner
from annotator.domain.intake import SeriesFacts, Traits
from annotator.domain.integrity import oddities_of
from annotator.domain.mammography import rank
from annotator.domain.orientation import plane_of
from annotator.domain.series import orientations, spatial_order
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.paths import nfc
from annotator.progress import Report
from annotator.silence import STORAGE
from annotator.workspace.executor import Jobs, Outcome, run
from annotator.workspace.presence import were_there

_AT_ONCE, _AT_FIRST = 64, 8
Stamp = tuple[int, int]
"""Size in bytes and time of the last change in nanoseconds: what must be the same when the file is taken."""


def _go_on() -> None:
    """Nobody waits."""


@dataclass(frozen=True)
class FileRead:
    """What a file holds: its images, or why there are none."""

    path: str
    stamp: Stamp = (0, 0)
    images: tuple[Image, ...] = ()
    owner: Owner = field(default_factory=Owner)
    traits: Traits = field(default_factory=Traits)
    reason: Message | None = None
    unanswered: bool = False
    """Whether the system refused to read it: it may be there again when its share is."""


@dataclass
class Gathered:
    """The images of one series as far as they were read."""

    owner: Owner
    traits: Traits
    birth_date: str
    sex: str
    images: list[Image] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    row: SeriesFacts | None = None


@dataclass
class Survey:
    """What an export holds, as far as it was read; `files` counts, `refused` says which files add nothing and why."""

    series: dict[str, Gathered] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    refused: list[tuple[str, Message]] = field(default_factory=list)
    files: int = 0
    instances: dict[str, str] = field(default_factory=dict)

    def add(self, read: FileRead) -> None:
        """Add what a file holds."""
        self.files += 1
        if not read.images:
            self.refused.append((read.path, read.reason or message("it holds no image")))
            return
        first = read.images[0]
        twin = self.instances.setdefault(first.key.uid, read.path)
        if twin != read.path:
            self.refused.append((read.path, message("the same UID as {path}", path=nfc(os.path.basename(twin)))))
            return
        self.stamps[read.path] = read.stamp
        known = self.series.get(first.series_uid)
        if known is None:
            known = self.series[first.series_uid] = Gathered(read.owner, read.traits, read.traits.birth_date, read.traits.sex)
        known.names.add(read.owner.patient_id + "\n" + read.owner.patient_name)
        known.images.extend(read.images)
        known.row = None

    def rows(self, rest: Callable[[], None] = _go_on) -> tuple[SeriesFacts, ...]:
        """Return a row for each series; only those are made anew to which something was added.  `rest` is called between two of them."""
        for uid, gathered in list(self.series.items()):
            if gathered.row is None or gathered.row.images != len(gathered.images):
                rest()
                gathered.row = row_of(uid, gathered)
        rows = (gathered.row for gathered in self.series.values() if gathered.row is not None)
        return tuple(sorted(rows, key=lambda row: (natural(row.patient_id), row.date, row.number or 0, row.uid)))

    def ordered(self, uid: str) -> tuple[Image, ...]:
        """Return the images of a series in the order in which they are numbered."""
        images = spatial_order(self.series[uid].images)
        return tuple(sorted(images, key=rank)) if images and images[0].modality == "MG" else images


def survey(folder: Path, report: Report, jobs: Jobs = 0, into: Survey | None = None, grown: Callable[[], None] | None = None) -> Survey:
    """Read an export to its end; `into` grows meanwhile, and `grown` is called whenever it has.

    Never fails because of a file: it is refused with the reason.  Raises AnnotatorError where there is no such folder, and Cancelled.
    """
    found = into if into is not None else Survey()
    if not folder.exists():
        doing = message("Reading the export {folder}", folder=folder)
        raise AnnotatorError(doing, message("it is not there"), message("Name the folder that holds it"))
    waiting: Iterable[str] = walk(folder, found.refused, report)
    tried = set[str]()
    while True:
        again, away = list[str](), False
        for outcome in _outcomes(iter(waiting), report, jobs):
            reads = outcome.result if outcome.result is not None else _lost(outcome.piece)
            unanswered = any(read.unanswered for read in reads)
            away = away or unanswered and not were_there(report, folder)
            if unanswered:  # what failed while nothing answered is tried again, and once more where that was over before anybody looked
                later = [read.path for read in reads if read.unanswered and (away or read.path not in tried)]
                again += later
                tried.update(later)
                reads = [read for read in reads if read.path not in later]
            for read in reads:
                report.rest()
                found.add(read)
                report.advance(subject=nfc(os.path.basename(read.path)))
            if grown is not None:
                grown()
        if not again:
            return found
        waiting = again


def _outcomes(paths: Iterator[str], report: Report, jobs: Jobs) -> Iterator[Outcome[tuple[str, ...], list[FileRead]]]:
    """What the files hold, packet by packet; the first few are read here, before any worker is there, so that somebody sees something."""
    first = tuple(islice(paths, _AT_FIRST))
    if first:
        yield Outcome(first, read_files(first))
    yield from run(read_files, _packets(paths), report, jobs)


def walk(folder: Path, refused: list[tuple[str, Message]], report: Report) -> Iterator[str]:
    """Yield the regular files below a folder in natural order; links are followed once, and what cannot be read is refused.

    While the whole folder is away nothing is refused: it goes on when that is back, which may be before anybody looks.
    """
    waiting, seen, tried = [os.fspath(folder)], set[tuple[int, int]](), set[str]()
    while waiting:
        current = waiting.pop()
        try:
            mark, entries = _listed(current)
        except OSError as error:
            if were_there(report, folder) and current in tried:
                refused.append((current, system_cause(error)))
            else:
                tried.add(current)
                waiting.append(current)
            continue
        if entries is None:
            yield current
            continue
        if mark in seen:
            refused.append((current, message("this folder was read already")))
            continue
        seen.add(mark)
        below = []
        for entry in entries:
            try:
                if entry.is_dir():
                    below.append(entry.path)
                elif entry.is_file():
                    yield entry.path
                else:
                    refused.append((entry.path, message("it is not a regular file")))
            except OSError as error:
                refused.append((entry.path, system_cause(error)))
        waiting.extend(reversed(below))


@STORAGE.asked()
def _listed(path: str) -> tuple[tuple[int, int], list[os.DirEntry[str]] | None]:
    """What tells a folder from every other one, and what lies in it in natural order; None where it is a file."""
    facts = os.stat(path)
    if stat.S_ISREG(facts.st_mode):
        return (0, 0), None
    with os.scandir(path) as listed:
        return (facts.st_dev, facts.st_ino), sorted(listed, key=lambda entry: natural(entry.name))


def read_files(paths: Sequence[str]) -> list[FileRead]:
    """Read the headers of some files; a worker process does this."""
    return [read_one(path) for path in paths]


def read_one(path: str) -> FileRead:
    """Read the header of one file."""
    try:
        with STORAGE.asked():
            facts = os.stat(path)
        header = read_source(path)
        images = images_of(header, path)
    except AnnotatorError as error:
        return FileRead(path, reason=error.cause, unanswered=isinstance(error.__context__, OSError))
    except OSError as error:
        return FileRead(path, reason=system_cause(error), unanswered=True)
    if not images:
        return FileRead(path, reason=no_image_reason(header))
    return FileRead(path, (facts.st_size, facts.st_mtime_ns), images, owner_of(header), traits_of(header))


def _packets(paths: Iterable[str]) -> Iterator[tuple[str, ...]]:
    packet: list[str] = []
    for path in paths:
        packet.append(path)
        if len(packet) == _AT_ONCE:
            yield tuple(packet)
            packet = []
    if packet:
        yield tuple(packet)


def _lost(paths: Sequence[str]) -> list[FileRead]:
    return [FileRead(path, reason=message("reading it ended the program that read it")) for path in paths]


def row_of(uid: str, gathered: Gathered) -> SeriesFacts:
    """Return the row of a series."""
    images = spatial_order(gathered.images)
    first, owner = images[0], gathered.owner
    groups = orientations(images)
    oddities = oddities_of(images)
    gaps, same_place = (sum(int(str(dict(oddity.text.values).get(name, 0))) for oddity in oddities if oddity.rule == rule)
                        for rule, name in (("gaps", "missing"), ("same-place", "count")))  # fmt: skip
    odd = tuple(oddity.text for oddity in oddities)
    if len(gathered.names) > 1:
        odd += (message("the headers of the series name different patients"),)
    odd += gathered.traits.no_suv
    thickness = Counter(image.thickness for image in images if image.thickness is not None).most_common(1)
    return SeriesFacts(
        uid=uid, study_uid=first.study_uid, patient_id=owner.patient_id.strip(), patient_name=owner.patient_name,
        birth_date=gathered.birth_date, sex=gathered.sex, modality=first.modality,
        date=(owner.study_date or owner.series_date).replace(".", ""),
        number=owner.series_number, description=owner.series_description, plane=plane_of(groups[0][0].plane) if groups else "",
        directions=len(groups) or 1,
        thickness=thickness[0][0] if thickness else None, images=len(images), frames=max(image.frames for image in images), gaps=gaps,
        same_place=same_place,
        sizes=(first.columns, first.rows), traits=gathered.traits, sop_class=first.sop_class_uid, labels=any(i.labels for i in images),
        problem=next((image.problem for image in images if image.problem is not None), None), odd=odd,
        age=owner.age,
    )  # fmt: skip
