"""Cut a stack of slices across: axial, coronal and sagittal planes through its voxels, for looking and for orientation only.

A plane runs along two axes of the stack, so that in its own plane a pixel is a voxel and what is made up lies between two slices
only: there the values are interpolated linearly.  Voxels are counted at their centres as (column, row, slice), a view's points from the
corner of its first pixel, millimetres as DICOM does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.image import Image, Plane, Vector
from annotator.domain.path import Point
from annotator.domain.series import SAME_PLACE, orientations
from annotator.domain.volume import Grid, grid_of, stacks
from annotator.i18n import Message, mark, message

NAMES = (mark("Sagittal"), mark("Coronal"), mark("Axial"))
"""Planes by the axis of the patient (x, y, z) that they lie across."""
_ACROSS = {0: ((1, 1), (2, -1)), 1: ((0, 1), (2, -1)), 2: ((0, 1), (1, 1))}
"""Where the right and the lower edge of such a plane lie, as (patient axis, sign)."""
_LEANING = 0.966
"""Cosine (15°) below which a plane is called oblique."""
_LEAST = 3
_SLICES = 2
Voxel = tuple[int, int, int]


@dataclass(frozen=True)
class Cut:
    """One family of planes through a stack: across which of its axes, and which axis runs to the right and which down, forwards (1) or not.

    `sizes` and `steps` are the voxels and millimetres of the stack along its axes, `fine` the pixels of the view along the slices.
    """

    name: str
    oblique: bool
    across: int
    right: tuple[int, int]
    down: tuple[int, int]
    sizes: Voxel
    steps: Vector
    fine: int

    @property
    def native(self) -> bool:
        """Whether its planes are the slices themselves."""
        return self.across == _SLICES

    @property
    def count(self) -> int:
        """How many planes there are."""
        return self.sizes[self.across]

    @property
    def columns(self) -> int:
        """Width of the view in pixels."""
        return self._pixels(self.right[0])

    @property
    def rows(self) -> int:
        """Height of the view in pixels."""
        return self._pixels(self.down[0])

    @property
    def spacing(self) -> tuple[float, float]:
        """Millimetres of a pixel of the view, down and to the right."""
        down, right = (self.steps[axis] * self.sizes[axis] / self._pixels(axis) for axis in (self.down[0], self.right[0]))
        return down, right

    def to_view(self, voxel: Voxel) -> Point:
        """Return the point of the view at the centre of a voxel."""
        x, y = (self._along(axis, sign, voxel[axis] + 0.5) for axis, sign in (self.right, self.down))
        return x, y

    def to_voxel(self, x: float, y: float, index: int) -> Voxel:
        """Return the voxel under a point of the view of a plane, the nearest one for a point beside it."""
        found = [0, 0, 0]
        found[self.across] = index
        for (axis, sign), value in ((self.right, x), (self.down, y)):
            pixels = self._pixels(axis)
            along = (value if sign > 0 else pixels - value) * self.sizes[axis] / pixels
            found[axis] = min(max(math.floor(along), 0), self.sizes[axis] - 1)
        return found[0], found[1], found[2]

    def _pixels(self, axis: int) -> int:
        return self.fine if axis == _SLICES else self.sizes[axis]

    def _along(self, axis: int, sign: int, corner: float) -> float:
        """A place along an axis, in voxels from the corner of the first, as one of the view."""
        pixels = self._pixels(axis)
        along = corner * pixels / self.sizes[axis]
        return along if sign > 0 else pixels - along


def whole_stack(images: Sequence[Image], image: Image) -> tuple[tuple[Image, ...], Grid] | Message:
    """Return the slices of a series in spatial order and their lattice, or why no other planes can be made of it.

    A few images in another direction (localizers) do not matter; `image` must be one of the stack.
    """
    if image.plane is None:
        return message("its images do not say where they lie in the patient")
    groups = orientations([member for member in images if member.plane is not None])
    if len(images) - len(groups[0]) > max(3, len(groups[0]) // 10):
        return message("its images lie in several directions")
    found = next(stack for stack in stacks(images) if any(member.key == image.key for member in stack))
    if len(found) < _LEAST:
        return message("this image has no neighbours in its direction")
    if len(found) < len(groups[0]):
        return message("its images differ in size or spacing, or several lie at one place")
    grid = grid_of(found)
    if isinstance(grid, Message):
        return grid
    if grid.sheared:
        return message("its slices are shifted against one another, as with a tilted gantry")
    if float(np.linalg.norm(grid.affine[:3, 2])) < SAME_PLACE:
        return message("its images lie at one place")
    return found, grid


def cuts_of(grid: Grid) -> tuple[Cut, Cut, Cut]:
    """Return the three families of planes along the axes of a lattice: the slices themselves first, then axial, coronal, sagittal.

    Each axis of the stack is taken for the axis of the patient that it is nearest to, all three together as near as can be; a view is
    turned as it is usual for that plane: right is the patient's left or back, up is the head or the front.
    """
    steps = np.linalg.norm(grid.affine[:3, :3], axis=0)
    unit = grid.affine[:3, :3] / steps
    axes = max(itertools.permutations(range(3)), key=lambda order: sum(abs(unit[patient, axis]) for patient, axis in enumerate(order)))
    across, through = float(min(steps[:_SLICES])), float(steps[_SLICES])
    fine = max(grid.shape[_SLICES], round(grid.shape[_SLICES] * through / across))
    found = []
    for patient in (2, 1, 0):
        turned = [(axes[to], sign if unit[to, axes[to]] > 0 else -sign) for to, sign in _ACROSS[patient]]
        oblique = abs(float(unit[patient, axes[patient]])) < _LEANING
        sizes, lengths = grid.shape, (float(steps[0]), float(steps[1]), through)
        found.append(Cut(NAMES[patient], oblique, axes[patient], turned[0], turned[1], sizes, lengths, fine))
    found.sort(key=lambda cut: not cut.native)
    return found[0], found[1], found[2]


def plane_of(grid: Grid, cut: Cut, index: int) -> Plane:
    """Return where a plane's view lies in the patient."""
    unit = grid.affine[:3, :3] / np.linalg.norm(grid.affine[:3, :3], axis=0)
    right, down = (unit[:, axis] * sign + 0.0 for axis, sign in (cut.right, cut.down))  # no minus zero
    first = np.zeros(3)
    first[cut.across] = index
    for (axis, sign), pixels in ((cut.right, cut.columns), (cut.down, cut.rows)):
        half = cut.sizes[axis] / pixels / 2
        first[axis] = (half if sign > 0 else cut.sizes[axis] - half) - 0.5
    x, y, z = (float(value) for value in grid.affine[:3, :3] @ first + grid.affine[:3, 3])
    (a, b, c), (d, e, f) = right.tolist(), down.tolist()
    return Plane((x, y, z), (a, b, c), (d, e, f), cut.spacing)


