"""The model of one view for life: it looks at its own place, and works where that is the session's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.display_filter import Filter
from annotator.domain.edit import Edit
from annotator.domain.fusion import Fusion
from annotator.domain.image import Image, ImageKey, Vector
from annotator.domain.merge import Mode, Refusal
from annotator.domain.picture import Picture, Window
from annotator.i18n import Message
from annotator.tools.gesture import Change, Outcome, Stroke, Tool, Value
from annotator.workspace.appearance import Appearance
from annotator.workspace.catalogue import Series
from annotator.workspace.frontal_series import FrontalSeries
from annotator.workspace.hand import Hand
from annotator.workspace.measuring import Measuring
from annotator.workspace.notice import Topic
from annotator.workspace.place import Place

_FOR_ALL = frozenset({Topic.PROJECT, Topic.CATALOGUE, Topic.SERIES, Topic.DOCUMENT, Topic.TOOL, Topic.MEASURE, Topic.LAYOUT, Topic.COURSE})
"""What a pane hears of the session while another one is active."""


class Host(Protocol):
    """What a pane needs of the session."""

    place: Place
    category: Category | None
    selection: frozenset[int]
    hand: Hand
    appearance: Appearance

    @property
    def tool(self) -> Tool: ...
    @property
    def annotations(self) -> tuple[Annotation, ...]: ...
    @property
    def mode(self) -> Mode: ...
    @property
    def as_drawn(self) -> bool: ...
    @property
    def measuring(self) -> Measuring: ...
    def annotations_at(self, place: Place, /) -> tuple[Annotation, ...]: ...
    def subscribe(self, listener: Callable[[Topic], None], /) -> Callable[[], None]: ...
    def set_window(self, center: float, width: float, /) -> None: ...
    def display(self, image: Image, picture: Picture, window: Window, /) -> tuple[Picture, Window]: ...
    def filter_at(self, place: Place, /) -> Filter: ...
    def show_window(self, window: Window, /) -> None: ...
    def lend_mode(self, mode: Mode | None, /) -> None: ...
    def page(self, step: int, /) -> None: ...
    def show_in(self, number: int, index: int, /) -> None: ...
    def set_window_in(self, number: int, center: float, width: float, /) -> None: ...
    def painted(self, key: ImageKey, /) -> None: ...
    def fusion_at(self, place: Place, /) -> Fusion | None: ...
    def uptake_at(self, place: Place, point: Vector, /) -> tuple[Picture, int, int] | None: ...
    def look_fused(self, *, blend: float | None = None) -> None: ...
    def set_uptake(self, upper: float, place: Place | None = None, /) -> None: ...
    def lay_down(self) -> None: ...
    def picture_of(self, key: ImageKey, /) -> Picture | None: ...
    def tied_at(self, place: Place, /) -> frozenset[int]: ...
    def select_nothing(self) -> None: ...
    def perform(self, outcome: Outcome, zoom: float, /) -> None: ...
    def proposed(self, outcome: Stroke | Change, zoom: float, /, *, sketch: bool) -> Edit | Refusal: ...
    @property
    def options(self) -> Mapping[str, Value]: ...
    @property
    def colours(self) -> Mapping[str, tuple[int, int, int]]: ...
    @property
    def categories(self) -> tuple[Category, ...]: ...
    def step_option(self, steps: float, /) -> None: ...


class Pane:
    """One view's model for life: it looks at its place, and what it does goes through the session."""

    def __init__(self, session: Host, number: int, place: Place) -> None:
        self._session, self.number, self.place = session, number, place
        self._listeners: list[Callable[[Topic], None]] = []

    @property
    def active(self) -> bool:
        """Whether this is the pane that is worked in."""
        return self.place is self._session.place

    @property
    def series(self) -> Series | None:
        """The series it shows."""
        return self.place.series

    @property
    def picture(self) -> Picture | None:
        """The pixels of its image; None while they are being decoded."""
        return self.place.picture

    @property
    def picture_problem(self) -> Message | None:
        """Why there will be no picture."""
        return self.place.picture_problem

    @property
    def image(self) -> Image | None:
        """The image it shows."""
        return self.place.image

    @property
    def images(self) -> tuple[Image, ...]:
        """Those of its series."""
        return self.place.images

    @property
    def index(self) -> int:
        """Place of its image in the series, from 0; −1: none."""
        return self.place.index

    @property
    def window(self) -> Window:
        """The range it shows."""
        return self.place.window

    @property
    def filter(self) -> Filter:
        """The display filter of its series."""
        return self._session.filter_at(self.place)

    @property
    def fusion(self) -> Fusion | None:
        """What lies over its image."""
        return self._session.fusion_at(self.place)

    @property
    def through(self) -> FrontalSeries | None:
        """The series whose all slices it shows at once; None where it shows slices as they are."""
        return self.series if isinstance(self.series, FrontalSeries) else None

    def uptake_at(self, x: float, y: float) -> tuple[Picture, int, int] | None:
        """Return the picture, column and row of the voxel of what lies over its image at an image point."""
        plane = self.image.plane if self.image else None
        return self._session.uptake_at(self.place, plane.to_patient(x, y)) if plane is not None else None

    def blend(self, share: float) -> None:
        """Let what lies over the image show by this share."""
        self._session.look_fused(blend=share)

    def set_uptake(self, upper: float) -> None:
        """Let the colours over the image reach up to another value."""
        self._session.set_uptake(upper, self.place)

    def display(self, image: Image, picture: Picture, window: Window) -> tuple[Picture, Window]:
        """Return what to paint for a picture, and under which window."""
        return self._session.display(image, picture, window)

    @property
    def tool(self) -> Tool:
        """The session's tool."""
        return self._session.tool

    @property
    def category(self) -> Category | None:
        """The session's category, in the colour in which it is shown."""
        category = self._session.category
        if category is None:
            return None
        red, green, blue = self._session.colours.get(category.key, category.rgb)
        return replace(category, colour=f"#{red:02x}{green:02x}{blue:02x}")

    @property
    def appearance(self) -> Appearance:
        """How annotations look, in every pane."""
        return self._session.appearance

    @property
    def as_drawn(self) -> bool:
        """Whether the project leaves new shapes as they are drawn."""
        return self._session.as_drawn

    @property
    def mode(self) -> Mode:
        """The session's mode."""
        return self._session.mode

    @property
    def hand(self) -> Hand:
        """What buttons and wheel do, in every pane."""
        return self._session.hand

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """Those of its image; of a case that was never opened: none."""
        return self._session.annotations if self.active else self._session.annotations_at(self.place)

    @property
    def measuring(self) -> Measuring:
        """What was measured on all images."""
        return self._session.measuring

    @property
    def selection(self) -> frozenset[int]:
        """What is selected on its image; in a pane that only looks: what is tied to the selection as one lesion."""
        return self._session.selection if self.active else self._session.tied_at(self.place)

    def select_nothing(self) -> None:
        """Select nothing, where one works."""
        if self.active:
            self._session.select_nothing()

    def subscribe(self, listener: Callable[[Topic], None]) -> Callable[[], None]:
        """Tell `listener` of every change that this pane may show; returns the way to stop it."""
        forget = self._session.subscribe(lambda topic: listener(topic) if topic in _FOR_ALL or self.active else None)
        self._listeners.append(listener)

        def stop() -> None:
            forget()
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def tell(self, *topics: Topic) -> None:
        """Tell who listens to this pane alone."""
        for topic in topics:
            for listener in tuple(self._listeners):
                listener(topic)

    def set_window(self, center: float, width: float) -> None:
        """Show another range in this pane."""
        if self.active:
            self._session.set_window(center, width)
        else:
            self._session.set_window_in(self.number, center, width)

    def show_window(self, window: Window) -> None:
        """Show a window as it is in this pane."""
        if self.active:
            self._session.show_window(window)
        elif self.place.show_window(window):
            self.tell(Topic.WINDOW)

    def lend_mode(self, mode: Mode | None) -> None:
        """Let a stroke have its own mode until it is over (None)."""
        self._session.lend_mode(mode)

    def page(self, step: int) -> None:
        """Go `step` images on in this pane, never out of the series."""
        if self.active:
            self._session.page(step)
        else:
            self._session.show_in(self.number, self.index + step)

    def painted(self, key: ImageKey) -> None:
        """That image is on the screen now."""
        self._session.painted(key)

    def picture_of(self, key: ImageKey) -> Picture | None:
        """Return the pixels of any image, as far as they are at hand."""
        return self._session.picture_of(key)

    def lay_down(self) -> None:
        """Go back to the drawing tool from a measuring one."""
        self._session.lay_down()

    def perform(self, outcome: Outcome, drawn_with_zoom: float) -> None:
        """Do what a tool's conversation ended in; only where one works."""
        if self.active:
            self._session.perform(outcome, drawn_with_zoom)

    def proposed(self, outcome: Stroke | Change, drawn_with_zoom: float) -> Edit | Refusal | None:
        """Return what a stroke or change would do, to be shown; nothing where one only looks."""
        return self._session.proposed(outcome, drawn_with_zoom, sketch=True) if self.active else None

    @property
    def colours(self) -> Mapping[str, tuple[int, int, int]]:
        """The colours of the categories, by key."""
        return self._session.colours

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories of the open series."""
        return self._session.categories

    @property
    def options(self) -> Mapping[str, Value]:
        """The options of the tool in hand."""
        return self._session.options

    def step_option(self, steps: float) -> None:
        """Make the number that belongs to the tool in hand larger or smaller."""
        self._session.step_option(steps)
