"""The grid of a series: which images make one stack, where its voxels lie in millimetres, and which voxels an image's pixels are.

Everything here counts voxels at their centres, as (column, row, slice), and millimetres as DICOM does (left, posterior, superior).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.image import Image, Plane
from annotator.domain.path import Point
from annotator.domain.series import SAME_PLACE, spatial_order
from annotator.i18n import Message, message

Floats = NDArray[np.float64]
Index = tuple[int, int, int]

SAME_LATTICE = 0.01
"""Voxels by which two lattices may differ and still count as one: what is lost where positions are written as decimal texts."""
HARMLESS = 0.1
"""Voxels by which they may differ so that the nearest voxel is still beyond doubt; more is another lattice."""
_SAME_DIRECTION = 1e-3
_SHEARED = 0.005


@dataclass(frozen=True, eq=False)
class Grid:
    """An even lattice: `affine` (4 × 4) turns (column, row, slice) of a voxel's centre into millimetres; `shape` counts voxels."""

    affine: Floats
    shape: Index

    @property
    def sheared(self) -> bool:
        """Whether the slices are shifted against one another, as with a tilted gantry (more than about 0.3°)."""
        steps = self.affine[:3, :3] / np.linalg.norm(self.affine[:3, :3], axis=0)
        return bool(np.abs(steps[:, 2] @ steps[:, :2]).max() > _SHEARED)


@dataclass(frozen=True)
class Place:
    """Where an image lies in a volume: pixel (row r, column c) is the voxel start + r · down + c · right.

    `off` is how far the two are apart at most, in voxels.
    """

    start: Index
    right: Index
    down: Index
    off: float


def matrix_of(plane: Plane) -> Floats:
    """Return the (4, 3) matrix that turns (column, row, 1) of a pixel's centre into homogeneous millimetres."""
    right, down = (np.array(axis) * step for axis, step in ((plane.row, plane.spacing[1]), (plane.column, plane.spacing[0])))
    return np.vstack([np.stack([right, down, np.array(plane.position)], axis=1), [0.0, 0.0, 1.0]])


def stacks(images: Iterable[Image]) -> tuple[tuple[Image, ...], ...]:
    """Part the images of a series into stacks of one size, spacing and direction, in spatial order, no two at one place.

    Images that do not say where they lie are alone.  Where several lie at one place (phases, echoes) the first of each place make the
    first stack, the second ones the next.
    """
    groups: list[list[list[Image]]] = []
    for image in spatial_order(images):
        layers = next((group for group in groups if _belong_together(group[0][0], image)), None)
        if layers is None:
            groups.append([[image]])
            continue
        free = next((layer for layer in layers if not _same_place(layer[-1], image)), None)
        if free is None:
            layers.append([image])
        else:
            free.append(image)
    return tuple(tuple(layer) for group in groups for layer in group)


def grid_of(stack: Sequence[Image]) -> Grid | Message:
    """Return the lattice of a stack, or why it has none: its slices are not evenly spaced.

    One image alone is a slice 1 mm thick; where it does not say where it lies its first pixel is at the origin.
    """
    first = stack[0]
    affine = np.eye(4)
    if first.plane is None:
        down, right = first.spacing or (1.0, 1.0)
        affine[:2, :2] = np.diag((right, down))
    else:
        affine[:, [0, 1, 3]] = matrix_of(first.plane)
        affine[:3, 2] = first.plane.normal
    planes = [image.plane for image in stack if image.plane is not None]
    if len(stack) > 1:
        places = np.array([plane.position for plane in planes])
        affine[:3, 2] = (places[-1] - places[0]) / (len(places) - 1)
        even = places[0] + np.arange(len(places))[:, None] * affine[:3, 2]
        allowed = HARMLESS / 2 * min(*planes[0].spacing, float(np.linalg.norm(affine[:3, 2])))
        apart = np.linalg.norm(places - even, axis=1).max()
        if apart > allowed:
            steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
            least, most = (f"{step:.2f}" for step in (steps.min(), steps.max()))
            return message("its slices are not evenly spaced: from {least} to {most} mm apart", least=least, most=most)
    return Grid(affine, (first.columns, first.rows, len(stack)))


def place_of(plane: Plane, rows: int, columns: int, affine: Floats) -> Place | None:
    """Return where an image lies in a volume with this affine; None where its pixels are not the volume's voxels."""
    try:
        exact = (np.linalg.inv(affine) @ matrix_of(plane))[:3]
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(exact).all() or np.abs(exact).max() > 2**31:
        return None
    whole = np.rint(exact[:, :2])
    axes = np.abs(whole)
    if axes.sum() != 2 or (axes.sum(axis=0) != 1).any() or (axes.sum(axis=1) > 1).any():
        return None
    corners = np.array([(c, r, 1.0) for c in (0, columns - 1) for r in (0, rows - 1)]).T
    middle = np.array([(columns - 1) / 2, (rows - 1) / 2])
    start = np.rint(exact @ (*middle, 1.0) - whole @ middle)
    off = float(np.abs(exact @ corners - whole @ corners[:2] - start[:, None]).max())
    if off > HARMLESS:
        return None
    right, down = ((int(v[0]), int(v[1]), int(v[2])) for v in whole.T)
    return Place((int(start[0]), int(start[1]), int(start[2])), right, down, off)


