"""Say how large an annotation is, in the words a reader uses: length of a line, long side and area of a region."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.annotation import Shape
from annotator.domain.path import Path


@dataclass(frozen=True)
class Extent:
    """Length (a line) or width × height (a region), and area; in mm and mm², in pixels where the image has no spacing."""

    length: float | None
    width: float
    height: float
    area: float | None
    in_mm: bool


def extent(shape: Shape, spacing: tuple[float, float] | None) -> Extent:
    """Measure a shape with (row, column) spacing in mm."""
    down, right = spacing or (1.0, 1.0)
    x1, y1, x2, y2 = shape.bounds
    width, height, in_mm = (x2 - x1) * right, (y2 - y1) * down, spacing is not None
    if isinstance(shape, Path):
        return Extent(shape.length((down, right)), width, height, None, in_mm)
    return Extent(None, width, height, shape.area((down, right)), in_mm)
