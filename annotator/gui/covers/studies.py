"""The studies of the shown patient over the picture: by date, with thumbnails and what is annotated; Enter opens one beside."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QHideEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from annotator.gui.cover import Cover
from annotator.gui.panels.series_row import pixmap_of
from annotator.gui.theme import Theme
from annotator.i18n import Message, mark, say, translate
from annotator.present.studies import study_lines
from annotator.progress import Report
from annotator.workspace.catalogue import Catalogue
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.studies import PatientStudy
from annotator.workspace.thumbnails import Thumbnails
from annotator.workspace.visiting import Answer

_THUMB, _THUMBS, _AIR, _GAP = 72, 4, 8, 6
_STUDY, _LINES = int(Qt.ItemDataRole.UserRole), int(Qt.ItemDataRole.UserRole) + 1
AnyIndex = QModelIndex | QPersistentModelIndex


class StudyPainter(QStyledItemDelegate):
    """Up to four thumbnails and three lines."""

    def __init__(self, parent: QAbstractItemView, look: Theme, thumbnails: Thumbnails) -> None:
        super().__init__(parent)
        self._look, self._thumbnails = look, thumbnails
        self.thumbs = 1
        """So many thumbnails the longest row has."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """See Qt."""
        return QSize(300, _THUMB + 2 * _AIR)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """See Qt."""
        found, rect, state = index.data(_STUDY), QRect(option.rect), option.state
        painter.save()
        ground = "chosen" if state & QStyle.StateFlag.State_Selected else "hover" if state & QStyle.StateFlag.State_MouseOver else ""
        if ground:
            painter.fillRect(rect, self._look.colour(ground))
        for number, series in enumerate(found.study.series[:_THUMBS]):
            place = QRect(rect.left() + _AIR + number * (_THUMB + _GAP), rect.top() + _AIR, _THUMB, _THUMB)
            painter.fillRect(place, self._look.colour("picture"))
            thumb = self._thumbnails.get(series)
            if thumb is not None:
                scale = painter.device().devicePixelRatioF()
                drawn = pixmap_of(thumb, round(_THUMB * scale))
                inside = QRect(0, 0, round(drawn.width() / scale), round(drawn.height() / scale))
                inside.moveCenter(place.center())
                painter.drawPixmap(inside, drawn)
        left = rect.left() + _AIR + self.thumbs * (_THUMB + _GAP) + _AIR
        self._words(painter, QRect(left, rect.top() + _AIR, rect.right() - left - _AIR, _THUMB), index.data(_LINES))
        painter.restore()

    def _words(self, painter: QPainter, room: QRect, lines: tuple[str, str, str]) -> None:
        strong, plain = QFont(painter.font()), QFont(painter.font())
        strong.setWeight(QFont.Weight.DemiBold)
        height = room.height() // 3
        for number, (line, font, colour) in enumerate(zip(lines, (strong, plain, plain), ("text", "quiet", "text"), strict=True)):
            painter.setFont(font)
            painter.setPen(self._look.colour(colour))
            place = QRect(room.left(), room.top() + number * height, room.width(), height)
            fitting = QFontMetrics(font).elidedText(line, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, fitting)


class StudiesPart(Cover):
    """The list, read anew each time it is shown."""

    def __init__(self, session: Session, look: Theme) -> None:
        super().__init__(mark("Studies of this patient"))
        self._session = session
        self._report = Report()
        self._found: tuple[PatientStudy, ...] = ()
        self._elsewhere = Catalogue()
        self._told: Message | None = None
        self.list = QListWidget(self)
        self.list.setObjectName("studies.list")
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.thumbnails = Thumbnails(session.tasks, self.list.viewport().update)
        self.destroyed.connect(self.thumbnails.stop)
        self._painter = StudyPainter(self.list, look, self.thumbnails)
        self.list.setItemDelegate(self._painter)
        self.list.itemActivated.connect(lambda _item: self._open(beside=True))
        self.beside, self.there = self.button("main"), self.button()
        self.beside.setObjectName("studies.beside")
        self.there.setObjectName("studies.there")
        self.beside.clicked.connect(lambda: self._open(beside=True))
        self.there.clicked.connect(lambda: self._open(beside=False))
        self.body.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def refresh(self, topic: Topic) -> None:
        """Look for the studies when the cover is shown."""
        if topic is not Topic.PROJECT or self.isHidden():
            return
        self._report.cancel()
        report = self._report = Report()
        self._take((), Catalogue(), None)
        self.foot.setText(translate(mark("Looking for studies…")))

        def told(answer: Answer | Message) -> None:
            if report is not self._report:
                return
            if isinstance(answer, Message):
                self._take((), Catalogue(), answer)
            else:
                self._take(*answer, None)

        self._session.look_for_studies(report, told)

    def retranslate(self) -> None:
        """Say everything in the current language."""
        super().retranslate()
        self.list.setAccessibleName(translate(mark("Studies of this patient")))
        self.beside.setText(translate(mark("Open beside")))
        self.beside.setToolTip(translate(mark("Enter")))
        self.there.setText(translate(mark("Go there")))
        self.there.setToolTip(translate(mark("Alt+← comes back")))
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """See Qt; a search that still runs ends."""
        self._report.cancel()
        super().hideEvent(event)

    def _take(self, found: tuple[PatientStudy, ...], elsewhere: Catalogue, told: Message | None) -> None:
        self._found, self._elsewhere, self._told = found, elsewhere, told
        self._show()
        self.thumbnails.want([series for one in found for series in one.study.series[:_THUMBS]])

    def _show(self) -> None:
        self.list.clear()
        self._painter.thumbs = min(_THUMBS, max((len(found.study.series) for found in self._found), default=1))
        for found in self._found:
            lines = study_lines(self._session, found)
            item = QListWidgetItem("\n".join(lines))
            item.setData(_STUDY, found)
            item.setData(_LINES, lines)
            self.list.addItem(item)
        shown = self._session.series.uid if self._session.series else ""
        here = [any(series.uid == shown for series in found.study.series) for found in self._found]
        self.list.setCurrentRow(next((row for row, own in enumerate(here) if not own), 0))
        for button in (self.beside, self.there):
            button.setEnabled(bool(self._found))
        count = len(self._found)
        self.foot.setText(say(self._told) if self._told is not None else translate(mark("Studies: {count}"), count=count))

    def _open(self, *, beside: bool) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._found):
            found, elsewhere = self._found[row], self._elsewhere
            self.put_away.emit()
            self._session.visit(found, elsewhere, beside=beside)
