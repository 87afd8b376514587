"""Sets for training over the picture: a manager freezes cases, puts a recipe together, looks at what it does, and exports."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QListWidget, QStackedWidget

from annotator.domain.frozen_set import FrozenSet
from annotator.domain.person import Acting, Role
from annotator.domain.queue import Narrowing, Wanted
from annotator.errors import AnnotatorError
from annotator.gui.cover import Cover
from annotator.gui.covers.new_set import NewSet
from annotator.gui.covers.set_page import SetPage
from annotator.gui.running import RunLine
from annotator.gui.theme import Theme
from annotator.i18n import Message, mark, message, translate
from annotator.present import sets as words
from annotator.present.case_names import case_title, said_of
from annotator.workspace.exchanging import Run
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import Session
from annotator.workspace.sets import exporting, shelf

_SHOWN = 500
Frozen = tuple[FrozenSet, tuple[shelf.Left, ...]]
Read = list[FrozenSet | AnnotatorError]


class SetsPart(Cover):
    """The sets above; below them a new one, or what the chosen one holds and how it goes out."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__(mark("Sets for training"))
        self._session, self._root = session, session.project.root
        self._found: list[FrozenSet] = []
        self.list, self.new, self.page, self._pages = QComboBox(self), NewSet(self), SetPage(session, self, look), QStackedWidget(self)
        self.list.setObjectName("sets.list")
        self.list.setMinimumWidth(260)
        self._label = QLabel(self)
        self._label.setBuddy(self.list)
        self.running, self.told = RunLine("sets", self), QListWidget(self)
        self.told.setObjectName("sets.told")
        self.told.setWordWrap(True)
        self.told.setFixedHeight(92)
        self._pages.addWidget(self.new)
        self._pages.addWidget(self.page)
        above = QHBoxLayout()
        above.setSpacing(12)
        above.addWidget(self._label)
        above.addWidget(self.list)
        above.addStretch(1)
        self.body.addLayout(above)
        self.body.addWidget(self._pages, 1)
        self.body.addWidget(self.running)
        self.body.addWidget(self.told)
        self.export = self.button("main")
        self.export.setObjectName("sets.export")
        self.list.activated.connect(lambda _place: self._show())
        self.new.wanted.connect(self._freeze)
        self.new.elsewhere.connect(lambda: self.elsewhere.emit("worklist", Narrowing("", Wanted())))
        self.page.changed.connect(self._sync)
        self.page.entered.connect(self._export)
        self.page.told.connect(lambda said: self._tell([said]))
        self.export.clicked.connect(self._export)
        self.setFocusProxy(self.list)

    # what is shown ---------------------------------------------------------------------------------------------------------------

    def narrow(self, what: Narrowing) -> None:
        """Offer a new set of the cases that another part speaks of."""
        self.new.narrowing = what
        self.list.setCurrentIndex(0)

    def refresh(self, topic: Topic) -> None:
        """Read the project's sets, and count the cases of a new one."""
        if self.isHidden():
            return
        if self._root != self._session.project.root:
            self._root = self._session.project.root
            self.new.narrowing = Narrowing("", Wanted())
            self.told.clear()
        self._read("")
        self._session.find_cases(self.new.narrowing.wanted, 0, lambda _, count: self.new.say_cases(count), anew=True)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.new.retranslate()
        self.page.retranslate()
        self.running.retranslate()
        self._label.setText(translate(mark("Set")))
        self.list.setAccessibleName(translate(mark("Set")))
        self.told.setAccessibleName(translate(mark("What came of it")))
        self.export.setText(translate(mark("Export")))
        self.foot.setText(translate(mark("A set is made again from the images and the frozen drawings as often as it is exported")))
        self._list_sets(self.list.currentIndex())

    def _read(self, name: str) -> None:
        """Read the sets beside the window, and choose the one of this name."""
        project = self._session.project

        def job() -> Read:
            return list(shelf.sets(project.root))

        def ended(found: Read | None) -> None:
            if project is not self._session.project or found is None:
                return
            before = self.chosen
            self._found = [one for one in found if isinstance(one, FrozenSet)]
            wrong = [one.message for one in found if isinstance(one, AnnotatorError)]
            if wrong:
                self._tell(wrong)
            wanted = name or (before.name if before is not None else "")
            self._list_sets(next((row for row, one in enumerate(self._found, 1) if one.name == wanted), 0))

        self._session.aside(job, ended)

    def _list_sets(self, chosen: int) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItem(translate(mark("+ New set")))
        for one in self._found:
            self.list.addItem(f"{one.name}  ·  {one.time[:10]}")
        self.list.setCurrentIndex(max(0, min(chosen, len(self._found))))
        self.list.blockSignals(False)
        self._show()

    @property
    def chosen(self) -> FrozenSet | None:
        """The set that is chosen; None: a new one is to be made."""
        row = self.list.currentIndex()
        return self._found[row - 1] if 0 < row <= len(self._found) else None

    def _show(self) -> None:
        found = self.chosen
        self._pages.setCurrentIndex(0 if found is None else 1)
        self.told.setVisible(self.told.count() > 0)
        if found is not None:
            self.page.put(found)
        self._sync()

    def _sync(self) -> None:
        found, busy = self.chosen, self._session.exchanging is not None
        self.export.setVisible(found is not None)
        self.export.setEnabled(found is not None and not busy and bool(self.page.chosen_forms))
        self.new.freeze.setEnabled(not busy)

    # what is done ----------------------------------------------------------------------------------------------------------------

    def _acting(self) -> Acting | None:
        acting = self._session.acting
        if acting is None or not acting.may(Role.MANAGER):
            self._tell([message("Only a manager makes and exports sets: sign in as one")])
            return None
        return acting

    def _freeze(self) -> None:
        rule, missing, acting = self.new.rule, self.new.missing, self._acting()
        if missing is not None or isinstance(rule, Message):
            self.new.refuse(missing if missing is not None else rule if isinstance(rule, Message) else Message(""))
            return
        if acting is None or self._session.exchanging is not None:
            return
        project, worklist, wanted = self._session.project, self._session.worklist, self.new.narrowing.wanted
        narrowing = self.new.narrowing.name or translate(mark("All cases"))
        wish, run = shelf.Wish(self.new.name.text().strip(), narrowing, rule, self._session.now()), Run(mark("Freezing"))

        def job() -> Frozen:
            worklist.refresh()
            entries = worklist.entries(wanted)
            run.report.total = len(entries)
            return shelf.freeze(project, entries, wish, acting, run.report)

        self._begin(run, lambda: self._session.beside_saved(run, job, self._frozen))

    def _frozen(self, done: Frozen | AnnotatorError | None) -> None:
        self.running.follow(None)
        if isinstance(done, tuple):
            found, left = done
            self.new.name.clear()
            self._tell([message("“{name}” is frozen: {count} cases", name=found.name, count=len(found.members))], left)
            self._read(found.name)
        elif done is not None:
            self.new.refuse(done.message)
        self._sync()

    def _export(self) -> None:
        found, acting, out = self.chosen, self._acting(), self.page.out
        if found is None or acting is None or not self.export.isEnabled():
            return
        if out is None:
            self.page.ask_for_folder()
            return
        wish = exporting.Wish(found, out, self.page.recipe.recipe, self.page.chosen_forms, planes=self.page.chosen_planes, beside=True)
        run, project, worklist, time = Run(mark("Exporting")), self._session.project, self._session.worklist, self._session.now()

        def job() -> exporting.Done:
            return exporting.export(project, worklist, wish, acting, time, run.report)

        self._begin(run, lambda: self._session.beside(run, job, self._ended))

    def _ended(self, done: exporting.Done | AnnotatorError | None) -> None:
        self.running.follow(None)
        if done is None:
            self._tell([message("Stopped. Exporting again goes on from here")])
        elif isinstance(done, AnnotatorError):
            self._tell([done.message])
        else:
            self._tell(list(words.told(done)), done.left)
        self._sync()

    def _begin(self, run: Run, start: Callable[[], object]) -> None:
        self.told.clear()
        self.told.hide()
        start()
        self.running.follow(run if self._session.exchanging is run else None)
        self._sync()

    def _tell(self, sentences: list[Message], left: tuple[shelf.Left, ...] = ()) -> None:
        self.told.clear()
        for sentence in sentences:
            self.told.addItem(said_of(self._session, sentence))
        for one in left[:_SHOWN]:
            self.told.addItem(f"{one.patient or case_title(self._session, one.case)}  {said_of(self._session, one.why)}")
        self.told.show()
        if not self.isVisible() and sentences:
            self._session.say(sentences[0], Severity.INFO)
