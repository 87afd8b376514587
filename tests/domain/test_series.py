"""Slices lie in the order of space, whatever their numbers say."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from annotator.dicom.header import images_of, read_header
from annotator.domain.image import Image, ImageKey, Plane, Vector
from annotator.domain.series import spatial_order

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


def test_the_same_place_is_ordered_by_number_then_frame() -> None:
    first, second = slice_at((0, 0, 1), 7, uid="1.7"), slice_at((0, 0, 1.0001), 5, uid="1.5")
    frames = [replace(second, key=ImageKey("1.5", frame)) for frame in (2, 1)]
    assert [str(image.key) for image in spatial_order([first, *frames])] == ["1.5#1", "1.5#2", "1.7#1"]


def test_images_without_a_place_are_ordered_by_number_and_come_last() -> None:
    lost = [replace(image, plane=None, spacing=None) for image in stack([0, 0, 0])]
    unnumbered = replace(lost[0], instance_number=None, key=ImageKey("0.1"))
    placed = slice_at((0, 0, 9), 99)
    assert [i.key.uid for i in spatial_order([unnumbered, *reversed(lost), placed])] == [placed.key.uid, "1.1", "1.2", "1.3", "0.1"]


def test_no_images_have_no_order() -> None:
    assert spatial_order([]) == ()


def of_folder(folder: Path) -> list[Image]:
    return [image for path in sorted(folder.rglob("*.dcm")) for image in images_of(read_header(path), path)]


def test_a_real_series_whose_files_run_downwards_is_turned(data_folder: Path) -> None:
    images = of_folder(data_folder / "series" / "lungdx_a0001_ct_lung")
    found = heights(spatial_order(images))
    assert len(found) == 64 and found == sorted(found)
