"""Follow an edge of the image from click to click: a magnetic outline."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from importlib import import_module

from annotator.domain.annotation import FREE
from annotator.domain.livewire import Wire
from annotator.domain.path import Point, Polyline
from annotator.i18n import mark
from annotator.tools.gesture import Conversation, Draft, Event, Ground, Kind, Makes, Outcome, Preview, Tool, stroke
from annotator.tools.press import begin, held, held_again, near

_SNAP, _FARTHEST = 4.0, 8.0
"""Screen pixels within which a click is drawn to an edge; image pixels that this is at most."""


def converse() -> Conversation:
    """A click sets an anchor, from which the outline follows the strongest edge to the pointer; a drag draws freehand."""
    press = yield from begin()
    first = yield from held(press, lambda points, dragged: Draft(Makes.REGION, points) if dragged else None)
    if first.dragged:
        return stroke(Makes.REGION, first.points, control=first.end.control)
    if press.kind is Kind.DOUBLE or press.ground is None:
        return None
    return (yield from _follow(_Magnet(press.ground, press.point, press.pixel), first.end))


def _follow(magnet: _Magnet, last: Event) -> Generator[Preview | None, Event, Outcome | None]:
    """Collect stretches, each from anchor to anchor; Backspace takes one back."""
    start = magnet.start
    stretches: list[Polyline] = [(start,)]
    while stretches:
        fixed, anchor = tuple(point for part in stretches for point in part), stretches[-1][-1]
        home = len(stretches) > 2 and near(start, last)
        last = yield _seen(magnet, (*fixed, *(() if home else magnet.between(anchor, last.point))), closing=home, rough=not home)
        if last.kind is Kind.BACK:
            stretches.pop()
        elif last.kind is Kind.PRESS:
            closed = len(stretches) > 2 and near(start, last)
            if not closed:
                stretches.append(magnet.between(anchor, last.point) or (anchor,))
            seen = _seen(magnet, tuple(point for part in stretches for point in part), closing=closed)
            trail = yield from held_again(last, partial(_stays, seen))
            if trail is None:
                del stretches[len(stretches) - (not closed) :]
                continue
            last = trail.end
            if closed:
                return seen.ended(control=last.control)
        elif last.kind in (Kind.CONFIRM, Kind.DOUBLE):
            return _seen(magnet, (*fixed, *magnet.between(anchor, last.point))).ended(control=last.control)
    return None


def _stays(seen: Draft, points: Polyline, dragged: bool) -> Draft:
    return seen


def _seen(magnet: _Magnet, points: Polyline, *, closing: bool = False, rough: bool = False) -> Draft:
    """The outline with the way home by which it closes; on the move a long one is found roughly, so that the pointer never waits for it."""
    return Draft(Makes.REGION, points, closing=closing, home=magnet.home(points[-1], rough=rough))


class _Magnet:
    """The wire over one image, held at one anchor at a time, and one that is held at the start."""

    def __init__(self, ground: Ground, place: Point, pixel: float) -> None:
        values, spacing = ground.picture.brightness(), ground.image.spacing or (1.0, 1.0)
        self._wire, self._back, self._snap = Wire(values, spacing), Wire(values, spacing), min(_SNAP * pixel, _FARTHEST)
        self.start = self._anchor = self._wire.anchor(place[1], place[0], self._snap)
        self._back.anchor(self.start[1], self.start[0], 0.0)

    def between(self, anchor: Point, to: Point) -> Polyline:
        """Return the vertices after the anchor along the edges up to the edge at `to`."""
        if anchor != self._anchor:
            self._anchor = self._wire.anchor(anchor[1], anchor[0], 0.0)
        return self._wire.path(to[1], to[0], self._snap)[1:]

    def home(self, last: Point, *, rough: bool) -> Polyline:
        """Return the vertices along the edges between the last one of an outline and the start."""
        return self._back.path(last[1], last[0], 0.0, rough=rough)[-2:0:-1]


TOOL = Tool(
    id="tool.livewire",
    toolname=FREE,
    text=mark("Magnetic outline"),
    key="U",
    icon="tool.livewire.svg",
    order=90,
    start=converse,
    hint=mark("Click along an edge; double click, Enter or the first click closes; Backspace takes one back; Esc drops"),
    short=mark("Magnet"),
    prepare=lambda: import_module("skimage.graph"),
)
