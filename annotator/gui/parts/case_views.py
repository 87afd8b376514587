"""The views of a mammography case: go to one, see how much is drawn on it, and say which view an image is where its header does not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout

from annotator.domain.facts import view
from annotator.domain.image import ImageKey
from annotator.gui.fields import ChoiceField
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark, message, translate
from annotator.present.views import ViewRow, has_views, view_remarks, view_rows
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


class ViewsPart(PartWidget):
    """A row an image: a button that shows it, how many annotations it has, and its view."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: list[tuple[ImageKey, QPushButton, QLabel, ChoiceField]] = []
        self._remarks = QLabel(self, wordWrap=True)
        self._remarks.setProperty("role", "warning")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.setSpacing(6)
        column.addLayout(self._grid)
        column.addWidget(self._remarks)

    def refresh(self, topic: Topic) -> None:
        """Show the case as it is now."""
        rows = view_rows(self._session)
        if [row.key for row in rows] != [key for key, *_ in self._rows]:
            self._lay_out(rows)
        for row, (_, button, count, field) in zip(rows, self._rows, strict=True):
            button.setText(row.code)
            button.setChecked(row.shown)
            button.setAccessibleName(translate(mark("Show the view {view}"), view=row.code))
            count.setText(str(row.count) if row.count else "·")
            count.setToolTip(translate(mark("Annotations: {count}"), count=row.count))
            field.offer([(name, name) for name in self._views], row.chosen, row.otherwise)
            field.setAccessibleName(translate(mark("View of the image {view}"), view=row.code))
        said = view_remarks(self._session)
        self._remarks.setText(said)
        self._remarks.setVisible(bool(said))

    def retranslate(self) -> None:
        """Say everything in the current language."""
        if has_views(self._session):
            self.refresh(Topic.DOCUMENT)

    @property
    def _views(self) -> tuple[str, ...]:
        modality = self._session.series.project_modality if self._session.series else None
        return modality.views if modality else ()

    def _lay_out(self, rows: tuple[ViewRow, ...]) -> None:
        for _, *widgets in self._rows:
            for widget in widgets:
                self._grid.removeWidget(widget)
                widget.setObjectName("")
                widget.hide()
                widget.deleteLater()
        self._rows = [self._row(place, row.key) for place, row in enumerate(rows)]

    def _row(self, place: int, key: ImageKey) -> tuple[ImageKey, QPushButton, QLabel, ChoiceField]:
        button, count, field = QPushButton(self), QLabel(self), ChoiceField(self)
        button.setObjectName(f"view.show.{place}")
        button.setCheckable(True)
        button.setProperty("role", "view")
        button.setMinimumWidth(64)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._go(key))
        count.setProperty("role", "quiet")
        count.setMinimumWidth(14)
        count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        field.setObjectName(f"view.choice.{place}")
        field.answered.connect(lambda value: self._choose(key, value))
        field.passed.connect(self.put_away.emit)
        for column, widget in enumerate((button, count, field)):
            self._grid.addWidget(widget, place, column)
            widget.show()
        return key, button, count, field

    def _go(self, key: ImageKey) -> None:
        if not self.held():
            self._session.show_image(key)
        self.refresh(Topic.IMAGE)
        self.put_away.emit()

    def _choose(self, key: ImageKey, value: str) -> None:
        if not self._session.say_of_case(message("View of an image: {view}", view=value or "–"), {view(key): value or None}):
            self.refresh(Topic.DOCUMENT)  # a refused change leaves the field as it was


def build(session: Session, look: Theme) -> ViewsPart:
    """Make the panel."""
    return ViewsPart(session)


PART = Part(
    id="views",
    text=mark("Views"),
    build=build,
    topics=(Topic.SERIES, Topic.IMAGE, Topic.DOCUMENT, Topic.CATALOGUE, Topic.PROJECT),
    wanted=has_views,
)
