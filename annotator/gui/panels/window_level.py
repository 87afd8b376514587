"""Center and width of the shown range as two number fields, and the usual ranges with their keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from annotator.gui.panels.preset_buttons import PresetButtons
from annotator.i18n import mark, translate
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_FARTHEST = 1e7
_LEAST_FIELD = 54
_DECIMALS = 4
_LEAST_WIDTH = 10.0**-_DECIMALS


class LevelField(QDoubleSpinBox):
    """A number field that shows no needless zeros, tells its value when typing is over, and is ready to be overwritten when entered."""

    def __init__(self, name: str, least: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setDecimals(_DECIMALS)
        self.setRange(least, _FARTHEST)
        self.setSingleStep(10)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._entered_by_mouse = False
        for widget in (self, self.lineEdit()):
            widget.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.lineEdit().installEventFilter(self)
        self.lineEdit().setText(self.textFromValue(self.value()))

    def textFromValue(self, value: float) -> str:
        """See Qt."""
        return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".") or "0"

    def focusInEvent(self, event: QFocusEvent) -> None:
        """See Qt; what stands there is selected, so that typing replaces it."""
        super().focusInEvent(event)
        self._entered_by_mouse = event.reason() == Qt.FocusReason.MouseFocusReason
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt; the click that entered the field selects all of it, the next one places the cursor."""
        if event.type() is QEvent.Type.MouseButtonRelease and self._entered_by_mouse:
            self._entered_by_mouse = False
            if not self.lineEdit().hasSelectedText():
                self.selectAll()
        return super().eventFilter(watched, event)


class WindowLevel(QWidget):
    """Shows the session's window and sets it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("window_level")
        self._session = session
        self._following = False
        self.center = LevelField("window.center", -_FARTHEST, self)
        self.width_field = LevelField("window.width", _LEAST_WIDTH, self)
        self._labels = (QLabel(self), QLabel(self))
        self._buttons: PresetButtons | None = None
        self._crown = QWidget(self)
        fields = QHBoxLayout(self._crown)
        fields.setContentsMargins(7, 4, 4, 4)
        fields.setSpacing(6)
        for label, field in zip(self._labels, (self.center, self.width_field), strict=True):
            label.setBuddy(field)
            label.setProperty("role", "quiet")
            fields.addWidget(label)
            fields.addWidget(field, 1)
            field.setMinimumWidth(_LEAST_FIELD)
            field.valueChanged.connect(self._typed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(9, 0, 9, 2)
        self._column.setSpacing(0)

    @property
    def crown(self) -> QWidget:
        """The two fields, which stand in the line of the heading."""
        return self._crown

    def offer(self, buttons: PresetButtons) -> None:
        """Put the buttons of windows by name under the fields."""
        self._buttons = buttons
        self._column.addWidget(buttons)

    def type_center(self) -> None:
        """Put the keyboard into the Center field."""
        self.center.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self, topic: Topic) -> None:
        """Show the session's window."""
        window = self._session.window
        self._following = True
        self.center.setValue(window.center)
        self.width_field.setValue(window.width)
        self._following = False
        if self._buttons is not None:
            self._buttons.refresh()

    def retranslate(self) -> None:
        """Say labels and buttons in the current language."""
        words = (translate(mark("Center")), translate(mark("Width")))
        for label, field, text in zip(self._labels, (self.center, self.width_field), words, strict=True):
            label.setText(text)
            field.setAccessibleName(text)
        tip = translate(mark("Type a number; Enter gives the keys back to the picture"))
        self.center.setToolTip(tip)
        self.width_field.setToolTip(tip)
        if self._buttons is not None:
            self._buttons.retranslate()

    def _typed(self) -> None:
        if not self._following:
            self._session.set_window(self.center.value(), self.width_field.value())
