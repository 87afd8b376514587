"""Say how long or how large what is being drawn is, and what it makes of what is there: in millimetres where the image knows them."""

from __future__ import annotations

from annotator.domain.edit import Edit
from annotator.domain.image import Image
from annotator.i18n import mark, translate
from annotator.present.ghost import ghost_text
from annotator.present.measures import box_text, line_text, outline_text, size_text
from annotator.tools.gesture import Draft, Makes

_LATER = mark("The result is shown when you let go")
_SAYS = {Makes.PATH: line_text, Makes.BOX: box_text, Makes.REGION: outline_text, Makes.ELLIPSE: size_text}
_ALL_SAID = (Makes.BOX, Makes.REGION)


def measured(draft: Draft, image: Image) -> str:
    """Return the length of a line, the sides and area of a box, the area and long axis of an outline, in the current language."""
    points = draft.points if draft.open_end is None else (*draft.points, draft.open_end)
    says = _SAYS.get(draft.makes)
    return says(points, image) if says is not None and len(points) > 1 else ""


def beside_pointer(draft: Draft, edit: Edit | None, image: Image, *, unknown: bool = False) -> str:
    """Return what stands beside the pointer: the measures of the draft, and those of the result where that is another area.

    `unknown`: what it comes to is not worked out before it ends.
    """
    own = measured(draft, image)
    if unknown:
        return " · ".join(text for text in (own, translate(_LATER)) if text)
    if edit is None or (own and draft.makes in _ALL_SAID and all(change.before is None for change in edit.changes)):
        return own
    return " → ".join(text for text in (own, ghost_text(edit, image)) if text)
