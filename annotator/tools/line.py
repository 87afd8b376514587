"""Draw a line: one straight stretch while the button is held, or a polyline click by click."""

from __future__ import annotations

from collections.abc import Generator

from annotator.domain.annotation import LINE
from annotator.domain.path import Point, Polyline
from annotator.i18n import mark
from annotator.tools.gesture import Conversation, Draft, Event, Kind, Makes, Outcome, Preview, Tool, stroke
from annotator.tools.press import DRAG, Held, begin, held, held_again, near


def converse() -> Conversation:
    """A drag is a straight line; a click begins a polyline."""
    press = yield from begin()
    first = yield from held(press, lambda points, dragged: _draft((press.point,), points[-1]) if dragged else None)
    if first.dragged:
        return stroke(Makes.PATH, (press.point, first.end.point), control=first.end.control)
    if press.kind is Kind.DOUBLE:
        return None
    return (yield from _polyline(press.point, first.end))


def _polyline(start: Point, last: Event) -> Generator[Preview | None, Event, Outcome | None]:
    vertices = [start]
    while vertices:
        last = yield _draft(tuple(vertices), last.point)
        if last.kind is Kind.PRESS:
            stretch = yield from _stretch(tuple(vertices), last)
            if stretch is None:
                continue
            vertices += (last.point, stretch.end.point) if stretch.dragged else (last.point,)
            last = stretch.end
        elif last.kind is Kind.BACK:
            vertices.pop()
        elif last.kind is Kind.CONFIRM:
            return stroke(Makes.PATH, vertices, control=last.control)
        elif last.kind is Kind.DOUBLE:
            return stroke(Makes.PATH, vertices if near(vertices[-1], last, 2 * DRAG) else (*vertices, last.point), control=last.control)
    return None


def _stretch(before: Polyline, press: Event) -> Generator[Preview | None, Event, Held | None]:
    return (yield from held_again(press, lambda points, _: _draft((*before, press.point), points[-1])))


def _draft(vertices: Polyline, pointer: Point) -> Draft:
    return Draft(Makes.PATH, vertices, pointer)


TOOL = Tool(
    id="tool.line",
    toolname=LINE,
    text=mark("Line"),
    key="L",
    icon="tool.line.svg",
    order=10,
    start=converse,
    hint=mark("Drag a line, or click vertices; double click or Enter ends; Backspace takes one back; Esc drops"),
)
