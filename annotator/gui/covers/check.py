"""Check the whole project from the window: run, cancel, what was found, and Enter on a finding shows its image."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QHeaderView, QLabel, QTableView, QWidget

from annotator.domain.blindness import veiled_message
from annotator.domain.finding import Finding, Severity
from annotator.errors import AnnotatorError
from annotator.gui.cover import Cover
from annotator.gui.running import RunLine
from annotator.gui.theme import Theme
from annotator.i18n import mark, message, say, translate
from annotator.workspace.examining import Examined
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

AnyIndex = QModelIndex | QPersistentModelIndex
_HEADINGS = (mark("Severity"), mark("Finding"), mark("File"))
_ALL, _ERRORS, _REMARKS = "all", Severity.ERROR.value, Severity.REMARK.value


class FindingsModel(QAbstractTableModel):
    """The findings as Qt wants them."""

    def __init__(self, session: Session, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._colours = session, {Severity.ERROR: look.colour("danger"), Severity.REMARK: look.colour("warning")}
        self.findings: tuple[Finding, ...] = ()

    def show(self, findings: tuple[Finding, ...]) -> None:
        """Show other findings."""
        self.beginResetModel()
        self.findings = findings
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(self.findings)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """See Qt."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        finding = self.findings[index.row()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            return self._colours[finding.severity]
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if index.column() == 0:
            return translate(mark("error")) if finding.severity is Severity.ERROR else translate(mark("remark"))
        if index.column() == 2:
            return finding.path if role == Qt.ItemDataRole.ToolTipRole else finding.path.rpartition("/")[2]
        return self.said(finding)

    def said(self, finding: Finding) -> str:
        """The sentence of a finding as whoever works here may read it."""
        return say(veiled_message(finding.message, self._session.project.project))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return translate(_HEADINGS[section])


class CheckPart(Cover):
    """A button that checks, a line that follows it, and the findings."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__(mark("Check the project"))
        self._session, self._root = session, session.project.root
        self.seen: Examined | None = None
        self.told, self._shown_label, self.which = QLabel(self), QLabel(self), QComboBox(self)
        self.told.setObjectName("check.told")
        self.told.setWordWrap(True)
        self.which.setObjectName("check.which")
        self.which.currentIndexChanged.connect(self._sift)
        self._shown_label.setBuddy(self.which)
        self.model, self.table = FindingsModel(session, look, self), QTableView(self)
        self._lay_out_table()
        self.running = RunLine("check", self)
        above = QHBoxLayout()
        above.addWidget(self.told, 1)
        above.addWidget(self._shown_label)
        above.addWidget(self.which)
        self.body.addLayout(above)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.running)
        self.show_image = self.button()
        self.show_image.setObjectName("check.show")
        self.show_image.clicked.connect(self._lead)
        self.begin = self.button("main")
        self.begin.setObjectName("check.begin")
        self.begin.clicked.connect(self.run)
        self.setFocusProxy(self.begin)

    def refresh(self, topic: Topic) -> None:
        """Forget what was found in another project."""
        if self._root != self._session.project.root:
            self._root, self.seen = self._session.project.root, None
            self._show()
        self._sync()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.begin.setText(translate(mark("Check now")))
        self.show_image.setText(translate(mark("Show the image")))
        self._shown_label.setText(translate(mark("Show")))
        self.table.setAccessibleName(translate(mark("Findings")))
        self.running.retranslate()
        chosen = self.which.currentData() or _ALL
        self.which.blockSignals(True)
        self.which.clear()
        for text, key in ((mark("All"), _ALL), (mark("Errors"), _ERRORS), (mark("Remarks"), _REMARKS)):
            self.which.addItem(translate(text), key)
        self.which.setCurrentIndex(self.which.findData(chosen))
        self.which.blockSignals(False)
        self.which.setAccessibleName(translate(mark("Show")))
        self._show()

    def run(self) -> None:
        """Check the project; what is unsaved is saved first."""
        if self._session.exchanging is None:
            run = self._session.examine(self._done)
            if self._session.exchanging is run:
                self.running.follow(run)
                self.running.stop.setFocus()
            self._sync()

    def _done(self, found: Examined | AnnotatorError | None) -> None:
        focused = self.running.stop.hasFocus()
        self.running.follow(None)
        if isinstance(found, Examined):
            self.seen = found
            self._show()
        else:
            self.told.setText(say(found.message if found is not None else message("Stopped. What was looked at is not looked at again")))
        self._sync()
        if focused:
            (self.table if self.model.findings else self.begin).setFocus()

    def _lead(self) -> None:
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.model.findings):
            self.put_away.emit()
            self._session.go_to(self.model.findings[row])

    def _show(self) -> None:
        seen = self.seen
        if seen is None:
            self.told.setText(translate(mark("Every rule of the project is held against everything that was saved in it")))
        else:
            tally = seen.tally
            told = mark("{images} images checked, {errors} errors, {remarks} remarks")
            said = [translate(told, images=tally.images, errors=tally.errors, remarks=tally.remarks)]
            rest = tally.errors + tally.remarks - len(seen.findings)
            more = mark("{count} more findings are not listed here; “annotator check --report” writes all of them")
            self.told.setText("\n".join([*said, *([translate(more, count=rest)] if rest > 0 else [])]))
        self._sift()

    def _sift(self) -> None:
        kind = self.which.currentData() or _ALL
        findings = self.seen.findings if self.seen is not None else ()
        self.model.show(tuple(finding for finding in findings if kind in (_ALL, finding.severity.value)))
        if self.model.findings:
            self.table.selectRow(0)
        self._sync()

    def _sync(self) -> None:
        self.begin.setEnabled(self._session.exchanging is None)
        self.show_image.setEnabled(bool(self.model.findings))
        row = self.table.currentIndex().row()
        chosen = self.model.findings[row] if 0 <= row < len(self.model.findings) else None
        self.foot.setText("" if chosen is None else f"{self.model.said(chosen)}\n{chosen.path}  ({chosen.check})")

    def _lay_out_table(self) -> None:
        self.table.setObjectName("check.table")
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.activated.connect(self._lead)
        self.table.selectionModel().currentRowChanged.connect(self._sync)
        header = self.table.horizontalHeader()
        for section, width in ((0, 76), (2, 230)):
            self.table.setColumnWidth(section, width)
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
