"""Sample an image or a stack of slices on another grid that runs along the same axes: where each sample lies, and what is taken there.

Each axis is counted at its pixels' edges, as image coordinates are: sample i covers from start + step · i to start + step · (i + 1) of the
axis it is taken from, and its centre lies in the middle of that.  Values are interpolated linearly between centres where samples are no
farther apart than pixels, and are the mean over what a sample covers where they are (so nothing is skipped).  Masks are names, not amounts:
a sample has what the pixel has that its centre lies in.  A sample whose centre lies beyond the axis is outside: it has no value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.image import Plane
from annotator.domain.path import Point

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_WHOLE = 1e-9
"""Pixels that rounding may have cost or added."""


@dataclass(frozen=True)
class Axis:
    """`count` samples along an axis of `size` pixels; `start` and `step` in pixels of it, `start` being the edge of the first sample."""

    size: int
    start: float
    step: float
    count: int

    @staticmethod
    def same(size: int) -> Axis:
        """The axis as it is."""
        return Axis(size, 0.0, 1.0, size)

    @staticmethod
    def stepped(size: int, step: float) -> Axis:
        """Samples `step` pixels apart, as many as fit best, in the middle of the axis."""
        count = max(1, round(size / step))
        return Axis(size, (size - step * count) / 2, step, count)

    @staticmethod
    def cut(size: int, first: int, stop: int) -> Axis:
        """The pixels from `first` to before `stop`, as they are."""
        return Axis(size, float(first), 1.0, stop - first)

    @property
    def unchanged(self) -> bool:
        """Whether every sample is the pixel of its number."""
        return (self.start, self.step, self.count) == (0.0, 1.0, self.size)

    @property
    def centres(self) -> NDArray[np.float64]:
        """Where the samples' centres lie on the axis they are taken from, in its edge coordinates."""
        return np.asarray(self.start + self.step * (np.arange(self.count) + 0.5), np.float64)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which samples lie on the axis."""
        centres = self.centres + _WHOLE
        found: NDArray[np.bool_] = (centres >= 0) & (centres < self.size)
        return found

    def then(self, other: Axis) -> Axis:
        """Return the samples of an axis that is taken from this one's samples."""
        if other.size != self.count:
            raise ValueError(f"{other.size} samples of {self.count}")
        return Axis(self.size, self.start + self.step * other.start, self.step * other.step, other.count)

    def nearest(self) -> Ints:
        """Return the pixel that each sample's centre lies in, −1 outside; a centre on an edge belongs to the pixel after it."""
        return np.where(self.inside, np.floor(self.centres + _WHOLE), -1).astype(np.int64)

    def position(self, at: float) -> float:
        """Return where a place on the axis (edge coordinates) lies among the samples."""
        return (at - self.start) / self.step

    def reach(self, sample: int) -> list[tuple[int, float]]:
        """Return the pixels that make a sample, each with its share; the shares add up to one.  None for a sample outside."""
        low, high = self.start + self.step * sample, self.start + self.step * (sample + 1)
        centre = self.start + self.step * (sample + 0.5)
        if not 0 <= centre + _WHOLE < self.size:
            return []
        if self.step > 1 + _WHOLE:
            first, last = max(int(np.floor(low)), 0), min(int(np.ceil(high)), self.size)
            covered = [(pixel, min(high, pixel + 1) - max(low, pixel)) for pixel in range(first, last)]
            total = sum(share for _, share in covered)
            return [(pixel, share / total) for pixel, share in covered if share > _WHOLE]
        before = int(np.floor(centre - 0.5))
        part = centre - 0.5 - before
        ends = (min(max(before, 0), self.size - 1), min(before + 1, self.size - 1))
        if part < _WHOLE or ends[0] == ends[1]:
            return [(ends[0], 1.0)]
        return [(ends[1], 1.0)] if part > 1 - _WHOLE else [(ends[0], 1.0 - part), (ends[1], part)]

    def weights(self) -> Any:
        """Return a sparse matrix (samples × pixels) that makes the values of the samples; rows of samples outside are empty."""
        from scipy import sparse  # loads what only this needs

        entries = [(sample, pixel, share) for sample in range(self.count) for pixel, share in self.reach(sample)]
        rows, columns, shares = zip(*entries, strict=True) if entries else ((), (), ())
        return sparse.csr_array((np.array(shares, np.float32), (rows, columns)), shape=(self.count, self.size))


@dataclass(frozen=True)
class Lattice:
    """Samples of a stack along its three axes."""

    columns: Axis
    rows: Axis
    slices: Axis

    @staticmethod
    def same(columns: int, rows: int, slices: int) -> Lattice:
        """The stack as it is."""
        return Lattice(Axis.same(columns), Axis.same(rows), Axis.same(slices))

    def then(self, other: Lattice) -> Lattice:
        """Return the samples of a lattice that is taken from this one's samples."""
        return Lattice(self.columns.then(other.columns), self.rows.then(other.rows), self.slices.then(other.slices))

    @property
    def flat(self) -> bool:
        """Whether rows and columns are as they were."""
        return self.columns.unchanged and self.rows.unchanged

    def point(self, x: float, y: float) -> Point:
        """Return where a point of an image lies among the samples (image coordinates)."""
        return self.columns.position(x), self.rows.position(y)

    def mask(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return a mask or labels (rows, columns) at the samples, nearest neighbour; 0 outside."""
        down, across = self.rows.nearest(), self.columns.nearest()
        found = array[np.maximum(down, 0)[:, None], np.maximum(across, 0)[None, :]]
        outside = (down < 0)[:, None] | (across < 0)[None, :]
        return np.where(outside, np.zeros((), array.dtype), found)

    def plane(self, of: Plane) -> Plane:
        """Return the plane of the samples of an image that lies in this plane."""
        down, right = of.spacing
        x, y, z = of.to_patient(self.columns.start + self.columns.step / 2, self.rows.start + self.rows.step / 2)
        return Plane((x, y, z), of.row, of.column, (down * self.rows.step, right * self.columns.step))


def sampled(values: Floats, down: Any, across: Any, lattice: Lattice, outside: float) -> Floats:
    """Return the values of an image at the samples: (rows, columns), or with a last axis of colours, each sampled by itself.

    `down` and `across` are the axes' weights, made once for a stack.
    """
    if lattice.flat:
        return values
    if values.ndim == 3:
        return np.stack([sampled(values[..., one], down, across, lattice, outside) for one in range(values.shape[2])], axis=2)
    found = np.asarray(down @ values, np.float32)
    found = np.ascontiguousarray((across @ found.T).T, np.float32)
    if not (lattice.rows.inside.all() and lattice.columns.inside.all()):
        found[~lattice.rows.inside, :] = outside
        found[:, ~lattice.columns.inside] = outside
    return found
