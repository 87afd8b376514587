"""Say in a few words what an annotation would be after the edit that the hand is about to make."""

from __future__ import annotations

from annotator.domain.edit import Edit
from annotator.domain.image import Image
from annotator.domain.lesion import extent
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.i18n import mark, translate
from annotator.present.measures import number


def ghost_text(edit: Edit, image: Image) -> str:
    """Return area and extent of the first area of an image that an edit changes, or that it goes; empty where it changes lines only."""
    change = next((c for c in edit.changes if c.subject.image == image.key and isinstance(c.subject.shape, Region)), None)
    if change is None:
        return ""
    if change.after is None:
        return translate(mark("is deleted"))
    shape = change.after.shape
    if not isinstance(shape, Region):
        return ""
    down, right = image.spacing or (1.0, 1.0)
    area = region_mask(shape, image.rows, image.columns).count * down * right
    found = extent(shape, image.spacing)
    said = {"area": number(area), "width": number(found.width), "height": number(found.height)}
    if image.spacing is None:
        return translate(mark("{area} px, {width} × {height} px"), **said)
    return translate(mark("{area} mm², {width} × {height} mm"), **said)