def reformatted(volume: NDArray[Any], cut: Cut, index: int, there: NDArray[np.bool_] | None = None, empty: float = 0.0) -> NDArray[Any]:
    """Return a plane of a volume (slices, rows, columns) as its view: (`cut.rows`, `cut.columns`), in the volume's own type.

    Between two slices values are interpolated linearly (integers rounded half to even), in the outer half of the first and the last slice
    they are that slice's.  `there` says which slices are known: what needs another one is `empty`.
    """
    flat = np.take(volume, index, axis=_SLICES - cut.across)
    if cut.native:
        view = flat if cut.right[0] == 0 else flat.T
        return np.ascontiguousarray(view[:: cut.down[1], :: cut.right[1]])
    between = _between_slices(flat, cut.fine)
    if there is not None and not there.all():
        between[_unknown(there, cut.fine)] = empty
    along_slices = cut.right if cut.right[0] == _SLICES else cut.down
    other = cut.down if along_slices is cut.right else cut.right
    view = between[:: along_slices[1], :: other[1]]
    return np.ascontiguousarray(view.T if along_slices is cut.right else view)


def _places(slices: int, fine: int) -> NDArray[np.float64]:
    """Where each pixel along the slices lies among them, counted at their centres, not beyond the outer ones."""
    places: NDArray[np.float64] = np.clip((np.arange(fine) + 0.5) * slices / fine - 0.5, 0.0, slices - 1.0)
    return places


def _between_slices(flat: NDArray[Any], fine: int) -> NDArray[Any]:
    """`flat`: (slices, n).  Return (fine, n), interpolated along the slices."""
    slices = len(flat)
    if fine == slices:
        return flat.copy()
    places = _places(slices, fine)
    low = np.minimum(places.astype(np.intp), slices - 2)
    part = (places - low).astype(np.float32)[:, None]
    values = flat.astype(np.float32)
    found = values[low]
    found += (values[low + 1] - found) * part
    return np.rint(found, out=found).astype(flat.dtype) if flat.dtype.kind in "iu" else found.astype(flat.dtype)


def _unknown(there: NDArray[np.bool_], fine: int) -> NDArray[np.bool_]:
    """Which pixels along the slices need a slice that is not known."""
    places = _places(len(there), fine)
    low, high = np.floor(places).astype(np.intp), np.ceil(places).astype(np.intp)
    return ~(there[low] & there[high])
