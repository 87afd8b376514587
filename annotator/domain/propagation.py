"""Carry a lesion's mask to the neighbouring slice and fit it to the image there, or see that the lesion is not there any more.

The neighbourhood of the mask is followed from slice to slice by optical flow (Le Besnerais and Champagnat, Dense optical flow by iterative
local window registration, ICIP 2005), which carries the outline along even where the lesion is as bright as what surrounds it.  Then the
values have their say: the log-likelihood ratio of “inside” and “around” moves the outline by as many millimetres as it is worth, so that a
lesion with contrast grows and shrinks with its edge.  It is learnt where the lesion was drawn by hand, lest it learn from its own mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.growing import ONE, Spacing, blurred, filled
from annotator.domain.raster import Mask

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
_MARGIN, _RING, _QUANTILE_RING = 16.0, 8.0, 6.0
_SMOOTH, _RADIUS, _LEAST_RADIUS, _MOST_RADIUS = 1.5, 10.0, 3, 10
_WARPS = 4
_BINS = 32
_PER_MM = 1.5
"""What a millimetre from the carried outline weighs, in nats of likelihood."""
_EVENED = 2.0
"""Pixels over which the likelihood is evened out."""
_CLEAR = 1.0
"""Mean log-likelihood ratio (nats) within the mask from which on the values can say that a lesion is not there."""
_ENDS = 0.2
"""A lesion that the values show ends where less than this share of it still looks like its inside."""
_LEFT = 0.05
"""Share of the area drawn by hand below which a lesion has ended: of half a ball less than a fortieth is still to come there."""


@dataclass(frozen=True, eq=False)
class Example:
    """A slice on which the lesion was drawn by hand: its mask there, and the image (rows, columns)."""

    mask: Mask
    values: NDArray[Any]


def propagated(
    mask: Mask, values_from: NDArray[Any], values_to: NDArray[Any], spacing: Spacing = ONE, example: Example | None = None
) -> Mask | None:
    """Return the mask that a lesion has on the next slice; None where it seems to end, or where there is none to begin with.

    All images are (rows, columns) of one size, `spacing` (row, column) in mm; without it lengths are in pixels.  What the lesion looks like
    is learnt from the `example`, without one from the slice that the mask is on; where hardly anything is left of the area there it ends.
    Raises ValueError where the sizes of mask and images differ.
    """
    if not values_from.shape == values_to.shape == (mask.rows, mask.columns):
        raise ValueError("mask and images of different size")
    if mask.empty:
        return None
    window = _window(mask, spacing)
    shape = mask.array()[window]
    depth = _signed_distance(shape, spacing)
    scale = _scale(values_from, window, depth > -_QUANTILE_RING)
    before, after = (_even(image, window, scale, spacing) for image in (values_from, values_to))
    carried = _carried(depth, before, after, spacing)
    there = carried > 0
    if not there.any():
        return None
    ratio = _learnt(example, scale, spacing) if example is not None else None
    if ratio is None:
        ratio = _likelihood_ratio(before, shape, (depth <= 0) & (depth >= -_RING))
    before_said, after_said = (_of_bins(ratio, image) for image in (before, after))
    if before_said[shape].mean() > _CLEAR and (after_said[there] > 0).mean() < _ENDS:
        return None
    found = _fitted(carried, after_said)
    if not found.any() or (example is not None and found.sum() < _LEFT * example.mask.count):
        return None
    whole = np.zeros((mask.rows, mask.columns), dtype=bool)
    whole[window] = found
    return Mask.of(whole)


def _learnt(example: Example, scale: tuple[float, float], spacing: Spacing) -> Floats | None:
    """The likelihood ratio of an example's values, scaled as those of the slice that the mask is on are; None where it shows nothing."""
    if example.mask.empty or example.values.shape != (example.mask.rows, example.mask.columns):
        return None
    window = _window(example.mask, spacing)
    shape = example.mask.array()[window]
    depth = _signed_distance(shape, spacing)
    return _likelihood_ratio(_even(example.values, window, scale, spacing), shape, (depth <= 0) & (depth >= -_RING))


