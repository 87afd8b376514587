"""Who else has the open case open now: one line each, as long as they have."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout

from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


class CompanyPart(PartWidget):
    """Names, machines and times."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self._session = session
        self.names = QLabel(self)
        self.names.setObjectName("company.names")
        self.names.setProperty("role", "warning")
        self.names.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.addWidget(self.names)

    def refresh(self, topic: Topic) -> None:
        """Show who is there now."""
        text = mark("{who}, since {time} ({machine})")
        lines = (translate(text, who=one.who, time=one.since[5:16].replace("T", " "), machine=one.machine) for one in self._session.company)
        self.names.setText("\n".join(lines))

    def retranslate(self) -> None:
        """Say it in the current language."""
        self.refresh(Topic.GUARD)


PART = Part(
    id="company",
    left=True,
    text=mark("Also open elsewhere"),
    build=CompanyPart,
    topics=(Topic.GUARD, Topic.SERIES, Topic.PROJECT),
    wanted=lambda session: bool(session.company),
)
