"""Say how long or how large what is being drawn is: in millimetres where the image knows them."""

from __future__ import annotations

from annotator.domain.image import Image
from annotator.present.measures import length_text, size_text
from annotator.tools.gesture import Draft, Makes


def measured(draft: Draft, image: Image) -> str:
    """Return the length of a line or the sides of a box in the current language; empty for an area."""
    points = draft.points if draft.open_end is None else (*draft.points, draft.open_end)
    if len(points) < 2 or draft.makes not in (Makes.PATH, Makes.BOX, Makes.ELLIPSE):
        return ""
    return length_text(points, image) if draft.makes is Makes.PATH else size_text(points, image)
