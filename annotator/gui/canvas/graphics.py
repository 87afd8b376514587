"""Paint the graphics that a file lays over its image, sharp at every zoom: a thin line never fades away where the picture is reduced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from annotator.domain.graphic import Mask, united
from annotator.domain.picture import Picture
from annotator.gui.canvas.transform import Transform

_INK = np.uint32(0xFF78E6FF)
"""Opaque pale cyan: no tissue has it."""
_NOTHING = QImage()


class Graphics:
    """The graphics of one picture as an image of the view's size; kept until picture or view changes."""

    def __init__(self) -> None:
        self._picture: Picture | None = None
        self._mask: Mask = np.zeros((0, 0), dtype=np.bool_)
        self._shown: tuple[Transform, QSize] | None = None
        self._pixels: NDArray[np.uint32] = np.zeros((0, 0), dtype=np.uint32)

    def image(self, picture: Picture, transform: Transform, size: QSize) -> QImage:
        """Return what a view of `size` device pixels shows of them, transparent elsewhere; a null image where there are none."""
        if not picture.graphics:
            return _NOTHING
        placed = transform.placed
        if picture is not self._picture:
            self._picture, self._shown = picture, None
            self._mask = united(picture.graphics, picture.rows, picture.columns)
        if self._shown != (transform, size):
            mask = self._mask[:: -1 if placed.upended else 1, :: -1 if placed.mirrored else 1]
            self._pixels = np.where(_on_screen(mask, transform, size), _INK, np.uint32(0))
            self._shown = (transform, size)
        rows, columns = self._pixels.shape
        return QImage(self._pixels.data, columns, rows, columns * 4, QImage.Format.Format_ARGB32_Premultiplied)


def _on_screen(mask: Mask, transform: Transform, size: QSize) -> Mask:
    """Return which device pixels are drawn: those under whose middle it is, or reduced, those that cover any of it."""
    ratio = transform.ratio
    down, rows = _starts(size.height(), transform.offset_y * ratio, transform.scale_y * ratio, mask.shape[0])
    across, columns = _starts(size.width(), transform.offset_x * ratio, transform.scale_x * ratio, mask.shape[1])
    found = np.zeros((size.height(), size.width()), dtype=np.bool_)
    if len(rows) and len(columns):
        part = np.logical_or.reduceat(mask[: rows[-1]], rows[:-1], axis=0)
        part = np.logical_or.reduceat(part[:, : columns[-1]], columns[:-1], axis=1)
        found[down : down + part.shape[0], across : across + part.shape[1]] = part
    return found


def _starts(length: int, offset: float, scale: float, count: int) -> tuple[int, NDArray[np.intp]]:
    """Return the first device pixel that shows any of `count` image pixels, and where in the image each begins and the last ends."""
    middle = 0.5 if scale >= 1 else 0.0
    places = np.floor((np.arange(length + 1) + middle - offset) / scale).astype(np.intp)
    inside = np.flatnonzero((places[:-1] < count) & ((places[:-1] >= 0) if scale >= 1 else (places[1:] > 0)))
    if not len(inside):
        return 0, np.empty(0, np.intp)
    first, last = int(inside[0]), int(inside[-1])
    starts = np.clip(places[first : last + 2], 0, count)
    starts[-1] = min(max(starts[-1], starts[-2] + 1), count) if scale < 1 else starts[-2] + 1
    return first, starts
