"""Which region of the second pass answers which line of the first, how much of the line it holds, and what is left open.

A region is bound to a line: by `Annotation.answers`, else to the line of its image that it covers most, else as the lesion is that it is
a part of.  A line is answered by all regions of the lesions that are bound to it (where several lines show one lesion: to any of them);
how much of it they hold is measured on its own image.  Lengths and areas are in pixels: only shares of them count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from annotator.domain import facts
from annotator.domain.annotation import LINE, Annotation, Shape
from annotator.domain.image import ImageKey
from annotator.domain.line_rule import Meaning
from annotator.domain.path import Path
from annotator.domain.path import Point as XY
from annotator.domain.project import Modality, Pass
from annotator.domain.region import Region

HALF = 0.5
"""The share that is enough."""
_SAME = 1e-9
Box = tuple[float, float, float, float]
Member = tuple[ImageKey, int]
"""An annotation: its image and its id."""


@dataclass(frozen=True)
class Answer:
    """A line and what answers it."""

    line: Annotation
    regions: tuple[Annotation, ...] = ()
    """All regions that answer it, on any image."""
    share: float = 0.0
    """How much the regions of its own image hold, from 0 to 1: of its length, or (around) how much of them lies within it."""
    enough: bool = False
    """Whether that is what the project asks for; less is a remark, no fault."""
    excuse: str = ""
    """Why it stays without an answer; empty: nothing was said."""
    dispute: str = ""
    """What the annotator says against its category; empty: nothing."""

    @property
    def settled(self) -> bool:
        """Whether it has an answer, or an excuse."""
        return bool(self.regions or self.excuse)


@dataclass(frozen=True)
class Coverage:
    """The lines of a case in the order of its images, and the regions that answer none of them."""

    lines: tuple[Answer, ...] = ()
    strays: tuple[Annotation, ...] = ()
    bindings: Mapping[Member, Member] = field(default_factory=dict)
    """The line that each region answers."""

    @property
    def open(self) -> tuple[Answer, ...]:
        """The lines that have neither an answer nor an excuse."""
        return tuple(answer for answer in self.lines if not answer.settled)

    @property
    def weak(self) -> tuple[Answer, ...]:
        """The answered lines of which the regions hold less than the project asks for."""
        return tuple(answer for answer in self.lines if answer.regions and not answer.enough)

    def of(self, line: Member) -> Answer | None:
        """Return what is known of a line; None where there is none such."""
        return next((answer for answer in self.lines if (answer.line.image, answer.line.id) == line), None)


def coverage(annotations: Iterable[Annotation], said: Mapping[str, str], meaning: Meaning, order: Sequence[ImageKey] = ()) -> Coverage:
    """Return the coverage of a case with these annotations and facts; `order` is that of its images, others come after by their names."""
    place = {key: number for number, key in enumerate(order)}
    there = sorted(annotations, key=lambda a: (place.get(a.image, len(place)), a.image.uid, a.image.frame, a.id))
    lines, regions = lines_of(there), tuple(a for a in there if isinstance(a.shape, Region))
    bound = bindings(there, meaning)
    answering = defaultdict[Member, list[Annotation]](list)
    for region in regions:
        if (line := bound.get(_member(region))) is not None:
            answering[line].append(region)
    shown = defaultdict[int, list[Member]](list)
    for drawn in lines:
        if drawn.lesion is not None:
            shown[drawn.lesion].append(_member(drawn))
    return Coverage(
        tuple(_answer(line, _all_of(line, shown, answering), said, meaning) for line in lines),
        tuple(region for region in regions if _member(region) not in bound),
        bound,
    )


def lines_of(annotations: Iterable[Annotation]) -> tuple[Annotation, ...]:
    """Return the lines among annotations."""
    return tuple(a for a in annotations if isinstance(a.shape, Path))


def bindings(annotations: Iterable[Annotation], meaning: Meaning) -> Mapping[Member, Member]:
    """Return the line that each region answers; a region that answers none is not there."""
    annotations = tuple(annotations)
    lines = {_member(line): line for line in lines_of(annotations)}
    on = defaultdict[ImageKey, list[Annotation]](list)
    for line in lines.values():
        on[line.image].append(line)
    found, lesions = dict[Member, Member](), dict[int, Member]()
    regions = [a for a in annotations if isinstance(a.shape, Region)]
    for region in sorted(regions, key=lambda a: a.answers is None or a.answers not in lines):
        own = region.answers if region.answers is not None and region.answers in lines else None
        if own is None and region.image in on and (covered := proposed(region.shape, on[region.image], meaning)) is not None:
            own = _member(covered)
        if own is not None:
            found[_member(region)] = own
            if region.lesion is not None:
                lesions.setdefault(region.lesion, own)
    for region in regions:
        if _member(region) not in found and region.lesion in lesions:
            found[_member(region)] = lesions[region.lesion]
    return found


def proposed(shape: Shape | None, lines: Iterable[Annotation], meaning: Meaning, preferred: Member | None = None) -> Annotation | None:
    """Return the line that a region covers most, None where it covers none; of equals the preferred one, then the longest, then the oldest.

    `lines` are those of the region's own image; around: the line within which most of the region lies.
    """
    if not isinstance(shape, Region) or shape.empty:
        return None
    best: tuple[float, bool, float] | None = None
    found = None
    for line in sorted((line for line in lines if _meet(shape.bounds, line.shape.bounds)), key=attrgetter("id")):
        share = round(_share(line.shape, shape.geometry, meaning) / _SAME) * _SAME if isinstance(line.shape, Path) else 0.0
        rank = share, _member(line) == preferred, line.shape.length() if isinstance(line.shape, Path) else 0.0
        if share > 0 and (best is None or rank > best):
            best, found = rank, line
    return found


def tie(region: Shape, line: Shape) -> tuple[XY, XY] | None:
    """Return the shortest way from the middle of a line to a region that answers it and does not hold it there; None where it does."""
    if not isinstance(region, Region) or not isinstance(line, Path):
        return None
    ends = shapely.shortest_line(_middle(line), region.geometry)
    if ends is None or ends.length == 0:
        return None
    (ax, ay), (bx, by) = ends.coords
    return (ax, ay), (bx, by)


def answers_lines(modality: Modality | None) -> bool:
    """Whether a modality has a pass that draws lines and a later one that answers them."""
    return modality is not None and answering_pass(modality) is not None


def answering_pass(modality: Modality) -> Pass | None:
    """Return the pass that answers the lines of an earlier one; None where the modality has none."""
    drawn = False
    for step in modality.passes:
        if drawn and LINE not in step.tools:
            return step
        drawn = drawn or LINE in step.tools
    return None


def _answer(line: Annotation, regions: tuple[Annotation, ...], said: Mapping[str, str], meaning: Meaning) -> Answer:
    excuse, dispute = (said.get(name(line.image, line.id), "") for name in (facts.excuse, facts.dispute))
    here = [a.shape.geometry for a in regions if a.image == line.image and isinstance(a.shape, Region)]
    if not here or not isinstance(line.shape, Path):
        return Answer(line, regions, excuse=excuse, dispute=dispute)
    area = here[0] if len(here) == 1 else shapely.union_all(here)
    share = _share(line.shape, area, meaning)
    return Answer(line, regions, share, _is_enough(line.shape, area, share, meaning), excuse, dispute)


def _all_of(
    line: Annotation, shown: Mapping[int, Sequence[Member]], answering: Mapping[Member, list[Annotation]]
) -> tuple[Annotation, ...]:
    """The regions that are bound to a line, or to another line that shows the same lesion."""
    asked = shown[line.lesion] if line.lesion is not None else (_member(line),)
    return tuple(region for member in asked for region in answering.get(member, ()))


def _share(line: Path, area: BaseGeometry, meaning: Meaning) -> float:
    if meaning is Meaning.AROUND:
        return float(shapely.intersection(area, _enclosed(line)).area / area.area) if area.area > 0 else 0.0
    drawn = MultiLineString([LineString(part) for part in line.parts])
    if drawn.length == 0:
        return float(shapely.intersects(area, drawn))
    return float(shapely.intersection(area, drawn).length / drawn.length)


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _is_enough(line: Path, area: BaseGeometry, share: float, meaning: Meaning) -> bool:
    if meaning is Meaning.AROUND:
        return share >= HALF - _SAME
    return bool(shapely.intersects(area, _middle(line))) and (meaning is Meaning.ACROSS or share >= HALF - _SAME)


def _middle(line: Path) -> Point:
    """The point halfway along a line, its parts taken one after the other."""
    rest = line.length() / 2
    for part in line.parts:
        drawn = LineString(part)
        if rest <= drawn.length:
            return drawn.interpolate(rest)
        rest -= drawn.length
    return Point(line.parts[-1][-1])


def _enclosed(line: Path) -> BaseGeometry:
    """What a line encloses, its ends joined."""
    rings = [shapely.make_valid(Polygon(part)) for part in line.parts if len(part) > 2]
    return shapely.union_all(rings) if rings else Polygon()


def _member(annotation: Annotation) -> Member:
    return annotation.image, annotation.id
