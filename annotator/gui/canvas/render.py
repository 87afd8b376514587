"""Paint the visible part of a picture at screen resolution, and keep the result until something it shows changes.

Reduced, a pixel of the screen shows the mean of the stored values it covers; enlarged up to four times it is interpolated, from there on
each stored pixel is a square of its own.  What is on the screen is never what gets measured or saved.

What rests on the screen reduced is kept as stored values too, so that a step of the window only looks up their greys.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from annotator.domain.grayscale import shade_stored, shade_table
from annotator.domain.picture import Picture, Window
from annotator.gui.canvas.pyramid import Pyramid, factor
from annotator.gui.canvas.sampled import Sampled, sampled
from annotator.gui.canvas.spread import Spread
from annotator.gui.canvas.transform import Placed, Transform

GROUND = QColor(0, 0, 0)
Part = tuple[slice, slice]
"""Rows and columns."""
SQUARE_FROM = 4.0
"""Device pixels per image pixel from which on pixels are shown as squares."""


_MOST_PLACES = 1 << 22
"""So many pixels, of 8 bytes each, are kept as places in a table."""
_STRIP = 32
"""So many rows at a time, so that what is between stays in the processor's cache."""


class Sampling(Enum):
    """How stored pixels become screen pixels."""

    EXACT = "exact"
    SQUARES = "squares"
    INTERPOLATED = "interpolated"
    REDUCED = "reduced"


class Motion(Enum):
    """How a picture is painted that will be painted anew at once."""

    NONE = "none"
    SMOOTH = "smooth"
    ROUGH = "rough"


def sampling(transform: Transform) -> Sampling:
    """Say what a view does to the pixels."""
    across, down = _device_scales(transform)
    if across == down == 1.0:
        return Sampling.EXACT
    if min(across, down) < 1.0:
        return Sampling.REDUCED
    return Sampling.SQUARES if min(across, down) >= SQUARE_FROM else Sampling.INTERPOLATED


class Renderer:
    """Paints one picture at a time; keeps its reduced copies and the last result."""

    def __init__(self) -> None:
        self._pyramid: Pyramid | None = None
        self._of: tuple[Picture, bool, bool] | None = None
        self._shown: tuple[Window, Transform, QSize] | None = None
        self._result = Spread(Transform(Placed(1, 1), 1.0, 0.0, 0.0), QSize(), opaque=True)
        self._tones = Tones()

    def paint(self, painter: QPainter, picture: Picture, window: Window, transform: Transform, size: QSize) -> None:
        """Paint what a view of `size` device pixels shows of a picture with a painter in logical pixels."""
        found = self._painted(picture, window, transform, size)
        found.image.setDevicePixelRatio(transform.ratio)
        painter.drawImage(QPointF(), found.image, QRectF(found.seen(transform)))
        found.image.setDevicePixelRatio(1.0)

    def image(self, picture: Picture, window: Window, transform: Transform, size: QSize) -> QImage:
        """Return what `paint` paints."""
        found = self._painted(picture, window, transform, size)
        return found.image.copy(found.seen(transform))

    def _painted(self, picture: Picture, window: Window, transform: Transform, size: QSize) -> Spread:
        """Return what a view shows, and what is around it where that was painted too."""
        pyramid, wanted = self._take(picture, transform), (window, transform, size)
        if wanted != self._shown:
            areas = self._bare(wanted)
            image, there = self._result.image, self._result.transform
            for area in areas:
                if not picture.colour and not area.isEmpty() and sampling(there) in (Sampling.EXACT, Sampling.REDUCED):
                    _fill(image, area, pyramid, self._tones, window, there)
                else:
                    painter = QPainter(image)
                    _render(painter, area, pyramid, self._tones, window, there)
                    painter.end()
            self._shown = wanted
        return self._result

    def sketch(self, painter: QPainter, picture: Picture, window: Window, transform: Transform, size: QSize, motion: Motion) -> None:
        """Paint one of many steps with a painter in logical pixels; nothing of it is kept.

        In motion Qt scales the greys; a rough one takes the nearest pixel of the next larger reduced copy.
        """
        pyramid = self._take(picture, transform)
        self._shown = None
        painter.save()
        painter.scale(1.0 / transform.ratio, 1.0 / transform.ratio)
        _render(painter, QRect(QPoint(), size), pyramid, self._tones, window, transform, motion)
        painter.restore()

    def _take(self, picture: Picture, transform: Transform) -> Pyramid:
        """The reduced copies of a picture, turned as it is shown."""
        placed, before = transform.placed, self._of
        way = placed.mirrored, placed.upended
        if self._pyramid is None or before is None or before[0] is not picture or before[1:] != way:
            self._of = (picture, *way)
            self._pyramid, self._shown = Pyramid(turned(picture, *way)), None
        return self._pyramid

    def _bare(self, wanted: tuple[Window, Transform, QSize]) -> tuple[QRect, ...]:
        """Let the last result follow to where one looks now, if that can be; return what of it must be painted anew."""
        window, transform, size = wanted
        if self._shown is not None and self._shown[0] == window:
            bare = self._result.follow(transform, size)
            if bare is not None:
                return bare
        if self._result.fits(size):
            self._result.lay(transform)
        else:
            self._result = Spread(transform, size, opaque=True)
        return (self._result.area,)


