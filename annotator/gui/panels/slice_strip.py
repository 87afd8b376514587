"""The narrow strip under a picture that shows which slices of its series carry what; a press or a drag on it goes there.

Slices that a hand drew on have bars of full height in the colours of their categories, what was made between lower and paler ones; a line
under them says how far the lesion reaches that is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from annotator.gui.keys import take_typing
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.slice_marks import SliceMark, SliceMarks, SliceReader, slice_text
from annotator.workspace.notice import Topic
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session

Pixels = NDArray[np.uint8]
Held = Callable[[], bool]
"""Whether a shape is being drawn that another slice would take away."""
HEIGHT = 10
_TOP, _BAR, _LOW = 1, 6, 4
_REACH_TOP, _REACH = 8, 2
_PALE = 0.6
_KNOWN = 64
"""So many kinds of slices, and arrangements of them, are not worked out again."""
_APART = 4
"""From so many pixels a slice on there is a gap between two of them."""
_NEWS = frozenset({Topic.PROJECT, Topic.CATALOGUE, Topic.SERIES, Topic.DOCUMENT, Topic.SELECTION, Topic.LAYOUT})
_SAME_VERB = frozenset({Topic.DOCUMENT, Topic.SELECTION})


class SliceStrip(QWidget):
    """The strip of one view; hidden where the view does not show slices."""

    left = Signal()
    """Another slice was asked for while a shape is being drawn: it waits."""

    def __init__(self, session: Session, pane: Pane, look: Theme, parent: QWidget | None = None, held: Held = lambda: False) -> None:
        super().__init__(parent)
        self._held = held
        self.setObjectName("slice_strip")
        self._session, self._pane, self._look = session, pane, look
        self._reader, self._marks = SliceReader(), SliceMarks()
        self._painted: QPixmap | None = None
        self._here = -1
        """The place that was marked in the last paint."""
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.hide()

    @property
    def marks(self) -> SliceMarks:
        """What it shows."""
        return self._marks

    def hear(self, topic: Topic) -> None:
        """Show what changed."""
        if topic in _NEWS:
            if not _SAME_VERB & self._session.to_come:  # then it is told again in the same go
                self.refresh()
        elif topic is Topic.IMAGE:
            self.update()

    def refresh(self) -> None:
        """Look at the session anew."""
        marks, before = self._reader.read(self._session, self._pane), self._marks
        self._marks = marks
        if not _alike(marks, before):
            self._painted = None
        if self.isHidden() is bool(marks.marks):
            self.setVisible(bool(marks.marks))
        if self._painted is None or self._pane.index != self._here or marks.reach != before.reach:
            self.update()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.setAccessibleName(translate(mark("Slices and what they carry")))

    def place_at(self, x: float) -> int:
        """Return the place of the slice that is shown at a distance from the left."""
        count = len(self._marks.marks)
        return min(max(int(x * count / max(self.width(), 1)), 0), count - 1)

    def rectangle(self, place: int) -> QRect:
        """Return where a slice is shown."""
        count, width = max(len(self._marks.marks), 1), self.width()
        left, right = place * width // count, (place + 1) * width // count
        return QRect(left, 0, max(right - left, 1), HEIGHT)

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(0, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        if self._painted is None or self._painted.size() != self.size() * ratio:
            self._painted = self._paint(ratio)
        painter.drawPixmap(0, 0, self._painted)
        if self._marks.reach is not None:
            first, last, colour = self._marks.reach
            count, wide = len(self._marks.marks), self._painted.width()
            left, right = first * wide // count, max((last + 1) * wide // count, first * wide // count + 1)
            painter.fillRect(QRectF(left / ratio, _REACH_TOP, (right - left) / ratio, _REACH), QColor(*colour))
        self._here = here = self._pane.index
        if 0 <= here < len(self._marks.marks):
            slot = self.rectangle(here)
            width = max(min(slot.width(), 6), 3)
            left = min(max(slot.center().x() - width // 2, 0), self.width() - width)
            painter.fillRect(QRect(left - 1, 0, width + 2, HEIGHT), self._look.colour("ground"))
            painter.fillRect(QRect(left, 0, width, HEIGHT), self._look.colour("text"))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def event(self, event: QEvent) -> bool:
        """See Qt; the tool tip says what the slice under the pointer carries."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip and self._marks.marks:
            place: QPoint = event.globalPos()
            QToolTip.showText(place, slice_text(self._session, self._pane, self.place_at(event.pos().x())), self)
            return True
        return super().event(event)

    def _go(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().x())
        if place != self._pane.index and self._held():
            self.left.emit()
        elif place != self._pane.index:
            take_typing()
            self._pane.page(place - self._pane.index)

    def _paint(self, ratio: float) -> QPixmap:
        ground, marks = _rgb(self._look.colour("panel")), self._marks
        wide, high = round(self.width() * ratio), round(HEIGHT * ratio)
        kinds = {id(slice_mark): slice_mark for slice_mark in marks.marks}
        numbers = {kind: number for number, kind in enumerate(kinds)}
        columns = np.stack([_column(slice_mark, ground) for slice_mark in kinds.values()], axis=1)
        painted = columns[:, [numbers[id(slice_mark)] for slice_mark in marks.marks]]
        found = painted[:, _places(tuple(bool(m.colours) for m in marks.marks), wide)]
        if wide >= _APART * len(marks.marks):
            ends = [(place + 1) * wide // len(marks.marks) - 1 for place in range(len(marks.marks))]
            found[:, ends] = ground
        whole = np.ascontiguousarray(found[np.arange(high) * HEIGHT // high])
        image = QImage(whole.data, wide, high, 3 * wide, QImage.Format.Format_RGB888)
        made = QPixmap.fromImage(image)
        made.setDevicePixelRatio(ratio)
        return made


def _alike(one: SliceMarks, other: SliceMarks) -> bool:
    """Whether marks look the same: how many annotations a slice carries of a colour is said, not shown."""
    if len(one.marks) != len(other.marks):
        return False
    return all(mine is theirs or mine.colours == theirs.colours for mine, theirs in zip(one.marks, other.marks, strict=True))


def _rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


@lru_cache(_KNOWN)
def _column(slice_mark: SliceMark, ground: tuple[int, int, int]) -> Pixels:
    """The pixels of a slice from top to bottom (HEIGHT, 3)."""
    found = np.empty((HEIGHT, 3), dtype=np.uint8)
    found[:] = ground
    count = len(slice_mark.colours)
    for number, (colour, by_hand) in enumerate(slice_mark.colours):
        room = _BAR if by_hand else _LOW
        top = _TOP + _BAR - room
        upper, lower = top + number * room // count, top + (number + 1) * room // count
        share = 1.0 if by_hand else _PALE
        found[upper : max(lower, upper + 1)] = [round(share * c + (1 - share) * g) for c, g in zip(colour, ground, strict=True)]
    return found


@lru_cache(_KNOWN)
def _places(marked: tuple[bool, ...], wide: int) -> NDArray[np.int64]:
    """Which slice each pixel column shows; where several share one, one of those that carry something."""
    found = np.arange(wide) * len(marked) // max(wide, 1)
    if len(marked) > wide:
        carrying = np.flatnonzero(marked)
        found[carrying * wide // len(marked)] = carrying
        return found
    starts = np.arange(len(marked)) * wide // len(marked)
    return np.searchsorted(starts, np.arange(wide), side="right") - 1
