"""Draw outlines and labels on a picture that is reviewed outside the program, so that nothing of a lesion is hidden by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from annotator.domain.annotation import Annotation
from annotator.domain.delivered import delivered
from annotator.domain.delivery import Sheet
from annotator.domain.path import Point
from annotator.domain.raster import shape_mask
from annotator.domain.region import Region

Colour = tuple[int, int, int]
_FINE = 3
"""Lines are drawn so many times as large and made smaller again, which smooths them."""
_FINE_PIXELS = 1 << 24
_PARTS_OF_SIDE = 640
_RIM, _PLATE, _TEXT = (0, 0, 0), (12, 14, 18), (240, 242, 245)
_RIM_SHARE = 0.45
_UNKNOWN = (255, 255, 255)


@dataclass(frozen=True)
class _Look:
    """Sizes in the pixels of the picture: width of a line, height of a letter, edge of a cell in which labels find room."""

    line: float
    letter: int
    cell: int


def drawn_on(large: Pillow.Image, sheet: Sheet, scale: int) -> Pillow.Image:
    """Draw the outlines of a sheet on its picture, which is `scale` times as large as the image; returns that picture.

    Large annotations first, so that small ones stay on top.  A label says the annotation's number and its category; it stands as near as
    it can where no annotation is; where there is no room at all, there is none: the colour says the category.
    """
    longer = max(large.size)
    look = _Look(max(longer / _PARTS_OF_SIDE, 1.0), max(longer // 80, 11), max(longer // 160, 4))
    ordered = sorted(delivered(sheet), key=lambda a: -_extent(a))
    colours = {category.key: category.rgb for category in sheet.categories}
    for annotation in ordered:
        _outline(large, annotation, colours.get(annotation.category, _UNKNOWN), scale, look)
    _label(large, sheet, ordered, colours, scale, look)
    return large


def _extent(annotation: Annotation) -> float:
    x1, y1, x2, y2 = annotation.shape.bounds
    return (x2 - x1) * (y2 - y1)


def _outline(large: Pillow.Image, annotation: Annotation, colour: Colour, scale: int, look: _Look) -> None:
    """A dark rim, which makes the line seen on white, and the line upon it."""
    shape = annotation.shape
    lines = [(*ring, ring[0]) for ring in shape.rings] if isinstance(shape, Region) else list(shape.parts)
    margin = 2 * look.line + 2
    x1, y1, x2, y2 = (value * scale for value in shape.bounds)
    left, top = max(int(x1 - margin), 0), max(int(y1 - margin), 0)
    right, bottom = min(int(x2 + margin) + 1, large.width), min(int(y2 + margin) + 1, large.height)
    width, height = right - left, bottom - top
    if width <= 0 or height <= 0:
        return
    fine = _FINE if width * height * _FINE**2 <= _FINE_PIXELS else 1
    placed = [[((x * scale - left) * fine - 0.5, (y * scale - top) * fine - 0.5) for x, y in line] for line in lines]
    for ink, wide, share in ((_RIM, 2.0 * look.line, _RIM_SHARE), (colour, look.line, 1.0)):
        large.paste(ink, (left, top), _stroke(placed, (width, height), fine, wide, share))


def _stroke(lines: Sequence[Sequence[Point]], size: tuple[int, int], fine: int, wide: float, share: float) -> Pillow.Image:
    """How much of a pixel lines cover, 0 to 255 times `share`."""
    made = Pillow.new("L", (size[0] * fine, size[1] * fine))
    pen = ImageDraw.Draw(made)
    for line in lines:
        pen.line([(round(x, 2), round(y, 2)) for x, y in line], fill=round(255 * share), width=max(round(wide * fine), 1), joint="curve")
    return made.reduce(fine) if fine > 1 else made


def _label(
    large: Pillow.Image, sheet: Sheet, ordered: Sequence[Annotation], colours: dict[str, Colour], scale: int, look: _Look
) -> None:
    taken = _taken(large, sheet, ordered, scale, look)
    pen, font = ImageDraw.Draw(large), ImageFont.load_default(look.letter)
    pad = max(look.letter // 4, 2)
    for annotation in ordered[::-1]:
        text = _text(sheet, annotation)
        wide = int(pen.textlength(text, font=font)) + 3 * pad
        box = tuple(value * scale for value in annotation.shape.bounds)
        place = _free_place(taken, wide, look.letter + 2 * pad, box, look.cell, large.size)
        if place is None:
            continue
        x, y = place
        high, colour = look.letter + 2 * pad, colours.get(annotation.category, _UNKNOWN)
        _pointer(pen, (x, y, x + wide, y + high), box, colour, look)
        pen.rectangle((x, y, x + wide - 1, y + high - 1), fill=_PLATE)
        pen.rectangle((x, y, x + pad - 1, y + high - 1), fill=colour)
        pen.text((x + 2 * pad, y + high / 2), text, font=font, fill=_TEXT, anchor="lm")
        taken[y // look.cell : -(-(y + high) // look.cell), x // look.cell : -(-(x + wide) // look.cell)] = True


def _text(sheet: Sheet, annotation: Annotation) -> str:
    """The number of an annotation and its category: the English name, for which the letters are at hand, else the category's id."""
    category = next((c for c in sheet.categories if c.key == annotation.category), None)
    if category is None:
        return f"#{annotation.id}"
    return f"#{annotation.id}  {category.name_en if category.name_en and category.name_en.isascii() else category.id}"


