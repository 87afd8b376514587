"""Say in a few words what an annotation would be after the edit that the hand is about to make, and what others lose by it."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.domain.annotation import BOX, Annotation
from annotator.domain.edit import Change, Edit
from annotator.domain.image import Image
from annotator.domain.mask_measures import MaskMeasures, region_measures
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.i18n import mark, translate
from annotator.present.measures import Drafted, area_text, line_text, long_text, pair_text


def most_pixels(edit: Edit, image: Image) -> int:
    """Return the pixels of the largest area that is said of an edit."""
    main = _main(edit, image)
    lost = [_pixels(c.before, image) - _pixels(c.after, image) for c in _losing(edit, image)]
    return max([_pixels(main.after, image) if main else 0, *lost])


def ghost_text(edit: Edit, image: Image, beside: int = 0) -> str:
    """Return axes (of a large one: its sides) and area of the first area of an image that an edit changes, or that it goes.

    Empty where only lines change.  `beside` as `area_text` takes it.
    """
    change = _main(edit, image)
    if change is None:
        return ""
    if change.after is None:
        return translate(mark("is deleted"))
    found = _measures(change.after, image)
    if found is None:
        return ""
    sides = (found.width, found.height) if found.heavy else (found.long.length, found.short.length)
    return f"{pair_text(*sides, image.spacing)} · {area_text(found.count, image.spacing, beside=beside)}"


def is_new(edit: Edit, image: Image) -> bool:
    """Whether the first area of an image that an edit changes is a new one."""
    change = _main(edit, image)
    return change is not None and change.before is None


def new_text(edit: Edit, image: Image, beside: int = 0, *, sides: bool = False) -> str:
    """Return long axis (of a box, or if asked for: sides) and area of the new area that an edit makes, in the same words as of a draft."""
    change = _main(edit, image)
    found = _measures(change.after, image) if change is not None else None
    box = sides or (change is not None and change.subject.toolname == BOX)
    return Drafted(found, box).said(image, beside)


def new_line(edit: Edit, image: Image) -> str:
    """Return how long the new line is that an edit makes; empty where it makes none."""
    change = _line(edit, image)
    return changed_line(edit, image) if change is not None and change.before is None else ""


def changed_line(edit: Edit, image: Image) -> str:
    """Return how long the first line of an image that an edit changes will be; empty where it changes none, or that goes."""
    change = _line(edit, image)
    shape = change.after.shape if change is not None and change.after is not None else None
    if not isinstance(shape, Path):
        return ""
    if len(shape.parts) == 1:
        return line_text(shape.parts[0], image)
    return long_text(shape.length(image.spacing or (1.0, 1.0)), image.spacing)


def losses_text(edit: Edit, image: Image, names: Mapping[str, str], beside: int = 0) -> str:
    """Return what the areas of other categories lose by an edit, by the categories' `names`: `Benign −1.25 cm² · Scar is deleted`."""
    lost: dict[str, int] = {}
    gone: dict[str, bool] = {}
    for change in _losing(edit, image):
        name = names.get(change.subject.category, change.subject.category)
        lost[name] = lost.get(name, 0) + _pixels(change.before, image) - _pixels(change.after, image)
        gone[name] = gone.get(name, True) and change.after is None
    deleted = translate(mark("is deleted"))
    said = (f"{name} {deleted if gone[name] else area_text(-count, image.spacing, beside=beside)}" for name, count in lost.items())
    return " · ".join(said)


def _main(edit: Edit, image: Image) -> Change | None:
    """The first change of an area of an image."""
    return next((c for c in edit.changes if c.subject.image == image.key and isinstance(c.subject.shape, Region)), None)


def _line(edit: Edit, image: Image) -> Change | None:
    """The first change of an image, where that is of a line."""
    first = next((c for c in edit.changes if c.subject.image == image.key), None)
    return first if first is not None and isinstance(first.subject.shape, Path) else None


def _losing(edit: Edit, image: Image) -> list[Change]:
    """The changes of areas of other categories than that of the first one: they only lose."""
    main = _main(edit, image)
    return [
        c
        for c in edit.changes
        if main is not None and c.before is not None and c.subject.image == image.key and isinstance(c.subject.shape, Region)
        if c.subject.category != main.subject.category
    ]


def _measures(annotation: Annotation | None, image: Image) -> MaskMeasures | None:
    if annotation is None or not isinstance(annotation.shape, Region):
        return None
    return region_measures(annotation.shape, image.rows, image.columns, image.spacing)


def _pixels(annotation: Annotation | None, image: Image) -> int:
    found = _measures(annotation, image)
    return found.count if found is not None else 0
