"""What a finished shape does to the annotations of its image: New, Add and Sub, each as one edit.

Masks obey the set algebra to the pixel: `mask(A Add B) = mask(A) | mask(B)`, `mask(A Sub B) = mask(A) & ~mask(B)`.  Regions act on
regions, lines on lines; locked annotations and those that are not shown are left alone.  Of several that become one, the oldest keeps its
id and author.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import shapely
from shapely.geometry import LineString, MultiLineString

from annotator.domain import line_cutting
from annotator.domain.annotation import BOX, FREE, LONGEST_NOTE, Annotation, Drawn, Shape
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit
from annotator.domain.image import Image, ImageKey
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import clipped, cut, reshaped, united
from annotator.i18n import Message, message

LOCKED = message("Locked annotations are not changed: unlock them first (Edit menu)")
NOTHING = message("Nothing to change")
NOTHING_SELECTED = message("Nothing is selected: choose an annotation first")


class Mode(Enum):
    """What a drawn shape does; the values are the names of the actions."""

    NEW = "mode.new"
    ADD = "mode.add"
    SUB = "mode.sub"

    @property
    def turned(self) -> Mode:
        """Add for Sub and Sub for Add; New stays."""
        return {Mode.ADD: Mode.SUB, Mode.SUB: Mode.ADD, Mode.NEW: Mode.NEW}[self]


@dataclass(frozen=True)
class Pen:
    """With what a shape is drawn: category key and its name for the menu, toolname and tool, circumstances, and the project's two rules.

    `sketch`: what comes of it is only shown while the hand moves (`shapes.united`).
    """

    category: str
    category_name: str
    toolname: str
    tool: str
    drawn: Drawn = Drawn()
    deliver_boxes: bool = False
    exclusive: bool = False
    sketch: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why a shape changed nothing."""

    reason: Message


def draw(document: Document, image: Image, shape: Shape, mode: Mode, pen: Pen, selection: Iterable[int] = (), *,
         unseen: Collection[int] = (), names: Mapping[str, str] | None = None) -> Edit | Refusal:  # fmt: skip
    """Return the edit that a finished shape makes in this mode, or why it makes none.

    `unseen` are the ids of what is not shown: no stroke adds to it or takes from it.  `names` are those of other categories by key, for the
    edit's name.
    """
    if isinstance(shape, Region) and region_mask(shape, image.rows, image.columns).empty:
        return Refusal(message("The outline encloses no pixel: nothing was drawn"))
    if isinstance(shape, Region) and pen.deliver_boxes and not shape.is_box and mode is Mode.NEW:
        shape = Region.box(*shape.bounds)
    like = [a for a in document.on(image.key) if isinstance(a.shape, Region) == isinstance(shape, Region)]
    there, wanted = [a for a in like if not a.locked and a.id not in unseen], set(selection) if mode is not Mode.NEW else set()
    chosen = [a for a in there if a.id in wanted]
    if not chosen and any(a.id in wanted for a in like):
        return Refusal(LOCKED)
    candidates = chosen or [a for a in there if a.category == pen.category]
    if mode is Mode.SUB:
        spared = [] if chosen else [a for a in like if a.category == pen.category and a not in there and _touch(a.shape, shape)]
        return _subtract(image, shape, pen, candidates, names or {}, _why_spared(spared, pen))
    touched = chosen or ([a for a in candidates if _touch(a.shape, shape)] if mode is Mode.ADD else [])
    if touched:
        changes = _unite(image, shape, pen, touched)
        name = message("Add to {category}", category=_names_of(changes, pen, names or {}))
    else:
        changes = [Change(None, _new(document, image, shape, pen))]
        name = message("Draw {category}", category=pen.category_name)
    edit = Edit(name, tuple(changes))
    return yielding(document, image, edit, sketch=pen.sketch) if pen.exclusive else edit