def _taken(large: Pillow.Image, sheet: Sheet, drawn: Sequence[Annotation], scale: int, look: _Look) -> NDArray[np.bool_]:
    """The cells of the picture that an annotation touches, and their neighbours."""
    rows, columns = -(-large.height // look.cell), -(-large.width // look.cell)
    taken = np.zeros((rows + 2, columns + 2), dtype=bool)
    for annotation in drawn:
        mask = shape_mask(annotation.shape, sheet.image.rows, sheet.image.columns, 2.0)
        row, column = mask.pixels()
        for dr, dc in ((0, 0), (scale - 1, scale - 1)):
            r, c = (row * scale + dr) // look.cell, (column * scale + dc) // look.cell
            for dy in (0, 1, 2):
                for dx in (0, 1, 2):
                    taken[r + dy, c + dx] = True
    return taken[1:-1, 1:-1].copy()


def _free_place(
    taken: NDArray[np.bool_], wide: int, high: int, box: Sequence[float], cell: int, size: tuple[int, int]
) -> tuple[int, int] | None:
    """The top-left corner (x, y) of a free rectangle of the picture near to a box, in line with its left side where that is as near.

    None where there is none.
    """
    rows, columns = -(-high // cell), -(-wide // cell)
    down, across = min(taken.shape[0], size[1] // cell) - rows, min(taken.shape[1], size[0] // cell) - columns
    if down < 0 or across < 0:
        return None
    sums = np.zeros((taken.shape[0] + 1, taken.shape[1] + 1), dtype=np.int32)
    sums[1:, 1:] = taken.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
    inside = sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns] + sums[:-rows, :-columns]
    y, x = np.nonzero(inside[: down + 1, : across + 1] == 0)
    if not len(y):
        return None
    x1, y1, x2, y2 = box
    beside = np.maximum(np.maximum(x * cell - x2, x1 - (x * cell + wide)), 0.0)
    above = np.maximum(np.maximum(y * cell - y2, y1 - (y * cell + high)), 0.0)
    near = np.hypot(beside, above) // (3 * cell)
    best = int(np.lexsort((x, y, np.abs(x * cell - x1), near))[0])
    return int(x[best]) * cell, int(y[best]) * cell


def _pointer(pen: ImageDraw.ImageDraw, plate: Sequence[float], box: Sequence[float], colour: Colour, look: _Look) -> None:
    """A line from a label to the box of its annotation, where the label had to go some way off."""
    near = [min(max((box[i] + box[i + 2]) / 2, plate[i]), plate[i + 2]) for i in (0, 1)]
    meets = [min(max(near[i], box[i]), box[i + 2]) for i in (0, 1)]
    if max(abs(near[i] - meets[i]) for i in (0, 1)) > 3 * look.cell:
        pen.line((*near, *meets), fill=colour, width=max(round(look.line), 1))
