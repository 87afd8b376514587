"""A column of panels at a side of the window: each folds, is torn off, and comes and goes; what has no room is scrolled."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from annotator.gui.section import Section
from annotator.gui.theme import Theme

_LEAST_HEIGHT = 160
_AROUND = 40
"""Logical pixels above and below a field that are seen with it."""


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

    `least`: how narrow it may become at least, in logical pixels; its panels may need more.  In a window too low for all panels the
    column is scrolled.
    """

    tear_wanted = Signal(str)
    """A panel, named by its place in `names`, is to be torn off or put back."""
    folds_changed = Signal()
    """A person folded or unfolded a panel."""

    def __init__(self, panels: Sequence[tuple[str, QWidget, int]], look: Theme, least: int = 0) -> None:
        super().__init__()
        self._least, self.stowed = least, False
        self._widest, self._anew = 0, True
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._keep_in_sight)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = inside = _Inside()
        self.setWidget(inside)
        self._sections: dict[str, Section] = {}
        self._unwanted: set[str] = set()
        for text, panel, stretch in panels:
            name = panel.objectName()
            self._sections[name] = section = Section(text, panel, stretch, look)
            section.tear_wanted.connect(partial(self.tear_wanted.emit, name))
            section.fold_wanted.connect(partial(self._toggle, name))
            inside.column.addWidget(section, stretch)
        inside.column.addStretch(0)
        QApplication.instance().focusChanged.connect(self._heed)  # type: ignore[union-attr]  # there is one: a widget was just made

    @property
    def names(self) -> tuple[str, ...]:
        """The panels by the object names of their widgets, in their order."""
        return tuple(self._sections)

    def is_folded(self, name: str) -> bool:
        """Whether only the heading of a panel is seen."""
        return self._sections[name].folded

    def fold(self, name: str, folded: bool) -> None:
        """Fold a panel, so that only its heading is seen, or unfold it."""
        section, self._widest = self._sections[name], 0
        section.fold(folded)
        if section.parent() is self._inside:
            self._inside.column.setStretchFactor(section, section.stretch)

    def unfold_around(self, panel: QWidget) -> None:
        """Unfold a panel that is asked for."""
        if self._sections[panel.objectName()].folded:
            self._toggle(panel.objectName())

    def stow(self, stowed: bool) -> None:
        """Put the column away, so that the picture gets its room, or show it again."""
        self.stowed = stowed
        self._settle()

    def section(self, name: str) -> Section:
        """Return a panel with its heading, wherever it stands now."""
        return self._sections[name]

    def take_out(self, name: str) -> Section:
        """Give a panel away with its heading."""
        section, self._widest = self._sections[name], 0
        self._inside.column.removeWidget(section)
        section.setParent(None)
        section.stand(torn=True)
        self._settle()
        return section

    def put_in(self, name: str) -> None:
        """Take a panel back to where it belongs among those that are here."""
        section, names = self._sections[name], list(self._sections)
        before = sum(self._sections[other].parent() is self._inside for other in names[: names.index(name)])
        wanted = not section.isHidden()
        section.stand(torn=False)
        self._inside.column.insertWidget(before, section, section.stretch)
        section.setVisible(wanted)
        self._settle()

    def minimumSizeHint(self) -> QSize:
        """See Qt; as wide as the panels need it, and a bar beside them.

        What a panel needed that has gone stays, until panels are folded or moved: or the picture would jump at each click that selects.
        After other words were put in, sizes settle in several turns of the event loop: what was needed meanwhile counts no more.
        """
        bar = self.verticalScrollBar()
        needed = self._inside.minimumSizeHint().width() + (bar.sizeHint().width() if bar.isVisible() else 0)
        self._widest = needed if self._anew else max(self._widest, needed)
        return QSize(max(self._least, self._widest), _LEAST_HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt; panels that need more width get it, and what has the keyboard stays in sight where others above it grow."""
        if watched is self._inside and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._soon.start()
        return super().eventFilter(watched, event)

    def show_panel(self, panel: QWidget, shown: bool) -> None:
        """Show a panel with its heading, or hide both, in their own window too."""
        section = self._sections[panel.objectName()]
        (self._unwanted.discard if shown else self._unwanted.add)(panel.objectName())
        self._anew &= section.isHidden() is not shown
        section.setVisible(shown)
        self._settle()
        if section.parent() is not self._inside and section.window().isVisible() is not shown:
            section.window().setVisible(shown)

    def retranslate(self) -> None:
        """Say the headings in the current language."""
        self._anew = True
        for section in self._sections.values():
            section.retranslate()

    def _toggle(self, name: str) -> None:
        self.fold(name, not self._sections[name].folded)
        self.folds_changed.emit()

    def _heed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and QApplication.mouseButtons() is Qt.MouseButton.NoButton:  # nothing moves away under a button that is down
            self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        """Let the field that has the keyboard be seen, and a little of what stands around it."""
        there = QApplication.focusWidget()
        if isinstance(there, QLineEdit | QComboBox | QAbstractSpinBox) and self._inside.isAncestorOf(there):
            self.ensureWidgetVisible(there, 0, _AROUND)

    def _settle(self) -> None:
        here = (name for name, section in self._sections.items() if section.parent() is self._inside)
        self.setHidden(self.stowed or all(name in self._unwanted for name in here))
