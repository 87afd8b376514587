"""What the open study shows, in free words: written in a field, and below it who wrote it and when; earlier versions in the tool tip."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout

from annotator.gui.actions import ActionSpec, wants
from annotator.gui.finding_edit import FindingEdit
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.present.study_findings import earlier, written
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


class FindingPart(PartWidget):
    """The field and a quiet line."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self._session = session
        self.text, self.state = FindingEdit(self), QLabel(self)
        self.text.setObjectName("finding.text")
        self.state.setObjectName("finding.state")
        self.state.setProperty("role", "quiet")
        self.state.setWordWrap(True)
        self.text.typed.connect(session.draft_finding)
        self.text.meant.connect(session.write_finding)
        self.text.left.connect(self.put_away.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.setSpacing(4)
        column.addWidget(self.text)
        column.addWidget(self.state)
        self.setFocusProxy(self.text)

    def refresh(self, topic: Topic) -> None:
        """Show what was written of the open study."""
        session = self._session
        versions = session.versions_of(session.study)
        self.text.put(session.study, versions[-1].text if versions else "", free=versions is not None and not session.project.read_only)
        self.state.setText(written(versions or ()))
        self.state.setVisible(bool(versions))
        self.setToolTip(earlier(versions or ()))

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.text.retranslate()
        self.refresh(Topic.COURSE)


def _wanted(session: Session) -> bool:
    """Whether a study is open; who draws a case once more does not read what was written of it."""
    return session.study != "" and not session.repeats


PART = Part(
    id="finding",
    text=mark("Finding of the study"),
    build=FindingPart,
    topics=(Topic.PROJECT, Topic.CATALOGUE, Topic.SERIES, Topic.COURSE),
    wanted=_wanted,
    last=True,
    left=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("finding.write", mark("Finding of the study…"), (), lambda session, desk: desk.show_part("finding")),
                tip=mark("Write in a few words what this study shows; the worklist finds it, no delivered file holds it"),
                enabled=wants(mark("open a study first"))(lambda session, desk: _wanted(session)),
            ),
        )
    },
)
