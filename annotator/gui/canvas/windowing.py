"""Say which window a right drag makes: the further, the more, in steps that suit what the image holds."""

from __future__ import annotations

from annotator.domain.auto_window import least_width
from annotator.domain.grayscale import turned
from annotator.domain.picture import Picture, Window

_STEPS_PER_WIDTH = 256.0
_COARSEST, _FINEST = 250.0, 5000.0
"""Screen pixels for the whole range of values: the fewest and the most."""


def step(window: Window, picture: Picture) -> float:
    """Return by how much a screen pixel changes the window: a share of its width, within bounds that the image's values set."""
    low, high = picture.value_range
    whole = max(high - low, window.width / _FINEST, 1e-6)
    return min(max(window.width / _STEPS_PER_WIDTH, whole / _FINEST), max(whole / _COARSEST, window.width / _FINEST))


def dragged_window(start: Window, picture: Picture, across: float, down: float, *, upper_only: bool = False) -> Window:
    """Return the window after a drag by (across, down) logical pixels: to the right widens, up brightens.

    With `upper_only` (PET) the lower bound stays where it is.
    """
    by = step(start, picture)
    brighter = -down if turned(picture, start) else down
    narrowest = least_width(picture)
    if upper_only:
        low, high = start.center - start.width / 2, start.center + start.width / 2
        width = max(high + (across + brighter) * by - low, narrowest)
        return start.moved(low + width / 2, width)
    return start.moved(start.center + brighter * by, max(start.width + across * by, narrowest))
