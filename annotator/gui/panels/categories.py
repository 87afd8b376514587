"""The categories of the open series: a row each, with its digit in its colour; the chosen row is what the next stroke becomes."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QItemSelectionModel, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from annotator.gui.panels.lines import LinePainter
from annotator.gui.panels.long_list import LongList
from annotator.gui.panels.rows import ListRow
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.annotations import category_name
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_LEAST_ROWS, _EMPTY = 5, 52
_MOST = 292
"""Logical pixels that two columns may ask for; where the names need more, the rows stand in one."""
_SHARE = 0.27
"""Of the screen's height: all rows stand at any time where they take no more of it, ten on one of 1080 lines."""


def least_height(every: int, some: int, screen: int) -> int:
    """Return how high the list is at least, in logical pixels as all of these: `every` row, `some` of them, and the screen."""
    return max(min(every, round(screen * _SHARE)), some)


class CategoryList(LongList):
    """Choosing a row sets the active category and changes no annotation; where all names have room twice, they stand in two columns."""

    entered = Signal()
    """Enter on a row, or a click: back to the picture, whose arrows go through the slices and change no category."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("category_list", theme, parent)
        self._session = session
        self._following = False
        self.painter_of_rows = self._lines = LinePainter(theme, self, keyed=True)
        self.setItemDelegate(self._lines)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.selectionModel().selectionChanged.connect(self._chosen)
        self.activated.connect(lambda _index: self.entered.emit())
        self.clicked.connect(lambda _index: self.entered.emit())

    def refresh(self, topic: Topic) -> None:
        """Show the session's categories and the active one."""
        self._following = True
        colours = self._session.colours
        self.rows.take(tuple(_row(c.key, colours[c.key], category_name(c), c.shortcut) for c in self._session.categories))
        self.say_when_empty(self._why_empty())
        self._share()
        self.updateGeometry()
        active = self._session.category
        keys = [row.key for row in self.rows.rows]
        if active is not None and active.key in keys:
            self.selectionModel().setCurrentIndex(self.rows.index(keys.index(active.key)), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._following = False

    def retranslate(self) -> None:
        """Say the names in the current language."""
        self.setAccessibleName(translate(mark("Categories")))
        self.refresh(Topic.CATEGORY)

    def minimumSizeHint(self) -> QSize:
        """See Qt; some rows at least, where there are so many: on a high screen more, so that nothing moves when the column fills."""
        some = self.row_height * min(self.deep, _LEAST_ROWS) + 2
        least = least_height(self.sizeHint().height(), some, self.screen().availableGeometry().height())
        two = sum(self._needs_of_two())
        return QSize(two if two <= _MOST else super().minimumSizeHint().width(), max(least, self._least()))

    def sizeHint(self) -> QSize:
        """See Qt; all rows, where there is room for them."""
        every = self.row_height * self.deep + 2
        return QSize(super().sizeHint().width(), max(every, self._least()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Let the rows stand in two columns where all names have room there."""
        needs = self._needs_of_two()
        two = bool(needs) and sum(needs) <= self.width()
        if (self.columns == 2) is not two or two:
            self.share_out(*(needs if two else (1,)))
            self.updateGeometry()

    def _needs_of_two(self) -> tuple[int, ...]:
        """Return how wide two columns have to be, none for a few rows."""
        rows = self.rows.rows
        if len(rows) < _LEAST_ROWS:
            return ()
        half = ceil(len(rows) / 2)
        return tuple(max(self._lines.width_of(row, self.font()) for row in part) for part in (rows[:half], rows[half:]))

    def _why_empty(self) -> str:
        series = self._session.series
        if series is None:
            return translate(mark("The categories of the open series stand here."))
        looked_at = mark("The project has no categories for {modality}: these images can only be looked at.")
        return translate(looked_at, modality=series.modality)

    def _least(self) -> int:
        """So high that the line which stands here without any row can be read."""
        return 0 if self.rows.rows else _EMPTY

    def _chosen(self) -> None:
        chosen = self.selectedIndexes()
        if chosen and not self._following:
            self._session.choose_category(str(self.rows.rows[chosen[0].row()].key))


def _row(key: str, colour: tuple[int, int, int], name: str, shortcut: str) -> ListRow:
    return ListRow(key, colour, name, spoken=" ".join(part for part in (name, shortcut) if part), sign=shortcut)
