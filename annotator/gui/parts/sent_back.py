"""Why the open case came back, as long as it waits to be done again by whoever is at work."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout

from annotator.domain.course import State
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


class SentBackPart(PartWidget):
    """The reason, and quietly the day and how it is sent on."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self._session = session
        self.reason, self._how = QLabel(self), QLabel(self)
        self.reason.setObjectName("sent_back.reason")
        self.reason.setProperty("role", "warning")
        self._how.setProperty("role", "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.setSpacing(2)
        for label in (self.reason, self._how):
            label.setWordWrap(True)
            column.addWidget(label)

    def refresh(self, topic: Topic) -> None:
        """Show the reason as it was written."""
        step = self._session.standing.returned if self._session.standing is not None else None
        self.reason.setText(step.reason if step is not None else "")
        self.headed.emit("", step.time[:10] if step is not None else "")

    def retranslate(self) -> None:
        """Say it in the current language."""
        self._how.setText(translate(mark("Correct it; Done sends it on again")))
        self.refresh(Topic.COURSE)


def _wanted(session: Session) -> bool:
    """Whether the open case came back to whoever may draw on it now; who draws it once more does not hear of the record."""
    standing = session.standing
    back = standing is not None and standing.state is State.REWORK and standing.returned is not None
    return back and not session.repeats and session.drawing_refused() is None


PART = Part(
    id="sent_back",
    left=True,
    text=mark("Sent back to be done again"),
    build=SentBackPart,
    topics=(Topic.PROJECT, Topic.SERIES, Topic.COURSE),
    wanted=_wanted,
    first=True,
)
