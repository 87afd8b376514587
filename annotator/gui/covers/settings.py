"""A person's own settings: language, memory, for what a window is kept, how annotations look, mouse and wheel; each counts at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from annotator import settings
from annotator.errors import system_cause
from annotator.gui.cover import Cover
from annotator.gui.covers.appearance import AppearanceFields
from annotator.gui.idle import MINUTES, MOST_MINUTES, USUAL_MINUTES
from annotator.i18n import LANGUAGES, language, mark, message, say, translate
from annotator.workspace.appearance import Appearance
from annotator.workspace.hand import DEED_TEXTS, DRAGS, Deed, Hand
from annotator.workspace.levels import KEEP_TEXTS, Keep
from annotator.workspace.looking import MEMORY
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_LANGUAGE_NAMES = {"ko": "한국어", "en": "English"}
_FIELD = 216
"""Logical pixels that the longest choice needs in either language."""
_BROAD = 780
_LEAST_MEMORY, _MOST_MEMORY, _USUAL_MEMORY = 128, 65_536, 1024
_FLAGS: Mapping[str, str] = {
    "across_reversed": mark("Drag to the right: narrower window"),
    "down_reversed": mark("Drag up: darker"),
    "wheel_reversed": mark("Wheel away from you: next image"),
    "wheel_zooms": mark("The wheel zooms, Ctrl + wheel pages"),
}


class SettingsPart(Cover):
    """The settings in two columns, in a narrow window in one."""

    def __init__(self, session: Session) -> None:
        super().__init__(mark("Settings"))
        self._session, self._filling = session, False
        self._texts: list[tuple[QLabel | QCheckBox, str]] = []
        self.language, self.keep, self.memory = QComboBox(self), QComboBox(self), QSpinBox(self)
        self.language.setObjectName("settings.language")
        self.keep.setObjectName("settings.keep")
        self.memory.setObjectName("settings.memory")
        self.memory.setRange(_LEAST_MEMORY, _MOST_MEMORY)
        self.memory.setSingleStep(256)
        self.memory.setSuffix(" MB")
        self.memory.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.drags = {drag: self._choice(f"settings.drag.{drag}") for drag in DRAGS}
        self.appearance = AppearanceFields(session, self._use_appearance, self)
        self.flags = {name: self._check(name, text) for name, text in _FLAGS.items()}
        for code in LANGUAGES:
            self.language.addItem(_LANGUAGE_NAMES[code], code)
        both = QWidget(self)
        self._columns = QHBoxLayout(both)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(28)
        self._columns.addLayout(self._left(), 1)
        self._columns.addLayout(self._right(), 1)
        room = QScrollArea(self)
        room.setObjectName("quiet")
        room.setFrameShape(QFrame.Shape.NoFrame)
        room.setWidgetResizable(True)
        room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room.setWidget(both)
        self.body.addWidget(room, 1)
        self._usual = self.button()
        self._usual.clicked.connect(lambda: self._use(Hand()))
        self._keys: QPushButton = self.button()
        self._keys.clicked.connect(self._show_keys)
        self.language.activated.connect(lambda _index: self._press(f"language.{self.language.currentData()}"))
        self.keep.activated.connect(lambda _index: self._try(lambda: session.keep_windows(Keep(self.keep.currentData()))))
        self.memory.editingFinished.connect(self._remember_memory)

    def _left(self) -> QVBoxLayout:
        column, grid = QVBoxLayout(), QGridLayout()
        column.setSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(12)
        column.addWidget(self._caption(mark("General")))
        self.idle = QSpinBox(self)
        self.idle.setObjectName("settings.idle")
        self.idle.setRange(0, MOST_MINUTES)
        self.idle.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.idle.editingFinished.connect(self._remember_idle)
        rows = (
            (mark("Language"), self.language), (mark("Memory for images"), self.memory), (mark("Keep the window"), self.keep),
            (mark("Hide the pictures after"), self.idle),
        )  # fmt: skip
        for row, (text, field) in enumerate(rows):
            self._row(grid, row, text, field)
        column.addLayout(grid)
        column.addSpacing(12)
        column.addWidget(self._caption(mark("Directions")))
        for check in self.flags.values():
            column.addWidget(check)
        column.addSpacing(12)
        column.addWidget(self._caption(mark("How annotations look")))
        column.addWidget(self.appearance)
        column.addStretch(1)
        return column

    def _right(self) -> QVBoxLayout:
        column, grid = QVBoxLayout(), QGridLayout()
        column.setSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(12)
        column.addWidget(self._caption(mark("What the mouse does")))
        for row, (drag, field) in enumerate(self.drags.items()):
            self._row(grid, row, DRAGS[drag], field)
        column.addLayout(grid)
        column.addStretch(1)
        return column

    def _row(self, grid: QGridLayout, row: int, text: str, field: QWidget) -> None:
        label = QLabel(self)
        label.setBuddy(field)
        field.setMinimumWidth(_FIELD)
        self._texts.append((label, text))
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)
        grid.setColumnStretch(1, 1)

    def _caption(self, text: str) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", "quiet")
        self._texts.append((label, text))
        return label

    def _choice(self, name: str) -> QComboBox:
        field = QComboBox(self)
        field.setObjectName(name)
        field.activated.connect(lambda _index: self._take_hand())
        return field

    def _check(self, name: str, text: str) -> QCheckBox:
        field = QCheckBox(self)
        field.setObjectName(f"settings.{name}")
        field.clicked.connect(lambda _checked: self._take_hand())
        self._texts.append((field, text))
        return field

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt; the columns stand one below the other where there is no room beside."""
        super().resizeEvent(event)
        across, down = QHBoxLayout.Direction.LeftToRight, QHBoxLayout.Direction.TopToBottom
        self._columns.setDirection(across if self.width() >= _BROAD else down)

    def refresh(self, topic: Topic) -> None:
        """Show the settings as they are now."""
        hand = self._session.hand
        self.language.setCurrentIndex(self.language.findData(language()))
        self.keep.setCurrentIndex(self.keep.findData(self._session.kept.keep.value))
        self.memory.setValue(settings.read(MEMORY, _USUAL_MEMORY))
        self.idle.setValue(settings.read(MINUTES, USUAL_MINUTES))
        for drag, field in self.drags.items():
            field.setCurrentIndex(field.findData(hand.drags[drag].value))
        self.appearance.refresh()
        for name, check in self.flags.items():
            check.setChecked(bool(getattr(hand, name)))

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.appearance.retranslate()
        for widget, text in self._texts:
            widget.setText(translate(text))
            buddy = widget.buddy() if isinstance(widget, QLabel) else None
            if buddy is not None:
                buddy.setAccessibleName(translate(text))
        self.idle.setSuffix(translate(mark(" idle minutes")))
        self.idle.setSpecialValueText(translate(mark("never")))
        _fill(self.keep, {keep.value: KEEP_TEXTS[keep] for keep in Keep})
        for drag, field in self.drags.items():
            kept = [deed for deed in Deed if deed is not Deed.NOTHING or drag != "right"]
            _fill(field, {deed.value: DEED_TEXTS[deed] for deed in kept})
        self._usual.setText(translate(mark("Usual mouse")))
        self._keys.setText(translate(mark("Keys…")))
        self.foot.setText(translate(mark("Each change counts at once and is kept for you on this computer")))
        self.refresh(Topic.PROJECT)

    def _take_hand(self) -> None:
        drags = {drag: Deed(field.currentData()) for drag, field in self.drags.items()}
        flags = {name: check.isChecked() for name, check in self.flags.items()}
        self._use(replace(Hand(), drags=drags, **flags))

    def _use(self, hand: Hand) -> None:
        self._try(lambda: self._session.use_hand(hand))
        self.refresh(Topic.PROJECT)

    def _use_appearance(self, appearance: Appearance) -> None:
        self._try(lambda: self._session.use_appearance(appearance))

    def _remember_memory(self) -> None:
        value = self.memory.value()
        if value != settings.read(MEMORY, _USUAL_MEMORY):
            self._try(lambda: self._session.allow_memory(value))

    def _remember_idle(self) -> None:
        value = self.idle.value()
        if value != settings.read(MINUTES, USUAL_MINUTES):
            self._try(lambda: settings.remember({MINUTES: value}))

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except OSError as error:
            self.foot.setText(say(message("The settings could not be written: {reason}", reason=system_cause(error))))

    def _press(self, name: str) -> None:
        action = self.window().findChild(QAction, name, Qt.FindChildOption.FindChildrenRecursively)
        if action is not None:
            action.trigger()
            self.retranslate()

    def _show_keys(self) -> None:
        self.put_away.emit()
        self._press("help.keys")


def _fill(field: QComboBox, texts: Mapping[str, str]) -> None:
    """Give a field its choices in the current language; what is chosen stays chosen."""
    chosen = field.currentData()
    field.clear()
    for value, text in texts.items():
        field.addItem(translate(text), value)
    field.setCurrentIndex(max(field.findData(chosen), 0))
