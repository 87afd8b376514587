"""Read annotations for the images that are open, before anything is applied: what they are, by what they were found, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.domain.annotation import Annotation
from annotator.domain.exchange import Source
from annotator.domain.image import ImageKey
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange, Format
from annotator.i18n import message
from annotator.progress import Report
from annotator.workspace import catalogue
from annotator.workspace.exchange.dataset import DataSet
from annotator.workspace.exchange.loose import loose_data_set
from annotator.workspace.exchange.offered import Any, format_of, formats
from annotator.workspace.exchange.opening import named_series
from annotator.workspace.exchange.reading import Findings, read_data_set
from annotator.workspace.exchange.sources import place_of, require
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
        data, findings = loose_data_set(folder.project, used, place, series)
    else:
        told = Source(place.names, place.read, tuple(images.values()), folder.project)
        data, findings = read_data_set(used, told, folder.project, folder.project, lambda _definition: series, report)
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
    return Incoming(source, data, findings, drawn, cases)


def _readable(one: Any, own: Sequence[Format]) -> bool:
    return one in own if isinstance(one, Format) else one.read is not None
