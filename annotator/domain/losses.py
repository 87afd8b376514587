"""What of an annotation a format may be unable to hold, and how often an image has it: the words of every loss that is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from itertools import combinations, pairwise

from annotator.domain.annotation import BOX, Annotation
from annotator.domain.delivered import category_masks
from annotator.domain.delivery import Sheet
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.i18n import mark


class Trait(Enum):
    """A thing that an annotation, or an image's annotations together, may have; the value is a marked text that names it."""

    HOLES = mark("holes")
    PARTS = mark("several parts of one annotation")
    LINES = mark("lines")
    STROKES = mark("the vertices of lines: their strokes stay as areas")
    COURSES = mark("the course of lines: their boxes and lengths stay")
    OUTLINES = mark("outlines: only their boxes stay")
    BOXES = mark("that something is a box and no outline")
    SUBPIXEL = mark("outlines finer than a pixel")
    SINGLES = mark("single annotations of one category")
    OVERLAPS = mark("categories that overlap")
    ATTRIBUTES = mark("attributes and notes")
    AUTHORS = mark("who drew it, when, and in which window")
    TOOLS = mark("the tool that really drew it")
    ORIGINS = mark("how an annotation came about")
    FACTS = mark("what was said of the whole case")


def losses(sheets: Iterable[Sheet], cannot_hold: Sequence[Trait]) -> Mapping[Trait, int]:
    """Count, over all images, the annotations (for SINGLES, OVERLAPS and FACTS: the images) that lose each trait; only those that occur."""
    counts = dict.fromkeys(cannot_hold, 0)
    for sheet in sheets:
        for trait in cannot_hold:
            counts[trait] += count(sheet, trait)
    return {trait: number for trait, number in counts.items() if number}


def count(sheet: Sheet, trait: Trait) -> int:
    """How many annotations of an image have a trait; for traits of the whole image 0 or 1."""
    drawn = sheet.annotations
    if trait is Trait.SINGLES:
        return int(len({(a.category, isinstance(a.shape, Path)) for a in drawn}) < len(drawn))
    if trait is Trait.OVERLAPS:
        return int(overlapping(sheet))
    if trait is Trait.FACTS:
        return int(bool(sheet.facts))
    return sum(_has(a, trait) for a in drawn)


def overlapping(sheet: Sheet) -> bool:
    """Whether two categories of an image share a pixel; masks are made only where the boxes around two shapes meet."""
    margin = sheet.project.mask.line_width or 0.0
    if not any(a.category != b.category and _near(a, b, margin) for a, b in combinations(sheet.annotations, 2)):
        return False
    masks = category_masks(sheet, sheet.annotations).values()
    return any(not (a & b).empty for a, b in combinations(masks, 2))


def on_pixel_edges(region: Region) -> bool:
    """Whether every side of a region runs along the edges of pixels, so that its mask says all about it."""
    for ring in region.rings:
        if any(value != int(value) for point in ring for value in point):
            return False
        if any(a[0] != b[0] and a[1] != b[1] for a, b in pairwise((*ring, ring[0]))):
            return False
    return True


def _near(a: Annotation, b: Annotation, margin: float) -> bool:
    """Whether the boxes around two shapes, grown by a margin in pixels, meet."""
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = a.shape.bounds, b.shape.bounds
    return ax1 - margin <= bx2 and bx1 - margin <= ax2 and ay1 - margin <= by2 and by1 - margin <= ay2


def _has(annotation: Annotation, trait: Trait) -> bool:
    shape = annotation.shape
    region = shape if isinstance(shape, Region) else None
    match trait:
        case Trait.HOLES:
            return region is not None and any(len(part) > 1 for part in region.parts)
        case Trait.PARTS:
            return len(shape.parts) > 1
        case Trait.LINES | Trait.STROKES | Trait.COURSES:
            return region is None
        case Trait.OUTLINES:
            return region is not None and not region.is_box
        case Trait.BOXES:
            return annotation.toolname == BOX
        case Trait.SUBPIXEL:
            return region is not None and not on_pixel_edges(region)
        case Trait.ATTRIBUTES:
            return bool(annotation.attributes or annotation.note)
        case Trait.AUTHORS:
            return bool(annotation.drawn.author or annotation.drawn.time)
        case Trait.TOOLS:
            return bool(annotation.tool)
        case Trait.ORIGINS:
            return annotation.parent is not None
        case _:
            return False
