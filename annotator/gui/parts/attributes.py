"""What the project asks about the selected annotation, or the one drawn last: a form drawn from the attributes, and a note."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from annotator.domain.attribute import CHOICE, NUMBER, YES_NO, Attribute
from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.fields import ChoiceField, LineField
from annotator.gui.part import Part, PartWidget
from annotator.gui.verbs import has_image
from annotator.i18n import mark, say, translate
from annotator.present.attributes import Form, Question, asks, form, subjects
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_NARROW, _BROAD = 70, 92

Field = ChoiceField | LineField


class AttributePart(PartWidget):
    """The form; each answer is one edit, and Enter goes to the next question and at the end back to the picture."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._form: Form | None = None
        self._asked: tuple[Attribute, ...] = ()
        self._fields: list[tuple[QLabel, Field]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._note_label, self._note = QLabel(self), LineField(self)
        self._note.setObjectName("attribute.note")
        self._connect(self._note, lambda text: self._session.annotate(self._numbers, text))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 4)
        column.addLayout(self._grid)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out(())

    @property
    def _numbers(self) -> tuple[int, ...]:
        return self._form.numbers if self._form else ()

    def refresh(self, topic: Topic) -> None:
        """Ask about what is selected now."""
        found = form(self._session)
        if self._form is not None and (found is None or found.numbers != self._form.numbers or topic is Topic.IMAGE):
            self._drop_typing()
        asked = tuple(question.attribute for question in found.questions) if found else self._asked
        if asked != self._asked:
            self._lay_out(asked)
        self._form = found
        self.headed.emit("" if self._asked else translate(mark("Note")), found.title if found else "")
        for place, (label, field) in enumerate(self._fields):
            question = found.questions[place] if found and place < len(found.questions) else None
            field.setEnabled(found is not None)
            if question is not None:
                _show(label, field, question)
        self._note.put(found.note if found else "")

    def retranslate(self) -> None:
        """Say the questions in the current language."""
        self._note_label.setText(translate(mark("Note")))
        self._note.setAccessibleName(translate(mark("Note")))
        self.refresh(Topic.DOCUMENT)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """See Qt; the first question without an answer gets the keyboard, else the first one."""
        questions = self._form.questions if self._form else ()
        waiting = [place for place, question in enumerate(questions) if question.missing or question.wrong]
        waiting += [place for place, question in enumerate(questions) if not question.value]
        self._fields[(waiting or [0])[0]][1].setFocus(Qt.FocusReason.TabFocusReason)

    def _lay_out(self, asked: tuple[Attribute, ...]) -> None:
        """Make a field for each attribute; the note stands below them."""
        for label, field in self._fields[: len(self._asked)]:
            for widget in (label, field):
                self._grid.removeWidget(widget)
                widget.setParent(None)
                widget.deleteLater()
        self._asked = asked
        self._fields = [(QLabel(self), self._field(attribute)) for attribute in asked]
        self._fields.append((self._note_label, self._note))
        before: QWidget = self
        for row, (label, field) in enumerate(self._fields):
            label.setBuddy(field)
            label.setWordWrap(True)
            label.setMinimumWidth(_NARROW)
            label.setMaximumWidth(_BROAD)
            label.setProperty("role", "quiet")
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(field, row, 1)
            label.show()
            field.show()
            self.setTabOrder(before, field)
            before = field

    def _field(self, attribute: Attribute) -> Field:
        chosen = attribute.kind in (CHOICE, YES_NO)
        field: Field = ChoiceField(self) if chosen else LineField(self, number=attribute.kind == NUMBER)
        field.setObjectName(f"attribute.{attribute.key}")
        self._connect(field, lambda value: self._session.answer(self._numbers, attribute, value))
        return field

    def _connect(self, field: Field, tell: Callable[[str], bool]) -> None:
        field.answered.connect(lambda value: self._hear(tell, value))
        field.passed.connect(lambda: self._go_on(field))
        if isinstance(field, LineField):
            field.left.connect(self.put_away.emit)

    def _hear(self, tell: Callable[[str], bool], value: str) -> None:
        """Tell the session an answer; what it refuses does not stay in its field as if it were given."""
        if not tell(value):
            self.refresh(Topic.DOCUMENT)

    def _go_on(self, field: Field) -> None:
        """Go to the question after this one; after the last one that is no note, back to the picture."""
        places = [place for place, (_, own) in enumerate(self._fields) if own is field]
        following = places[0] + 1 if places else len(self._fields)
        if following < len(self._fields) - 1:
            self._fields[following][1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.put_away.emit()

    def _drop_typing(self) -> None:
        """What was being typed belongs to another annotation."""
        for _, field in self._fields:
            if isinstance(field, LineField):
                field.setModified(False)


def _show(label: QLabel, field: Field, question: Question) -> None:
    label.setText(f"{question.label}\N{NO-BREAK SPACE}*" if question.attribute.required else question.label)
    label.setMinimumWidth(min(max(label.fontMetrics().horizontalAdvance(label.text()) + 2, _NARROW), _BROAD))
    state = "wrong" if question.wrong else "missing" if question.missing else ""
    if field.property("state") != state:
        field.setProperty("state", state)
        field.style().unpolish(field)
        field.style().polish(field)
    tip = say(question.wrong) if question.wrong else ""
    if question.missing:
        tip = translate(mark("Required before the case is done"))
    field.setToolTip(tip)
    field.setAccessibleName(question.label)
    empty = translate(mark("(different)")) if question.differs else "—"
    if isinstance(field, ChoiceField):
        field.offer(question.answers, question.value, empty)
    else:
        field.put(question.value, empty if question.differs else "")


def _wanted(session: Session) -> bool:
    return session.series is not None and bool(subjects(session)) and (asks(session) or bool(session.selection))


def _answer(session: Session, desk: Desk) -> None:
    """Where nothing is asked and nothing selected, the note of what was drawn last is meant: then that is selected."""
    if not _wanted(session):
        session.select(annotation.id for annotation in subjects(session))
    desk.show_part("attributes")


@wants(mark("select an annotation first"))
def _asks(session: Session, desk: Desk) -> bool:
    return has_image(session, desk) and form(session) is not None


PART = Part(
    id="attributes",
    text=mark("Attributes"),
    build=lambda session, look: AttributePart(session),
    below=True,
    topics=(Topic.PROJECT, Topic.SERIES, Topic.IMAGE, Topic.DOCUMENT, Topic.SELECTION),
    wanted=_wanted,
    entries={
        "menu.edit": (
            ActionSpec(
                *("attributes.answer", mark("Answer the attributes, note"), ("Q",), _answer),
                tip=mark("Put the keyboard into the first open question, else into the note; a digit chooses an answer, Enter goes on"),
                enabled=_asks,
            ),
        )
    },
)
