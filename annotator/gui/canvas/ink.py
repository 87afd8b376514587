"""Paint what is being drawn or changed: the draft of a new shape, or an annotation on its way to another place."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from annotator.domain import redrawing
from annotator.domain.annotation import Annotation, Shape
from annotator.domain.merge import steps
from annotator.domain.path import Path, Point, Polyline
from annotator.domain.raster import Mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.gui.canvas import look
from annotator.gui.canvas.trail import Trail
from annotator.gui.canvas.transform import Transform
from annotator.tools.gesture import Change, Draft, Hover, Makes, Move, Redraw, Remove, Reshape, Shift

_CLOSING_RADIUS, _SWEPT = 6.0, 96
_LONG = 20_000.0
"""Device pixels up to which a way is painted as a whole, filled and rimmed, at every move."""


class Ink:
    """Paints drafts; keeps the vertices it has, so that a long stroke costs only what came new."""

    def __init__(self) -> None:
        self._points: Polyline = ()
        self._line, self._length, self._trail = QPolygonF(), 0.0, Trail()
        self._traced: tuple[Mask | None, QPainterPath] = None, QPainterPath()
        self.pens = look.USUAL

    def paint(self, painter: QPainter, draft: Draft, transform: Transform, colour: QColor, text: str, area: QRectF) -> None:
        """Paint a draft with a painter in logical pixels; `text` on a plate beside the pointer, within `area`."""
        path, matrix = QPainterPath(), look.matrix(transform)
        path.setFillRule(Qt.FillRule.WindingFill)
        if draft.makes is Makes.SWEEP:
            self._sweep(painter, draft, transform, colour, area)
            path.addEllipse(QPointF(*draft.points[-1]), *draft.radii)
        elif draft.makes is Makes.PIXELS:
            path = self._pixels(draft.mask) if draft.mask is not None else path
        elif draft.makes is Makes.ELLIPSE:
            path.addEllipse(QRectF(QPointF(*draft.points[0]), QPointF(*draft.points[-1])).normalized())
        else:
            way = look.polygon(_corners(draft.points)) if draft.makes is Makes.BOX else self._followed(draft.points)
            if draft.makes is not Makes.BOX and self._is_long(transform):
                self._trail.paint(painter, way, matrix, _hairline(colour), area)
                way = QPolygonF([way.at(way.size() - 1)])
            path.addPolygon(way)
        if draft.open_end is not None:
            path.lineTo(*draft.open_end)
        painter.save()
        if draft.makes not in (Makes.PATH, Makes.SWEEP):
            filled = path if self._is_long(transform) else _closed(path, draft.home)
            look.fill(painter, filled, matrix, colour, self.pens)
        look.trace(painter, path, matrix, colour, self.pens.outline * transform.ratio)
        if draft.open_end is not None:
            _vertices(painter, draft, transform, colour)
        if text:
            end = draft.open_end or draft.points[-1]
            drawn = matrix.mapRect(path.controlPointRect())
            look.put_aside(painter, text, QPointF(*transform.to_widget(*end)), drawn, area)
        painter.restore()

    def hover(self, painter: QPainter, hover: Hover, transform: Transform, colour: QColor) -> None:
        """Paint a brush that is not pressed: its rim."""
        path = QPainterPath()
        path.addEllipse(QPointF(*hover.point), *hover.radii)
        look.trace(painter, path, look.matrix(transform), colour, self.pens.outline * transform.ratio)

    def goes_on(self, points: Polyline, transform: Transform) -> bool:
        """Whether a way is too long on the screen to be painted as part of an outline."""
        self._followed(points)
        return self._is_long(transform)

    def _sweep(self, painter: QPainter, draft: Draft, transform: Transform, colour: QColor, area: QRectF) -> None:
        """Paint what a brush has gone over: one wide line, whatever its length."""
        across, down = draft.radii
        squeeze, way = across / down, self._followed(draft.points)
        long, matrix = self._is_long(transform), QTransform.fromScale(1.0, 1.0 / squeeze) * look.matrix(transform)
        pen = QPen(QColor(colour.red(), colour.green(), colour.blue(), 255 if long else _SWEPT), 2 * across)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        stretched = QTransform.fromScale(1.0, squeeze).map(way)
        if long:
            self._trail.paint(painter, stretched, matrix, pen, area, opacity=_SWEPT / 255)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setWorldTransform(matrix, True)
        painter.setPen(pen)
        if stretched.size() < 2 or stretched.boundingRect().isNull():
            painter.drawPoint(stretched.at(0))
        else:
            painter.drawPolyline(stretched)
        painter.restore()

    def _is_long(self, transform: Transform) -> bool:
        """Whether the way that is followed is too long on the screen to be painted as a whole."""
        return self._length * max(transform.scale_x, transform.scale_y) * transform.ratio > _LONG

    def _pixels(self, mask: Mask) -> QPainterPath:
        """The outlines of pixels that were found."""
        if self._traced[0] is not mask:
            self._traced = mask, look.path(rings_of(trace(mask)), closed=True)
        return self._traced[1]

    def _followed(self, points: Polyline) -> QPolygonF:
        kept = len(self._points)
        if points[:kept] != self._points:
            self._line, self._length, kept = QPolygonF(), 0.0, 0
        self._line.append([QPointF(x, y) for x, y in points[kept:]])
        self._length += sum(map(math.dist, points[max(kept - 1, 0) : -1], points[max(kept, 1) :]))
        self._points = points
        return self._line


def changed(annotations: tuple[Annotation, ...], preview: Change) -> Shape | None:
    """Return what an annotation looks like on its way, before anything is clipped or mended."""
    shape = next((a.shape for a in annotations if a.id == preview.annotation), None)
    if shape is None:
        return None
    if isinstance(preview, Move):
        return shape.moved(*steps((shape,), preview.dx, preview.dy))
    if isinstance(preview, Redraw):
        return redrawing.with_stretch(shape, preview.ring, preview.points)
    if isinstance(preview, Shift):
        return redrawing.with_edge_moved(shape, preview.edge, preview.dx, preview.dy)
    if isinstance(preview, Remove):
        return redrawing.without_vertex(shape, preview.vertex, edge=preview.edge)
    part, ring, index = preview.vertex
    if isinstance(shape, Path):
        return Path(tuple(_pulled(p, preview, index) if i == part else p for i, p in enumerate(shape.parts)))
    if shape.is_box and not preview.insert:
        (x1, y1), (x2, y2) = preview.to, shape.parts[0][0][(index + 2) % 4]
        return Region.box(x1, y1, x2, y2)
    rings = tuple(_pulled(r, preview, index) if i == ring else r for i, r in enumerate(shape.parts[part]))
    return Region((*shape.parts[:part], rings, *shape.parts[part + 1 :]))


def rings_of(shape: Shape) -> tuple[Polyline, ...]:
    """Return the outlines or stretches of a shape, one after the other."""
    return shape.parts if isinstance(shape, Path) else tuple(shape.rings)


def _pulled(vertices: Polyline, preview: Reshape, index: int) -> Polyline:
    return (*vertices[: index + preview.insert], preview.to, *vertices[index + 1 :])


def _closed(path: QPainterPath, home: Polyline) -> QPainterPath:
    """The path with the way by which it will close."""
    closed = QPainterPath(path)
    for x, y in home:
        closed.lineTo(x, y)
    return closed


def _hairline(colour: QColor) -> QPen:
    pen = QPen(colour, 1.0)
    pen.setCosmetic(True)
    return pen


def _corners(points: Polyline) -> Polyline:
    (ax, ay), (bx, by) = points[0], points[-1]
    return (ax, ay), (bx, ay), (bx, by), (ax, by), (ax, ay)


def _vertices(painter: QPainter, draft: Draft, transform: Transform, colour: QColor) -> None:
    """Mark the vertices that clicks have set, and the first one where a click would close the outline."""
    places: list[Point] = [transform.to_widget(x, y) for x, y in draft.points]
    look.handles(painter, places, colour, 0.7)
    if draft.closing:
        painter.setPen(QPen(look.TEXT, 2.0))
        painter.setBrush(QBrush(colour))
        painter.drawEllipse(QPointF(*places[0]), _CLOSING_RADIUS, _CLOSING_RADIUS)
