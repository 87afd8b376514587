"""What lies under the pointer: the small before the large, lines before areas, handles only of what is selected."""

from __future__ import annotations

import shapely
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import hit as hits
from annotator.domain.annotation import Annotation
from annotator.domain.hit import Near, hit, stack, within
from annotator.domain.image import ImageKey
from annotator.domain.path import Path
from annotator.domain.region import Region

KEY = ImageKey("1.2.3")


def annotation(number: int, shape: Region | Path) -> Annotation:
    return Annotation(number, KEY, "CCT1", "Free", shape)


LARGE = annotation(1, Region.box(0, 0, 100, 100))
SMALL = annotation(2, Region.box(40, 40, 60, 60))
RING = annotation(3, Region(((((0, 0), (30, 0), (30, 30), (0, 30)), ((10, 10), (10, 20), (20, 20), (20, 10))),)))
LINE = annotation(4, Path((((45, 50), (55, 50)), ((70, 70), (80, 80)))))


def test_nothing_is_nothing() -> None:
    assert hit([], 5, 5, 3) is None
    assert hit([SMALL], 5, 5, 3) is None
    assert hit([annotation(9, Region(()))], 5, 5, 3) is None


def test_the_smaller_area_goes_first_whatever_the_order() -> None:
    assert hit([LARGE, SMALL], 50, 50, 1) == Near(2)
    assert hit([SMALL, LARGE], 50, 50, 1) == Near(2)


def test_of_equal_areas_the_topmost_goes_first() -> None:
    twin = annotation(7, SMALL.shape)
    assert hit([SMALL, twin], 50, 50, 1) == Near(7)


def test_a_line_goes_before_the_area_it_crosses() -> None:
    assert hit([LINE, SMALL], 50, 50.5, 1) == Near(4)
    assert hit([LINE, SMALL], 50, 52, 1) == Near(2)


def test_a_hole_is_not_the_area() -> None:
    assert hit([RING], 15, 15, 1) is None
    assert hit([RING], 5, 5, 1) == Near(3)


def test_an_area_that_holds_the_point_goes_before_an_outline_nearby() -> None:
    assert hit([LARGE, SMALL], 39, 50, 3) == Near(1)
    assert hit([SMALL], 39, 50, 3) == Near(2)


def test_only_a_selected_annotation_offers_vertices_and_edges() -> None:
    assert hit([SMALL], 40.5, 40, 2) == Near(2)
    assert hit([SMALL], 40.5, 40, 2, {2}) == Near(2, vertex=(0, 0, 0))
    assert hit([SMALL], 50, 59.5, 2, {2}) == Near(2, edge=(0, 0, 2))
    assert hit([SMALL], 50, 50, 2, {2}) == Near(2)


def test_the_closing_edge_and_the_edges_of_holes_count() -> None:
    assert hit([RING], 0.5, 15, 1, {3}) == Near(3, edge=(0, 0, 3))
    assert hit([RING], 10.5, 15, 1, {3}) == Near(3, edge=(0, 1, 0))
    assert hit([RING], 19.5, 20, 1, {3}) == Near(3, vertex=(0, 1, 2))


def test_a_line_has_no_closing_edge_and_counts_its_parts() -> None:
    assert hit([LINE], 75, 75.2, 1, {4}) == Near(4, edge=(1, 0, 0))
    triangle = annotation(5, Path((((0, 0), (10, 0), (10, 10)),)))
    assert hit([triangle], 5, 5, 1, {5}) is None


def test_the_nearest_vertex_of_several_selected_is_taken() -> None:
    assert hit([SMALL, LINE], 46, 50, 10, {2, 4}) == Near(4, vertex=(0, 0, 0))


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90), st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=4),
       st.floats(-12, 132), st.floats(-12, 132), st.sampled_from([0.5, 3.0, 10.0]))  # fmt: skip