def sampled(volume: NDArray[Any], place: Place, rows: int, columns: int) -> NDArray[Any] | None:
    """Return an image's part of a volume, (rows, columns), 0 where the volume ends before the image; None where they do not meet.

    `volume` has three axes, in the order in which its affine counts.
    """
    across, along = (next(axis for axis in range(3) if step[axis]) for step in (place.right, place.down))
    through = 3 - across - along
    if not 0 <= place.start[through] < volume.shape[through]:
        return None
    section = volume[tuple(place.start[through] if axis == through else slice(None) for axis in range(3))]
    section = section if along < across else section.T
    here_c, there_c = _met(place.start[across], place.right[across], columns, volume.shape[across])
    here_r, there_r = _met(place.start[along], place.down[along], rows, volume.shape[along])
    met = section[there_r, there_c]
    if not met.size:
        return None
    found = np.zeros((rows, columns), dtype=volume.dtype)
    found[here_r, here_c] = met
    return found


def _met(start: int, step: int, count: int, size: int) -> tuple[slice, slice]:
    """Where `count` indices start, start + step, … (step 1 or −1) are those of an axis of `size`: among themselves, and on the axis."""
    first, last = (-start, size - start) if step > 0 else (start - size + 1, start + 1)
    first, last = min(max(first, 0), count), max(min(last, count), 0)
    if first >= last:
        return slice(0, 0), slice(0, 0)
    begin, end = start + step * first, start + step * last
    return slice(first, last), slice(begin, end if end >= 0 else None, step)


def from_millimetres(plane: Plane) -> Floats:
    """Return the (2, 4) matrix that turns homogeneous millimetres into image coordinates."""
    axes = np.stack([np.array(plane.row) / plane.spacing[1], np.array(plane.column) / plane.spacing[0]])
    return np.column_stack([axes, 0.5 - axes @ np.array(plane.position)])


def to_image(plane: Plane, points: Floats) -> tuple[Floats, float]:
    """Return millimetre points (n, 3) as image coordinates (n, 2), and how far the farthest of them is from the plane, in mm."""
    beside = points - np.array(plane.position)
    x = beside @ np.array(plane.row) / plane.spacing[1] + 0.5
    y = beside @ np.array(plane.column) / plane.spacing[0] + 0.5
    return np.stack([x, y], axis=1), float(np.abs(beside @ np.array(plane.normal)).max(initial=0.0))


def same_lattice(a: Plane, b: Plane, rows: int, columns: int) -> float | None:
    """How far the pixels of two planes of one size are apart at most, in pixels; None where that is more than harmless."""
    if math.dist(a.position, b.position) > max(a.spacing):
        return None
    corners: tuple[Point, ...] = ((0.5, 0.5), (columns - 0.5, 0.5), (0.5, rows - 0.5), (columns - 0.5, rows - 0.5))
    there, out = to_image(b, np.array([a.to_patient(x, y) for x, y in corners]))
    off = max(float(np.abs(there - np.array(corners)).max()), out / min(b.spacing))
    return off if off <= HARMLESS else None


def stem_of(names: Sequence[tuple[str, str]]) -> str:
    """Return what the files of a series are called: the common beginning of its images' file names, given (file name, image id)."""
    stem, own = names[0]
    begin = stem[: -len(own)].rstrip("_-. ") if own and stem.endswith(own) else ""
    shared = begin and not begin.endswith("/") and all(name == stem[: len(stem) - len(own)] + image for name, image in names)
    return begin if shared else stem


def numbered(stem: str) -> Callable[[int], str]:
    """Return how the files of a series' stacks are called: the first by the stem alone, the others with their number from 2 behind it."""
    return lambda index: stem if index == 0 else f"{stem}_{index + 1}"


def _belong_together(a: Image, b: Image) -> bool:
    if a.plane is None or b.plane is None:
        return False
    if (a.rows, a.columns, a.frame_of_reference_uid) != (b.rows, b.columns, b.frame_of_reference_uid):
        return False
    if (a.plane.row, a.plane.column, a.plane.spacing) == (b.plane.row, b.plane.column, b.plane.spacing):
        return True
    turned = max(math.dist(a.plane.row, b.plane.row), math.dist(a.plane.column, b.plane.column))
    return turned < _SAME_DIRECTION and np.allclose(a.plane.spacing, b.plane.spacing, rtol=1e-4, atol=0)


def _same_place(a: Image, b: Image) -> bool:
    return a.plane is not None and b.plane is not None and math.dist(a.plane.position, b.plane.position) < SAME_PLACE
