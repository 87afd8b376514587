"""Read annotations for the images that are open, before anything is applied: what they are, by what they were found, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.domain.annotation import Annotation
from annotator.domain.delivery import Names, Sheet
from annotator.domain.exchange import Item, Source
from annotator.domain.image import ImageKey
from annotator.domain.patterns import matcher
from annotator.domain.project import Modality
from annotator.errors import AnnotatorError
from annotator.formats.format import CASE, Exchange, Format
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace import catalogue
from annotator.workspace.exchange.dataset import DataSet, Filled, Series
from annotator.workspace.exchange.matching import Way
from annotator.workspace.exchange.offered import Any, format_of, formats
from annotator.workspace.exchange.opening import named_series
from annotator.workspace.exchange.reading import Findings, read_data_set
from annotator.workspace.exchange.sources import Place, place_of, require
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.publish import formats_of
from annotator.workspace.work import case_of


@dataclass(frozen=True)
class Incoming:
    """What was read for the open images: annotations by image, the cases that get some in the order of the tree, and what was found."""

    source: Path
    data: DataSet
    findings: Findings
    drawn: Mapping[ImageKey, tuple[Annotation, ...]] = field(default_factory=dict)
    cases: Mapping[str, tuple[catalogue.Series, ...]] = field(default_factory=dict)
    """Case → its series that get annotations."""

    @property
    def count(self) -> int:
        """How many annotations there are."""
        return sum(map(len, self.drawn.values()))


def importable(folder: ProjectFolder) -> tuple[Any, ...]:
    """Return the formats that can be read for open images: other programs' formats, and those that the project delivers for an image."""
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
        data, findings = _delivered(used, folder, place, series, report)
    else:
        told = Source(place.names, place.read, tuple(images.values()), folder.project)
        data, findings = read_data_set(used, told, folder.project, folder.project, lambda _definition: series, report)
    drawn = {}
    for one in data.series:
        for item in data.fill(one).items:
            if item.sheet.annotations:
                drawn[item.sheet.image.key] = item.sheet.annotations
    cases: dict[str, tuple[catalogue.Series, ...]] = {}
    for known in found.in_order:
        if any(image.key in drawn for image in known.images):
            cases[case_of(known)] = (*cases.get(case_of(known), ()), known)
    return Incoming(source, data, findings, drawn, cases)


def _readable(one: Any, own: Sequence[Format]) -> bool:
    return one.read is not None and (one in own and one.unit != CASE if isinstance(one, Format) else True)


@dataclass(frozen=True)
class _Read:
    """Fills items with what was read before."""

    drawn: Mapping[ImageKey, tuple[Annotation, ...]]

    def __call__(self, items: Sequence[Item]) -> Filled:
        return Filled(tuple(replace(i, sheet=replace(i.sheet, annotations=self.drawn.get(i.sheet.image.key, ()))) for i in items))


def _delivered(used: Format, folder: ProjectFolder, place: Place, series: Sequence[Series], report: Report) -> tuple[DataSet, Findings]:
    """Files of a project's own format: their paths say names, their contents which image is meant."""
    findings, drawn, remarks = Findings(), dict[ImageKey, tuple[Annotation, ...]](), Counter[Message]()
    for modality, names, bare in _named_files(used, folder, place, series):
        report.advance()
        files: dict[str, bytes] = {}
        try:
            files = {path: place.read(path) for path in used.paths(bare) if path in place.names}
            item, way = _meant(used, modality, names, files, series)
            if item is None:
                findings.unmatched.append((next(iter(files), names.image), message("no image fits")))
                continue
            sheet = replace(item.sheet, names=names)
            read = used.read(sheet, files)
        except AnnotatorError as error:
            findings.failures.append(error)
            continue
        known = {category.key for category in sheet.categories}
        taken = tuple(a for a in read.annotations if a.category in known)
        findings.ways[way] += 1
        findings.annotations += len(taken)
        remarks.update(read.remarks)
        drawn[item.sheet.image.key] = (*drawn.get(item.sheet.image.key, ()), *taken)
    findings.remarks.update(remarks)
    return DataSet(folder.project, tuple(series), _Read(drawn), origin=used.id), findings


def _named_files(used: Format, folder: ProjectFolder, place: Place, series: Sequence[Series]) -> Iterator[tuple[Modality, Names, Sheet]]:
    """Each image that files of the format are named after, once; its sheet stands in for the image that is not known yet."""
    project, seen = folder.project, set[tuple[str, Names]]()
    choices = {
        "folder": {modality.folder for modality in project.modalities},
        "prefix": {modality.prefix for modality in project.modalities},
        "class": (*project.classes, project.unclassified),
    }
    rules = [matcher(pattern, choices) for kind, pattern in project.patterns.items() if kind != "image"]
    stand_in = {item.sheet.modality.code: item.sheet for one in reversed(series) for item in one[:1]}
    for path in place.names:
        said = next((found.groupdict() for rule in rules if (found := rule.fullmatch(path))), None)
        if said is None:
            continue
        first = project.id_patterns["series"].format(number=1)
        names = Names(said["patient"], said.get("series", first), said.get("image", ""), said.get("class", project.unclassified))
        for modality in project.modalities:
            sheet = stand_in.get(modality.code)
            if sheet is None or (modality.code, names) in seen:
                continue
            bare = replace(sheet, names=names, annotations=())
            if path in used.paths(bare):
                seen.add((modality.code, names))
                yield modality, names, bare


def _meant(used: Format, modality: Modality, names: Names, files: Mapping[str, bytes], series: Sequence[Series]) -> tuple[Item | None, Way]:
    """The image that files belong to: what they say of it counts, then their names; among several that fit, the one of the same number."""
    own = [item for one in series for item in one if item.sheet.modality == modality]
    ids = (names.patient, names.series, names.image)
    named = [i for i in own if (i.sheet.names.patient, i.sheet.names.series, i.sheet.names.image) == ids]
    answers = {id(item): used.fits(replace(item.sheet, names=names), files) for item in named}
    if any(answers.values()):
        return next(item for item in named if answers[id(item)]), Way.NAME
    numbered = [i for i in own if i.sheet.names.image == names.image and i not in named]
    for some, way in ((numbered, Way.UID), ([i for i in own if i not in named and i not in numbered], Way.UID)):
        fitting = [item for item in some if used.fits(replace(item.sheet, names=names), files)]
        if len(fitting) == 1:
            return fitting[0], way
        if fitting:
            return None, way
    silent = [item for item in named if answers[id(item)] is None]
    return (silent[0] if len(silent) == 1 else None), Way.NAME
