"""Decide what becomes of annotations that arrive from elsewhere on an image: new ones under new ids, twins left out, nothing overwritten.

What a project says of drawing holds for them, too: boxes where boxes are delivered, the tools of a category, categories that exclude one
another (what is there already keeps its pixels), and the positions that a file of whole numbers can hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from annotator.domain.annotation import BOX, FREE, LINE, Annotation, Shape
from annotator.domain.category import Category
from annotator.domain.coordinates import Coordinates
from annotator.domain.document import Document
from annotator.domain.edit import Change
from annotator.domain.grid import exactly, snapped
from annotator.domain.image import Image
from annotator.domain.project import Modality, Project
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import cut
from annotator.i18n import mark


class Fate(Enum):
    """What becomes of an annotation that arrives; the value is a marked sentence."""

    NEW = mark("{count} annotations were taken over")
    SAME = mark("{count} were there already, with the same category and mask, and were skipped")
    BOXED = mark("{count} became their bounding boxes: this project delivers boxes")
    CUT = mark("{count} lost pixels that belong to another category: here categories exclude one another")
    GONE = mark("{count} had no pixel left and were left out")
    REFUSED = mark("{count} were left out: their category is drawn with other tools only")
    UNASKED = mark("{count} have attributes that this project does not know; these were left out")


@dataclass(frozen=True)
class Rules:
    """What a project says of drawings of one modality; `author` and `time` stand where an annotation does not say its own."""

    categories: Mapping[str, Category]
    attributes: frozenset[str] = frozenset()
    deliver_boxes: bool = False
    exclusive: bool = False
    coordinates: Coordinates | None = None
    author: str = ""
    time: str = ""

    @staticmethod
    def of(project: Project, modality: Modality, author: str, time: str) -> Rules:
        """Return the rules of a modality."""
        categories = {category.key: category for category in project.categories_of(modality)}
        attributes = frozenset(attribute.key for attribute in project.attributes)
        return Rules(categories, attributes, modality.deliver_boxes, modality.exclusive, project.coordinates, author, time)


@dataclass(frozen=True)
class Arrived:
    """The changes that bring annotations in, and how many had which fate."""

    changes: tuple[Change, ...] = ()
    fates: Counter[Fate] = field(default_factory=Counter)


def arrive(document: Document, image: Image, found: Sequence[Annotation], rules: Rules) -> Arrived:
    """Return how annotations come to an image of a document: after those that are there, in their own order."""
    place, fates = _Place(document.on(image.key), image), Counter[Fate]()
    free = document.next_id(image.key)
    numbers: dict[int, int] = {}
    changes: list[Change] = []
    for annotation in found:
        told = Counter[Fate]()
        made = _fitted(annotation, place, rules, told)
        fates.update(told)
        if made is None:
            continue
        number = free + len(changes)
        numbers[annotation.id] = number
        own = replace(made, id=number, image=image.key, parent=None if made.parent is None else numbers.get(made.parent), locked=False)
        if not own.drawn.author:
            own = replace(own, drawn=replace(own.drawn, author=rules.author, time=own.drawn.time or rules.time))
        fates[Fate.NEW] += 1
        place.arrived.append(own)
        changes.append(Change(None, own))
    return Arrived(tuple(changes), fates)


class _Place:
    """An image with what is there and what has arrived; each mask is made once."""

    def __init__(self, there: Sequence[Annotation], image: Image) -> None:
        self.there, self.image, self.arrived = tuple(there), image, list[Annotation]()
        self._masks: dict[Region, Mask] = {}

    def mask(self, region: Region) -> Mask:
        if region not in self._masks:
            self._masks[region] = region_mask(region, self.image.rows, self.image.columns)
        return self._masks[region]

    def has(self, category: str, shape: Shape) -> bool:
        """Whether an annotation of this category and mask was there before anything arrived."""
        return any(other.category == category and self._same(other.shape, shape) for other in self.there)

    def _same(self, one: Shape, other: Shape) -> bool:
        if one == other or not isinstance(one, Region) or not isinstance(other, Region):
            return one == other
        if any(abs(a - b) > 1 for a, b in zip(one.bounds, other.bounds, strict=True)):
            return False
        return self.mask(one) == self.mask(other)


def _fitted(annotation: Annotation, place: _Place, rules: Rules, told: Counter[Fate]) -> Annotation | None:
    """The annotation as this project would have drawn it; None: it is left out."""
    category, shape = rules.categories[annotation.category], annotation.shape
    if place.has(category.key, shape):
        told[Fate.SAME] += 1
        return None
    toolname = LINE
    if isinstance(shape, Region):
        if rules.deliver_boxes and not shape.is_box:
            told[Fate.BOXED] += 1
        shape = _shaped(shape, category.key, place, rules, told)
        box = isinstance(shape, Region) and shape.is_box
        toolname = BOX if box and (rules.deliver_boxes or annotation.toolname == BOX or FREE not in (category.tools or (FREE,))) else FREE
    elif rules.coordinates is not None:
        snap = snapped(shape, rules.coordinates, place.image.rows, place.image.columns)
        shape = Region(()) if snap is None else snap
    fate = None
    if isinstance(shape, Region) and shape.empty:
        fate = Fate.GONE
    elif category.tools and toolname not in category.tools:
        fate = Fate.REFUSED
    elif shape != annotation.shape and place.has(category.key, shape):
        fate = Fate.SAME
    if fate is not None:
        told.clear()
        told[fate] += 1
        return None
    known = tuple((key, value) for key, value in annotation.attributes if key in rules.attributes)
    if known != annotation.attributes:
        told[Fate.UNASKED] += 1
    return replace(annotation, shape=shape, toolname=toolname, attributes=known)


def _shaped(shape: Region, category: str, place: _Place, rules: Rules, told: Counter[Fate]) -> Region:
    """The region without what belongs to others, as a box where boxes are delivered, at positions that a file holds."""
    if rules.exclusive:
        shape = _without_others(shape, category, place, told)
    if rules.deliver_boxes and not shape.empty:
        shape = Region.box(*shape.bounds)
    if rules.coordinates is not None and not shape.empty:
        shape = exactly(shape, place.mask(shape), rules.coordinates)
    return shape if shape.empty or not place.mask(shape).empty else Region(())


def _without_others(shape: Region, category: str, place: _Place, told: Counter[Fate]) -> Region:
    own, before = place.mask(shape), shape
    for other in (*place.there, *place.arrived):
        if other.category == category or not isinstance(other.shape, Region) or shape.empty:
            continue
        left = own - place.mask(other.shape)
        if left != own:
            shape, own = (Region(()) if left.empty else cut(shape, other.shape, left)), left
    if shape is not before:
        told[Fate.CUT] += 1
    return shape
