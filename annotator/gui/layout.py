"""Where things stand in the window: tree at the left, the strip and the picture in the middle, choices at the right, words below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from annotator.i18n import translate

_LEFT, _RIGHT, _MIDDLE = 244, 276, 760


class Side(QWidget):
    """A column of panels, each under its heading."""

    def __init__(self, panels: Sequence[tuple[str, QWidget, int]], least: int) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(least)
        self._headings: list[tuple[str, QLabel]] = []
        self._heading_of: dict[QWidget, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for text, panel, stretch in panels:
            heading = QLabel(self)
            heading.setObjectName("heading")
            heading.setBuddy(panel)
            self._headings.append((text, heading))
            self._heading_of[panel] = heading
            column.addWidget(heading)
            column.addWidget(panel, stretch)

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
        if filling:
            self._grid.addWidget(cover, 0, 0)
        else:
            place = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft if corner else Qt.AlignmentFlag.AlignCenter
            self._grid.addWidget(cover, 0, 0, place)
        cover.raise_()


def across(left: QWidget, middle: QWidget, right: QWidget) -> QSplitter:
    """Return the three columns of the window; the middle one takes what room there is."""
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setHandleWidth(4)
    splitter.setChildrenCollapsible(False)
    for place, widget in enumerate((left, middle, right)):
        splitter.addWidget(widget)
        splitter.setStretchFactor(place, int(widget is middle))
    splitter.setSizes([_LEFT, _MIDDLE, _RIGHT])
    return splitter


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
