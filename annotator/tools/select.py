"""Choose annotations and change them where they are: move, pull a vertex, pull a new vertex out of an edge."""

from __future__ import annotations

from annotator.i18n import mark
from annotator.tools.gesture import Conversation, Event, Hit, Kind, Move, Pick, Reshape, Tool
from annotator.tools.press import held


def converse() -> Conversation:
    """A click chooses what lies under it (Ctrl or Shift: adds it to the choice); a drag changes it."""
    press = yield None
    while press.kind is not Kind.PRESS:
        press = yield None
    extend, hit = press.control or press.shift, press.hit
    grip = None if extend else hit
    trail = yield from held(press, lambda points, dragged: _change(grip, press, points[-1]) if dragged and grip else None)
    if trail.dragged:
        return _change(grip, press, trail.end.point) if grip and trail.end.point != press.point else None
    if hit is None:
        return None if extend else Pick(None)
    return Pick(hit.annotation, extend)


def _change(grip: Hit, press: Event, to: tuple[float, float]) -> Move | Reshape:
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
    hint=mark("Click to select (Ctrl adds), drag to move, drag a vertex or an edge to reshape; double click maximises"),
)
