"""Join what is drawn on one slice to the lesion that it goes on with: the same category, in the same place of a slice near by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import shapely

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit
from annotator.domain.lesions import members, next_number, wholly_locked
from annotator.domain.region import Region
from annotator.domain.slices import Slices

REACH = 20.0
"""mm along the stack within which the nearest drawn slice of a lesion may lie."""
STEPS = 5
"""Slices within which it may lie in any case: of thick slices 20 mm are few."""
_SAME = 1e-3


def joined(document: Document, slices: Slices, edit: Edit, *, to_lines: bool = True) -> Edit:
    """Return the edit with the one annotation that it adds joined to the lesion it goes on with, or as it was where there is none.

    A lesion is gone on with where its nearest drawn slice (other than the annotation's own) is at most `REACH` mm or `STEPS` slices away
    and overlaps there; of several the nearest, then the one with most in common.  An annotation without a lesion becomes one by that.
    A region goes on with lines only where `to_lines` says so.
    """
    new = [c.after for c in edit.changes if c.before is None and c.after is not None]
    if len(new) != 1 or new[0].lesion is not None or new[0].image not in slices.order:
        return edit
    found = _partner(document, slices, new[0], to_lines=to_lines)
    if found is None:
        return edit
    number = found.lesion if found.lesion is not None else next_number(document)
    changes = tuple(Change(None, replace(new[0], lesion=number)) if c.after is new[0] else c for c in edit.changes)
    tied = () if found.lesion is not None else (Change(found, replace(found, lesion=number)),)
    return replace(edit, changes=(*changes, *tied))


def lying_over(document: Document, slices: Slices, own: Sequence[Annotation]) -> tuple[Annotation, ...]:
    """Return one part of each lesion that may be the same as a lesion whose regions on these slices are `own`.

    On each side it is the region of the same category that lies over the last one on the nearest slice beyond it, and so on from there.
    """
    found = list[Annotation]()
    for step in (1, -1):
        last = [a for a in own if a.image in slices.order]
        while last:
            end = max(step * slices.order[a.image] for a in last)
            beyond = _next_over(document, slices, [a for a in last if step * slices.order[a.image] == end], step)
            found += [] if beyond is None else [beyond]
            last = [] if beyond is None else [a for a in _with_lesion(document, beyond) if a.image in slices.order]
    return tuple(found)


def _next_over(document: Document, slices: Slices, ends: Sequence[Annotation], step: int) -> Annotation | None:
    """What lies over one of the annotations of a slice on the nearest slice beyond it, of which there is any."""
    place = slices.order[ends[0].image] + step
    while (key := slices.key(place)) is not None:
        for other in document.on(key):
            alike = isinstance(other.shape, Region) and other.category == ends[0].category
            if alike and any(_overlap(end, other) is not None for end in ends):
                return other
        place += step
    return None


def _with_lesion(document: Document, part: Annotation) -> Sequence[Annotation]:
    return members(document, part.lesion) if part.lesion is not None else (part,)


def _partner(document: Document, slices: Slices, new: Annotation, *, to_lines: bool) -> Annotation | None:
    best: tuple[float, float, Annotation] | None = None
    nearest = dict[object, float]()
    for away, other in _near(document, slices, new):
        lesion = (other.image, other.id) if other.lesion is None else other.lesion
        if best is not None and away > best[0] + _SAME:
            break
        if not to_lines and isinstance(new.shape, Region) and not isinstance(other.shape, Region):
            continue
        if away > nearest.setdefault(lesion, away) + _SAME:
            continue
        overlap = _overlap(new, other)
        if overlap is not None and (best is None or overlap > best[1]):
            best = away, overlap, other
    return best[2] if best is not None else None


def _near(document: Document, slices: Slices, new: Annotation) -> Iterator[tuple[float, Annotation]]:
    """What of its category is drawn on other slices near by, the nearest first; what is locked altogether is left alone."""
    here = slices.order[new.image]
    around = [(abs(position - slices.positions[here]), place) for place, position in enumerate(slices.positions)]
    for away, place in sorted(around):
        if away > REACH + _SAME and abs(place - here) > STEPS:
            continue
        for other in document.on(slices.images[place].key) if place != here else ():
            if other.category == new.category and not wholly_locked(document, other):
                yield away, other


def _overlap(one: Annotation, other: Annotation) -> float | None:
    """The area in pixels that two annotations share, if they share some; where one is a line their boxes stand for them."""
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = one.shape.bounds, other.shape.bounds
    across, down = min(ax2, bx2) - max(ax1, bx1), min(ay2, by2) - max(ay1, by1)
    if across < 0 or down < 0:
        return None
    if not isinstance(one.shape, Region) or not isinstance(other.shape, Region):
        return across * down
    area = float(shapely.intersection(one.shape.geometry, other.shape.geometry).area) if across > 0 and down > 0 else 0.0
    return area if area > 0 else None
