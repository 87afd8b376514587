"""Mark what is wrong with the shown image as such: tilt, unreadable, margin, rotation, noise, other; a digit each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout

from annotator.domain.inspection import MARKS
from annotator.gui.actions import ActionSpec, Desk
from annotator.gui.fields import LineField
from annotator.gui.keys import KEPT_KEYS
from annotator.gui.part import Part, PartWidget
from annotator.gui.positions import press_of
from annotator.gui.theme import Theme
from annotator.gui.verbs import has_image
from annotator.i18n import mark, translate
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


class InspectionPart(PartWidget):
    """Six buttons and a line; while it has the keyboard the digits mark, Enter says that it was looked at, arrows page."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__()
        self._session = session
        self.state = QLabel(self, wordWrap=True)
        self.state.setObjectName("inspection.state")
        self.state.setProperty("role", "quiet")
        self.company = QLabel(self, wordWrap=True)
        self.company.setObjectName("inspection.company")
        self.company.setProperty("role", "warning")
        self.buttons = {name: QPushButton(self) for name in MARKS}
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, (name, button) in enumerate(self.buttons.items()):
            button.setObjectName(f"inspection.{name}")
            button.setCheckable(True)
            button.setProperty("role", "view")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(partial(self._toggle, name))
            grid.addWidget(button, place // 2, place % 2)
        self.note, self.done = LineField(self), QPushButton(self)
        self.note.setObjectName("inspection.note")
        self.note.answered.connect(session.note_inspection)
        self.note.passed.connect(self.setFocus)
        self.note.left.connect(self.put_away.emit)
        self.done.setObjectName("inspection.done")
        self.done.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.done.clicked.connect(session.pass_inspection)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.setSpacing(6)
        column.addWidget(self.state)
        column.addWidget(self.company)
        column.addLayout(grid)
        column.addWidget(self.note)
        column.addWidget(self.done)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        keys = [*range(Qt.Key.Key_1, Qt.Key.Key_1 + len(MARKS)), Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Down]
        self.setProperty(KEPT_KEYS, [int(key) for key in keys])
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)

    def refresh(self, topic: Topic) -> None:
        """Show the marks of the shown image."""
        marked, found = self._session.marked, self._session.inspection
        for name, button in self.buttons.items():
            button.setChecked(name in marked.marks)
        self.note.put(marked.note, translate(mark("A word about this image")))
        count = sum(bool(one.marks) for one in found.images.values())
        inspected = translate(mark("Inspected · marked images: {count}"), count=count)
        if found.last is not None and found.last.person:
            inspected = f"{inspected} · {found.last.person}, {found.last.time[5:16].replace('T', ' ')}"
        others = ", ".join(dict.fromkeys(lease.who for lease in self._session.company))
        told = mark("{who} has these images open too: marks of both are kept, each with who and when")
        self.company.setText(translate(told, who=others) if others else "")
        self.company.setVisible(bool(others))
        self.state.setText(inspected if found.inspected else translate(mark("These images were not inspected yet")))

    def retranslate(self) -> None:
        """Say everything in the current language."""
        for number, (name, button) in enumerate(self.buttons.items(), 1):
            button.setText(f"{number}  {translate(MARKS[name])}")
            button.ensurePolished()
            button.setMinimumHeight(button.sizeHint().height())  # a crowded column presses them flat
        self.note.setAccessibleName(translate(mark("A word about this image")))
        self.done.setText(translate(mark("Inspected (Enter)")))
        self.done.setToolTip(translate(mark("The images of this case were looked at, as they are marked")))
        self.refresh(Topic.COURSE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        key, modifiers = press_of(event)
        number = key - Qt.Key.Key_1
        if modifiers or event.isAutoRepeat():
            super().keyPressEvent(event)
        elif 0 <= number < len(MARKS):
            self._toggle(list(MARKS)[number])
        elif key == Qt.Key.Key_Return:
            self._session.pass_inspection()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._session.page(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def _toggle(self, name: str, checked: bool = False) -> None:
        self._session.toggle_mark(name)


def _show(session: Session, desk: Desk) -> None:
    """Show the panel and give it the keyboard; where it is shown already, put it away."""
    session.choose_inspecting(not session.inspects)
    if session.inspects:
        desk.show_part("inspection")


PART = Part(
    id="inspection",
    text=mark("Image inspection"),
    build=InspectionPart,
    topics=(Topic.PROJECT, Topic.SERIES, Topic.IMAGE, Topic.COURSE, Topic.GUARD),
    wanted=lambda session: session.inspects and session.image is not None,
    first=True,
    entries={
        "menu.review": (
            ActionSpec(
                *("review.inspect", mark("Image inspection"), ("Ctrl+Alt+T",), _show),
                tip=mark("Mark tilt, unreadable, margin, rotation, noise or other by a digit; for every image, drawn on or not"),
                checked=lambda session, desk: session.inspects,
                enabled=has_image,
            ),
        )
    },
)
