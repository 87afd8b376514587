"""Draw one chart of the dashboard: bars, or a table of numbers, of which each can be pointed at and opened, by mouse or keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.chart import Chart, Spot

_ROW, _BAR, _GAP, _CELL = 24, 12, 10, 42
_LABEL = 0.42
"""The greatest part of the width that labels take."""
_FAINT = 40
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_STEPS = {Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1), Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0)}


class Plot(QWidget):
    """A chart; Tab reaches it, arrows choose a number, Enter or a click opens what is behind it (`opened`, with the Spot)."""

    opened = Signal(object)
    pointed = Signal(str)
    """The keyboard is at a number that this sentence explains."""

    def __init__(self, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._chart, self.at, self._hovered = look, Chart("", "", "", (), ""), 0, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    @property
    def chart(self) -> Chart:
        """What is drawn."""
        return self._chart

    def put(self, chart: Chart) -> None:
        """Draw another chart."""
        self._chart, self.at, self._hovered = chart, min(self.at, max(0, len(chart.spots) - 1)), -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chart.spots else Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(self.sizeHint().height())
        self._say()
        self.update()

    def sizeHint(self) -> QSize:
        """See Qt."""
        chart = self._chart
        rows = len(chart.rows) + 1 if chart.columns else max(1, len(chart.spots))
        return QSize(_CELL * (len(chart.columns) + 3), rows * _ROW + 2 if chart.spots else 2 * _ROW)

    def place(self, number: int) -> QRect:
        """Where a number stands, as far as a click on it counts."""
        across = len(self._chart.columns)
        if not across:
            return QRect(0, number * _ROW, self.width(), _ROW)
        left, row, column = self._labels(), number // across, number % across
        wide = min(_CELL * 2, max(1, self.width() - left) // across)
        return QRect(left + column * wide, (row + 1) * _ROW, wide, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._chart.spots:
            painter.setPen(self._look.colour("quiet"))
            painter.drawText(self.rect(), Qt.TextFlag.TextWordWrap, self._chart.empty)
        elif self._chart.columns:
            self._draw_table(painter)
        else:
            self._draw_bars(painter)
        for number, colour in ((self._hovered, "quiet"), (self.at if self.hasFocus() else -1, "accent")):
            if 0 <= number < len(self._chart.spots):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(self._look.colour(colour))
                painter.drawRoundedRect(QRectF(self.place(number)).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.end()

    def _draw_bars(self, painter: QPainter) -> None:
        chart, metrics = self._chart, painter.fontMetrics()
        left = self._labels()
        right = max(metrics.horizontalAdvance(spot.text) for spot in chart.spots) + _GAP
        room = max(10, self.width() - left - right - _GAP)
        common = chart.most or max(max(spot.value, spot.whole, spot.goal) for spot in chart.spots) or 1.0
        for number, spot in enumerate(chart.spots):
            row = self.place(number)
            most = (max(spot.value, spot.whole, spot.goal) or 1.0) if chart.apart else common
            self._label(painter, QRect(4, row.top(), left - _GAP, _ROW), spot.label, faint=not (spot.value or spot.whole or spot.goal))
            track = QRectF(left, row.top() + (_ROW - _BAR) / 2, room, _BAR)
            layers = ((most, self._look.colour("raised")), (spot.whole, self._look.colour("chosen")), (spot.value, self._tone(spot)))
            for value, colour in layers:
                if value > 0:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(colour)
                    painter.drawRoundedRect(QRectF(track.left(), track.top(), max(2.0, room * min(1.0, value / most)), _BAR), 2, 2)
            if spot.goal:
                painter.setPen(self._look.colour("text"))
                x = track.left() + room * min(1.0, spot.goal / most) - 0.5
                painter.drawLine(QPointF(x, track.top() - 3), QPointF(x, track.bottom() + 3))
            painter.setPen(self._look.colour("text" if spot.value else "quiet"))
            painter.drawText(QRect(self.width() - right, row.top(), right - 4, _ROW), _RIGHT, spot.text)

    def _draw_table(self, painter: QPainter) -> None:
        chart, left = self._chart, self._labels()
        most = max((spot.value for spot in chart.spots), default=0) or 1.0
        painter.setPen(self._look.colour("quiet"))
        for column, name in enumerate(chart.columns):
            place = self.place(column).translated(0, -_ROW)
            shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, place.width() - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)
        for row, name in enumerate(chart.rows):
            self._label(painter, QRect(4, (row + 1) * _ROW, left - _GAP, _ROW), name)
        for number, spot in enumerate(chart.spots):
            cell = self.place(number)
            compared = spot.value and not chart.plain
            colour = QColor(self._look.colour("chosen" if compared else "raised"))
            if compared:
                colour.setAlpha(_FAINT + round((255 - _FAINT) * min(1.0, spot.value / most)))
            painter.fillRect(cell.adjusted(1, 1, -1, -1), colour)
            painter.setPen(self._look.colour("text" if spot.value else "quiet"))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, spot.text)

    def _label(self, painter: QPainter, place: QRect, text: str, *, faint: bool = False) -> None:
        painter.setPen(self._look.colour("quiet" if faint else "text"))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _labels(self) -> int:
        """The width that labels take, with the gap after them."""
        metrics = QFontMetrics(self.font())
        names = self._chart.rows if self._chart.columns else [spot.label for spot in self._chart.spots]
        return min(int(self.width() * _LABEL), max((metrics.horizontalAdvance(name) for name in names), default=0) + 4 + _GAP)

    def _tone(self, spot: Spot) -> QColor:
        return self._look.colour({None: "accent", True: "good", False: "accent" if self._chart.apart else "warning"}[spot.good])

    def _number(self, point: QPoint) -> int:
        return next((number for number in range(len(self._chart.spots)) if self.place(number).contains(point)), -1)

    def _open(self, number: int) -> None:
        if 0 <= number < len(self._chart.spots) and self._chart.spots[number].behind is not None:
            self.opened.emit(self._chart.spots[number])

    def _say(self) -> None:
        """Tell a screen reader what is chosen."""
        self.setAccessibleName(self._chart.title)
        self.setAccessibleDescription(self._chart.spots[self.at].tip if self._chart.spots else self._chart.empty)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        count, across = len(self._chart.spots), len(self._chart.columns) or 1
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.at)
            return
        if key not in (*_STEPS, Qt.Key.Key_Home, Qt.Key.Key_End) or not count:
            super().keyPressEvent(event)
            return
        if key in _STEPS:
            right, down = _STEPS[key]
            column = self.at % across + right
            wanted = self.at + right + down * across
            self.at = wanted if 0 <= column < across and 0 <= wanted < count else self.at
        else:
            self.at = 0 if key == Qt.Key.Key_Home else count - 1
        self._say()
        self.update()
        self.pointed.emit(self.chart.spots[self.at].tip)

    def _tip(self, number: int) -> str:
        spot = self._chart.spots[number]
        return spot.tip if spot.behind is None else f"{spot.tip}\n{translate(mark('Enter lists the cases'))}"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        number = self._number(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self.at = number
            self._say()
            self.update()
            self._open(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        number = self._number(event.position().toPoint())
        opens = number >= 0 and self._chart.spots[number].behind is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
        if number != self._hovered:
            self._hovered = number if opens else -1
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """See Qt."""
        self._hovered = -1
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """See Qt."""
        super().focusInEvent(event)
        self.update()
        if self._chart.spots and event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.pointed.emit(self._chart.spots[self.at].tip)

    def event(self, event: QEvent) -> bool:
        """See Qt; a number is explained by the sentence that belongs to it."""
        if isinstance(event, QHelpEvent):
            number = self._number(event.pos())
            if number >= 0:
                QToolTip.showText(event.globalPos(), self._tip(number), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
