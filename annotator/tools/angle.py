"""Measure an angle between two legs; nothing is drawn on the image."""

from __future__ import annotations

from annotator.domain.measure import Figure
from annotator.i18n import mark
from annotator.tools.gesture import Conversation, Event, Kind, Measured, Tool
from annotator.tools.measuring import leg, moved
from annotator.tools.press import begin


def converse() -> Conversation:
    """The first leg is dragged or clicked from its end to the vertex, the second one follows the pointer to a click."""
    press = yield from begin()
    if press.grip is not None:
        return (yield from moved(press, press.grip))
    vertex = yield from leg(press, lambda to: Measured(Figure.RULER, (press.point, to.point)))
    last = vertex
    while vertex is not None and last is not None and vertex.point != press.point:
        last = yield _angle(press, vertex, last)
        while last.kind not in (Kind.PRESS, Kind.DOUBLE, Kind.CONFIRM, Kind.BACK):
            last = yield _angle(press, vertex, last)
        if last.kind is Kind.BACK:
            return None
        end = last
        while end.kind not in (Kind.RELEASE, Kind.BACK) and last.kind is not Kind.CONFIRM:
            end = yield _angle(press, vertex, end)
        if end.kind is not Kind.BACK and end.point != vertex.point:
            return _angle(press, vertex, end)
    return None


def _angle(one: Event, vertex: Event, other: Event) -> Measured:
    return Measured(Figure.ANGLE, (one.point, vertex.point, other.point))


MEASURE = Tool(
    id="measure.angle",
    toolname="",
    text=mark("Angle"),
    key="Shift+M",
    icon="measure.angle.svg",
    order=20,
    start=converse,
    hint=mark("Drag one leg to the vertex, then click the other end; Del deletes it; Esc: back to drawing"),
    measures=True,
)
