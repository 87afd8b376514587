"""The model of one view across the slices: the plane that goes through the common point, in the window of the slices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.display_filter import Filter
from annotator.domain.fusion import Fusion
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode
from annotator.domain.picture import Picture, Window
from annotator.domain.reformat import Cut
from annotator.i18n import Message
from annotator.tools.gesture import Change, Outcome, Stroke, Tool, Value
from annotator.workspace.appearance import Appearance
from annotator.workspace.hand import Hand
from annotator.workspace.measuring import Measuring
from annotator.workspace.notice import Topic
from annotator.workspace.planes import Planes
from annotator.workspace.session import Session

_HEARD = frozenset({Topic.WINDOW, Topic.PICTURE, Topic.DOCUMENT, Topic.SELECTION, Topic.PROJECT, Topic.LAYOUT})


class PlaneModel:
    """What the image view asks for of the plane `which` (a place in `Planes.cuts`); what draws and measures does nothing here."""

    def __init__(self, session: Session, which: int) -> None:
        self._session, self.which = session, which
        self._measuring = Measuring()
        self._listeners: list[Callable[[Any], None]] = []
        self._looks: tuple[object, ...] = ()

    @property
    def planes(self) -> Planes | None:
        """The planes of the session, None while there are none of the open series."""
        planes = self._session.planes
        return planes if planes is not None and planes.cuts else None

    @property
    def cut(self) -> Cut | None:
        """Which family of planes it is."""
        return self.planes.cuts[self.which] if self.planes is not None else None

    @property
    def images(self) -> tuple[Image, ...]:
        """The planes as images of which no file is."""
        return self.planes.images(self.which) if self.planes is not None else ()

    @property
    def index(self) -> int:
        """Which of them goes through the point; −1: none."""
        return self.planes.index(self.which) if self.planes is not None else -1

    @property
    def image(self) -> Image | None:
        """The plane that goes through the point."""
        return self.images[self.index] if self.planes is not None else None

    @property
    def picture(self) -> Picture | None:
        """Its pixels, as far as slices are there."""
        return self.planes.picture(self.which) if self.planes is not None else None

    @property
    def picture_problem(self) -> Message | None:
        """Why there are none."""
        return self.planes.problem if self.planes is not None else None

    @property
    def window(self) -> Window:
        """The window of the slices."""
        return self._session.window

    @property
    def filter(self) -> Filter:
        """No filter is put on other planes."""
        return Filter.NONE

    @property
    def fusion(self) -> Fusion | None:
        """Nothing is laid over other planes."""
        return None

    @property
    def through(self) -> None:
        """No plane looks through all slices."""

    def blend(self, share: float) -> None:
        """Nothing is laid over other planes."""

    def set_uptake(self, upper: float) -> None:
        """Nothing is laid over other planes."""

    def display(self, image: Image, picture: Picture, window: Window) -> tuple[Picture, Window]:
        """Paint the picture itself."""
        return picture, window

    @property
    def tool(self) -> Tool:
        """The session's tool."""
        return self._session.tool

    @property
    def category(self) -> Category | None:
        """The session's category."""
        return self._session.category

    @property
    def hand(self) -> Hand:
        """What buttons and wheel do, in every view."""
        return self._session.hand

    @property
    def appearance(self) -> Appearance:
        """How annotations look, in every view."""
        return self._session.appearance

    @property
    def as_drawn(self) -> bool:
        """Nothing is drawn here."""
        return True

    @property
    def mode(self) -> Mode:
        """The session's mode."""
        return self._session.mode

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """None is drawn here."""
        return ()

    @property
    def selection(self) -> frozenset[int]:
        """Nothing is selected here."""
        return frozenset()

    def select_nothing(self) -> None:
        """Nothing is selected here."""

    @property
    def measuring(self) -> Measuring:
        """Nothing is measured here."""
        return self._measuring

    def picture_of(self, key: ImageKey) -> Picture | None:
        """No slab is looked through here."""
        return None

    def subscribe(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        """Tell `listener` when what this view shows may be another."""
        forget = self._session.subscribe(lambda topic: self._hear(topic, listener) if topic in _HEARD else None)
        self._listeners.append(listener)

        def stop() -> None:
            forget()
            self._listeners.remove(listener)

        return stop

    def tell(self) -> None:
        """Say that the plane or its pixels are other ones."""
        for listener in tuple(self._listeners):
            listener(Topic.PICTURE)

    def _hear(self, topic: Topic, listener: Callable[[Any], None]) -> None:
        """Pass on what makes this view look otherwise: paging through the slices tells much that does not."""
        session = self._session
        drawn = (session.document, session.selection, session.held_back, session.regions)
        looks = (session.window, drawn, session.definition, session.appearance)
        if looks != self._looks:
            self._looks = looks
            listener(topic)

    def set_window(self, center: float, width: float) -> None:
        """Show another range, in the slices too."""
        self._session.set_window(center, width)

    def show_window(self, window: Window) -> None:
        """Show a window as it is, in the slices too."""
        self._session.show_window(window)

    def lend_mode(self, mode: Mode | None) -> None:
        """Let a stroke have its own mode until it is over (None)."""
        self._session.lend_mode(mode)

    def page(self, step: int) -> None:
        """Go `step` planes on."""
        if self.planes is not None:
            self.planes.page(self.which, step)

    def painted(self, key: ImageKey) -> None:
        """Nobody waits for it."""

    def lay_down(self) -> None:
        """Nothing is measured here."""

    def perform(self, outcome: Outcome, drawn_with_zoom: float) -> None:
        """Nothing is drawn here."""

    def proposed(self, outcome: Stroke | Change, drawn_with_zoom: float) -> None:
        """Nothing would be drawn here."""

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
        """Nothing is drawn here."""
