"""Review the open case: what is to be done, the corrections with their reasons, and pass, send back or discard."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.domain.correction import Correction
from annotator.domain.course import State
from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.fields import ChoiceField, LineField
from annotator.gui.flow import Flow
from annotator.gui.panels.rows import TALL, ListRow, RowList
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.review import correction_texts, standing_text
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_MOST = 4
WHY = "why"


class ReviewPart(PartWidget):
    """The panel; drawing goes on beside it: a reason is asked here, never in the way."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self._session = session
        self._case, self._begun = "", dict[str, str]()  # what is being written of cases that were left meanwhile
        self.state, self._heading = QLabel(self, wordWrap=True), QLabel(self)
        self.state.setObjectName("review.state")
        self._heading.setProperty("role", "quiet")
        self.list = RowList("review.corrections", look, self)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.list.activated.connect(lambda _index: self.put_away.emit())
        self.choice, self.other = ChoiceField(self), LineField(self)
        self.choice.setObjectName("review.reason")
        self.other.setObjectName("review.other")
        self.choice.answered.connect(self._explain)
        self.choice.passed.connect(self._next)
        self.other.answered.connect(self._explain)
        self.other.passed.connect(self._next)
        self.other.left.connect(self.put_away.emit)
        self.verdict, self.back, self.gone = (QPushButton(self) for _ in range(3))
        self.verdict.setProperty("role", "main")
        self.why = LineField(self)
        self.why.setObjectName("review.why")
        self.why.left.connect(self.put_away.emit)
        self.why.passed.connect(lambda: self.back.setFocus(Qt.FocusReason.TabFocusReason))
        verbs = ((self.verdict, "pass", self._pass), (self.back, "back", self._send_back), (self.gone, "discard", self._discard))
        for button, name, run in verbs:
            button.setObjectName(f"review.{name}.button")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAutoDefault(True)
            button.clicked.connect(run)
        grid = QGridLayout()
        grid.setSpacing(6)
        grid.addWidget(self.verdict, 0, 0, 1, 2)
        grid.addWidget(self.why, 1, 0, 1, 2)
        leaving = QWidget(self)
        beside = Flow(leaving)  # in a narrow column one stands below the other
        beside.setSpacing(6)
        beside.addWidget(self.back)
        beside.addWidget(self.gone)
        grid.addWidget(leaving, 2, 0, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(6)
        inside = QVBoxLayout()
        inside.setContentsMargins(12, 0, 12, 0)
        inside.setSpacing(6)
        inside.addWidget(self.state)
        inside.addWidget(self._heading)
        below = QVBoxLayout()
        below.setContentsMargins(12, 0, 12, 0)
        below.setSpacing(6)
        below.addWidget(self.choice)
        below.addWidget(self.other)
        below.addLayout(grid)
        column.addLayout(inside)
        column.addWidget(self.list)
        column.addLayout(below)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for before, after in pairwise((self.list, self.choice, self.other, self.verdict, self.why, self.back, self.gone)):
            self.setTabOrder(before, after)

    @property
    def chosen(self) -> Correction | None:
        """The correction of the chosen row, the first one without a reason while none is chosen."""
        found, place = self._session.corrections, self.list.currentIndex().row()
        return found[place] if 0 <= place < len(found) else None

    def refresh(self, topic: Topic) -> None:
        """Show how the review stands and what was corrected."""
        self._turn_to_case(topic)
        found = self._session.corrections
        self.state.setText(standing_text(self._session))
        self.list.rows.take(tuple(self._row(correction) for correction in found))
        self.list.setVisible(bool(found))
        self.list.setFixedHeight(TALL * min(max(len(found), 1), _MOST))
        if found and not self.list.currentIndex().isValid():
            self._go(next((n for n, c in enumerate(found) if not c.reason), 0))
        counted = translate(mark("Corrections: {count}"), count=len(found))
        self._heading.setText(counted if found else translate(mark("Nothing was corrected")))
        self._ask()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.list.setAccessibleName(translate(mark("Corrections of this review")))
        self.choice.setAccessibleName(translate(mark("Reason for the correction")))
        self.other.setAccessibleName(translate(mark("Another reason for the correction")))
        self.verdict.setText(translate(mark("Pass")))
        self.verdict.setToolTip(translate(_PASS_TIP))
        self.why.setAccessibleName(translate(_WHY))
        self.why.put(self.why.text(), translate(_WHY))
        self.back.setText(translate(mark("Send back")))
        self.gone.setText(translate(mark("Discard the case")))
        for field in (self.choice, self.other, self.why, self.verdict, self.back, self.gone):
            field.ensurePolished()
            field.setMinimumHeight(field.sizeHint().height())  # a crowded column presses them flat
        self.refresh(Topic.REVIEW)

    def _turn_to_case(self, topic: Topic) -> None:
        """What is being written of a case stays with it, and the keyboard goes on to the picture of the next one."""
        if topic is Topic.PROJECT:
            self._begun, self._case = {}, ""
            self.why.clear()
        review = self._session.review
        if review is not None and review.case != self._case:
            self._begun |= {self._case: self.why.text()} if self.why.text() else {}
            self._case = review.case
            self.why.setText(self._begun.pop(review.case, ""))
            there = QApplication.focusWidget()
            if there is not None and self.isAncestorOf(there):
                self.put_away.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """See Qt; the reason of the first correction that has none is asked."""
        found = self._session.corrections
        if found:
            self._go(next((n for n, c in enumerate(found) if not c.reason), 0))
            (self.choice if self.choice.isVisible() else self.other).setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.verdict.setFocus(Qt.FocusReason.TabFocusReason)

    def ask(self, what: str) -> None:
        """Ask why the case is sent back or discarded, if that is what is asked for."""
        if what == WHY:
            self.why.setFocus(Qt.FocusReason.TabFocusReason)

    def _row(self, correction: Correction) -> ListRow:
        upper, lower = correction_texts(self._session, correction)
        colour = self._session.colours.get(correction.change.subject.category, (255, 255, 255))
        return ListRow((correction.image, correction.number), colour, upper, lower, "" if correction.reason else "!")

    def _ask(self) -> None:
        correction, offered = self.chosen, self._session.project.project.reviewing.reasons
        reason = correction.reason if correction is not None else ""
        words = translate(mark("Reason for the correction…"))
        self.choice.offer([(text, text) for text in offered], reason if reason in offered else "", words)
        self.choice.setVisible(correction is not None and bool(offered))
        self.other.setVisible(correction is not None)
        self.other.put("" if reason in offered else reason, translate(mark("Another reason for the correction")))

    def _chosen(self, now: QModelIndex, before: QModelIndex) -> None:
        correction = self.chosen
        if correction is not None and self.list.hasFocus():
            self._session.look_at(correction.image, correction.number if correction.change.after is not None else None)
            self.sought.emit(correction.change.subject.shape.bounds)
        self._ask()

    def _explain(self, reason: str) -> None:
        correction = self.chosen
        if correction is not None:
            self._session.give_reason(correction, reason)

    def _next(self) -> None:
        """Go to the next correction without a reason, or back to the picture when each has one."""
        found = self._session.corrections
        place = next((n for n, c in enumerate(found) if not c.reason), None)
        if place is None:
            self.put_away.emit()
        else:
            self._go(place)

    def _go(self, place: int) -> None:
        index = self.list.rows.index(place)
        self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _pass(self) -> None:
        pass_on(self._session)
        self.put_away.emit()

    def _send_back(self) -> None:
        self._leave(lambda why: self._session.send_back(why, State.SECOND_PASS))

    def _discard(self) -> None:
        self._leave(self._session.discard_reviewed)

    def _leave(self, leave: Callable[[str], None]) -> None:
        """Let the case leave the review for the reason that was written; where none was, it is asked for."""
        why = self.why.text()
        leave(why)
        if why.strip():
            self.why.put("", translate(_WHY))
            self.why.clear()
            self.put_away.emit()
        else:
            self.ask(WHY)


def pass_on(session: Session) -> None:
    """Give the verdict on the open case and go on to the next one; what lacks a reason is said and shown."""
    if session.pass_case():
        session.done()


_PASS_TIP = mark("Your verdict: the case is right as you see it, with your corrections; then the next case")
_WHY = mark("Why it is sent back or discarded")


def _reviews(session: Session) -> bool:
    return session.review is not None


@wants(mark("this case is not under review"))
def _reviewed(session: Session, desk: Desk) -> bool:
    return _reviews(session)


PART = Part(
    id="review",
    left=True,
    text=mark("Review"),
    build=ReviewPart,
    topics=(Topic.PROJECT, Topic.SERIES, Topic.REVIEW, Topic.COURSE, Topic.DOCUMENT),
    wanted=_reviews,
    first=True,
    entries={
        "menu.review": (
            ActionSpec(
                *("review.pass", mark("Pass the case"), ("Ctrl+Alt+P",), lambda session, desk: pass_on(session), _PASS_TIP),
                enabled=_reviewed,
                leaves=True,
            ),
            ActionSpec(
                *("review.panel", mark("Reasons and verdict"), ("Ctrl+Alt+K",), lambda session, desk: desk.show_part("review")),
                tip=mark("Give each correction its reason, pass, send back or discard"),
                enabled=_reviewed,
            ),
            ActionSpec(
                *("review.why", mark("Send back or discard…"), ("Ctrl+Alt+Y",), lambda session, desk: desk.show_part("review", WHY)),
                tip=mark("Write why; Enter goes to the button that sends the case back, Tab on to the one that discards it"),
                enabled=_reviewed,
            ),
        )
    },
)
