"""Say how long or how large what is being drawn is: in millimetres where the image knows them."""

from __future__ import annotations

from annotator.domain.image import Image
from annotator.domain.path import Path
from annotator.i18n import mark, translate
from annotator.tools.gesture import Draft, Makes

_LENGTH = mark("{length:.1f} mm")
_LENGTH_AT_DETECTOR = mark("{length:.1f} mm at the detector")
_LENGTH_IN_PIXELS = mark("{length:.1f} px")
_SIZE = mark("{width:.1f} × {height:.1f} mm")
_SIZE_AT_DETECTOR = mark("{width:.1f} × {height:.1f} mm at the detector")
_SIZE_IN_PIXELS = mark("{width:.1f} × {height:.1f} px")


def measured(draft: Draft, image: Image) -> str:
    """Return the length of a line or the sides of a box in the current language; empty for an area."""
    down, right = image.spacing or (1.0, 1.0)
    at_detector = image.spacing_at_detector
    points = draft.points if draft.open_end is None else (*draft.points, draft.open_end)
    if len(points) < 2 or draft.makes is Makes.REGION:
        return ""
    if draft.makes is Makes.PATH:
        length = Path((points,)).length((down, right))
        return translate(_of(image, _LENGTH_IN_PIXELS, _LENGTH_AT_DETECTOR if at_detector else _LENGTH), length=length)
    (ax, ay), (bx, by) = points[0], points[-1]
    sides = {"width": abs(bx - ax) * right, "height": abs(by - ay) * down}
    return translate(_of(image, _SIZE_IN_PIXELS, _SIZE_AT_DETECTOR if at_detector else _SIZE), **sides)


def _of(image: Image, in_pixels: str, in_millimetres: str) -> str:
    return in_pixels if image.spacing is None else in_millimetres
