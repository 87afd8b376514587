"""Draw an area: freehand while the button is held, or a polygon click by click; the two mix freely."""

from __future__ import annotations

import math
from collections.abc import Generator

from annotator.domain.annotation import FREE
from annotator.domain.path import Point, Polyline
from annotator.i18n import mark
from annotator.tools.gesture import Conversation, Draft, Event, Kind, Makes, Option, Outcome, Preview, Tool, stroke
from annotator.tools.press import DRAG, REACH, Held, begin, held, held_again, near


def converse() -> Conversation:
    """A drag is a freehand outline; a click begins a polygon."""
    press = yield from begin()
    first = yield from held(press, lambda points, dragged: Draft(Makes.REGION, points) if dragged else None)
    if first.dragged:
        return stroke(Makes.REGION, first.points, control=first.end.control)
    if press.kind is Kind.DOUBLE:
        return None
    if press.ground is not None and press.ground.options.get("click"):
        return (yield from _trail(press.point))
    return (yield from _polygon((press.point,), first.end))


def _trail(start: Point) -> Generator[Preview | None, Event, Outcome | None]:
    """Follow the pointer without a held button, until a click or Enter ends the outline, or it comes back to its start."""
    points, away, home = [start], False, False
    while True:
        last = yield Draft(Makes.REGION, tuple(points), closing=home)
        if last.kind is Kind.BACK:
            return None
        points.append(last.point)
        away, home = away or not near(start, last, 2 * REACH), away and near(start, last)
        if last.kind is Kind.PRESS:
            ending = yield from held_again(last, lambda more, _: Draft(Makes.REGION, (*points, *more)))
            if ending is not None:
                return stroke(Makes.REGION, points, control=ending.end.control)
            points.pop()
            continue
        if last.kind in (Kind.CONFIRM, Kind.DOUBLE) or (away and near(start, last, DRAG)):
            return stroke(Makes.REGION, points, control=last.control)


def _polygon(start: Polyline, last: Event) -> Generator[Preview | None, Event, Outcome | None]:
    """Collect steps, each a click's vertex or a freehand stretch, which Backspace takes back as a whole."""
    steps = [start]
    while steps:
        vertices = tuple(point for step in steps for point in step)
        last = yield Draft(Makes.REGION, vertices, last.point, _home(vertices, last))
        if last.kind is Kind.PRESS:
            stretch = yield from _stretch(vertices, last)
            if stretch is None:
                continue
            if not stretch.dragged and _home(vertices, last):
                return stroke(Makes.REGION, vertices, control=stretch.end.control)
            steps.append(stretch.points if stretch.dragged else (last.point,))
            last = stretch.end
            if stretch.dragged and _came_home(vertices[0], stretch):
                return stroke(Makes.REGION, vertices + stretch.points, control=last.control)
        elif last.kind is Kind.BACK:
            steps.pop()
        elif last.kind is Kind.CONFIRM:
            return stroke(Makes.REGION, vertices, control=last.control)
        elif last.kind is Kind.DOUBLE:
            return stroke(Makes.REGION, vertices if near(vertices[-1], last, 2 * DRAG) else (*vertices, last.point), control=last.control)
    return None


def _stretch(before: Polyline, press: Event) -> Generator[Preview | None, Event, Held | None]:
    return (yield from held_again(press, lambda points, _: Draft(Makes.REGION, before + points)))


def _came_home(first: Point, stretch: Held) -> bool:
    """Whether a freehand stretch went away from the first vertex and ended on it."""
    reach = REACH * stretch.end.pixel
    return near(first, stretch.end) and any(math.dist(first, point) > reach for point in stretch.points)


def _home(vertices: Polyline, event: Event) -> bool:
    """Whether the event is on the first vertex of what could be closed."""
    return len(vertices) >= 3 and near(vertices[0], event)


TOOL = Tool(
    id="tool.free",
    toolname=FREE,
    text=mark("Free"),
    key="F",
    icon="tool.free.svg",
    order=20,
    start=converse,
    hint=mark("Drag or click around it; double click, Enter or first vertex closes; Esc drops"),
    options=(
        Option("click", mark("Click, move, click"), False, tip=mark("Freehand without holding the button: a click begins, a click ends")),
    ),
)
