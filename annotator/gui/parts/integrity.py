"""What is odd about the open series, a line each with its weight; a click goes to the image, the next click to the next one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme, pixmap
from annotator.i18n import mark, translate
from annotator.present.integrity import OddRow, odd_rows, show_oddity
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session

_MARGIN, _SIGN, _GAP, _AIR = 12, 16, 8, 5
_MOST = 190
_ROW = int(Qt.ItemDataRole.UserRole)
_WRAPPED = int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
AnyIndex = QModelIndex | QPersistentModelIndex


class OddPainter(QStyledItemDelegate):
    """Paints a sign and a sentence over as many lines as it needs."""

    def __init__(self, theme: Theme, view: QListWidget) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """See Qt."""
        width = self._view.viewport().width()
        needed = self._view.fontMetrics().boundingRect(self._room(QRect(0, 0, width, 10_000)), _WRAPPED, index.data())
        return QSize(width, max(needed.height(), _SIGN) + 2 * _AIR)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """See Qt."""
        row, rect = index.data(_ROW), QRect(option.rect)
        state = option.state
        painter.save()
        ground = "chosen" if state & QStyle.StateFlag.State_Selected else "hover" if state & QStyle.StateFlag.State_MouseOver else ""
        if ground:
            painter.fillRect(rect, self._theme.colour(ground))
        sign = pixmap(row.sign, self._theme, row.colour, _SIGN, self._view.devicePixelRatioF())
        painter.drawPixmap(rect.left() + _MARGIN, rect.top() + _AIR, sign)
        painter.setPen(self._theme.colour("text"))
        painter.drawText(self._room(rect), _WRAPPED, index.data())
        painter.restore()

    @staticmethod
    def _room(rect: QRect) -> QRect:
        return rect.adjusted(_MARGIN + _SIGN + _GAP, _AIR, -_MARGIN, 0)


class OddList(QListWidget):
    """Rows that are laid out anew when the column gets another width."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
            self.fit()

    def fit(self) -> None:
        """Be as high as the rows, up to a bound; then it scrolls."""
        self.setFixedHeight(min(sum(self.sizeHintForRow(row) for row in range(self.count())), _MOST) + 2)


class IntegrityPart(PartWidget):
    """The list, there only while there is something to say."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self.list = OddList(self)
        self.list.setObjectName("integrity.list")
        self.list.setItemDelegate(OddPainter(theme, self.list))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.list.itemClicked.connect(self._show)
        self.list.itemActivated.connect(self._show)
        self._rows: tuple[OddRow, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Show what is known now; the same rows stay as they are."""
        rows = odd_rows(self._session)
        if rows == self._rows:
            return
        self._rows = rows
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(row.text)
            item.setData(_ROW, row)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, row.spoken)
            item.setToolTip(row.text)
            self.list.addItem(item)
        self.list.fit()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.list.setAccessibleName(translate(mark("What is odd about this series")))
        self.refresh(Topic.GUARD)

    def _show(self, item: QListWidgetItem) -> None:
        show_oddity(self._session, self.list.row(item))
        self.put_away.emit()


def _wanted(session: Session) -> bool:
    return bool(session.oddities)


PART = Part(
    id="integrity",
    left=True,
    text=mark("Integrity"),
    build=IntegrityPart,
    topics=(Topic.GUARD, Topic.SERIES, Topic.CATALOGUE, Topic.PROJECT),
    wanted=_wanted,
)
