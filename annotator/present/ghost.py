"""Say in a few words what an annotation would be after the edit that the hand is about to make."""

from __future__ import annotations

from annotator.domain.edit import Edit
from annotator.domain.image import Image
from annotator.domain.mask_measures import region_measures
from annotator.domain.region import Region
from annotator.i18n import mark, translate
from annotator.present.measures import area_text, pair_text


def ghost_text(edit: Edit, image: Image) -> str:
    """Return axes (of a large one: its sides) and area of the first area of an image that an edit changes, or that it goes.

    Empty where only lines change.
    """
    change = next((c for c in edit.changes if c.subject.image == image.key and isinstance(c.subject.shape, Region)), None)
    if change is None:
        return ""
    if change.after is None:
        return translate(mark("is deleted"))
    shape = change.after.shape
    if not isinstance(shape, Region):
        return ""
    found = region_measures(shape, image.rows, image.columns, image.spacing)
    if found is None:
        return ""
    sides = (found.width, found.height) if found.heavy else (found.long.length, found.short.length)
    return f"{pair_text(*sides, image.spacing)} · {area_text(found.count, image.spacing)}"
