"""Interpolation between drawn slices: against solids whose sections are known, and the laws that hold for any shapes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import ndimage

from annotator.domain.interpolation import interpolated
from annotator.domain.raster import Mask, fill
from tests.domain.tumour import FIGURES, tumour

EVEN, UNEVEN = (1.0, 1.0), (0.5, 0.8)
SOLIDS = {
    "sphere": lambda x, y, z: x * x + y * y + z * z < 24**2,
    "ellipsoid": lambda x, y, z: (x / 28) ** 2 + (y / 14) ** 2 + (z / 24) ** 2 < 1,
    "cone": lambda x, y, z: np.hypot(x, y) < (24 - z) / 2,
    "tilted cylinder": lambda x, y, z: np.hypot(x - z, y) < 8,
    "lying torus": lambda x, y, z: (np.hypot(x, y) - 18) ** 2 + z * z < 8**2,
    "standing torus": lambda x, y, z: (np.hypot(x, z) - 16) ** 2 + y * y < 7**2,
    "rod and ball": lambda x, y, z: (np.hypot(x - 12, y) < 6) | ((x + 14) ** 2 + y * y + z * z < 10**2),
}
HEIGHTS = np.arange(-24.0, 25.0)
bits = st.integers(0, 2**80 - 1).map(lambda n: np.array([(n >> i) & 1 for i in range(80)], dtype=bool).reshape(8, 10))
blobs = bits.map(lambda array: ndimage.binary_closing(np.pad(array, 4)))
whole = blobs.map(lambda array: largest(array))
spacings = st.sampled_from([EVEN, UNEVEN])


def section(name: str, z: float, spacing: tuple[float, float]) -> Mask:
    """The pixels of a solid at a height, of an image of 80 mm × 80 mm around its axis."""
    row, column = np.mgrid[: round(80 / spacing[0]), : round(80 / spacing[1])]
    return Mask.of(SOLIDS[name]((column + 0.5) * spacing[1] - 40, (row + 0.5) * spacing[0] - 40, z))


def dice(found: list[Mask], wanted: list[Mask]) -> float:
    """The overlap of all slices together."""
    shared = sum((a & b).count for a, b in zip(found, wanted, strict=True))
    return 2 * shared / sum(one.count for one in (*found, *wanted))


def disc(x: float, y: float, radius: float, rows: int = 60, columns: int = 60) -> Mask:
    """The pixels of a disc."""
    row, column = np.mgrid[:rows, :columns]
    return Mask.of(np.hypot(column + 0.5 - x, row + 0.5 - y) < radius)


def largest(array: np.ndarray) -> np.ndarray:
    """The part with the most pixels."""
    labels, count = ndimage.label(array, np.ones((3, 3)))
    return labels == 1 + int(np.argmax(np.bincount(labels.ravel(), minlength=count + 1)[1:])) if count else array


def parts(mask: Mask) -> int:
    """How many parts hang together by edges or corners."""
    return int(ndimage.label(mask.array(), np.ones((3, 3)))[1])


@pytest.mark.parametrize("spacing", [EVEN, UNEVEN])
@pytest.mark.parametrize(
    ("name", "apart", "overlap", "volume"),
    [
        ("sphere", 3, 0.985, 0.01),
        ("sphere", 5, 0.98, 0.015),
        ("ellipsoid", 3, 0.985, 0.01),
        ("ellipsoid", 5, 0.98, 0.015),
        ("cone", 3, 0.98, 0.005),
        ("cone", 5, 0.985, 0.01),
        ("tilted cylinder", 3, 0.98, 0.005),
        ("tilted cylinder", 5, 0.985, 0.005),
        ("lying torus", 3, 0.945, 0.045),
        ("lying torus", 5, 0.92, 0.065),
        ("standing torus", 3, 0.975, 0.01),
        ("standing torus", 5, 0.97, 0.01),
        ("rod and ball", 3, 0.98, 0.02),
        ("rod and ball", 5, 0.975, 0.01),
    ],
)
def test_sections_of_a_solid_are_found_from_every_nth(name, apart, overlap, volume, spacing):
    """The interpolated slices alone overlap the true ones with at least this Dice coefficient, and their volume errs by this share.

    The drawn ends are included: the slices between the last section and the empty one behind it.  The lying torus is worst, because it is
    only 16 mm thick and ends flat.
    """
    drawn = {z: section(name, z, spacing) for z in HEIGHTS[::apart]}
    between = [z for z in HEIGHTS if z not in drawn and z < max(drawn)]
    found, wanted = interpolated(drawn, between, spacing), [section(name, z, spacing) for z in between]
    masks = [found[z] for z in between]
    assert dice(masks, wanted) > overlap
    assert abs(sum(mask.count for mask in masks) / sum(mask.count for mask in wanted) - 1) < volume


def test_a_steep_lesion_is_followed_where_its_sections_do_not_overlap():
    found = interpolated({0.0: disc(12, 30, 5), 10.0: disc(44, 22, 5)}, [2.5, 5.0], EVEN)
    assert found[5.0] == disc(28, 26, 5)
    assert found[2.5] == disc(20, 28, 5)


def test_each_of_two_parts_goes_to_its_own_counterpart():
    first = disc(12, 12, 6) | disc(42, 40, 5)
    last = disc(20, 12, 6) | disc(50, 44, 5)
    assert interpolated({0.0: first, 4.0: last}, [2.0], EVEN)[2.0] == disc(16, 12, 6) | disc(46, 42, 5)


def test_a_part_without_a_counterpart_shrinks_away_and_moves_no_other():
    stays, goes = disc(15, 15, 8), disc(45, 45, 6)
    found = interpolated({0.0: stays | goes, 4.0: stays}, [1.0, 2.0, 3.0], EVEN)
    left = [found[z] - stays for z in (1.0, 2.0, 3.0)]
    assert all((found[z] & stays) == stays for z in found)
    assert goes.count > left[0].count > left[1].count > left[2].count > 0
    assert all((mask - goes).empty for mask in left)
    assert left[1].count == pytest.approx(goes.count / 4, abs=6)


def test_a_part_that_moves_beside_one_that_stays_is_followed():
    stays = disc(12, 12, 6)
    found = interpolated({0.0: stays | disc(30, 40, 5), 2.0: stays | disc(44, 40, 5)}, [1.0], EVEN)[1.0]
    assert found == stays | disc(37, 40, 5)


def test_a_part_far_from_all_others_is_not_taken_for_their_counterpart():
    first, last = disc(10, 10, 4) | disc(30, 30, 4), disc(30, 30, 4) | disc(52, 52, 4)
    middle = interpolated({0.0: first, 2.0: last}, [1.0], EVEN)[1.0]
    assert parts(middle) == 3


def test_what_parts_in_two_is_one_near_the_one_and_two_near_the_two():
    found = interpolated({0.0: disc(30, 30, 12), 6.0: disc(20, 30, 7) | disc(40, 30, 7)}, [0.5, 5.5], EVEN)
    assert (parts(found[0.5]), parts(found[5.5])) == (1, 2)


def test_a_hole_in_both_goes_through_and_a_hole_in_one_closes():
    ring = disc(30, 30, 15) - disc(30, 30, 6)
    assert interpolated({0.0: ring, 1.0: ring}, [0.5], EVEN)[0.5] == ring
    found = interpolated({0.0: ring, 4.0: disc(30, 30, 15)}, [0.5, 1.0, 2.0], EVEN)
    holes = [(disc(30, 30, 15) - found[z]).count for z in (0.5, 1.0, 2.0)]
    assert disc(30, 30, 6).count > holes[0] > holes[1] > holes[2] == 0


def test_a_ring_that_grows_on_one_side_does_not_break():
    ring = disc(30, 30, 12) - disc(30, 30, 9)
    found = interpolated({0.0: ring, 2.0: ring | disc(44, 30, 8)}, [1.0], EVEN)[1.0]
    assert (ring - found).empty


def test_more_than_two_drawn_slices_make_it_bulge_as_a_sphere_does():
    """Two slices alone give a straight flank, which is too thin by the height of the arc over its chord."""
    heights = (-15.0, -5.0, 5.0, 15.0)
    drawn = {z: section("sphere", z, EVEN) for z in heights}
    straight = interpolated({z: drawn[z] for z in heights[2:]}, [10.0], EVEN)
    curved = interpolated(drawn, [10.0], EVEN)
    wanted = section("sphere", 10.0, EVEN)
    assert abs(curved[10.0].count - wanted.count) < 0.5 * abs(straight[10.0].count - wanted.count)


def test_nothing_is_extrapolated():
    assert dict(interpolated({0.0: disc(30, 30, 9), 5.0: disc(30, 30, 9)}, [-1.0, 5.1], EVEN)) == {}
    assert dict(interpolated({}, [0.0], EVEN)) == {}
    assert dict(interpolated({2.0: disc(30, 30, 9)}, [1.0, 3.0], EVEN)) == {}


def test_between_two_empty_slices_is_nothing():
    empty = Mask.none(20, 20)
    assert interpolated({0.0: empty, 2.0: empty}, [1.0], EVEN)[1.0] == empty


def test_a_lesion_at_the_edge_of_the_image_stays_there():
    corner = fill([[(0, 0), (9, 0), (9, 7), (0, 7)]], 20, 20)
    assert interpolated({0.0: corner, 2.0: corner}, [0.7], UNEVEN)[0.7] == corner


def test_masks_of_different_images_are_refused():
    with pytest.raises(ValueError, match="different size"):
        interpolated({0.0: Mask.none(4, 4), 1.0: Mask.none(4, 5)}, [0.5], EVEN)


@given(st.lists(blobs, min_size=2, max_size=4), spacings)
def test_a_drawn_slice_keeps_its_own_mask(arrays, spacing):
    drawn = {2.0 * n: Mask.of(array) for n, array in enumerate(arrays)}
    found = interpolated(drawn, [*drawn, 1.0], spacing)
    assert all(found[z] == drawn[z] for z in drawn)
    assert set(found) == {*drawn, 1.0}


@given(blobs, spacings, st.floats(0.05, 0.95))
def test_between_two_equal_slices_nothing_changes(array, spacing, place):
    mask = Mask.of(array)
    assert interpolated({0.0: mask, 1.0: mask}, [place], spacing)[place] == mask


@given(blobs, blobs, spacings, st.floats(0.05, 0.95))
def test_between_a_shape_and_one_that_holds_it_lies_what_lies_between(a, b, spacing, place):
    labels, _ = ndimage.label(a | b, np.ones((3, 3)))
    assume(a.any() and set(np.unique(labels)) == set(np.unique(labels[a])) | {0})
    inner, outer = Mask.of(a), Mask.of(a | b)
    found = interpolated({0.0: inner, 1.0: outer}, [place], spacing)[place]
    assert (inner - found).empty
    assert (found - outer).empty


@given(st.lists(whole, min_size=2, max_size=4), spacings, st.sampled_from([0.25, 0.5, 1.25]))
def test_the_direction_of_counting_does_not_matter(arrays, spacing, place):
    drawn = {float(n): Mask.of(array) for n, array in enumerate(arrays)}
    there = interpolated(drawn, [place], spacing)
    back = interpolated({-z: mask for z, mask in drawn.items()}, [-place], spacing)
    assert {-z: mask.count for z, mask in back.items()} == pytest.approx({z: mask.count for z, mask in there.items()}, abs=2)


@given(whole, whole, spacings)
def test_a_picture_turned_over_gives_the_result_turned_over(a, b, spacing):
    found = interpolated({0.0: Mask.of(a), 1.0: Mask.of(b)}, [0.5], spacing)[0.5].array()
    turned = interpolated({0.0: Mask.of(a.T), 1.0: Mask.of(b.T)}, [0.5], spacing[::-1])[0.5].array().T
    assert np.count_nonzero(found != turned) <= 2


@given(whole, whole, st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_where_in_the_image_it_lies_does_not_matter(a, b, place):
    down, right = place
    around = ((down, 9 - down), (right, 9 - right))
    found = interpolated({0.0: Mask.of(a), 1.0: Mask.of(b)}, [0.5], EVEN)[0.5]
    moved = interpolated({0.0: Mask.of(np.pad(a, around)), 1.0: Mask.of(np.pad(b, around))}, [0.5], EVEN)[0.5]
    assert np.count_nonzero(np.pad(found.array(), around) != moved.array()) <= 2


@pytest.mark.parametrize(
    ("name", "apart", "overlap"), [("ct", 3, 0.983), ("ct", 5, 0.973), ("mr_t1", 3, 0.983), ("pet", 3, 0.97), ("pet", 5, 0.966)]
)
def test_a_real_tumour_is_found_from_every_nth_slice(data_folder: Path, name: str, apart: int, overlap: float) -> None:
    """The interpolated slices alone against the tumour that radiologists outlined, whichever slice is the first one drawn."""
    slices = tumour(data_folder, name)
    for first in range(apart):
        drawn = slices[first::apart]
        between = [one for one in slices if one not in drawn and drawn[0].place < one.place < drawn[-1].place]
        found = interpolated({one.place: one.mask for one in drawn}, [one.place for one in between], slices[0].spacing)
        agreed = dice([found[one.place] for one in between], [one.mask for one in between])
        FIGURES.info("%s, one slice in %s drawn, from the slice %s: Dice %.4f", name, apart, first, agreed)
        assert agreed > overlap
