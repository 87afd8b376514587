"""Draw a box from corner to corner: with the button held, or with two clicks."""

from __future__ import annotations

from collections.abc import Generator

from annotator.domain.annotation import BOX
from annotator.domain.path import Point
from annotator.i18n import mark
from annotator.tools.gesture import Conversation, Draft, Event, Kind, Makes, Outcome, Preview, Stroke, Tool
from annotator.tools.press import begin, held


def converse() -> Conversation:
    """A drag spans the box; a click sets its first corner."""
    press = yield from begin()
    first = yield from held(press, lambda points, dragged: _draft(press.point, points[-1]) if dragged else None)
    if first.dragged:
        return _box(press.point, first.end.point, first.end)
    if press.kind is Kind.DOUBLE:
        return None
    return (yield from _second_corner(press.point, first.end))


def _second_corner(corner: Point, last: Event) -> Generator[Preview | None, Event, Outcome | None]:
    while True:
        last = yield _draft(corner, last.point)
        if last.kind is Kind.PRESS:
            second = yield from held(last, lambda points, _: _draft(corner, points[-1]))
            return _box(corner, second.end.point if second.dragged else last.point, second.end)
        if last.kind in (Kind.DOUBLE, Kind.CONFIRM):
            return _box(corner, last.point, last)
        if last.kind is Kind.BACK:
            return None


def _draft(corner: Point, opposite: Point) -> Draft:
    return Draft(Makes.BOX, (corner, opposite))


def _box(corner: Point, opposite: Point, last: Event) -> Stroke | None:
    """A box without width or height is nothing."""
    degenerate = corner[0] == opposite[0] or corner[1] == opposite[1]
    return None if degenerate else Stroke(Makes.BOX, (corner, opposite), last.control)


TOOL = Tool(
    id="tool.box",
    toolname=BOX,
    text=mark("Box"),
    key="B",
    icon="tool.box.svg",
    order=30,
    start=converse,
    hint=mark("Drag from corner to corner, or click both corners; Esc drops"),
)
