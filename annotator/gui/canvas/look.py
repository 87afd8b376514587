"""What outlines, handles and plates look like on a picture: pens, brushes and the paths they follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from annotator.domain.annotation import Shape
from annotator.domain.path import Polyline
from annotator.domain.region import Region
from annotator.gui.canvas.transform import Transform
from annotator.workspace.appearance import Appearance

OUTLINE, RIM = 1.75, 1.75
"""Usual widths in logical pixels: of an outline, and of the dark rim that makes it seen on white and on any colour."""
HANDLE = 7.0
_RIM = QColor(0, 0, 0, 105)
_EDGE = QColor(0, 0, 0, 190)
_PLATE = QColor(12, 14, 18, 200)
TEXT, WARNING = QColor(240, 242, 245), QColor(255, 200, 60)
_PLATE_PIXELS = 11
_ASIDE, _OFF, _LEVEL = 14.0, 10.0, 12.0
"""How far words stand from the pointer across and upright; so near to the middle the pointer counts as level with it."""
_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
"""An element of a path as QDataStream writes it."""
_DASHED, _DOTTED = (6.0, 4.0), (3.0, 3.0)
"""Lengths of dash and gap in device pixels."""
_ROUGHLY = ((0.3, 0.3), (-0.3, -0.3))
"""By how many device pixels the hairlines of a rough outline lie aside."""
_MOVE_TO, _LINE_TO, _ODD_EVEN = 0, 1, 0


@dataclass(frozen=True)
class Pens:
    """With what annotations are painted: widths of outlines in logical pixels, opacity of a wash (0 to 255), size of handles (1: usual)."""

    outline: float = OUTLINE
    selected: float = OUTLINE + 1.0
    fill: int = 51
    handle: float = 1.0


USUAL = Pens()


def pens_of(appearance: Appearance) -> Pens:
    """Return what a person's choices ask for."""
    return Pens(appearance.line, appearance.line + 1.0, round(appearance.fill * 2.55), appearance.vertex / HANDLE)


