"""What is selected, measured: area, perimeter, axes and values of the pixels that are saved; and the commands that copy and draw it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout

from annotator.gui.actions import ActionSpec, Desk
from annotator.gui.part import Part, PartWidget
from annotator.gui.verbs import has_image, has_selection, toggle_axes
from annotator.i18n import mark, message
from annotator.present.sizes import sizes, table_rows
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.sizing import Sizing


class MeasuresPart(PartWidget):
    """A name and a value a row."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._sizing = Sizing(session.tasks, lambda: self.refresh(Topic.DOCUMENT))
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._note.setProperty("role", "quiet")
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.setSpacing(5)
        column.addLayout(self._grid)
        column.addWidget(self._note)

    def refresh(self, topic: Topic) -> None:
        """Show the measures of what is selected now."""
        found = sizes(self._session, self._sizing)
        rows = found.rows if found is not None else ()
        while len(self._rows) < len(rows):
            self._add_row()
        for place, (name, value) in enumerate(self._rows):
            there = place < len(rows)
            name.setVisible(there)
            value.setVisible(there)
            name.setText(rows[place][0] if there else "")
            value.setText(rows[place][1] if there else "")
        self._note.setText(found.note if found is not None else "")
        self._note.setVisible(bool(found is not None and found.note))
        self.setAccessibleDescription("\n".join(f"{name} {value}" for name, value in rows))

    def retranslate(self) -> None:
        """Say the measures in the current language."""
        self.refresh(Topic.DOCUMENT)

    def _add_row(self) -> None:
        name, value = QLabel(self), QLabel(self)
        name.setProperty("role", "quiet")
        value.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(name, len(self._rows), 0)
        self._grid.addWidget(value, len(self._rows), 1)
        self._rows.append((name, value))


def _copy(session: Session, desk: Desk) -> None:
    QGuiApplication.clipboard().setText(table_rows(session))
    session.say(message("Copied: number, category, area, perimeter, long and short axis, width, height, length, unit, "
                        "mean, σ, lowest, highest, unit"))  # fmt: skip


PART = Part(
    id="measures",
    text=mark("Measures"),
    build=lambda session, look: MeasuresPart(session),
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