def turned(picture: Picture, mirrored: bool, upended: bool) -> Picture:
    """Return a picture as it is shown turned over, for the eye alone; the picture itself where it is not."""
    if not (mirrored or upended):
        return picture
    return replace(picture, stored=np.ascontiguousarray(picture.stored[:: -1 if upended else 1, :: -1 if mirrored else 1]))


@dataclass(frozen=True, eq=False)
class _Greys:
    """A part of a picture, or of a reduced copy of it, as the screen's pixels; `shown` is the table or the window it is shown with."""

    picture: Picture
    shown: object
    level: NDArray[Any]
    part: Part
    pixels: NDArray[Any]


class Tones:
    """Turns stored values into the screen's 32-bit greys, which Qt scales and paints several times as fast as bytes.

    Keeps the last table, and the last part as places in a table: a step of the window changes only the table, a pan only the part.
    The greys themselves are kept too: a zoom takes what it shows from what a wider view has shown.
    """

    def __init__(self) -> None:
        self._shades: NDArray[Any] | None = None
        self._tones = _toned(np.zeros(0, np.uint8))
        self._part: tuple[NDArray[Any], Part] | None = None
        self._places = np.empty(0, np.intp)
        self._kept: list[_Greys] = []
        self._sampled: Sampled | None = None

    def around(self, level: NDArray[Any], part: Part, picture: Picture, window: Window) -> tuple[NDArray[Any], Part]:
        """Return a part of a picture's stored values, or of a reduced copy of them, as 32-bit greys, colour as bytes of RGB.

        Comes with what may lie around it: the second answer says which rows and columns of the first are the part.
        """
        shades = None if picture.colour else shade_table(picture, window)
        shown: object = window if shades is None else shades
        self._kept = [greys for greys in self._kept if greys.picture is picture and greys.shown is shown]
        found = next((greys for greys in self._kept if greys.level is level and _holds(greys.part, part)), None)
        if found is None:
            pixels = np.ascontiguousarray(self._pixels(level[part], (level, part), picture, window, shades))
            found = _Greys(picture, shown, level, part, pixels)
            others = [greys for greys in self._kept if greys.level is not level][-1:]  # to and fro between two reduced copies
            self._kept = [*others, found] if pixels.size <= _MOST_PLACES else []
        rows, columns = (slice(inner.start - outer.start, inner.stop - outer.start) for inner, outer in zip(part, found.part, strict=True))
        return found.pixels, (rows, columns)

    def sampled(
        self, level: NDArray[Any], transform: Transform, area: QRect, picture: Picture, window: Window
    ) -> tuple[QPoint, NDArray[Any]]:
        """Return what an area of the view shows of a reduced copy of a picture that is not one of colour, and where that begins."""
        found = sampled(level, transform, area)
        everything = slice(0, found.values.shape[0]), slice(0, found.values.shape[1])
        return found.corner, self._pixels(found.values, (found.values, everything), picture, window, shade_table(picture, window))

    def fill(self, greys: NDArray[np.uint32], level: NDArray[Any], part: Part, picture: Picture, window: Window) -> None:
        """Write a part of stored values, of a picture that is not one of colour, as 32-bit greys to where they are shown.

        The places in the table are kept, so that another window of the same part only looks up its greys.
        """
        self._pixels(level[part], (level, part), picture, window, shade_table(picture, window), greys)

    def fill_sampled(
        self, greys: NDArray[np.uint32], level: NDArray[Any], transform: Transform, area: QRect, picture: Picture, window: Window
    ) -> None:
        """Write what an area of the view shows of a reduced copy where it is shown, `greys` being all of the area; keep the values."""
        found = self._sampled
        if found is None or found.level is not level or (found.transform, found.area) != (transform, area):
            found = self._sampled = sampled(level, transform, area)
        rows, columns = found.values.shape
        left, top = found.corner.x() - area.x(), found.corner.y() - area.y()
        shown = _framed(greys, slice(top, top + rows), slice(left, left + columns))
        self.fill(shown, found.values, (slice(0, rows), slice(0, columns)), picture, window)

    def _pixels(
        self, stored: NDArray[Any], place: tuple[NDArray[Any], Part], picture: Picture, window: Window, shades: NDArray[np.uint8] | None,
        out: NDArray[np.uint32] | None = None,
    ) -> NDArray[Any]:  # fmt: skip
        """Look up the greys of some stored values, into `out` where that is given."""
        level, part = place
        if picture.colour:
            return stored
        if shades is None:
            found = _toned(shade_stored(stored, picture, window))
            if out is not None:
                out[...] = found
            return found
        if shades is not self._shades:
            self._shades, self._tones = shades, _toned(shades)
        if stored.size > _MOST_PLACES:
            self._part, places = None, stored.view(f"u{stored.dtype.itemsize}")
        elif self._part is not None and self._part[0] is level and self._part[1] == part:
            places = self._places
        else:
            places = stored.view(f"u{stored.dtype.itemsize}").astype(np.intp)
            self._part, self._places = (level, part), places
        if out is None or out.flags.c_contiguous:
            return np.take(self._tones, places, mode="wrap", out=out)
        for first in range(0, len(out), _STRIP):  # numpy would copy all of such an `out`, to and fro
            rows = slice(first, first + _STRIP)
            out[rows] = np.take(self._tones, places[rows], mode="wrap")
        return out


