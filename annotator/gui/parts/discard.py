"""Discard a case that cannot be used, with a reason, and take that back; a discarded case says so in the right column."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout

from annotator.domain.facts import DISCARD
from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.fields import ChoiceField, LineField
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark, message, translate
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_FRAMED, _INSET = 32, 8


def reasons(session: Session) -> tuple[str, ...]:
    """The reasons that the project offers."""
    discarding = session.project.project.discarding
    return discarding.reasons if discarding else ()


def discards(session: Session) -> bool:
    """Whether the project discards cases and one is open."""
    return session.project.project.discarding is not None and session.series is not None and session.series.project_modality is not None


def discard(session: Session, reason: str) -> bool:
    """Discard the open case, or give another reason for that."""
    return session.say_of_case(message("Discard the case: {reason}", reason=reason or "–"), {DISCARD: reason.strip()})


def keep(session: Session) -> bool:
    """Take it back."""
    return session.say_of_case(message("Use the case again"), {DISCARD: None})


class DiscardPart(PartWidget):
    """The reasons to choose from and a line for another one; for a discarded case its reason and the way back."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._state = QLabel(self, wordWrap=True)
        self._state.setObjectName("discard.state")
        self._choice, self._other, self._back = ChoiceField(self), LineField(self), QPushButton(self)
        self._choice.setObjectName("discard.reason")
        self._other.setObjectName("discard.other")
        self._back.setObjectName("discard.keep")
        self._back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._choice.answered.connect(lambda reason: self._say(reason) if reason else None)
        self._choice.passed.connect(self.put_away.emit)
        self._other.answered.connect(self._say)
        self._other.passed.connect(self.put_away.emit)
        self._other.left.connect(self.put_away.emit)
        self._back.clicked.connect(lambda: keep(self._session))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.setSpacing(6)
        for widget in (self._state, self._choice, self._other, self._back):
            column.addWidget(widget)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def refresh(self, topic: Topic) -> None:
        """Show whether the case is discarded."""
        reason = self._session.document.facts.get(DISCARD)
        discarded, offered = reason is not None, reasons(self._session)
        role = "discarded" if discarded else "quiet"
        if self._state.property("role") != role:
            self._state.setProperty("role", role)
            self._state.style().unpolish(self._state)
            self._state.style().polish(self._state)
        if discarded:
            self._state.setText(translate(mark("Discarded: {reason}"), reason=reason or translate(mark("no reason is given"))))
        else:
            self._state.setText(translate(mark("This case is used.")))
        self._state.setMinimumHeight(_FRAMED if discarded else 0)
        self._state.setIndent(_INSET if discarded else 0)
        known = reason if reason in offered else ""
        self._choice.offer([(text, text) for text in offered], known or "", translate(mark("Discard because of…")))
        self._choice.setVisible(bool(offered))
        self._other.put("" if known else reason or "", translate(mark("Another reason")))
        self._back.setVisible(discarded)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._back.setText(translate(mark("Use it again")))
        self._choice.setAccessibleName(translate(mark("Reason for discarding the case")))
        self._other.setAccessibleName(translate(mark("Another reason")))
        self.refresh(Topic.DOCUMENT)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """See Qt; the reasons get the keyboard."""
        (self._choice if reasons(self._session) else self._other).setFocus(Qt.FocusReason.TabFocusReason)

    def _say(self, reason: str) -> None:
        if reason.strip():
            discard(self._session, reason)
        self.refresh(Topic.DOCUMENT)


def build(session: Session, look: Theme) -> DiscardPart:
    """Make the panel."""
    return DiscardPart(session)


def _toggle(session: Session, desk: Desk) -> None:
    if DISCARD in session.document.facts:
        keep(session)
    else:
        desk.show_part(PART.id)


PART = Part(
    id="discard",
    text=mark("Usability"),
    build=build,
    topics=(Topic.SERIES, Topic.DOCUMENT, Topic.PROJECT),
    wanted=discards,
    entries={
        "menu.go": (
            ActionSpec(
                "case.discard",
                mark("Discard the case…"),
                ("Ctrl+D",),
                _toggle,
                tip=mark("Mark the case as unusable, with a reason; again: use it after all"),
                checked=lambda session, desk: DISCARD in session.document.facts,
                enabled=wants(mark("open a case first, in a project that discards cases"))(lambda session, desk: discards(session)),
            ),
        )
    },
)
