"""Two versions of the open case: each difference decided for one or both of them, by key or button, before the case is saved as one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QTimer
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout

from annotator.domain.conflict import Take
from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.panels.rows import TALL, ListRow, RowList
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.conflict import TAKEN, dispute_rows, version_text
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_LEAST, _MOST = 1, 5
_TIPS = {
    Take.FIRST: mark("Take this one as version A has it (Ctrl+Alt+1)"),
    Take.SECOND: mark("Take this one as version B has it (Ctrl+Alt+2)"),
    Take.BOTH: mark("Keep what both versions have (Ctrl+Alt+3)"),
}

_UNITING = mark("What was decided becomes the one version of the case (Ctrl+Alt+Enter); nothing is saved before")


class ConflictPart(PartWidget):
    """Which versions they are, the list of differences, and the buttons."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self._session, self._following, self._seen = session, False, False
        self.versions = QLabel(self)
        self.versions.setObjectName("conflict.versions")
        self.versions.setProperty("role", "quiet")
        self.versions.setWordWrap(True)
        self.list = RowList("conflict.list", look, self)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.selectionModel().currentRowChanged.connect(lambda *_: self._chose())
        self.list.activated.connect(lambda _index: self.put_away.emit())
        self.takes = {take: self._button(f"conflict.{take.value}", partial(session.decide, take)) for take in Take}
        self.done = self._button("conflict.unite", session.unite)
        self.done.setProperty("role", "main")
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in self.takes.values():
            row.addWidget(button)
        inside = QVBoxLayout()
        inside.setContentsMargins(12, 0, 12, 6)
        inside.setSpacing(6)
        inside.addLayout(row)
        inside.addWidget(self.done)
        head = QVBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.addWidget(self.versions)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.list)
        column.addLayout(inside)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Show what is to be decided, and which of it is in hand."""
        found = self._session.conflict
        if found is None:
            self._seen = False
            return
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, lambda: self._come_into_sight())
        rows = dispute_rows(self._session)
        self._following = True
        self.versions.setText("\n".join((version_text("A", found.first), version_text("B", found.second))))
        spoken = (", ".join((row.text, row.note, row.decided)) for row in rows)
        listed = zip(rows, spoken, strict=True)
        self.list.rows.take(tuple(ListRow(n, row.colour, row.text, row.note, row.decided, said) for n, (row, said) in enumerate(listed)))
        self.list.setFixedHeight(TALL * min(max(len(rows), _LEAST), _MOST))
        if rows and self.list.currentIndex().row() != found.current:
            index = self.list.rows.index(found.current)
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(index)
        for button in self.takes.values():
            button.setEnabled(bool(rows))
        self._following = False

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.list.setAccessibleName(translate(mark("Differences between the versions")))
        self.list.say_when_empty(translate(mark("The versions say the same")))
        for take, button in self.takes.items():
            button.setText(translate(TAKEN[take]))
            button.setToolTip(translate(_TIPS[take]))
            button.setAccessibleName(translate(_TIPS[take]))
        self.done.setText(translate(mark("Save as one")))
        self.done.setToolTip(translate(_UNITING))
        self.refresh(Topic.QUESTION)

    def _button(self, name: str, pressed: Callable[[], object]) -> QPushButton:
        made = QPushButton(self)
        made.setObjectName(name)
        made.setAutoDefault(True)
        made.clicked.connect(lambda: pressed())
        return made

    def _come_into_sight(self) -> None:
        """Scroll the column so that the buttons are seen."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(self.done)

    def _chose(self) -> None:
        if not self._following:
            self._session.go_to_dispute(self.list.currentIndex().row())


@wants(mark("this case has no two versions"))
def _conflict(session: Session, desk: Desk) -> bool:
    return session.conflict is not None


def _decides(take: Take) -> Callable[[Session, Desk], None]:
    def decide(session: Session, desk: Desk) -> None:
        session.decide(take)

    return decide


PART = Part(
    id="conflict",
    text=mark("Two versions"),
    build=ConflictPart,
    topics=(Topic.QUESTION, Topic.DOCUMENT, Topic.SERIES, Topic.PROJECT, Topic.SAVED),
    wanted=lambda session: session.conflict is not None,
    entries={
        "menu.edit": (
            ActionSpec("conflict.take_first", mark("Of two versions: take A"), ("Ctrl+Alt+1",), _decides(Take.FIRST), enabled=_conflict),
            ActionSpec("conflict.take_second", mark("Of two versions: take B"), ("Ctrl+Alt+2",), _decides(Take.SECOND), enabled=_conflict),
            ActionSpec("conflict.take_both", mark("Of two versions: keep both"), ("Ctrl+Alt+3",), _decides(Take.BOTH), enabled=_conflict),
            ActionSpec(
                *("conflict.save_one", mark("Save the two versions as one"), ("Ctrl+Alt+Return",)),
                lambda session, desk: session.unite(),
                enabled=_conflict,
            ),
        )
    },
)
