"""Go over an image with a round brush: what brush and eraser share."""

from __future__ import annotations

from collections.abc import Callable

from annotator.domain.path import Polyline
from annotator.i18n import mark
from annotator.tools.gesture import Conversation, Draft, Ground, Hover, Kind, Makes, Option

MILLIMETRES, PIXELS = "mm", "px"
SIZE = (
    Option("size", mark("Diameter"), 5.0, 0.5, 200.0, tip=mark("Shift and the wheel change it too")),
    Option("unit", mark("Unit"), MILLIMETRES, choices=((MILLIMETRES, mark("mm")), (PIXELS, mark("pixels"))), unspaced=PIXELS),
)
RANGE = (
    Option("limited", mark("Only values"), False, tip=mark("Take only pixels whose values lie in this range")),
    Option("low", mark("from"), -1000.0, -100_000.0, 100_000.0, when=("limited", True)),
    Option("high", mark("to"), 3000.0, -100_000.0, 100_000.0, when=("limited", True)),
)


def sweeping(*, erases: bool) -> Callable[[], Conversation]:
    """Return the conversation of a brush: it paints from press to release."""

    def converse() -> Conversation:
        event = yield None
        while event.kind not in (Kind.PRESS, Kind.DOUBLE):
            event = yield Hover(event.point, radii(event.ground)) if event.ground is not None else None
        size, limits, points = radii(event.ground), _limits(event.ground), [event.point]
        while True:
            event = yield _draft(tuple(points), size, limits, erases=erases)
            if event.kind in (Kind.MOVE, Kind.RELEASE):
                points.append(event.point)
            if event.kind is Kind.RELEASE:
                return _draft(tuple(points), size, limits, erases=erases).ended(control=event.control)

    return converse


def radii(ground: Ground | None) -> tuple[float, float]:
    """Return half the width and height of the brush in image pixels: round in mm where the image has a spacing, one pixel at least."""
    size = float(ground.options.get("size", SIZE[0].default)) if ground else float(SIZE[0].default)
    spacing = ground.image.spacing if ground else None
    if ground is None or spacing is None or ground.options.get("unit") == PIXELS:
        return max(size, 1.0) / 2, max(size, 1.0) / 2
    return max(size / spacing[1], 1.0) / 2, max(size / spacing[0], 1.0) / 2


def _limits(ground: Ground | None) -> tuple[float, float] | None:
    options = ground.options if ground else {}
    ends = float(options.get("low", 0.0)), float(options.get("high", 0.0))
    return (min(ends), max(ends)) if options.get("limited") else None


def _draft(points: Polyline, size: tuple[float, float], limits: tuple[float, float] | None, *, erases: bool) -> Draft:
    return Draft(Makes.SWEEP, points, radii=size, between=limits, erases=erases)
