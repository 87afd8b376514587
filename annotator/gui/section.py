"""A panel under its heading, which folds it away, says the main thing of it in a few words, and tears it off."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from annotator.gui.panels.elided import Elided
from annotator.gui.tear_button import TearButton
from annotator.gui.theme import Theme, icon
from annotator.i18n import mark, translate

FOLD, UNFOLD = mark("Fold this panel"), mark("Unfold this panel")
_ARROW = 12


@runtime_checkable
class Headed(Protocol):
    """A panel that says its own heading (empty: the usual one), and what stands beside it."""

    headed: SignalInstance


@runtime_checkable
class Crowned(Protocol):
    """A panel whose most needed fields stand in the line of the heading, and stay there while it is folded."""

    @property
    def crown(self) -> QWidget: ...


class Section(QWidget):
    """Folded, only the line of the heading is seen; a click there folds and unfolds."""

    tear_wanted = Signal()
    fold_wanted = Signal()

    def __init__(self, text: str, panel: QWidget, stretch: int, look: Theme) -> None:
        super().__init__()
        self.panel, self._text, self._stretch = panel, text, stretch
        self._own, self._folded, self._torn = "", False, False
        self.line = _Line(panel.crown if isinstance(panel, Crowned) else None, look, self)
        self.line.name.setBuddy(panel)
        self.line.pressed.connect(self.fold_wanted)
        self.line.tear.clicked.connect(self.tear_wanted)
        if isinstance(panel, Headed):
            panel.headed.connect(self._head)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.line)
        self._column.addWidget(panel, stretch)
        self._column.addStretch(0 if stretch else 1)
        self._settle()

    @property
    def tear(self) -> TearButton:
        """The button that tears the panel off, or puts it back."""
        return self.line.tear

    @property
    def folded(self) -> bool:
        """Whether the panel is to be folded where it stands in a column."""
        return self._folded

    @property
    def stretch(self) -> int:
        """Which share of the room that is left the section takes as it stands."""
        return 0 if self._away else self._stretch

    def fold(self, folded: bool) -> None:
        """Fold the panel away or unfold it."""
        self._folded = folded
        self._settle()

    def stand(self, *, torn: bool) -> None:
        """Stand in a window of its own, never folded there, or in a column."""
        self._torn = torn
        self.tear.show_torn(torn)
        self._settle()

    def sizeHint(self) -> QSize:
        """See Qt; what is set in lines, as words are, is as high as its width makes it."""
        hint = super().sizeHint()
        return QSize(hint.width(), self.heightForWidth(self.width())) if self.hasHeightForWidth() else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width() and self.hasHeightForWidth():
            self.updateGeometry()

    def retranslate(self) -> None:
        """Say the heading in the current language."""
        self._head(self._own, self.line.beside.text())
        self.tear.retranslate()
        self.line.say_fold(self._folded)

    @property
    def _away(self) -> bool:
        return self._folded and not self._torn

    def _head(self, own: str, beside: str) -> None:
        self._own = own
        text = own or translate(self._text)
        self.line.name.setText(text)
        self.line.beside.say(beside)
        self.setWindowTitle(text)

    def _settle(self) -> None:
        self.panel.setVisible(not self._away)
        self.line.fold.setVisible(not self._torn)
        self.line.say_fold(self._folded)
        grows = self._stretch and not self._away
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred if grows else QSizePolicy.Policy.Maximum)


class _Line(QWidget):
    """The line of the heading: an arrow, the name and what is said beside it (or the fields of the panel), and the tear button."""

    pressed = Signal()

    def __init__(self, crown: QWidget | None, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("section_line")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._look = look
        self.fold, self.name, self.tear = QToolButton(self), QLabel(self), TearButton(look, self)
        self.beside = Elided(Qt.TextElideMode.ElideRight, self)
        self.fold.setProperty("role", "tear")
        self.fold.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fold.setIconSize(QSize(_ARROW, _ARROW))
        self.fold.clicked.connect(self.pressed)
        self.name.setObjectName("heading")
        self.beside.setObjectName("heading_beside")
        self.beside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 6, 0)
        row.setSpacing(0)
        row.addWidget(self.fold)
        if crown is None:
            row.addWidget(self.name)
            row.addWidget(self.beside, 1)
        else:
            self.name.hide()
            self.beside.hide()
            row.addWidget(crown, 1)
        row.addWidget(self.tear)

    def say_fold(self, folded: bool) -> None:
        """Say what a press on the arrow does."""
        self.fold.setIcon(icon("branch-closed.svg" if folded else "branch-open.svg", self._look))
        text = translate(UNFOLD if folded else FOLD)
        self.fold.setToolTip(text)
        self.fold.setAccessibleName(text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit()
