"""Prepare the slices of a stack by a recipe, one after the other: nothing is held of them but what the next one needs.

A stack is asked for its slices by number.  Steps that count over a series ask for all slices once, before the first one is made.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from annotator.domain import recipe as recipes
from annotator.domain.display_filter import equalised, local_contrast
from annotator.domain.grayscale import shade
from annotator.domain.lattice import Floats, Lattice, sampled
from annotator.domain.picture import Voi, Window
from annotator.domain.recipe import Clahe, Equalise, Normalise, Recipe, Standardise, Step

Values = Callable[[int], Floats]
BRIGHTNESS = Window(127.5, 255.0, function=Voi.LINEAR_EXACT)
_BINS = 1 << 16


class Kind(Enum):
    """What the numbers of a stack are."""

    VALUES = "values"
    """Grey values in the image's unit."""
    BRIGHT = "bright"
    """Brightness, 0 to 255, upright."""
    SHARE = "share"
    """0 to 1, upright."""
    SCORE = "score"
    """Mean 0, standard deviation 1, upright."""
    COLOUR = "colour"
    """Red, green and blue, 0 to 255 each: (rows, columns, 3)."""


@dataclass(frozen=True, eq=False)
class Stack:
    """Slices of one size: `values` gives one as (rows, columns), in colour (rows, columns, 3); `window` is their own.

    `inverted`: the lowest value is shown brightest.
    """

    columns: int
    rows: int
    count: int
    values: Values
    window: Window
    inverted: bool = False
    kind: Kind = Kind.VALUES


@dataclass(frozen=True)
class Range:
    """What the values of one or more slices are between, and their moments."""

    low: float = math.inf
    high: float = -math.inf
    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    """Sum of the squared distances from the mean."""
    whole: bool = True
    """Whether all are whole numbers."""

    @property
    def deviation(self) -> float:
        """The standard deviation (of all values)."""
        return math.sqrt(self.squares / self.count) if self.count else 0.0

    def with_values(self, values: Floats) -> Range:
        """Return the range with more values (Chan, Golub and LeVeque 1979)."""
        exact = values.astype(np.float64)
        count, mean = values.size, float(exact.mean())
        squares, apart, all_of = float(((exact - mean) ** 2).sum()), mean - self.mean, self.count + count
        return Range(
            min(self.low, float(values.min())), max(self.high, float(values.max())), all_of, self.mean + apart * count / all_of,
            self.squares + squares + apart * apart * self.count * count / all_of,
            self.whole and bool((values == np.rint(values)).all()),
        )  # fmt: skip


def prepared(stack: Stack, recipe: Recipe, lattices: Sequence[Lattice | None]) -> Stack:
    """Return the stack as a recipe makes it; `lattices` says where the samples of each step lie, None for a step of values."""
    for step, lattice in zip(recipe, lattices, strict=True):
        stack = _changed(stack, step) if lattice is None else _resampled(stack, lattice)
    return stack


def range_of(stack: Stack) -> Range:
    """Return what the values of all slices are between; asks for each once."""
    found = Range()
    for number in range(stack.count):
        found = found.with_values(stack.values(number))
    return found


def recent(values: Values, most: int) -> Values:
    """Return the same, remembering the slices that were asked for last."""
    kept: OrderedDict[int, Floats] = OrderedDict()

    def asked(number: int) -> Floats:
        if number in kept:
            kept.move_to_end(number)
            return kept[number]
        found = kept[number] = values(number)
        if len(kept) > most:
            kept.popitem(last=False)
        return found

    return asked


def _resampled(stack: Stack, lattice: Lattice) -> Stack:
    down = across = None
    if not lattice.flat:
        down, across = lattice.rows.weights(), lattice.columns.weights()
    reaches = [lattice.slices.reach(number) for number in range(lattice.slices.count)]
    flat, before = lattice.flat, recent(stack.values, max(map(len, reaches)) + 1)
    padded = not (flat or (lattice.rows.inside.all() and lattice.columns.inside.all()))
    lowest = _lowest(stack)

    def values(number: int) -> Floats:
        shares = reaches[number]
        found = before(shares[0][0])
        if len(shares) > 1:
            found = sum((before(place) * np.float32(share) for place, share in shares[1:]), start=found * np.float32(shares[0][1]))
        return found if flat else sampled(found, down, across, lattice, lowest() if padded else 0.0)

    return replace(stack, columns=lattice.columns.count, rows=lattice.rows.count, count=lattice.slices.count, values=values)


