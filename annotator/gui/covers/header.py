"""The header of the shown image over the picture: every element, searched as one types, copied as text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHBoxLayout, QHeaderView, QLineEdit, QTreeView

from annotator import settings
from annotator.dicom.header_rows import HeaderRow
from annotator.domain.blindness import veiled
from annotator.domain.image import Image
from annotator.errors import AnnotatorError
from annotator.gui.cover import Cover
from annotator.gui.theme import Theme
from annotator.i18n import Message, mark, message, say, translate
from annotator.paths import in_words
from annotator.present.header import copied_rows, copied_value, found_rows, name_text, value_text
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session

HIDES_IDENTITY = "header.hides_identity"
"""The setting that veils who the patient is."""
_COLUMNS = (mark("Tag"), mark("VR"), mark("Name"), mark("Value"), mark("Bytes"))
_WIDTHS = (118, 38, 220)
_FOOT = 56
_BUTTONS = ("previous", "next", "value", "rows", "all")
AnyIndex = QModelIndex | QPersistentModelIndex


class HeaderModel(QAbstractTableModel):
    """The rows that were found, flat; `hide` veils who the patient is, `veil` what a blind project must not show."""

    def __init__(self, parent: QObject, look: Theme, session: Session) -> None:
        super().__init__(parent)
        self._look, self._session = look, session
        self.all: Sequence[HeaderRow] = ()
        self.shown: tuple[int, ...] = ()
        self.hide = False

    def take(self, rows: Sequence[HeaderRow], searched: str, *, hide: bool) -> None:
        """Show the rows in which the searched words stand."""
        self.beginResetModel()
        self.all, self.hide = rows, hide
        self.shown = found_rows(rows, searched)
        self.endResetModel()

    def row(self, place: int) -> HeaderRow:
        """Return the row in a place of the table."""
        return self.all[self.shown[place]]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        return translate(_COLUMNS[section]) if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        row, column = self.row(index.row()), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column == 2:
            return row.keyword or None
        if role == Qt.ItemDataRole.ToolTipRole and column == 3:
            return self._text(row, column) or None
        if role == Qt.ItemDataRole.ForegroundRole and (column in (0, 1, 4) or not row.vr or (row.private and column == 2)):
            return self._look.colour("quiet")
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 4:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, row: HeaderRow, column: int) -> str:
        if column == 0:
            return "  " * row.depth + row.tag
        if column == 2:
            return name_text(row)
        if column == 3:
            return veiled(value_text(row, hide=self.hide), self._session.project.project)
        return row.vr if column == 1 else str(row.length) if row.vr not in ("", "SQ") else ""


class HeaderPart(Cover):
    """Search, table, a switch for who the patient is, and buttons that copy; it follows the shown image."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__(mark("DICOM header"))
        self._session = session
        self._read: Image | None = None
        self._failure: Message | None = None
        self.rows: Sequence[HeaderRow] = ()
        self.search, self.identity = QLineEdit(self), QCheckBox(self)
        self.search.setObjectName("header.search")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._show())
        self.identity.setObjectName("header.identity")
        self.identity.setChecked(settings.read(HIDES_IDENTITY, default=False))
        self.identity.toggled.connect(self._switch)
        self.table = QTreeView(self)
        self.table.setObjectName("header.table")
        self.model = HeaderModel(self, look, session)
        self.table.setModel(self.model)
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAllColumnsShowFocus(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.header().setStretchLastSection(False)
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, width)
        self.table.header().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.table.header().resizeSection(4, 70)
        self.previous, self.next = self.button(), self.button()
        self.one, self.chosen, self.whole = self.button(), self.button(), self.button()
        self.foot.setMaximumHeight(_FOOT)
        for button, name in zip((self.previous, self.next, self.one, self.chosen, self.whole), _BUTTONS, strict=True):
            button.setObjectName(f"header.{name}")
        self.one.clicked.connect(self._copy_value)
        self.chosen.clicked.connect(self.copy)
        self.whole.clicked.connect(lambda: self._to_clipboard(copied_rows(self.rows, hide=self.model.hide)))
        self.previous.clicked.connect(lambda: self._session.page(-1))
        self.next.clicked.connect(lambda: self._session.page(1))
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.search, 1)
        line.addWidget(self.identity)
        self.body.addLayout(line)
        self.body.addWidget(self.table, 1)
        self.setFocusProxy(self.search)

    def refresh(self, topic: Topic) -> None:
        """Follow the shown image while the panel is open."""
        image = self._session.image
        if self.isHidden() or image is self._read:
            return
        self._read = image
        if image is None:
            self._take(())
            return

        def job() -> tuple[HeaderRow, ...]:
            from annotator.dicom.header_rows import header_rows

            return header_rows(image.path, image.key.frame)

        def done(rows: tuple[HeaderRow, ...]) -> None:
            if self._read is image:
                self._take(rows)

        def failed(error: Exception) -> None:
            if not isinstance(error, AnnotatorError):
                raise error
            if self._read is image:
                self._take((), error.message)

        self._session.tasks.run(job, done, failed)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.search.setPlaceholderText(translate(mark("Search tag, keyword, name or value")))
        self.search.setAccessibleName(self.search.placeholderText())
        self.identity.setText(translate(mark("Hide who the patient is")))
        self.table.setAccessibleName(translate(mark("DICOM header")))
        self.previous.setText(translate(mark("Previous image")))
        self.next.setText(translate(mark("Next image")))
        self.one.setText(translate(mark("Copy value")))
        self.chosen.setText(translate(mark("Copy rows")))
        self.whole.setText(translate(mark("Copy all")))
        self._show()

    def copy(self) -> None:
        """Copy the selected rows."""
        places = sorted({index.row() for index in self.table.selectedIndexes()})
        if places:
            self._to_clipboard(copied_rows([self.model.row(place) for place in places], hide=self.model.hide))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)

    def _copy_value(self) -> None:
        if self.table.currentIndex().isValid():
            self._to_clipboard(copied_value(self.model.row(self.table.currentIndex().row()), hide=self.model.hide))

    def _to_clipboard(self, text: str) -> None:
        QGuiApplication.clipboard().setText(veiled(text, self._session.project.project))

    def _switch(self, hide: bool) -> None:
        self._show()
        try:
            settings.remember({HIDES_IDENTITY: hide})
        except OSError:
            self._session.say(message("The settings could not be written"), Severity.WARNING)

    def _take(self, rows: Sequence[HeaderRow], failure: Message | None = None) -> None:
        self.rows, self._failure = rows, failure
        self._show()

    def _show(self) -> None:
        place = self.table.verticalScrollBar().value()
        same = self.model.all is not self.rows
        self.model.take(self.rows, self.search.text(), hide=self.identity.isChecked())
        if same:
            self.table.verticalScrollBar().setValue(place)
        image = self._read
        if self._failure is not None:
            self.foot.setText(say(self._failure))
        elif image is not None:
            shown, total = len(self.model.shown), len(self.rows)
            told = translate(
                mark("{path} · frame {frame} of {frames} · {shown} of {total} rows"),
                path=Path(image.path).name, frame=image.key.frame, frames=image.frames, shown=shown, total=total,
            )  # fmt: skip
            self.foot.setText(veiled(told, self._session.project.project))
            self.foot.setToolTip(veiled(in_words(image.path), self._session.project.project))
        else:
            self.foot.setText(translate(mark("No image is shown")))
