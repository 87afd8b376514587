"""A line above the picture for the tool in hand: how it is used, and its options, such as the size of a brush and its limits."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFrame, QHBoxLayout, QLabel, QWidget

from annotator.gui.panels.elided import Clauses
from annotator.i18n import translate
from annotator.present.sizes import UNSPACED
from annotator.tools.gesture import Option, Tool, Value
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_HEIGHT = 30
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class ToolBar(QFrame):
    """Draws the form of whatever options a tool has, and says its hint beside; it is there for every tool, so that the picture stays."""

    entered = Signal()
    """Enter or Esc: the keyboard is the picture's again."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tool_options")
        self._session = session
        self._tool: Tool | None = None
        self._fields: dict[str, QWidget] = {}
        self._labels: list[tuple[QLabel | QCheckBox, str]] = []
        self.setFixedHeight(_HEIGHT)
        self._hint = Clauses(Qt.TextElideMode.ElideRight, self)
        self._hint.setProperty("role", "quiet")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 0)
        self._row.setSpacing(6)
        self.hide()

    def refresh(self, topic: Topic) -> None:
        """Show the options of the tool in hand as they are set."""
        tool = self._session.tool
        if tool is not self._tool:
            for field in self._fields.values():
                if isinstance(field, QDoubleSpinBox):
                    field.interpretText()  # what was typed is told now, and this line may be another when that was heard
        if tool is not self._tool:
            self._tool = tool
            self._build(tool)
            self.retranslate()
        self.setVisible(self._session.image is not None)
        chosen = self._session.options
        for option in tool.options:
            means = option.when is None or chosen[option.when[0]] == option.when[1]
            for widget in (self._fields[option.name], *(label for label, name in self._labels if name == option.name)):
                widget.setVisible(means)
            if option.unspaced:
                chosen = {**chosen, option.name: self._meant(option, chosen[option.name])}
        for name, value in chosen.items():
            field = self._fields[name]
            field.blockSignals(True)
            if isinstance(field, QCheckBox):
                field.setChecked(bool(value))
            elif isinstance(field, QComboBox):
                field.setCurrentIndex(max(field.findData(value), 0))
            elif isinstance(field, QDoubleSpinBox) and not field.hasFocus():
                field.setValue(float(value))
            field.blockSignals(False)

    def _meant(self, option: Option, chosen: Value) -> Value:
        """What counts of an option that asks for the size of the pixels; where the shown image does not say it, there is no choice."""
        image, field = self._session.image, self._fields[option.name]
        spaced = image is None or image.spacing is not None
        if isinstance(field, QDoubleSpinBox):
            field.setSuffix(f" {option.unit if spaced else option.unspaced}")
            return chosen
        field.setEnabled(spaced)
        field.setToolTip(translate(option.tip if spaced else UNSPACED) if option.tip or not spaced else "")
        return chosen if spaced else option.unspaced

    def retranslate(self) -> None:
        """Say everything in the current language."""
        options = {option.name: option for option in self._tool.options} if self._tool else {}
        self._hint.say(translate(self._tool.hint) if self._tool and self._tool.hint else "")
        for label, name in self._labels:
            label.setText(translate(options[name].text))
        for name, field in self._fields.items():
            option = options[name]
            field.setToolTip(translate(option.tip) if option.tip else "")
            field.setAccessibleName(translate(option.text))
            if isinstance(field, QComboBox):
                for place, (_, words) in enumerate(option.choices):
                    field.setItemText(place, translate(words))
            if option.unspaced:
                self._meant(option, option.default)

    def _build(self, tool: Tool) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget is not self._hint:
                widget.deleteLater()
        self._fields, self._labels = {}, []
        for option in tool.options:
            field = self._field(tool, option)
            field.setObjectName(f"tool_options.{option.name}")
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._fields[option.name] = field
            label = field if isinstance(field, QCheckBox) else QLabel(self)
            self._labels.append((label, option.name))
            if label is not field:
                self._row.addWidget(label)
            self._row.addWidget(field)
        self._row.addSpacing(8 if tool.options else 0)
        self._row.addWidget(self._hint, 1)

    def _field(self, tool: Tool, option: Option) -> QWidget:
        """The field of an option; what was typed when another tool was taken in hand is of the tool that it was typed for."""

        def choose(name: str, value: Value) -> None:
            self._session.choose_option(name, value, tool)

        name = option.name
        if option.choices:
            box = QComboBox(self)
            for value, words in option.choices:
                box.addItem(words, value)
            box.activated.connect(lambda place: choose(name, str(box.itemData(place))))
            return box
        if isinstance(option.default, bool):
            tick = QCheckBox(self)
            tick.toggled.connect(lambda on: choose(name, on))
            return tick
        number = _Number(self)
        number.setRange(option.least, option.most)
        number.setDecimals(1 if option.most <= 1000 else 0)
        number.setKeyboardTracking(False)
        number.setSuffix(option.unit and f" {option.unit}")
        number.valueChanged.connect(lambda value: choose(name, float(value)))
        number.left.connect(self.entered)
        return number


class _Number(QDoubleSpinBox):
    """A number that Enter and Esc end, and the wheel leaves alone while it is not worked in."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        super().keyPressEvent(event)
        if event.key() in _ENDS:
            self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See Qt."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
