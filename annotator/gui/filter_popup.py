"""The further filters, in a sheet below their button: a column for each dimension, a box for each value with the number of its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from annotator.gui.keys import OWN_KEYS
from annotator.i18n import mark, translate
from annotator.present.filters import ALONE, DIMENSIONS, Chosen, named

_PLACES = {"modality": (0, 0, 1), "finding": (1, 0, 1), "plane": (0, 1, 1), "sex": (1, 1, 1), "age": (0, 2, 2), "device": (0, 3, 2)}
"""Row, column and rows that a dimension takes."""
_MOST = 300
"""Pixels of height after which a list of values is scrolled."""
_LETTERS = 34
"""Signs of a value that are shown."""
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class _Values(QWidget):
    """The values of one dimension under its heading; arrows go from box to box."""

    changed = Signal(str, bool)

    def __init__(self, dimension: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.dimension, self.boxes = dimension, dict[str, QCheckBox]()
        self._heading, self._area = QLabel(self), QScrollArea(self)
        self._heading.setProperty("role", "quiet")
        self._area.setObjectName("quiet")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._heading)
        column.addWidget(self._area)
        column.addStretch(1)

    def put(self, offered: Sequence[tuple[str, int | None]]) -> None:
        """Show these values; what has the keyboard keeps it where its value is still there."""
        focused = next((value for value, box in self.boxes.items() if box.hasFocus()), None)
        within = QWidget(self._area)
        column = QVBoxLayout(within)
        column.setContentsMargins(2, 2, 10, 2)
        column.setSpacing(5)
        self.boxes = {}
        for value, count in offered:
            name = named(self.dimension, value)
            short = name if len(name) <= _LETTERS else f"{name[:_LETTERS]}…"
            self.boxes[value] = box = QCheckBox((short if count is None else f"{short}  ·  {count:,}").replace("&", "&&"), within)
            box.setObjectName(f"filters.{self.dimension}.{value or 'none'}")
            box.setToolTip(name if short != name else "")
            box.setAccessibleName(f"{translate(DIMENSIONS[self.dimension])}: {name}")
            box.clicked.connect(lambda checked, value=value: self.changed.emit(value, checked))
            column.addWidget(box)
        column.addStretch(1)
        self._area.setWidget(within)
        self._area.setFixedHeight(min(_MOST, within.sizeHint().height()))
        self._area.setMinimumWidth(within.sizeHint().width() + 12)
        self._heading.setText(translate(DIMENSIONS[self.dimension]))
        if focused in self.boxes:
            self.boxes[focused].setFocus()

    def check(self, chosen: Sequence[str]) -> None:
        """Show which values are chosen."""
        for value, box in self.boxes.items():
            box.setChecked(value in chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        step, boxes = _STEPS.get(Qt.Key(event.key()), 0), list(self.boxes.values())
        at = next((place for place, box in enumerate(boxes) if box.hasFocus()), None)
        if step and at is not None and 0 <= at + step < len(boxes):
            boxes[at + step].setFocus()
            self._area.ensureWidgetVisible(boxes[at + step], 0, 4)
        else:
            super().keyPressEvent(event)


class FilterPopup(QFrame):
    """The sheet over the window; each change is told at once (`chosen_changed`), Esc or a step out of it puts it away."""

    chosen_changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setProperty(OWN_KEYS, True)
        self.hide()
        self._button: QWidget | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._look_away)
        self._chosen: dict[str, tuple[str, ...]] = {}
        self._values = {dimension: _Values(dimension, self) for dimension in _PLACES}
        grid = QGridLayout()
        grid.setHorizontalSpacing(22)
        grid.setVerticalSpacing(14)
        for dimension, place in _PLACES.items():
            self._values[dimension].changed.connect(partial(self._change, dimension))
            grid.addWidget(self._values[dimension], *place, 1, Qt.AlignmentFlag.AlignTop)
        self.clear = QPushButton(self)
        self.clear.setObjectName("filters.clear")
        self.clear.setProperty("role", "link")
        self.clear.clicked.connect(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 14, 10)
        column.setSpacing(10)
        column.addLayout(grid)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignRight)

    def put(self, offered: Mapping[str, Sequence[tuple[str, int | None]]], chosen: Chosen) -> None:
        """Show what can be chosen and what is."""
        self._chosen = dict(chosen)
        for dimension, values in self._values.items():
            values.put(offered[dimension])
        self.clear.setText(translate(mark("Take all of them back")))
        self._show_chosen()
        self.adjustSize()

    def below(self, button: QWidget) -> None:
        """Show the sheet under a button, inside its window."""
        window, self._button = button.window(), button
        self.setParent(window)
        self.adjustSize()
        corner = button.mapTo(window, QPoint(0, button.height() + 4))
        self.move(max(4, min(corner.x(), window.width() - self.width() - 4)), max(4, min(corner.y(), window.height() - self.height() - 4)))
        self.show()
        self.raise_()
        next((box for values in self._values.values() for box in values.boxes.values()), self.clear).setFocus()

    def _change(self, dimension: str, value: str, chosen: bool) -> None:  # as Qt tells it
        rest = tuple(other for other in self._chosen.get(dimension, ()) if other != value)
        self._chosen[dimension] = ((value,) if dimension in ALONE else (*rest, value)) if chosen else rest
        self._show_chosen()
        self.chosen_changed.emit(dict(self._chosen))

    def _show_chosen(self) -> None:
        for dimension, values in self._values.items():
            values.check(self._chosen.get(dimension, ()))
        self.clear.setEnabled(any(self._chosen.values()))

    def _clear(self) -> None:
        self._chosen = {}
        self._show_chosen()
        self.chosen_changed.emit({})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            if self._button is not None:
                self._button.setFocus()
            return
        super().keyPressEvent(event)

    def _look_away(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and now is not self._button and not self.isAncestorOf(now):
            self.hide()
