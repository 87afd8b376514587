"""Write words on a picture so that they are read on white and on black: light, with a dark rim, painted once and kept."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QImage, QPainter

Anchor = tuple[float, float]
"""Which share of some words lies to the left of their place, and above it: (0, 0) puts their left upper corner there."""
LIGHT = QColor(226, 230, 235)
_RIMS = ((2.0, 0.14), (1.0, 0.6))
"""How far a rim reaches (logical pixels), and how dark it is: a soft one, and a dark one inside it."""
_ROUND = tuple((x, y) for x in (-1.0, 0.0, 1.0) for y in (-1.0, 0.0, 1.0) if x or y)
_ROOM = 3.0
"""Logical pixels around the words, for their rim."""


@lru_cache(maxsize=256)
def words(text: str, pixels: int, ratio: float, *, bold: bool = False) -> QImage:
    """Return a line of text `pixels` high (logical) as a transparent image in device pixels, on a screen of this ratio."""
    font = _font(pixels * ratio, bold=bold)
    metrics, room = QFontMetricsF(font), _ROOM * ratio
    size = QSizeF(metrics.horizontalAdvance(text) + 2 * room, metrics.height() + room).toSize()
    foot = QPointF(room, metrics.ascent() + room / 2)
    dark, light = (_written(text, font, foot, size, colour) for colour in (QColor(0, 0, 0), LIGHT))
    made = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    for reach, ink in _RIMS:
        painter.setOpacity(ink)
        for x, y in _ROUND:
            painter.drawImage(round(x * reach * ratio), round(y * reach * ratio), dark)
    painter.setOpacity(1.0)
    painter.drawImage(0, 0, light)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def _written(text: str, font: QFont, foot: QPointF, size: QSize, colour: QColor) -> QImage:
    made = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(foot, text)
    painter.end()
    return made


@lru_cache(maxsize=256)
def shortened(text: str, pixels: int, room: float) -> str:
    """Return a line of text cut with … where it is longer than `room` (logical pixels)."""
    return QFontMetricsF(_font(pixels, bold=False)).elidedText(text, Qt.TextElideMode.ElideRight, room)


def _font(pixels: float, *, bold: bool) -> QFont:
    font = QFont()
    font.setFamilies([QFontInfo(font).family()])  # the one that is there, or Qt looks for the others in its list for each size anew
    font.setPixelSize(max(round(pixels), 1))
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # the same shapes on every screen and at every scale
    return font


def put(painter: QPainter, made: QImage, place: QPointF, anchor: Anchor) -> QRectF:
    """Paint words (painter in logical pixels) with the corner or middle that `anchor` names at a place; return what they cover."""
    corner = corner_of(made, place, anchor)
    painter.drawImage(corner, made)
    return QRectF(corner, made.deviceIndependentSize())


def corner_of(made: QImage, place: QPointF, anchor: Anchor) -> QPointF:
    """Return where the left upper corner of words is whose corner or middle that `anchor` names is at a place: on a pixel of the screen."""
    ratio, size = made.devicePixelRatio(), made.deviceIndependentSize()
    left, top = place.x() - size.width() * anchor[0], place.y() - size.height() * anchor[1]
    return QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio)
