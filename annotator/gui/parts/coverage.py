"""The specialist's lines and what answers them: gone to by a click or Enter, excused with a reason, disputed with a text."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QItemSelectionModel, QTimer
from PySide6.QtWidgets import QAbstractItemView, QLabel, QVBoxLayout

from annotator.domain.annotation import Annotation
from annotator.gui.fields import ChoiceField, LineField
from annotator.gui.panels.rows import TALL, ListRow, RowList
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.coverage import CoverageRow, coverage_rows, coverage_text
from annotator.workspace.notice import Topic
from annotator.workspace.passing import Sight
from annotator.workspace.session import Session

_LEAST, _MOST = 1, 4
EXCUSE, DISPUTE = "excuse", "dispute"
"""What the panel may be asked for."""


class CoveragePart(PartWidget):
    """How far the case is, a row for each line and each region without one, and below them what is said of the line that is meant."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self._session = session
        self._sight: Sight | None = None
        self._asked: tuple[str, Annotation | None]
        self._following, self._asked = False, ("", None)
        self.state = QLabel(self, wordWrap=True)
        self.state.setObjectName("coverage.state")
        self.state.setProperty("role", "quiet")
        self.list = RowList("coverage_list", look, self)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.selectionModel().selectionChanged.connect(self._go)
        self.list.clicked.connect(lambda _index: self._go())
        self.list.activated.connect(lambda _index: self._enter())
        self.reason, self.other, self.text = ChoiceField(self), LineField(self), LineField(self)
        fields = (self.reason, "coverage.excuse"), (self.other, "coverage.other"), (self.text, "coverage.dispute")
        for field, name in fields:
            field.setObjectName(name)
        self.reason.answered.connect(partial(self._say, EXCUSE))
        self.reason.passed.connect(self._said)
        self.other.answered.connect(partial(self._say, EXCUSE))
        self.text.answered.connect(partial(self._say, DISPUTE))
        for line in (self.other, self.text):
            line.passed.connect(self._said)
            line.left.connect(self._leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(5)
        form = QVBoxLayout()
        form.setContentsMargins(12, 0, 12, 0)
        form.setSpacing(5)
        head = QVBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.addWidget(self.state)
        for field, _ in fields:
            form.addWidget(field)
        column.addLayout(head)
        column.addLayout(form)
        column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Show the lines, which of them is meant, and look at the picture as its author did where one went to it."""
        session = self._session
        self._following = True
        rows = coverage_rows(session)
        self.state.setText(coverage_text(session))
        self.list.rows.take(tuple(map(_row, rows)))
        meant = session.meant_line
        self._choose(rows, meant)
        self.list.setVisible(bool(rows))
        self.list.setFixedHeight(TALL * min(max(len(rows), _LEAST), _MOST))
        self._show_form(meant)
        self._following = False
        if topic is Topic.PASS and session.sight is not None and session.sight is not self._sight:
            self._sight = session.sight
            self.sought_at.emit(self._sight.box, self._sight.zoom)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.list.setAccessibleName(translate(mark("Lines and answers")))
        self.reason.setAccessibleName(translate(mark("Why the line gets no answer")))
        self.other.setAccessibleName(translate(mark("Another reason")))
        self.text.setAccessibleName(translate(mark("What is said against the line's category")))
        self.refresh(Topic.DOCUMENT)

    def ask(self, what: str) -> None:
        """Ask for an excuse or a dispute of the line that is meant."""
        self._asked = what, self._session.meant_line
        self._show_form(self._session.meant_line)
        if what == DISPUTE:
            self.text.setFocus()
        elif what == EXCUSE:
            (self.reason if self._reasons else self.other).setFocus()

    @property
    def _reasons(self) -> tuple[str, ...]:
        return self._session.project.project.lines.excuses

    def _show_form(self, meant: Annotation | None) -> None:
        answer = self._session.coverage.of((meant.image, meant.id)) if meant is not None else None
        asked = self._asked[0] if self._asked[1] == meant else ""
        excuse, dispute = (answer.excuse, answer.dispute) if answer is not None else ("", "")
        known = excuse if excuse in self._reasons else ""
        self.reason.offer([(text, text) for text in self._reasons], known, translate(mark("No answer, because…")))
        self.other.put("" if known else excuse, translate(mark("Another reason")))
        self.text.put(dispute, translate(mark("Against the category: …")))
        excused = answer is not None and (asked == EXCUSE or bool(excuse))
        self.reason.setVisible(excused and bool(self._reasons))
        self.other.setVisible(excused)
        self.text.setVisible(answer is not None and (asked == DISPUTE or bool(dispute)))

    def _choose(self, rows: tuple[CoverageRow, ...], meant: Annotation | None) -> None:
        session = self._session
        chosen = {(a.image, a.id) for a in session.annotations if a.id in session.selection}
        member = (meant.image, meant.id) if meant is not None else None
        place = next((n for n, row in enumerate(rows) if row.member in chosen), None)
        place = next((n for n, row in enumerate(rows) if row.member == member), None) if place is None else place
        if place is None:
            self.list.selectionModel().clear()
        elif self.list.currentIndex().row() != place or not self.list.selectedIndexes():
            index = self.list.rows.index(place)
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(index)

    def _go(self) -> None:
        indexes = self.list.selectedIndexes()
        if self._following or not indexes:
            return
        if self.held():
            QTimer.singleShot(0, self, lambda: self.refresh(Topic.SELECTION))  # Qt is still on its way to the row
            return
        row = self.list.rows.rows[indexes[0].row()]
        found = self._session.document.find(*row.key) if isinstance(row.key, tuple) else None
        if found is None:
            return
        if self._session.coverage.of((found.image, found.id)) is not None:
            self._session.go_to_line(found)
        else:
            self._session.go_to_region(found)
            self.sought.emit(found.shape.bounds)

    def _enter(self) -> None:
        self._go()
        self.put_away.emit()

    def _say(self, what: str, words: str) -> None:
        line = self._session.meant_line
        if line is not None:
            (self._session.dispute if what == DISPUTE else self._session.excuse)(line, words)

    def _said(self) -> None:
        """A reason was given: on to the next line, with the keyboard at the picture."""
        excused = self._asked[0] == EXCUSE
        self._leave()
        if excused and self._session.coverage.open:
            self._session.next_line(1)

    def _leave(self) -> None:
        self._asked = "", None
        self.put_away.emit()
        self.refresh(Topic.DOCUMENT)


def _row(row: CoverageRow) -> ListRow:
    right = " ".join(part for part in ("✓" if row.settled else "", row.place) if part)
    return ListRow(row.member, row.colour, row.text, row.state, right, f"{row.text}, {row.state}")


PART = Part(
    id="coverage",
    left=True,
    text=mark("Lines and answers"),
    build=CoveragePart,
    topics=(Topic.PROJECT, Topic.SERIES, Topic.IMAGE, Topic.DOCUMENT, Topic.SELECTION, Topic.PASS),
    wanted=lambda session: session.answering and session.image is not None,
)
