"""One view with the line above it: which series and image it shows, and whether it is the one that is worked in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from annotator.domain.blindness import veiled
from annotator.gui.canvas.pins import Sign
from annotator.gui.canvas.view import ImageView
from annotator.gui.dragged import carries_series, dropped_series
from annotator.gui.panels.elided import Elided
from annotator.gui.panels.reading_bar import ReadingBar
from annotator.gui.panels.slice_strip import SliceStrip
from annotator.gui.tear_button import TearButton
from annotator.gui.theme import Theme
from annotator.i18n import mark, translate
from annotator.present.catalogue import series_title
from annotator.present.held_back import held_back
from annotator.present.overlay import Overlays, hit_test
from annotator.present.questions import pins
from annotator.present.readings import reading_title
from annotator.present.readout import place_text
from annotator.present.shadows import shadows
from annotator.tools.gesture import Hit
from annotator.workspace.notice import Topic
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session

_LEAST = 56
_KNOWN_BY, _ROOM_FOR_LINKED = 12, 240
"""Letters of a series' title by which it is known, pixels of a line in which there is room to say how its view is linked."""
_BY_PLACE, _BY_STEPS = mark("linked by place"), mark("linked step by step")
_NEWS = frozenset({Topic.SERIES, Topic.IMAGE, Topic.CATALOGUE, Topic.PROJECT, Topic.LAYOUT})


