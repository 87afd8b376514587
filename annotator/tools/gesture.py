"""What a drawing tool sees and what it answers: a conversation of events that ends in a shape, or in nothing.

A tool is a generator: it yields what is being drawn (a Draft, or None) and is sent the next Event; when the shape is finished it returns
an outcome.  Escape closes the generator from outside, and nothing ever happened.  All coordinates are image coordinates (pixels, origin
at the top-left corner of the top-left pixel), unrounded; a tool never sees the document, only what lies under the pointer (`Event.hit`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum

from annotator.domain.measure import Figure, Grip
from annotator.domain.path import Point, Polyline


class Kind(Enum):
    """What the hand did."""

    PRESS = "press"
    """Left button down."""
    MOVE = "move"
    """Pointer moved, with or without the button (see `Event.down`)."""
    RELEASE = "release"
    DOUBLE = "double"
    """Second press of a double click; a RELEASE follows."""
    CONFIRM = "confirm"
    """Enter."""
    BACK = "back"
    """Backspace, or a right click without a drag: take back the last vertex."""


@dataclass(frozen=True)
class Hit:
    """What lies under the pointer: an annotation, and the vertex (part, ring, index) or edge (index of its first vertex) if one is near."""

    annotation: int
    vertex: tuple[int, int, int] | None = None
    edge: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Event:
    """One input, in image coordinates; `pixel` is the size of one screen pixel in image pixels, for judging what is near."""

    kind: Kind
    x: float
    y: float
    pixel: float = 1.0
    down: bool = False
    control: bool = False
    shift: bool = False
    hit: Hit | None = None
    grip: Grip | None = None
    """What of a measurement lies there; only measuring tools are told."""

    @property
    def point(self) -> Point:
        """The place as a point."""
        return self.x, self.y


class Makes(Enum):
    """What a finished stroke becomes."""

    PATH = "path"
    REGION = "region"
    BOX = "box"


@dataclass(frozen=True)
class Draft:
    """What is being drawn now, for the preview: vertices so far (a box: its two corners), and the vertex that follows the pointer."""

    makes: Makes
    points: Polyline
    open_end: Point | None = None
    closing: bool = False
    """The pointer is on the first vertex: a click closes the outline."""


@dataclass(frozen=True)
class Stroke:
    """A finished shape: its unrounded vertices (a box: two opposite corners); `control` as held when it ended."""

    makes: Makes
    points: Polyline
    control: bool = False


@dataclass(frozen=True)
class Pick:
    """Select this annotation (None: nothing); `extend` adds to the selection."""

    annotation: int | None
    extend: bool = False


@dataclass(frozen=True)
class Move:
    """Move the annotation by (dx, dy) pixels."""

    annotation: int
    dx: float
    dy: float


@dataclass(frozen=True)
class Reshape:
    """Put a vertex (part, ring, index) somewhere else; `insert` puts a new one after it instead."""

    annotation: int
    vertex: tuple[int, int, int]
    to: Point
    insert: bool = False


@dataclass(frozen=True)
class Measured:
    """A measurement, under way or finished; `number` names the one that it takes the place of."""

    figure: Figure
    points: Polyline
    number: int | None = None


Outcome = Stroke | Pick | Move | Reshape | Measured
Preview = Draft | Move | Reshape | Measured
Conversation = Generator[Preview | None, Event, Outcome | None]


@dataclass(frozen=True)
class Tool:
    """A tool as data: its action name (`tool.line`), delivered toolname, text, key, icon file in `resources/icons`, its conversation."""

    id: str
    toolname: str
    text: str
    key: str
    icon: str
    order: int
    start: Callable[[], Conversation]
    hint: str = ""
    """One marked line for the status bar: how to use it."""
    short: str = ""
    """Marked text where there is little room; empty: `text`."""
    measures: bool = False
    """It only looks: its outcome is a measurement, never an annotation (its module offers it as `MEASURE`)."""
