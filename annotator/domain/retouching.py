"""What a command does to each of the selected annotations of an image: fill, clear, grow, shrink, smooth, simplify, flip.

Each command is one edit or says why it is none; id, author, category, attributes, note and times stay.  Masks come out to the pixel as
`morphology` says; outlines stay as drawn where only parts or holes of them go, and are drawn around the mask where its edge moves.  Amounts
are in mm where the image has a spacing, else in pixels.  Locked annotations are left alone, lines have no area to be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from annotator.domain import morphology
from annotator.domain.annotation import BOX, FREE, Annotation, Shape
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit
from annotator.domain.image import Image
from annotator.domain.merge import LOCKED, NOTHING, NOTHING_SELECTED, Refusal, take_from
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import exact, trace
from annotator.domain.simplify import drawn_around, simplified
from annotator.i18n import Message, message

LINES = message("Lines have no area: this command changes outlines and boxes only")
_ASIDE = 2.0**-10
"""Pixels by which a mirrored outline is moved where pixel centres lie on it: what was a left edge is a right one now."""
_quietly = np.errstate(invalid="ignore")
Reshaped = Region | Message | None
"""What becomes of a region: another one, why the command is refused, None: it stays."""


@dataclass(frozen=True)
class Rules:
    """The project's rules for the modality: it delivers boxes, its categories exclude one another, its files hold whole numbers."""

    deliver_boxes: bool = False
    exclusive: bool = False
    whole: bool = False


def targets(document: Document, image: Image, selection: Collection[int]) -> tuple[Annotation, ...]:
    """Return what a command acts on: the selected annotations of an image; none selected: the only one there is."""
    there = document.on(image.key)
    found = tuple(a for a in there if a.id in selection)
    return found or (there if len(there) == 1 else ())


def fill_holes(document: Document, image: Image, selection: Collection[int], rules: Rules) -> Edit | Refusal:
    """Return the edit that fills the holes of annotations."""

    def make(region: Region) -> Reshaped:
        had = region_mask(region, image.rows, image.columns)
        wanted = morphology.filled(had)
        if wanted == had and all(len(part) == 1 for part in region.parts):
            return None
        return exact(_outsides(region), wanted)

    return _each(document, image, selection, rules, message("Fill holes"), make, message("There are no holes: nothing was changed"))


def remove_islands(document: Document, image: Image, selection: Collection[int], rules: Rules, least: float) -> Edit | Refusal:
    """Return the edit that takes parts smaller than `least` (mm², or pixels) from annotations; the largest part stays."""
    down, right = image.spacing or morphology.PIXELS

    def make(region: Region) -> Reshaped:
        had = region_mask(region, image.rows, image.columns)
        wanted = morphology.without_islands(had, least / (down * right))
        return None if wanted == had else _within(region, wanted)

    said = area_text(image, least)
    none = message("There are no islands under {amount}: nothing was changed", amount=said)
    return _each(document, image, selection, rules, message("Remove islands under {amount}", amount=said), make, none)


def grow(document: Document, image: Image, selection: Collection[int], rules: Rules, amount: float) -> Edit | Refusal:
    """Return the edit that grows annotations (`amount` > 0) or shrinks them (< 0) by mm, or pixels."""
    spacing, said = image.spacing or morphology.PIXELS, length_text(image, abs(amount))

    def make(region: Region) -> Reshaped:
        had = region_mask(region, image.rows, image.columns)
        wanted = morphology.grown(had, amount, spacing) if amount > 0 else morphology.shrunk(had, -amount, spacing)
        if wanted.empty:
            return message("Shrunk by {amount} nothing would be left: nothing was changed", amount=said)
        return None if wanted == had else around(wanted, rules)

    name = message("Grow by {amount}", amount=said) if amount > 0 else message("Shrink by {amount}", amount=said)
    none = message("{amount} is less than a pixel here: nothing was changed", amount=said)
    full = message("There is no room to grow: nothing was changed")
    least = min(spacing) <= abs(amount) * (1 + 1e-9)
    return _each(document, image, selection, rules, name, make, full if least else none)


def smooth(document: Document, image: Image, selection: Collection[int], rules: Rules, amount: float) -> Edit | Refusal:
    """Return the edit that evens details finer than `amount` (mm, or pixels) out of outlines, their areas kept as nearly as can be."""
    said = length_text(image, amount)

    def make(region: Region) -> Reshaped:
        had = region_mask(region, image.rows, image.columns)
        wanted = morphology.smoothed(had, amount, image.spacing or morphology.PIXELS)
        return None if wanted == had else around(wanted, rules)

    if rules.deliver_boxes:
        return Refusal(message("This project delivers boxes: a box has nothing to smooth or to simplify"))
    name, none = message("Smooth by {amount}", amount=said), message("It is as smooth as that already: nothing was changed")
    return _each(document, image, selection, rules, name, make, none)


def simplify(document: Document, image: Image, selection: Collection[int], rules: Rules, tolerance: float | None) -> Edit | Refusal:
    """Return the edit that takes vertices out of outlines: where no pixel changes, or (not None) by a tolerance in pixels."""

    def make(region: Region) -> Reshaped:
        lean = simplified(region, image.rows, image.columns, tolerance)
        return None if lean == region else lean

    if rules.deliver_boxes:
        return Refusal(message("This project delivers boxes: a box has nothing to smooth or to simplify"))
    none = message("No vertex is in excess: nothing was changed")
    return _each(document, image, selection, rules, message("Simplify"), make, none)


