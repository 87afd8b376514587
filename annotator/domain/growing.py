"""Find a lesion's pixels by their values: from one click, within a stroke, or around a spot of uptake.

Everything works on the neighbourhood of the click, which is doubled only when what grows reaches its border; the result is that of the
whole image.  Pixels hang together by their edges, never by corners.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.raster import Mask

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Pixel = tuple[int, int]
Spacing = tuple[float, float]
Window = tuple[slice, slice]
ONE = (1.0, 1.0)
_FIRST = 24
"""Pixels to each side that are looked at first."""

UPTAKE_SHARE = 0.41
"""Of the maximum: R. Boellaard et al., FDG PET/CT: EANM procedure guidelines for tumour imaging, version 2.0, EJNMMI 42 (2015), 328–354."""
_CLIMB, _FAR = 15.0, 40.0


@dataclass(frozen=True)
class Reach:
    """How far a region grows: through pixels with values from `low` to `high`, both included.

    `guard` (mm) lets it through no passage narrower than twice as much, which rounds its outline, too; `filled` fills its holes.
    """

    low: float
    high: float
    guard: float = 0.0
    filled: bool = False


def around(values: NDArray[Any], seed: Pixel, below: float, above: float) -> Reach:
    """Return the reach from so much below to so much above the mean of the (at most nine) pixels around the seed (row, column)."""
    value = float(np.mean(values[max(seed[0] - 1, 0) : seed[0] + 2, max(seed[1] - 1, 0) : seed[1] + 2]))
    return Reach(value - below, value + above)


def grown_from(
    values: NDArray[Any], seed: Pixel, reach: Reach, *, limit: float | None = None, spacing: Spacing = ONE, within: Mask | None = None
) -> Mask:
    """Return the pixels within reach that hang together with the seed (row, column).

    `values` is (rows, columns); `spacing` (row, column) in mm, without it every length is in pixels.  No pixel's centre is farther from
    the seed's than `limit` (mm), none is outside of `within`.  Where the seed's own value is out of reach those of its four neighbours
    that are within stand in for it; where none is, or the seed is outside of the image, nothing grows.  A wider reach never loses a pixel,
    as long as there is no guard.
    """
    rows, columns = values.shape
    if not (0 <= seed[0] < rows and 0 <= seed[1] < columns):
        return Mask.none(rows, columns)
    inside = None if within is None else within.array()
    half = _FIRST
    while True:
        window = _window(seed, (half, half), values.shape)
        start = seed[0] - window[0].start, seed[1] - window[1].start
        within_reach = (values[window] >= reach.low) & (values[window] <= reach.high)
        if inside is not None:
            within_reach &= inside[window]
        if limit is not None:
            within_reach &= _away(within_reach.shape, start, spacing) <= limit
        part = connected_part(within_reach, start, reach.guard, spacing)
        if not _reaches_border(part, window, values.shape):
            return _placed(filled(part) if reach.filled else part, window, values.shape)
        half *= 2


def uptake_from(values: NDArray[Any], seed: Pixel, spacing: Spacing = ONE, share: float = UPTAKE_SHARE) -> Mask:
    """Return the pixels of the spot of uptake (PET, any unit that starts at nothing) at the seed (row, column), its cold core included.

    The maximum is climbed to from the seed in steps of at most 15 mm and is at most 40 mm away; the spot is what hangs together with it
    and has at least `share` of it.
    """
    rows, columns = values.shape
    if not (0 <= seed[0] < rows and 0 <= seed[1] < columns):
        return Mask.none(rows, columns)
    top = seed
    while True:
        window = _window(top, _pixels(_CLIMB, spacing), values.shape)
        near = _away(values[window].shape, (top[0] - window[0].start, top[1] - window[1].start), spacing) <= _CLIMB
        row, column = np.unravel_index(int(np.argmax(np.where(near, values[window], -np.inf))), near.shape)
        higher = int(row) + window[0].start, int(column) + window[1].start
        far = np.hypot((higher[0] - seed[0]) * spacing[0], (higher[1] - seed[1]) * spacing[1]) > _FAR
        if far or not values[higher] > values[top]:
            break
        top = higher
    if not values[top] > 0:
        return Mask.none(rows, columns)
    return grown_from(values, top, Reach(share * float(values[top]), np.inf, filled=True), spacing=spacing)


def limited(mask: Mask, own: NDArray[Any], low: float, high: float) -> Mask:
    """Return the pixels of a mask whose values are from `low` to `high`, both included; `own`: a value each, as `Mask.pixels` has them."""
    row, column = mask.pixels()
    keep = (own >= low) & (own <= high)
    found = np.zeros((mask.rows, mask.columns), dtype=bool)
    found[row[keep], column[keep]] = True
    return Mask.of(found)


def blurred(values: NDArray[Any], window: Window, deviations: tuple[float, ...]) -> Floats:
    """Return a window (row and column slices) of an image blurred by a Gaussian of so many pixels along rows and columns."""
    from scipy import ndimage

    margins = [int(4 * deviation + 0.5) + 1 for deviation in deviations]
    starts = [max(part.start - margin, 0) for part, margin in zip(window, margins, strict=True)]
    around_it = tuple(slice(start, part.stop + margin) for start, part, margin in zip(starts, window, margins, strict=True))
    wide = ndimage.gaussian_filter(values[around_it].astype(np.float64), deviations, mode="nearest")
    found: Floats = wide[tuple(slice(part.start - start, part.stop - start) for part, start in zip(window, starts, strict=True))]
    return found


def connected_part(within_reach: Bools, start: Pixel, guard: float = 0.0, spacing: Spacing = ONE) -> Bools:
    """Return what hangs together with a pixel, be it set or not, through passages wider than twice the `guard` (mm)."""
    own, bridged = start, within_reach.copy()
    bridged[start] = True
    if guard <= 0 or within_reach.all():
        return _connected(bridged, own) & within_reach
    core = depth_of(bridged, spacing) > guard
    if not core[own]:
        way = np.where(core, _away(core.shape, own, spacing), np.inf)
        row, column = np.unravel_index(int(np.argmin(way)), way.shape)
        if way[row, column] > 2 * guard:
            return np.zeros_like(within_reach)
        own = int(row), int(column)
    return within_reach & _widened(_connected(core, own), guard, spacing)


def _widened(part: Bools, by: float, spacing: Spacing) -> Bools:
    """Every pixel whose centre is at most so far (mm) from that of one of a part's."""
    (down, right), rows, columns = _pixels(by, spacing), np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    window = (
        slice(max(int(rows[0]) - down, 0), int(rows[-1]) + down + 1),
        slice(max(int(columns[0]) - right, 0), int(columns[-1]) + right + 1),
    )
    found = np.zeros_like(part)
    found[window] = depth_of(~part[window], spacing) <= by
    return found


