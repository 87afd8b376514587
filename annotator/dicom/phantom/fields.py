"""Arithmetic the phantoms are painted with: soft edges, smooth noise, strokes and exact ellipsoids.

Lengths are millimetres of the patient (DICOM LPS: x to the left, y to the back, z to the head) unless a name says pixels.  A *level*
is positive inside a body and falls by about 1 a millimetre across its surface; arrays broadcast against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""float32 in all that is painted, float64 where a mask is decided."""
Bools = NDArray[np.bool_]
Point3 = tuple[float, float, float]


def axis(count: int, step: float, middle: float = 0.0) -> Array:
    """Return `count` pixel centres `step` mm apart around `middle`, float32."""
    return ((np.arange(count) - (count - 1) / 2) * step + middle).astype(np.float32)


def at(value: float) -> Array:
    """Return one coordinate as an array of shape (1, 1), to go with the axes."""
    return np.full((1, 1), value, dtype=np.float32)


def soft(level: Array, edge: float = 1.0) -> Array:
    """Return how much of a pixel lies inside (0 to 1): the level across an edge `edge` mm wide."""
    found = level / np.float32(edge)
    found += np.float32(0.5)
    return np.clip(found, 0, 1, out=found)


def oval(x: Array, y: Array, half_width: Array, half_depth: Array, corner: float = 0.3) -> Array:
    """Return the level of a rounded box with these half axes, measured along rays from the middle; fuller than an ellipse."""
    u, v = (x / half_width) ** 2, (y / half_depth) ** 2
    radius = np.sqrt(np.clip(u + v - corner * np.minimum(u * v, 1.0), 1e-6, None))
    return np.hypot(x, y) * (1 / radius - 1)


def paint(image: Array, cover: Array, value: float | Array) -> None:
    """Lay `value` over `image` in place, as far as `cover` (0 to 1) says."""
    image += cover * (value - image)


def ellipsoid(x: Array, y: Array, z: Array, centre: Point3, radii: Point3) -> Array:
    """Return the level of an ellipsoid with axes along x, y, z."""
    a, b, c = radii
    square: Array = ((x - centre[0]) / a) ** 2 + ((y - centre[1]) / b) ** 2 + ((z - centre[2]) / c) ** 2
    return (1 - np.sqrt(square)) * np.float32(min(radii))


def capsule(x: Array, y: Array, z: Array, start: Point3, end: Point3, radius: float) -> Array:
    """Return the level of a rod with round ends from `start` to `end`."""
    dx, dy, dz = (e - s for s, e in zip(start, end, strict=True))
    px, py, pz = x - start[0], y - start[1], z - start[2]
    along = np.clip((px * dx + py * dy + pz * dz) / max(dx * dx + dy * dy + dz * dz, 1e-6), 0, 1)
    square: Array = (px - along * dx) ** 2 + (py - along * dy) ** 2 + (pz - along * dz) ** 2
    return radius - np.sqrt(square)


def merged(a: Array, b: Array, round_mm: float) -> Array:
    """Return the level of two bodies grown together, the corner between them filled `round_mm` wide."""
    return np.maximum(a, b) + round_mm / 4 * np.clip(1 - np.abs(a - b) / round_mm, 0, None) ** 2


def smooth(image: Array, passes: int = 1) -> Array:
    """Return a 2-D image blurred by the binomial 1-2-1 in both directions, `passes` times (variance passes / 2 pixels²)."""
    for _ in range(passes):
        image = _smooth_rows(_smooth_rows(image).T).T
    return np.ascontiguousarray(image)


def _smooth_rows(image: Array) -> Array:
    out = image * np.float32(0.5)
    quarter = image * np.float32(0.25)
    out[1:] += quarter[:-1]
    out[:-1] += quarter[1:]
    out[0] += quarter[0]
    out[-1] += quarter[-1]
    return out


def enlarge(image: Array, rows: int, columns: int) -> Array:
    """Return a 2-D image stretched to (rows, columns), linearly between the centres of its pixels."""
    return np.ascontiguousarray(_stretch(_stretch(image, rows).T, columns).T)


