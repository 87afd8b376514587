"""What the image view needs to know and may ask for: the part of the session it talks to, and what an annotation looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.display_filter import Filter
from annotator.domain.edit import Edit
from annotator.domain.fusion import Fusion
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode, Refusal
from annotator.domain.path import Point, Polyline
from annotator.domain.picture import Picture, Window
from annotator.i18n import Message
from annotator.tools.gesture import Change, Hit, Outcome, Stroke, Tool, Value
from annotator.workspace.appearance import Appearance
from annotator.workspace.frontal_series import FrontalSeries
from annotator.workspace.hand import Hand
from annotator.workspace.measuring import Measuring


class Overlay(Protocol):
    """How one annotation is painted: its outlines in image coordinates, the colour of its category, and its state."""

    @property
    def annotation_id(self) -> int: ...
    @property
    def colour(self) -> tuple[int, int, int]: ...
    @property
    def rings(self) -> tuple[Polyline, ...]:
        """Outer rings and holes of an area (filled odd-even), or the stretches of a line."""
    @property
    def closed(self) -> bool:
        """An area; False: a line."""
    @property
    def selected(self) -> bool: ...
    @property
    def locked(self) -> bool: ...
    @property
    def label(self) -> str: ...
    @property
    def name(self) -> str:
        """What its label says in its colour instead, where it was just drawn."""
    @property
    def end(self) -> Point | None:
        """The image point that its label is to be near to."""
    @property
    def other(self) -> bool:
        """Of another reading: dotted and without a wash."""


class CanvasModel(Protocol):
    """The part of the session that the image view uses; all of it in the main thread."""

    @property
    def picture(self) -> Picture | None:
        """The pixels of `image`; None while they are being decoded."""
    @property
    def picture_problem(self) -> Message | None:
        """Why there will be no picture of `image`."""
    @property
    def image(self) -> Image | None: ...
    @property
    def images(self) -> tuple[Image, ...]: ...
    @property
    def index(self) -> int:
        """Place of `image` in `images`, from 0; -1: none."""
    @property
    def window(self) -> Window: ...
    @property
    def filter(self) -> Filter:
        """What is done to the display alone."""
    @property
    def tool(self) -> Tool: ...
    @property
    def category(self) -> Category | None:
        """The active category: its colour is the ink's."""
    @property
    def categories(self) -> tuple[Category, ...]:
        """Those of the open series."""
    @property
    def colours(self) -> Mapping[str, tuple[int, int, int]]:
        """The colours of the categories, by key."""
    @property
    def hand(self) -> Hand:
        """What buttons and wheel do."""
    @property
    def appearance(self) -> Appearance:
        """How annotations look."""
    @property
    def mode(self) -> Mode: ...
    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """Those of `image`."""

    @property
    def selection(self) -> frozenset[int]:
        """Those of them that are selected."""

    def select_nothing(self) -> None: ...
    @property
    def as_drawn(self) -> bool:
        """Whether a new shape is just what is drawn: no rule of the project makes another one of it."""

    @property
    def fusion(self) -> Fusion | None:
        """What lies over `image`."""

    @property
    def measuring(self) -> Measuring:
        """What was measured on all images."""

    def picture_of(self, key: ImageKey, /) -> Picture | None:
        """The pixels of another image, as far as they are at hand."""
    def subscribe(self, listener: Callable[[Any], None], /) -> Callable[[], None]:
        """Call `listener` after every change; the returned function ends that."""
    def display(self, image: Image, picture: Picture, window: Window, /) -> tuple[Picture, Window]:
        """What to paint for a picture, and under which window: itself, unless a display filter has made another of it."""
    def set_window(self, center: float, width: float, /) -> None: ...
    def show_window(self, window: Window, /) -> None: ...
    @property
    def through(self) -> FrontalSeries | None:
        """The series whose all slices are seen at once; None where a slice is shown as it is."""

    def blend(self, share: float, /) -> None: ...
    def set_uptake(self, upper: float, /) -> None: ...
    def lend_mode(self, mode: Mode | None, /) -> None:
        """Let a stroke have its own mode until it is over (None)."""

    def page(self, step: int, /) -> None: ...
    def painted(self, key: ImageKey, /) -> None:
        """That image, or why it cannot be shown, is on the screen now."""
    def lay_down(self) -> None:
        """Go back to the drawing tool from a measuring one."""
    def perform(self, outcome: Outcome, drawn_with_zoom: float, /) -> None: ...
    def proposed(self, outcome: Stroke | Change, drawn_with_zoom: float, /) -> Edit | Refusal | None:
        """What `perform` would do with it now; None where nobody works."""
    @property
    def options(self) -> Mapping[str, Value]:
        """The options of the tool in hand as they are set."""
    def step_option(self, steps: float, /) -> None:
        """Make the number that belongs to the tool in hand larger or smaller."""


Overlays = Callable[[], tuple[Overlay, ...]]
"""The annotations of the model's image, in the order they are painted."""
HitTest = Callable[[float, float, float], Hit | None]
"""What lies at an image point (x, y); the third value is the size of a screen pixel in image pixels."""
