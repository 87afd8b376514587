"""What is selected, measured: area, perimeter, axes and values of the pixels that are saved; and the commands that copy and draw it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from annotator.gui.actions import ActionSpec, Desk
from annotator.gui.part import Part, PartWidget
from annotator.gui.verbs import has_image, has_selection, toggle_axes
from annotator.i18n import mark, message
from annotator.present.sizes import Sizes, sizes, table_rows
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.sizing import Sizing

_APART = 5


class Table(QVBoxLayout):
    """A name and a value a row; it is as wide as the longest row, where columns would be as wide as the longest name and value."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__()
        self._parent = parent
        self._rows: list[tuple[QLabel, QLabel]] = []
        self.setSpacing(2)

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show these rows alone."""
        while len(self._rows) < len(rows):
            name, value = QLabel(self._parent), QLabel(self._parent)
            name.setProperty("role", "quiet")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(name)
            row.addWidget(value, 1)
            self.addLayout(row)
            self._rows.append((name, value))
        for labels, texts in zip_longest(self._rows, rows, fillvalue=None):
            for label, text in zip(labels or (), texts or ("", ""), strict=True):
                label.setText(text)
                label.setVisible(texts is not None)


class MeasuresPart(PartWidget):
    """What is selected, and below it the lesion that it belongs to."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._sizing = Sizing(session.tasks, lambda: self.refresh(Topic.DOCUMENT))
        self._own, self._lesion, self._note = Table(self), Table(self), QLabel(self)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 4)
        column.setSpacing(_APART)
        column.addLayout(self._own)
        column.addLayout(self._lesion)
        column.addWidget(self._note)

    def refresh(self, topic: Topic) -> None:
        """Show the measures of what is selected now."""
        found = sizes(self._session, self._sizing) or Sizes(())
        self._own.show_rows(found.rows)
        self._lesion.show_rows(found.lesion)
        self._note.setText(found.note)
        self._note.setVisible(bool(found.note))
        self.setAccessibleDescription("\n".join(f"{name} {value}" for name, value in (*found.rows, *found.lesion)))

    def retranslate(self) -> None:
        """Say the measures in the current language."""
        self.refresh(Topic.DOCUMENT)


def _copy(session: Session, desk: Desk) -> None:
    QGuiApplication.clipboard().setText(table_rows(session))
    session.say(message("Copied: number, category, area, perimeter, long and short axis, width, height, length, unit, "
                        "mean, σ, lowest, highest, unit"))  # fmt: skip


PART = Part(
    id="measures",
    text=mark("Measures"),
    build=lambda session, look: MeasuresPart(session),
    below=True,
    topics=(Topic.PROJECT, Topic.SERIES, Topic.IMAGE, Topic.PICTURE, Topic.DOCUMENT, Topic.SELECTION),
    wanted=lambda session: session.image is not None and bool(session.selection),
    entries={
        "menu.measure": (
            ActionSpec(
                *("measure.axes", mark("Axes of the selection"), ("Ctrl+Alt+X",), toggle_axes),
                tip=mark("Draw the long axis of what is selected, and the longest line upright on it, as they are measured"),
                checked=lambda session, desk: desk.legend.axes,
                enabled=has_image,
            ),
            ActionSpec(
                *("measure.copy", mark("Copy the measures"), ("Ctrl+Alt+C",), _copy),
                tip=mark("A line for each selected annotation, to be pasted into a table"),
                enabled=has_selection,
            ),
        )
    },
)
