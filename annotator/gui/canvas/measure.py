"""Say how long or how large what is being drawn is: in millimetres where the image knows them."""

from __future__ import annotations

from annotator.domain.image import Image
from annotator.present.measures import box_text, line_text, outline_text
from annotator.tools.gesture import Draft, Makes

_SAYS = {Makes.PATH: line_text, Makes.BOX: box_text, Makes.REGION: outline_text}


def measured(draft: Draft, image: Image) -> str:
    """Return the length of a line, the sides and area of a box, the area and long axis of an outline, in the current language."""
    points = draft.points if draft.open_end is None else (*draft.points, draft.open_end)
    says = _SAYS.get(draft.makes)
    return says(points, image) if says is not None and len(points) > 1 else ""
