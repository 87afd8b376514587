"""Cut a square with a lesion in its middle out of an image: on a scale in millimetres, so that lesions of several images can be compared.

A tile is `pixels` wide and high; `side` mm of the patient are seen on each side of it (pixels of the image where it has no spacing).
Tile coordinates run as image coordinates do: x right, y down, from the top-left corner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.grayscale import shade, turned
from annotator.domain.path import Point
from annotator.domain.picture import Picture, Window

PIXELS = 256
"""The least width of a tile on the screen."""
LEAST_SIDE, AROUND = 20.0, 1.6
"""Millimetres that a tile shows at least, and how much more than the largest lesion."""
Bounds = tuple[float, float, float, float]
Spacing = tuple[float, float]


@dataclass(frozen=True)
class Tile:
    """Where a tile lies in its image: its middle (x, y), its side in mm, and the image's (row, column) spacing in mm."""

    middle: Point
    side: float
    spacing: Spacing = (1.0, 1.0)
    pixels: int = PIXELS

    @property
    def scale(self) -> tuple[float, float]:
        """Tile pixels per image pixel, along x and along y."""
        per_millimetre = self.pixels / self.side
        return self.spacing[1] * per_millimetre, self.spacing[0] * per_millimetre

    def place(self, x: float, y: float) -> Point:
        """Return where an image point lies in the tile."""
        (sx, sy), (mx, my), half = self.scale, self.middle, self.pixels / 2
        return half + (x - mx) * sx, half + (y - my) * sy


def shared_side(found: Iterable[tuple[Bounds, Spacing]]) -> float:
    """Return the side in mm at which each of these boxes (x1, y1, x2, y2; spacing) fits into a tile with room around it."""
    sizes = (max((x2 - x1) * spacing[1], (y2 - y1) * spacing[0]) for (x1, y1, x2, y2), spacing in found)
    return max(LEAST_SIDE, AROUND * max(sizes, default=0.0))


def tile_of(bounds: Iterable[Bounds], side: float, spacing: Spacing | None, pixels: int = PIXELS) -> Tile:
    """Return the tile with what lies within all of these boxes in its middle."""
    boxes = list(bounds)
    x1, y1 = (min(box[n] for box in boxes) for n in (0, 1))
    x2, y2 = (max(box[n] for box in boxes) for n in (2, 3))
    return Tile(((x1 + x2) / 2, (y1 + y2) / 2), side, spacing or (1.0, 1.0), pixels)


def shades_of(tile: Tile, picture: Picture, window: Window) -> NDArray[Any]:
    """Return the brightness of a tile under a window, (pixels, pixels) or (pixels, pixels, 3) uint8; black outside the image.

    Values between pixels are mixed from the four around them, before the window is laid on.
    """
    (sx, sy), half = tile.scale, tile.pixels / 2
    steps = np.arange(tile.pixels) + 0.5 - half
    x, y = tile.middle[0] + steps / sx - 0.5, tile.middle[1] + steps / sy - 0.5  # in places of pixel centres
    inside = ((y > -0.5) & (y < picture.rows - 0.5))[:, None] & ((x > -0.5) & (x < picture.columns - 0.5))
    left, right, across = _between(x, picture.columns)
    top, low, down = _between(y, picture.rows)
    rows, columns = slice(int(top.min()), int(low.max()) + 1), slice(int(left.min()), int(right.max()) + 1)
    values = picture.values((rows, columns)).astype(np.float32)
    if picture.colour:
        across, down = across[:, None], down[:, None, None]
    else:
        down = down[:, None]
    top, low, left, right = top - rows.start, low - rows.start, left - columns.start, right - columns.start
    upper = values[top][:, left] * (1 - across) + values[top][:, right] * across
    lower = values[low][:, left] * (1 - across) + values[low][:, right] * across
    mixed = upper * (1 - down) + lower * down
    shades = np.rint(mixed).astype(np.uint8) if picture.colour else shade(mixed, window, turned(picture, window))
    shades[~inside] = 0
    return shades


def _between(places: NDArray[Any], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """The pixel before and after each place, and how far it lies towards the latter."""
    clipped = np.clip(places, 0, size - 1)
    before = np.minimum(np.floor(clipped), max(size - 2, 0)).astype(np.int64)
    return before, np.minimum(before + 1, size - 1), (clipped - before).astype(np.float32)