def flip(document: Document, image: Image, selection: Collection[int], rules: Rules) -> Edit | Refusal:
    """Return the edit that mirrors annotations at the upright middle line of the image.

    The patient's own middle is not used: no header says where it is (zero of a frame of reference is where the scanner's bed stood).
    """
    found = unlocked(targets(document, image, selection))
    if isinstance(found, Refusal):
        return found
    made = [fitting(replace(before, shape=mirrored(before.shape, image, rules)), rules) for before in found]
    changed = changes(document, image, made, (), rules)
    return Edit(message("Flip to the other side"), changed) if changed else Refusal(NOTHING)


def mirrored(shape: Shape, image: Image, rules: Rules) -> Shape:
    """Return a shape mirrored at the upright middle line of the image; the mask of a region is mirrored to the pixel."""
    if isinstance(shape, Path):
        return Path(tuple(tuple((image.columns - x, y) for x, y in part) for part in shape.parts))
    wanted = morphology.mirrored(region_mask(shape, image.rows, image.columns))
    for aside in (0.0, _ASIDE):
        turned = _turned(shape, image.columns, aside)
        if region_mask(turned, image.rows, image.columns) == wanted and turned.geometry.is_valid:
            return turned
    return around(wanted, rules)


def _turned(region: Region, columns: int, aside: float) -> Region:
    """A region mirrored at half of `columns` and moved a little to the right, but not over the edge."""
    parts = tuple(
        tuple(tuple((min(columns - x + aside, float(columns)), y) for x, y in ring[::-1]) for ring in part) for part in region.parts
    )
    found = Region(parts)
    return Region.box(*found.bounds) if region.is_box else found


def length_text(image: Image | None, amount: float) -> str:
    """Return an amount as people read it: in pixels where the image has no spacing, else in mm."""
    return f"{amount:g} px" if image is not None and image.spacing is None else f"{amount:g} mm"


def area_text(image: Image | None, amount: float) -> str:
    """Return an area as people read it: in pixels where the image has no spacing, else in mm²."""
    return f"{amount:g} px" if image is not None and image.spacing is None else f"{amount:g} mm²"


def around(wanted: Mask, rules: Rules) -> Region:
    """Return a region with a mask, its outline as a hand would draw it, or with corners of pixels only for files of whole numbers."""
    return simplified(trace(wanted), wanted.rows, wanted.columns) if rules.whole else drawn_around(wanted)


def unlocked(found: Sequence[Annotation]) -> Sequence[Annotation] | Refusal:
    """Return those that may be changed, or why there are none."""
    if not found:
        return Refusal(NOTHING_SELECTED)
    return [a for a in found if not a.locked] or Refusal(LOCKED)


def fitting(annotation: Annotation, rules: Rules) -> Annotation:
    """Return an annotation as the project delivers it: a box where it delivers boxes; what is no box any more is not called one."""
    shape = annotation.shape
    if not isinstance(shape, Region):
        return annotation
    if rules.deliver_boxes:
        return replace(annotation, shape=shape if shape.is_box else Region.box(*shape.bounds), toolname=BOX)
    return replace(annotation, toolname=FREE) if annotation.toolname == BOX and not shape.is_box else annotation


def changes(document: Document, image: Image, made: Sequence[Annotation], gone: Collection[int], rules: Rules) -> tuple[Change, ...]:
    """Return what differs once annotations are as `made` and others are `gone`.

    Where categories exclude one another, what grew takes from those of other categories that are not locked; of two that both grew over
    one another, the later one.
    """
    before = {a.id: a for a in document.on(image.key)}
    now = {number: a for number, a in before.items() if number not in gone}
    for annotation in made:
        now[annotation.id] = annotation
        if rules.exclusive and _grew(before.get(annotation.id), annotation, image):
            others = [a for a in now.values() if a.category != annotation.category and not a.locked and isinstance(a.shape, Region)]
            for change in take_from(others, annotation, image):
                now.pop(change.subject.id)
                if change.after is not None:
                    now[change.subject.id] = change.after
    numbers = sorted({*before, *now})
    return tuple(Change(before.get(n), now.get(n)) for n in numbers if before.get(n) != now.get(n))


def _grew(before: Annotation | None, after: Annotation, image: Image) -> bool:
    had, has = (_mask(a, image) for a in (before, after))
    return not (has - had).empty


def _mask(annotation: Annotation | None, image: Image) -> Mask:
    if annotation is None or not isinstance(annotation.shape, Region):
        return Mask.none(image.rows, image.columns)
    return region_mask(annotation.shape, image.rows, image.columns)


def _each(document: Document, image: Image, selection: Collection[int], rules: Rules, name: Message, make: Callable[[Region], Reshaped],
          none: Message) -> Edit | Refusal:  # fmt: skip
    """One edit that makes other regions of the annotations, refused as `none` where all of them stay as they are."""
    found = targets(document, image, selection)
    regions = [a for a in found if isinstance(a.shape, Region)]
    open_ones = unlocked(regions) if regions or not found else Refusal(LINES)
    if isinstance(open_ones, Refusal):
        return open_ones
    made = list[Annotation]()
    for before in open_ones:
        after = make(before.shape) if isinstance(before.shape, Region) else None
        if isinstance(after, Message):
            return Refusal(after)
        if after is not None:
            made.append(fitting(replace(before, shape=after), rules))
    changed = changes(document, image, made, (), rules)
    return Edit(name, changed) if changed else Refusal(none)


@_quietly
def _outsides(region: Region) -> BaseGeometry:
    """What the outer rings of a region enclose."""
    return shapely.union_all([Polygon(part[0]) for part in region.parts])


def _within(region: Region, wanted: Mask) -> Region:
    """The parts of a region that have pixels of a mask, with exactly that mask."""
    kept = [part for part in region.parts if not (region_mask(Region((part,)), wanted.rows, wanted.columns) & wanted).empty]
    return exact(Region(tuple(kept)).geometry, wanted)
