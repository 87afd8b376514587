"""What a drawing tool sees and what it answers: a conversation of events that ends in a shape, or in nothing.

A tool is a generator: it yields what is being drawn (a Draft, or None) and is sent the next Event; when the shape is finished it returns
an outcome.  Escape closes the generator from outside, and nothing ever happened.  All coordinates are image coordinates (pixels, origin
at the top-left corner of the top-left pixel), unrounded; a tool never sees the document, only what lies under the pointer (`Event.hit`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import groupby

from annotator.domain.image import Image
from annotator.domain.measure import Figure, Grip
from annotator.domain.path import Point, Polyline
from annotator.domain.picture import Picture
from annotator.domain.raster import Mask

Value = bool | float | str


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
    crowded: bool = False
    """The outline's vertices lie so close on the screen that none of them can be meant."""


@dataclass(frozen=True)
class Ground:
    """What lies under the hand: the image and its pixels, and the tool's options as they are set now, by name."""

    image: Image
    picture: Picture
    options: Mapping[str, Value] = field(default_factory=dict)


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
    ground: Ground | None = None
    alt: bool = False

    @property
    def point(self) -> Point:
        """The place as a point."""
        return self.x, self.y


class Makes(Enum):
    """What a finished stroke becomes."""

    PATH = "path"
    REGION = "region"
    BOX = "box"
    ELLIPSE = "ellipse"
    SWEEP = "sweep"
    """What a round brush goes over."""
    PIXELS = "pixels"
    """Pixels that were found in the image."""


_LEAST = {Makes.PATH: 2, Makes.REGION: 3, Makes.BOX: 2, Makes.ELLIPSE: 2}


@dataclass(frozen=True)
class Stroke:
    """A finished shape: its unrounded vertices; `control` as held when it ended.

    A box or an ellipse has two opposite corners (of the box around it), a sweep the way of the brush's centre.
    """

    makes: Makes
    points: Polyline
    control: bool = False
    radii: tuple[float, float] = (0.0, 0.0)
    """Half the width and half the height of the brush, in image pixels."""
    mask: Mask | None = None
    """The pixels themselves."""
    between: tuple[float, float] | None = None
    """A sweep takes only pixels with values in this range, ends included."""
    erases: bool = False
    """It takes away, whatever the mode is; with `control` it adds."""


@dataclass(frozen=True)
class Draft:
    """What is being drawn now, for the preview: as a Stroke, and the vertex that follows the pointer."""

    makes: Makes
    points: Polyline
    open_end: Point | None = None
    closing: bool = False
    """The pointer is on the first vertex: a click closes the outline."""
    radii: tuple[float, float] = (0.0, 0.0)
    mask: Mask | None = None
    between: tuple[float, float] | None = None
    erases: bool = False
    home: Polyline = ()
    """The vertices that an outline gets between the last one and the first when it ends; none: it closes in a straight line."""

    def ended(self, *, control: bool = False) -> Stroke | None:
        """Return what it would be if it ended now; None where that is nothing yet."""
        points = self.points if self.open_end is None or self.closing else (*self.points, self.open_end)
        ended = stroke(self.makes, (*points, *self.home), control=control)
        return ended and replace(ended, radii=self.radii, mask=self.mask, between=self.between, erases=self.erases)


def stroke(makes: Makes, points: Iterable[Point], *, control: bool = False) -> Stroke | None:
    """Return the finished shape without repeated vertices, or None if too few are left."""
    vertices = [point for point, _ in groupby(points)]
    if makes is Makes.REGION and len(vertices) > 1 and vertices[0] == vertices[-1]:
        vertices.pop()
    return Stroke(makes, tuple(vertices), control) if len(vertices) >= _LEAST.get(makes, 1) else None


@dataclass(frozen=True)
class Hover:
    """A brush over the image that has not been pressed: where its centre is, and half its width and height in image pixels."""

    point: Point
    radii: tuple[float, float]


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
class Redraw:
    """Let a stroke take the place of the stretch of an outline (part, ring) that lies between its ends."""

    annotation: int
    ring: tuple[int, int]
    points: Polyline


@dataclass(frozen=True)
class Shift:
    """Move an edge (part, ring, index of its first vertex) by (dx, dy) pixels; of a box one side follows."""

    annotation: int
    edge: tuple[int, int, int]
    dx: float
    dy: float


@dataclass(frozen=True)
class Remove:
    """Take a vertex (part, ring, index) out of an outline; `edge`: the edge that begins there, which becomes its middle."""

    annotation: int
    vertex: tuple[int, int, int]
    edge: bool = False


@dataclass(frozen=True)
class Measured:
    """A measurement, under way or finished; `number` names the one that it takes the place of."""

    figure: Figure
    points: Polyline
    number: int | None = None


Change = Move | Reshape | Redraw | Shift | Remove
"""What changes one annotation that is there."""
Outcome = Stroke | Pick | Change | Measured
Preview = Draft | Hover | Change | Measured
Conversation = Generator[Preview | None, Event, Outcome | None]


@dataclass(frozen=True)
class Option:
    """One thing about a tool that a person chooses: a yes or no, a number, or one of a few words (`choices`: value and marked text)."""

    name: str
    text: str
    default: Value
    least: float = 0.0
    most: float = 0.0
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    tip: str = ""
    when: tuple[str, Value] | None = None
    """The option and the value of it with which this one means anything; None: always."""
    unspaced: str = ""
    """Where an image does not say how large its pixels are: the choice that counts, whatever is chosen, or the unit of a number."""


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
    options: tuple[Option, ...] = ()
    stepped: str = ""
    """The option, a number, that the wheel with Shift and two keys make smaller and larger."""
    hovers: bool = False
    """It wants to know where the pointer is before the button is pressed."""
    prepare: Callable[[], object] | None = None
    """Loads what its first stroke would else wait for; called in another thread when the tool is chosen."""
    grips: bool = False
    """Vertices and edges of every annotation can be taken hold of, not only those of selected ones."""
