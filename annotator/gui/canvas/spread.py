"""Hold what is painted for a view and, once it is panned, for some way around it: a pan then only looks at another part of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from annotator.gui.canvas.scroll import stripes
from annotator.gui.canvas.transform import Transform

_MARGIN = 128
"""Logical pixels around a panned view that are painted too."""


class Spread:
    """An image in device pixels, `margin` of them wider on each side than the view that it was last laid around.

    Transparent at first, unless it is one of an `opaque` picture that is painted all over: then it holds anything.
    """

    def __init__(self, transform: Transform, size: QSize, *, opaque: bool = False) -> None:
        self._home, self._size, self.margin = transform, size, 0
        self.image = QImage(size, QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied)
        if not opaque:
            self.image.fill(Qt.GlobalColor.transparent)

    def fits(self, size: QSize) -> bool:
        """Whether it is as large as a view, with nothing around it."""
        return self.image.size() == size and not self.margin

    def lay(self, transform: Transform) -> None:
        """Lay it around another view of the same size; what it holds is to be painted anew."""
        self._home = transform

    @property
    def transform(self) -> Transform:
        """Where an image point is in it."""
        home, margin = self._home, self.margin / self._home.ratio
        return replace(home, offset_x=home.offset_x + margin, offset_y=home.offset_y + margin)

    @property
    def area(self) -> QRect:
        """All of it."""
        return QRect(QPoint(), self.image.size())

    def seen(self, transform: Transform) -> QRect:
        """Return the part that a view shows which it has followed."""
        dx = round((transform.offset_x - self._home.offset_x) * transform.ratio)
        dy = round((transform.offset_y - self._home.offset_y) * transform.ratio)
        return QRect(QPoint(self.margin - dx, self.margin - dy), self._size)

    def follow(self, transform: Transform, size: QSize) -> tuple[QRect, ...] | None:
        """Reach around another view; returns what is empty now and must be painted, None where nothing can be kept for that view.

        As long as the view stays within the margin nothing moves; then the margin is laid around it anew.
        """
        kept = stripes(self._home, transform, self.image.size()) if size == self._size else None
        if kept is None:
            return None
        (dx, dy), margin = kept[0], round(_MARGIN * transform.ratio)
        if max(abs(dx), abs(dy)) <= self.margin:
            return ()
        whole = QRect(QPoint(), size + QSize(2 * margin, 2 * margin))
        there = self.area.translated(dx + margin - self.margin, dy + margin - self.margin)
        self.image = self.image.copy(whole.translated(-there.topLeft()))
        self._home, self.margin = transform, margin
        return _around(whole, there & whole)

    def put(self, picture: QImage, area: QRect) -> None:
        """Paint an area that is empty as a picture of it shows it."""
        painter = QPainter(self.image)
        painter.drawImage(area.topLeft(), picture)
        painter.end()

    def clear(self, areas: Iterable[QRect]) -> tuple[QRect, ...]:
        """Empty areas of it; returns what must be painted: as much of them as it holds."""
        there = [area & self.area for area in areas]
        painter = QPainter(self.image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)  # this one Qt fills row by row
        for area in there:
            painter.fillRect(area, Qt.GlobalColor.transparent)
        painter.end()
        return tuple(area for area in there if not area.isEmpty())


def _around(whole: QRect, inner: QRect) -> tuple[QRect, ...]:
    """Return what lies in one area and not in another inside it."""
    width, low, right = whole.width(), inner.bottom() + 1, inner.right() + 1
    above, below = QRect(0, 0, width, inner.top()), QRect(0, low, width, whole.height() - low)
    beside = (QRect(0, inner.top(), inner.left(), inner.height()), QRect(right, inner.top(), width - right, inner.height()))
    return tuple(area for area in (above, below, *beside) if not area.isEmpty())
