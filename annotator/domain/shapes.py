"""Make exact shapes: out of strokes, out of masks, and out of set operations whose masks must come out to the pixel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LinearRing, LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from annotator.domain.outline import outlines
from annotator.domain.path import Path, Point
from annotator.domain.raster import Mask, fill, keep_masks, keeping, narrow, region_mask
from annotator.domain.region import Part, Region, Ring, polygons

_MENDED_PIXELS = 400
_FEW, _MANY, _MOST_MEETINGS, _MOST_CROSSINGS = 60, 5_000, 6, 250
"""Corners of an outline that may cross itself as it likes, and that may not at all; edges that one edge meets on average, at most, where
they are asked one by one; how often an outline between them may cross itself.  Each crossing takes about a millisecond."""
_ASKED, _MOST_NEAR = 32, 2_000_000
"""Edges that are asked at once what they meet, and pairs of edges with overlapping boxes that are looked at, at most."""
_MOST_RINGS = 1_000
"""Outlines of regions, at most, that are laid over each other by geometry."""
_quietly = np.errstate(invalid="ignore", over="ignore", under="ignore")
"""GEOS looks for robust intersections by trial and leaves the processor's flags set; its results are checked against masks."""

_ROUNDS = 6


def trace(mask: Mask) -> Region:
    """Return the region whose outline follows the mask's pixel edges; its mask is the same mask, whatever that holds."""
    if mask.empty:
        return Region(())
    runs = mask.row_runs
    top, left = int(runs[:, 0].min()), int(runs[:, 1].min())
    low, right = int(runs[:, 0].max()) + 1, int(runs[:, 2].max())
    return keeping(Region(outlines(mask.array()[top:low, left:right], (left, top))), mask)


@_quietly
def exact(geometry: BaseGeometry, wanted: Mask) -> Region:
    """Return a region as near to `geometry` as can be whose mask is exactly `wanted`, whatever arithmetic fills it.

    Overlay operations round new corners, so a centre that lies on an outline may fall to the wrong side, or so narrowly to the right
    one that another reader finds it on the other.  There a half-pixel square on the centre is added or taken away; what that does not
    mend takes its outline from the mask, part by part.
    """
    region = Region.of(geometry)
    for _ in range(_ROUNDS):
        got = region_mask(region, wanted.rows, wanted.columns)
        doubtful = narrow(region, wanted.rows, wanted.columns)
        missing, extra = (wanted - got) | (wanted & doubtful), (got - wanted) | (doubtful - wanted)
        if missing.empty and extra.empty:
            return _without_dust(region, wanted)
        if missing.count + extra.count > _MENDED_PIXELS:
            break
        mended = shapely.union(region.geometry, _squares(missing)) if not missing.empty else region.geometry
        region = Region.of(shapely.difference(mended, _squares(extra)) if not extra.empty else mended)
    return _traced_where_wrong(region, wanted)


def region_of_stroke(points: Sequence[Point], rows: int, columns: int) -> Region:
    """Return what a stroke encloses (non-zero winding), clipped to the image; an empty region where that sets no pixel.

    One that crosses itself thousands of times gets its outline from its pixels: its crossings would take minutes.
    """
    wanted = fill([points], rows, columns)
    if wanted.empty:
        return Region(())
    if _tangled(points):
        return trace(wanted)
    area = _clipped(wound_area(points), rows, columns)
    drawn = Region.of(area)
    untouched = len(drawn.parts) == 1 and len(drawn.parts[0]) == 1 and set(drawn.parts[0][0]) == set(points)
    return drawn if untouched and region_mask(drawn, rows, columns) == wanted else exact(area, wanted)


def box_of_stroke(a: Point, b: Point, rows: int, columns: int) -> Region:
    """Return the box with these opposite corners, clipped to the image; an empty region where that sets no pixel."""
    (ax, bx), (ay, by) = (np.clip((a[i], b[i]), 0.0, float(size)).tolist() for i, size in ((0, columns), (1, rows)))
    found = Region.box(ax, ay, bx, by)
    return Region(()) if region_mask(found, rows, columns).empty else found


@_quietly
def path_of_stroke(points: Sequence[Point], rows: int, columns: int) -> Path | None:
    """Return the drawn line, clipped to the image (it may fall into parts); None where nothing of any length is inside."""
    distinct = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
    if len(distinct) < 2:
        return None
    if all(0 <= x <= columns and 0 <= y <= rows for x, y in distinct):
        return Path((tuple((float(x), float(y)) for x, y in distinct),))
    # clipped segment by segment and joined again: the overlay of a whole self-crossing line would cut it at its crossings
    inside: list[list[Point]] = []
    for a, b in pairwise(distinct):
        cut = shapely.intersection(LineString([a, b]), box(0, 0, columns, rows))
        if not isinstance(cut, LineString) or cut.is_empty or cut.length == 0:
            continue
        start, end = (tuple(map(float, c)) for c in cut.coords)
        if inside and inside[-1][-1] == start:
            inside[-1].append((end[0], end[1]))
        else:
            inside.append([(start[0], start[1]), (end[0], end[1])])
    return Path(tuple(tuple(part) for part in inside)) if inside else None


