"""A clinical sheet before it is kept: its rows with a choice over each column, what is wrong marked in its cell, and who joins whom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
)

from annotator.domain.clinical_definition import ClinicalDefinition
from annotator.domain.clinical_join import Joined
from annotator.domain.finding import Severity
from annotator.errors import AnnotatorError
from annotator.gui.cover import Cover
from annotator.gui.mapped_table import MappedTable, Shown
from annotator.gui.theme import Theme
from annotator.i18n import language, mark, say, translate
from annotator.workspace.clinical import Preview
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_MOST, _PROBLEMS, _NAMES = 2000, 500, 12
_COUNTS: tuple[tuple[str, Callable[[Joined], tuple[str, ...]]], ...] = (
    (mark("joined: {count}"), lambda joined: tuple(joined.rows)),
    (mark("missing, patients without a row: {count}"), lambda joined: joined.missing),
    (mark("double: {count}"), lambda joined: tuple(joined.double)),
    (mark("unknown, rows of nobody: {count}"), lambda joined: tuple(entry.id for entry in joined.unknown)),
    (mark("class contradicts the folder: {count}"), lambda joined: tuple(joined.classes)),
    (mark("class from the sheet, to be moved: {count}"), lambda joined: tuple(joined.sorted)),
)


class ClinicalPart(Cover):
    """File, table, problems, counts, Apply."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(mark("Clinical sheet"))
        self._session, self._file = session, Path()
        self.seen: Preview | None = None
        self._error: AnnotatorError | None = None
        self._project = session.project.root
        self._place, self.pages = QLabel(self), QComboBox(self)
        self._place.setProperty("role", "quiet")
        self._place.setWordWrap(True)
        self.pages.setObjectName("clinical.pages")
        self.pages.activated.connect(lambda _item: self.read(self._file, self.pages.currentText()))
        colours = {name: theme.colour(name) for name in ("danger_ground", "warning_ground")}
        self._words = {Severity.ERROR: theme.colour("text"), Severity.REMARK: theme.colour("quiet")}
        self.table = MappedTable(colours, self)
        self.table.chosen.connect(self._map)
        self.problems = _list()
        self.problems.currentItemChanged.connect(lambda item, _before: self._go_to(item))
        self._counts = [QLabel(self) for _ in _COUNTS]
        counts = QGridLayout()
        counts.setHorizontalSpacing(18)
        counts.setVerticalSpacing(2)
        for place, label in enumerate(self._counts):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            counts.addWidget(label, place // 3, place % 3)
        above = QHBoxLayout()
        above.addWidget(self._place, 1)
        above.addWidget(self.pages)
        self.body.addLayout(above)
        self.body.addWidget(self.table, 3)
        self.body.addLayout(counts)
        self.body.addWidget(self.problems, 1)
        self._choose, self._apply = self.button(), self.button("main")
        self._choose.setObjectName("clinical.choose")
        self._choose.clicked.connect(self.choose)
        self._apply.setObjectName("clinical.apply")
        self._apply.clicked.connect(self.apply)
        self.setFocusProxy(self._choose)

    def refresh(self, topic: Topic) -> None:
        """Forget the sheet of another project."""
        if self._project != self._session.project.root:
            self._project, self.seen, self._error = self._session.project.root, None, None
        self._show()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self._choose.setText(translate(mark("Choose file…")))
        self._apply.setText(translate(mark("Apply")))
        self.pages.setAccessibleName(translate(mark("Sheet")))
        self.pages.setToolTip(translate(mark("Sheet")))
        self.table.setAccessibleName(translate(mark("Clinical sheet")))
        self.table.setToolTip(translate(mark("Which column of the project a heading is; recognised ones are filled in")))
        self.problems.setHeaderLabels([translate(mark("Row")), translate(mark("Column")), translate(mark("Problem"))])
        self.problems.setAccessibleName(translate(mark("Problem")))
        self._show()

    def choose(self) -> None:
        """Let a person choose the file; the dialog waits for nobody."""
        dialog = QFileDialog(self, translate(mark("Choose a clinical sheet")), str(self._file.parent) if self._file.name else "")
        dialog.setObjectName("clinical_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{translate(mark('Excel or CSV'))} (*.xlsx *.xlsm *.csv *.tsv *.txt *.xls)")
        dialog.setModal(False)
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def read(self, file: Path, page: str = "") -> None:
        """Read a file and show it."""
        self._file = file
        self.foot.setText(translate(mark("Reading…")))
        self._session.read_sheet(file, page, self._take)

    def apply(self) -> None:
        """Keep what is shown."""
        if self.seen is not None:
            self._apply.setEnabled(False)
            self._session.keep_sheet(self.seen, self.put_away.emit)

    def _take(self, found: Preview | AnnotatorError) -> None:
        self.seen, self._error = (None, found) if isinstance(found, AnnotatorError) else (found, None)
        self._show()

    def _map(self, place: int, key: str) -> None:
        definition, seen = self._session.project.project.clinical, self.seen
        if seen is None or definition is None:
            return
        heading = seen.table.headings[place]
        columns = {own: there for own, there in seen.columns.items() if there != heading and own != key}
        columns |= {key: heading} if key else {}
        self._session.map_sheet(seen, {column.key: columns.get(column.key, "") for column in definition.columns}, self._take)

    def _show(self) -> None:
        definition, seen = self._session.project.project.clinical, self.seen
        there = definition is not None and seen is not None
        for widget in (self.table, self.problems, *self._counts):
            widget.setVisible(there)
        self.pages.setVisible(there and seen is not None and bool(seen.table.others))
        self._apply.setEnabled(there and seen is not None and definition is not None and definition.id in seen.columns)
        if definition is None or seen is None:
            self._place.setText(translate(mark("Choose the sheet; its rows are shown here before anything is kept")))
            self.foot.setText(say(self._error.message) if self._error is not None else "")
            return
        table = seen.table
        place = mark("{file} — sheet {sheet}, headings in row {row}")
        self._place.setText(translate(place, file=seen.source, sheet=table.page, row=table.heading_row))
        self.pages.clear()
        self.pages.addItems(sorted((table.page, *table.others)))
        self.pages.setCurrentText(table.page)
        keys = {heading: key for key, heading in seen.columns.items()}
        named = [(column.key, column.name_en if language() == "en" else column.name) for column in definition.columns]
        self.table.show_sheet(self._shown(definition, seen), named, [keys.get(heading, "") for heading in table.headings])
        self._tell_problems(definition, seen)
        for label, (text, names) in zip(self._counts, _COUNTS, strict=True):
            _count(label, text, names(seen.joined))
        self.foot.setText(self._standing(seen))

    def _shown(self, definition: ClinicalDefinition, seen: Preview) -> Shown:
        places = {key: seen.table.place(heading) for key, heading in seen.columns.items()}
        blind = self._session.blind
        hidden = frozenset(place for key, place in places.items() if place is not None and not definition.shown(key, blind))
        wrong = {(p.row, place): self._said(definition, seen.joined, p.column, say(p.text))
                 for p in seen.joined.problems if (place := places.get(p.column)) is not None}  # fmt: skip
        rows = {p.row: say(p.text) for p in seen.joined.problems if not p.column}
        return Shown(seen.table.headings, seen.table.lines[:_MOST], wrong, rows, hidden)

    def _said(self, definition: ClinicalDefinition, joined: Joined, column: str, text: str) -> str:
        """What is wrong, without the class where that must not be seen."""
        if column == "" or definition.shown(column, self._session.blind):
            return text
        return translate(mark("the class of this row contradicts the patient's folder, or cannot be understood"))

    def _tell_problems(self, definition: ClinicalDefinition, seen: Preview) -> None:
        self.problems.clear()
        for problem in seen.joined.problems[:_PROBLEMS]:
            heading = seen.columns.get(problem.column, "")
            item = QTreeWidgetItem([str(problem.row), heading, self._said(definition, seen.joined, problem.column, say(problem.text))])
            item.setData(0, Qt.ItemDataRole.UserRole, (problem.row, heading))
            item.setForeground(2, self._words[problem.severity])
            self.problems.addTopLevelItem(item)
        self.problems.setVisible(bool(seen.joined.problems))

    def _standing(self, seen: Preview) -> str:
        told = [translate(mark("{count} problems, of which {errors} errors"), count=len(seen.joined.problems), errors=seen.joined.errors)]
        if seen.remembered:
            told.append(translate(mark("Columns used before for this kind of sheet")))
        if len(seen.table.lines) > _MOST:
            told.append(translate(mark("The first {count} rows are shown"), count=_MOST))
        return " · ".join(told)

    def _go_to(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and self.seen is not None:
            row, heading = item.data(0, Qt.ItemDataRole.UserRole)
            self.table.go_to(row, self.seen.table.place(heading) or 0)


def _list() -> QTreeWidget:
    made = QTreeWidget()
    made.setObjectName("clinical.problems")
    made.setColumnCount(3)
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    for section in (0, 1):
        made.header().setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
    return made


def _count(label: QLabel, text: str, names: tuple[str, ...]) -> None:
    label.setText(translate(text, count=len(names)))
    label.setProperty("role", "" if names else "quiet")
    label.setToolTip(", ".join(names[:_NAMES]) + (" …" if len(names) > _NAMES else ""))
    label.style().unpolish(label)
    label.style().polish(label)