def _holds(outer: Part, inner: Part) -> bool:
    """Whether some rows and columns are all among others."""
    return all(one.start <= other.start and other.stop <= one.stop for one, other in zip(outer, inner, strict=True))


def _toned(shades: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return brightnesses as opaque greys of the screen."""
    tones = shades.astype(np.uint32)
    tones *= np.uint32(0x010101)
    tones |= np.uint32(0xFF000000)
    return tones


def _fill(result: QImage, area: QRect, pyramid: Pyramid, tones: Tones, window: Window, transform: Transform) -> None:
    """Write what an area shows of a picture, not one of colour, 1:1 or reduced, straight into the image of 32-bit greys that shows it."""
    picture = pyramid.picture
    across, down = _device_scales(transform)
    level = pyramid.level(factor(down), factor(across))
    x, y = transform.offset_x * transform.ratio, transform.offset_y * transform.ratio
    greys = np.frombuffer(result.bits(), np.uint32).reshape(result.height(), result.width())
    greys = greys[area.top() : area.bottom() + 1, area.left() : area.right() + 1]
    if sampling(transform) is Sampling.REDUCED:
        tones.fill_sampled(greys, level, transform, area, picture, window)
        return
    left, top = area.left() + math.floor(0.5 - x), area.top() + math.floor(0.5 - y)  # the image's pixel under the first one's middle
    rows = slice(min(max(top, 0), picture.rows), min(max(top + area.height(), 0), picture.rows))
    columns = slice(min(max(left, 0), picture.columns), min(max(left + area.width(), 0), picture.columns))
    shown = _framed(greys, slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left))
    tones.fill(shown, level, (rows, columns), picture, window)


def _framed(greys: NDArray[np.uint32], rows: slice, columns: slice) -> NDArray[np.uint32]:
    """Paint the ground around some rows and columns of a view; return what is inside.  Nothing is where the picture is out of sight."""
    if rows.start >= rows.stop or columns.start >= columns.stop:
        greys[...] = GROUND.rgb()
        return greys[:0, :0].reshape(max(rows.stop - rows.start, 0), max(columns.stop - columns.start, 0))
    for around in (greys[: rows.start], greys[rows.stop :], greys[rows, : columns.start], greys[rows, columns.stop :]):
        around[...] = GROUND.rgb()
    return greys[rows, columns]


def _render(
    painter: QPainter, area: QRect, pyramid: Pyramid, tones: Tones, window: Window, transform: Transform, motion: Motion = Motion.NONE
) -> None:
    """Paint what an area of a view shows with a painter in device pixels."""
    picture = pyramid.picture
    across, down = _device_scales(transform)
    by_x, by_y = factor(across), factor(down)
    level = pyramid.level(by_y, by_x)
    x, y = transform.offset_x * transform.ratio, transform.offset_y * transform.ratio
    spare = 0 if sampling(transform) is Sampling.EXACT else 1
    left, right = _visible(area.x() - x, area.width(), across * by_x, level.shape[1], spare)
    top, bottom = _visible(area.y() - y, area.height(), down * by_y, level.shape[0], spare)
    if not (QRectF(x, y, picture.columns * across, picture.rows * down).contains(QRectF(area))):
        painter.fillRect(area, GROUND)
    if sampling(transform) is Sampling.REDUCED and motion is Motion.NONE and not picture.colour:
        corner, pixels = tones.sampled(level, transform, area, picture, window)
        painter.drawImage(corner, _image(pixels))
    elif left < right and top < bottom:
        pixels, (rows, columns) = tones.around(level, (slice(top, bottom), slice(left, right)), picture, window)
        if sampling(transform) in (Sampling.EXACT, Sampling.SQUARES):
            _squares(painter, area, pixels[rows, columns], (x + left * across, y + top * down), (across, down))
        else:
            painter.setClipRect(QRectF(area) & QRectF(x, y, picture.columns * across, picture.rows * down))
            painter.setRenderHint(
                QPainter.RenderHint.SmoothPixmapTransform, motion is not Motion.ROUGH or sampling(transform) is Sampling.INTERPOLATED
            )
            target = QRectF(x + left * across * by_x, y + top * down * by_y, (right - left) * across * by_x, (bottom - top) * down * by_y)
            painter.drawImage(target, _image(pixels), QRectF(columns.start, rows.start, right - left, bottom - top))


def _squares(painter: QPainter, area: QRect, pixels: NDArray[Any], corner: tuple[float, float], scales: tuple[float, float]) -> None:
    """Paint each screen pixel of an area with the image pixel under its middle (Qt's own scaling rounds the place of the whole)."""
    columns = np.floor((np.arange(area.width()) + (area.x() + 0.5 - corner[0])) / scales[0]).astype(np.intp)
    rows = np.floor((np.arange(area.height()) + (area.y() + 0.5 - corner[1])) / scales[1]).astype(np.intp)
    across = np.flatnonzero((columns >= 0) & (columns < pixels.shape[1]))
    down = np.flatnonzero((rows >= 0) & (rows < pixels.shape[0]))
    if len(across) and len(down):
        beside, below = columns[across], rows[down]
        if scales == (1.0, 1.0):
            shown = pixels[below[0] : below[-1] + 1, beside[0] : beside[-1] + 1]
        else:
            shown = pixels[:, beside][below]  # in this order only the few rows of the image are gathered pixel by pixel
        painter.drawImage(area.x() + int(across[0]), area.y() + int(down[0]), _image(shown))


def _device_scales(transform: Transform) -> tuple[float, float]:
    """Return device pixels per image pixel across and down, without the detour over logical pixels that would round them."""
    return transform.zoom * transform.placed.pixel_width, transform.zoom * transform.placed.pixel_height


def _visible(start: float, length: int, scale: float, count: int, spare: int) -> tuple[int, int]:
    """Return the first and past-last pixel of a row of `count` that a stretch of the screen shows, and some to spare at each end."""
    return max(math.floor(start / scale) - spare, 0), min(math.ceil((start + length) / scale) + spare, count)


def _image(pixels: NDArray[Any]) -> QImage:
    """Return 32-bit greys or bytes of RGB as an image that keeps them alive."""
    owned = np.ascontiguousarray(pixels)
    form = QImage.Format.Format_RGB888 if owned.ndim == 3 else QImage.Format.Format_RGB32
    return QImage(owned.data, owned.shape[1], owned.shape[0], owned.strides[0], form)
