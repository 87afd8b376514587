"""Work out where the samples of each step of a recipe lie, for one stack of slices; what was drawn follows through all of them at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotator.domain.annotation import Annotation
from annotator.domain.lattice import Axis, Lattice
from annotator.domain.path import Path, Polyline
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.recipe import BOX, STRETCH, Crop, Recipe, Resample, Resize
from annotator.domain.region import Region
from annotator.domain.shapes import path_of_stroke, trace
from annotator.i18n import Message, message

MOST_PIXELS = 16_384
"""Pixels a side that an image may have after a step."""
MOST_SLICES = 4_096
Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in image coordinates."""


@dataclass(frozen=True)
class Extent:
    """How large a stack is: pixels, slices, (row, column) spacing and distance of slices in mm where they are known.

    `drawn`: the box around what is drawn on each slice on which something is, by the slice's number.
    """

    columns: int
    rows: int
    slices: int
    spacing: tuple[float, float] | None = None
    between: float | None = None
    drawn: tuple[tuple[int, Box], ...] = ()

    @property
    def lattice(self) -> Lattice:
        """The stack's own grid."""
        return Lattice.same(self.columns, self.rows, self.slices)


@dataclass(frozen=True)
class Planned:
    """Where the samples of each step lie (None: the step changes values), and where those of all together."""

    steps: tuple[Lattice | None, ...]
    whole: Lattice


def planned(extent: Extent, recipe: Recipe) -> Planned | Message:
    """Return the lattices of a recipe's steps, or why a step cannot be made of this stack."""
    whole, steps = extent.lattice, list[Lattice | None]()
    for step in recipe:
        now = _now(extent, whole)
        found: Lattice | Message | None = None
        if isinstance(step, Resample):
            found = _resampled(now, step)
        elif isinstance(step, Resize):
            found = _resized(now, step)
        elif isinstance(step, Crop):
            found = _boxed(now, step) if step.to == BOX else _around_drawn(now, step, extent, whole)
        if isinstance(found, Message):
            return found
        if found is not None:
            if max(found.columns.count, found.rows.count) > MOST_PIXELS or found.slices.count > MOST_SLICES:
                size = f"{found.columns.count} × {found.rows.count} × {found.slices.count}"
                return message("it would become too large: {size}", size=size)
            whole = whole.then(found)
        steps.append(found)
    return Planned(tuple(steps), whole)


def regridded(annotation: Annotation, rows: int, columns: int, lattice: Lattice, line_width: float | None = None) -> Annotation | None:
    """Return what becomes of an annotation of an image of this size; None where nothing of it is left.

    An area follows its mask, sampled as all masks are: its new outline runs along the pixels' edges, and its mask is exactly that.  A line
    keeps its vertices, moved and clipped.
    """
    if isinstance(annotation.shape, Region):
        mask = Mask.of(lattice.mask(shape_mask(annotation.shape, rows, columns, line_width).array()))
        return None if mask.empty else replace(annotation, shape=trace(mask))
    parts = list[Polyline]()
    for part in annotation.shape.parts:
        moved = path_of_stroke([lattice.point(x, y) for x, y in part], lattice.rows.count, lattice.columns.count)
        parts += moved.parts if moved is not None else ()
    return replace(annotation, shape=Path(tuple(parts))) if parts else None


def _now(extent: Extent, whole: Lattice) -> Extent:
    """How large the stack is after some steps."""
    spacing, between = extent.spacing, extent.between
    if spacing is not None:
        spacing = spacing[0] * whole.rows.step, spacing[1] * whole.columns.step
    return Extent(whole.columns.count, whole.rows.count, whole.slices.count, spacing,
                  None if between is None else between * whole.slices.step)  # fmt: skip


def _resampled(now: Extent, step: Resample) -> Lattice | Message:
    columns, rows, slices = Axis.same(now.columns), Axis.same(now.rows), Axis.same(now.slices)
    if step.spacing:
        if now.spacing is None:
            return message("the image does not say how large its pixels are")
        columns = Axis.stepped(now.columns, step.spacing / now.spacing[1])
        rows = Axis.stepped(now.rows, step.spacing / now.spacing[0])
    if step.slices and now.slices > 1:
        if now.between is None:
            return message("its slices are not evenly spaced")
        slices = Axis.stepped(now.slices, step.slices / now.between)
    return Lattice(columns, rows, slices)


def _resized(now: Extent, step: Resize) -> Lattice:
    steps = now.columns / step.width, now.rows / step.height
    across, down = steps if step.fit == STRETCH else (max(steps), max(steps))
    return Lattice(
        Axis(now.columns, (now.columns - across * step.width) / 2, across, step.width),
        Axis(now.rows, (now.rows - down * step.height) / 2, down, step.height),
        Axis.same(now.slices),
    )


def _boxed(now: Extent, step: Crop) -> Lattice | Message:
    right, low = min(step.left + step.width, now.columns), min(step.top + step.height, now.rows)
    if right <= step.left or low <= step.top:
        return message("the box lies outside of the image")
    return Lattice(Axis.cut(now.columns, step.left, right), Axis.cut(now.rows, step.top, low), Axis.same(now.slices))


def _around_drawn(now: Extent, step: Crop, extent: Extent, whole: Lattice) -> Lattice | Message:
    """The box around everything that is drawn on the stack, in whole pixels."""
    if not extent.drawn:
        return message("nothing is drawn on it that could be cropped to")
    if step.margin and now.spacing is None:
        return message("the image does not say how large its pixels are")
    down, right = (step.margin / size for size in now.spacing or (1.0, 1.0))
    corners = [(*whole.point(box[0], box[1]), *whole.point(box[2], box[3])) for _, box in extent.drawn]
    columns = _span(min(c[0] for c in corners) - right, max(c[2] for c in corners) + right, now.columns)
    rows = _span(min(c[1] for c in corners) - down, max(c[3] for c in corners) + down, now.rows)
    slices: tuple[int, int] | None = (0, now.slices)
    if step.slices:
        beyond = step.margin / now.between if now.between else 0.0
        places = [place for place, _ in extent.drawn]
        first, last = whole.slices.position(min(places)), whole.slices.position(max(places) + 1)
        slices = _span(first - beyond, last + beyond, now.slices)
    if columns is None or rows is None or slices is None:
        return message("what is drawn on it was cut off by the steps before")
    return Lattice(Axis.cut(now.columns, *columns), Axis.cut(now.rows, *rows), Axis.cut(now.slices, *slices))


def _span(low: float, high: float, size: int) -> tuple[int, int] | None:
    """The whole pixels of an axis that a stretch touches."""
    first, stop = max(math.floor(low + 1e-6), 0), min(math.ceil(high - 1e-6), size)
    return (first, stop) if first < stop else None


def boxes(annotations: Sequence[Sequence[Annotation]]) -> tuple[tuple[int, Box], ...]:
    """Return the box around what is drawn on each slice on which something is, by the slice's number."""
    found = []
    for place, drawn in enumerate(annotations):
        bounds = [annotation.shape.bounds for annotation in drawn]
        if bounds:
            found.append(
                (place, (min(b[0] for b in bounds), min(b[1] for b in bounds), max(b[2] for b in bounds), max(b[3] for b in bounds)))
            )
    return tuple(found)
