"""Measure a lesion on several slices of one grid: volume, longest diameter, and what its voxels hold.

Each slice stands for the room up to half-way to its neighbours, an outermost one for as much outwards as inwards (the nearest-neighbour
rule; for even spacing this is slice distance × area, summed).  Neighbours are those of the whole series: a slice on which the lesion was
not drawn counts for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.annotation import Annotation
from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.mask_measures import Axis, Floats, MaskMeasures, hull, pixel_values
from annotator.domain.measure import Statistics
from annotator.domain.picture import Picture
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region

Values = NDArray[Any]
Cut = tuple[Mask, float, Values | None]
"""A mask, the place of its slice along the normal in mm, and the values of its pixels in their order, None where they are not known."""
_SAME = 1e-3
"""mm within which two places are one slice."""
_FEW = 400
_PARALLEL = math.cos(math.radians(0.1))


@dataclass(frozen=True)
class LesionMeasures:
    """Lengths in mm, volumes in mm³; the values are in the unit that they came in (HU, SUV)."""

    slices: int
    """On how many slices it was drawn."""
    first: float
    """Place of its lowest slice along the normal."""
    last: float
    volume: float | None
    """None where nothing says how thick its only slice is; of an uptake this is the metabolic tumour volume."""
    longest: Axis
    """The longest diameter within a slice, as RECIST 1.1 asks for."""
    longest_at: float
    """The place of that slice."""
    longest_through: float
    """The longest line between two points of its slices, also across them."""
    values: Statistics | None
    """Of all voxels alike; the highest of an uptake is SUVmax, the mean SUVmean.  None where a slice's values are not known."""
    glycolysis: float | None
    """Σ value × volume in ml: of an uptake the total lesion glycolysis, SUVmean × volume where slices are even."""


def lesion_measures(
    cuts: Sequence[Cut], spacing: tuple[float, float], positions: Sequence[float] = (), thickness: float | None = None
) -> LesionMeasures | None:
    """Measure a lesion of masks with (row, column) spacing in mm; None where none of them has a pixel.

    `positions` are the places of all slices of the series in mm along the normal (none: those of the masks), `thickness` is what counts
    where there is one place only.  Masks on one slice are one; a pixel in several of them counts once.
    """
    slices = _slices([cut for cut in cuts if not cut[0].empty])
    if not slices:
        return None
    places = [place for _, place, _ in slices]
    thick = _thicknesses(places, positions, thickness)
    measured = [MaskMeasures(mask, spacing) for mask, _, _ in slices]
    longest = max(range(len(slices)), key=lambda n: measured[n].long.length)
    known = [values.astype(np.float64) for _, _, values in slices if values is not None]
    there = known if len(known) == len(slices) else []
    sums = [float(values[np.isfinite(values)].sum()) for values in there]
    pixel = spacing[0] * spacing[1]
    return LesionMeasures(
        slices=len(slices),
        first=places[0],
        last=places[-1],
        volume=None if thick is None else sum(m.area * t for m, t in zip(measured, thick, strict=True)),
        longest=measured[longest].long,
        longest_at=places[longest],
        longest_through=_through([hull(mask) for mask, _, _ in slices], places, spacing),
        values=_statistics(there),
        glycolysis=sum(s * pixel * t / 1000.0 for s, t in zip(sums, thick, strict=True)) if there and thick is not None else None,
    )