def _window(mask: Mask, spacing: Spacing) -> tuple[slice, slice]:
    """The mask's box with a margin, cut at the image's edges."""
    runs, margins = mask.row_runs, [max(4, round(_MARGIN / step)) for step in spacing]
    rows = slice(max(int(runs[:, 0].min()) - margins[0], 0), min(int(runs[:, 0].max()) + 1 + margins[0], mask.rows))
    return rows, slice(max(int(runs[:, 1].min()) - margins[1], 0), min(int(runs[:, 2].max()) + margins[1], mask.columns))


def _scale(image: NDArray[Any], window: tuple[slice, slice], near: Bools) -> tuple[float, float]:
    """The least value near the lesion and the range of values there, but for the outermost hundredths."""
    low, high = np.quantile(image[window][near].astype(np.float64), [0.01, 0.99]).tolist()
    return low, high - low if high > low else 1.0


def _even(image: NDArray[Any], window: tuple[slice, slice], scale: tuple[float, float], spacing: Spacing) -> Floats:
    """A window blurred and scaled, so that almost all values near the lesion lie between 0 and 1."""
    piece = np.clip((image[window] - scale[0]) / scale[1], 0, 1)
    return blurred(piece, (slice(0, piece.shape[0]), slice(0, piece.shape[1])), tuple(max(0.7, _SMOOTH / step) for step in spacing))


def _carried(depth: Floats, before: Floats, after: Floats, spacing: Spacing) -> Floats:
    """The map of the distance from the outline as the flow from one image to the other carries it."""
    from scipy import ndimage
    from skimage.registration import optical_flow_ilk

    if min(depth.shape) < 2 * _LEAST_RADIUS:
        return depth
    radius = int(np.clip(round(_RADIUS / min(spacing)), _LEAST_RADIUS, _MOST_RADIUS))
    flow: Any = optical_flow_ilk
    down, right = flow(after, before, radius=radius, num_warp=_WARPS)
    row, column = np.mgrid[: depth.shape[0], : depth.shape[1]]
    return np.asarray(ndimage.map_coordinates(depth, [row + down, column + right], order=1, mode="nearest"), dtype=np.float64)


def _likelihood_ratio(image: Floats, inside: Bools, around: Bools) -> Floats:
    """The logarithm of how much likelier each bin of values is inside than around (smoothed histograms); 0 where nothing is around."""
    from scipy import ndimage

    if not around.any():
        return np.zeros(_BINS)
    counts = [np.bincount(_bins(image[part]), minlength=_BINS).astype(np.float64) for part in (inside, around)]
    within, beside = (ndimage.gaussian_filter1d(count, 1.5, mode="nearest") / count.sum() + 0.002 for count in counts)
    found: Floats = np.log(within / beside)
    return found


def _bins(values: Floats) -> NDArray[np.int64]:
    return np.clip(values * _BINS, 0, _BINS - 1).astype(np.int64)


def _of_bins(ratio: Floats, image: Floats) -> Floats:
    """Each pixel's log-likelihood ratio, evened out."""
    from scipy import ndimage

    return np.asarray(ndimage.gaussian_filter(ratio[_bins(image)], _EVENED), dtype=np.float64)


def _fitted(carried: Floats, said: Floats) -> Bools:
    """Where values and distance together speak for the lesion, as far as it hangs together with what was carried."""
    from scipy import ndimage

    likely = (said + _PER_MM * carried > 0) & (carried > -_RING)
    labels = np.asarray(ndimage.label(likely)[0])
    met = np.unique(labels[likely & (carried > 0)])
    return filled(np.isin(labels, met[met > 0]))


def _signed_distance(shape: Bools, spacing: Spacing) -> Floats:
    """Distance of each pixel's centre from the outline (mm), positive inside."""
    from scipy import ndimage

    padded = np.pad(shape, 1)
    inside, outside = (ndimage.distance_transform_edt(part, sampling=spacing)[1:-1, 1:-1] for part in (padded, ~padded))
    half = min(spacing) / 2
    return np.asarray(np.where(shape, inside - half, half - outside), dtype=np.float64)
