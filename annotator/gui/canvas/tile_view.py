"""A tile on the screen: a lesion cut out of its image under a window, with the outlines of one reading or of two in one picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPalette, QPen, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from annotator.domain.annotation import Shape
from annotator.domain.picture import Picture, Window
from annotator.domain.region import Region
from annotator.domain.tile import PIXELS, Tile, shades_of
from annotator.gui.canvas import look

A, B, BOTH = QColor(64, 160, 255), QColor(255, 160, 40), QColor(240, 240, 240)
"""The colours of the one reading, of the other and of what both have."""
_WASH, _BAR = 70, 10.0
_MARGIN = 8


@dataclass(frozen=True, eq=False)
class Shown:
    """What a tile shows: where it lies, the pixels, the window, shapes with their colours; `pair`: two areas as one picture."""

    tile: Tile
    picture: Picture
    window: Window
    shapes: tuple[tuple[Shape, QColor], ...] = ()
    pair: tuple[Shape | None, Shape | None] | None = None


class TileView(QWidget):
    """One tile, square in the middle of its room; `bare` hides the outlines, `note` stands where there is nothing to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(PIXELS // 2, PIXELS // 2))
        self.shown: Shown | None = None
        self.bare, self.note, self.scale_bar = False, "", True
        self._cut: tuple[object, object, int, QImage] | None = None

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(PIXELS, PIXELS)

    def show_tile(self, shown: Shown | None, note: str = "") -> None:
        """Show this, or a note where there is nothing."""
        self.shown, self.note = shown, note
        self.update()

    def hide_outlines(self, bare: bool) -> None:
        """Show the image alone, or with its outlines."""
        self.bare = bare
        self.update()

    @property
    def square(self) -> QRectF:
        """Where the tile is painted."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.fillRect(self.square, Qt.GlobalColor.black)
        if self.shown is None:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.square.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN),
                             int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), self.note)  # fmt: skip
        else:
            painter.drawImage(self.square, self._image(self.shown))
            if not self.bare:
                painter.setClipRect(self.square)
                self._outlines(painter, self.shown)
            if self.scale_bar:
                self._bar(painter, self.shown.tile)
        painter.end()

    def _image(self, shown: Shown) -> QImage:
        pixels = max(PIXELS, round(self.square.width() * self.devicePixelRatioF()))
        if self._cut is None or self._cut[0] is not shown.picture or self._cut[1] != (shown.tile, shown.window) or self._cut[2] != pixels:
            tile = Tile(shown.tile.middle, shown.tile.side, shown.tile.spacing, pixels)
            shades = np.ascontiguousarray(shades_of(tile, shown.picture, shown.window))
            kind = QImage.Format.Format_RGB888 if shades.ndim == 3 else QImage.Format.Format_Grayscale8
            image = QImage(shades.data, pixels, pixels, shades.strides[0], kind).copy()
            self._cut = shown.picture, (shown.tile, shown.window), pixels, image
        return self._cut[3]

    def _matrix(self, tile: Tile) -> QTransform:
        """From image coordinates to the widget's."""
        square, (sx, sy) = self.square, tile.scale
        per = square.width() / tile.pixels
        x, y = tile.place(0.0, 0.0)
        return QTransform(sx * per, 0, 0, sy * per, square.left() + x * per, square.top() + y * per)

    def _outlines(self, painter: QPainter, shown: Shown) -> None:
        matrix, ratio = self._matrix(shown.tile), self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if shown.pair is not None:
            self._both(painter, *shown.pair, matrix)
        for shape, colour in shown.shapes:
            look.trace(painter, look.path_of(shape), matrix, colour, look.OUTLINE * ratio)

    def _both(self, painter: QPainter, one: Shape | None, other: Shape | None, matrix: QTransform) -> None:
        """Wash what only A has, what only B has and what both have, each in its colour."""
        a, b = (matrix.map(look.path_of(shape)) if isinstance(shape, Region) else QPainterPath() for shape in (one, other))
        for area, colour in ((a.subtracted(b), A), (b.subtracted(a), B), (a.intersected(b), BOTH)):
            wash = QColor(colour)
            wash.setAlpha(_WASH if colour is not BOTH else _WASH // 2)
            painter.fillPath(area, wash)

    def _bar(self, painter: QPainter, tile: Tile) -> None:
        """A centimetre, at the lower left."""
        if tile.spacing == (1.0, 1.0):
            return
        square = self.square
        long = _BAR / tile.side * square.width()
        y, x = square.bottom() - _MARGIN, square.left() + _MARGIN
        for pen in (QPen(QColor(0, 0, 0, 180), 4), QPen(QColor(235, 235, 235), 2)):
            painter.setPen(pen)
            painter.drawLine(QPointF(x, y), QPointF(x + long, y))
        words = QPainterPath()
        words.addText(QPointF(x, y - 5), painter.font(), "10 mm")
        painter.strokePath(words, QPen(QColor(0, 0, 0, 200), 3))
        painter.fillPath(words, QColor(235, 235, 235))