def measures_of_annotations(
    annotations: Iterable[Annotation], images: Sequence[Image], pictures: Mapping[ImageKey, Picture]
) -> LesionMeasures | None:
    """Measure what annotations show of a lesion on the images of one series.

    Lines, and annotations on other images, are left out.  None where no region is left, or where its images have no place or spacing, or
    not the same direction and spacing.  Of values there are none where a slice's picture is not among `pictures`, or is in colour.
    """
    known = {image.key: image for image in images}
    drawn = [(a.shape, known[a.image]) for a in annotations if a.image in known and isinstance(a.shape, Region)]
    spacings, planes = {image.spacing for _, image in drawn}, [image.plane for _, image in drawn if image.plane is not None]
    (spacing,) = spacings if len(spacings) == 1 else (None,)
    if spacing is None or len(planes) < len(drawn):
        return None
    placed = [image.plane for image in images if image.plane is not None and _along(image.plane, planes[0])]
    if not all(plane in placed for plane in planes):
        return None
    cuts = []
    for (shape, image), plane in zip(drawn, planes, strict=True):
        mask, picture = region_mask(shape, image.rows, image.columns), pictures.get(image.key)
        fits = picture is not None and not picture.colour and (picture.rows, picture.columns) == (image.rows, image.columns)
        cuts.append((mask, plane.distance(), pixel_values(mask, picture) if picture is not None and fits and not mask.empty else None))
    return lesion_measures(cuts, spacing, [plane.distance() for plane in placed], drawn[0][1].thickness)


def _along(one: Plane, other: Plane) -> bool:
    """Whether two planes are parallel, within a tenth of a degree."""
    return sum(a * b for a, b in zip(one.normal, other.normal, strict=True)) > _PARALLEL


def thickness_of(positions: Sequence[float]) -> tuple[float, ...]:
    """Return how much room each of two or more slices stands for, in mm, in the order of their places; places that are one count once."""
    ordered = np.array(_apart(positions))
    gaps = np.diff(ordered)
    return tuple(((np.append(gaps[:1], gaps) + np.append(gaps, gaps[-1:])) / 2).tolist())


def _apart(positions: Sequence[float]) -> list[float]:
    """Places in order, without those that are one with the one before."""
    found: list[float] = []
    for place in sorted(positions):
        if not found or place - found[-1] > _SAME:
            found.append(place)
    return found


def _thicknesses(places: Sequence[float], positions: Sequence[float], thickness: float | None) -> list[float] | None:
    grid = _apart((*positions, *places))
    if len(grid) < 2:
        return None if thickness is None else [thickness]
    thick = thickness_of(grid)
    return [thick[int(np.abs(np.array(grid) - place).argmin())] for place in places]


def _slices(cuts: Sequence[Cut]) -> list[Cut]:
    """One cut a slice, in order of place."""
    found: list[Cut] = []
    for place in _apart([place for _, place, _ in cuts]):
        own = [cut for cut in cuts if 0 <= cut[1] - place <= _SAME]
        found.append(own[0] if len(own) == 1 else _united(own, place))
    return found


def _united(cuts: Sequence[Cut], place: float) -> Cut:
    like = cuts[0][0]
    mask = Mask.union(like.rows, like.columns, [mask for mask, _, _ in cuts])
    known = [(mask, values) for mask, _, values in cuts if values is not None]
    if len(known) < len(cuts):
        return mask, place, None
    flat = np.concatenate([rows * mask.columns + columns for rows, columns in (own.pixels() for own, _ in known)])
    first = np.unique(flat, return_index=True)[1]
    return mask, place, np.concatenate([values for _, values in known])[first]


def _statistics(values: Sequence[Floats]) -> Statistics | None:
    numbers = np.concatenate(values) if values else np.empty(0)
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return None
    return Statistics(numbers.size, float(numbers.mean()), float(numbers.std()), float(numbers.min()), float(numbers.max()))


def _through(hulls: Sequence[Floats], places: Sequence[float], spacing: tuple[float, float]) -> float:
    """The longest line between two corners of the slices' hulls, which lie in the planes through the slices' middles."""
    down, right = spacing
    points = np.concatenate(
        [np.column_stack([own * (right, down), np.full(len(own), place)]) for own, place in zip(hulls, places, strict=True)]
    )
    if len(points) > _FEW and len(places) > 1:
        from scipy.spatial import ConvexHull

        points = points[ConvexHull(points).vertices]
    return math.sqrt(max(float(((points - point) ** 2).sum(axis=1).max()) for point in points))
