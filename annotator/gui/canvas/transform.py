"""Say where an image point is on the screen, and which image point is under the pointer.

Image coordinates are pixels from the top-left corner of the top-left pixel; widget coordinates are Qt's logical pixels.  The two scales
differ where pixels are not square (PixelSpacing), so that millimetres keep their aspect; `zoom` is in device pixels per image pixel along
the finer axis, so that 1.0 is one image pixel on one screen pixel.

An image may be shown turned over, left for right or top for bottom: image coordinates stay those of the stored pixels, and what is
drawn on it lies on them; only where they are on the screen differs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

LEAST_ZOOM, MOST_ZOOM = 0.01, 128.0
_GRID, _NOISE = 4096.0, 1e-9
"""Image pixels are divided so finely; what is nearer than the noise of the arithmetic (in image pixels) is there."""


@dataclass(frozen=True)
class Placed:
    """What is placed: an image of rows × columns, the shape of its pixels (width and height, the smaller is 1), and how it is turned.

    `mirrored`: its left is shown at the right; `upended`: its top is shown at the bottom.
    """

    rows: int
    columns: int
    pixel_width: float = 1.0
    pixel_height: float = 1.0
    mirrored: bool = False
    upended: bool = False

    def turned(self, x: float, y: float) -> tuple[float, float]:
        """Return an image point as it lies in the image as shown, and the other way round."""
        return self.columns - x if self.mirrored else x, self.rows - y if self.upended else y

    @staticmethod
    def of(rows: int, columns: int, spacing: tuple[float, float] | None) -> Placed:
        """Take the pixel's shape from a (row, column) spacing in mm; square where that is missing or senseless."""
        down, right = spacing or (1.0, 1.0)
        if not (0 < down < math.inf and 0 < right < math.inf and 0.01 <= down / right <= 100):
            return Placed(rows, columns)
        return Placed(rows, columns, right / min(down, right), down / min(down, right))


@dataclass(frozen=True)
class Transform:
    """Widget = image as shown × scale + offset, in each direction; `ratio` is the device pixels of a logical one."""

    placed: Placed
    zoom: float
    offset_x: float
    offset_y: float
    ratio: float = 1.0

    @property
    def scale_x(self) -> float:
        """Logical pixels per image pixel along a row."""
        return self.zoom * self.placed.pixel_width / self.ratio

    @property
    def scale_y(self) -> float:
        """Logical pixels per image pixel along a column."""
        return self.zoom * self.placed.pixel_height / self.ratio

    @property
    def pixel(self) -> float:
        """The size of a logical screen pixel in image pixels (the mean of both directions)."""
        return 1.0 / math.sqrt(self.scale_x * self.scale_y)

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        """Return where an image point is."""
        x, y = self.placed.turned(x, y)
        return x * self.scale_x + self.offset_x, y * self.scale_y + self.offset_y

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Return which image point is there.

        What the arithmetic leaves of a multiple of 1/4096 is one: a corner on a pixel's centre is on it on every screen, so that the rule
        of masks for what lies exactly on an edge holds wherever the image stands in the window.
        """
        return self.placed.turned(_settled((x - self.offset_x) / self.scale_x), _settled((y - self.offset_y) / self.scale_y))

    def moved(self, dx: float, dy: float) -> Transform:
        """Return the view after a pan by logical pixels."""
        moved = replace(self, offset_x=self.offset_x + dx, offset_y=self.offset_y + dy)
        return moved.aligned() if whole(self.zoom) else moved

    def zoomed(self, zoom: float, x: float, y: float) -> Transform:
        """Return the view at another zoom (held within limits) with the image point under the widget point (x, y) where it is."""
        inner_x, inner_y = self.to_image(x, y)
        return looking_at(self.placed, min(max(zoom, LEAST_ZOOM), MOST_ZOOM), (inner_x, inner_y), (x, y), self.ratio)

    def aligned(self) -> Transform:
        """Return the view with image pixels on whole device pixels, so that at a whole-number zoom each looks alike."""
        x, y = (round(value * self.ratio) / self.ratio for value in (self.offset_x, self.offset_y))
        return replace(self, offset_x=x, offset_y=y)


def looking_at(placed: Placed, zoom: float, point: tuple[float, float], at: tuple[float, float], ratio: float) -> Transform:
    """Return the view that has an image point at a widget point."""
    plain = Transform(placed, zoom, 0.0, 0.0, ratio)
    x, y = plain.to_widget(*point)
    moved = replace(plain, offset_x=at[0] - x, offset_y=at[1] - y)
    return moved.aligned() if whole(zoom) else moved


def fitted(placed: Placed, width: float, height: float, ratio: float) -> Transform:
    """Return the view that shows the whole image in the middle of a widget of this size (logical pixels)."""
    across, down = placed.columns * placed.pixel_width, placed.rows * placed.pixel_height
    zoom = max(min(width * ratio / across, height * ratio / down), LEAST_ZOOM)
    return looking_at(placed, zoom, (placed.columns / 2, placed.rows / 2), (width / 2, height / 2), ratio)


def _settled(value: float) -> float:
    near = round(value * _GRID) / _GRID
    return near if abs(value - near) < _NOISE else value


def whole(zoom: float) -> bool:
    """Whether a zoom repeats each pixel a whole number of times."""
    return zoom >= 1.0 and float(zoom).is_integer()
