"""Show what is drawn on slices as cuts in another plane: the pixels of each slice that the plane goes through, as thick as the slice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from annotator.domain.annotation import Annotation
from annotator.domain.path import Polyline
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.reformat import Cut
from annotator.domain.shapes import trace

Cells = NDArray[np.bool_]
"""(slices, n): which voxels of a plane, along the slices and along the other axis, belong to something."""


def cells_of(drawn: Iterable[tuple[int, Annotation]], cut: Cut, index: int, line_width: float) -> Mapping[str, Cells]:
    """Return the voxels of a plane that annotations cover, category → cells; `drawn`: each annotation with the number of its slice.

    `line_width` in pixels is how thick an open line counts.
    """
    columns, rows, slices = cut.sizes
    along = columns if cut.across == 1 else rows
    found: dict[str, Cells] = {}
    for number, annotation in drawn:
        if not _reaches(annotation, cut, index, line_width):
            continue
        taken = _crossed(shape_mask(annotation.shape, rows, columns, line_width), cut, index, along)
        if taken.any():
            cells = found.get(annotation.category)
            if cells is None:
                cells = found[annotation.category] = np.zeros((slices, along), dtype=bool)
            cells[number] |= taken
    return found


def rings_of(cells: Cells, cut: Cut) -> tuple[Polyline, ...]:
    """Return the outlines of cells in the coordinates of the cut's view; holes are rings of their own."""
    region = trace(Mask.of(cells))
    slices, along = cells.shape
    flipped = cut.right[0] == 2
    along_sign, slice_sign = (cut.down[1], cut.right[1]) if flipped else (cut.right[1], cut.down[1])
    tall = cut.fine / slices
    found = []
    for ring in region.rings:
        points = [(x if along_sign > 0 else along - x, (y if slice_sign > 0 else slices - y) * tall) for x, y in ring]
        found.append(tuple((y, x) for x, y in points) if flipped else tuple(points))
    return tuple(found)


def _reaches(annotation: Annotation, cut: Cut, index: int, line_width: float) -> bool:
    x1, y1, x2, y2 = annotation.shape.bounds
    low, high = (y1, y2) if cut.across == 1 else (x1, x2)
    return low - line_width <= index + 1 and high + line_width >= index


def _crossed(mask: Mask, cut: Cut, index: int, along: int) -> Cells:
    """Which pixels of a mask lie in a row (the cut is across the rows) or in a column of it."""
    taken = np.zeros(along, dtype=bool)
    row, first, stop = mask.row_runs.T
    if cut.across == 1:
        for left, right in zip(first[row == index].tolist(), stop[row == index].tolist(), strict=True):
            taken[left:right] = True
    else:
        taken[row[(first <= index) & (index < stop)]] = True
    return taken
