"""Where things stand in the window: tree at the left, the strip and the picture in the middle, choices at the right, words below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from annotator.gui.corner import Corner
from annotator.gui.tear_button import TearButton
from annotator.gui.theme import Theme
from annotator.i18n import translate

_LEFT, _RIGHT, _USUAL = 244, 276, 1600
_SHARES = 0.16, 0.2
"""What the left and the right column take of a window's width at most, unless a person pulls them wider."""
_NARROW = 1100
_LEAST_HEIGHT = 160
_AROUND = 40
"""Logical pixels above and below a field that are seen with it."""


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
    """A column of panels, each under its heading; it goes away when it is stowed, or when all its panels are torn off.

    `least`: how narrow it may become, in logical pixels (0: as its panels say).  In a window too low for all panels the column is scrolled.
    """

    tear_wanted = Signal(str)
    """A panel, named by its place in `names`, is to be torn off or put back."""

    def __init__(self, panels: Sequence[tuple[str, QWidget, int]], look: Theme, least: int = 0) -> None:
        super().__init__()
        self._least, self.stowed = least, False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = inside = _Inside()
        self.setWidget(inside)
        self._sections: dict[str, Section] = {}
        self._stretches: dict[str, int] = {}
        for text, panel, stretch in panels:
            name = panel.objectName()
            self._sections[name] = section = Section(text, panel, stretch, look)
            self._stretches[name] = stretch
            section.tear_wanted.connect(partial(self.tear_wanted.emit, name))
            inside.column.addWidget(section, stretch)
        inside.column.addStretch(0)
        QApplication.instance().focusChanged.connect(self._heed)  # type: ignore[union-attr]  # there is one: a widget was just made

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
        self._inside.column.removeWidget(section)
        section.setParent(None)
        section.tear.show_torn(True)
        self._settle()
        return section

    def put_in(self, name: str) -> None:
        """Take a panel back to where it belongs among those that are here."""
        section, names = self._sections[name], list(self._sections)
        before = sum(self._sections[other].parent() is self._inside for other in names[: names.index(name)])
        wanted = not section.isHidden()
        self._inside.column.insertWidget(before, section, self._stretches[name])
        section.setVisible(wanted)
        section.tear.show_torn(False)
        self._settle()

    def minimumSizeHint(self) -> QSize:
        """See Qt; as wide as the panels need it, and a bar beside them."""
        bar = self.verticalScrollBar()
        needed = self._inside.minimumSizeHint().width() + (bar.sizeHint().width() if bar.isVisible() else 0)
        return QSize(self._least or needed, _LEAST_HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt; panels that need more width get it, and what has the keyboard stays in sight where others above it grow."""
        if watched is self._inside and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            QTimer.singleShot(0, self, self._keep_in_sight)
        return super().eventFilter(watched, event)

    def show_panel(self, panel: QWidget, shown: bool) -> None:
        """Show a panel with its heading, or hide both, in their own window too."""
        section = self._sections[panel.objectName()]
        section.setVisible(shown)
        if section.parent() is not self._inside and section.window().isVisible() is not shown:
            section.window().setVisible(shown)

    def retranslate(self) -> None:
        """Say the headings in the current language."""
        for section in self._sections.values():
            section.retranslate()

    def _heed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and QApplication.mouseButtons() is Qt.MouseButton.NoButton:  # nothing moves away under a button that is down
            self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        """Let the field that has the keyboard be seen, and a little of what stands around it."""
        there = QApplication.focusWidget()
        if isinstance(there, QLineEdit | QComboBox | QAbstractSpinBox) and self._inside.isAncestorOf(there):
            self.ensureWidgetVisible(there, 0, _AROUND)

    def _settle(self) -> None:
        self.setHidden(self.stowed or not any(section.parent() is self._inside for section in self._sections.values()))


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
