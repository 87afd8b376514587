"""One decoded image: stored values, what they mean, and the windows its header proposes."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.graphic import Graphic
from annotator.domain.honesty import Honesty, Origin
from annotator.domain.image import ImageKey
from annotator.domain.suv import NoSuv, Suv


class Voi(Enum):
    """The VOI LUT function of a window (PS3.3 C.11.2.1.2, C.11.2.1.3)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True)
class VoiTable:
    """A VOI LUT (PS3.3 C.11.2.1.1): the brightness (0 to 255) of the grey values `first`, `first + 1`, …; outside as at its ends."""

    first: int
    shades: bytes = field(repr=False)

    def range(self) -> tuple[float, float]:
        """Return the lowest and the highest grey value between which the brightness changes: what a plain window would span."""
        shades = np.frombuffer(self.shades, dtype=np.uint8)
        changes = np.flatnonzero(np.diff(shades))
        if not len(changes):
            return float(self.first), float(self.first + len(shades) - 1)
        return float(self.first + changes[0]), float(self.first + changes[-1] + 1)


@dataclass(frozen=True)
class Window:
    """Centre and width of the shown range, in the image's own unit (HU for CT); width > 0.

    With a `table` that table makes the brightness, and centre and width only say which range it spans.
    """

    center: float
    width: float
    name: str = ""
    function: Voi = Voi.LINEAR
    origin: Origin = field(default=Origin.PERSON, compare=False)
    """Where it came from; two windows that show the same are equal."""
    table: VoiTable | None = None
    inverted: bool = False
    """Black and white are exchanged, once more on top of what the image itself asks for (MONOCHROME1)."""

    @staticmethod
    def of_table(table: VoiTable, name: str) -> Window:
        """Return the choice that a VOI LUT is, under its explanation."""
        low, high = table.range()
        return Window((low + high) / 2, max(high - low, 1.0), name, origin=Origin.TABLE, table=table)

    def moved(self, center: float, width: float) -> Window:
        """Return the window as a person changed it: a range of the same function, a straight one after a table."""
        return replace(self, center=center, width=width, name="", origin=Origin.PERSON, table=None)


@dataclass(frozen=True, eq=False)
class ModalityTable:
    """A Modality LUT (PS3.3 C.11.1.1.1): the grey values of the stored values `first`, `first + 1`, …; outside as at its ends."""

    first: int
    values: NDArray[np.float32]

    def of(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        """Return the grey values of stored values of any shape."""
        return self.values[np.clip(stored.astype(np.int64) - self.first, 0, len(self.values) - 1)]


_LUMA = np.array([0.2990, 0.5870, 0.1140], np.float32)


@dataclass(frozen=True, eq=False)
class Picture:
    """The pixels of one image, ready to be shown and measured.

    `stored` is (rows, columns) for grey, any integer or float type, or (rows, columns, 3) uint8 RGB for colour.  A grey value is
    that of the Modality LUT where the header has one, else `stored * slope + intercept`, in `unit`.
    """

    key: ImageKey
    stored: NDArray[Any]
    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    inverted: bool = False
    """MONOCHROME1 or an inverse presentation: the lowest value is shown brightest."""
    windows: tuple[Window, ...] = ()
    modality_table: ModalityTable | None = None
    padding: tuple[float, float] | None = None
    """The lowest and the highest stored value that mean “no pixel” (PS3.3 C.7.5.1.1.2)."""
    honesty: Honesty = Honesty()
    """What header and decoder say of how it comes to look as it does."""
    graphics: tuple[Graphic, ...] = ()
    """What the file lays over the image (60xx); never part of the pixels."""
    suv: Suv | NoSuv | None = None
    """PET: slope, intercept, unit and windows are in SUV already (a value divided by its `factor` is in its `source`), or why not."""

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
        return self.values_of(stored)

    def values_of(self, stored: NDArray[Any]) -> NDArray[Any]:
        """Return the grey values (in `unit`, float32) of stored values of any shape."""
        if self.modality_table is not None:
            return self.modality_table.of(stored)
        return stored.astype(np.float32) * np.float32(self.slope) + np.float32(self.intercept)

    def brightness(self, part: tuple[slice, slice] = (slice(None), slice(None))) -> NDArray[Any]:
        """Return the grey values of a part of the image (rows, columns), float32; of colours how bright they are, 0 to 255."""
        return self.brightness_of(self.stored[part])

    def brightness_of(self, stored: NDArray[Any]) -> NDArray[Any]:
        """Return the brightness of stored pixels of any shape; of colours the Y of YBR_FULL (PS3.3 C.7.6.3.1.2)."""
        return stored[..., :3].astype(np.float32) @ _LUMA if self.colour else self.values_of(stored)

    def value_at(self, x: float, y: float) -> float | tuple[int, int, int] | None:
        """Return the value of the pixel under the image point (x, y), None outside the image."""
        column, row = math.floor(x), math.floor(y)
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
        """Return the header's first window, else one that shows the whole range; of an uptake SUV 0 to 7, alike for every slice."""
        if not self.windows and isinstance(self.suv, Suv):
            return Window(3.5, 7.0, function=Voi.LINEAR_EXACT, origin=Origin.PRESET)
        return self.windows[0] if self.windows else self.whole_range()

    def whole_range(self) -> Window:
        """Return the window that shows every value of the image."""
        low, high = self.value_range
        if self.whole_numbers:
            return Window((low + high) / 2, max(high - low, 1.0), origin=Origin.RANGE)
        return Window((low + high) / 2, (high - low) or 1.0, function=Voi.LINEAR_EXACT, origin=Origin.RANGE)

    @property
    def whole_numbers(self) -> bool:
        """Whether the values are counted in whole numbers, as Hounsfield units are: only then a LINEAR window's half step makes sense."""
        return self.stored.dtype.kind in "iu" and float(self.slope).is_integer() and not isinstance(self.suv, Suv)
