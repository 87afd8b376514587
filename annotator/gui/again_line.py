"""The line below the worklist with which a manager gives cases once more: blindly or for practice, the chosen ones or a share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSpinBox, QWidget

from annotator.domain.person import NAMES, Role, known
from annotator.domain.rereading import DRAW, PRACTICE, REPEAT, Result
from annotator.i18n import mark, translate
from annotator.present.practice import not_ready
from annotator.workspace.session import Session

_SHARE = 5


class AgainLine(QWidget):
    """Who, how, and two buttons; `chosen` gives the cases, `then` is called when they were given."""

    def __init__(self, session: Session, chosen: Callable[[], Sequence[str]], then: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._chosen, self._then = session, chosen, then
        self._label, self.to, self.role, self.mode = QLabel(self), *(QComboBox(self) for _ in range(3))
        self.give, self.share, self.sample = QPushButton(self), QSpinBox(self), QPushButton(self)
        named = {self.to: "to", self.role: "role", self.mode: "mode", self.give: "give", self.share: "share", self.sample: "sample"}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label)
        for widget, name in named.items():
            widget.setObjectName(f"again.{name}")
            if widget is self.share:
                row.addSpacing(24)
            row.addWidget(widget)
        row.addStretch(1)
        for combo in (self.to, self.role, self.mode):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.share.setRange(1, 100)
        self.share.setValue(_SHARE)
        self.share.setSuffix(" %")
        self._label.setBuddy(self.to)
        self.to.currentIndexChanged.connect(lambda _place: self._fill_roles())
        self.give.clicked.connect(lambda: session.give_again(list(chosen()), *self._how, then))
        self.sample.clicked.connect(lambda: session.give_sample_again(self.share.value() / 100, *self._how, then))

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._label.setText(translate(mark("Once more to")))
        self.mode.clear()
        for mode, text in ((REPEAT, mark("blindly")), (PRACTICE, mark("as practice"))):
            self.mode.addItem(translate(text), mode)
        held = mark("Held against what the person drew before, or against the agreed version. Nothing of it changes")
        self.mode.setToolTip(translate(held))
        self.give.setText(translate(mark("Give chosen")))
        self.sample.setText(translate(mark("Give a sample")))
        self.sample.setToolTip(translate(mark("So much of the drawn cases; blindly: of those that the person drew")))
        self.share.setAccessibleName(translate(mark("Share of the drawn cases")))
        names = [person.name for person in self._session.people if not person.gone and person.roles & set(DRAW)]
        chosen = self.to.currentData()
        self.to.clear()
        for name in names:
            self.to.addItem(name, name)
        self.to.setCurrentIndex(max(0, self.to.findData(chosen)))
        self.sync()

    def sync(self) -> None:
        """Let the buttons be pressed that have something to do."""
        self.give.setEnabled(bool(self._chosen()) and self.to.count() > 0)
        self.sample.setEnabled(self.to.count() > 0)

    @property
    def _how(self) -> tuple[str, str, Role | None]:
        role = self.role.currentData()
        return str(self.to.currentData() or ""), str(self.mode.currentData() or REPEAT), Role(role) if role else None

    def _fill_roles(self) -> None:
        """Ask as what somebody draws where they may be both."""
        person = known(self._session.people, str(self.to.currentData() or ""))
        roles = [role for role in DRAW if person is not None and role in person.roles]
        self.role.clear()
        for role in roles:
            self.role.addItem(translate(NAMES[role]), role.value)
        self.role.setVisible(len(roles) > 1)


def mark_unready(combo: QComboBox, session: Session, results: Sequence[Result]) -> None:
    """Say beside the names of a list who has not passed their practice yet."""
    for place in range(combo.count()):
        person = known(session.people, str(combo.itemData(place) or ""))
        if person is not None:
            said = not_ready(results, person, session.project.project.practice)
            combo.setItemText(place, f"{person.name} · {said}" if said else person.name)
