"""The drags that look: a drag is a generator that reads top to bottom, it is sent each place of the pointer until the button goes up."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt

from annotator.domain.auto_window import region_window
from annotator.domain.picture import Picture, Window
from annotator.gui.canvas.eye import Eye
from annotator.gui.canvas.frame import part_between
from annotator.gui.canvas.model import CanvasModel
from annotator.gui.canvas.talk import Talk
from annotator.gui.canvas.windowing import dragged_window
from annotator.tools.gesture import Kind
from annotator.workspace.hand import Deed

_ZOOM_PIXELS = 200.0
"""So many logical pixels up or down zoom by e."""
_UPTAKE_PIXELS = 200.0
"""So many logical pixels let colours reach e times as high."""
_PAGE_PIXELS = 8.0
"""So many logical pixels are one image."""


@dataclass(frozen=True)
class Place:
    """Where the pointer is (logical pixels), the modifiers held there, whether the button has gone up, whether it is a pen's eraser end."""

    at: QPointF
    modifiers: Qt.KeyboardModifier
    up: bool = False
    erases: bool = False


Drag = Generator[None, Place, None]


class Surface(Protocol):
    """What the mouse acts on: the image view."""

    model: CanvasModel
    eye: Eye
    talk: Talk
    awake: bool

    def shown_picture(self) -> Picture | None:
        """The picture on the screen, if it is the model's."""

    def tell(self, kind: Kind, at: QPointF, modifiers: Qt.KeyboardModifier, *, down: bool = False, erases: bool = False) -> None:
        """Tell the tool, and paint what comes of it; a stroke that the eraser end of a pen begins (`erases`) takes away."""

    def frame(self, rectangle: QRectF | None) -> None:
        """Show a rectangle that is being dragged, or none."""

    def paint_now(self) -> None: ...
    def paint_in_motion(self) -> None: ...
    def page(self, step: int) -> None: ...
    def step_option(self, steps: float) -> None: ...
    def ask_for_menu(self, at: QPointF) -> None: ...
    def maximise(self) -> None: ...
    def stacked(self, at: QPointF) -> bool:
        """Whether several annotations lie on top of each other there."""

    def explain(self, text: str) -> None: ...


def pan(surface: Surface, press: Place) -> Drag:
    """Move the picture with the pointer."""
    start = surface.eye.transform
    up = start is None
    while not up:
        place = yield
        up = place.up
        if start is not None:
            surface.eye.look(start.moved(place.at.x() - press.at.x(), place.at.y() - press.at.y()))
        surface.paint_now()


def zoom(surface: Surface, press: Place) -> Drag:
    """Zoom at the place of the press: up is nearer."""
    start, up = surface.eye.transform, False
    while not up:
        place = yield
        up = place.up
        if start is not None and place.at != press.at:
            zoom = start.zoom * math.exp((press.at.y() - place.at.y()) / _ZOOM_PIXELS)
            surface.eye.zoom_to(zoom, (press.at.x(), press.at.y()))
            surface.paint_in_motion()


def page(surface: Surface, press: Place) -> Drag:
    """Go through the series: towards the person is the next image."""
    turned, up = 0, False
    while not up:
        place = yield
        up, wanted = place.up, int((place.at.y() - press.at.y()) / _PAGE_PIXELS)
        if wanted != turned and not surface.talk.drawing:
            surface.page(wanted - turned)
            turned = wanted


def region(surface: Surface, press: Place) -> Drag:
    """Make the window from the values in a rectangle."""
    up = False
    while not up:
        place = yield
        up = place.up
        surface.frame(None if up else QRectF(press.at, place.at).normalized())
    picture, transform = surface.shown_picture(), surface.eye.transform
    if picture is None or transform is None or picture.colour:
        return
    one, other = (transform.to_image(point.x(), point.y()) for point in (press.at, place.at))
    part = part_between(one, other, picture.rows, picture.columns)
    window = region_window(picture, part) if part is not None else None
    if window is not None:
        surface.model.show_window(window)
        surface.paint_now()


def window(surface: Surface, press: Place) -> Drag:
    """Change the window: by how far the pointer is from the press."""
    start, moved, up = surface.model.window, False, False
    while not up:
        place = yield
        up, moved = place.up, moved or place.at != press.at
        if moved:
            _change_window(surface, start, place.at.x() - press.at.x(), place.at.y() - press.at.y())


def _change_window(surface: Surface, start: Window, across: float, down: float) -> None:
    picture, image, hand = surface.shown_picture(), surface.model.image, surface.model.hand
    if picture is None or image is None:
        return
    by = (-across if hand.across_reversed else across, -down if hand.down_reversed else down)
    changed = dragged_window(start, picture, *by, upper_only=image.modality == "PT")
    surface.model.set_window(changed.center, changed.width)
    surface.paint_now()


def uptake(surface: Surface, press: Place) -> Drag:
    """Let the colours over the image reach higher (right, down) or less high (left, up); without any, change the window."""
    fusion = surface.model.fusion
    if fusion is None:
        yield from window(surface, press)
        return
    up = False
    while not up:
        place = yield
        up = place.up
        far = place.at.x() - press.at.x() + place.at.y() - press.at.y()
        if far:
            surface.model.set_uptake(float(f"{fusion.upper * math.exp(far / _UPTAKE_PIXELS):.3g}"))
            surface.paint_now()


def nothing(surface: Surface, press: Place) -> Drag:
    """Do nothing until the button goes up."""
    while not (yield).up:
        pass


DRAGS: Mapping[Deed, Callable[[Surface, Place], Drag]] = {
    Deed.PAN: pan,
    Deed.WINDOW: window,
    Deed.REGION: region,
    Deed.ZOOM: zoom,
    Deed.PAGE: page,
    Deed.UPTAKE: uptake,
    Deed.NOTHING: nothing,
}
