"""What of an annotation a format may be unable to hold, and how often an image has it: the words of every loss that is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


ALL = tuple(Trait)


def losses(sheets: Iterable[Sheet], cannot_hold: Sequence[Trait]) -> Mapping[Trait, int]:
    """Count, over all images, the annotations (for SINGLES, OVERLAPS and FACTS: the images) that lose each trait; only those that occur."""
    found = Counter[Trait]()
    for sheet in sheets:
        found.update(count(sheet, cannot_hold))
    return {trait: found[trait] for trait in cannot_hold if found[trait]}


def count(sheet: Sheet, among: Sequence[Trait] = ALL) -> Counter[Trait]:
    """How many annotations of an image have each trait, for traits of the whole image 0 or 1; only those that occur."""
    drawn = sheet.annotations
    found = Counter([trait for annotation in drawn for trait in _traits(annotation) if trait in among])
    if Trait.SINGLES in among and len({(a.category, isinstance(a.shape, Path)) for a in drawn}) < len(drawn):
        found[Trait.SINGLES] = 1
    if Trait.OVERLAPS in among and overlapping(sheet):
        found[Trait.OVERLAPS] = 1
    if Trait.FACTS in among and sheet.facts:
        found[Trait.FACTS] = 1
    return found


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


def _traits(annotation: Annotation) -> Iterator[Trait]:
    """The traits that an annotation has by itself."""
    shape = annotation.shape
    if len(shape.parts) > 1:
        yield Trait.PARTS
    if isinstance(shape, Path):
        yield from (Trait.LINES, Trait.STROKES, Trait.COURSES)
    else:
        if any(len(part) > 1 for part in shape.parts):
            yield Trait.HOLES
        if not shape.is_box:
            yield Trait.OUTLINES
        if not on_pixel_edges(shape):
            yield Trait.SUBPIXEL
    if annotation.toolname == BOX:
        yield Trait.BOXES
    if annotation.attributes or annotation.note:
        yield Trait.ATTRIBUTES
    if annotation.drawn.author or annotation.drawn.time:
        yield Trait.AUTHORS
    if annotation.tool:
        yield Trait.TOOLS
    if annotation.parent is not None:
        yield Trait.ORIGINS
