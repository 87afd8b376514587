"""Know of an image's pixels what is asked again and again while a guess is widened and narrowed.

It is worked out once, tile by tile as far as it is asked for: a drag on a large image waits for no pixel twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from annotator.domain.growing import Spacing, Window
from annotator.domain.rays import ANGLES, Place, Singles

Floats = NDArray[np.float64]
Say = Callable[[Window, Singles], Singles]
_TURNS = 36 * 512
_DIRECTIONS: Floats = 2 * np.pi * np.arange(_TURNS) / _TURNS
"""Those that are told apart."""
_TILES = 48, 256
"""Pixels of the least and the largest tile, across and down."""


class Seen:
    """Of each pixel of an image of a `shape`: how far it is from the click, what its value says, and how deep within an outline it is.

    `place` is the middle of the outlines, `seed` the click, `size` (mm) that of the guess; `say` returns of a window, and of how far its
    pixels are from the click, what their values say for the lesion (nats).
    """

    def __init__(self, shape: tuple[int, ...], spacing: Spacing, place: Place, seed: Place, size: float, say: Say) -> None:
        self._shape, self._spacing, self._place, self._seed, self._say = shape, spacing, place, seed, say
        self._tile = int(min(max(size / max(spacing), _TILES[0]), _TILES[1]))
        self._aside, self._said, self._away = (np.empty(shape, np.float32) for _ in range(3))
        self._turn = np.empty(shape, np.int16)
        self._known = np.zeros([size // self._tile + 1 for size in shape], dtype=bool)
        self._part: Window = slice(0, 0), slice(0, 0)

    def of(self, window: Window) -> Seen:
        """Look at the pixels of a window from now on."""
        self._part = window
        first, second = (slice(part.start // self._tile, (part.stop - 1) // self._tile + 1) for part in window)
        for row, column in np.argwhere(~self._known[first, second]).tolist():
            self._look(row + first.start, column + second.start)
        return self

    def _look(self, row: int, column: int) -> None:
        shape, spacing = self._shape, self._spacing
        top, left = row * self._tile, column * self._tile
        tile = slice(top, min(top + self._tile, shape[0])), slice(left, min(left + self._tile, shape[1]))
        down, right = (way.astype(np.float32) for way in ways(tile, self._place, spacing))
        self._turn[tile] = np.arctan2(down, right) * np.float32(_TURNS / (2 * np.pi))  # from -_TURNS / 2 to _TURNS / 2
        self._away[tile] = np.log(np.maximum(np.hypot(down, right), np.float32(1e-9)))
        self._aside[tile] = np.hypot(*ways(tile, self._seed, spacing))
        self._said[tile] = self._say(tile, self._aside[tile])
        self._known[row, column] = True

    @property
    def aside(self) -> Singles:
        """How far each pixel's centre is from the click's."""
        return self._aside[self._part]

    @property
    def said(self) -> Singles:
        """What its value says for the lesion."""
        return self._said[self._part]

    def depth(self, logs: Floats) -> Singles:
        """By which logarithm it is nearer to the middle than an outline on its ray."""
        table = np.interp(_DIRECTIONS, np.append(ANGLES, 2 * np.pi), np.append(logs, logs[0])).astype(np.float32)
        return np.asarray(table[self._turn[self._part]] - self._away[self._part], dtype=np.float32)


def ways(window: Window, place: Sequence[float], spacing: Spacing) -> tuple[Floats, Floats]:
    """Return how far (mm) each pixel's centre is from a place, down and to the right."""
    down, right = ((np.arange(window[k].start, window[k].stop, dtype=np.float64) - place[k]) * spacing[k] for k in (0, 1))
    return down[:, None], right[None, :]
