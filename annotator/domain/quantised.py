"""Store the values of a prepared stack as whole numbers: what one unit of them means, so that a reader gets the values back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.lattice import Floats
from annotator.domain.prepared import Kind, Range

_STEPS = 65_535


@dataclass(frozen=True)
class Scale:
    """How values are stored: value = stored × slope + intercept, at most half a slope beside; `kind` is numpy's name of the type."""

    kind: str
    slope: float = 1.0
    intercept: float = 0.0

    def stored(self, values: Floats) -> NDArray[Any]:
        """Return values as they are stored."""
        limits = np.iinfo(self.kind)
        exact = (values.astype(np.float64) - self.intercept) / self.slope
        return np.clip(np.rint(exact), limits.min, limits.max).astype(self.kind)


def scale_of(kind: Kind, over: Range | None, *, signed: bool, upright: bool = False) -> Scale:
    """Return how a stack is stored: brightness and colours as they are,
    shares of 1 in 65 535 steps, whole values as they are, all else in as many steps.

    `over`: what its values are between, asked for only where they are no brightness and no shares.  `signed`: whole numbers may be below
    zero.  `upright`: the highest value becomes the lowest number, for a stack that is shown inverted.
    """
    if kind in (Kind.BRIGHT, Kind.COLOUR):
        return Scale("uint8")
    if kind is Kind.SHARE or over is None:
        return Scale("uint16", _short(1 / _STEPS))
    if over.whole and not upright and signed and -32_768 <= over.low and over.high <= 32_767:
        return Scale("int16")
    if over.whole and not upright and 0 <= over.low and over.high <= _STEPS:
        return Scale("uint16")
    if over.whole and over.high - over.low <= _STEPS:
        return Scale("uint16", -1.0, over.high) if upright else Scale("uint16", 1.0, over.low)
    slope = _short((over.high - over.low) / _STEPS) or 1.0
    return Scale("uint16", -slope, _short(over.high)) if upright else Scale("uint16", slope, _short(over.low))


def needs_range(kind: Kind) -> bool:
    """Whether it must be known what the values of a stack are between before they can be stored."""
    return kind in (Kind.VALUES, Kind.SCORE)


def _short(number: float) -> float:
    """The number as a decimal string of 16 characters holds it."""
    return float(f"{number:.8e}")
