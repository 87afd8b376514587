"""What is drawn on slices as it is seen in another plane: outlines of its cuts with the colours of the categories, and its names."""

from __future__ import annotations

from annotator.domain.reformat import Voxel
from annotator.domain.sections import rings_of
from annotator.present.overlay import Overlay
from annotator.workspace.planes import Planes
from annotator.workspace.session import Session

_UNKNOWN = (255, 255, 255)
_LIT = 0.55
"""How much white the colour of what is selected gets."""


def sections(session: Session, planes: Planes, which: int) -> tuple[Overlay, ...]:
    """Return the cuts that the shown plane of a family (a place in `planes.cuts`) makes, one a category, what is selected last."""
    cut, categories = planes.cuts[which], session.definition.categories
    known = {category.key: (number, category) for number, category in enumerate(categories)}
    found = []
    for key, cells in planes.cells(which).items():
        number, category = known.get(key, (len(known), None))
        colour, label = (session.colours[category.key], str(category.id)) if category else (_UNKNOWN, "?")
        found.append(Overlay(number, colour, rings_of(cells, cut), True, False, False, label))
    found.sort(key=lambda overlay: overlay.annotation_id)
    for key, cells in planes.chosen_cells(which).items():
        red, green, blue = session.colours[key] if key in known else _UNKNOWN
        lit = (_lit(red), _lit(green), _lit(blue))
        found.append(Overlay(-1 - len(found), lit, rings_of(cells, cut), True, False, False, ""))
    return tuple(found)


def category_at(session: Session, planes: Planes, which: int, voxel: Voxel) -> str:
    """Return the names of the categories that are drawn at a voxel; empty where there is nothing."""
    cut = planes.cuts[which]
    along = voxel[0] if cut.across == 1 else voxel[1]
    there = {key for key, cells in planes.cells(which).items() if cells[voxel[2], along]}
    return ", ".join(f"{category.id} {category.name}" for category in session.definition.categories if category.key in there)


def _lit(part: int) -> int:
    return round(part + (255 - part) * _LIT)
