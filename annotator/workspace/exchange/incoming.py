"""Read annotations for the images that are open, before anything is applied: what they are, by what they were found, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.domain.annotation import Annotation
from annotator.domain.exchange import Page, Source
from annotator.domain.image import ImageKey
from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange, Format
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace import catalogue
from annotator.workspace.exchange.dataset import DataSet, Series
from annotator.workspace.exchange.delivered_tree import delivered_data_set
from annotator.workspace.exchange.meanings import Meanings, Said, remembered
from annotator.workspace.exchange.offered import Any, format_of, formats
from annotator.workspace.exchange.opening import named_series
from annotator.workspace.exchange.reading import Findings, FromPages, read_data_set
from annotator.workspace.exchange.sources import place_of, require
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.publish import formats_of
from annotator.workspace.work import case_of

Read = tuple[DataSet, Findings]


@dataclass(frozen=True)
class Incoming:
    """What was read for the open images: annotations by image, the cases that get some in the order of the tree, and what was found."""

    source: Path
    data: DataSet
    findings: Findings
    found: catalogue.Catalogue
    again: Callable[[Meanings], Read]
    """What stands in the files, understood with other meanings of its labels; nothing is read again."""
    meanings: Meanings = field(default_factory=dict)
    """What a person chose for labels, now or in an earlier import."""
    drawn: Mapping[ImageKey, tuple[Annotation, ...]] = field(default_factory=dict)
    cases: Mapping[str, tuple[catalogue.Series, ...]] = field(default_factory=dict)
    """Case → its series that get annotations."""

    def understood(self, meanings: Meanings) -> Incoming:
        """Return the same with other meanings of its labels."""
        return _incoming(self.source, self.found, self.again, meanings)

    @property
    def count(self) -> int:
        """How many annotations there are."""
        return sum(map(len, self.drawn.values()))


def importable(folder: ProjectFolder) -> tuple[Any, ...]:
    """Return the formats that can be read for open images: other programs' formats, and those that the project delivers."""
    own = formats_of(folder.project)
    return tuple(one for one in formats() if _readable(one, own))


def exportable(folder: ProjectFolder) -> tuple[Any, ...]:
    """Return the formats that a project can be written in."""
    own = formats_of(folder.project)
    return tuple(one for one in formats() if isinstance(one, Exchange) or one in own)


def read_incoming(folder: ProjectFolder, found: catalogue.Catalogue, read_as: str, source: Path, report: Report) -> Incoming:
    """Read what lies at `source` for the images of a catalogue; raises AnnotatorError where nothing can be read at all."""
    require(source)
    used = format_of(read_as)
    series = named_series(found, folder.project, folder)
    if not any(series):
        cause = message("no image of the project is open")
        raise AnnotatorError(message("Reading the annotations"), cause, message("Open the images first"))
    images = {item.sheet.image.key: item.sheet.image for one in series for item in one}
    place = place_of(source, [image.path for image in images.values()])
    if isinstance(used, Format):
        again = _delivered(delivered_data_set(folder, used, place, found, series))
    else:
        again = _foreign(used, Source(place.names, place.read, tuple(images.values()), folder.project), series, folder.project, report)
    return _incoming(source, found, again, remembered(folder.root))


def _foreign(used: Exchange, told: Source, series: Sequence[Series], project: Project, report: Report) -> Callable[[Meanings], Read]:
    """Read files of other programs once; what their labels mean is found out as often as somebody chooses."""
    entries: list[Page | AnnotatorError] = []
    for entry in used.read(told) if used.read is not None else ():
        report.advance()
        entries.append(entry)
    once = replace(used, read=lambda _source: iter(entries)) if used.read is not None else used
    return lambda meanings: read_data_set(once, told, project, project, lambda _definition: series, Report(), meanings)


def _delivered(read: Read) -> Callable[[Meanings], Read]:
    """Take what was read of delivered files; their labels are the project's categories, by name."""
    data, before = read

    def again(meanings: Meanings) -> Read:
        labels, taken, drawn = Counter[Said](), dict[Said, str](), dict[ImageKey, tuple[Annotation, ...]]()
        for item in (item for one in data.series for item in data.fill(one).items):
            sheet, kept = item.sheet, []
            keys, names = {category.key for category in sheet.categories}, {c.key: c.name for c in sheet.categories}
            for annotation in sheet.annotations:
                said = Said(sheet.modality.code, names.get(annotation.category, annotation.category))
                chosen = meanings.get(said, annotation.category)
                labels[said] += 1
                taken[said] = chosen if not chosen or chosen in keys else annotation.category
                kept += [replace(annotation, category=taken[said])] if taken[said] else []
            drawn[sheet.image.key] = tuple(kept)
        return replace(data, fill=FromPages(drawn)), replace(before, labels=labels, taken=taken)

    return again


def _incoming(source: Path, found: catalogue.Catalogue, again: Callable[[Meanings], Read], meanings: Meanings) -> Incoming:
    data, findings = again(meanings)
    drawn = {}
    for one in data.series:
        for item in data.fill(one).items:
            own = {category.key for category in item.sheet.categories}
            taken = tuple(annotation for annotation in item.sheet.annotations if annotation.category in own)
            if taken:
                drawn[item.sheet.image.key] = taken
    cases: dict[str, tuple[catalogue.Series, ...]] = {}
    for known in found.in_order:
        if any(image.key in drawn for image in known.images):
            cases[case_of(known)] = (*cases.get(case_of(known), ()), known)
    return Incoming(source, data, findings, found, again, meanings, drawn, cases)


def _readable(one: Any, own: Sequence[Format]) -> bool:
    return one in own if isinstance(one, Format) else one.read is not None
