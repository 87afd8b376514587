"""What a hand's strokes and keys take by the keystroke-level model (Card, Moran, Newell 1980)."""

from __future__ import annotations

from tests.pixels.room import PLAIN, Modifier

KEY, POINT, BUTTON, HOME, MIND = 0.28, 1.1, 0.1, 0.4, 1.35
"""Seconds: a key, pointing, a press or release of a button, the hand to the other device, a decision (one before each stroke)."""


class Reckoning:
    """Counts strokes and keys, and adds up what they take."""

    def __init__(self) -> None:
        self.strokes, self.keys, self.seconds = 0, 0, 0.0
        self._on_keys = False

    def pressed(self, modifiers: Modifier = PLAIN) -> None:
        """A key, each modifier being one more."""
        self.keys += 1
        self.seconds += KEY * (1 + bin(modifiers.value).count("1")) + (0.0 if self._on_keys else HOME)
        self._on_keys = True

    def stroked(self, pointings: int, clicks: int = 1) -> None:
        """Decide, point so many times, press and release so many times."""
        self.strokes += 1
        self.seconds += MIND + (HOME if self._on_keys else 0.0) + pointings * POINT + clicks * 2 * BUTTON
        self._on_keys = False
