"""An outline comes back to the last bit from what is said of it beside another, and of a small change of a large one little is said."""

from __future__ import annotations

import math

import hypothesis.strategies as st
import pytest
from hypothesis import given

from annotator.domain.region import Region
from annotator.formats import outline_difference, record
from annotator.formats.outline_difference import difference, with_difference

number = st.sampled_from([0.0, -0.0, 1.0, 2.5, 7.0, 7.000000000000001]) | st.floats(-9, 9)
point = st.tuples(number, number)
ring = st.lists(point, min_size=3, max_size=9).map(tuple)
region = st.lists(st.lists(ring, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple).map(Region)


@st.composite
def alike(draw):
    """A region, and one that was made of it: outlines that begin elsewhere, run the other way, lost and gained vertices."""
    known, parts = draw(region), []
    for part in draw(st.permutations(known.parts)):
        rings = []
        for points in part:
            begin = draw(st.integers(0, len(points) - 1))
            turned = [*points[begin:], *points[:begin]][:: draw(st.sampled_from([1, -1]))]
            cut = draw(st.integers(0, len(turned)))
            turned[cut : cut + draw(st.integers(0, 3))] = draw(st.lists(point, max_size=4))
            rings += [tuple(turned)] if len(turned) > 2 else []
        parts += [tuple(rings)] if rings else []
    return known, Region(tuple(parts))


@pytest.fixture(autouse=True)
def said_of_all(monkeypatch):
    monkeypatch.setattr(outline_difference, "_SHARE", 9.0)


@given(alike() | st.tuples(region, region))
def test_an_outline_comes_back_to_the_last_bit(found):
    known, other = found
    told = difference(other, known)
    if told is not None:
        again = with_difference(record.loads(record.dumps(told)), known)
        assert [[[(x.hex(), y.hex()) for x, y in ring] for ring in part] for part in again.parts] == [
            [[(x.hex(), y.hex()) for x, y in ring] for ring in part] for part in other.parts
        ]
    else:  # a zero with another sign is equal, and not the same
        assert other.empty or 0.0 in {value for ring in other.rings for place in ring for value in place}


def test_of_a_small_change_of_a_large_outline_little_is_said_and_the_rest_is_shared(monkeypatch):
    monkeypatch.undo()
    points = [(100 + 50 * math.cos(n / 400), 100 + 50 * math.sin(n / 400)) for n in range(2500)]
    known, other = Region(((tuple(points),),)), Region(((tuple(points[700:] + points[:650] + [(3.0, 4.0), (5.0, 6.0)]),),))
    told = difference(other, known)
    assert told is not None and len(record.dumps(told)) < 200
    made, there = with_difference(told, known), {id(point) for point in points}
    assert made == other and sum(id(point) not in there for point in made.parts[0][0]) == 2
    assert difference(Region(((tuple((x + 1, y) for x, y in points),),)), known) is None


@pytest.mark.parametrize(
    "spoilt",
    [
        {"runs": [0, 2, 3]}, {"runs": [0, 0, 2]}, {"runs": [0, 0]}, {"runs": [0, -1, 3]}, {"runs": [1, 0, 3]}, {"runs": [True, 0, 3]},
        {"runs": None},
        {"region": [[2]]}, {"region": [[]]}, {"region": [3]}, {"region": [[4]]}, {"xy": "!"}, {"xy": "AAAA"}, {"xy": None},
        {"xy": "AAAAAAAA8H8AAAAAAADwfw==", "runs": [1, 0, 2]},
    ],
)  # fmt: skip
def test_what_says_no_outline_is_damaged(spoilt):
    known = Region(((((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)),),))
    whole = {"region": [[3]], "runs": [0, 0, 3], "xy": ""}
    assert with_difference(whole, known) == Region(((known.parts[0][0][:3],),))
    with pytest.raises(record.Damaged):
        with_difference({**whole, **spoilt}, known)
