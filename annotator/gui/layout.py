"""Where things stand in the window: tree at the left, the strip and the picture in the middle, choices at the right, words below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from annotator.gui.tear_button import TearButton
from annotator.gui.theme import Theme
from annotator.i18n import translate

_LEFT, _RIGHT, _MIDDLE = 244, 276, 760


class Section(QWidget):
    """A panel under its heading; a button there tears both off into a window of their own, or puts them back."""

    tear_wanted = Signal()

    def __init__(self, text: str, panel: QWidget, stretch: int, look: Theme) -> None:
        super().__init__()
        self.panel, self._text = panel, text
        self._heading, self.tear = QLabel(self), TearButton(look, self)
        self._heading.setObjectName("heading")
        self._heading.setBuddy(panel)
        self.tear.clicked.connect(self.tear_wanted)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(0)
        row.addWidget(self._heading, 1)
        row.addWidget(self.tear, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(panel, stretch)
        if not stretch:
            column.addStretch(1)
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def retranslate(self) -> None:
        """Say the heading in the current language."""
        self._heading.setText(translate(self._text))
        self.setWindowTitle(translate(self._text))
        self.tear.retranslate()


class Side(QWidget):
    """A column of panels, each under its heading; it goes away when it is stowed, or when all its panels are torn off."""

    tear_wanted = Signal(str)
    """A panel, named by its place in `names`, is to be torn off or put back."""

    def __init__(self, panels: Sequence[tuple[str, QWidget, int]], least: int, look: Theme) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(least)
        self.stowed = False
        self._sections: dict[str, Section] = {}
        self._stretches: dict[str, int] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for text, panel, stretch in panels:
            name = panel.objectName()
            self._sections[name] = section = Section(text, panel, stretch, look)
            self._stretches[name] = stretch
            section.tear_wanted.connect(partial(self.tear_wanted.emit, name))
            self._column.addWidget(section, stretch)
        self._column.addStretch(0)

    @property
    def names(self) -> tuple[str, ...]:
        """The panels by the object names of their widgets, in their order."""
        return tuple(self._sections)

    def stow(self, stowed: bool) -> None:
        """Put the column away, so that the picture gets its room, or show it again."""
        self.stowed = stowed
        self._settle()

    def section(self, name: str) -> Section:
        """Return a panel with its heading, wherever it stands now."""
        return self._sections[name]

    def take_out(self, name: str) -> Section:
        """Give a panel away with its heading."""
        section = self._sections[name]
        self._column.removeWidget(section)
        section.setParent(None)
        section.tear.show_torn(True)
        self._settle()
        return section

    def put_in(self, name: str) -> None:
        """Take a panel back to where it belongs among those that are here."""
        section, names = self._sections[name], list(self._sections)
        before = sum(self._sections[other].parent() is self for other in names[: names.index(name)])
        wanted = not section.isHidden()
        self._column.insertWidget(before, section, self._stretches[name])
        section.setVisible(wanted)
        section.tear.show_torn(False)
        self._settle()

    def show_panel(self, panel: QWidget, shown: bool) -> None:
        """Show a panel with its heading, or hide both, in their own window too."""
        section = self._sections[panel.objectName()]
        section.setVisible(shown)
        if section.parent() is not self and section.window().isVisible() is not shown:
            section.window().setVisible(shown)

    def retranslate(self) -> None:
        """Say the headings in the current language."""
        for section in self._sections.values():
            section.retranslate()

    def _settle(self) -> None:
        self.setHidden(self.stowed or not any(section.parent() is self for section in self._sections.values()))


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
