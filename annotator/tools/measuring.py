"""What the measuring tools share: take hold of a measurement that is there, or span a new one between two points."""

from __future__ import annotations

from collections.abc import Callable, Generator

from annotator.domain.measure import Figure, Grip, pulled
from annotator.tools.gesture import Conversation, Event, Kind, Measured, Outcome, Preview
from annotator.tools.press import begin, held, held_again

Dialogue = Generator[Preview | None, Event, Outcome | None]


def between_two(figure: Figure) -> Callable[[], Conversation]:
    """Return the conversation of a figure that two points make: a drag from one to the other, or two clicks."""

    def converse() -> Conversation:
        press = yield from begin()
        if press.grip is not None:
            return (yield from moved(press, press.grip))
        last = yield from leg(press, lambda to: Measured(figure, (press.point, to.point)))
        return None if last is None or last.point == press.point else Measured(figure, (press.point, last.point))

    return converse


def leg(press: Event, preview: Callable[[Event], Measured]) -> Generator[Preview | None, Event, Event | None]:
    """Follow the hand from a press to the other end of a line; None: it was taken back.

    A click begins a line that the next click, a double click or Enter ends.
    """
    first = yield from held(press, lambda points, dragged: preview(_at(press, points[-1])) if dragged else None)
    if first.dragged:
        return first.end
    last = first.end
    while press.kind is not Kind.DOUBLE:
        last = yield preview(last)
        if last.kind is Kind.PRESS:
            second = yield from _second(last, preview)
            if second is not None:
                return second
        if last.kind in (Kind.DOUBLE, Kind.CONFIRM):
            return last
        if last.kind is Kind.BACK:
            return None
    return None


def _second(press: Event, preview: Callable[[Event], Measured]) -> Generator[Preview | None, Event, Event | None]:
    """Follow the second button press of a line to its release: a click ends it where it began, a drag where that ends."""
    trail = yield from held_again(press, lambda points, dragged: preview(_at(press, points[-1])))
    if trail is None:
        return None
    return trail.end if trail.dragged else press


def moved(press: Event, grip: Grip) -> Dialogue:
    """Drag a measurement or one of its handles; a click only chooses it."""
    measure = grip.measure

    def changed(to: tuple[float, float]) -> Measured:
        return Measured(measure.figure, pulled(grip, press.point, to), measure.number)

    trail = yield from held(press, lambda points, dragged: changed(points[-1]) if dragged else None)
    return changed(trail.end.point) if trail.dragged else Measured(measure.figure, measure.points, measure.number)


def _at(event: Event, point: tuple[float, float]) -> Event:
    return Event(Kind.MOVE, *point, pixel=event.pixel)
