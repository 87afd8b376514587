"""Say what a person's mouse buttons and wheel do: which drag makes the window, pans, zooms or pages, and in which direction.

The left button alone draws, with Ctrl it draws with Add and Sub exchanged, with Space it pans; everything else can be chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from annotator import settings
from annotator.i18n import mark

HAND = "mouse"
"""The setting that holds a person's own choices."""


class Deed(Enum):
    """What a drag does."""

    WINDOW = "window"
    REGION = "region"
    PAN = "pan"
    ZOOM = "zoom"
    PAGE = "page"
    UPTAKE = "uptake"
    NOTHING = "nothing"


DEED_TEXTS: Mapping[Deed, str] = {
    Deed.WINDOW: mark("Window level"),
    Deed.REGION: mark("Window from a rectangle"),
    Deed.PAN: mark("Move the picture"),
    Deed.ZOOM: mark("Zoom"),
    Deed.PAGE: mark("Page through the series"),
    Deed.UPTAKE: mark("Upper value of the colours (fused), else window level"),
    Deed.NOTHING: mark("Nothing of its own"),
}
DRAGS: Mapping[str, str] = {
    "right": mark("Right drag"),
    "middle": mark("Middle drag"),
    "shift+left": mark("Shift + left drag"),
    "alt+left": mark("Alt + left drag"),
    "shift+right": mark("Shift + right drag"),
    "alt+right": mark("Alt + right drag"),
    "ctrl+right": mark("Ctrl + right drag"),
    "shift+middle": mark("Shift + middle drag"),
    "ctrl+middle": mark("Ctrl + middle drag"),
}
"""The drags that can be given a meaning: modifier and button."""
USUAL: Mapping[str, Deed] = {
    "right": Deed.WINDOW,
    "middle": Deed.PAN,
    "shift+left": Deed.PAN,
    "alt+left": Deed.NOTHING,
    "shift+right": Deed.REGION,
    "alt+right": Deed.UPTAKE,
    "ctrl+right": Deed.ZOOM,
    "shift+middle": Deed.PAGE,
    "ctrl+middle": Deed.ZOOM,
}


@dataclass(frozen=True)
class Hand:
    """A person's choices."""

    drags: Mapping[str, Deed] = field(default_factory=lambda: dict(USUAL))
    wheel_zooms: bool = False
    """The wheel zooms, and with Ctrl held it pages; else the other way round."""
    wheel_reversed: bool = False
    """The wheel turned away from the person is the next image."""
    across_reversed: bool = False
    """Dragging to the right makes the window narrower."""
    down_reversed: bool = False
    """Dragging up makes the picture darker."""

    def deed(self, button: str, modifier: str) -> Deed:
        """Return what a drag with a button and a modifier (`shift`, `ctrl`, `alt` or none) does; one that is not chosen: as without it."""
        own = self.drags.get(f"{modifier}+{button}", Deed.NOTHING) if modifier else Deed.NOTHING
        return own if own is not Deed.NOTHING else self.drags.get(button, Deed.NOTHING)

    def with_drag(self, drag: str, deed: Deed) -> Hand:
        """Return the choices with another meaning of one drag."""
        return replace(self, drags={**self.drags, drag: deed})


def recall() -> Hand:
    """Return the choices a person made before, the usual ones where there are none or they cannot be understood."""
    stored: Mapping[str, settings.Value] = settings.read(HAND, {})
    deeds = {deed.value: deed for deed in Deed}
    own = {drag: deeds[value] for drag in DRAGS if isinstance(value := stored.get(drag), str) and value in deeds}
    return Hand({**USUAL, **own}, *(stored.get(name) is True for name in _FLAGS))


def remember(hand: Hand) -> None:
    """Remember the choices; raises OSError."""
    drags: dict[str, settings.Value] = {drag: deed.value for drag, deed in hand.drags.items()}
    flags: dict[str, settings.Value] = {name: getattr(hand, name) for name in _FLAGS}
    settings.remember({HAND: {**drags, **flags}})


_FLAGS = ("wheel_zooms", "wheel_reversed", "across_reversed", "down_reversed")
