"""Follow a held button and say what it was: the beginnings and endings that the drawing tools share."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass

from annotator.domain.path import Point, Polyline
from annotator.tools.gesture import Event, Kind, Preview

DRAG = 3.0
"""Screen pixels between press and pointer beyond which a press is a drag and no click."""
REACH = 8.0
"""Screen pixels within which a click is on the first vertex."""


@dataclass(frozen=True)
class Held:
    """A button from press to release: the positions of the press, every move and the release, and whether it was a drag."""

    points: Polyline
    dragged: bool
    end: Event


def begin() -> Generator[Preview | None, Event, Event]:
    """Wait for the button; a DOUBLE is a press too (of a second stroke soon after the first, at the same place)."""
    while True:
        event = yield None
        if event.kind in (Kind.PRESS, Kind.DOUBLE):
            return event


def held(press: Event, preview: Callable[[Polyline, bool], Preview | None]) -> Generator[Preview | None, Event, Held]:
    """Follow the button from `press` to its release; `preview` gets the positions so far and whether it is a drag by now."""
    points, dragged = [press.point], False
    while True:
        event = yield preview(tuple(points), dragged)
        if event.kind not in (Kind.MOVE, Kind.RELEASE):
            continue
        points.append(event.point)
        dragged = dragged or not near(press.point, event, DRAG)
        if event.kind is Kind.RELEASE:
            return Held(tuple(points), dragged, event)


def held_again(press: Event, preview: Callable[[Polyline, bool], Preview | None]) -> Generator[Preview | None, Event, Held | None]:
    """Follow a later press of something begun before, as `held` does; None: it was taken back while the button was down."""
    following = held(press, preview)
    shown = next(following)
    while True:
        event = yield shown
        if event.kind is Kind.BACK:
            following.close()
            return None
        try:
            shown = following.send(event)
        except StopIteration as end:
            followed: Held = end.value
            return followed


def near(place: Point, event: Event, reach: float = REACH) -> bool:
    """Whether the event happened within `reach` screen pixels of an image point."""
    return math.hypot(event.x - place[0], event.y - place[1]) <= reach * event.pixel
