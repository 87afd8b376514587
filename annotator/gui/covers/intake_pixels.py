"""An image in which text may be burned: what was found is framed, and a person frames more or says that there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from annotator.domain.picture import Picture
from annotator.i18n import mark, translate

Box = tuple[int, int, int, int]
_LEAST = 3
"""Pixels of the screen below which a drag is a click."""


class PixelSheet(QWidget):
    """The image, fitted in; a drag frames a rectangle, a click on a frame takes it away; `framed` tells that the frames changed."""

    framed = Signal()

    def __init__(self, colour: QColor, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("intake.pixels")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 180)
        self.boxes: list[Box] = []
        self._colour, self._image = colour, QImage()
        self._from: QPointF | None = None
        self._to = QPointF()

    def show_picture(self, picture: Picture | None, boxes: Sequence[Box]) -> None:
        """Show an image and its frames; None: there is nothing to be shown."""
        self.boxes, self._from = list(boxes), None
        self._image = QImage() if picture is None else image_of(picture)
        self.update()

    @property
    def empty(self) -> bool:
        """Whether no image is shown."""
        return self._image.isNull()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        if self._image.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._place(), self._image)
        painter.setPen(QPen(self._colour, 2))
        scale, place = self._scale(), self._place()
        for x, y, width, height in self.boxes:
            painter.drawRect(QRectF(place.x() + x * scale, place.y() + y * scale, width * scale, height * scale))
        if self._from is not None:
            painter.drawRect(QRectF(self._from, self._to).normalized())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if event.button() is Qt.MouseButton.LeftButton and not self._image.isNull():
            self._from = self._to = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if self._from is not None:
            self._to = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if self._from is None:
            return
        drawn, self._from = QRectF(self._from, event.position()).normalized(), None
        scale, place = self._scale(), self._place()
        if max(drawn.width(), drawn.height()) < _LEAST:
            x, y = (drawn.x() - place.x()) / scale, (drawn.y() - place.y()) / scale
            self.boxes = [b for b in self.boxes if not (b[0] <= x <= b[0] + b[2] and b[1] <= y <= b[1] + b[3])]
        else:
            inside = drawn.intersected(place)
            if inside.width() > 0 and inside.height() > 0:
                x, y = int((inside.left() - place.x()) / scale), int((inside.top() - place.y()) / scale)
                right, bottom = math.ceil((inside.right() - place.x()) / scale), math.ceil((inside.bottom() - place.y()) / scale)
                self.boxes.append((x, y, right - x, bottom - y))
        self.update()
        self.framed.emit()

    def _scale(self) -> float:
        return max(min(self.width() / max(self._image.width(), 1), self.height() / max(self._image.height(), 1)), 1e-6)

    def _place(self) -> QRectF:
        width, height = self._image.width() * self._scale(), self._image.height() * self._scale()
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)


class TextAside(QWidget):
    """The image beside the table, and what is decided about it: `decided` tells the rectangles to black out, none without text."""

    decided = Signal(object)

    def __init__(self, colour: QColor, parent: QWidget) -> None:
        super().__init__(parent)
        self.pixels, self.clean, self.black = PixelSheet(colour, self), QPushButton(self), QPushButton(self)
        self.setFixedWidth(250)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pixels, 1)
        for name, button in (("clean", self.clean), ("black", self.black)):
            button.setObjectName(f"intake.{name}")
            button.setAutoDefault(True)
            column.addWidget(button)
        self.clean.clicked.connect(lambda: self.decided.emit(()))
        self.black.clicked.connect(lambda: self.decided.emit(tuple(self.pixels.boxes)))
        self.pixels.framed.connect(self._sync)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.clean.setText(translate(mark("No text")))
        self.black.setText(translate(mark("Black out the frames")))
        self.pixels.setToolTip(translate(mark("Drag to frame text; click a frame to take it away")))
        self.pixels.setAccessibleName(translate(mark("Text in the pixels")))

    def show_picture(self, picture: Picture | None, boxes: Sequence[Box]) -> None:
        """Show an image and its frames."""
        self.pixels.show_picture(picture, boxes)
        self._sync()

    def _sync(self) -> None:
        self.black.setEnabled(bool(self.pixels.boxes))


def image_of(picture: Picture) -> QImage:
    """Return a picture in eight bits, from its darkest to its brightest value; nothing that was burned in gets lost in it."""
    values = picture.stored
    if values.ndim == 3:
        eight = np.ascontiguousarray(values.astype(np.uint8))
        return QImage(eight.data, eight.shape[1], eight.shape[0], 3 * eight.shape[1], QImage.Format.Format_RGB888).copy()
    grey = values.astype(np.float32)
    low, high = (float(v) for v in np.percentile(grey, (0.5, 99.8)))
    eight = np.ascontiguousarray(np.clip((grey - low) / max(high - low, 1e-6) * 255, 0, 255).astype(np.uint8))
    if picture.inverted:
        eight = 255 - eight
    return QImage(eight.data, eight.shape[1], eight.shape[0], eight.shape[1], QImage.Format.Format_Grayscale8).copy()