def _lowest(stack: Stack) -> Callable[[], float]:
    """What stands where there is no image: black."""
    if stack.kind in (Kind.BRIGHT, Kind.SHARE, Kind.COLOUR):
        return lambda: 0.0

    @cache
    def found() -> float:
        there = range_of(stack)
        return there.high if stack.inverted else there.low

    return found


def _changed(stack: Stack, step: Step) -> Stack:
    if isinstance(step, Equalise | Clahe):
        bright = stack if stack.kind is Kind.BRIGHT else _windowed(stack, _own(stack))
        return replace(bright, values=lambda number: _filtered(bright.values(number), step))
    if isinstance(step, Normalise):
        return _normalised(stack, step)
    if isinstance(step, Standardise):
        return _standardised(stack, step)
    if isinstance(step, recipes.Window):
        given = step.source == recipes.GIVEN
        return _windowed(stack, Window(step.center, step.width) if given else _own(stack))
    raise TypeError(step.id)


def _own(stack: Stack) -> Window:
    """The window of the stack: its own for grey values, else all that its kind spans."""
    if stack.kind is Kind.SCORE:
        return Window(0.0, 6.0, function=Voi.LINEAR_EXACT)
    return {Kind.BRIGHT: BRIGHTNESS, Kind.SHARE: Window(0.5, 1.0, function=Voi.LINEAR_EXACT)}.get(stack.kind, stack.window)


def _windowed(stack: Stack, window: Window) -> Stack:
    turned = stack.inverted != window.inverted

    def values(number: int) -> Floats:
        return shade(stack.values(number), replace(window, inverted=False), turned).astype(np.float32)

    return replace(stack, values=values, kind=Kind.BRIGHT, inverted=False, window=BRIGHTNESS)


def _filtered(values: Floats, step: Equalise | Clahe) -> Floats:
    bright: NDArray[np.uint8] = np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)
    made = equalised(bright) if isinstance(step, Equalise) else local_contrast(bright, None, step.clip, step.tiles)
    return made.astype(np.float32)


def _normalised(stack: Stack, step: Normalise) -> Stack:
    whole = cache(lambda: _percentiles(stack, step.low, step.high))

    def values(number: int) -> Floats:
        own = stack.values(number)
        low, high = whole() if step.over == recipes.SERIES else map(float, np.percentile(own, (step.low, step.high)))
        share = np.clip((own - np.float32(low)) / np.float32(high - low or 1.0), 0.0, 1.0)
        return np.asarray(1.0 - share if stack.inverted else share, np.float32)

    return replace(stack, values=values, kind=Kind.SHARE, inverted=False, window=Window(0.5, 1.0, function=Voi.LINEAR_EXACT))


def _standardised(stack: Stack, step: Standardise) -> Stack:
    whole = cache(lambda: range_of(stack))

    def values(number: int) -> Floats:
        own = stack.values(number)
        over = whole() if step.over == recipes.SERIES else Range().with_values(own)
        sign = -1.0 if stack.inverted else 1.0
        return np.asarray((own - np.float32(over.mean)) * np.float32(sign / (over.deviation or 1.0)), np.float32)

    return replace(stack, values=values, kind=Kind.SCORE, inverted=False, window=Window(0.0, 6.0, function=Voi.LINEAR_EXACT))


def _percentiles(stack: Stack, low: float, high: float) -> tuple[float, float]:
    """Two percentiles of all slices, by a histogram of 65 536 steps between the lowest and the highest value."""
    whole = range_of(stack)
    if (low, high) == (0.0, 100.0) or whole.low == whole.high:
        return whole.low, whole.high
    counts = np.zeros(_BINS, np.int64)
    for number in range(stack.count):
        counts += np.histogram(stack.values(number), bins=_BINS, range=(whole.low, whole.high))[0]
    summed = np.concatenate(([0], np.cumsum(counts))) / whole.count * 100.0
    edges = np.linspace(whole.low, whole.high, _BINS + 1)
    found = np.interp((low, high), summed, edges)
    return float(found[0]), float(found[1])