def yielding(document: Document, image: Image, edit: Edit, *, sketch: bool = False) -> Edit | Refusal:
    """Return an edit with what others lose to the areas that it changes, where categories exclude one another.

    A locked one loses nothing: the areas that are changed lose to it; refused where nothing is left of one.
    """
    own = {change.subject.id for change in edit.changes}
    others = [a for a in document.on(image.key) if a.id not in own]
    spared = [_sparing(change, [a for a in others if a.locked], image, sketch) for change in edit.changes]
    changes, left = [change for change in spared if change is not None], {a.id: a for a in others if not a.locked}
    if len(changes) < len(spared):
        return Refusal(message("There lies a locked annotation of another category: nothing was changed"))
    for change in changes:
        for lost in take_from([a for a in left.values() if a.category != change.subject.category], change.after, image, sketch=sketch):
            if lost.after is None:
                del left[lost.subject.id]
            else:
                left[lost.subject.id] = lost.after
    losers = [Change(a, left.get(a.id)) for a in others if not a.locked and left.get(a.id) is not a]
    return Edit(edit.name, (*changes, *losers), edit.facts)


def with_losers(document: Document, edit: Edit, images: Mapping[ImageKey, Image]) -> Edit | Refusal:
    """Return an edit of several images as `yielding` makes it on each; what it adds to an image is left out where nothing is left of it."""
    changes = list[Change]()
    for key in dict.fromkeys(change.subject.image for change in edit.changes):
        own = tuple(change for change in edit.changes if change.subject.image == key)
        found = yielding(document, images[key], replace(edit, changes=own))
        if isinstance(found, Edit):
            changes += found.changes
        elif any(change.before is not None for change in own):
            return found
    return replace(edit, changes=tuple(changes))


def steps(shapes: Iterable[Shape], dx: float, dy: float) -> tuple[float, float]:
    """Return how far shapes are moved by (dx, dy) pixels: where one is a region by whole ones, so that its mask stays what it was."""
    return (round(dx), round(dy)) if any(isinstance(shape, Region) for shape in shapes) else (dx, dy)


def move(document: Document, image: Image, number: int, dx: float, dy: float) -> Edit | Refusal:
    """Return the edit that moves an annotation by (dx, dy) pixels (`steps`), clipped to the image."""
    before = document.find(image.key, number)
    if before is None or before.locked:
        return Refusal(LOCKED)
    dx, dy = steps((before.shape,), dx, dy)
    if dx == dy == 0:
        return Refusal(NOTHING)
    moved = before.shape.moved(dx, dy)
    if isinstance(moved, Region):
        shape: Shape = clipped(moved, image.rows, image.columns)
        gone = not shape.parts
    else:
        left, top, right, low = moved.bounds
        shape, gone = moved, left < 0 or top < 0 or right > image.columns or low > image.rows
    if gone:
        return Refusal(message("There it would leave the image: nothing was moved"))
    return Edit(message("Move"), (Change(before, replace(before, shape=shape)),))


def reshape(
    document: Document, image: Image, number: int, vertex: tuple[int, int, int], to: tuple[float, float], *, insert: bool = False,
    deliver_boxes: bool = False,
) -> Edit | Refusal:  # fmt: skip
    """Return the edit that puts a vertex (part, ring, index) at `to`, or inserts one after it; of boxes it makes a box again."""
    before = document.find(image.key, number)
    if before is None or before.locked:
        return Refusal(LOCKED)
    to = (min(max(to[0], 0.0), float(image.columns)), min(max(to[1], 0.0), float(image.rows)))
    if isinstance(before.shape, Region):
        shape: Shape = reshaped(before.shape, vertex, to, image.rows, image.columns, insert=insert)
        if not shape.parts:
            return Refusal(message("The outline would enclose no pixel: nothing was changed"))
        shape = Region.box(*shape.bounds) if deliver_boxes else shape
    else:
        parts = [list(part) for part in before.shape.parts]
        line = parts[vertex[0]]
        line[vertex[2] + 1 if insert else vertex[2] : vertex[2] + 1] = [to]
        shape = Path(tuple(tuple(part) for part in parts))
    return Edit(message("Reshape"), (Change(before, replace(before, shape=shape, toolname=toolname_of(before, shape, deliver_boxes))),))


