"""What narrows a list of cases: words, state, class, person and further filters in a row; below it a chip for each of those set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from annotator import settings
from annotator.domain.course import STATES
from annotator.domain.holdings import Holdings
from annotator.domain.queue import Narrowing, Wanted
from annotator.errors import system_cause
from annotator.gui.filter_popup import FilterPopup
from annotator.gui.flow import Flow
from annotator.i18n import mark, message, translate
from annotator.present import filters
from annotator.present.worklist import blind_to
from annotator.workspace.notice import Severity
from annotator.workspace.session import Session

_PAUSE = 150
"""Milliseconds after the last letter before the words are looked for."""
_VIEWS = "worklist.views"
_ALL, _NOBODY = "*", ""
_CHIP = 46
"""Signs of a chip."""


class CaseFilters(QWidget):
    """The filters; `changed` tells that another list is asked for, `done` that the keyboard belongs to the list."""

    changed = Signal()
    done = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._narrowing = session, Narrowing("", Wanted())
        self.chosen: dict[str, tuple[str, ...]] = {}
        self.words, self.state, self.of, self.who, self.views = QLineEdit(self), *(QComboBox(self) for _ in range(4))
        self.more, self.keep = QPushButton(self), QPushButton(self)
        named = {self.words: "words", self.state: "state", self.of: "class", self.who: "who", self.views: "views", self.more: "more",
                 self.keep: "keep"}  # fmt: skip
        for widget, name in named.items():
            widget.setObjectName(f"worklist.{name}")
        self.views.setEditable(True)
        self.views.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.more.setAutoDefault(True)
        self.popup = FilterPopup(self)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, pieces in ((first, (self.words, self.more)), (second, (self.state, self.of, self.who, self.views, self.keep))):
            row.setSpacing(8)
            for piece in pieces:
                row.addWidget(piece, int(piece in (self.words, self.views)))
        for combo in (self.state, self.of, self.who):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._line, self._only, self.widen = QWidget(self), QLabel(self), QPushButton(self)
        self._only.setObjectName("worklist.only")
        self.widen.setObjectName("worklist.widen")
        self.widen.setProperty("role", "link")
        self.widen.setAutoDefault(True)
        self._chips = list[QPushButton]()
        self._flow = Flow(self._line)
        self._flow.setSpacing(6)
        self._flow.addWidget(self._only)
        self._flow.addWidget(self.widen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self._line)
        self._wait = QTimer(self, singleShot=True, interval=_PAUSE)
        self._wait.timeout.connect(self.changed)
        self.words.textChanged.connect(lambda _text: self._wait.start())
        self.words.returnPressed.connect(self.done)
        for narrowing in (self.state, self.of, self.who):
            narrowing.activated.connect(lambda _place: self.changed.emit())
        self.views.activated.connect(lambda _place: self._take_view())
        self.keep.clicked.connect(self._keep_view)
        self.more.clicked.connect(self._offer)
        self.widen.clicked.connect(self._widen)
        self.popup.chosen_changed.connect(self.choose)
        self.setFocusProxy(self.words)

    def narrow(self, what: Narrowing) -> None:
        """Ask only for the cases that another part speaks of; what the filters said before does not count."""
        self.retranslate()
        self.words.blockSignals(True)
        self.words.clear()
        self.words.blockSignals(False)
        for combo in (self.state, self.of, self.who):
            combo.setCurrentIndex(0)
        chosen, left = filters.taken_out(what.wanted)
        name = what.name
        if len(left.states) == 1 and replace(left, states=()) == Wanted():  # the filter says it
            self.state.setCurrentIndex(max(0, self.state.findData(left.states[0])))
            name, left = "", Wanted()
        if left.states == filters.THERE and replace(left, states=()) == Wanted():
            name = translate(mark("cases that are not discarded"))
        self._narrowing = Narrowing(name if left != Wanted() else "", left)
        self.chosen = chosen
        self._show_chips()

    @property
    def wanted(self) -> Wanted:
        """What the filters ask for."""
        state, of, who = (combo.currentData() for combo in (self.state, self.of, self.who))
        only = self._narrowing.wanted
        of = "" if of in (None, _ALL) else of
        states = only.states if state in (None, _ALL) else (state,)
        none = (of and (only.unclassed or only.class_folder not in ("", of))) or (only.states and not set(states) <= set(only.states))
        asked = replace(
            only,
            text=self.words.text(),
            states=states,
            class_folder=of or only.class_folder,
            assignee=None if who in (None, _ALL) else who,
            cases=() if none else only.cases,
        )
        return filters.wanted(self.chosen, asked)

    @property
    def spoken(self) -> str:
        """What the filters ask for in words; empty where they let everything through."""
        combos = [combo.currentText() for combo in (self.state, self.of, self.who) if combo.currentData() not in (None, _ALL)]
        further = [filters.said(name, self.chosen[name]) for name in filters.DIMENSIONS if self.chosen.get(name)]
        return ", ".join(filter(None, (self.words.text().strip(), self._narrowing.name, *combos, *further)))

    def choose(self, chosen: filters.Chosen) -> None:
        """Narrow by these further filters."""
        self.chosen = {dimension: values for dimension, values in chosen.items() if values}
        self._show_chips()
        self.changed.emit()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.words.setPlaceholderText(translate(mark("Words in ids, names, remarks, descriptions, findings")))
        self.words.setAccessibleName(self.words.placeholderText())
        project, people = self._session.project.project, [person.name for person in self._session.people if not person.gone]
        states = [(translate(text), state.value) for state, text in STATES.items()]
        classes = () if blind_to(self._session) else (*project.classes, project.unclassified)
        _fill(self.state, translate(mark("Every state")), states)
        _fill(self.of, translate(mark("Every class")), [(name, name) for name in classes])
        _fill(self.who, translate(mark("Everybody's")), [(translate(mark("Nobody's")), _NOBODY), *((name, name) for name in people)])
        self.views.clear()
        for name in self._views():
            self.views.addItem(name, name)
        self.views.setCurrentIndex(-1)
        line = self.views.lineEdit()
        if line is not None:
            line.setPlaceholderText(translate(mark("Saved views")))
        self.of.setVisible(bool(classes))
        self.who.setVisible(bool(people))
        self.more.setText(translate(mark("More filters…")))
        self.more.setToolTip(translate(mark("Modality, plane, sex, age, device, finding")))
        self.keep.setText(translate(mark("Keep view")))
        self._show_chips()

    def _show_chips(self) -> None:
        """Say what is set besides the row above, each with a way to take it back."""
        for gone in self._chips:
            self._flow.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._chips = []
        self._flow.removeWidget(self.widen)
        for dimension in (name for name in filters.DIMENSIONS if self.chosen.get(name)):
            said = filters.said(dimension, self.chosen[dimension])
            short = said if len(said) <= _CHIP else f"{said[:_CHIP]}…"
            chip = QPushButton(f"{short}  ✕".replace("&", "&&"), self._line)
            chip.setObjectName(f"worklist.chip.{dimension}")
            chip.setProperty("role", "chip")
            chip.setAutoDefault(True)
            chip.setToolTip(translate(mark("{said}: take it back"), said=said))
            chip.clicked.connect(partial(self._drop, dimension))
            self._flow.addWidget(chip)
            self._chips.append(chip)
        self._flow.addWidget(self.widen)
        self._only.setText(translate(mark("Only: {what}"), what=self._narrowing.name))
        self._only.setVisible(bool(self._narrowing.name))
        self.widen.setText(translate(mark("All cases again")))
        self._line.setVisible(bool(self._narrowing.name or self.chosen))

    def _drop(self, dimension: str) -> None:
        self.choose({name: values for name, values in self.chosen.items() if name != dimension})
        self.words.setFocus()

    def _widen(self) -> None:
        self.narrow(Narrowing("", Wanted()))
        self.done.emit()
        self.changed.emit()

    def _offer(self) -> None:
        """Open the further filters as soon as it is counted what there is; where they are open, put them away."""
        if self.popup.isVisible():
            self.popup.hide()
            return
        project = self._session.project.project

        def told(held: Holdings) -> None:
            if self.isVisible():
                self.popup.put(filters.offered(project, held, self.chosen), self.chosen)
                self.popup.below(self.more)

        self._session.find_values(told)

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt."""
        super().hideEvent(event)
        self.popup.hide()

    def _views(self) -> dict[str, dict[str, settings.Value]]:
        found = settings.read(_VIEWS, dict[str, settings.Value]())
        return {name: view for name, view in found.items() if isinstance(view, dict)}

    def _keep_view(self) -> None:
        """Keep the filters under the name that was typed."""
        name = self.views.currentText().strip()
        if not name:
            self._session.say(message("Type a name for this view into the field before the button"))
            self.views.setFocus()
            return
        kept: dict[str, settings.Value] = {
            "words": self.words.text(), "state": str(self.state.currentData()), "class": str(self.of.currentData()),
            "who": str(self.who.currentData()), "more": {dimension: list(values) for dimension, values in self.chosen.items()},
        }  # fmt: skip
        try:
            settings.remember({_VIEWS: {**self._views(), name: kept}})
        except OSError as error:
            self._session.say(message("The view could not be kept: {reason}", reason=system_cause(error)), Severity.WARNING)
            return
        self.retranslate()
        self.views.setCurrentIndex(self.views.findData(name))

    def _take_view(self) -> None:
        view = self._views().get(str(self.views.currentData()))
        if view is None:
            return
        for combo, key in ((self.state, "state"), (self.of, "class"), (self.who, "who")):
            combo.setCurrentIndex(max(0, combo.findData(view.get(key, _ALL))))
        self.words.setText(str(view.get("words", "")))
        self._narrowing = Narrowing("", Wanted())
        self.choose(_chosen(view.get("more")))


def _chosen(kept: settings.Value) -> Mapping[str, tuple[str, ...]]:
    """The further filters of a kept view, as far as there are such."""
    told = kept if isinstance(kept, dict) else {}
    found = {name: tuple(map(str, values)) for name, values in told.items() if name in filters.DIMENSIONS and isinstance(values, list)}
    return {name: values[:1] if name in filters.ALONE else values for name, values in found.items()}


def _fill(combo: QComboBox, usual: str, choices: list[tuple[str, str]]) -> None:
    """Give a filter its choices, with what does not narrow first; what was chosen stays chosen."""
    chosen = combo.currentData()
    combo.clear()
    combo.addItem(usual, _ALL)
    for text, value in choices:
        combo.addItem(text, value)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
