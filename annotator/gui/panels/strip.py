"""The strip beside the picture: tools, modes and the few commands a hand on the mouse wants, each with its key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QAction, QActionEvent, QIcon, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QStyle, QStyleOptionToolButton, QStylePainter, QToolButton, QVBoxLayout, QWidget

from annotator.gui.menus import Commands
from annotator.gui.theme import Theme
from annotator.workspace.session import Session

_ICON, _HEIGHT = 20, 30
_MARGIN, _GAP = 7, 7
_SHORT = 2
_FIRST = 4
"""So many tools stand in a group of their own, which the lowest window has room for."""


def groups(session: Session) -> tuple[tuple[str, ...], ...]:
    """Return the commands of the strip, in groups."""
    tools, measures = [tool.id for tool in session.tools], [tool.id for tool in session.measuring_tools]
    modes, sizes = ("mode.new", "mode.add", "mode.sub"), ("view.fit", "view.actual_size")
    return tuple(tools[:_FIRST]), tuple(tools[_FIRST:]), modes, tuple(measures), ("edit.undo", "edit.redo"), sizes, ("case.done",)


class Strip(QWidget):
    """Buttons for some commands, in groups; none of them ever takes the focus.

    In a narrow window their words give way to the picture, in a low one the last groups but one do: all of them are in the menus.
    """

    def __init__(self, commands: Commands, groups: Sequence[Sequence[str]], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._commands = commands
        self._buttons: dict[str, StripButton] = {}
        self._groups: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(5, 6, 5, 6)
        column.setSpacing(0)
        for place, names in enumerate(groups):
            group = QWidget(self)
            inner = QVBoxLayout(group)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(1)
            if place:
                inner.addSpacing(4)
                inner.addWidget(_rule(group))
                inner.addSpacing(4)
            for name in names:
                self._buttons[name] = StripButton(theme, group)
                self._buttons[name].setDefaultAction(commands.actions[name])
                inner.addWidget(self._buttons[name])
            self._groups.append(group)
            column.addWidget(group)
        column.addStretch(1)

    def narrow(self, narrow: bool) -> None:
        """Leave the words away, or say them again."""
        for button in self._buttons.values():
            button.wordless(narrow)
        for widget in (*self._groups, self):  # at once, not one after the other: what stands beside is laid out now
            widget.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """See Qt; a low window is no reason to grow."""
        return QSize(super().minimumSizeHint().width(), self._groups[0].sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt; what has no room is left out from below, but for the last group."""
        super().resizeEvent(event)
        room = self.contentsRect().height() - 12 - self._groups[-1].sizeHint().height()
        for group in self._groups[:-1]:
            room -= group.sizeHint().height()
            group.setVisible(room >= 0)

    def retranslate(self) -> None:
        """Say the buttons in the current language, each with its key."""
        for name, button in self._buttons.items():
            button.setAccessibleName(self._commands.text_of(name))
            button.show_key(self._commands.short_key(name))

    def turn(self, turned: bool, names: Sequence[str]) -> None:
        """Mark the buttons whose meaning is turned round while Ctrl is held."""
        for name in names:
            button = self._buttons[name]
            button.setProperty("turned", turned)
            button.style().unpolish(button)
            button.style().polish(button)

    def turned(self) -> tuple[str, ...]:
        """Return the commands that are marked so."""
        return tuple(name for name, button in self._buttons.items() if button.property("turned"))


class StripButton(QToolButton):
    """An icon, its word, and its key at the right where that is a single letter."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._key = ""
        self._wordless = False
        self._shown: tuple[object, ...] = ()
        self.setIconSize(QSize(_ICON, _ICON))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def actionEvent(self, event: QActionEvent) -> None:
        """See Qt; only another word or another drawing is a reason to lay the strip out anew."""
        action = event.action()
        if event.type() is QEvent.Type.ActionChanged and action is self.defaultAction():
            shown = action.iconText(), action.icon().cacheKey(), action.isVisible(), action.isCheckable()
            if shown == self._shown:
                self._follow(action)
                return
            self._shown = shown
        super().actionEvent(event)

    def _follow(self, action: QAction) -> None:
        """Be as the action is that is drawn as before; only what is another is told to Qt."""
        tip, on = action.toolTip(), action.isEnabled()
        if tip != self.toolTip():
            self.setToolTip(tip)
        if on == self.testAttribute(Qt.WidgetAttribute.WA_ForceDisabled):
            self.setEnabled(on)
        self.setChecked(action.isChecked())

    def show_key(self, key: str) -> None:
        """Show this key, if it is short."""
        self._key = key if len(key) <= _SHORT else ""
        self.updateGeometry()
        self.update()

    def wordless(self, wordless: bool) -> None:
        """Show icon and key alone, or the word too."""
        if wordless != self._wordless:
            self._wordless = wordless
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """See Qt."""
        metrics = self.fontMetrics()
        key = metrics.horizontalAdvance(self._key) + 2 * _GAP if self._key else 0
        word = 0 if self._wordless else metrics.horizontalAdvance(self.text())
        return QSize(2 * _MARGIN + _ICON + (_GAP if word else 0) + word + key, max(_HEIGHT, metrics.height() + 8))

    def minimumSizeHint(self) -> QSize:
        """See Qt."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt; the style draws the ground, the words stand in columns."""
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        inside = self.rect().adjusted(_MARGIN, 0, -_MARGIN, 0)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        middle = Qt.AlignmentFlag.AlignVCenter
        self.icon().paint(painter, QRect(inside.left(), 0, _ICON, self.height()), Qt.AlignmentFlag.AlignCenter, mode)
        painter.setPen(self._theme.colour("text" if self.isEnabled() else "faded"))
        if not self._wordless:
            painter.drawText(inside.adjusted(_ICON + _GAP, 0, 0, 0), middle, self.text())
        painter.setPen(self._theme.colour("quiet" if self.isEnabled() else "faded"))
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, self._key)
        painter.end()


def _rule(parent: QWidget) -> QFrame:
    rule = QFrame(parent)
    rule.setProperty("role", "rule")
    rule.setFixedHeight(1)
    return rule
