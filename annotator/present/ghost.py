"""Say in a few words what an annotation would be after the edit that the hand is about to make, and what others lose by it."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.domain.annotation import Annotation
from annotator.domain.edit import Change, Edit
from annotator.domain.image import Image
from annotator.domain.mask_measures import MaskMeasures, region_measures
from annotator.domain.region import Region
from annotator.i18n import mark, translate
from annotator.present.measures import area_text, pair_text


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


def new_area(edit: Edit, image: Image, beside: int = 0) -> str:
    """Return only the area of what `ghost_text` tells of."""
    change = _main(edit, image)
    return area_text(_pixels(change.after, image), image.spacing, beside=beside) if change is not None else ""


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
