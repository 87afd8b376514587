"""Say what stands on a tile of the gallery: whose lesion it is, of which category, and how large."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.gallery import GalleryTile
from annotator.i18n import mark, translate
from annotator.present.annotations import category_name
from annotator.workspace.session import Session

_NAMED = 5
"""So many patients are named in a line."""


def tile_words(session: Session, tile: GalleryTile) -> str:
    """Return patient (or the last part of the case's UID), view, category, and the size of its box in mm."""
    categories = {category.key: category for category in session.project.project.categories}
    found = categories.get(tile.annotation.category)
    x1, y1, x2, y2 = tile.annotation.shape.bounds
    down, right = tile.image.spacing or (1.0, 1.0)
    unit = "mm" if tile.image.spacing else "px"
    parts = [tile.patient or f"…{tile.case[-6:]}", tile.image.view, category_name(found) if found else tile.annotation.category]
    parts.append(f"{(x2 - x1) * right:.0f} × {(y2 - y1) * down:.0f} {unit}")
    if tile.images > 1:
        parts.append(translate(mark("{count} images"), count=tile.images))
    return " · ".join(part for part in parts if part)


def missing(patients: Sequence[str]) -> str:
    """Say in one line whose lesions cannot be shown because their images are not where they were; empty where there are none."""
    if not patients:
        return ""
    named = ", ".join(patients[:_NAMED]) + (" …" if len(patients) > _NAMED else "")
    said = mark("{count} cases are not shown, their images are not where they were: {patients}")
    return translate(said, count=len(patients), patients=named)
