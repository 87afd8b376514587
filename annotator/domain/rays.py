"""Look around a place along rays, and find the closed outlines around it across which the values change.

The rays are sampled in steps that grow with the distance, each by means over cells as large as the steps, so that a small lesion and a
large one look alike.  An outline has one distance a ray, which changes by a step at most from ray to ray; the best of those that pass a
given step of the first ray is found by dynamic programming (S. Timp and N. Karssemeijer, A new 2D segmentation method based on dynamic
programming applied to computer aided detection in mammography, Medical Physics 31, 2004, 958–971).

Places are (row, column) in pixels, counted from the centre of the first one; distances are in mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.domain.coarse import means

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Place = tuple[float, float]
Spacing = tuple[float, float]
RAYS = 36
ANGLES: Floats = 2 * np.pi * np.arange(RAYS) / RAYS
STEP = 0.1
"""Logarithm by which each step along a ray is farther than the one before."""
BESIDE = 2
"""Steps to either side of an outline that are compared: a fifth of its distance."""
NEAREST = 2.0
"""Pixels from the place to the nearest outline."""
_LEAST = 8
_CELL, _BLUR = 0.06, 0.45
"""A cell's size as a share of its distance, and of a pixel: the standard deviation of what is averaged."""
_NOWHERE = np.float32(-1e9)


@dataclass(frozen=True, eq=False)
class Sight:
    """What is seen around a place: an image and ever coarser means of it, each with the pixels that became one of its own.

    `distances` are those of the outlines, `cells` those of the cells: outline `n` has the cells before `n` + BESIDE within it.
    """

    levels: tuple[tuple[Singles, tuple[int, int]], ...]
    spacing: Spacing
    distances: Floats
    cells: Floats

    @staticmethod
    def of(values: NDArray[np.float32], spacing: Spacing, far: float) -> Sight:
        """Return the sight of an image (rows, columns) up to a distance in mm."""
        near = NEAREST * max(spacing)
        count = max(int(np.log(max(far / near, 1.0)) / STEP) + 1, _LEAST)
        distances = near * np.exp(STEP * np.arange(count))
        cells = near * np.exp(STEP * (np.arange(count + 2 * BESIDE) - BESIDE + 0.5))
        levels, factors, step = [(values, (1, 1))], (1, 1), spacing
        while _BLUR * max(step) < _CELL * float(cells[-1]) and min(values.shape) >= _LEAST:
            halved = [2 if size < 1.5 * min(step) else 1 for size in step]
            values = means(values, (halved[0], halved[1]))
            factors = factors[0] * halved[0], factors[1] * halved[1]
            step = spacing[0] * factors[0], spacing[1] * factors[1]
            levels.append((values, factors))
        return Sight(tuple(levels), spacing, distances, cells)

    def along(self, places: Floats) -> Singles:
        """Return the values of the cells around places (n, 2) as (n, RAYS, cells)."""
        from scipy import ndimage

        found = np.empty((len(places), RAYS, len(self.cells)), np.float32)
        blurs = np.array([_BLUR * max(f * s for f, s in zip(by, self.spacing, strict=True)) * (by != (1, 1)) for _, by in self.levels])
        fits = np.abs(blurs[:, None] - _CELL * self.cells).argmin(axis=0)
        for level in np.unique(fits):
            own, (image, by) = fits == level, self.levels[level]
            ways = [np.multiply.outer(turn(ANGLES), self.cells[own]) for turn in (np.sin, np.cos)]
            at = [(places[:, k, None, None] + ways[k] / self.spacing[k] + 0.5) / by[k] - 0.5 for k in (0, 1)]
            found[:, :, own] = ndimage.map_coordinates(image, at, order=1, mode="reflect")
        return found


def contrasts(seen: Singles) -> Singles:
    """Return how much higher the values just within each outline are than just beyond, as (n, RAYS, outlines), evened over three rays."""
    count = seen.shape[2] - 2 * BESIDE
    sums = np.concatenate([np.zeros((*seen.shape[:2], 1), np.float32), np.cumsum(seen, axis=2)], axis=2)
    found = (2 * sums[:, :, BESIDE : BESIDE + count] - sums[:, :, :count] - sums[:, :, 2 * BESIDE : 2 * BESIDE + count]) / BESIDE
    return np.asarray(found / 2 + np.roll(found, 1, axis=1) / 4 + np.roll(found, -1, axis=1) / 4, dtype=np.float32)


def closed(gains: Singles) -> Ints:
    """Return the closed outline of the highest sum of gains (n, RAYS, outlines) for each outline that the first ray may have.

    As (n, RAYS, outlines): which outline each ray has; neighbouring rays, and the last and the first, differ by one at most.
    """
    many, rays, count = gains.shape
    every = np.arange(count)
    sums = np.full((many, count, count), _NOWHERE)
    sums[:, every, every] = gains[:, 0]
    steps = np.zeros((rays, many, count, count), np.int8)
    wide = np.full((many, count, count + 2), _NOWHERE)
    for ray in (*range(1, rays), 0):
        wide[:, :, 1:-1] = sums
        nearer, farther = wide[:, :, :-2], wide[:, :, 2:]
        came, best = np.where(nearer > sums, -1, 0).astype(np.int8), np.maximum(nearer, sums)
        came[farther > best] = 1
        steps[ray], sums = came, np.maximum(best, farther)
        if ray:
            sums = sums + gains[:, ray, None, :]
    found = np.empty((many, rays, count), np.int64)
    one, at = np.arange(many)[:, None], every + steps[0][:, every, every]
    for ray in range(rays - 1, 0, -1):
        found[:, ray] = at
        at = at + steps[ray][one, every, at]
    found[:, 0] = at
    return found


def middle(place: Place, distances: Floats, spacing: Spacing) -> Place:
    """Return the centroid of the area within an outline of so many mm (RAYS) around a place."""
    weights = distances**2 / np.sum(distances**2) * distances * 2 / 3
    return place[0] + float(weights @ np.sin(ANGLES)) / spacing[0], place[1] + float(weights @ np.cos(ANGLES)) / spacing[1]
