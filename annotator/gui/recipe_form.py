"""Put a recipe together: its steps in order, and below them a form of the chosen one, drawn from what the step asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.asked import Asked, Value, asked_of, values_of
from annotator.domain.recipe import KINDS, Recipe, Step
from annotator.i18n import mark, translate
from annotator.present.previews import step_words


class StepList(QListWidget):
    """The steps; Del takes one out, Alt and an arrow move it."""

    gone = Signal()
    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        ways = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() == Qt.Key.Key_Delete:
            self.gone.emit()
        elif event.key() in ways and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(ways[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


class Number(QDoubleSpinBox):
    """A number without zeros behind it; the wheel leaves it alone while it is not worked in."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def textFromValue(self, value: float) -> str:
        """See Qt."""
        return f"{value:.3f}".rstrip("0").rstrip(".")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See Qt."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class RecipeForm(QWidget):
    """The steps and the form; `changed` tells that the recipe is another one."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._steps: list[Step] = []
        self.add, self.steps = QComboBox(self), StepList(self)
        self.add.setObjectName("recipe.add")
        self.steps.setObjectName("recipe.steps")
        self.steps.setMinimumHeight(96)
        self.steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.up, self.down, self.remove = (QPushButton(self) for _ in range(3))
        for button, name in ((self.up, "up"), (self.down, "down"), (self.remove, "remove")):
            button.setObjectName(f"recipe.{name}")
            button.setAutoDefault(True)
        self._form = QWidget(self)
        self._rows = QFormLayout(self._form)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setVerticalSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        moving = QHBoxLayout()
        moving.setSpacing(6)
        for button in (self.up, self.down, self.remove):
            moving.addWidget(button)
        column.addWidget(self.add)
        column.addWidget(self.steps, 1)
        column.addLayout(moving)
        column.addWidget(self._form)
        self.add.activated.connect(self._add)
        self.steps.currentRowChanged.connect(lambda _row: self._draw())
        self.steps.gone.connect(self._remove)
        self.steps.moved.connect(self._move)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.remove.clicked.connect(self._remove)

    @property
    def recipe(self) -> Recipe:
        """The steps as they are chosen."""
        return tuple(self._steps)

    def put(self, recipe: Recipe) -> None:
        """Show a recipe."""
        self._steps = list(recipe)
        self._list(0 if recipe else -1)
        self.changed.emit()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.add.clear()
        self.add.addItem(translate(mark("Add a step…")), -1)
        for place, kind in enumerate(KINDS):
            self.add.addItem(translate(kind.text), place)
        self.add.setAccessibleName(translate(mark("Add a step…")))
        self.steps.setAccessibleName(translate(mark("Steps of the recipe")))
        for button, text in ((self.up, mark("Earlier")), (self.down, mark("Later")), (self.remove, mark("Take out"))):
            button.setText(translate(text))
        self.up.setToolTip(translate(mark("Alt+↑")))
        self.down.setToolTip(translate(mark("Alt+↓")))
        self._list(self.steps.currentRow())

    def _list(self, chosen: int) -> None:
        self.steps.blockSignals(True)
        self.steps.clear()
        for number, step in enumerate(self._steps, 1):
            self.steps.addItem(f"{number}  {step_words(step)}")
            self.steps.item(number - 1).setToolTip(step_words(step))
        self.steps.setCurrentRow(min(chosen, len(self._steps) - 1))
        self.steps.blockSignals(False)
        self._draw()

    def _add(self, place: int) -> None:
        kind = self.add.itemData(place)
        self.add.setCurrentIndex(0)
        if kind is not None and kind >= 0:
            after = self.steps.currentRow() + 1 if self._steps else 0
            self._steps.insert(after, KINDS[kind]())
            self._list(after)
            self.changed.emit()

    def _remove(self) -> None:
        row = self.steps.currentRow()
        if row >= 0:
            del self._steps[row]
            self._list(min(row, len(self._steps) - 1))
            self.changed.emit()

    def _move(self, way: int) -> None:
        row = self.steps.currentRow()
        if row >= 0 and 0 <= row + way < len(self._steps):
            self._steps[row], self._steps[row + way] = self._steps[row + way], self._steps[row]
            self._list(row + way)
            self.changed.emit()

    def _draw(self) -> None:
        """Draw the form of the chosen step."""
        while self._rows.rowCount():
            self._rows.removeRow(0)
        row = self.steps.currentRow()
        for button in (self.up, self.down, self.remove):
            button.setEnabled(row >= 0)
        if row < 0:
            return
        step = self._steps[row]
        values = values_of(step)
        for one in asked_of(step):
            if one.when is not None and values[one.when[0]] != one.when[1]:
                continue
            field = self._field(one, values[one.name])
            field.setObjectName(f"recipe.{one.name}")
            field.setAccessibleName(translate(one.text))
            if isinstance(field, QCheckBox):
                self._rows.addRow("", field)
            else:
                label = QLabel(translate(one.text), self._form)
                label.setBuddy(field)
                self._rows.addRow(label, field)

    def _field(self, one: Asked, value: Value) -> QWidget:
        if one.choices:
            choice = QComboBox(self._form)
            for known, words in one.choices:
                choice.addItem(translate(words), known)
            choice.setCurrentIndex(max(0, choice.findData(value)))
            choice.activated.connect(lambda place: self._choose(one.name, choice.itemData(place), again=True))
            return choice
        if isinstance(one.default, bool):
            tick = QCheckBox(translate(one.text), self._form)
            tick.setChecked(bool(value))
            tick.toggled.connect(lambda on: self._choose(one.name, on))
            return tick
        number = Number(self._form)
        number.setRange(one.least, one.most)
        number.setDecimals(0 if one.whole else 3)
        number.setKeyboardTracking(False)
        number.setSuffix(f" {one.unit}" if one.unit else "")
        number.setValue(float(value))
        number.valueChanged.connect(lambda now: self._choose(one.name, int(now) if one.whole else now))
        return number

    def _choose(self, name: str, value: Any, *, again: bool = False) -> None:
        row = self.steps.currentRow()
        self._steps[row] = replace(self._steps[row], **{name: value})
        words = step_words(self._steps[row])
        self.steps.item(row).setText(f"{row + 1}  {words}")
        self.steps.item(row).setToolTip(words)
        if again:
            self._draw()
        self.changed.emit()
