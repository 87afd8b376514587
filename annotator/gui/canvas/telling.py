"""The part of the image view that talks with the tool: it says what the hand did, and keeps what comes of it in sight."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from annotator.domain import hit
from annotator.domain.annotation import Annotation
from annotator.domain.edit import Edit
from annotator.domain.measure import Grip, grip_at
from annotator.domain.merge import Mode, Refusal
from annotator.domain.picture import Picture
from annotator.gui.canvas.ghost import Ghost, Outcome
from annotator.gui.canvas.model import CanvasModel, HitTest
from annotator.gui.canvas.mouse import HELD, UNFINISHED
from annotator.gui.canvas.pointing import Pointing
from annotator.gui.canvas.talk import Talk
from annotator.i18n import mark
from annotator.tools.gesture import Draft, Event, Ground, Hover, Kind, Measured
from annotator.tools.select import Band

_REACH = 7.0
"""Logical pixels within which a press takes hold of a measurement."""
_THROUGH = mark("Nothing is drawn on a slab: let the key go first")
_DROPPED = mark("What was being drawn was dropped")
_CHANGE_DROPPED = mark("The change that was on its way was dropped")
_HELD = Qt.KeyboardModifier


class Telling(Pointing):
    """A view whose left button draws; what is on it, and what its keys mean, the image view says."""

    model: CanvasModel
    talk: Talk
    awake: bool
    _hit_test: HitTest

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ghost, self._control = Ghost(self._proposed, self.update, self), False
        self._held: Annotation | None = None
        """What the hand took hold of when it pressed last."""
        self._goes_on = False
        """Whether the press of the button that is held went on with what had been begun before."""
        self._lends = False
        """Whether what is being drawn was begun with the eraser end of a pen: as long as it lasts the mode is Sub."""

    @property
    def drawing(self) -> bool:
        """Whether a shape has been begun and not ended."""
        return self.talk.drawing

    @property
    def changing(self) -> bool:
        """Whether an annotation is on its way to another shape or place."""
        return self.talk.changing

    @property
    def under_way(self) -> bool:
        """Whether the hand has begun something that is no edit yet: a shape, a change, or a press that may become one."""
        return self.drawing or self.changing or (self._mouse.draws and self.talk.open)

    def shown_picture(self) -> Picture | None:
        """Return the picture on the screen if it is the model's image: what may be drawn on."""
        return None

    def explain(self, text: str) -> None:
        """Say a marked sentence."""

    def drop(self) -> bool:
        """Drop what the hand has begun, and say so; returns whether there was anything."""
        dropped = self._lose()
        if dropped:
            self.paint_now()
        return dropped

    def _lose(self) -> bool:
        """Drop what the hand has begun and say so, where something else will paint; a button that is still held does nothing more."""
        lost, changed = self.under_way, self.changing
        self.talk.drop()
        if self._mouse.draws:
            self._mouse.give_up()
        self._over()
        if lost:
            self.explain(_CHANGE_DROPPED if changed else _DROPPED)
        return lost

    def _over(self) -> None:
        """Take note that nothing is being drawn any more: the mode is the chosen one again."""
        if self._lends:
            self._lends = False
            self.model.lend_mode(None)
        self._look_ahead()

    def tell(self, kind: Kind, at: QPointF, modifiers: Qt.KeyboardModifier, *, down: bool = False, erases: bool = False) -> None:
        """Tell the tool what the hand did at a place of the widget, and paint what comes of it."""
        transform = self.eye.transform
        if transform is None:
            return
        if self._painting.through is not None and kind in (Kind.PRESS, Kind.DOUBLE):
            self.explain(_THROUGH)
            return
        x, y = transform.to_image(at.x(), at.y())
        control, shift, alt = (
            bool(modifiers & held) for held in (_HELD.ControlModifier, _HELD.ShiftModifier, _HELD.AltModifier)
        )  # fmt: skip
        self._control = control
        begins, measures = kind in (Kind.PRESS, Kind.DOUBLE), self.talk.tool.measures
        under = self._hit_test(x, y, transform.pixel) if begins and not measures else None
        grip = self._grip_at(x, y) if begins and measures else None
        if begins:
            self._held = self._annotation(under.annotation) if under is not None and not self.talk.tool.toolname else None
            self._goes_on = self.drawing
            if not self.drawing:
                self._lends = erases and bool(self.talk.tool.toolname)
                self.model.lend_mode(Mode.SUB if self._lends else None)
        outcome = self.talk.send(Event(kind, x, y, transform.pixel, down, control, shift, under, grip, self._ground(), alt))
        if outcome is not None:
            self._ghost.follow(None)
            self.model.perform(outcome, transform.zoom)
        if outcome is not None or not (self.drawing or self._mouse.busy):
            self._over()
        else:
            self._look_ahead()
        self.paint_now()

    @property
    def holds(self) -> bool:
        """Whether the hand would miss what it has begun: a button that draws is held, or more was drawn than a first click."""
        preview = self.talk.preview
        shown = isinstance(preview, Draft | Measured) and (self._mouse.busy or len(preview.points) > 1)
        return shown or (self._mouse.draws and self.talk.open)

    @property
    def aim(self) -> tuple[float, float, float] | None:
        """The image point under the pointer, and how near to it (in image pixels) something counts as there; None: it is elsewhere."""
        transform = self.eye.transform
        if self.pointed_at is None or transform is None:
            return None
        return *self.widget_to_image(self._mouse.last), hit.REACH * transform.pixel

    def take_back(self) -> None:
        """Take back the last vertex of what is being drawn, or what the button that is held is doing."""
        if self._mouse.draws and not self._goes_on:
            self.drop()
            return
        self.tell(Kind.BACK, self._mouse.last, _HELD.ControlModifier if self._control else _HELD.NoModifier)

    def let_go(self) -> None:
        """Drop a change of what became another meanwhile: the hand holds a vertex or an edge that is not there any more."""
        if self._held is not None and self.talk.open and self._annotation(self._held.id) != self._held:
            self.drop()

    def _annotation(self, number: int) -> Annotation | None:
        return next((a for a in self.model.annotations if a.id == number), None)

    def wake(self, awake: bool) -> None:
        """Let it be worked in, or only be looked at: then what the hand has begun in it is dropped."""
        self.awake = awake
        if not awake:
            self.drop()

    def keep_at_it(self) -> None:
        """Say that what is being drawn is to be ended before anything else."""
        self.explain(HELD if self._mouse.draws else UNFINISHED)

    def keeps_at_it(self) -> bool:
        """Whether going elsewhere would take away what is being drawn: then that is said, and the keyboard is the picture's again."""
        held = self.holds
        if held:
            self.keep_at_it()
            self.setFocus()
        return held

    def step_option(self, steps: float) -> None:
        """Make the number that belongs to the tool larger or smaller, and show a brush at its new size."""
        self.model.step_option(steps)
        if isinstance(self.talk.preview, Hover):
            self.tell(Kind.MOVE, self._mouse.last, _HELD.NoModifier)

    def turn_round(self, control: bool) -> None:
        """Ctrl went down or up in the middle of a stroke: what it will do is another."""
        if control != self._control:
            self._control = control
            self._look_ahead()

    def _look_ahead(self) -> None:
        """Work out what would be if the hand let go now."""
        preview = self.talk.preview
        if isinstance(preview, Draft) and not isinstance(preview, Band):
            if not self._ghost.given_up:
                self._ghost.follow(preview.ended(control=self._control))
        else:
            self._ghost.follow(None if preview is None or isinstance(preview, Hover | Measured | Band) else preview)
        self._painting.ghost = self._ghost

    def _proposed(self, outcome: Outcome) -> Edit | Refusal | None:
        transform = self.eye.transform
        return self.model.proposed(outcome, transform.zoom) if transform is not None else None

    def _ground(self) -> Ground | None:
        image, picture = self.model.image, self.shown_picture()
        return Ground(image, picture, self.model.options) if image is not None and picture is not None else None

    def stacked(self, at: QPointF) -> bool:
        """Whether several annotations lie on top of each other at a place of the widget."""
        place, transform = self.widget_to_image(at), self.eye.transform
        if transform is None:
            return False
        return len(hit.stack(self.model.annotations, *place, hit.REACH * transform.pixel)) > 1

    def _grip_at(self, x: float, y: float) -> Grip | None:
        """Return what of the image's measurements lies at an image point."""
        image, transform = self.model.image, self.eye.transform
        return grip_at(self.model.measuring.on(image.key), x, y, _REACH * transform.pixel) if image and transform else None
