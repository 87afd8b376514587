"""Span a box between two places: what the tools share that draw from corner to corner, or from the centre."""

from __future__ import annotations

from collections.abc import Callable, Generator

from annotator.domain.path import Point, Polyline
from annotator.tools.gesture import Conversation, Draft, Event, Kind, Makes, Outcome, Preview, Stroke
from annotator.tools.press import DRAG, begin, near


def spanning(makes: Makes) -> Callable[[], Conversation]:
    """Return the conversation of a shape in a box: a drag spans it, or two clicks.

    While it is spanned, Shift makes it as wide as high in mm, and Alt lets the first place be its centre.
    """

    def converse() -> Conversation:
        press = yield from begin()
        dragged, last = yield from _dragged(makes, press, press.point, shown=False)
        if dragged:
            return _finished(makes, press.point, last)
        return None if press.kind is Kind.DOUBLE else (yield from _second(makes, press.point, last))

    return converse


def _dragged(makes: Makes, press: Event, first: Point, *, shown: bool) -> Generator[Preview | None, Event, tuple[bool, Event]]:
    """Follow the button to its release; returns whether it was a drag, and its end: of a later press (`shown`) a BACK takes it back."""
    dragged, last = False, press
    while True:
        last = yield Draft(makes, _corners(first, last)) if dragged or shown else None
        if shown and last.kind is Kind.BACK:
            return False, last
        if last.kind in (Kind.MOVE, Kind.RELEASE):
            dragged = dragged or not near(press.point, last, DRAG)
            if last.kind is Kind.RELEASE:
                return dragged, last


def _second(makes: Makes, first: Point, last: Event) -> Generator[Preview | None, Event, Outcome | None]:
    while True:
        last = yield Draft(makes, _corners(first, last))
        if last.kind is Kind.PRESS:
            dragged, end = yield from _dragged(makes, last, first, shown=True)
            if end.kind is Kind.BACK:
                continue
            return _finished(makes, first, end if dragged else last)
        if last.kind in (Kind.DOUBLE, Kind.CONFIRM):
            return _finished(makes, first, last)
        if last.kind is Kind.BACK:
            return None


def _corners(first: Point, event: Event) -> Polyline:
    """Two opposite corners, as Shift and Alt have it."""
    (x, y), (dx, dy) = first, (event.x - first[0], event.y - first[1])
    if event.shift:
        down, right = (event.ground.image.spacing if event.ground else None) or (1.0, 1.0)
        side = max(abs(dx) * right, abs(dy) * down)
        dx, dy = (side / right) * (1 if dx >= 0 else -1), (side / down) * (1 if dy >= 0 else -1)
    return ((x - dx, y - dy) if event.alt else first), (x + dx, y + dy)


def _finished(makes: Makes, first: Point, last: Event) -> Stroke | None:
    """What has no width or no height is nothing."""
    corners = _corners(first, last)
    degenerate = corners[0][0] == corners[1][0] or corners[0][1] == corners[1][1]
    return None if degenerate else Stroke(makes, corners, last.control)
