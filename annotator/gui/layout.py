"""Where things stand in the window: tree at the left, the strip and the picture in the middle, choices at the right, words below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from annotator.gui.corner import Corner

_LEFT, _RIGHT, _USUAL = 244, 284, 1600
_SHARES = 0.16, 0.2
"""What the left and the right column take of a window's width at most, unless a person pulls them wider."""
_NARROW = 1100


class Stage(QWidget):
    """The picture, and what may lie over it."""

    def __init__(self, picture: QWidget) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(picture, 0, 0)
        self._corner = Corner(self)

    def lay_over(self, cover: QWidget, *, filling: bool, corner: bool = False) -> None:
        """Put something over the picture: all of it, in its middle, or in its upper left corner, below what is shown there already."""
        cover.setMinimumSize(1, 1)  # whatever it needs, it widens no window
        if filling:
            self._grid.addWidget(cover, 0, 0)
        elif corner:
            self._corner.take(cover)
        else:
            self._grid.addWidget(cover, 0, 0, Qt.AlignmentFlag.AlignCenter)
        cover.raise_()


class Columns(QSplitter):
    """The three columns of a window: those at the sides are as wide as a person wants them, but the picture keeps its share."""

    narrowed = Signal(bool)
    """Whether there is little room in the window now."""

    def __init__(self, left: QWidget, middle: QWidget, right: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._wanted = (_LEFT, _USUAL, _RIGHT)
        self.setHandleWidth(4)
        self.setChildrenCollapsible(False)
        for place, widget in enumerate((left, middle, right)):
            self.addWidget(widget)
            self.setStretchFactor(place, int(widget is middle))
        self.splitterMoved.connect(self._moved)

    @property
    def wanted(self) -> tuple[int, int, int]:
        """How wide the left and the right column are where there is room, and between them the width of the window they were made for."""
        return self._wanted

    def want(self, left: int, within: int, right: int) -> None:
        """Make the columns at the sides as wide as a person made them in a window `within` wide, in logical pixels."""
        self._wanted = (left, max(within, 1), right)
        self._share_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt; a window that grows gives its columns back what they had."""
        super().resizeEvent(event)
        self.narrowed.emit(self.width() < _NARROW)
        self._share_out()

    def _moved(self) -> None:
        left, _middle, right = self.sizes()
        self._wanted = (left, self.width(), right)

    def _share_out(self) -> None:
        left, within, right = self._wanted
        at_left, at_right = (max(share, wanted / within) for share, wanted in zip(_SHARES, (left, right), strict=True))
        widths = [min(left, round(at_left * self.width())), min(right, round(at_right * self.width()))]
        self.setSizes([widths[0], max(self.width() - sum(widths) - 2 * self.handleWidth(), 1), widths[1]])


def beside(strip: QWidget, rest: QWidget) -> QWidget:
    """Return a narrow widget with another one at its right."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(strip)
    row.addWidget(rest, 1)
    return whole


def stacked(*widgets: tuple[QWidget, int]) -> QWidget:
    """Return widgets one under the other, without gaps, with their stretch."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget, stretch in widgets:
        column.addWidget(widget, stretch)
    return whole
