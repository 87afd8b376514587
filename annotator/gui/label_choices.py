"""The labels of what is imported, how many annotations bear each, and a choice of the category that each is taken as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QWidget

from annotator.gui.fields import ChoiceField
from annotator.i18n import mark, translate
from annotator.workspace.exchange.meanings import Said

_ROWS = 6
"""So many labels are seen without scrolling."""


@dataclass(frozen=True)
class LabelRow:
    """A label with the number of its annotations, the categories (key → name) that it may mean, and the one it is taken as."""

    said: Said
    count: int
    categories: Sequence[tuple[str, str]]
    category: str


class LabelChoices(QScrollArea):
    """A line a label; Tab goes through the choices, an arrow opens one, its digit chooses and Backspace leaves out."""

    chosen = Signal(object, str)
    """A person chose a category (its key; empty: none) for a label."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("import.labels")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.fields: dict[Said, ChoiceField] = {}

    def show_labels(self, rows: Sequence[LabelRow]) -> None:
        """Show these labels; where they are those that are there, each choice keeps the keyboard."""
        if list(self.fields) != [row.said for row in rows]:
            self._lay_out(rows)
        for row in rows:
            self.fields[row.said].offer(row.categories, row.category, translate(mark("(leave out)")))

    def _lay_out(self, rows: Sequence[LabelRow]) -> None:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(3, 1)
        several = len({row.said.modality for row in rows}) > 1
        for column, text in enumerate((mark("Label"), mark("Modality"), mark("Annotations"), mark("Taken as"))):
            heading = QLabel(translate(text), body)
            heading.setProperty("role", "quiet")
            heading.setVisible(several or column != 1)
            grid.addWidget(heading, 0, column)
        self.fields = {}
        for place, row in enumerate(rows, 1):
            name, count, field = QLabel(row.said.label, body), QLabel(f"{row.count:,}", body), ChoiceField(body)
            name.setTextFormat(Qt.TextFormat.PlainText)
            name.setBuddy(field)
            field.setObjectName(f"import.label.{place}")
            field.setAccessibleName(row.said.label)
            field.answered.connect(lambda key, said=row.said: self.chosen.emit(said, key))
            field.passed.connect(field.focusNextChild)
            grid.addWidget(name, place, 0)
            if several:
                grid.addWidget(QLabel(row.said.modality, body), place, 1)
            grid.addWidget(count, place, 2, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(field, place, 3)
            self.fields[row.said] = field
        grid.setRowStretch(len(rows) + 1, 1)
        self.setWidget(body)
        line = next(iter(self.fields.values())).sizeHint().height() + 4 if self.fields else 0
        self.setFixedHeight(min(body.sizeHint().height(), line * _ROWS + heading.sizeHint().height() + 8))
