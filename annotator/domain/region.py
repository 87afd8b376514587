"""An area of an image: polygons with holes, in continuous image coordinates, always valid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from annotator.domain.marks import Mark, flat, mark_of
from annotator.domain.path import Point

Ring = tuple[Point, ...]
"""Vertices of a closed outline, the first not repeated."""
Part = tuple[Ring, ...]
"""An outer ring, then its holes."""
_SMALL = frozenset({"parts", "mark", "bounds", "_pixels"})
"""What a region keeps for good; what else was worked out of it, here or elsewhere (its mask, its measures), takes as much memory again."""


@dataclass(frozen=True)
class Region:
    """One or more polygons that do not overlap; no ring crosses itself."""

    parts: tuple[Part, ...]

    @staticmethod
    def box(x1: float, y1: float, x2: float, y2: float) -> Region:
        """Return the box with these sides; the order of the corners does not matter."""
        left, right, top, bottom = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
        return Region(((((left, top), (right, top), (right, bottom), (left, bottom)),),))

    @staticmethod
    def of(geometry: BaseGeometry) -> Region:
        """Return the areas of a shapely geometry as a region (lines and points in it are dropped)."""
        drawn = [[shapely.get_coordinates(ring)[:-1] for ring in _rings(polygon)] for polygon in polygons(geometry)]
        found = Region(tuple(tuple(tuple([(x, y) for x, y in ring.tolist()]) for ring in part) for part in drawn))
        if drawn:
            found.__dict__["vertices"] = np.concatenate([ring for part in drawn for ring in part])
        return found

    @cached_property
    def geometry(self) -> MultiPolygon:
        """The region as a shapely multipolygon."""
        lengths = [len(ring) for ring in self.rings]
        if not lengths:
            return MultiPolygon()
        part_of = np.repeat(np.arange(len(self.parts)), [len(part) for part in self.parts])
        rings = np.asarray(shapely.linearrings(self.vertices, indices=np.repeat(np.arange(len(lengths)), lengths)))
        return together(np.asarray(shapely.polygons(rings, indices=part_of)).tolist())

    @property
    def empty(self) -> bool:
        """Whether there is no area at all."""
        return not self.parts

    @cached_property
    def vertices(self) -> NDArray[np.float64]:
        """The vertices of all rings as (n, 2), ring after ring; kept for whoever asks next."""
        return np.fromiter(chain.from_iterable(chain.from_iterable(self.rings)), dtype=np.float64).reshape(-1, 2)

    @property
    def outlines(self) -> list[NDArray[np.float64]]:
        """The vertices of each ring as (n, 2), the first not repeated."""
        return np.split(self.vertices, np.cumsum([len(ring) for ring in self.rings])[:-1]) if self.parts else []

    @cached_property
    def ring_boxes(self) -> NDArray[np.float64]:
        """The tight box of each ring as (n, 4): x1, y1, x2, y2; kept, for a pointer asks with every move."""
        starts = np.cumsum([0, *(len(ring) for ring in self.rings)])[:-1]
        return np.hstack([np.minimum.reduceat(self.vertices, starts), np.maximum.reduceat(self.vertices, starts)])

    @cached_property
    def mark(self) -> Mark:
        """See `annotator.domain.marks`; kept for whoever asks next."""
        return mark_of(["region", [[len(ring) for ring in part] for part in self.parts]], flat(self.rings))

    @property
    def rings(self) -> Iterable[Ring]:
        """All rings, outer ones and holes."""
        return (ring for part in self.parts for ring in part)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """The tight box of the geometry (x1, y1, x2, y2)."""
        xs = [x for part in self.parts for x, _ in part[0]]
        ys = [y for part in self.parts for _, y in part[0]]
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def is_box(self) -> bool:
        """Whether it is one rectangle with axis-parallel sides."""
        if len(self.parts) != 1 or len(self.parts[0]) != 1 or len(self.parts[0][0]) != 4:
            return False
        x1, y1, x2, y2 = self.bounds
        return set(self.parts[0][0]) == {(x1, y1), (x2, y1), (x2, y2), (x1, y2)} and x1 < x2 and y1 < y2

    def area(self, spacing: tuple[float, float] = (1.0, 1.0)) -> float:
        """Area in mm² for a (row, column) spacing in mm; in pixels without one."""
        return self._pixels * spacing[0] * spacing[1]

    @cached_property
    def _pixels(self) -> float:
        areas = iter(map(_area, self.outlines))
        return sum(next(areas) - sum(next(areas) for _ in part[1:]) for part in self.parts)

    def moved(self, dx: float, dy: float) -> Region:
        """Return the region moved by (dx, dy) pixels."""
        return Region(tuple(tuple(tuple((x + dx, y + dy) for x, y in ring) for ring in part) for part in self.parts))

    def sharing(self, other: Region) -> Region:
        """Return an equal region that has the other's vertices where it has equal ones, and so takes no memory for them."""
        known = {point: point for ring in other.rings for point in ring}
        found = Region(tuple(tuple(tuple([known.get(point, point) for point in ring]) for ring in part) for part in self.parts))
        found.__dict__.update({name: value for name, value in self.__dict__.items() if name not in ("parts", "mark")})
        return found

    def rest(self) -> None:
        """Let go of what was worked out of the vertices; whoever asks for it works it out anew."""
        for name in self.__dict__.keys() - _SMALL:
            self.__dict__.pop(name, None)


def polygons(geometry: BaseGeometry) -> Sequence[Polygon]:
    """Return the non-empty polygons inside any shapely geometry."""
    found = shapely.get_parts(geometry, return_index=False)
    nested = [p for g in found for p in (shapely.get_parts(g) if g.geom_type.startswith(("Multi", "Geometry")) else [g])]
    return [p for p in nested if isinstance(p, Polygon) and not p.is_empty and p.area > 0]


def together(found: Sequence[Polygon]) -> MultiPolygon:
    """Return polygons as one geometry; none: an empty one."""
    listed = np.empty(len(found), dtype=object)
    listed[:] = found
    return cast("MultiPolygon", shapely.multipolygons(listed))


def _area(ring: NDArray[np.float64]) -> float:
    """Area within an outline, by the trapezoids under its edges; from its first vertex, to lose no digits far from the origin."""
    x, y = (ring - ring[0]).T
    return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2


def _rings(polygon: Polygon) -> NDArray[np.object_]:
    found: NDArray[np.object_] = shapely.get_rings(shapely.orient_polygons(polygon))
    return found
