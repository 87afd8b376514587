"""Find the length of a scale bar: a round one (1, 2 or 5 of a power of ten) that fits where it is to stand."""

from __future__ import annotations

import math

_ROUND = (5.0, 2.0, 1.0)


def round_length(room: float) -> float:
    """Return the longest round length that is at most `room` (any unit, positive and finite)."""
    power = 10.0 ** math.floor(math.log10(room) + 1e-9)
    return next(leading * power for leading in _ROUND if leading * power <= room * (1 + 1e-6))


def steps_for(upper: float) -> tuple[float, ...]:
    """Return round values from 0 to `upper` (positive), at most six steps, to stand beside a bar of colours."""
    step = upper / 6
    power = 10.0 ** math.floor(math.log10(step))
    step = next(leading * power for leading in (1.0, 2.0, 5.0, 10.0) if leading * power >= step * (1 - 1e-9))
    return tuple(float(f"{place * step:.6g}") for place in range(math.floor(upper / step + 1e-9) + 1))


def bar(scale: float, spacing: float, longest: float) -> tuple[float, float] | None:
    """Return a scale bar as its length in mm and in screen pixels, at most `longest` of these.

    `scale` is the screen pixels per image pixel along the bar, `spacing` the millimetres of an image pixel along it.  None where these
    are no lengths.
    """
    room = longest / scale * spacing if scale > 0 else 0.0
    if not 0 < room < math.inf:
        return None
    length = round_length(room)
    return length, length / spacing * scale
