"""Say how long or how large what is being drawn is, and what it makes of what is there: in millimetres where the image knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotator.domain.annotation import Annotation
from annotator.domain.edit import Edit
from annotator.domain.image import Image
from annotator.domain.path import Path, Point, Polyline
from annotator.i18n import mark, translate
from annotator.present.ghost import changed_line, ghost_text, is_new, losses_text, most_pixels, new_line, new_text
from annotator.present.measures import Drafted, drafted_box, drafted_outline, line_text, size_text
from annotator.tools.gesture import Change, Draft, Makes, Move, Redraw, Reshape, Shift

_LATER = mark("The result is shown when you let go")
_SAYS = {Makes.PATH: line_text, Makes.ELLIPSE: size_text}
_AREAS = {Makes.BOX: drafted_box, Makes.REGION: drafted_outline}


def measured(draft: Draft, image: Image) -> str:
    """Return the length of a line, the sides and area of a box, the area and long axis of an outline, in the current language."""
    area = _area(draft, image)
    return area.said(image) if area is not None else _size(draft, image)


def beside_pointer(
    draft: Draft, edit: Edit | None, image: Image, names: Mapping[str, str] | None = None, *, unknown: bool = False, as_drawn: bool = True
) -> str:
    """Return what stands beside the pointer, in one unit: the measures of what is new, or those of the draft and of what it makes of what
    is there, and what areas of other categories lose (`names`: of the categories, by key).

    `unknown`: what it comes to is not worked out before it ends.  `as_drawn`: what is new is just what is drawn; where the project makes
    another area of it, the draft's own measures are no answer.
    """
    area = _area(draft, image)
    beside = max(most_pixels(edit, image) if edit is not None else 0, area.count if area is not None else 0)
    own = area.said(image, beside) if area is not None else _size(draft, image)
    if unknown:
        return " · ".join(text for text in (own, translate(_LATER)) if text)
    if edit is None:
        return own if as_drawn else ""
    lost = losses_text(edit, image, names or {}, beside)
    if is_new(edit, image):
        if area is None or not as_drawn:
            own = new_text(edit, image, beside, sides=draft.makes is Makes.ELLIPSE)
        return " · ".join(text for text in (own, lost) if text)
    if line := new_line(edit, image):
        return own if as_drawn else line
    return " · ".join(text for text in (" → ".join(text for text in (own, ghost_text(edit, image, beside)) if text), lost) if text)


def changed_text(change: Change, edit: Edit | None, image: Image, names: Mapping[str, str], *, unknown: bool = False) -> str:
    """Return what stands beside the pointer while an outline or a line is changed: what it will measure, and what others lose by that.

    `unknown` and `names` as `beside_pointer` takes them.  Nothing of what is only moved: it stays as large as it is.
    """
    if isinstance(change, Move):
        return ""
    if unknown:
        return translate(_LATER)
    if edit is None:
        return ""
    beside = most_pixels(edit, image)
    texts = ghost_text(edit, image, beside) or changed_line(edit, image), losses_text(edit, image, names, beside)
    return " · ".join(text for text in texts if text)


def pulled_to(change: Change, annotations: Iterable[Annotation]) -> Point | None:
    """Return where the hand is that changes an annotation, of an edge its middle; None where nothing is pulled."""
    if isinstance(change, Reshape):
        return change.to
    if isinstance(change, Redraw):
        return change.points[-1]
    shape = next((a.shape for a in annotations if a.id == change.annotation), None)
    if not isinstance(change, Shift) or shape is None:
        return None
    part, ring, index = change.edge
    vertices = shape.parts[part] if isinstance(shape, Path) else shape.parts[part][ring]
    (ax, ay), (bx, by) = vertices[index], vertices[(index + 1) % len(vertices)]
    return (ax + bx) / 2 + change.dx, (ay + by) / 2 + change.dy


def change_bounds(edit: Edit | None, change: Change) -> tuple[float, float, float, float] | None:
    """Return the box (x1, y1, x2, y2) around what a change will leave of its annotation; None while that is not known, or nothing."""
    found = (c.after for c in edit.changes if c.after is not None and c.after.id == change.annotation) if edit is not None else ()
    after = next(iter(found), None)
    return after.shape.bounds if after is not None else None


def _points(draft: Draft) -> Polyline:
    return (*draft.points, *(() if draft.open_end is None else (draft.open_end,)), *draft.home)


def _area(draft: Draft, image: Image) -> Drafted | None:
    says, points = _AREAS.get(draft.makes), _points(draft)
    return says(points, image) if says is not None and len(points) > 1 else None


def _size(draft: Draft, image: Image) -> str:
    says, points = _SAYS.get(draft.makes), _points(draft)
    return says(points, image) if says is not None and len(points) > 1 else ""