def toolname_of(before: Annotation, shape: Shape, deliver_boxes: bool) -> str:
    """Return how the points of an annotation are to be read that has another shape now."""
    if not isinstance(shape, Region):
        return before.toolname
    if deliver_boxes:
        return BOX
    return FREE if before.toolname == BOX and not shape.is_box else before.toolname


def delete(document: Document, image: Image, selection: Iterable[int]) -> Edit | Refusal:
    """Return the edit that removes the selected annotations."""
    found = [a for a in (document.find(image.key, n) for n in sorted(set(selection))) if a is not None]
    gone = [a for a in found if not a.locked]
    if not gone:
        return Refusal(LOCKED if found else NOTHING_SELECTED)
    return Edit(message("Delete"), tuple(Change(a, None) for a in gone))


def recategorise(document: Document, image: Image, selection: Iterable[int], category: str, name: str) -> Edit | Refusal:
    """Return the edit that gives the selected annotations another category."""
    found = [a for a in (document.find(image.key, n) for n in sorted(set(selection))) if a is not None and a.category != category]
    changes = tuple(Change(a, replace(a, category=category)) for a in found if not a.locked)
    if not changes:
        return Refusal(LOCKED if found else NOTHING)
    return Edit(message("Change to {category}", category=name), changes)


def _new(document: Document, image: Image, shape: Shape, pen: Pen) -> Annotation:
    toolname = FREE if pen.toolname == BOX and isinstance(shape, Region) and not shape.is_box else pen.toolname
    if pen.deliver_boxes and isinstance(shape, Region):
        toolname = BOX
    return Annotation(document.next_id(image.key), image.key, pen.category, toolname, shape, pen.drawn, pen.tool)


def _touch(a: Shape, b: Shape) -> bool:
    """Whether the geometries share at least a point."""
    return bool(shapely.intersects(_geometry(a), _geometry(b)))


def _geometry(shape: Shape) -> shapely.Geometry:
    return shape.geometry if isinstance(shape, Region) else MultiLineString([LineString(part) for part in shape.parts])


def _unite(image: Image, shape: Shape, pen: Pen, touched: Sequence[Annotation]) -> list[Change]:
    oldest, rest = touched[0], touched[1:]
    if isinstance(shape, Region):
        regions = [a.shape for a in touched if isinstance(a.shape, Region)]
        joined = shape
        for region in regions:
            one, two = region_mask(joined, image.rows, image.columns), region_mask(region, image.rows, image.columns)
            joined = united(joined, region, one | two, sketch=pen.sketch)
        after = _delivered(replace(as_one(touched), shape=joined, toolname=FREE), pen)
    else:
        parts = [part for a in touched if isinstance(a.shape, Path) for part in a.shape.parts]
        after = replace(as_one(touched), shape=Path((*parts, *shape.parts)))
    return [Change(oldest, after), *(Change(a, None) for a in rest)]


def as_one(found: Sequence[Annotation]) -> Annotation:
    """Return the oldest (first) of several that become one, with what is known of the others only: nothing that was written is lost.

    That is the line that is answered, and of those of its category the lesion and attributes that it lacks; notes stand one behind the
    other.
    """
    oldest, alike = found[0], [a for a in found if a.category == found[0].category]
    attributes = {name: value for a in reversed(alike) for name, value in a.attributes}
    note = "; ".join(dict.fromkeys(a.note for a in found if a.note))[:LONGEST_NOTE]
    return replace(
        oldest,
        lesion=next((a.lesion for a in alike if a.lesion is not None), None),
        attributes=tuple(sorted(attributes.items())),
        note=note,
        answers=next((a.answers for a in found if a.answers is not None), None),
    )


def _delivered(after: Annotation, pen: Pen) -> Annotation:
    """Make a box of a cut or merged shape where the project delivers boxes."""
    if not pen.deliver_boxes or not isinstance(after.shape, Region):
        return after
    return replace(after, shape=Region.box(*after.shape.bounds), toolname=BOX)


