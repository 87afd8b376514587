"""The widget that shows one image and lets the hand draw on it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from annotator.domain.measure import Grip
from annotator.domain.picture import Picture
from annotator.gui.canvas import signs
from annotator.gui.canvas.edited import EDITS, Edited
from annotator.gui.canvas.legend import Legend
from annotator.gui.canvas.model import CanvasModel, HitTest, Overlay, Overlays
from annotator.gui.canvas.mouse import Mouse, Pressed
from annotator.gui.canvas.painting import Painting
from annotator.gui.canvas.pen import Pen
from annotator.gui.canvas.pointer import cursor
from annotator.gui.canvas.shown import ready
from annotator.gui.canvas.talk import Talk
from annotator.gui.canvas.telling import Telling
from annotator.gui.positions import is_enter, press_of
from annotator.i18n import language, mark, translate
from annotator.pace import FRAMES
from annotator.present.honesty import Note, notes
from annotator.tools.gesture import Hit, Kind
from annotator.workspace.hand import Deed
from annotator.workspace.notice import Topic

PATIENCE = 150
"""Milliseconds after which a picture that is still being decoded is said to be."""
_FRAME = mark("Drag a rectangle: the window suits what is in it; Esc leaves the window as it is")
_AGAIN = 60
"""Milliseconds after which one looks again whether the missing slices of a slab are there."""
_DECIDING = frozenset({Topic.MODE, Topic.CATEGORY, Topic.DOCUMENT})
"""What decides what comes of a stroke, besides the stroke."""
_BACK, _DROP = Qt.Key.Key_Backspace, Qt.Key.Key_Escape


class ImageView(Telling):
    """Paints the model's image and turns what the hand does into the model's calls.

    The dynamic properties `image_uid`, `image_index` and `image_count` say what is on the screen; uid and index change together, in the
    paint that shows the image.
    """

    context_menu_requested = Signal(QPoint)
    """A right click that means nothing else, in widget coordinates."""
    escaped = Signal()
    """Esc, where it ends nothing here."""
    said = Signal(str)
    """A sentence for the status line, in the current language."""
    maximise_requested = Signal()
    wanted = Signal()
    """A left press where nobody works: whoever hears it makes the view `awake`, or does not."""
    turned = Signal()
    """Another image is on the screen."""
    repainted = Signal()
    """A paint is over: what is on the screen, or how, may be another."""

    def __init__(self, model: CanvasModel, overlays: Overlays, hit_test: HitTest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.talk = Talk(model.tool)
        self.awake = True
        """Whether this is the view that is worked in; in another one the mouse only looks."""
        self.lower_by: Callable[[], float] = lambda: 0.0
        """By how much it is lower for a while than it is else: its image keeps its place."""
        self._mouse, self._painting = Mouse(self), Painting(model)
        self._pen = Pen(lambda event, double: self._press(event, double=double), self._mouse)
        self._hit_test = hit_test
        self._noted: tuple[object, tuple[Note, ...]] = (None, ())
        self._series, self._stale, self._late = "", True, False
        self._edited = Edited(self, overlays, self._differing)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self._grow_impatient)
        self._again = QTimer(self, singleShot=True, interval=_AGAIN)
        self._again.timeout.connect(self.update)
        for name, value in (("image_uid", ""), ("image_index", -1), ("image_count", 0)):
            self.setProperty(name, value)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setMouseTracking(True)
        self._show_cursor()
        self.destroyed.connect(model.subscribe(self._changed))

    def bear(self, legend: Legend) -> None:
        """Show the signs of a legend on the picture."""
        self._painting.legend = legend
        legend.changed.connect(self.update)
        legend.slab.changed.connect(self.update)

    def set_overlays_hidden(self, hidden: bool) -> None:
        """Hide the annotations, as long as H is held."""
        if hidden != self._painting.hidden:
            self._painting.hidden = hidden
            self.paint_now()

    @property
    def panning(self) -> bool:
        """Whether Space is held."""
        return self._mouse.panning

    def set_panning(self, panning: bool) -> None:
        """Let the left button pan, as long as Space is held."""
        self._mouse.panning = panning
        self._show_cursor()

    def frame_window(self) -> None:
        """Let the next left drag choose a rectangle whose values make the window; said again, or Esc, takes that back."""
        self._mouse.lend(None if self._mouse.framing else Deed.REGION)
        self._show_cursor()
        if self._mouse.framing:
            self.explain(_FRAME)

    def frame(self, rectangle: QRectF | None) -> None:
        """Show a rectangle that is being dragged, or none."""
        self._painting.frame = rectangle
        self.paint_now()

    def shown_picture(self) -> Picture | None:
        """Return the picture on the screen if it is the model's image: what may be drawn on."""
        image = self.model.image
        return self._shown.picture if self._shown and image and self._shown.image.key == image.key else None

    def notes(self) -> tuple[Note, ...]:
        """Return what is to be said about the picture on the screen; nothing while another one is on its way."""
        picture, image, sampling = self.shown_picture(), self.model.image, self.sampling
        if picture is None or image is None or sampling is None:
            return ()
        more = self._painting.notes()
        asked = (self._shown, self.model.window, self.model.window.origin, sampling, more, language())
        if asked != self._noted[0]:
            self._noted = asked, notes(image, picture, self.model.window, sampling.value, more)
        return self._noted[1]

    def expecting(self) -> bool:
        """Whether another picture than the one on the screen is on its way."""
        return self.shown_picture() is None

    def extent(self) -> tuple[int, int] | None:
        """See Sight; the model's image is there before its pixels."""
        image = self.model.image
        return (image.columns, image.rows) if image is not None else super().extent()

    def page(self, step: int) -> None:
        """Go `step` images on, not beyond the ends of the series."""
        last = len(self.model.images) - 1
        target = min(max(self.model.index + step, 0), last)
        if self.model.index >= 0 and target != self.model.index:
            self.model.page(target - self.model.index)
            self.paint_now()

    def ask_for_menu(self, at: QPointF) -> None:
        """Ask for the context menu."""
        self.context_menu_requested.emit(at.toPoint())

    def maximise(self) -> None:
        """Ask for the view to fill the window, or to stop doing so."""
        self.maximise_requested.emit()

    def explain(self, text: str) -> None:
        """Say a marked sentence."""
        self.said.emit(translate(text))

    def _changed(self, topic: object) -> None:
        """Take note that the model is another; what can be painted is looked up in the paint."""
        self._stale = True
        self._edited.other()
        if self.model.tool is not self.talk.tool:
            self._lose()
            self.talk.choose(self.model.tool)
            self._show_cursor()
        if self._shown is not None and self.shown_picture() is None:
            self._lose()
        if topic in _DECIDING:
            self._ghost.again()
        if topic in EDITS:
            self.let_go()
            self._edited.note()
        else:
            self.update()

    def _differing(self, overlays: tuple[Overlay, ...]) -> QRect | None:
        """In which area other annotations are seen, where nothing else is new; None: anywhere."""
        shown, transform = self._shown, self.eye.transform
        if not self._stale or transform is None or shown is None or ready(self.model, shown) is not shown or self.expecting():
            return None
        return self._painting.differing(overlays, QRectF(self.rect()), shown, transform, self.talk.preview)

    def paint_now(self) -> None:
        """See Sight."""
        self._edited.forget()
        super().paint_now()

    def _grow_impatient(self) -> None:
        self._late = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt; afterwards the properties and the model know what is on the screen."""
        begun = time.perf_counter()
        high = self.height() + self.lower_by()
        self.eye.resize(self.width(), high, self.devicePixelRatioF(), drawn=self._mouse.busy and self.talk.open)
        news = self._take_over() if self._stale else False
        painter, area = QPainter(self), QRectF(self.rect())
        rough = self.in_motion and not self.talk.open
        try:
            self._painting.paint(painter, area, self._shown, self.eye.transform, self.talk.preview, rough=rough)
            if self._late:
                signs.loading(painter, area)
        finally:  # a painter that is left at work on a window takes the program with it
            painter.end()
        FRAMES.took(time.perf_counter() - begun)
        self._report(news=news)
        if self._painting.through is not None and self._painting.through.waits:
            self._again.start()

    def _take_over(self) -> bool:
        """Take what the model shows now, as far as it is there; returns whether that is another image, or the same come true."""
        before, self._stale = self._shown, False
        self._shown = now = ready(self.model, before)
        image = self.model.image
        current = now is not None and image is not None and now.image.key == image.key
        if current or now is None:
            self._painting.overlays = self._edited.overlays() if current else ()
        waiting = image is not None and not current
        self._late = self._late and waiting
        if not waiting:
            self._patience.stop()
        elif not self._late and not self._patience.isActive():
            self._patience.start()
        if now is before:
            return False
        self._lose()
        if now is None:
            self.eye.clear()
            self._series = ""
        elif (placed := self._placed()) is not None:
            self.eye.place(placed, anew=now.image.series_uid != self._series)
            self._series = now.image.series_uid
        return True

    def _report(self, *, news: bool) -> None:
        shown, images = self._shown, self.model.images
        if shown is None:
            known: tuple[tuple[str, object], ...] = (("image_uid", ""), ("image_index", -1), ("image_count", 0))
        else:
            image = self.model.image
            place = self.model.index if image and image.key == shown.image.key else shown.place_in(images)
            known = (("image_uid", shown.image.key.uid), ("image_index", place), ("image_count", len(images))) if place >= 0 else ()
        for name, value in known:
            if self.property(name) != value:
                self.setProperty(name, value)
        self.note_zoom()
        if news and shown is not None:
            self.model.painted(shown.image.key)
            self.turned.emit()
        self.repainted.emit()

    def _show_cursor(self, at: QPointF | None = None) -> None:
        hit: Hit | Grip | None = None
        tool, place = self.talk.tool, None if at is None or self._mouse.busy else self.widget_to_image(at)
        if place is not None and tool.measures:
            hit = self._grip_at(*place)
        elif place is not None and self.eye.transform is not None and not tool.toolname:
            hit = self._hit_test(*place, self.eye.transform.pixel)
            if hit is not None and any(o.locked and o.annotation_id == hit.annotation for o in self._painting.overlays):
                hit = None  # it can be selected and no more
        shape = cursor(tool, hit, panning=self._mouse.panning, moving=self._mouse.moving)
        if self._mouse.framing or self.asked_for_point:
            shape = Qt.CursorShape.CrossCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self._press(event)
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """See Qt."""
        self._press(event, double=True)

    def _is_woken(self, event: Pressed) -> bool:
        """Ask for work with a left press in a view that only looks; the press works already if it is given."""
        if event.button() == Qt.MouseButton.LeftButton and not self.awake:
            self.wanted.emit()
            return self.awake
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """See Qt; what is held counts as let go."""
        self.set_panning(False)
        self.set_overlays_hidden(False)
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        """See Qt; while a shape is being drawn, the keys that end it are no shortcuts."""
        claims = event.type() is QEvent.Type.ShortcutOverride and self.drawing
        if claims and isinstance(event, QKeyEvent) and (press_of(event)[0] in (_BACK, _DROP) or is_enter(event)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt; a key that means nothing here goes on to the window."""
        key = press_of(event)[0]
        if event.key() == Qt.Key.Key_Control:
            self.turn_round(True)
        if key == _DROP and self.asked_for_point:
            self.ask_for_point(None)
        elif key == _DROP and self._mouse.framing:
            self.frame_window()
        elif key == _DROP and (self.drawing or self._mouse.busy):
            self.drop()
        elif key == _DROP and self.talk.tool.measures:
            self.model.lay_down()
        elif key == _DROP and self.model.selection:
            self.model.select_nothing()
        elif key == _DROP:
            self.escaped.emit()
        elif key == _BACK and self.drawing:
            self.take_back()
        elif is_enter(event) and self.drawing:
            self.tell(Kind.CONFIRM, self._mouse.last, event.modifiers())
        elif key == Qt.Key.Key_Space:
            self.set_panning(True)
        elif key == Qt.Key.Key_H and not event.modifiers():
            self.set_overlays_hidden(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        key = press_of(event)[0]
        if event.key() == Qt.Key.Key_Control:
            self.turn_round(False)
        if event.isAutoRepeat() or key not in (Qt.Key.Key_Space, Qt.Key.Key_H):
            super().keyReleaseEvent(event)
        elif key == Qt.Key.Key_Space:
            self.set_panning(False)
        else:
            self.set_overlays_hidden(False)
