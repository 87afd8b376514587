"""The page of one frozen set: what it holds, the recipe and what that does to a case, and how it goes out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.frozen_set import FrozenSet, Member
from annotator.domain.recipe import parsed
from annotator.errors import AnnotatorError, system_cause
from annotator.gui import choosing
from annotator.gui.before_after import BeforeAfter
from annotator.gui.recipe_form import RecipeForm
from annotator.gui.theme import Theme
from annotator.i18n import Message, mark, message, say, translate
from annotator.present import sets as words
from annotator.present.worklist import blind_to
from annotator.workspace.session import Session
from annotator.workspace.sets import exporting
from annotator.workspace.sets.preview import Preview, preview

_PAUSE = 350
"""Milliseconds after the last change of the recipe before its pictures are made."""
_MEMBERS = 500
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_AIR = 24
_OWN = {"dicom": mark("DICOM images and masks"), "png": mark("PNG pictures and masks"), "nifti": mark("NIfTI volumes and masks")}
_PLANES = (("", mark("All planes")), ("axial", mark("Axial")), ("coronal", mark("Coronal")), ("sagittal", mark("Sagittal")))


class SetPage(QWidget):
    """Three tabs: the table of its parts, the recipe with its pictures, and the forms with the folder."""

    changed = Signal()
    """What is asked for is something else now."""
    entered = Signal()
    """Enter: the set is to go out."""
    told = Signal(object)
    """A message for the person."""

    def __init__(self, session: Session, parent: QWidget, look: Theme) -> None:
        super().__init__(parent)
        self._session, self._asked = session, 0
        self.facts, self.table = QLabel(self), QTreeWidget(self)
        self.facts.setProperty("role", "quiet")
        self.facts.setWordWrap(True)
        self.table.setRootIsDecorated(False)
        self.table.header().setStretchLastSection(False)
        self.recipe, self.pictures, self.case = RecipeForm(self), BeforeAfter(self, look), QComboBox(self)
        self.open_recipe, self._browse = QPushButton(self), QPushButton(self)
        self.forms, self.planes, self.folder = QListWidget(self), QComboBox(self), QLineEdit(self)
        named = {"table": self.table, "case": self.case, "open_recipe": self.open_recipe, "forms": self.forms, "planes": self.planes}
        for name, widget in {**named, "folder": self.folder}.items():
            widget.setObjectName(f"sets.{name}")
        for button in (self.open_recipe, self._browse):
            button.setAutoDefault(True)
        self._labels = [QLabel(self) for _ in range(4)]
        self._wait = QTimer(self, singleShot=True, interval=_PAUSE)
        self._lay_out()
        self._wait.timeout.connect(self._preview)
        self.recipe.changed.connect(self._wait.start)
        self.case.activated.connect(lambda _place: self._preview())
        self.open_recipe.clicked.connect(self._open_recipe)
        self._browse.clicked.connect(self._choose_folder)
        self.folder.returnPressed.connect(self.entered.emit, Qt.ConnectionType.QueuedConnection)
        self.folder.textChanged.connect(lambda _text: self.changed.emit())
        self.forms.itemChanged.connect(lambda _item: self.changed.emit())

    def _lay_out(self) -> None:
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("sets.tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for page in (self.table, self._recipe_tab(), self._export_tab()):
            self.tabs.addTab(page, "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.facts)
        column.addWidget(self.tabs, 1)

    def _recipe_tab(self) -> QWidget:
        page, side = QWidget(self), QWidget(self)
        left, right, choice = QVBoxLayout(side), QVBoxLayout(), QHBoxLayout()
        side.setFixedWidth(300)
        left.setContentsMargins(0, 0, 0, 0)
        for piece in (left, right, choice):
            piece.setSpacing(8)
        left.addWidget(self.recipe, 1)
        left.addWidget(self.open_recipe)
        choice.addWidget(self._labels[0])
        choice.addWidget(self.case, 1)
        right.addLayout(choice)
        right.addWidget(self.pictures, 1)
        both = QHBoxLayout(page)
        both.setContentsMargins(0, 10, 0, 0)
        both.setSpacing(16)
        both.addWidget(side)
        both.addLayout(right, 1)
        return page

    def _export_tab(self) -> QWidget:
        page, line = QWidget(self), QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.folder, 1)
        line.addWidget(self._browse)
        form = QFormLayout(page)
        form.setContentsMargins(0, 12, 0, 0)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(10)
        form.addRow(self._labels[1], self.forms)
        form.addRow(self._labels[2], self.planes)
        form.addRow(self._labels[3], line)
        self.forms.setMinimumHeight(120)
        self.planes.setMaximumWidth(220)
        return page

    @property
    def chosen_forms(self) -> tuple[str, ...]:
        """The forms that are ticked."""
        items = [self.forms.item(row) for row in range(self.forms.count())]
        return tuple(str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() is Qt.CheckState.Checked)

    @property
    def out(self) -> Path | None:
        """The folder that is named."""
        return Path(self.folder.text().strip()) if self.folder.text().strip() else None

    @property
    def chosen_planes(self) -> tuple[str, ...]:
        """The planes that go; none: all."""
        plane = str(self.planes.currentData() or "")
        return (plane,) if plane else ()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.recipe.retranslate()
        for place, text in enumerate((mark("Contents"), mark("Recipe"), mark("Output"))):
            self.tabs.setTabText(place, translate(text))
        texts = (mark("Shown case"), mark("Goes out as"), mark("Planes"), mark("Into the new folder"))
        for label, field, text in zip(self._labels, (self.case, self.forms, self.planes, self.folder), texts, strict=True):
            label.setText(translate(text))
            label.setBuddy(field)
            field.setAccessibleName(translate(text))
        self.table.setAccessibleName(translate(mark("What the set holds")))
        self.open_recipe.setText(translate(mark("Open a recipe…")))
        self._browse.setText(translate(mark("Choose…")))
        plane = max(self.planes.currentIndex(), 0)
        self.planes.clear()
        for value, text in _PLANES:
            self.planes.addItem(translate(text), value)
        self.planes.setCurrentIndex(plane)
        chosen = self.chosen_forms or ("png",)
        self.forms.blockSignals(True)
        self.forms.clear()
        for name, text in exporting.named_forms(self._session.project, _OWN):
            item = QListWidgetItem(translate(text), self.forms)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked)
        self.forms.setCurrentRow(0)
        self.forms.blockSignals(False)

    def ask_for_folder(self) -> None:
        """Let the person say where to."""
        self.tabs.setCurrentIndex(self.tabs.count() - 1)
        self.folder.setFocus()
        self.told.emit(message("Name the folder first"))

    def put(self, found: FrozenSet) -> None:
        """Show a set."""
        told = mark("Frozen by {author}, {time} · {narrowing} · seed {seed} · {digest}")
        self.facts.setText(translate(told, author=found.author, time=found.time[:16].replace("T", " "), narrowing=found.narrowing,
                                     seed=found.rule.seed, digest=found.digest[:12]))  # fmt: skip
        project = self._session.project.project
        headings, rows = words.table(found, (*project.classes, project.unclassified), blind=blind_to(self._session))
        self.table.clear()
        self.table.setHeaderLabels(headings)
        for row in rows:
            item = QTreeWidgetItem(self.table, list(row))
            for column in range(1, len(row)):
                item.setTextAlignment(column, _RIGHT)
        for column in range(len(headings)):
            self.table.headerItem().setTextAlignment(column, _RIGHT if column else _LEFT)
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, self.table.columnWidth(column) + _AIR)
        self.case.clear()
        for member in sorted(found.members, key=lambda member: not member.revision)[:_MEMBERS]:
            self.case.addItem(f"{member.patient} {member.series}  {words.part_name(member.part)}", member)
        self._preview()

    def _preview(self) -> None:
        """Make the pictures beside the window; only the last ones that were asked for are shown."""
        member: Member | None = self.case.currentData()
        self._asked += 1
        asked, project, worklist, recipe = self._asked, self._session.project, self._session.worklist, self.recipe.recipe
        if member is None:
            self.pictures.put(None)
            return
        case = member

        def job() -> tuple[Preview | Message]:
            return (preview(project, worklist, case, recipe),)

        def ended(answer: tuple[Preview | Message] | None) -> None:
            found = answer[0] if answer is not None else message("The pictures could not be made")
            if asked == self._asked:
                self.pictures.put(found if isinstance(found, Preview) else None, say(found) if isinstance(found, Message) else "")

        self._session.aside(job, ended)

    def _choose_folder(self) -> None:
        choosing.choose_folder(self, translate(mark("Into the new folder")), lambda found: self.folder.setText(str(found)))

    def _open_recipe(self) -> None:
        def chosen(path: Path) -> None:
            try:
                self.recipe.put(parsed(path.read_bytes()))
            except AnnotatorError as error:
                self.told.emit(error.message)
            except OSError as error:
                self.told.emit(message("The recipe could not be read: {reason}", reason=system_cause(error)))

        choosing.choose_file(self, translate(mark("Open a recipe…")), "*.json", chosen)