def _names_of(changes: Iterable[Change], pen: Pen, names: Mapping[str, str]) -> str:
    """The names of the categories that are changed, each once."""
    keys = dict.fromkeys(change.subject.category for change in changes)
    return ", ".join(pen.category_name if key == pen.category else names.get(key, key) for key in keys)


def _why_spared(spared: Sequence[Annotation], pen: Pen) -> Refusal:
    """Why nothing is removed where these alone lie: locked and hidden ones, or none at all."""
    if not spared:
        return Refusal(message("Nothing of {category} lies there: nothing was removed", category=pen.category_name))
    if all(a.locked for a in spared):
        return Refusal(message("What lies there of {category} is locked: nothing was removed", category=pen.category_name))
    return Refusal(message("What lies there of {category} is hidden: nothing was removed", category=pen.category_name))


def _subtract(
    image: Image, shape: Shape, pen: Pen, candidates: Sequence[Annotation], names: Mapping[str, str], nothing: Refusal
) -> Edit | Refusal:
    try:
        changes = _cut_lines(shape, candidates) if isinstance(shape, Path) else _take_away(shape, candidates, image, pen)
    except line_cutting.TooMany:
        return Refusal(message("The stroke crosses a line too often: nothing was cut"))
    if not changes:
        return nothing
    return Edit(message("Subtract from {category}", category=_names_of(changes, pen, names)), tuple(changes))


def _take_away(shape: Region, candidates: Sequence[Annotation], image: Image, pen: Pen) -> list[Change]:
    changes, taken = [], region_mask(shape, image.rows, image.columns)
    for before in candidates:
        if not isinstance(before.shape, Region) or _apart(before.shape, shape):
            continue
        had: Mask = region_mask(before.shape, image.rows, image.columns)
        if (had & taken).empty:
            continue
        if (had - taken).empty:
            changes.append(Change(before, None))
            continue
        left = cut(before.shape, shape, had - taken, sketch=pen.sketch)
        changes.append(Change(before, _delivered(replace(before, shape=left, toolname=FREE), pen)))
    return changes


def _sparing(change: Change, locked: Sequence[Annotation], image: Image, sketch: bool) -> Change | None:
    """Return a change that takes nothing from locked ones of other categories; None where nothing is left of it."""
    after = change.after
    for other in locked:
        if after is None or not isinstance(after.shape, Region) or not isinstance(other.shape, Region) or after.category == other.category:
            continue
        had, kept = (region_mask(shape, image.rows, image.columns) for shape in (after.shape, other.shape))
        if (had - kept).empty:
            return None
        if not (had & kept).empty:
            after = replace(after, shape=cut(after.shape, other.shape, had - kept, sketch=sketch), toolname=FREE)
    return Change(change.before, after) if after != change.before else None


def take_from(losers: Sequence[Annotation], winner: Annotation | None, image: Image, *, sketch: bool = False) -> list[Change]:
    """Return what others lose to a newer annotation where categories exclude one another."""
    if winner is None or not isinstance(winner.shape, Region):
        return []
    return _take_away(winner.shape, losers, image, Pen("", "", "", "", sketch=sketch))


def _apart(a: Region, b: Region) -> bool:
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = a.bounds, b.bounds
    return ax2 < bx1 or bx2 < ax1 or ay2 < by1 or by2 < ay1


def _cut_lines(shape: Path, candidates: Sequence[Annotation]) -> list[Change]:
    """Cut the lines that the drawn line crosses, at the crossings; what lies along it is removed.  Raises line_cutting.TooMany."""
    knife = _geometry(shape)
    lines = [(before, before.shape) for before in candidates
             if isinstance(before.shape, Path) and shapely.intersects(_geometry(before.shape), knife)]  # fmt: skip
    after = [(before, line_cutting.cut(line, shape)) for before, line in lines]
    return [Change(before, replace(before, shape=left) if left.parts else None) for before, left in after if left is not before.shape]
