"""Paint the visible part of a picture at screen resolution, and keep the result until something it shows changes.

Reduced, a pixel of the screen shows the mean of the stored values it covers; enlarged up to four times it is interpolated, from there on
each stored pixel is a square of its own.  What is on the screen is never what gets measured or saved.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from annotator.domain.grayscale import shade_stored
from annotator.domain.picture import Picture, Window
from annotator.gui.canvas.pyramid import Pyramid, factor
from annotator.gui.canvas.transform import Transform

GROUND = QColor(0, 0, 0)
SQUARE_FROM = 4.0
"""Device pixels per image pixel from which on pixels are shown as squares."""


class Sampling(Enum):
    """How stored pixels become screen pixels."""

    EXACT = "exact"
    SQUARES = "squares"
    INTERPOLATED = "interpolated"
    REDUCED = "reduced"


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
        self._shown: tuple[Window, Transform, QSize] | None = None
        self._result = QImage()

    def image(self, picture: Picture, window: Window, transform: Transform, size: QSize) -> QImage:
        """Return what a view of `size` device pixels shows of a picture; the same object while nothing changes."""
        if self._pyramid is None or self._pyramid.picture is not picture:
            self._pyramid, self._shown = Pyramid(picture), None
        wanted = (window, transform, size)
        if wanted != self._shown:
            if self._result.size() != size:
                self._result = QImage(size, QImage.Format.Format_RGB32)
            self._result.setDevicePixelRatio(1.0)  # the last paint gave it the screen's; here it is filled in device pixels
            _render(self._result, self._pyramid, window, transform)
            self._shown = wanted
        return self._result


def _render(onto: QImage, pyramid: Pyramid, window: Window, transform: Transform) -> None:
    onto.fill(GROUND)
    picture = pyramid.picture
    across, down = _device_scales(transform)
    by_x, by_y = factor(across), factor(down)
    level = pyramid.level(by_y, by_x)
    left, right = _visible(-transform.offset_x * transform.ratio, onto.width(), across * by_x, level.shape[1])
    top, bottom = _visible(-transform.offset_y * transform.ratio, onto.height(), down * by_y, level.shape[0])
    if left >= right or top >= bottom:
        return
    shaded = np.ascontiguousarray(shade_stored(level[top:bottom, left:right], picture, window))
    x, y = transform.offset_x * transform.ratio, transform.offset_y * transform.ratio
    target = QRectF(x + left * across * by_x, y + top * down * by_y, (right - left) * across * by_x, (bottom - top) * down * by_y)
    painter = QPainter(onto)
    painter.setClipRect(QRectF(x, y, picture.columns * across, picture.rows * down))
    smooth = sampling(transform) in (Sampling.INTERPOLATED, Sampling.REDUCED)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(target, _borrowed(shaded))
    painter.end()


def _device_scales(transform: Transform) -> tuple[float, float]:
    """Return device pixels per image pixel across and down, without the detour over logical pixels that would round them."""
    return transform.zoom * transform.placed.pixel_width, transform.zoom * transform.placed.pixel_height


def _visible(start: float, length: int, scale: float, count: int) -> tuple[int, int]:
    """Return the first and past-last pixel of a row of `count` that a stretch of the screen shows, one more at each end."""
    return max(math.floor(start / scale) - 1, 0), min(math.ceil((start + length) / scale) + 1, count)


def _borrowed(shaded: NDArray[Any]) -> QImage:
    """Return the bytes as an image that lives no longer than they do."""
    grey = shaded.ndim == 2
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(shaded.data, shaded.shape[1], shaded.shape[0], shaded.strides[0], form)
