"""Choose annotations and change them where they are: move, pull a vertex, pull a new vertex out of an edge."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.path import Point
from annotator.i18n import mark
from annotator.tools.gesture import Conversation, Draft, Event, Hit, Kind, Makes, Move, Pick, Reshape, Tool
from annotator.tools.press import held


@dataclass(frozen=True)
class PickAt(Pick):
    """Select what lies at a point, or at the same point again what lies below it; `pixel` is a screen pixel in image pixels."""

    point: Point = (0.0, 0.0)
    pixel: float = 1.0


@dataclass(frozen=True)
class PickWithin(Pick):
    """Select all that the rectangle between two points meets."""

    corners: tuple[Point, Point] = ((0.0, 0.0), (0.0, 0.0))


@dataclass(frozen=True)
class Band(Draft):
    """The rectangle on its way: it chooses and draws nothing."""


def converse() -> Conversation:
    """A click chooses what lies under it (Ctrl or Shift: adds it to the choice); a drag changes it, from an empty place it frames."""
    press = yield None
    while press.kind is not Kind.PRESS:
        press = yield None
    extend, hit = press.control or press.shift, press.hit
    grip = None if extend else hit
    trail = yield from held(press, lambda points, dragged: _shown(grip, press, points[-1]) if dragged else None)
    if not trail.dragged:
        return None if hit is None and extend else PickAt(hit.annotation if hit else None, extend, press.point, press.pixel)
    if grip is not None:
        return _change(grip, press, trail.end.point) if trail.end.point != press.point else None
    return PickWithin(None, extend, (press.point, trail.end.point))


def _shown(grip: Hit | None, press: Event, to: Point) -> Move | Reshape | Band:
    return Band(Makes.BOX, (press.point, to)) if grip is None else _change(grip, press, to)


def _change(grip: Hit, press: Event, to: Point) -> Move | Reshape:
    if grip.vertex is not None:
        return Reshape(grip.annotation, grip.vertex, to)
    if grip.edge is not None:
        return Reshape(grip.annotation, grip.edge, to, insert=True)
    return Move(grip.annotation, to[0] - press.x, to[1] - press.y)


TOOL = Tool(
    id="tool.select",
    toolname="",
    text=mark("Select"),
    key="V",
    icon="tool.select.svg",
    order=0,
    start=converse,
    hint=mark("Click selects; again: what lies below; Ctrl adds; drag moves, reshapes or frames"),
)