def test_of_all_vertices_and_else_of_all_edges_within_reach_the_nearest_is_taken(boxes, x: float, y: float, reach: float) -> None:
    there = [annotation(number, Region.box(x1, y1, x1 + wide, y1 + high)) for number, (x1, y1, wide, high) in enumerate(boxes, 1)]
    found = hit(there, x, y, reach, {a.id for a in there})
    corners = [point for a in there for ring in a.shape.rings for point in ring]
    sides = [a.shape.geometry.boundary for a in there]
    vertex, edge = (min(one.distance(shapely.Point(x, y)) for one in many) for many in (map(shapely.Point, corners), sides))
    if abs(vertex - reach) < 1e-6 or abs(edge - reach) < 1e-6:
        return  # the last bit of a distance decides
    if vertex < reach:
        assert found is not None and found.vertex is not None
        part, ring, index = found.vertex
        taken = there[found.annotation - 1].shape.parts[part][ring][index]
        assert shapely.distance(shapely.Point(taken), shapely.Point(x, y)) <= vertex + 1e-9
    elif edge < reach:
        assert found is not None and found.edge is not None
        part, ring, index = found.edge
        vertices = there[found.annotation - 1].shape.parts[part][ring]
        side = shapely.LineString([vertices[index], vertices[(index + 1) % len(vertices)]])
        assert side.distance(shapely.Point(x, y)) <= edge + 1e-9
    else:
        assert found is None or (found.vertex, found.edge) == (None, None)


def test_the_stack_holds_all_that_lies_there_the_topmost_first() -> None:
    assert stack([LARGE, SMALL], 50, 50, 1) == (2, 1)
    assert stack([LARGE, SMALL, LINE], 50, 50.5, 1) == (4, 2, 1)
    assert stack([LARGE, SMALL], 500, 500, 1) == ()


def test_a_hand_takes_hold_of_what_is_selected_also_where_it_lies_below() -> None:
    assert hit([LARGE, SMALL], 50, 50, 1) == Near(2)
    assert hit([LARGE, SMALL], 50, 50, 1, {1}) == Near(1)


@given(
    corners=st.lists(st.floats(-20, 120), min_size=4, max_size=4),
    box=st.tuples(st.integers(0, 90), st.integers(0, 90), st.integers(1, 10), st.integers(1, 10)),
)
def test_a_rectangle_chooses_exactly_what_it_meets(corners: list[float], box: tuple[int, int, int, int]) -> None:
    x, y, width, height = box
    there = annotation(9, Region.box(x, y, x + width, y + height))
    one, other = (corners[0], corners[1]), (corners[2], corners[3])
    across = max(x, min(one[0], other[0])) <= min(x + width, max(one[0], other[0]))
    down = max(y, min(one[1], other[1])) <= min(y + height, max(one[1], other[1]))
    assert within([there], one, other) == ({9} if across and down else set())


def test_a_rectangle_in_a_hole_or_beside_a_line_meets_nothing() -> None:
    assert within([RING], (12, 12), (18, 18)) == set()
    assert within([RING], (12, 12), (22, 18)) == {3}
    assert within([LINE], (0, 80), (20, 100)) == set()


def test_of_very_many_outlines_only_the_near_ones_are_looked_at(monkeypatch) -> None:
    frame = (((0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0)), *(
        ((x + 2.0, y + 2.0), (x + 2.0, y + 6.0), (x + 6.0, y + 2.0)) for y in range(10, 390, 10) for x in range(10, 390, 10)
    ))  # fmt: skip
    island = (((500.0, 0.0), (510.0, 0.0), (500.0, 10.0)), ((501.0, 1.0), (501.0, 3.0), (503.0, 1.0)))
    found = [annotation(1, Region((frame, island)))]
    looked, outlines = list[object](), hits._outlines_near
    monkeypatch.setattr(hits, "_outlines_near", lambda *given: [looked.append(one) or one for one in outlines(*given)])
    assert hit(found, 22.5, 32.0, 1.0, {1}) == Near(1, vertex=(0, 1 + 2 * 38 + 1, 0))
    assert hit(found, 501.0, 2.0, 0.5, {1}) == Near(1, edge=(1, 1, 0))
    assert len(looked) <= 12