def trace(
    painter: QPainter, path: QPainterPath, matrix: QTransform, colour: QColor, width: float, *,
    dashed: bool = False, dotted: bool = False, rough: bool = False,
) -> None:  # fmt: skip
    """Paint an outline `width` device pixels wide with its rim; `matrix` takes the path to the painter's coordinates.

    A `rough` one is as fast as can be: thin, without a rim.

    Made of hairlines side by side, which Qt paints ten times as fast as one wide line, so that hundreds of outlines follow a zoom.
    """
    step = 1.0 / max(painter.device().devicePixelRatioF(), 1.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    before, dashes = painter.worldTransform(), _DOTTED if dotted else _DASHED if dashed else ()
    layers = ((_RIM, _offsets(width, width * (1.0 + RIM / OUTLINE))), (colour, _offsets(0.0, width)))
    for ink, offsets in ((colour, _ROUGHLY),) if rough else layers:
        painter.setPen(_hairline(ink, dashes if ink is colour else ()))
        for dx, dy in offsets:
            painter.setWorldTransform(matrix * QTransform.fromTranslate(dx * step, dy * step) * before)
            painter.drawPath(path)
    painter.setWorldTransform(before)


def _hairline(colour: QColor, dashes: tuple[float, ...]) -> QPen:
    made = QPen(colour, 1.0)
    if dashes:
        made.setDashPattern(list(dashes))
    made.setCosmetic(True)
    return made


def _offsets(inner: float, outer: float) -> list[tuple[float, float]]:
    """Return by how many device pixels to move hairlines so that together they fill a line from one width to another."""
    reach = (outer - 1.0) / 2
    found: list[tuple[float, float]] = []
    while reach > max((inner - 1.0) / 2, 0.0):
        found += [(reach, 0.0), (-reach, 0.0), (0.0, reach), (0.0, -reach)]
        reach -= 1.0
    return found


def fill(painter: QPainter, path: QPainterPath, matrix: QTransform, colour: QColor, pens: Pens = USUAL) -> None:
    """Wash an area with its colour; its edge is left to the outline."""
    wash(painter, [(path, (colour.red(), colour.green(), colour.blue()))], matrix, pens)


def wash(painter: QPainter, areas: Iterable[tuple[QPainterPath, tuple[int, int, int]]], matrix: QTransform, pens: Pens = USUAL) -> None:
    """Wash areas with their colours, one after the other; their edges are left to the outlines."""
    if not pens.fill:
        return
    brushes: dict[tuple[int, int, int], QBrush] = {}
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setWorldTransform(matrix, True)
    for path, colour in areas:
        if colour not in brushes:
            brushes[colour] = QBrush(QColor(*colour, pens.fill))
        painter.fillPath(path, brushes[colour])
    painter.restore()


def polygon(points: Polyline) -> QPolygonF:
    """Return vertices as Qt wants them."""
    return QPolygonF([QPointF(x, y) for x, y in points])


def path_of(shape: Shape) -> QPainterPath:
    """Return a shape as a path in image coordinates."""
    if isinstance(shape, Region):
        return _path([np.concatenate([ring, ring[:1]]) for ring in shape.outlines])
    return path(shape.parts, closed=False)


def path(rings: Iterable[Polyline], *, closed: bool) -> QPainterPath:
    """Return outlines (filled odd-even) or lines as a path in image coordinates."""
    return _path([np.array((*ring, ring[0]) if closed and ring[-1] != ring[0] else ring, dtype=np.float64) for ring in rings if ring])


def _path(pieces: Sequence[NDArray[np.float64]]) -> QPainterPath:
    """Return rows of points, each (n, 2), as a path.

    Written in the bytes that Qt reads paths from: a long outline takes a quarter of the time it takes point by point.
    """
    elements = np.empty(sum(map(len, pieces)), _ELEMENT)
    begin = 0
    for piece in pieces:
        part = elements[begin : begin + len(piece)]
        part["x"], part["y"] = piece.T
        part["kind"] = _LINE_TO
        part["kind"][:1] = _MOVE_TO
        begin += len(piece)
    made = QPainterPath()
    if pieces:
        last = begin - len(pieces[-1])
        content = len(elements).to_bytes(4, "big") + elements.tobytes() + last.to_bytes(4, "big") + _ODD_EVEN.to_bytes(4, "big")
        QDataStream(QByteArray(content)) >> made
    return made


def matrix(transform: Transform, ratio: float = 1.0) -> QTransform:
    """Return the transform as Qt wants it, times `ratio`."""
    x, y = transform.scale_x * ratio, transform.scale_y * ratio
    left, top = transform.to_widget(0.0, 0.0)
    placed = transform.placed
    return QTransform(-x if placed.mirrored else x, 0.0, 0.0, -y if placed.upended else y, left * ratio, top * ratio)


def handles(painter: QPainter, places: Iterable[tuple[float, float]], colour: QColor, unit: float) -> None:
    """Paint a square on each place (painter coordinates) that is not too near to the last one; `unit` is a logical pixel."""
    side, gap = HANDLE * unit, 1.6 * HANDLE * unit
    painter.setPen(QPen(_EDGE, unit))
    painter.setBrush(QBrush(colour.lighter(150)))
    squares: list[QRectF] = []
    last: tuple[float, float] | None = None
    for x, y in places:
        if last is None or abs(x - last[0]) > gap or abs(y - last[1]) > gap:
            squares.append(QRectF(x - side / 2, y - side / 2, side, side))
            last = (x, y)
    painter.drawRects(squares)


def plate(text: str, ratio: float, mark: QColor | None = None, ink: QColor = TEXT) -> QImage:
    """Return a text on a dark plate, in device pixels; `mark` colours its left edge, `ink` the text."""
    font = QFont()
    font.setPixelSize(max(round(_PLATE_PIXELS * ratio), 1))
    font.setBold(True)
    edge = 3.0 * ratio if mark else 0.0
    size = QSizeF(QFontMetricsF(font).horizontalAdvance(text) + 8 * ratio + edge, 16 * ratio).toSize()
    made = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter, area = QPainter(made), QRectF(made.rect())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PLATE)
    painter.drawRoundedRect(area, 3 * ratio, 3 * ratio)
    if mark:
        painter.fillRect(QRectF(area.left(), area.top() + 2 * ratio, edge, area.height() - 4 * ratio), mark)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(area.adjusted(edge, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return made


def within(made: QImage, corner: QPointF, area: QRectF) -> QPointF:
    """Return where to paint a plate: its bottom-left corner there, but all of it in the area; device pixels."""
    left = max(min(corner.x(), area.right() - made.width()), area.left())
    top = max(min(corner.y() - made.height(), area.bottom() - made.height()), area.top())
    return QPointF(round(left), round(top))


def put_aside(painter: QPainter, text: str, end: QPointF, drawn: QRectF, area: QRectF) -> None:
    """Paint a text on a plate beside the end of what is drawn (in logical pixels), on the outer side: off what it is drawn around."""
    ratio, middle = painter.device().devicePixelRatioF(), drawn.center()
    made = plate(text, ratio)
    left, below = end.x() < middle.x() - _LEVEL, end.y() > middle.y() + _LEVEL
    x = end.x() - _ASIDE - made.width() / ratio if left else end.x() + _ASIDE
    y = end.y() + _OFF + made.height() / ratio if below else end.y() - _OFF
    _put(painter, made, QPointF(x, y), area)


def put_plate(painter: QPainter, text: str, corner: QPointF, area: QRectF, mark: QColor | None = None) -> None:
    """Paint a text on a plate with a painter in logical pixels, its bottom-left corner there, but all of it in the area."""
    _put(painter, plate(text, painter.device().devicePixelRatioF(), mark), corner, area)


def _put(painter: QPainter, made: QImage, corner: QPointF, area: QRectF) -> None:
    ratio = painter.device().devicePixelRatioF()
    scaled = QRectF(area.topLeft() * ratio, area.size() * ratio)
    place = within(made, corner * ratio, scaled)
    made.setDevicePixelRatio(ratio)
    painter.drawImage(place / ratio, made)
