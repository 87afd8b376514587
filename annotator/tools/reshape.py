"""Change an outline where it is: draw a part of it anew, move, add and remove its vertices and edges."""

from __future__ import annotations

from annotator.domain.path import Point, Polyline
from annotator.i18n import mark
from annotator.tools.gesture import Change, Conversation, Event, Hit, Kind, Move, Pick, Redraw, Remove, Reshape, Shift, Tool
from annotator.tools.press import held


def converse() -> Conversation:
    """A drag from an outline redraws that part, from a vertex moves it, from inside moves the whole; Ctrl moves or removes an edge."""
    press = yield None
    while press.kind not in (Kind.PRESS, Kind.DOUBLE):
        press = yield None
    hit = press.hit
    trail = yield from held(press, lambda points, dragged: _dragged(hit, press, points) if dragged and hit else None)
    if hit is None:
        return None if trail.dragged else Pick(None)
    if trail.dragged:
        return _dragged(hit, press, trail.points) if trail.end.point != press.point else None
    return _clicked(hit, press)


def _dragged(hit: Hit, press: Event, points: Polyline) -> Change:
    to, outline = points[-1], hit.edge or (hit.vertex if hit.crowded else None)
    dx, dy = to[0] - press.x, to[1] - press.y
    if outline is not None and press.control:
        return Shift(hit.annotation, outline, dx, dy)
    if outline is not None:
        return Redraw(hit.annotation, outline[:2], points)
    if hit.vertex is not None:
        return Reshape(hit.annotation, hit.vertex, to)
    return Move(hit.annotation, dx, dy)


def _clicked(hit: Hit, press: Event) -> Change | Pick:
    place: Point = press.point
    if hit.vertex is not None and press.control:
        return Remove(hit.annotation, hit.vertex)
    if hit.edge is not None and press.control:
        return Remove(hit.annotation, hit.edge, edge=True)
    if hit.edge is not None:
        return Reshape(hit.annotation, hit.edge, place, insert=True)
    return Pick(hit.annotation)


TOOL = Tool(
    id="tool.reshape",
    toolname="",
    text=mark("Reshape"),
    key="R",
    icon="tool.reshape.svg",
    order=70,
    start=converse,
    hint=mark("Drag along an outline to redraw it; drag a vertex; click an edge for a new one; Ctrl: move an edge, remove a vertex"),
    grips=True,
)
