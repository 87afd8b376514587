"""The judgement grid: left and right side by side, a region a cell; keys 1–5 and 6–0 judge, Enter says no in the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from annotator.gui.actions import ActionSpec, Desk, wants
from annotator.gui.choosing import choose_file, choose_folder
from annotator.gui.keys import KEPT_KEYS
from annotator.gui.part import Part, PartWidget
from annotator.gui.positions import press_of
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.judgement import Cell, heading, hint, rows
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

NAME = "judgement"
FOCUS_KEY = "J"
_ROW = 34
_KEYS = (*map(ord, "1234567890"), Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Down)


class _CellButton(QAbstractButton):
    """A region as it is judged: its colour, its key, the judgement, and its size below."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cell: Cell | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def take(self, cell: Cell) -> None:
        """Show a cell."""
        self.cell = cell
        self.setAccessibleName(cell.spoken)
        self.setToolTip(translate(mark("{name} ({key})"), name=cell.spoken, key=cell.key))
        self.update()

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(84, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        cell, theme = self.cell, self._theme
        if cell is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        judged = bool(cell.state) and not cell.proposed
        ground = "warning_ground" if judged and cell.yes else "hover" if self.underMouse() else "raised"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(self.rect(), 4, 4)
        painter.setBrush(QColor(*cell.colour))
        painter.drawRoundedRect(QRect(0, 0, 5, self.height()), 2, 2)
        small = QFont(self.font())
        small.setPixelSize(11)
        inside = self.rect().adjusted(11, 0, -8, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.colour("quiet"))
        painter.setFont(small)
        painter.drawText(inside, middle | Qt.AlignmentFlag.AlignLeft, cell.key)
        upper = inside.adjusted(12, 3, 0, -self.height() // 2 + 2) if cell.size else inside.adjusted(12, 0, 0, 0)
        if cell.size:
            painter.drawText(inside.adjusted(12, self.height() // 2 - 2, 0, -2), middle | Qt.AlignmentFlag.AlignRight, cell.size)
        plain = QFont(self.font())
        plain.setBold(judged and cell.yes)
        plain.setItalic(cell.proposed)
        painter.setFont(plain)
        painter.setPen(theme.colour("warning" if judged and cell.yes else "text" if judged else "quiet"))
        state = translate(mark("{state}?"), state=cell.state) if cell.proposed else cell.state or "–"
        painter.drawText(upper, middle | Qt.AlignmentFlag.AlignRight, state)
        painter.end()


class JudgementPart(PartWidget):
    """The grid; while it has the keyboard the digits judge, and the arrows still go through the slices."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self._cells: dict[int, _CellButton] = {}
        self._names: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 4)
        self._grid.setColumnStretch(1, 5)
        self._grid.setColumnStretch(2, 5)
        self._what, self._left, self._right = (self._label("quiet") for _ in range(3))
        for column, label in enumerate((self._what, self._left, self._right)):
            self._grid.addWidget(label, 0, column)
        self._hint = self._label("quiet")
        self._hint.setWordWrap(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 0, 12, 6)
        whole.setSpacing(6)
        whole.addLayout(self._grid)
        whole.addWidget(self._hint)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(KEPT_KEYS, [int(key) for key in _KEYS])
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def refresh(self, topic: Topic) -> None:
        """Show the judgements as they are."""
        found = rows(self._session)
        if [(row.left.id, row.right.id) for row in found] != list(zip(*[iter(self._cells)] * 2, strict=True)):
            self._lay_out(len(found), [number for row in found for number in (row.left.id, row.right.id)])
        for row, (name, difference) in zip(found, self._names, strict=True):
            name.setText(row.name)
            difference.setText(row.difference)
            difference.setVisible(bool(row.difference))
            difference.setToolTip(translate(mark("Left/right difference: 100 × (L − R) ÷ mean of both")))
            for cell in (row.left, row.right):
                self._cells[cell.id].take(cell)
        self._what.setText(heading(self._session))
        self._say_hint()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._left.setText(translate(mark("Left")))
        self._right.setText(translate(mark("Right")))
        self.setAccessibleName(translate(mark("Judgement")))
        self.refresh(Topic.DOCUMENT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        key, modifiers = press_of(event)
        sides = {key: cell.cell.id for cell in self._cells.values() if cell.cell for key in (ord(cell.cell.key),)}
        if modifiers or event.isAutoRepeat() and key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
        elif key in sides:
            self._session.judge(sides[key])
        elif key == Qt.Key.Key_Return:
            if not self._session.judge_rest():
                self._session.done()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._session.page(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """See Qt; the hint says what the keys do now."""
        self._say_hint()
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """See Qt."""
        self._say_hint()
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt; a bar at the left says that the digits judge now."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.fillRect(QRect(0, 0, 3, self.height() - 6), self._theme.colour("accent"))
            painter.end()

    def _say_hint(self) -> None:
        self._hint.setText(hint(self._session, focused=self.hasFocus(), key=FOCUS_KEY))

    def _lay_out(self, count: int, ids: list[int]) -> None:
        for widget in (*self._cells.values(), *(label for pair in self._names for label in pair)):
            widget.setParent(None)
            widget.deleteLater()
        self._cells, self._names = {}, []
        for row in range(count):
            name, difference = self._label(""), self._label("quiet")
            holder = QVBoxLayout()
            holder.setSpacing(0)
            holder.addWidget(name)
            holder.addWidget(difference)
            self._grid.addLayout(holder, row + 1, 0)
            self._names.append((name, difference))
            for side, number in enumerate(ids[2 * row : 2 * row + 2]):
                cell = _CellButton(self._theme, self)
                cell.setObjectName(f"judgement.{number}")
                cell.clicked.connect(self._judge(number))
                self._grid.addWidget(cell, row + 1, side + 1)
                self._cells[number] = cell

    def _judge(self, number: int) -> Callable[[], None]:
        return lambda: self._session.judge(number)

    def _label(self, role: str) -> QLabel:
        label = QLabel(self)
        if role:
            label.setProperty("role", role)
        return label


def _load_file(session: Session, desk: Desk) -> None:
    if isinstance(desk, QWidget):
        patterns = translate(mark("Label volumes (*.nii *.nii.gz *.dcm);;All files (*)"))
        choose_file(desk, translate(mark("Load regions")), patterns, lambda path: session.load_regions([path]))


def _load_folder(session: Session, desk: Desk) -> None:
    def chosen(folder: Path) -> None:
        session.load_regions([folder])

    if isinstance(desk, QWidget):
        choose_folder(desk, translate(mark("Load regions")), chosen)


@wants(mark("nothing is judged in this case"))
def _judged(session: Session, desk: Desk) -> bool:
    return session.judging is not None


PART = Part(
    id=NAME,
    text=mark("Judgement"),
    build=JudgementPart,
    topics=(Topic.PROJECT, Topic.SERIES, Topic.DOCUMENT, Topic.CATALOGUE, Topic.DELIVERY),
    wanted=lambda session: session.judging is not None,
    entries={
        "menu.project": (
            ActionSpec(
                *("regions.load_file", mark("Load regions from a file…"), (), _load_file),
                tip=mark("A label volume, or one image of a label series"),
                enabled=_judged,
            ),
            ActionSpec(
                *("regions.load_folder", mark("Load regions from a folder…"), (), _load_folder),
                tip=mark("A label DICOM series, in any order"),
                enabled=_judged,
            ),
        ),
        "menu.go": (
            ActionSpec(
                *("judge", mark("Judge"), (FOCUS_KEY,), lambda session, desk: desk.show_part(NAME)),
                tip=mark("Give the judgement grid the keyboard: the digits judge there; Esc goes back to the picture"),
                enabled=_judged,
            ),
        ),
    },
)