def _stretch(image: Array, rows: int) -> Array:
    given = image.shape[0]
    place = np.clip((np.arange(rows) + 0.5) * given / rows - 0.5, 0, given - 1)
    low = np.minimum(place.astype(np.intp), max(given - 2, 0))
    share = (place - low).astype(np.float32)[:, None]
    upper: Array = image[low]
    below: Array = image[np.minimum(low + 1, given - 1)]
    return np.asarray(upper + share * (below - upper))


def cloud(rng: np.random.Generator, rows: int, columns: int, cells: tuple[int, int], octaves: int = 3) -> Array:
    """Return smooth noise of mean about 0 and deviation about 1: `cells` patches down and across, then ever finer and fainter."""
    total = np.zeros((rows, columns), dtype=np.float32)
    for octave in range(octaves):
        down, across = (min(c * 2**octave, n) for c, n in zip(cells, (rows, columns), strict=True))
        total += enlarge(rng.standard_normal((down, across), dtype=np.float32), rows, columns) * np.float32(0.6**octave)
    return total


def grain(rng: np.random.Generator, rows: int, columns: int, passes: int = 1) -> Array:
    """Return pixel noise of deviation 1, as correlated as `passes` of smoothing make it."""
    noise = smooth(rng.standard_normal((rows, columns), dtype=np.float32), passes)
    deviation = max(float(noise.std()), 1e-6)
    return noise / deviation


def chord(radius: float, wall: float | None = None) -> Array:
    """Return the picture of a round rod of `radius` pixels (a pipe with a `wall`): how many pixels of it a ray crosses."""
    reach = int(np.ceil(radius))
    offset = np.arange(-reach, reach + 1, dtype=np.float32)
    square = offset[:, None] ** 2 + offset[None, :] ** 2
    through: Array = 2 * np.sqrt(np.clip(radius**2 - square, 0, None))
    if wall is not None:
        through -= 1.5 * np.sqrt(np.clip((radius - wall) ** 2 - square, 0, None))
    return np.asarray(through, dtype=np.float32)


def stroke(layer: Array, points: Sequence[tuple[float, float]], stamp: Array, step: float = 1.0) -> None:
    """Draw a polyline of (x, y) pixels into `layer` in place: the larger of what is there and of `stamp` at every `step` pixels."""
    reach = stamp.shape[0] // 2
    rows, columns = layer.shape
    for x, y in _beads(points, step):
        top, left = round(y) - reach, round(x) - reach
        t, b, a, z = max(top, 0), min(top + stamp.shape[0], rows), max(left, 0), min(left + stamp.shape[1], columns)
        if t < b and a < z:
            part = layer[t:b, a:z]
            np.maximum(part, stamp[t - top : b - top, a - left : z - left], out=part)


def _beads(points: Sequence[tuple[float, float]], step: float) -> Iterable[tuple[float, float]]:
    path = np.asarray(points, dtype=np.float64)
    lengths = np.hypot(*np.diff(path, axis=0).T)
    marks = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.linspace(0, marks[-1], max(int(marks[-1] / step), 1) + 1)
    xs, ys = np.interp(at, marks, path[:, 0]), np.interp(at, marks, path[:, 1])
    return zip(xs.tolist(), ys.tolist(), strict=True)


@dataclass(frozen=True)
class Ellipsoid:
    """A finding with exactly known extent: a voxel belongs to it iff its centre lies inside or on the surface."""

    centre: Point3
    radii: Point3

    def mask(self, x: Array, y: Array, z: Array) -> Bools:
        """Return which of the points (mm, float64, broadcast) belong to it."""
        a, b, c = self.radii
        square = ((x - self.centre[0]) / a) ** 2 + ((y - self.centre[1]) / b) ** 2 + ((z - self.centre[2]) / c) ** 2
        return np.asarray(square <= 1.0, dtype=np.bool_)

    def level(self, x: Array, y: Array, z: Array) -> Array:
        """Return its level, for painting."""
        return ellipsoid(x, y, z, self.centre, self.radii)