@_quietly
def wound_area(points: Sequence[Point]) -> BaseGeometry:
    """Return the area that a closed outline winds around at least once, as valid geometry."""
    distinct = list(dict.fromkeys(points))
    if len(distinct) < 3:
        return Polygon()
    simple = Polygon(points)
    if simple.is_valid:
        return simple
    faces = np.array(polygons(shapely.polygonize([shapely.node(LinearRing(points))])))
    return shapely.union_all(faces[_winding(shapely.get_coordinates(shapely.point_on_surface(faces)), points) != 0])


@_quietly
def united(a: Region, b: Region, wanted: Mask, *, sketch: bool = False) -> Region:
    """Return A ∪ B with exactly the mask `wanted`; of very many outlines they are those of the mask.

    Of a `sketch`, which is shown while the hand moves and kept nowhere, the mask alone is exact: it is not made sure that others find it.
    """
    if _endless(a, b):
        return trace(wanted)
    whole = shapely.union(a.geometry, b.geometry)
    return keeping(Region.of(whole), wanted) if sketch else exact(whole, wanted)


@_quietly
def cut(a: Region, b: Region, wanted: Mask, *, sketch: bool = False) -> Region:
    """Return A ∖ B with exactly the mask `wanted`; of very many outlines they are those of the mask.  `sketch`: as in `united`."""
    if _endless(a, b):
        return trace(wanted)
    left = shapely.difference(a.geometry, b.geometry)
    return keeping(Region.of(left), wanted) if sketch else exact(left, wanted)


def _endless(*regions: Region) -> bool:
    """Whether an overlay of regions would take its time."""
    return sum(len(part) for region in regions for part in region.parts) > _MOST_RINGS


def clipped(region: Region, rows: int, columns: int) -> Region:
    """Return what of a region lies in the image; empty where it sets no pixel."""
    wanted = region_mask(region, rows, columns)
    x1, y1, x2, y2 = region.bounds
    if wanted.empty:
        return Region(())
    if 0 <= x1 and 0 <= y1 and x2 <= columns and y2 <= rows:
        return region
    if region.is_box:
        return box_of_stroke((x1, y1), (x2, y2), rows, columns)
    return exact(_clipped(region.geometry, rows, columns), wanted)


@_quietly
def reshaped(region: Region, vertex: tuple[int, int, int], to: Point, rows: int, columns: int, *, insert: bool = False) -> Region:
    """Return the region with one vertex (part, ring, index) put at `to`, or a new one put in after it; a box stays a box."""
    part, ring, index = vertex
    if region.is_box and not insert:
        opposite = region.parts[0][0][(index + 2) % 4]
        return box_of_stroke(to, opposite, rows, columns)
    rings = [[list(r) for r in p] for p in region.parts]
    if insert:
        rings[part][ring].insert(index + 1, to)
    else:
        rings[part][ring][index] = to
    return mended(Region(tuple(tuple(tuple(r) for r in p) for p in rings)), rows, columns)


@_quietly
def mended(region: Region, rows: int, columns: int) -> Region:
    """Return a region whose outlines may cross themselves and leave the image as a valid one in the image; empty where it sets no pixel.

    What crosses itself is what the outer rings wind around, without what the holes wind around.  One that crosses itself thousands of
    times gets its outline from its pixels, as a stroke does.
    """
    tangled = any(_tangled(ring) for ring in region.rings)
    if not tangled and MultiPolygon([Polygon(p[0], p[1:]) for p in region.parts]).is_valid:
        return clipped(region, rows, columns)
    outer, holes = [p[0] for p in region.parts], [r for p in region.parts for r in p[1:]]
    filled, left_out = (Mask.union(rows, columns, [fill([ring], rows, columns) for ring in rings]) for rings in (outer, holes))
    wanted = filled - left_out
    if wanted.empty:
        return Region(())
    if tangled or _endless(region):
        return trace(wanted)
    around, without = (shapely.union_all([wound_area(ring) for ring in rings]) for rings in (outer, holes))
    return exact(_clipped(shapely.difference(around, without), rows, columns), wanted)


@_quietly
def _clipped(geometry: BaseGeometry, rows: int, columns: int) -> BaseGeometry:
    x1, y1, x2, y2 = geometry.bounds if not geometry.is_empty else (0.0, 0.0, 0.0, 0.0)
    if 0 <= x1 and 0 <= y1 and x2 <= columns and y2 <= rows:
        return geometry
    return shapely.intersection(geometry, box(0, 0, columns, rows))


