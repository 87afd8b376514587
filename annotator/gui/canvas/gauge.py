"""Paint what was measured: thin lines that are no annotations, with what they say beside them and never on them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QImage, QPainter, QPainterPath, QTransform

from annotator.domain.image import Image
from annotator.domain.measure import BOXES, Figure, Measure, handles, outline
from annotator.domain.path import Point, Polyline
from annotator.domain.picture import Picture
from annotator.gui.canvas import look
from annotator.gui.canvas.transform import Transform
from annotator.i18n import language
from annotator.present.measures import lines_of
from annotator.tools.gesture import Measured

COLOUR = QColor(120, 226, 255)
_PLATE, _TEXT = QColor(8, 10, 14, 205), QColor(226, 244, 250)
_PIXELS, _STEP, _ROOM, _APART = 12, 16.0, 5.0, 10.0
_TICK, _ARC = 5.0, 22.0
_FIGURE_WIDTH, _CHOSEN_WIDTH = 1.25, 2.0


class Gauge:
    """The measurements of one view; keeps what each says until it, the image or the language is another."""

    def __init__(self) -> None:
        self._said: dict[tuple[object, ...], tuple[str, ...]] = {}
        self._of: Picture | None = None

    def paint(
        self,
        painter: QPainter,
        area: QRectF,
        shown: tuple[Image, Picture],
        transform: Transform,
        measures: tuple[Measure, ...],
        chosen: int | None,
        preview: Measured | None,
        lesions: Callable[[], Iterable[QRectF]] = tuple,
    ) -> None:
        """Paint with a painter in logical pixels; `preview` takes the place of the measurement that it names, `area` is the widget.

        What is said stands off the `lesions` too, as far as that can be.
        """
        image, picture = shown
        if not measures and preview is None:
            return
        kept = [m for m in measures if preview is None or m.number != preview.number]
        figures = [(m, m.number == chosen and preview is None, self._lines(m, image, picture)) for m in kept]
        if preview is not None:
            moved = Measure(preview.number or 0, preview.figure, preview.points)
            figures.append((moved, True, lines_of(preview.figure, preview.points, image, picture, moving=True)))
        painter.save()
        for measure, marked, _ in figures:
            _figure(painter, measure, transform, marked=marked)
        own = [_box(measure, transform) for measure, *_ in figures]
        taken = [*own, *lesions()]
        for (measure, _, lines), box in zip(figures, own, strict=True):
            made = plate(lines, transform.ratio)
            place = _beside(box, made.deviceIndependentSize(), area, taken, _end(measure, transform))
            painter.drawImage(place, made)
            taken.append(QRectF(place, made.deviceIndependentSize()))
        painter.restore()

    def _lines(self, measure: Measure, image: Image, picture: Picture) -> tuple[str, ...]:
        if picture is not self._of:
            self._said, self._of = {}, picture
        key = (measure.figure, measure.points, image.key, language())
        if key not in self._said:
            self._said[key] = lines_of(measure.figure, measure.points, image, picture)
        return self._said[key]


def _figure(painter: QPainter, measure: Measure, transform: Transform, *, marked: bool) -> None:
    points = _placed(outline(measure.figure, measure.points), transform)
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    if measure.figure is Figure.RULER:
        for end, other in ((points[0], points[-1]), (points[-1], points[0])):
            _tick(path, end, other)
    elif measure.figure is Figure.ANGLE:
        _arc(path, *points)
    width = (_CHOSEN_WIDTH if marked else _FIGURE_WIDTH) * transform.ratio
    look.trace(painter, path, QTransform(), COLOUR, width)
    if marked:
        look.handles(painter, (point.toTuple() for point in _placed(handles(measure), transform)), COLOUR, 0.8)


def _tick(path: QPainterPath, end: QPointF, other: QPointF) -> None:
    """Add the short stroke across the end of a ruler."""
    dx, dy = other.x() - end.x(), other.y() - end.y()
    far = math.hypot(dx, dy)
    if far > 2 * _TICK:
        aside = QPointF(-dy, dx) * (_TICK / far)
        path.moveTo(end - aside)
        path.lineTo(end + aside)


def _arc(path: QPainterPath, one: QPointF, vertex: QPointF, other: QPointF) -> None:
    """Add the arc between two legs, on the side of the smaller angle."""
    starts, ends = (math.degrees(math.atan2(vertex.y() - leg.y(), leg.x() - vertex.x())) for leg in (one, other))
    radius = min(_ARC, *(math.dist(vertex.toTuple(), leg.toTuple()) for leg in (one, other)))
    swept = (ends - starts + 180.0) % 360.0 - 180.0
    square = QRectF(vertex.x() - radius, vertex.y() - radius, 2 * radius, 2 * radius)
    path.arcMoveTo(square, starts)
    path.arcTo(square, starts, swept)


@lru_cache(maxsize=128)
def plate(lines: tuple[str, ...], ratio: float) -> QImage:
    """Return lines on a dark plate, which is read on any picture."""
    font = QFont()
    font.setFamilies([QFontInfo(font).family()])
    font.setPixelSize(max(round(_PIXELS * ratio), 1))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    metrics = QFontMetricsF(font)
    wide = max((metrics.horizontalAdvance(line) for line in lines), default=0.0)
    size = QSizeF(wide + 2 * _ROOM * ratio, (len(lines) * _STEP + 4.0) * ratio)
    made = QImage(size.toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PLATE)
    painter.drawRoundedRect(QRectF(made.rect()), 4 * ratio, 4 * ratio)
    painter.setFont(font)
    painter.setPen(_TEXT)
    for place, line in enumerate(lines):
        foot = (2.0 + place * _STEP + (_STEP - metrics.height() / ratio) / 2) * ratio + metrics.ascent()
        painter.drawText(QPointF(_ROOM * ratio, foot), line)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def _beside(box: QRectF, size: QSizeF, area: QRectF, taken: Iterable[QRectF], end: QPointF) -> QPointF:
    """Return where a plate goes: beside its figure, wholly in view and off everything that is there already, as far as that can be."""
    wide, high = size.width(), size.height()
    level, across = end.y() - high / 2, end.x() - wide / 2
    places = [
        QPointF(x, y)
        for x, y in (
            (box.right() + _APART, level), (box.left() - _APART - wide, level), (across, box.bottom() + _APART),
            (across, box.top() - _APART - high), (box.right() + _APART, box.bottom() + _APART),
            (box.left() - _APART - wide, box.top() - _APART - high),
        )
    ]  # fmt: skip
    held = [_within(QRectF(place, size), area) for place in places]
    there = list(taken)
    costs = [sum(_shared(laid, other) for other in there) for laid in held]
    best = held[costs.index(min(costs))]
    return QPointF(round(best.x()), round(best.y()))


def _within(plate: QRectF, area: QRectF) -> QRectF:
    left = max(min(plate.left(), area.right() - plate.width()), area.left())
    top = max(min(plate.top(), area.bottom() - plate.height()), area.top())
    return QRectF(QPointF(left, top), plate.size())


def _shared(one: QRectF, other: QRectF) -> float:
    met = one.intersected(other)
    return met.width() * met.height()


def _box(measure: Measure, transform: Transform) -> QRectF:
    """Return what a figure covers, with its ticks and handles."""
    points = _placed(outline(measure.figure, measure.points), transform)
    xs, ys = [point.x() for point in points], [point.y() for point in points]
    return QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).adjusted(-_TICK, -_TICK, _TICK, _TICK)


def _end(measure: Measure, transform: Transform) -> QPointF:
    """Return the point of a figure that its words stand beside: the right end of a line, the middle of a box."""
    points = _placed(measure.points, transform)
    if measure.figure in BOXES:
        return (points[0] + points[1]) / 2
    return points[1] if measure.figure is Figure.ANGLE else max(points, key=lambda point: point.x())


def _placed(points: Polyline, transform: Transform) -> list[QPointF]:
    places: Iterable[Point] = (transform.to_widget(x, y) for x, y in points)
    return [QPointF(*place) for place in places]