def depth_of(within_reach: Bools, spacing: Spacing) -> Floats:
    """Return how far (mm) each pixel's centre is from the nearest one that is not set."""
    from scipy import ndimage

    return np.asarray(ndimage.distance_transform_edt(within_reach, sampling=spacing), dtype=np.float64)


def _connected(array: Bools, pixel: Pixel) -> Bools:
    from scipy import ndimage

    labels, _ = ndimage.label(array)
    found: Bools = labels == labels[pixel]
    return found


def filled(part: Bools) -> Bools:
    """Return a part without its holes."""
    return ~_connected(~np.pad(part, 1), (0, 0))[1:-1, 1:-1]


def _away(shape: tuple[int, ...], pixel: Pixel, spacing: Spacing) -> Floats:
    """Distance (mm) of each pixel's centre from that of one."""
    down, right = ((np.arange(size) - at) * step for size, at, step in zip(shape, pixel, spacing, strict=True))
    return np.asarray(np.hypot(down[:, None], right[None, :]), dtype=np.float64)


def _pixels(length: float, spacing: Spacing) -> Pixel:
    return int(np.ceil(length / spacing[0])), int(np.ceil(length / spacing[1]))


def _window(pixel: Pixel, halves: Pixel, shape: tuple[int, ...]) -> Window:
    first, second = (slice(max(at - half, 0), min(at + half + 1, size)) for at, half, size in zip(pixel, halves, shape, strict=True))
    return first, second


def _reaches_border(part: Bools, window: Window, shape: tuple[int, ...]) -> bool:
    """Whether a part touches a border of its window that is none of the image, so that a larger window may show more of it.

    A guard changes nothing about that: where it takes a passage for wide enough because a wall lies beyond the border, the part touches it.
    """
    first, second = window
    return bool(
        (first.start > 0 and part[0].any())
        or (first.stop < shape[0] and part[-1].any())
        or (second.start > 0 and part[:, 0].any())
        or (second.stop < shape[1] and part[:, -1].any())
    )


def _placed(part: Bools, window: Window, shape: tuple[int, ...]) -> Mask:
    whole = np.zeros(shape, dtype=bool)
    whole[window] = part
    return Mask.of(whole)
