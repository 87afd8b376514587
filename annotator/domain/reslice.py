"""Sample a stack of slices where another image's plane cuts it: linear between slices, linear or nearest within them.

What comes out is for the display alone.  Voxels are counted at their centres as (column, row, slice); a voxel reaches half a step to
every side of its centre, and outside of all voxels there is no value (NaN).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.image import Image, ImageKey, Plane, Vector
from annotator.domain.volume import Floats, grid_of, matrix_of, stacks
from annotator.i18n import Message, message

Values = NDArray[np.float32]
_STRAIGHT = 1e-3
"""Voxels by which a row of samples may leave its slice, row or column and still count as lying in it."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """Evenly spaced slices in spatial order; `to_voxel` (3 × 4) turns homogeneous millimetres into (column, row, slice)."""

    images: tuple[Image, ...]
    to_voxel: Floats

    @property
    def shape(self) -> tuple[int, int, int]:
        """Columns, rows, slices."""
        return self.images[0].columns, self.images[0].rows, len(self.images)


@dataclass(frozen=True)
class Raster:
    """Where an image is sampled: the image point of the first sample, the steps to the next in image pixels, and how many there are."""

    x: float
    y: float
    right: float
    down: float
    columns: int
    rows: int


def lattice_of(images: Sequence[Image]) -> Lattice | Message:
    """Return the lattice of a series' largest stack, or why it cannot be sampled between its slices."""
    stack = max(stacks(images), key=len, default=())
    if not stack or stack[0].plane is None:
        return message("it does not say where it lies in the patient")
    if len(stack) < 2:
        return message("it is a single slice")
    grid = grid_of(stack)
    if isinstance(grid, Message):
        return grid
    try:
        return Lattice(stack, np.asarray(np.linalg.inv(grid.affine)[:3], dtype=np.float64))
    except np.linalg.LinAlgError:
        return message("its header contradicts itself about where it lies in the patient")


def slices_for(lattice: Lattice, plane: Plane, raster: Raster) -> tuple[Image, ...]:
    """Return the slices that samples of a plane lie in or between."""
    steps = _steps(lattice, plane, raster)
    ends = [steps[2] @ (u, v, 1.0) for u in (0, raster.columns - 1) for v in (0, raster.rows - 1)]
    count = len(lattice.images)
    if max(ends) < -0.5 or min(ends) > count - 0.5:
        return ()
    low, high = (min(max(int(end), 0), count - 1) for end in (math.floor(min(ends) + 1e-6), math.ceil(max(ends) - 1e-6)))
    return lattice.images[low : high + 1]


def sample(lattice: Lattice, values: Callable[[ImageKey], Values | None], plane: Plane, raster: Raster, *, smooth: bool = True) -> Values:
    """Return the values (rows, columns) at the samples of a plane; NaN outside the lattice and where `values` has none for a slice.

    Within a slice linear, or the nearest voxel's (`smooth` False); between slices always linear.
    """
    nothing = np.full((raster.rows, raster.columns), np.nan, dtype=np.float32)
    wanted = slices_for(lattice, plane, raster)
    if not wanted:
        return nothing
    columns, rows, _ = lattice.shape
    found = [values(image.key) for image in wanted]
    empty = np.full((rows, columns), np.nan, dtype=np.float32)
    volume = [empty if slice_ is None else slice_ for slice_ in found]
    steps = _steps(lattice, plane, raster)
    first = next(n for n, image in enumerate(lattice.images) if image is wanted[0])
    steps[2, 2] -= first
    if abs(steps[2, 0]) * raster.columns > _STRAIGHT or abs(steps[2, 1]) * raster.rows > _STRAIGHT:
        return _everywhere(np.stack(volume), steps, raster, (first, len(lattice.images)), smooth=smooth)
    whole = _between(volume, float(steps[2, 2]))
    if abs(steps[0, 1]) * raster.rows > _STRAIGHT or abs(steps[1, 0]) * raster.columns > _STRAIGHT:
        flat = np.vstack([steps[:2], [0.0, 0.0, 0.0]])
        return _everywhere(whole[None], flat, raster, (0, 1), smooth=smooth)
    across = steps[0, 0] * np.arange(raster.columns) + steps[0, 2]
    down = steps[1, 1] * np.arange(raster.rows) + steps[1, 2]
    return _straight(whole, across, down, smooth=smooth)


