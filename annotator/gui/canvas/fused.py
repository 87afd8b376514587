"""Paint what lies over an image: the uptake where the slice cuts it, at screen resolution, in colours, and a bar that explains them."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from annotator.domain.colour_maps import colours_of
from annotator.domain.fusion import Fusion, places_in_table, table_of
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture
from annotator.domain.reslice import Raster, Values, sample, slices_for
from annotator.domain.scale import steps_for
from annotator.gui.canvas.model import CanvasModel
from annotator.gui.canvas.shown import Shown
from annotator.gui.canvas.transform import Transform
from annotator.gui.canvas.words import LIGHT, put, words

_KEPT_PICTURES, _KEPT_SAMPLES = 64, 12
_BAR_WIDTH, _BAR_HEIGHT, _LEAST_HEIGHT, _FROM_EDGE, _TICK = 10.0, 190.0, 260.0, 42.0, 4.0
_SMALL = 11
_RIM = QColor(0, 0, 0, 170)


@dataclass(frozen=True, eq=False)
class _Sampled:
    """The values on the screen's pixels inside `area` (device pixels), and how many slices were missing."""

    values: Values
    area: QRect
    missing: int


class Fused:
    """What lies over one view's image; keeps the last slices as values, what was sampled of them, and the last colours."""

    def __init__(self) -> None:
        self._values: OrderedDict[ImageKey, tuple[Picture, Values]] = OrderedDict()
        self._samples: OrderedDict[tuple[object, ...], _Sampled] = OrderedDict()
        self._places: tuple[_Sampled, float, NDArray[np.intp]] | None = None
        self._last: tuple[tuple[object, ...], QImage] | None = None
        self.missing = 0

    def paint(self, painter: QPainter, fusion: Fusion, shown: Shown, model: CanvasModel, transform: Transform, size: QSize) -> None:
        """Paint with a painter in logical pixels, over the picture alone; `missing` says afterwards how many slices are still to come."""
        if shown.image.plane is None or shown.picture is None or fusion.look.blend <= 0.0:
            return
        sampled = self._sampled(fusion, shown, model, transform, size)
        self.missing = sampled.missing
        if sampled.area.isEmpty():
            return
        asked = (sampled, fusion.look.colours, fusion.look.blend, fusion.upper)
        if self._last is None or self._last[0] != asked:
            if self._places is None or self._places[:2] != (sampled, fusion.upper):
                self._places = sampled, fusion.upper, places_in_table(sampled.values, fusion.upper)
            pixels = np.take(table_of(fusion.look.colours, fusion.look.blend), self._places[2])
            form = QImage.Format.Format_ARGB32_Premultiplied
            made = QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], form).copy()
            made.setDevicePixelRatio(transform.ratio)
            self._last = asked, made
        painter.drawImage(QPointF(sampled.area.topLeft()) / transform.ratio, self._last[1])

    def _sampled(self, fusion: Fusion, shown: Shown, model: CanvasModel, transform: Transform, size: QSize) -> _Sampled:
        plane, picture, lattice = shown.image.plane, shown.picture, fusion.lattice
        if plane is None or picture is None:
            raise ValueError("nothing is shown that could be cut")
        across, down = transform.scale_x * transform.ratio, transform.scale_y * transform.ratio
        left, top = transform.offset_x * transform.ratio, transform.offset_y * transform.ratio
        whole = QRectF(left, top, picture.columns * across, picture.rows * down)
        area = _pixels_in(whole) & QRect(0, 0, size.width(), size.height())
        raster = Raster(
            *((area.x() + 0.5 - left) / across, (area.y() + 0.5 - top) / down, 1 / across, 1 / down),
            *(max(area.width(), 0), max(area.height(), 0)),
        )
        asked = (shown.image.key, lattice, transform, size.width(), size.height(), fusion.look.smooth)
        found = self._samples.get(asked)
        if area.isEmpty():
            return found or _Sampled(np.empty((0, 0), np.float32), QRect(), 0)
        missing = 0
        if found is None or found.missing:
            missing = sum(self._value_of(image.key, model) is None for image in slices_for(lattice, plane, raster))
        if found is None or found.missing != missing:
            values = sample(lattice, lambda key: self._value_of(key, model), plane, raster, smooth=fusion.look.smooth)
            found = self._samples[asked] = _Sampled(values, area, missing)
            if len(self._samples) > _KEPT_SAMPLES:
                self._samples.popitem(last=False)
        self._samples.move_to_end(asked)
        return found

    def _value_of(self, key: ImageKey, model: CanvasModel) -> Values | None:
        known = self._values.get(key)
        picture = model.picture_of(key)
        if picture is None or picture.colour:
            return known[1] if known is not None and picture is None else None
        if known is None or known[0] is not picture:
            self._values[key] = known = (picture, picture.values())
            if len(self._values) > _KEPT_PICTURES:
                self._values.popitem(last=False)
        return known[1]


def paint_bar(painter: QPainter, area: QRectF, fusion: Fusion, ratio: float) -> None:
    """Paint the colours with their values at the right edge, where there is room (painter in logical pixels)."""
    if area.height() < _LEAST_HEIGHT or area.width() < _LEAST_HEIGHT:
        return
    height = min(_BAR_HEIGHT, area.height() * 0.4)
    top = round(area.center().y() - height - 24.0)
    bar = QRectF(round(area.right() - _FROM_EDGE), max(top, round(area.top() + 64.0)), _BAR_WIDTH, round(height))
    colours = np.ascontiguousarray(colours_of(fusion.look.colours)[::-1, None, :])
    strip = QImage(colours.data, 1, 256, 3, QImage.Format.Format_RGB888)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.fillRect(bar.adjusted(-1, -1, 1, 1), _RIM)
    painter.drawImage(bar, strip)
    for value in steps_for(fusion.upper):
        y = bar.bottom() - value / fusion.upper * bar.height()
        for ink, width in ((_RIM, 3.0), (LIGHT, 1.0)):
            painter.setPen(QPen(ink, width))
            painter.drawLine(QLineF(bar.right() + 1.0, y, bar.right() + 1.0 + _TICK, y))
        put(painter, words(f"{value:g}", _SMALL, ratio), QPointF(bar.right() + 3.0 + _TICK, y), _LEFT_OF)
    unit = "SUV" if fusion.unit.startswith("SUV") else fusion.unit
    put(painter, words(unit or "SUV", _SMALL, ratio, bold=True), QPointF(bar.center().x() + 4.0, bar.top() - 9.0), _ABOVE)
    painter.restore()


def _pixels_in(whole: QRectF) -> QRect:
    """The device pixels whose middles lie in an area."""
    left, top = math.ceil(whole.left() - 0.5), math.ceil(whole.top() - 0.5)
    return QRect(left, top, math.ceil(whole.right() - 0.5) - left, math.ceil(whole.bottom() - 0.5) - top)


_LEFT_OF, _ABOVE = (0.0, 0.5), (0.5, 1.0)
