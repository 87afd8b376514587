"""Where things stand in the window: tree at the left, the strip and the picture in the middle, choices at the right, words below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QSplitter, QVBoxLayout, QWidget

from annotator.i18n import translate

_LEFT, _RIGHT, _USUAL = 244, 276, 1600
_SHARES = 0.16, 0.2
"""What the left and the right column take of a window's width at most, unless a person pulls them wider."""
_NARROW = 1100
_LEAST_HEIGHT = 160


class _Inside(QWidget):
    """What is scrolled: as low as its panels can be, before a bar appears."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    def heightForWidth(self, width: int) -> int:
        """See Qt."""
        return self.column.minimumHeightForWidth(width)


class Side(QScrollArea):
    """A column of panels, each under its heading; `least`: how narrow it may become, in logical pixels (0: as its panels say).

    In a window too low for all panels the column is scrolled.
    """

    def __init__(self, panels: Sequence[tuple[str, QWidget, int]], least: int = 0) -> None:
        super().__init__()
        self._least = least
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = inside = _Inside()
        self.setWidget(inside)
        self._headings: list[tuple[str, QLabel]] = []
        self._heading_of: dict[QWidget, QLabel] = {}
        for text, panel, stretch in panels:
            heading = QLabel(inside)
            heading.setObjectName("heading")
            heading.setBuddy(panel)
            self._headings.append((text, heading))
            self._heading_of[panel] = heading
            inside.column.addWidget(heading)
            inside.column.addWidget(panel, stretch)

    def minimumSizeHint(self) -> QSize:
        """See Qt; as wide as the panels need it, and a bar beside them."""
        bar = self.verticalScrollBar()
        needed = self._inside.minimumSizeHint().width() + (bar.sizeHint().width() if bar.isVisible() else 0)
        return QSize(self._least or needed, _LEAST_HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt; panels that need more width get it."""
        if watched is self._inside and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def show_panel(self, panel: QWidget, shown: bool) -> None:
        """Show a panel with its heading, or hide both."""
        panel.setVisible(shown)
        self._heading_of[panel].setVisible(shown)

    def retranslate(self) -> None:
        """Say the headings in the current language."""
        for text, heading in self._headings:
            heading.setText(translate(text))


class Stage(QWidget):
    """The picture, and what may lie over it."""

    def __init__(self, picture: QWidget) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(picture, 0, 0)

    def lay_over(self, cover: QWidget, *, filling: bool, corner: bool = False) -> None:
        """Put something over the picture: all of it, in its middle, or in its upper left corner."""
        cover.setMinimumSize(1, 1)  # whatever it needs, it widens no window
        if filling:
            self._grid.addWidget(cover, 0, 0)
        else:
            place = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft if corner else Qt.AlignmentFlag.AlignCenter
            self._grid.addWidget(cover, 0, 0, place)
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
