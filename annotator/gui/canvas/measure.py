"""Say how long or how large what is being drawn is, and what it makes of what is there: in millimetres where the image knows them."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.domain.edit import Edit
from annotator.domain.image import Image
from annotator.domain.path import Polyline
from annotator.i18n import mark, translate
from annotator.present.ghost import ghost_text, is_new, losses_text, most_pixels, new_area
from annotator.present.measures import Drafted, drafted_box, drafted_outline, line_text, size_text
from annotator.tools.gesture import Draft, Makes

_LATER = mark("The result is shown when you let go")
_SAYS = {Makes.PATH: line_text, Makes.ELLIPSE: size_text}
_AREAS = {Makes.BOX: drafted_box, Makes.REGION: drafted_outline}


def measured(draft: Draft, image: Image) -> str:
    """Return the length of a line, the sides and area of a box, the area and long axis of an outline, in the current language."""
    area = _area(draft, image)
    return area.said(image) if area is not None else _size(draft, image)


def beside_pointer(
    draft: Draft, edit: Edit | None, image: Image, names: Mapping[str, str] | None = None, *, unknown: bool = False
) -> str:
    """Return what stands beside the pointer, in one unit: the measures of the draft, those of the result where that is another area,
    and what areas of other categories lose (`names`: of the categories, by key).

    `unknown`: what it comes to is not worked out before it ends.
    """
    area = _area(draft, image)
    beside = max(most_pixels(edit, image) if edit is not None else 0, area.count if area is not None else 0)
    own = area.said(image, beside) if area is not None else _size(draft, image)
    if unknown:
        return " · ".join(text for text in (own, translate(_LATER)) if text)
    if edit is None:
        return own
    lost = losses_text(edit, image, names or {}, beside)
    if own and is_new(edit, image):  # its area, where that is not said yet
        result = "" if area is not None else new_area(edit, image, beside)
        return " · ".join(text for text in (own, result, lost) if text)
    return " · ".join(text for text in (" → ".join(text for text in (own, ghost_text(edit, image, beside)) if text), lost) if text)


def _points(draft: Draft) -> Polyline:
    return (*draft.points, *(() if draft.open_end is None else (draft.open_end,)), *draft.home)


def _area(draft: Draft, image: Image) -> Drafted | None:
    says, points = _AREAS.get(draft.makes), _points(draft)
    return says(points, image) if says is not None and len(points) > 1 else None


def _size(draft: Draft, image: Image) -> str:
    says, points = _SAYS.get(draft.makes), _points(draft)
    return says(points, image) if says is not None and len(points) > 1 else ""
