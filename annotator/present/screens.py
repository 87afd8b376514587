"""Say where windows go on a set of screens, so that none of them ever opens where no hand can reach it.

Places and sizes are logical pixels of the whole desktop, y downwards.  A window's place is the corner of its frame, its size that of what
is in the frame; the title bar takes `TITLE` more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TITLE = 32
"""Room that is left for a title bar, whatever the desktop makes it."""
LEAST = (160, 120)
"""No window is remembered smaller than this."""
_STEP = 36


@dataclass(frozen=True)
class Box:
    """A rectangle; it covers left ≤ x < right, top ≤ y < bottom."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row beyond it."""
        return self.top + self.height

    @property
    def upright(self) -> bool:
        """Whether it is higher than wide."""
        return self.height > self.width

    def shared(self, other: Box) -> int:
        """Return how many pixels both cover."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across * down if across > 0 and down > 0 else 0

    def apart(self, other: Box) -> int:
        """Return how far it is from another one, across plus down; 0 where they touch."""
        across = max(other.left - self.right, self.left - other.right, 0)
        return across + max(other.top - self.bottom, self.top - other.bottom, 0)

    def without(self, other: Box) -> tuple[Box, ...]:
        """Return up to four boxes that cover what another one does not."""
        if not self.shared(other):
            return (self,)
        top, bottom = max(self.top, other.top), min(self.bottom, other.bottom)
        found = (
            Box(self.left, self.top, self.width, top - self.top),
            Box(self.left, bottom, self.width, self.bottom - bottom),
            Box(self.left, top, other.left - self.left, bottom - top),
            Box(other.right, top, self.right - other.right, bottom - top),
        )
        return tuple(box for box in found if box.width > 0 and box.height > 0)


@dataclass(frozen=True)
class Screen:
    """A monitor: its name, where it is, what of it windows may take (all but task bars), and device pixels of a logical one."""

    name: str
    box: Box
    free: Box
    ratio: float = 1.0


def set_name(screens: Iterable[Screen]) -> str:
    """Return a name for a set of screens: the same for the same monitors at the same places, in whatever order the system tells them."""
    return "; ".join(sorted(f"{s.name} {s.box.width}x{s.box.height}{s.box.left:+d}{s.box.top:+d} @{s.ratio:g}" for s in screens))


def outer(window: Box) -> Box:
    """Return a window with its title bar."""
    return Box(window.left, window.top, window.width, window.height + TITLE)


def on_screen(wanted: Box, screens: Sequence[Screen]) -> Box:
    """Return where a window goes that was last at `wanted`: there, if all of it is on screens, else all of it on the nearest one."""
    wanted = Box(wanted.left, wanted.top, max(wanted.width, LEAST[0]), max(wanted.height, LEAST[1]))
    if not screens or _covered(outer(wanted), [screen.free for screen in screens]):
        return wanted
    return _within(wanted, home(wanted, screens).free)


def home(window: Box, screens: Sequence[Screen]) -> Screen:
    """Return the screen that has most of a window, or is nearest to it."""
    whole = outer(window)
    return max(screens, key=lambda screen: (whole.shared(screen.free), -whole.apart(screen.free)))


def first_place(screen: Screen, size: tuple[int, int]) -> Box:
    """Return where a window opens for the first time: in the middle of a screen; on an upright one over all of its width."""
    free = screen.free
    width, height = (free.width, free.height - TITLE) if free.upright else size
    width, height = min(width, free.width), min(height, free.height - TITLE)
    return _within(Box(free.left + (free.width - width) // 2, free.top + (free.height - height - TITLE) // 2, width, height), free)


def torn_place(here: Box, main: Box, others: Sequence[Box], screens: Sequence[Screen]) -> tuple[Box, bool]:
    """Return where what stood at `here` goes when it is torn off, and whether it fills that screen.

    It takes a screen that no other window of ours is on; else it lies a little beside its old place, and never on another torn window's.
    """
    taken = {home(window, screens).name for window in (main, *others)} if screens else set()
    empty = [screen for screen in screens if screen.name not in taken]
    if empty:
        nearest = min(empty, key=lambda screen: outer(main).apart(screen.box)).free
        return Box(nearest.left, nearest.top, nearest.width, max(nearest.height - TITLE, 1)), True
    place, corners = here, {(box.left, box.top) for box in others}
    for step in range(1, 12):
        place = on_screen(Box(here.left + step * _STEP, here.top + step * _STEP, here.width, here.height), screens)
        if (place.left, place.top) not in corners:
            break
    return place, False


def _covered(window: Box, areas: Iterable[Box]) -> bool:
    left: tuple[Box, ...] = (window,)
    for area in areas:
        left = tuple(rest for box in left for rest in box.without(area))
    return not left


def _within(window: Box, free: Box) -> Box:
    """Make a window as small as it must be, and move it as little as it must be moved."""
    width, height = min(window.width, free.width), max(min(window.height, free.height - TITLE), 1)
    left = max(min(window.left, free.right - width), free.left)
    top = max(min(window.top, free.bottom - height - TITLE), free.top)
    return Box(left, top, width, height)
