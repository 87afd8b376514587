"""Slices lie in the order of space, whatever their numbers say, and what is odd about a series is said."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.dicom.header import images_of, read_header
from annotator.domain.image import Image, ImageKey, Plane, Vector
from annotator.domain.series import remarks_of, spatial_order
from annotator.i18n import message

AXIAL: tuple[Vector, Vector] = ((1, 0, 0), (0, 1, 0))
CORONAL: tuple[Vector, Vector] = ((1, 0, 0), (0, 0, -1))


def slice_at(position: Vector, number: int | None, directions: tuple[Vector, Vector] = AXIAL, uid: str = "") -> Image:
    plane = Plane(position, *directions, (0.5, 0.5))
    key = ImageKey(uid or f"1.{abs(hash(position)) % 10**9}.{number}")
    return Image(
        key=key, path="", frames=1, rows=4, columns=4, modality="CT", sop_class_uid="", series_uid="1", study_uid="1",
        plane=plane, spacing=plane.spacing, instance_number=number,
    )  # fmt: skip


def stack(heights: list[float]) -> list[Image]:
    return [slice_at((0, 0, height), number, uid=f"1.{number}") for number, height in enumerate(heights, start=1)]


def heights(images: tuple[Image, ...]) -> list[float]:
    return [image.plane.position[2] for image in images if image.plane]


def said(images: list[Image]) -> list[str]:
    return [str(remark) for remark in remarks_of(images)]


def test_slices_are_ordered_by_place_not_by_number() -> None:
    images = stack([30, 10, 20, -5])
    random.Random(1).shuffle(images)
    assert heights(spatial_order(images)) == [-5, 10, 20, 30]


def test_oblique_slices_are_ordered_along_their_normal() -> None:
    directions: tuple[Vector, Vector] = ((0.6, 0.8, 0), (0, 0, -1))
    normal = Plane((0, 0, 0), *directions, (1, 1)).normal
    images = [slice_at((9.0 + n * normal[0], n * normal[1], n * normal[2]), -n, directions, f"1.{n}") for n in (3, 1, 2)]
    assert [image.key.uid for image in spatial_order(images)] == ["1.1", "1.2", "1.3"]


def test_other_directions_come_after_the_usual_one() -> None:
    scout = slice_at((0, -100, 0), 0, CORONAL)
    images = [scout, *stack([2, 1, 3])]
    ordered = spatial_order(images)
    assert ordered[-1] is scout and heights(ordered[:3]) == [1, 2, 3]
    assert said(images) == ["Images in another direction, as localizers are: 1; they come last"]


def test_the_same_place_is_ordered_by_number_then_frame() -> None:
    first, second = slice_at((0, 0, 1), 7, uid="1.7"), slice_at((0, 0, 1.0001), 5, uid="1.5")
    frames = [replace(second, key=ImageKey("1.5", frame)) for frame in (2, 1)]
    assert [str(image.key) for image in spatial_order([first, *frames])] == ["1.5#1", "1.5#2", "1.7#1"]


def test_images_without_a_place_are_ordered_by_number_and_come_last() -> None:
    lost = [replace(image, plane=None, spacing=None) for image in stack([0, 0, 0])]
    unnumbered = replace(lost[0], instance_number=None, key=ImageKey("0.1"))
    placed = slice_at((0, 0, 9), 99)
    assert [i.key.uid for i in spatial_order([unnumbered, *reversed(lost), placed])] == [placed.key.uid, "1.1", "1.2", "1.3", "0.1"]


def test_no_images_have_no_order_and_no_remarks() -> None:
    assert spatial_order([]) == () and remarks_of([]) == ()


def test_a_regular_series_is_not_remarked_on() -> None:
    assert said(stack([5.0 * n for n in range(20)])) == []


def test_rounded_positions_are_regular() -> None:
    assert said(stack([round(n * 0.625, 1) + 40 for n in range(0, 60, 8)])) == []


@pytest.mark.parametrize(
    ("changed", "remark"),
    [
        (stack([0, 5, 10, 25, 30]), "Gaps between slices: 1; about 2 missing at 5 mm each"),
        (stack([0, 5, 11, 16]), "The distance between slices varies from 5 to 6 mm"),
        (stack([0, 5, 5, 10]), "Images at a place where another one lies already: 1"),
        (
            [slice_at((0, 0, n), n) for n in range(3)] + [slice_at((0, n, 0), n, CORONAL) for n in range(9, 12)],
            "The images lie in 2 different directions",
        ),
        (
            [slice_at((0, n * 1.2, n * 4.8), n) for n in range(4)],
            "The slices are shifted against one another by 14.0°, as with a tilted gantry",
        ),
        ([*stack([0, 5]), replace(slice_at((0, 0, 10), 3), rows=8)], "The images differ in size: 4 × 4, 4 × 8"),
        ([replace(image, spacing=None) for image in stack([0, 5])], "Images without pixel spacing, measured in pixels: 2 of 2"),
        ([*stack([0, 5]), replace(slice_at((0, 0, 10), 3), plane=None)], "Images that do not say where they lie in the patient: 1 of 3"),
        ([*stack([0, 5]), replace(slice_at((0, 0, 10), 3), problem=message("x"))], "Images that cannot be shown: 1 of 3"),
    ],
)
def test_what_is_odd_is_said(changed: list[Image], remark: str) -> None:
    assert said(changed) == [remark]


def _of(folder: Path) -> list[Image]:
    return [image for path in sorted(folder.rglob("*.dcm")) for image in images_of(read_header(path), path)]


def test_a_real_series_whose_files_run_downwards_is_turned(data_folder: Path) -> None:
    images = _of(data_folder / "series" / "lungdx_a0001_ct_lung")
    found = heights(spatial_order(images))
    assert len(found) == 64 and found == sorted(found) and remarks_of(images) == ()


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("series_gantry_tilt", "tilted gantry"),
        ("series_multiphase_dup_positions", "at a place where another one lies already"),
        ("series_two_orientations", "2 different directions"),
        ("derived/series_with_localizer", "as localizers are: 2"),
    ],
)
def test_what_is_odd_about_real_series_is_said(data_folder: Path, folder: str, words: str) -> None:
    images = _of(data_folder / "awkward" / folder)
    assert any(words in remark for remark in said(images)), said(images)
