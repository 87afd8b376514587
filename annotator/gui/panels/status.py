"""The line at the bottom: what was said, how far reading is, what is under the pointer, and whether everything is saved."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QStatusBar, QWidget

from annotator.domain.edit import Edit
from annotator.domain.image import Image
from annotator.domain.picture import Picture
from annotator.gui.panels.elided import Elided
from annotator.gui.panels.progress import Progress
from annotator.gui.panels.silence import Silence
from annotator.i18n import Message, mark, message, say, translate
from annotator.present.readout import patient_text, place_text, position_text, value_text, zoom_text
from annotator.present.views import shown_view
from annotator.workspace.notice import SavedState, Topic
from annotator.workspace.session import Session

_INFO_STAYS = 10_000  # ms
_READING_EVERY = 200  # ms
_SILENT = mark("Storage silent for {seconds} s: what is loaded works, the rest will follow")
_ANSWERS = message("The storage answers again")
_USUAL = 200
"""Logical pixels that a place in the patient takes."""
_SAVED_TEXTS = {
    SavedState.SAVED: mark("Saved"),
    SavedState.UNSAVED: mark("Not saved yet"),
    SavedState.SAVING: mark("Saving…"),
    SavedState.FAILED: mark("Not saved"),
}


class Pointed(Protocol):
    """What the pointer is over: an image and its pixels."""

    @property
    def image(self) -> Image | None: ...
    @property
    def picture(self) -> Picture | None: ...
    def uptake_at(self, x: float, y: float, /) -> tuple[Picture, int, int] | None:
        """The uptake that is laid over it at an image point, and row and column in it."""


class StatusLine(QStatusBar):
    """Bottom line of the window."""

    undo_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._pointer: tuple[float, float] | None = None
        self._under: Pointed = session.panes[0]
        self._zoom = 0.0
        self._said: Message | None = None
        self._asked = False
        """Whether it waits for an answer, and stays."""
        self._last: Edit | None = None
        """What had been done last when something was said."""
        self.setSizeGripEnabled(False)
        self._line = Elided(Qt.TextElideMode.ElideRight, self)
        self._undo = self._link(self.undo_wanted)
        self._reading = _Reading(self)
        self._stop = self._link(self.stop_wanted)
        self._position, self._value, self._scale, self._place = (self._reader(width) for width in (100, 84, 58, 72))
        self._patient = _InPatient(Qt.TextElideMode.ElideRight, self)
        self.saved = QLabel(self)
        self.saved.setObjectName("status.saved")
        self.saved.setMinimumWidth(96)
        self.addWidget(self._line, 1)
        for widget in (self._undo, self._reading, self._stop):
            self.addWidget(widget)
        self.progress = Progress(session, self)
        for label in (self.progress, self._patient, self._position, self._value, self._scale, self._place, self.saved):
            self.addPermanentWidget(label)
        self._fade = QTimer(self, singleShot=True, interval=_INFO_STAYS)
        self._fade.timeout.connect(self.clear)
        self._watch = QTimer(self, interval=_READING_EVERY)
        self._watch.timeout.connect(self._show_reading)
        self.silence = Silence(self)
        self._silent = False
        self.silence.changed.connect(self._show_silence)
        self._show_reading()
        self.clear()

    def event(self, event: QEvent) -> bool:
        """See Qt, which paints all of the line whenever a word of it is another; here a label that has other words paints itself."""
        layout = self.layout()
        if event.type() is not QEvent.Type.LayoutRequest or layout is None:
            return super().event(event)
        layout.activate()
        return True

    def tell(self, sentence: Message, *, undo: bool = False, stays: bool = False) -> None:
        """Show a sentence for a while, with Undo beside it if that is offered; one that `stays` until the next edit or another series."""
        self._said = sentence
        self._write(say(sentence))
        self._undo.setVisible(undo)
        self._asked = stays
        if stays:
            self._fade.stop()

    def hint(self, text: str) -> None:
        """Show a line that is translated already."""
        self._said, self._asked = None, False
        self._write(text)
        self._undo.setVisible(False)

    def clear(self) -> None:
        """Take back what was said."""
        self._said, self._asked = None, False
        self._fade.stop()
        self._say("")
        self._undo.setVisible(False)

    def point(self, pane: Pointed, x: float, y: float) -> None:
        """The pointer is at an image point of a view."""
        self._under, self._pointer = pane, (x, y)
        self._show_pointer()

    def point_nowhere(self) -> None:
        """The pointer left the image."""
        self._pointer = None
        self._show_pointer()

    def scale(self, zoom: float) -> None:
        """The view shows `zoom` screen pixels per image pixel."""
        self._zoom = zoom
        self._scale.setText(zoom_text(zoom))

    def refresh(self, topic: Topic) -> None:
        """Show what the session says."""
        if topic is Topic.CATALOGUE:
            self._show_reading()
        if topic in (Topic.PICTURE, Topic.IMAGE):
            self._show_pointer()
        self._keep_to_what_was_done(topic)
        self._place.setText(place_text(self._session.index, len(self._session.images), shown_view(self._session)))
        self._show_saved()

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self._undo.setText(translate(mark("Undo")))
        self._stop.setText(translate(mark("Stop reading")))
        self.progress.retranslate()
        self._place.setToolTip(translate(mark("Image of the series")))
        self._patient.retranslate()
        self._position.setToolTip(translate(mark("Column and row of the pixel under the pointer")))
        fused = mark("Value of the pixel under the pointer; fused: also of the PET voxel it lies in, not interpolated")
        self._value.setToolTip(translate(fused))
        self._scale.setToolTip(translate(mark("Screen pixels per image pixel")))
        if self._said is not None:
            self._say(say(self._said))
        if self._silent:
            self._show_silence()
        self._show_saved()
        self._show_reading()
        self._show_pointer()

    def _keep_to_what_was_done(self, topic: Topic) -> None:
        """Offer Undo only as long as it takes back what was said; with the next edit, and in another case, what was said is over."""
        if self._asked and topic is Topic.SERIES:
            self.clear()
        if self._session.history.undoable is self._last:
            return
        if topic is Topic.DOCUMENT or (topic is Topic.SERIES and not self._undo.isHidden()):
            self.clear()
        self._undo.hide()

    def _write(self, text: str) -> None:
        self._last = self._session.history.undoable
        self._say(text)
        self._fade.start()

    def _say(self, text: str) -> None:
        """Show a sentence, unless the storage is silent: that is said as long as it is."""
        if not self._silent:
            self._line.say(text)

    def _show_silence(self) -> None:
        before, self._silent = self._silent, self.silence.seconds > 0
        if self._silent:
            self._line.say(translate(_SILENT, seconds=self.silence.seconds))
        elif before:
            self.tell(_ANSWERS)

    def _show_saved(self) -> None:
        state = self._session.saved_state
        self.saved.setText(translate(_SAVED_TEXTS[state]))
        if self.saved.property("state") != state.value:
            self.saved.setProperty("state", state.value)
            self.saved.style().unpolish(self.saved)
            self.saved.style().polish(self.saved)

    def _show_pointer(self) -> None:
        picture = self._under.picture
        value = value_text(picture, *self._pointer) if self._pointer else ""
        over = self._under.uptake_at(*self._pointer) if self._pointer and value else None
        if over is not None:
            value += f"  ·  {value_text(over[0], over[1] + 0.5, over[2] + 0.5, source=False)}"
        self._position.setText(position_text(*self._pointer) if self._pointer and value else "")
        self._value.setText(value)
        self._patient.say(patient_text(self._under.image, *self._pointer) if self._pointer and value else "")

    def _show_reading(self) -> None:
        report = self._session.scanning
        self._reading.setVisible(report is not None)
        self._stop.setVisible(report is not None)
        if report is None:
            self._watch.stop()
            self._reading.clear()
        else:
            self._reading.show_counts(report.done, report.total, self._session.catalogue.image_count)
            if not self._watch.isActive():
                self._watch.start()

    def _reader(self, width: int) -> QLabel:
        label = QLabel(self)
        label.setProperty("role", "reading")
        label.setMinimumWidth(width)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label

    def _link(self, wanted: SignalInstance) -> QPushButton:
        button = QPushButton(self)
        button.setProperty("role", "link")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(wanted)
        return button


class _InPatient(Elided):
    """Where the pointer is in the patient: as wide as that usually is, and less where the window is narrow."""

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget) -> None:
        super().__init__(mode, parent)
        self.setProperty("role", "reading")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Show a text; the tool tip says what it means."""
        self.setText(text)

    def retranslate(self) -> None:
        """Say what it means in the current language."""
        self.setToolTip(translate(mark("Place in the patient: the side of the origin, and millimetres")))

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(_USUAL, super().sizeHint().height())


class _Reading(QWidget):
    """How far a scan is: a bar, files and images."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._bar = QProgressBar(self, textVisible=False)
        self._counts = QLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(self._bar)
        row.addWidget(self._counts)

    def clear(self) -> None:
        """Nothing is being read."""
        self._counts.clear()

    def show_counts(self, files: int, total: int | None, images: int) -> None:
        """Show how many files were read and how many images they held; without a total the bar only moves."""
        if self._bar.maximum() != (total or 0):
            self._bar.setRange(0, total or 0)
        if total:
            self._bar.setValue(files)
        self._counts.setText(translate(mark("{files} files · {images} images"), files=f"{files:,}", images=f"{images:,}"))
