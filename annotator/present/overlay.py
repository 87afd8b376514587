"""What is drawn over the image, as plain values: outlines in image coordinates with their colour and state."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.coverage import Member, tie
from annotator.domain.hit import REACH, Near, hit
from annotator.domain.path import Path, Point
from annotator.domain.region import Region
from annotator.present.annotations import category_name
from annotator.present.lines import line_sign
from annotator.tools.gesture import Hit
from annotator.workspace.appearing import Colours
from annotator.workspace.choosing import Named
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session

_CROWDED = 14.0
"""Screen pixels between vertices that can be told apart by hand."""
Colour = tuple[int, int, int]
_UNKNOWN = (255, 255, 255)
"""The colour of what is in no category of the project."""
_Look = tuple[Category | None, Colour, bool, str]
"""Category, colour, whether it is selected, and the letter of its lesion."""


@dataclass(frozen=True)
class Overlay:
    """One annotation on screen; `rings` are its outlines (a region: outer rings and holes, even-odd; a line: its open parts)."""

    annotation_id: int
    colour: Colour
    rings: tuple[tuple[Point, ...], ...]
    closed: bool
    selected: bool
    locked: bool
    label: str
    other: bool = False
    """Of another reading than the own one: to be looked at only."""
    name: str = ""
    """Its category's name, where it was just drawn: said for a moment."""
    end: Point | None = None
    """Where the stroke ended that drew it just now."""


class Overlays:
    """What is drawn over one pane; what looks as it did is the very same overlay, so that little is compared after an edit."""

    def __init__(self, session: Session, pane: Pane) -> None:
        self._session, self._pane = session, pane
        self._known: dict[int, tuple[Annotation, _Look, Overlay]] = {}
        """How the annotations looked last, by id."""

    def __call__(self) -> tuple[Overlay, ...]:
        """Return the overlays of the pane's image, in the order of painting: large ones first, the selection on top."""
        session, pane = self._session, self._pane
        if pane.place.other is None:
            return self._ordered(session.seen(pane.annotations), pane.selection)
        found = self._ordered(pane.annotations, pane.selection)
        return tuple(replace(overlay, label=f"{overlay.label}  #{overlay.annotation_id}", selected=False, other=True) for overlay in found)

    def _ordered(self, annotations: Sequence[Annotation], selection: frozenset[int]) -> tuple[Overlay, ...]:
        session = self._session
        found, named = self._plain(annotations, selection), session.named
        if session.answering:
            numbers, bindings = session.line_numbers, session.bindings
            found = [_answering(o, a, numbers, bindings) for o, a in zip(found, annotations, strict=True)]
        if named is not None:
            categories = _categories(session)
            found = [_named(o, a, named, categories) for o, a in zip(found, annotations, strict=True)]
        sizes = {a.id: _size(a) for a in annotations}
        ordered = tuple(sorted(found, key=lambda o: (o.selected, -sizes[o.annotation_id])))
        return (*_ties(session, annotations, session.colours), *ordered) if session.answering else ordered

    def _plain(self, annotations: Sequence[Annotation], selection: frozenset[int]) -> list[Overlay]:
        categories, letters, colours = _categories(self._session), self._session.lesions(self._pane.series), self._session.colours
        found, before, self._known = list[Overlay](), self._known, {}
        for annotation in annotations:
            colour, lesion = colours.get(annotation.category, _UNKNOWN), letters.get((annotation.image, annotation.id), "")
            look = categories.get(annotation.category), colour, annotation.id in selection, lesion
            known = before.get(annotation.id)
            if known is None or known[0] is not annotation or known[1] != look:
                known = annotation, look, _overlay(annotation, *look)
            self._known[annotation.id] = known
            found.append(known[2])
        return found


def hit_test(session: Session, x: float, y: float, pixel: float) -> Hit | None:
    """Return what lies under an image point; `pixel` is one screen pixel in image pixels."""
    there, grips = session.seen(session.annotations), session.tool.grips
    found = hit(there, x, y, REACH * pixel, {a.id for a in there} if grips else session.selection)
    if found is None:
        return None
    crowded = grips and found.vertex is not None and _crowded(there, found, _CROWDED * pixel)
    return Hit(found.annotation, found.vertex, found.edge, crowded)


def _crowded(annotations: Sequence[Annotation], found: Near, least: float) -> bool:
    """Whether the neighbours of a vertex are nearer than `least` pixels, as those of freehand outlines are."""
    shape = next(a.shape for a in annotations if a.id == found.annotation)
    part, ring, index = found.vertex or (0, 0, 0)
    vertices = shape.parts[part] if isinstance(shape, Path) else shape.parts[part][ring]
    beside = [place % len(vertices) for place in (index - 1, index + 1) if isinstance(shape, Region) or 0 <= place < len(vertices)]
    return any(math.dist(vertices[index], vertices[place]) < least for place in beside)


def _categories(session: Session) -> dict[str, Category]:
    return {category.key: category for category in session.project.project.categories}


def _overlay(annotation: Annotation, category: Category | None, colour: Colour, selected: bool, lesion: str) -> Overlay:
    label = (str(category.id) if category else "?") + (f" · {lesion}" if lesion else "")
    if isinstance(annotation.shape, Region):
        return Overlay(annotation.id, colour, tuple(annotation.shape.rings), True, selected, annotation.locked, label)
    return Overlay(annotation.id, colour, annotation.shape.parts, False, selected, annotation.locked, label)


def _answering(overlay: Overlay, annotation: Annotation, numbers: Mapping[Member, int], bindings: Mapping[Member, Member]) -> Overlay:
    """Let a line say its number, and a region the number of the line that it answers; lines are a locked reference."""
    member = (annotation.image, annotation.id)
    if isinstance(annotation.shape, Path):
        return replace(overlay, locked=True, label=f"{overlay.label} · {line_sign(numbers.get(member, 0))}")
    line = bindings.get(member)
    return replace(overlay, label=f"{overlay.label} · {line_sign(numbers[line]) if line is not None else '?'}")


def _ties(session: Session, annotations: Sequence[Annotation], colours: Colours) -> tuple[Overlay, ...]:
    """Dotted ties from regions to the lines that they answer and do not hold the middle of, on one image."""
    lines = {(a.image, a.id): a for a in annotations}
    found = list[Overlay]()
    for region in annotations:
        line = lines.get(session.bindings.get((region.image, region.id), (region.image, 0)))
        ends = tie(region.shape, line.shape) if line is not None else None
        if ends is not None:
            colour = colours.get(region.category, _UNKNOWN)
            found.append(Overlay(-region.id, colour, (ends,), False, False, False, "", other=True))
    return tuple(found)


def _named(overlay: Overlay, annotation: Annotation, named: Named, categories: Mapping[str, Category]) -> Overlay:
    """Let what was just drawn say its category."""
    category = categories.get(annotation.category)
    if category is None or (annotation.image, annotation.id) != (named.image, named.annotation):
        return overlay
    return replace(overlay, name=category_name(category), end=named.point)


def _size(annotation: Annotation) -> float:
    x1, y1, x2, y2 = annotation.shape.bounds
    return (x2 - x1) * (y2 - y1)
