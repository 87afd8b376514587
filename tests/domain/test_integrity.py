"""What is odd about a series is said in one line a rule, with the images it concerns; a regular series is not remarked on."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.dicom.header import images_of, read_header
from annotator.dicom.phantom.brain_mr import brain_mr
from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.phantom.chest_xray import chest_xray
from annotator.dicom.phantom.mammography import mammography
from annotator.dicom.phantom.pet_ct import pet_ct
from annotator.domain import integrity
from annotator.domain.image import Image, ImageKey
from annotator.domain.integrity import Weight, oddities_of, spoken_places
from annotator.domain.series import spatial_order
from annotator.i18n import message
from tests.domain.test_series import CORONAL, of_folder, slice_at, stack


def said(images: list[Image]) -> list[str]:
    return [str(oddity.text) for oddity in oddities_of(spatial_order(images))]


VIOLATIONS: dict[str, tuple[list[Image], str]] = {
    "gaps": (stack([0, 5, 10, 25, 30, 40]), "Slices are missing, about 3 at 5 mm each, after image 3, 5"),
    "uneven": (stack([0, 5, 11, 16]), "The distance between slices varies from 5 to 6 mm, after image 2"),
    "same-place": (stack([0, 5, 5, 10]), "Images at a place where another one lies already, 1: 3"),
    "localizer": ([slice_at((0, -9, 0), 0, CORONAL), *stack([2, 1, 3])], "Images in another direction, as localizers are: 4"),
    "directions": (
        [slice_at((0, 0, n), n) for n in range(3)] + [slice_at((0, n, 0), n, CORONAL) for n in range(9, 12)],
        "The images lie in 2 different directions; these not in the usual one: 4–6",
    ),
    "tilt": (
        [slice_at((0, n * 1.2, n * 4.8), n) for n in range(4)],
        "The slices are shifted against one another by 14.0°, as with a tilted gantry",
    ),
    "sizes": (
        [*stack([0, 5]), replace(slice_at((0, 0, 10), 3), rows=8)],
        "The images differ in size (4 × 4, 4 × 8); not of the usual one: 3",
    ),
    "no-spacing": (
        [replace(image, spacing=None) for image in stack([0, 5])],
        "Images without pixel spacing, measured in pixels, 2 of 2: 1–2",
    ),
    "spacings": (
        [*stack([0, 5]), replace(slice_at((0, 0, 10), 3), spacing=(0.6, 0.6))],
        "The pixel spacing differs; not the usual one: 3",
    ),
    "no-place": (
        [*stack([0, 5]), replace(slice_at((0, 0, 10), 3), plane=None)],
        "Images that do not say where they lie in the patient, 1 of 3: 3",
    ),
    "contradiction": (
        [*stack([0, 5]), replace(slice_at((0, 0, 10), 3), plane=None, contradiction=message("rows and columns are not at right angles"))],
        "Contradictory geometry, rows and columns are not at right angles: image 3",
    ),
    "reference": (
        [replace(image, frame_of_reference_uid=f"1.{max(n, 1)}") for n, image in enumerate(stack([0, 5, 10]))],
        "Images of another frame of reference, whose positions cannot be compared: 3",
    ),
    "broken": ([*stack([0, 5]), replace(slice_at((0, 0, 10), 3), problem=message("x"))], "Images that cannot be shown, 1 of 3: 3"),
}


@pytest.mark.parametrize("rule", VIOLATIONS)
def test_a_series_that_breaks_one_rule_is_told_of_by_this_rule_alone(rule: str) -> None:
    images, sentence = VIOLATIONS[rule]
    found = oddities_of(spatial_order(images))
    assert [(oddity.rule, str(oddity.text)) for oddity in found] == [(rule, sentence)]


def test_every_rule_has_a_series_that_breaks_it() -> None:
    source = Path(integrity.__file__).read_text("utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    rules = {call.args[0].value for call in calls if call.func.id in ("_of", "Oddity") and isinstance(call.args[0], ast.Constant)}  # type: ignore[attr-defined]  # a name, as chosen above
    assert rules == {*VIOLATIONS, "twins"}


def test_an_image_that_could_not_be_decoded_is_told_of() -> None:
    images = stack([0, 5, 10])
    (found,) = oddities_of(images, {images[1].key: message("x")})
    assert (found.rule, found.images, str(found.text)) == ("broken", (images[1].key,), "Images that cannot be shown, 1 of 3: 2")


def test_other_pixels_under_the_same_uid_are_told_of() -> None:
    images = stack([0, 5, 10])
    (found,) = oddities_of(images, twins={images[2].key: message("x"), ImageKey("elsewhere"): message("y")})
    assert (found.rule, str(found.text)) == ("twins", "Another file bears the same UID and is another image (x): image 3")


def test_what_may_be_wrong_comes_before_what_is_to_be_known() -> None:
    images = [slice_at((0, -9, 0), 0, CORONAL), *stack([0, 5, 10, 25])]
    assert [oddity.weight for oddity in oddities_of(spatial_order(images))] == [Weight.WRONG, Weight.ODD]


def test_places_are_written_as_ranges_and_not_without_end() -> None:
    assert spoken_places([3, 1, 2, 7, 9, 10, 3]) == "1–3, 7, 9–10"
    assert spoken_places(range(1, 40, 2)) == "1, 3, 5, 7, 9 …"
    assert spoken_places([]) == ""


def test_no_images_are_not_remarked_on() -> None:
    assert oddities_of([]) == ()


def test_a_regular_series_is_not_remarked_on() -> None:
    assert said(stack([5.0 * n for n in range(20)])) == []


def test_rounded_positions_are_regular() -> None:
    assert said(stack([round(n * 0.625, 1) + 40 for n in range(0, 60, 8)])) == []


PHANTOMS: dict[str, Callable[[Path], object]] = {
    "ct": lambda folder: chest_ct(folder, slices=6, size=32),
    "mr": lambda folder: brain_mr(folder, slices=6, size=32),
    "pet": lambda folder: pet_ct(folder, slices=4, size=32),
    "mg": lambda folder: mammography(folder, size=256),
    "dx": lambda folder: chest_xray(folder, size=256),
}


@pytest.mark.parametrize("name", PHANTOMS)
def test_a_phantom_is_not_remarked_on(tmp_path: Path, name: str) -> None:
    PHANTOMS[name](tmp_path)
    images = of_folder(tmp_path)
    for uid in {image.series_uid for image in images}:
        assert said([image for image in images if image.series_uid == uid]) == []
    assert images


@pytest.mark.parametrize(
    "folder",
    ["lungdx_a0001_ct_lung", "sts001_pet_raw", "sts001_petctmr/CT", "sts001_petctmr/MR_T1", "sts001_petctmr/PET", "studyforrest_t1"],
)
def test_a_regular_real_series_is_not_remarked_on(data_folder: Path, folder: str) -> None:
    images = of_folder(data_folder / "series" / folder)
    assert images and said(images) == []


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("series_gantry_tilt", "tilted gantry"),
        ("series_multiphase_dup_positions", "at a place where another one lies already, 8: 2–3, 5–6, 8–9, 11–12"),
        ("series_two_orientations", "2 different directions; these not in the usual one: 3–4"),
        ("derived/series_with_localizer", "as localizers are: 6–7"),
    ],
)
def test_what_is_odd_about_real_series_is_said(data_folder: Path, folder: str, words: str) -> None:
    images = of_folder(data_folder / "awkward" / folder)
    assert any(words in remark for remark in said(images)), said(images)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("single/cr_chest_mono1_rg1_j2k.dcm", "a pixel spacing of 0 × 0 mm"),
        ("awkward/anonymise_sample.dcm", "a position without directions"),
    ],
)
def test_contradictory_real_headers_are_said(data_folder: Path, name: str, words: str) -> None:
    path = data_folder / name
    assert any(words in remark for remark in said(list(images_of(read_header(path), path))))