class PaneFrame(QWidget):
    """A view for a pane; its line is hidden while the view stands alone."""

    series_dropped = Signal(str, object)
    """A series was dropped here: its uid, and the place of an image or None."""
    tear_wanted = Signal(object)
    """The view is to get a window of its own, or to come back from there; with the place its line was dragged to, or None."""

    def __init__(self, session: Session, pane: Pane, look: Theme) -> None:
        super().__init__()
        self._session, self.pane, self._alone = session, pane, True
        overlays = Overlays(session, pane)
        self.view = ImageView(pane, lambda: (*shadows(session, pane), *overlays()), self._hit, self)
        self.view.tell_held_back(lambda key_of: held_back(session, pane, key_of))
        self.view.show_pins(lambda: (Sign(*pin) for pin in pins(session, pane)))
        self.line = _Line(look, self)
        self.slices = SliceStrip(session, pane, look, self, lambda: self.view.holds)
        self.slices.left.connect(self.view.keep_at_it)
        self._bar: ReadingBar | None = None
        self._hint = QLabel(self)
        self._hint.setProperty("role", "quiet")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setMargin(16)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        picture = QStackedLayout()
        picture.setStackingMode(QStackedLayout.StackingMode.StackAll)
        picture.addWidget(self.view)
        picture.addWidget(self._hint)
        picture.setCurrentWidget(self._hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addLayout(picture, 1)
        column.addWidget(self.slices)
        self.setAcceptDrops(True)
        self.setMinimumSize(_LEAST, _LEAST)
        self.line.pressed.connect(self.view.wanted)
        self.line.tear.clicked.connect(lambda: self.tear_wanted.emit(None))
        self.line.pulled.connect(self.tear_wanted)
        self.view.pointer_moved.connect(self._aim)
        self.view.pointer_left.connect(session.aim_nowhere)
        self.destroyed.connect(pane.subscribe(self._hear))
        self.stand(alone=True, torn=False)

    def stand(self, *, alone: bool, torn: bool) -> None:
        """Show the line if there are other views, or if the view has a window of its own."""
        self.line.setHidden(alone and not torn)
        self.line.tear.show_torn(torn)
        self.line.pullable = not torn
        self._alone = alone
        self.refresh()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.line.tear.retranslate()
        self.slices.retranslate()
        self.refresh()

    def refresh(self) -> None:
        """Say what the pane shows, in the current language."""
        pane = self.pane
        self._show_bar()
        self._hint.setVisible(pane.image is None and not self._alone and bool(self._session.catalogue.by_uid))
        if self.line.isHidden():
            return
        hung = self._session.hung
        name = hung[pane.number] if pane.number < len(hung) else ""
        missing = translate(mark("{view}\nThis case has no such image"), view=name)
        self._hint.setText(missing if name else translate(mark("Drag a series here, or click here and choose one in the list")))
        title, brief = name, name
        if pane.series is not None:
            title, brief = veiled(series_title(pane.series), self._session.project.project), pane.series.modality
        if pane.place.over is not None:
            title, brief = (translate(mark("{series} + PET"), series=text) for text in (title, brief))
        by_place = self._session.linked_by_place(pane.place)
        linked = "" if by_place is None else translate(_BY_PLACE if by_place else _BY_STEPS)
        if pane.place.other is not None:
            title, brief, linked = reading_title(self._session, pane.place.other.saved), "", ""
        self.setWindowTitle(title or translate(mark("Picture")))
        self.line.say(title, brief, linked, place_text(pane.index, len(pane.images)))
        self.line.mark(active=pane.active)

    def _show_bar(self) -> None:
        """Show what differs above another reading."""
        column = self.layout()
        if self._bar is None and self.pane.place.other is not None and isinstance(column, QVBoxLayout):
            self._bar = ReadingBar(self._session, self.pane, self)
            column.insertWidget(1, self._bar)
        if self._bar is not None:
            self._bar.refresh()

    def _aim(self, x: float, y: float) -> None:
        transform = self.view.eye.transform
        if self.pane.place.other is not None and transform is not None:
            self._session.aim(x, y, transform.pixel, self.pane.number)

    def _hear(self, topic: Topic) -> None:
        self.slices.hear(topic)
        if topic in _NEWS:
            self.refresh()

    def _hit(self, x: float, y: float, pixel: float) -> Hit | None:
        """What lies under an image point, where one works."""
        return hit_test(self._session, x, y, pixel) if self.pane.active else None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """See Qt; a series may be dropped here, anything else concerns the window."""
        if carries_series(event.mimeData()):
            event.acceptProposedAction()
            self.line.mark(active=self.pane.active, aimed=True)
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """See Qt."""
        self.line.mark(active=self.pane.active)

    def dropEvent(self, event: QDropEvent) -> None:
        """See Qt."""
        event.acceptProposedAction()
        self.line.mark(active=self.pane.active)
        self.series_dropped.emit(*dropped_series(event.mimeData()))


class _Title(Elided):
    """The title of a series; where what has room of it does not tell the series, its modality."""

    brief = ""

    def fitted(self, width: int) -> str:
        """See Elided."""
        text = super().fitted(width)
        if text == self.text() or not self.brief or (len(text) >= _KNOWN_BY and self.brief in text):
            return text
        return self.fontMetrics().elidedText(self.brief, Qt.TextElideMode.ElideRight, width)


class _Line(QWidget):
    """The series at the left, which image of how many at the right; a press on it works in the view."""

    pressed = Signal()
    pulled = Signal(object)
    """It was dragged out of its window, to this place of the desktop."""

    def __init__(self, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pane_line")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._linked, self._place = _Title(Qt.TextElideMode.ElideMiddle, self), QLabel(self), QLabel(self)
        self._linked.setProperty("role", "linked")
        self.tear, self.pullable = TearButton(look, self), True
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(10)
        row.addWidget(self._title, 1)
        row.addWidget(self._linked)
        row.addWidget(self._place)
        row.addWidget(self.tear)
        self.mark(active=False)

    def say(self, title: str, brief: str, linked: str, place: str) -> None:
        """Show these words, of a title that has no room the brief one."""
        self._title.brief = brief
        self._title.say(title)
        self._title.setToolTip("\n".join(filter(None, (title, linked))))
        for label, text in ((self._linked, linked), (self._place, place)):
            if label.text() != text:
                label.setText(text)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Leave out how views are linked rather than what they show."""
        self._linked.setHidden(not self._linked.text() or self.width() < _ROOM_FOR_LINKED)

    def mark(self, *, active: bool, aimed: bool = False) -> None:
        """Show whether the view is worked in, or aimed at by a drag."""
        state = "aimed" if aimed else "active" if active else "looking"
        if self.property("state") != state:
            self.setProperty("state", state)
            for widget in (self, self._title, self._linked, self._place):
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self.pressed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See Qt; the pointer says where letting go would tear the view off."""
        shape = Qt.CursorShape.ClosedHandCursor if self._is_outside(event) else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self.unsetCursor()
        if self._is_outside(event):
            self.pulled.emit(event.globalPosition().toPoint())

    def _is_outside(self, event: QMouseEvent) -> bool:
        return self.pullable and not self.window().frameGeometry().contains(event.globalPosition().toPoint())
