"""Bring a label volume of any grid onto the images of a series, by geometry: each pixel's centre gets the voxel that it lies in.

Millimetres are those of DICOM (left, posterior, superior).  Nothing is interpolated: labels are names, not amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.domain.image import Image, Plane
from annotator.i18n import Message, message

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Values = NDArray[np.integer]
SAME = 0.01
"""Part of a voxel by which two grids may differ and still be one."""
_STILL = 1e-6
"""Voxels over a whole image below which an index does not change."""
_LOOKED_AT = 200_000
"""So many labelled voxels, evenly taken, tell whether the labels lie within the images."""
_INSIDE = 0.98
"""Part of the labelled voxels that must lie within the images."""


@dataclass(frozen=True, eq=False)
class LabelGrid:
    """Labels with their place: `values` is (slices, rows, columns).

    `to_index` (3 × 3) turns millimetres into column, row and height; slice k lies at `heights[k]` (ascending, any unit), and the centre of
    its first voxel at column `origin[k][0]`, row `origin[k][1]`.
    """

    values: Values
    to_index: Floats
    heights: Floats
    origin: Floats
    frame_of_reference_uid: str = ""

    @property
    def reach(self) -> float:
        """Half of the usual distance of slices, in units of height."""
        return float(np.median(np.diff(self.heights))) / 2 if len(self.heights) > 1 else 0.5

    def centres(self, chosen: NDArray[np.bool_]) -> Floats:
        """Return the millimetres of voxels' centres, (n, 3)."""
        k, r, c = np.nonzero(chosen)
        index = np.stack([c + self.origin[k, 0], r + self.origin[k, 1], self.heights[k]])
        found: Floats = np.linalg.solve(self.to_index, index).T
        return found


@dataclass(frozen=True, eq=False)
class Sampled:
    """Labels on the images' grid, (slices, rows, columns), and how the two fitted.

    `same_grid`: voxels and pixels are one and the same; else `farthest`, in mm, is how far a pixel's centre is from its voxel's centre.
    """

    values: Values
    same_grid: bool
    farthest: float


def grid_of_planes(planes: Sequence[Plane], values: Values, frame_of_reference_uid: str = "") -> LabelGrid:
    """Return the grid of parallel slices; `values` is (slices, rows, columns) in the order of `planes`.  Any order will do."""
    first = planes[0]
    row, column, normal = (np.array(v) for v in (first.row, first.column, first.normal))
    positions = np.array([plane.position for plane in planes])
    order = np.argsort(positions @ normal, kind="stable")
    to_index = np.stack([row / first.spacing[1], column / first.spacing[0], normal])
    index = positions[order] @ to_index.T
    return LabelGrid(values[order], to_index, index[:, 2], index[:, :2], frame_of_reference_uid)


def grid_of_affine(affine: Floats, values: Values) -> LabelGrid:
    """Return the grid of a volume whose `affine` (4 × 4) turns column, row, slice of a voxel's centre into millimetres.

    Raises numpy.linalg.LinAlgError where the affine has no inverse.
    """
    to_index = np.linalg.inv(affine[:3, :3]).astype(np.float64)
    start: Floats = to_index @ affine[:3, 3]
    count = values.shape[0]
    # the index of a point is to_index · mm − start, so the first voxel's centre (index 0) stands at `start`
    origin: Floats = np.tile(start[:2], (count, 1)).astype(np.float64)
    return LabelGrid(values, to_index, np.arange(count, dtype=np.float64) + float(start[2]), origin)


def sample(grid: LabelGrid, images: Sequence[Image]) -> Sampled | Message:
    """Return the labels on the grid of `images` (all of one size, each with a plane), or why the two do not belong together."""
    rows, columns = images[0].rows, images[0].columns
    found = np.zeros((len(images), rows, columns), dtype=grid.values.dtype)
    down, right = np.arange(rows), np.arange(columns)
    farthest, off = 0.0, 0.0
    scale = 1 / np.linalg.norm(grid.to_index, axis=1)  # mm for a step of one in each index
    for place, image in enumerate(images):
        plane = image.plane
        if plane is None or (image.rows, image.columns) != (rows, columns):
            return message("the images differ in size, or do not say where they lie")
        start = grid.to_index @ np.array(plane.position)
        step_right = grid.to_index @ (np.array(plane.row) * plane.spacing[1])
        step_down = grid.to_index @ (np.array(plane.column) * plane.spacing[0])
        column, row, height = (_line(start[n], step_right[n], step_down[n], right, down) for n in range(3))
        k = _nearest(grid.heights, height)
        away = np.abs(height - grid.heights[k])
        exact = column - grid.origin[k, 0], row - grid.origin[k, 1]
        c, r = np.floor(exact[0] + 0.5).astype(np.int64), np.floor(exact[1] + 0.5).astype(np.int64)
        within = away <= grid.reach * (1 + SAME), (c >= 0) & (c < grid.values.shape[2]), (r >= 0) & (r < grid.values.shape[1])
        inside = np.broadcast_to(within[0] & within[1] & within[2], (rows, columns))
        if not inside.any():
            continue
        gathered = grid.values[k, np.clip(r, 0, grid.values.shape[1] - 1), np.clip(c, 0, grid.values.shape[2] - 1)]
        np.copyto(found[place], gathered, where=inside)
        apart = [float(np.max(d, where=np.broadcast_to(there, d.shape), initial=0.0)) for d, there in (
            (np.abs(exact[0] - c), within[1]), (np.abs(exact[1] - r), within[2]), (away, within[0]))]  # fmt: skip
        off = max(off, apart[0], apart[1], apart[2] / (2 * grid.reach))
        farthest = max(farthest, float(np.linalg.norm(np.array(apart) * scale)))
    wrong = _beside(grid, images)
    if wrong is not None:
        return wrong
    same = off <= SAME and np.count_nonzero(found) == np.count_nonzero(grid.values)
    return Sampled(found, same, 0.0 if same else farthest)