def _tangled(points: Sequence[Point]) -> bool:
    """Whether an outline may cross itself more often than anybody waits for.

    Of a very long one some edges are asked what they meet first: where they meet a great many, asking GEOS alone could take minutes.
    """
    if len(points) <= _FEW:
        return False
    ring = np.asarray((*points, points[0]), dtype=np.float64)
    if len(points) > _MANY:
        return _some_meet_often(ring) or not Polygon(ring).is_valid
    return not Polygon(ring).is_valid and _meets_often(ring)


def _some_meet_often(ring: NDArray[np.float64]) -> bool:
    """Whether edges that are taken from all along an outline meet very many others."""
    (x, y), met = np.ascontiguousarray(ring.T), 0
    for edge in range(0, len(ring) - 1, -(-len(ring) // _ASKED)):
        side = (x[edge + 1] - x[edge]) * (y - y[edge]) - (y[edge + 1] - y[edge]) * (x - x[edge])
        others = np.flatnonzero(side[:-1] * side[1:] <= 0)
        met += int(_parted(ring, others, np.full(len(others), edge)).sum())
        if met > _MOST_MEETINGS * _ASKED:
            return True
    return False


def _meets_often(ring: NDArray[np.float64]) -> bool:
    """Whether the edges of an outline meet very often; no longer looked for than until that is known, or dear enough to count as known."""
    edges = [LineString(edge) for edge in np.stack([ring[:-1], ring[1:]], axis=1)]
    tree, met, near = shapely.STRtree(edges), 0, 0
    for start in range(0, len(edges), _ASKED):
        one, other = tree.query(edges[start : start + _ASKED])
        one += start
        met += int((_parted(ring, one, other) & _parted(ring, other, one)).sum())
        near += len(one)
        if met > 3 * len(edges) + 2 * _MOST_CROSSINGS or near > _MOST_NEAR:  # each meets itself and both its neighbours
            return True
    return False


def _parted(ring: NDArray[np.float64], one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the ends of the edges `other` do not lie on the same side of the edges `one`."""
    start, (along_x, along_y) = ring[one], (ring[one + 1] - ring[one]).T
    (ax, ay), (bx, by) = (ring[other] - start).T, (ring[other + 1] - start).T
    found: NDArray[np.bool_] = (along_x * ay - along_y * ax) * (along_x * by - along_y * bx) <= 0
    return found


def _squares(mask: Mask) -> BaseGeometry:
    row, column = mask.pixels()
    return shapely.union_all(shapely.box(column + 0.25, row + 0.25, column + 0.75, row + 0.75))


def _without_dust(region: Region, wanted: Mask) -> Region:
    """Drop parts and holes that hold no pixel: slivers that an overlay leaves behind, invisible in every file."""
    parts: list[Part] = []
    doubtful = {ring: Region(((ring,),)) for ring in region.rings if _may_be_dust(ring)}
    keep_masks(tuple(doubtful.values()), wanted.rows, wanted.columns)
    dust = {ring for ring, alone in doubtful.items() if region_mask(alone, wanted.rows, wanted.columns).empty}
    for part in region.parts:
        rings = [ring for ring in part if ring not in dust]
        if rings and rings[0] is part[0]:
            parts.append(tuple(rings))
    lean = Region(tuple(parts))
    return lean if region_mask(lean, wanted.rows, wanted.columns) == wanted else region


def _may_be_dust(ring: Ring) -> bool:
    return len(ring) < 64 and abs(Polygon(ring).area) < 4.0


def _traced_where_wrong(region: Region, wanted: Mask) -> Region:
    """Take the outline of each part that is still wrong from the mask; of everything, should even that leave a difference."""
    wrong = region_mask(region, wanted.rows, wanted.columns) ^ wanted
    rows, columns = wrong.pixels()
    good: list[Part] = []
    for part in region.parts:
        x1, y1, x2, y2 = Region((part,)).bounds
        if not bool(np.any((columns >= x1 - 2) & (columns <= x2 + 1) & (rows >= y1 - 2) & (rows <= y2 + 1))):
            good.append(part)
    kept = region_mask(Region(tuple(good)), wanted.rows, wanted.columns)
    mended = Region((*good, *trace(wanted - kept).parts))
    return mended if region_mask(mended, wanted.rows, wanted.columns) == wanted else trace(wanted)


def _winding(places: NDArray[np.float64], ring: Sequence[Point]) -> NDArray[np.int64]:
    """Return how often an outline winds around each of some places (n, 2)."""
    here = np.asarray(ring, dtype=np.float64)
    (x, y), (next_x, next_y), (px, py) = here.T, np.roll(here, -1, axis=0).T, places.T[:, :, None]
    side = (next_x - x) * (py - y) - (px - x) * (next_y - y)
    down = (y <= py) & (next_y > py) & (side > 0)
    up = (y > py) & (next_y <= py) & (side < 0)
    found: NDArray[np.int64] = down.sum(axis=1) - up.sum(axis=1)
    return found
