"""The category editor: categories, attributes and what excludes what, as tables that are checked while they are typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QListWidget, QListWidgetItem, QPushButton, QTabWidget, QVBoxLayout, QWidget

from annotator.domain import colours, draft
from annotator.domain.attribute import KINDS
from annotator.domain.category_table import decode_table
from annotator.domain.draft import Draft
from annotator.domain.redefinition import Verdict
from annotator.errors import AnnotatorError
from annotator.gui.cells import CellTable, Column, Sheet
from annotator.gui.cover import Cover
from annotator.gui.theme import Theme
from annotator.i18n import Message, mark, message, say, translate
from annotator.workspace import definitions, redefinition
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.trial import Trial, try_definition

_TOOLS = ("", "Line", "Free", "Box", "Line Free", "Line Box", "Free Box", "Line Free Box")
_CATEGORY = {
    "supercategory": (mark("Modality"), 70),
    "id": (mark("ID"), 36),
    "name": (mark("Name"), 130),
    "name_en": (mark("English name"), 150),
    "colour": (mark("Colour"), 96),
    "key": (mark("Key"), 50),
    "tools": (mark("Tools"), 100),
    "grp_id": (mark("Group ID"), 66),
    "grp_name": (mark("Group"), 60),
    "supercategory_name": (mark("Modality name"), 110),
}
_ATTRIBUTE = (
    Column("key", mark("Key"), 90),
    Column("name", mark("Name"), 90),
    Column("name_en", mark("English name"), 100),
    Column("kind", mark("Kind"), 80, KINDS),
    Column("choices", mark("Choices"), 250),
    Column("unit", mark("Unit"), 50),
    Column("min", mark("Least"), 56),
    Column("max", mark("Most"), 56),
    Column("required", mark("Required"), 66, tick=True),
    Column("categories", mark("Categories"), 110),
)


class CategoryEditor(Cover):
    """Edits a draft of both files; it is written as one change, after what it touches was shown."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(mark("Category editor"))
        self._session = session
        self.draft = self._before = Draft("", (), ())
        self._digest = ""
        self._trial = Trial()
        self.categories = CellTable("editor.categories", theme, self._move_category)
        self.attributes = CellTable("editor.attributes", theme, self._move_attribute)
        self.categories.cells.typed.connect(self._type_category)
        self.attributes.cells.typed.connect(self._type_attribute)
        self._rules, self._ticks = QWidget(self), dict[str, QCheckBox]()
        self._rule_column = QVBoxLayout(self._rules)
        self._rule_column.setSpacing(10)
        self.changes = QListWidget(self)
        self.changes.setObjectName("editor.changes")
        self.changes.setWordWrap(True)
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("editor.tabs")
        for widget in (self.categories, self.attributes, self._rules, self.changes):
            self.tabs.addTab(widget, "")
        self.tabs.currentChanged.connect(lambda _place: self._sync())
        self.body.addWidget(self.tabs, 1)
        pairs = (("add", self._add), ("remove", self._remove), ("colour", self._propose), ("discard", lambda: self._begin(anew=True)))
        self._buttons: dict[str, QPushButton] = {name: self._verb(name, run) for name, run in pairs}
        self.save = self.button("main")
        self.save.setObjectName("editor.save")
        self.save.clicked.connect(self.keep)
        self.setFocusProxy(self.categories)

    def refresh(self, topic: Topic) -> None:
        """Begin with the project's files when it is shown; what is being edited stays until it is put away."""
        if self.isVisible() and (topic is Topic.PROJECT or not self._digest):
            self._begin()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        texts = (mark("Categories"), mark("Attributes"), mark("Overlapping"), mark("What it changes"))
        for place, text in enumerate(texts):
            self.tabs.setTabText(place, translate(text))
        verbs = {"add": mark("Add a row"), "remove": mark("Remove the row"), "colour": mark("Propose a colour"), "discard": mark("Discard")}
        for name, text in verbs.items():
            self._buttons[name].setText(translate(text))
        self._buttons["colour"].setToolTip(translate(mark("The colour that is most unlike the others, for colour-blind eyes too")))
        self.categories.setAccessibleName(translate(mark("Categories")))
        self.attributes.setAccessibleName(translate(mark("Attributes")))
        self.changes.setAccessibleName(translate(mark("What it changes")))
        self._show()

    def keep(self) -> None:
        """Write both files and open the project anew; where something is touched that was drawn, that is shown first."""
        confirmed = [
            item.data(Qt.ItemDataRole.UserRole)
            for item in map(self.changes.item, range(self.changes.count()))
            if item.flags() & Qt.ItemFlag.ItemIsUserCheckable and item.checkState() is Qt.CheckState.Checked
        ]
        asked = any(change.verdict is not Verdict.FINE for change in self._trial.review.changes)
        if asked and self.tabs.currentWidget() is not self.changes:
            self.tabs.setCurrentWidget(self.changes)
            return
        try:
            toml, table = self.draft.toml_bytes(), self.draft.table_bytes()
            redefinition.apply(self._session.project.root, self._digest, toml, table, confirmed, author=self._session.author)
        except AnnotatorError as error:
            self._tell(error.message, "wrong")
            return
        self.put_away.emit()
        self._session.reload()
        self._session.say(message("The definition of the project was changed"))

    def _begin(self, *, anew: bool = False) -> None:
        root = self._session.project.root
        try:
            toml, table = definitions.contents(root)
            if definitions.digest_of(toml, table) == self._digest and not anew:  # what was begun and put away with Esc
                self._show()
                return
            self._digest = definitions.digest_of(toml, table)
            self.draft = self._before = draft.begin(decode_table(toml, definitions.TOML), decode_table(table, definitions.TABLE))
        except AnnotatorError as error:
            self.draft, self._digest = self._before, ""
            self._tell(error.message, "wrong")
            return
        self._show()
        self.categories.go(0)

    def _put(self, new: Draft) -> None:
        self.draft = new
        self._show()

    def _show(self) -> None:
        """Show the draft, and beside each cell what is wrong with it."""
        made = self.draft
        if not made.heading:
            self._sync()
            return
        columns = [self._column(key) for key in (*_CATEGORY, *(key for key in made.heading if key not in _CATEGORY))]
        errors = draft.row_errors(made)
        self.categories.put(columns, [translate(column.text) for column in columns], Sheet(made.rows, errors, _colour_warnings(made)))
        wrong = draft.attribute_errors(made)
        self.attributes.put(_ATTRIBUTE, [translate(column.text) for column in _ATTRIBUTE], Sheet(made.attributes, wrong, {}))
        try:
            self._trial = try_definition(made.toml_bytes(), made.table_bytes(), self._session.project.root)
        except (AnnotatorError, ValueError) as error:
            told = error.message if isinstance(error, AnnotatorError) else message("{text}", text=str(error))
            self._trial = Trial(error=told)
        self._show_rules()
        self._show_changes()
        stopped = next(iter({**errors, **wrong}.values()), None) or self._trial.error
        if stopped is not None:
            self._tell(stopped, "wrong")
        elif self._trial.sound:
            self._tell(message("Nothing is wrong; saving writes project.toml and categories.csv"), "quiet")
        else:
            self._tell(next((text for _, text in self._trial.sentences), message("Nothing to change")), "warning")
        self._sync()

    def _column(self, key: str) -> Column:
        text, width = _CATEGORY.get(key, (key, 100))
        choices = {"supercategory": tuple(dict.fromkeys(own for _, own in self.draft.modalities)), "tools": _TOOLS}.get(key, ())
        return Column(key, text, width, choices, colour=key == "colour")

    def _show_rules(self) -> None:
        for code, _ in self.draft.modalities:
            if code not in self._ticks:
                box = QCheckBox(self._rules)
                box.setObjectName(f"editor.exclusive.{code}")
                box.toggled.connect(lambda on, own=code: self._exclude(own, on))
                self._ticks[code] = box
                self._rule_column.insertWidget(len(self._ticks) - 1, box)
                if len(self._ticks) == 1:
                    self._rule_column.addStretch(1)
        for code, box in self._ticks.items():
            box.setVisible(code in [own for own, _ in self.draft.modalities])
            box.setText(translate(mark("{code}: categories exclude one another, the newer one wins"), code=code))
            box.blockSignals(True)
            box.setChecked(code in self.draft.exclusive)
            box.blockSignals(False)

    def _show_changes(self) -> None:
        self.changes.clear()
        for change in self._trial.review.changes:
            item = QListWidgetItem(say(change.text), self.changes)
            if change.verdict is Verdict.CONFIRM:
                item.setText(say(message("{change} — tick: it is only called differently", change=change.text)))
                item.setData(Qt.ItemDataRole.UserRole, change.category)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Unchecked)

    def _sync(self) -> None:
        table = self.tabs.currentWidget() in (self.categories, self.attributes)
        self._buttons["add"].setVisible(table)
        self._buttons["remove"].setVisible(table)
        self._buttons["discard"].setVisible(self.draft != self._before)
        self._buttons["colour"].setVisible(self.tabs.currentWidget() is self.categories)
        refused = any(change.verdict is Verdict.REFUSED for change in self._trial.review.changes)
        self.save.setEnabled(self._trial.definition is not None and not refused and bool(self._digest))
        asked = any(change.verdict is not Verdict.FINE for change in self._trial.review.changes)
        last = not asked or self.tabs.currentWidget() is self.changes
        self.save.setText(translate(mark("Save the definition")) if last else translate(mark("See what it changes")))

    def _tell(self, sentence: Message, role: str) -> None:
        self.foot.setText(say(sentence))
        if self.foot.property("role") != role:
            self.foot.setProperty("role", role)
            self.foot.style().unpolish(self.foot)
            self.foot.style().polish(self.foot)

    def _verb(self, name: str, run: Callable[[], None]) -> QPushButton:
        made = self.button()
        made.setObjectName(f"editor.{name}")
        made.clicked.connect(lambda _checked=False: run())
        return made

    def _type_category(self, row: int, column: str, value: str) -> None:
        self._put(replace(self.draft, rows=draft.with_cell(self.draft.rows, row, column, value)))

    def _type_attribute(self, row: int, column: str, value: str) -> None:
        self._put(replace(self.draft, attributes=draft.with_cell(self.draft.attributes, row, column, value)))

    def _move_category(self, row: int, to: int) -> None:
        self._put(replace(self.draft, rows=draft.moved(self.draft.rows, row, to)))
        self.categories.go(to, self.categories.currentIndex().column())

    def _move_attribute(self, row: int, to: int) -> None:
        self._put(replace(self.draft, attributes=draft.moved(self.draft.attributes, row, to)))
        self.attributes.go(to, self.attributes.currentIndex().column())

    def _exclude(self, code: str, on: bool) -> None:
        self._put(replace(self.draft, exclusive=self.draft.exclusive | {code} if on else self.draft.exclusive - {code}))

    def _add(self) -> None:
        if self.tabs.currentWidget() is self.attributes:
            row = self.attributes.row if self.draft.attributes else -1
            self._put(draft.with_attribute(self.draft, row))
            self.attributes.go(row + 1)
            return
        row = self.categories.row
        self._put(draft.with_category(self.draft, row, colours.proposal(_colours_beside(self.draft, row))))
        self.categories.go(row + 1, 2)

    def _remove(self) -> None:
        if self.tabs.currentWidget() is self.attributes and self.attributes.row >= 0:
            self._put(replace(self.draft, attributes=draft.removed(self.draft.attributes, self.attributes.row)))
        elif self.tabs.currentWidget() is self.categories and self.categories.row >= 0:
            self._put(replace(self.draft, rows=draft.removed(self.draft.rows, self.categories.row)))

    def _propose(self) -> None:
        row = self.categories.row
        if row >= 0:
            others = [colour for place, colour in _colours_of(self.draft, row).items() if place != row]
            self._type_category(row, "colour", colours.proposal(others))


def _colours_of(made: Draft, row: int) -> dict[int, str]:
    """The colours of the categories of the row's supercategory, by row."""
    own = made.rows[row]["supercategory"] if 0 <= row < len(made.rows) else ""
    return {place: other["colour"] for place, other in enumerate(made.rows) if other["supercategory"] == own}


def _colours_beside(made: Draft, row: int) -> tuple[str, ...]:
    return tuple(_colours_of(made, row).values())


def _colour_warnings(made: Draft) -> Mapping[tuple[int, str], Message]:
    """Colours that are hard to see on a dark picture, or hard to tell from another one of the modality."""
    found: dict[tuple[int, str], Message] = {}
    for place, row in enumerate(made.rows):
        colour = row["colour"]
        if not colours.is_colour(colour):
            continue
        like = colours.nearest(colour, [other for at, other in _colours_of(made, place).items() if at != place])
        if colours.contrast(colour) < colours.FAINT:
            found[place, "colour"] = message("{colour} is hard to see on a dark picture", colour=colour)
        elif like is not None and like[1] < colours.ALIKE:
            told = message("{colour} and {other} are hard to tell apart, for colour-blind eyes at least", colour=colour, other=like[0])
            found[place, "colour"] = told
    return found