def mirrored(values: Values, images: Sequence[Image], left: Sequence[int], right: Sequence[int]) -> bool:
    """Whether the regions of the left lie at the patient's right: the x of millimetres grows towards the left (PS3.3 C.7.6.2.1.1)."""
    middles = [_mean_x(np.isin(values, ids), images) for ids in (left, right)]
    return None not in middles and float(middles[0] or 0) < float(middles[1] or 0)


def _mean_x(chosen: NDArray[np.bool_], images: Sequence[Image]) -> float | None:
    total, count = 0.0, 0
    for image, plane in zip(images, chosen, strict=True):
        r, c = np.nonzero(plane)
        if len(r) and image.plane is not None:
            own = image.plane
            total += float((own.position[0] + own.row[0] * own.spacing[1] * c + own.column[0] * own.spacing[0] * r).sum())
            count += len(r)
    return total / count if count else None


def _nearest(heights: Floats, wanted: Floats) -> NDArray[np.int64]:
    """The index of the nearest of ascending heights."""
    if len(heights) == 1:
        return np.zeros(wanted.shape, dtype=np.int64)
    borders = (heights[1:] + heights[:-1]) / 2
    return np.searchsorted(borders, wanted, side="right").astype(np.int64)


def _some(labelled: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep every n-th of very many voxels."""
    there = np.flatnonzero(labelled)
    if len(there) <= _LOOKED_AT:
        return labelled
    kept = np.zeros(labelled.size, dtype=bool)
    kept[there[:: len(there) // _LOOKED_AT]] = True
    return kept.reshape(labelled.shape)


def _line(start: float, step_right: float, step_down: float, right: Ints, down: Ints) -> Floats:
    """An index of every pixel, (rows, columns), or only as many rows or columns as it differs in."""
    found = np.full((1, 1), start)
    if abs(step_right) * len(right) > _STILL:
        found = found + step_right * right[None, :]
    return found + step_down * down[:, None] if abs(step_down) * len(down) > _STILL else found


def _beside(grid: LabelGrid, images: Sequence[Image]) -> Message | None:
    """Why labels and images do not lie in one place; None where (nearly) all labelled voxels lie within the images."""
    labelled = grid.values != 0
    if not labelled.any():
        return message("it holds no labelled voxel")
    points = grid.centres(_some(labelled))
    planes = [image.plane for image in images if image.plane is not None]
    first = planes[0]
    axes = np.array([first.row, first.column, first.normal])
    corner = axes @ np.array(first.position)
    heights = np.sort([axes[2] @ np.array(plane.position) for plane in planes])
    half = np.median(np.diff(heights)) / 2 if len(heights) > 1 else grid.reach
    low = np.array([corner[0] - first.spacing[1] / 2, corner[1] - first.spacing[0] / 2, heights[0] - half])
    extent = (images[0].columns * first.spacing[1], images[0].rows * first.spacing[0])
    high = np.array([low[0] + extent[0], low[1] + extent[1], heights[-1] + half])
    there = points @ axes.T
    slack = 0.5 / np.linalg.norm(grid.to_index, axis=1).max()
    inside = ((there >= low - slack) & (there <= high + slack)).all(axis=1)
    if inside.mean() >= _INSIDE:
        return None
    middle = (there.min(axis=0) + there.max(axis=0)) / 2 - (low + high) / 2
    return message(
        "{part} % of its labelled voxels lie outside of the images; their middles are {right}, {down} and {through} mm apart "
        "(along rows, along columns, across slices)",
        part=f"{100 * (1 - inside.mean()):.0f}", right=f"{middle[0]:.1f}", down=f"{middle[1]:.1f}", through=f"{middle[2]:.1f}",
    )  # fmt: skip
