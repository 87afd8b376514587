"""The patient of the open case: pseudonymous id, class as a choice, and what the clinical sheet says; nothing of the class where blind."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QGridLayout, QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout

from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import language, mark, translate
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_ROWS = 6


class ClassChoice(QComboBox):
    """The classes of the project; only a choice that a person makes counts, never the wheel."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See Qt."""
        event.ignore()


class PatientPart(PartWidget):
    """Two lines and a short table."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._quiet = session, theme.colour("quiet")
        self._id_label, self.patient, self._class_label = QLabel(self), QLabel(self), QLabel(self)
        self.patient.setObjectName("patient.id")
        self.patient.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.patient.setWordWrap(True)
        self.classes = ClassChoice(self)
        self.classes.setObjectName("patient.class")
        self.classes.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.classes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.classes.setMinimumContentsLength(4)
        self.classes.activated.connect(self._choose)
        for label in (self._id_label, self._class_label):
            label.setProperty("role", "quiet")
        self._class_label.setBuddy(self.classes)
        self.values = QTreeWidget(self)
        self.values.setObjectName("patient.values")
        self.values.setColumnCount(2)
        self.values.setHeaderHidden(True)
        self.values.setRootIsDecorated(False)
        self.values.setIndentation(0)
        self.values.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.values.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.values.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._none = QLabel(self)
        self._none.setProperty("role", "quiet")
        self._none.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (label, field) in enumerate(((self._id_label, self.patient), (self._class_label, self.classes))):
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.setSpacing(6)
        column.addLayout(grid)
        column.addWidget(self._none)
        column.addWidget(self.values)
        self.setFocusProxy(self.classes)

    def refresh(self, topic: Topic) -> None:
        """Show the patient of the shown image."""
        project, names = self._session.project.project, self._session.names
        self.patient.setText(names.patient if names else translate(mark("no id yet: it is given at the first save")))
        known = (*project.classes, project.unclassified)
        if [self.classes.itemText(place) for place in range(self.classes.count())] != list(known):
            self.classes.clear()
            self.classes.addItems(known)
        self.classes.setCurrentText(names.class_folder if names else project.unclassified)
        self.classes.setEnabled(not self._session.project.read_only)
        for widget in (self._class_label, self.classes):
            widget.setVisible(bool(project.classes) and not self._session.blind)
        self._show_values()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._id_label.setText(translate(mark("Id")))
        self._class_label.setText(translate(mark("Class")))
        self._none.setText(translate(mark("no row in the clinical sheet")))
        self.values.setAccessibleName(translate(mark("Values of the clinical sheet")))
        self.classes.setToolTip(translate(_CHOOSE_CLASS))
        self.refresh(Topic.PROJECT)

    def _show_values(self) -> None:
        definition, row = self._session.project.project.clinical, self._session.clinical_row
        said = list[tuple[str, str]]()
        for column in definition.columns if definition is not None and row is not None else ():
            value = row.values.get(column.key, "") if row is not None else ""
            if value and definition is not None and definition.shown(column.key, self._session.blind):
                said.append((column.name_en if language() == "en" else column.name, value))
        count = len(said)
        there = (self.values.topLevelItem(place) for place in range(self.values.topLevelItemCount()))
        if said != [(item.text(0), item.text(1)) for item in there if item is not None]:
            self.values.clear()
            for name, value in said:
                item = QTreeWidgetItem([name, value])
                item.setForeground(0, self._quiet)
                item.setToolTip(1, value)
                self.values.addTopLevelItem(item)
            self.values.resizeColumnToContents(0)
        self.values.setVisible(count > 0)
        self._none.setVisible(definition is not None and row is None)
        self.values.setFixedHeight(min(count, _ROWS) * (max(self.values.sizeHintForRow(0), 1) if count else 0) + 2)

    def _choose(self, place: int) -> None:
        to = self.classes.itemText(place)
        names = self._session.names
        if to != (names.class_folder if names else self._session.project.project.unclassified):
            self._session.change_class(to)
        self.refresh(Topic.SERIES)  # the new class is shown when it is true
        self.put_away.emit()


_CHOOSE_CLASS = mark("Choose the class of this patient; the patient's files move to its folder")


def _wanted(session: Session) -> bool:
    project = session.project.project
    return session.series is not None and session.series.project_modality is not None and bool(project.classes or project.clinical)


@wants(mark("no class can be given here: the project has none, hides it, or nothing can be written in its folder"))
def _can_choose(session: Session, desk: Desk) -> bool:
    return _wanted(session) and bool(session.project.project.classes) and not session.blind and not session.project.read_only


PART = Part(
    id="patient",
    left=True,
    text=mark("Patient"),
    build=PatientPart,
    topics=(Topic.PROJECT, Topic.CATALOGUE, Topic.SERIES, Topic.IMAGE, Topic.SAVED),
    wanted=_wanted,
    entries={
        "menu.project": (
            ActionSpec(
                *("patient.class", mark("Class…"), (), lambda session, desk: desk.show_part("patient"), _CHOOSE_CLASS),
                enabled=_can_choose,
            ),
        )
    },
)