def voxel_at(lattice: Lattice, point: Vector) -> tuple[Image, int, int] | None:
    """Return the slice, column and row (from 0) of the voxel that holds a point of the patient; None outside all of them."""
    column, row, place = (math.floor(value + 0.5) for value in lattice.to_voxel @ (*point, 1.0))
    columns, rows, count = lattice.shape
    if not (0 <= column < columns and 0 <= row < rows and 0 <= place < count):
        return None
    return lattice.images[place], column, row


def _steps(lattice: Lattice, plane: Plane, raster: Raster) -> Floats:
    """Return the (3, 3) matrix that turns (sample, line of samples, 1) into (column, row, slice)."""
    grid = np.array([[raster.right, 0.0, raster.x - 0.5], [0.0, raster.down, raster.y - 0.5], [0.0, 0.0, 1.0]])
    return np.asarray(lattice.to_voxel @ matrix_of(plane) @ grid)


def _between(volume: Sequence[Values], place: float) -> Values:
    """Return the slice at a place between slices; beyond the first and the last as these are."""
    place = min(max(place, 0.0), len(volume) - 1.0)
    below = min(int(place), len(volume) - 1)
    share = np.float32(place - below)
    if share < 1e-6 or below + 1 >= len(volume):
        return volume[below]
    return np.asarray(volume[below] * (1 - share) + volume[below + 1] * share)


def _straight(image: Values, across: Floats, down: Floats, *, smooth: bool) -> Values:
    """Sample an image along its own rows and columns."""
    rows, columns = image.shape
    inside_x, inside_y = _inside(across, columns), _inside(down, rows)
    if not smooth:
        found = image[_nearest(down, rows)][:, _nearest(across, columns)]
    else:
        upper, lower, share = _neighbours(down, rows)
        lines = image[upper] * (1 - share)[:, None] + image[lower] * share[:, None]
        left, right, share = _neighbours(across, columns)
        found = lines[:, left] * (1 - share) + lines[:, right] * share
    found[~inside_y] = np.nan
    found[:, ~inside_x] = np.nan
    return np.asarray(found, dtype=np.float32)


def _everywhere(volume: Values, steps: Floats, raster: Raster, part: tuple[int, int], *, smooth: bool) -> Values:
    """Sample slices along any direction; `part`: the first of them, of how many."""
    u, v = np.arange(raster.columns, dtype=np.float64), np.arange(raster.rows, dtype=np.float64)[:, None]
    x, y, z = (row[0] * u + row[1] * v + row[2] for row in steps)
    count, rows, columns = volume.shape
    outside = ~(_inside(x, columns) & _inside(y, rows))
    outside |= ~_inside(z + part[0], part[1])
    below, above, rise = _neighbours(z, count)
    if smooth:
        found = _plane_of(volume, below, y, x) * (1 - rise) + _plane_of(volume, above, y, x) * rise
    else:
        row, column = _nearest(y, rows), _nearest(x, columns)
        found = volume[below, row, column] * (1 - rise) + volume[above, row, column] * rise
    found[outside] = np.nan
    return np.asarray(found, dtype=np.float32)


def _plane_of(volume: Values, place: NDArray[np.intp], y: Floats, x: Floats) -> Values:
    upper, lower, down = _neighbours(y, volume.shape[1])
    left, right, across = _neighbours(x, volume.shape[2])
    above = volume[place, upper, left] * (1 - across) + volume[place, upper, right] * across
    below = volume[place, lower, left] * (1 - across) + volume[place, lower, right] * across
    return np.asarray(above * (1 - down) + below * down)


def _inside(places: Floats, count: int) -> NDArray[np.bool_]:
    return np.asarray((places >= -0.5) & (places <= count - 0.5))


def _nearest(places: Floats, count: int) -> NDArray[np.intp]:
    return np.clip(np.floor(places + 0.5), 0, count - 1).astype(np.intp)


def _neighbours(places: Floats, count: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[Any]]:
    """The voxels before and behind each place, and how far it is from the one to the other; beyond the ends the last one."""
    held = np.clip(places, 0.0, count - 1.0)
    before = np.minimum(held.astype(np.intp), max(count - 2, 0))
    return before, np.minimum(before + 1, count - 1), (held - before).astype(np.float32)
