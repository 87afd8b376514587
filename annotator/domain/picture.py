"""One decoded image: stored values, what they mean, and the windows its header proposes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.honesty import Honesty, Origin
from annotator.domain.image import ImageKey


class Voi(Enum):
    """The VOI LUT function of a window (PS3.3 C.11.2.1.2, C.11.2.1.3)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True)
class Window:
    """Centre and width of the shown range, in the image's own unit (HU for CT); width > 0."""

    center: float
    width: float
    name: str = ""
    function: Voi = Voi.LINEAR
    origin: Origin = field(default=Origin.PERSON, compare=False)
    """Where it came from; two windows that show the same are equal."""


@dataclass(frozen=True, eq=False)
class Picture:
    """The pixels of one image, ready to be shown and measured.

    `stored` is (rows, columns) for grey, any integer or float type, or (rows, columns, 3) uint8 RGB for colour.  A grey value is
    `table[stored]` where the header has a Modality LUT, else `stored * slope + intercept`, in `unit`.
    """

    key: ImageKey
    stored: NDArray[Any]
    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    inverted: bool = False
    """MONOCHROME1 or an inverse presentation: the lowest value is shown brightest."""
    windows: tuple[Window, ...] = ()
    modality_table: tuple[int, tuple[float, ...]] | None = None
    """Modality LUT: first mapped stored value, and the values."""
    honesty: Honesty = Honesty()
    """What header and decoder say of how it comes to look as it does."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the stored values' bytes; worked out when first asked for, which takes as long as reading them."""
        return hashlib.sha256(np.ascontiguousarray(self.stored).data).hexdigest()

    @property
    def colour(self) -> bool:
        """Whether the pixels are RGB."""
        return self.stored.ndim == 3

    @property
    def rows(self) -> int:
        """Height in pixels."""
        return int(self.stored.shape[0])

    @property
    def columns(self) -> int:
        """Width in pixels."""
        return int(self.stored.shape[1])

    def values(self, part: tuple[slice, slice] = (slice(None), slice(None))) -> NDArray[Any]:
        """Return the grey values (in `unit`) of a part of the image, float32; colour pictures return their RGB."""
        stored = self.stored[part]
        if self.colour:
            return stored
        if self.modality_table is not None:
            first, table = self.modality_table
            index = np.clip(stored.astype(np.int64) - first, 0, len(table) - 1)
            return np.asarray(table, dtype=np.float32)[index]
        return stored.astype(np.float32) * np.float32(self.slope) + np.float32(self.intercept)

    def value_at(self, x: float, y: float) -> float | tuple[int, int, int] | None:
        """Return the value of the pixel under the image point (x, y), None outside the image."""
        column, row = int(np.floor(x)), int(np.floor(y))
        if not (0 <= row < self.rows and 0 <= column < self.columns):
            return None
        if self.colour:
            red, green, blue = (int(v) for v in self.stored[row, column, :3])
            return red, green, blue
        return float(self.values((slice(row, row + 1), slice(column, column + 1)))[0, 0])

    @cached_property
    def value_range(self) -> tuple[float, float]:
        """Lowest and highest value of the image, in `unit` (0, 255 for colour)."""
        if self.colour:
            return 0.0, 255.0
        low, high = self.stored.min(), self.stored.max()
        ends = self.values() if self.modality_table else np.array([low, high], dtype=np.float64) * self.slope + self.intercept
        return float(ends.min()), float(ends.max())

    def start_window(self) -> Window:
        """Return the header's first window, else one that shows the whole range."""
        if self.windows:
            return self.windows[0]
        low, high = self.value_range
        return Window((low + high) / 2, max(high - low, 1.0), origin=Origin.RANGE)
