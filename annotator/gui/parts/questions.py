"""Questions pinned to the picture: asked in one line to somebody, answered by one key, and gone to by a click or Enter."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QVBoxLayout

from annotator.domain.asking import ANSWERS, LONGEST, SEE_TEXT, Pin
from annotator.domain.image import ImageKey
from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.fields import ChoiceField, LineField
from annotator.gui.keys import KEPT_KEYS
from annotator.gui.panels.rows import TALL, ListRow, RowList
from annotator.gui.part import Part, PartWidget
from annotator.gui.positions import press_of
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.questions import addressee_name, state_of
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_LEAST, _MOST = 1, 3
_OPEN, _ANSWERED = (255, 196, 61), (150, 158, 170)
_AROUND = 24.0
"""Image pixels around a pin that are brought into sight."""
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return)
NAME, ASK = "questions", "ask"
"""The name of the panel, and what it may be asked for: a new question."""


class _Questions(RowList):
    """The list; a digit answers the chosen question."""

    answered = Signal(str)

    def __init__(self, look: Theme, parent: PartWidget) -> None:
        super().__init__("question_list", look, parent)
        self.setProperty(KEPT_KEYS, [*(int(key) for key in _MOVES), *(ord("1") + place for place in range(len(ANSWERS)))])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        key, modifiers = press_of(event)
        place = key - ord("1")
        if not modifiers and 0 <= place < len(ANSWERS):
            self.answered.emit(tuple(ANSWERS)[place])
            return
        super().keyPressEvent(event)


class QuestionsPart(PartWidget):
    """The questions of the case, above them the form of a new one, or what a digit answers and a line for a text."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self._session = session
        self._following, self._chosen = False, 0
        self._said_to: tuple[ImageKey, int] | None = None
        self._begun: dict[tuple[ImageKey, int], str] = {}
        """What was begun to be answered in words to questions that are not chosen now."""
        self.state, self.hint = QLabel(self, wordWrap=True), QLabel(self, wordWrap=True)
        self.state.setObjectName("questions.state")
        for label in (self.state, self.hint):
            label.setProperty("role", "quiet")
        self.text, self.to, self.said = LineField(self), ChoiceField(self), LineField(self)
        for field, name in ((self.text, "questions.text"), (self.to, "questions.to"), (self.said, "questions.said")):
            field.setObjectName(name)
        for line in (self.text, self.said):
            line.setMaxLength(LONGEST)
        self._to = ""
        self.to.answered.connect(self._address)
        self.to.passed.connect(self.text.setFocus)
        self.text.textEdited.connect(session.write_draft)
        self.text.passed.connect(self._ask)
        self.text.left.connect(self._drop)
        self.said.passed.connect(lambda: self._answer(SEE_TEXT))
        self.said.left.connect(self.put_away)
        self.list = _Questions(look, self)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.selectionModel().selectionChanged.connect(self._go)
        self.list.clicked.connect(lambda _index: self._go())
        self.list.activated.connect(lambda _index: self._enter())
        self.list.answered.connect(self._answer)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(5)
        for widgets in ((self.state, self.to, self.text, self.hint, self.said), (self.list,)):
            inner = QVBoxLayout()
            inner.setContentsMargins(0 if self.list in widgets else 12, 0, 0 if self.list in widgets else 12, 0)
            inner.setSpacing(5)
            for widget in widgets:
                inner.addWidget(widget)
            column.addLayout(inner)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Show the questions of the case, and what is being asked."""
        self._following = True
        pins, numbers = self._session.pins, self._session.pin_numbers
        waiting = sum(pin.open for pin in pins)
        self.state.setText(translate(mark("Open questions: {count}"), count=waiting) if waiting else translate(mark("No open question")))
        self.list.rows.take(tuple(_row(pin, numbers[pin.number]) for pin in pins))
        place = next((n for n, pin in enumerate(pins) if pin.number == self._chosen), None)
        if place is None:
            place = next((n for n, pin in enumerate(pins) if pin.open), len(pins) - 1 if pins else None)
        if place is not None and (self.list.currentIndex().row() != place or not self.list.selectedIndexes()):
            self.list.selectionModel().setCurrentIndex(self.list.rows.index(place), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.list.setVisible(bool(pins))
        self.list.setFixedHeight(TALL * min(max(len(pins), _LEAST), _MOST))
        self._show_forms()
        self._following = False

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.list.setAccessibleName(translate(mark("Questions")))
        self.text.setAccessibleName(translate(mark("The question, in one line")))
        self.to.setAccessibleName(translate(mark("To whom")))
        self.said.setAccessibleName(translate(mark("The answer as a text")))
        told = [f"{place} {translate(words)}" for place, words in enumerate(ANSWERS.values(), 1)]
        self.hint.setText("   ".join(told))
        self.refresh(Topic.COURSE)

    def ask(self, what: str) -> None:
        """Begin a new question at the point under the pointer, or at the next one that is clicked."""
        if what == ASK:
            self.point_wanted.emit(self._begin)

    @property
    def chosen(self) -> Pin | None:
        """The question of the chosen row."""
        pins, places = self._session.pins, [index.row() for index in self.list.selectedIndexes()]
        return pins[places[0]] if places and places[0] < len(pins) else None

    def _begin(self, x: float, y: float) -> None:
        self._session.draft_at(x, y)
        self.show()
        self.refresh(Topic.COURSE)
        self.text.setFocus()

    def _show_forms(self) -> None:
        draft, chosen = self._session.draft, self.chosen
        asks = draft is not None
        if self.text.text() != (written := draft.text if draft is not None else ""):
            self.text.setText(written)
        self._turn_to(None if chosen is None else (chosen.image, chosen.number))
        offered = self._session.addressees
        if self._to not in offered:
            self._to = offered[0]
        self.to.offer([(to, addressee_name(to)) for to in offered], self._to, translate(mark("To whom")))
        self.text.setPlaceholderText(translate(mark("Question to {to}, Enter asks"), to=addressee_name(self._to)))
        self.said.setPlaceholderText(translate(mark("Answer in words, Enter answers")))
        self.to.setVisible(asks)
        self.text.setVisible(asks)
        answers = chosen is not None and chosen.open and not asks
        self.hint.setVisible(answers)
        self.said.setVisible(answers)

    def _turn_to(self, question: tuple[ImageKey, int] | None) -> None:
        """What is being answered stays with its question."""
        if question != self._said_to:
            if self._said_to is not None and self.said.text():
                self._begun[self._said_to] = self.said.text()
            self._said_to = question
            self.said.setText(self._begun.pop(question, "") if question is not None else "")

    def _address(self, to: str) -> None:
        self._to = to or self._to
        self._show_forms()

    def _ask(self) -> None:
        words = self.text.text()
        self._session.ask(words, self._to)
        self.put_away.emit()

    def _drop(self) -> None:
        self._session.drop_draft()
        self.put_away.emit()

    def _answer(self, given: str) -> None:
        """Answer the chosen question; a text that was written goes along, and “see the text” needs one."""
        pin, words = self.chosen, self.said.text().strip()
        if pin is None:
            return
        if given == SEE_TEXT and not words:
            self.said.setFocus()
            return
        self.said.clear()
        self._session.answer_question(pin, given, words)
        self.put_away.emit()

    def _go(self) -> None:
        pin = self.chosen
        if self._following or pin is None:
            return
        if self.held():
            QTimer.singleShot(0, self, lambda: self.refresh(Topic.SELECTION))  # Qt is still on its way to the row
            return
        self._chosen = pin.number
        self._session.show_image(pin.image)
        self.sought.emit((pin.x - _AROUND, pin.y - _AROUND, pin.x + _AROUND, pin.y + _AROUND))
        self._show_forms()

    def _enter(self) -> None:
        self._go()
        self.put_away.emit()


def _row(pin: Pin, number: int) -> ListRow:
    return ListRow(pin.number, _OPEN if pin.open else _ANSWERED, pin.text, state_of(pin), str(number), f"{pin.text}, {state_of(pin)}")


@wants(mark("open a case of the project first"))
def _may_ask(session: Session, desk: Desk) -> bool:
    return session.image is not None and session.series is not None and session.series.project_modality is not None


def _wanted(session: Session) -> bool:
    return session.image is not None and bool(session.pins or session.draft)


PART = Part(
    id=NAME,
    left=True,
    text=mark("Questions"),
    build=QuestionsPart,
    topics=(Topic.PROJECT, Topic.SERIES, Topic.IMAGE, Topic.COURSE),
    wanted=_wanted,
    entries={
        "menu.go": (
            ActionSpec(
                *("question.ask", mark("Ask about a point…"), ("Ctrl+Alt+Q",), lambda session, desk: desk.show_part(NAME, ASK)),
                tip=mark("Pins one line of text to the point under the pointer; the case waits for the answer"),
                enabled=_may_ask,
            ),
            ActionSpec(
                *("question.answer", mark("Questions of the case"), ("Ctrl+Alt+A",), lambda session, desk: desk.show_part(NAME)),
                tip=mark("1, 2 and 3 answer the chosen question"),
                enabled=wants(mark("nothing is asked about this case"))(lambda session, desk: bool(session.pins)),
            ),
        )
    },
)
