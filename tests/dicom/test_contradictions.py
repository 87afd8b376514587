"""What a header says of place and pixel size that cannot be is told; a plain header says nothing that is not so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from tests.dicom.written import dataset, images, saved

PLACE = {"ImagePositionPatient": [0, 0, 5], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PixelSpacing": [0.5, 0.5]}


def told(folder: Path, pixels: np.ndarray[tuple[int, ...], np.dtype[np.int16]] | None = None, **attributes: object) -> str | None:
    made = dataset(np.zeros((4, 4), np.int16) if pixels is None else pixels, **attributes)
    found = images(saved(made, folder / "a.dcm"))[0].contradiction
    return None if found is None else str(found)


OBLIQUE = {**PLACE, "ImageOrientationPatient": [0.6, 0.8, 0, 0, 0, -1]}


@pytest.mark.parametrize("attributes", [PLACE, {}, OBLIQUE], ids=["placed", "bare", "oblique"])
def test_a_plain_header_contradicts_nothing(tmp_path: Path, attributes: dict[str, object]) -> None:
    assert told(tmp_path, **attributes) is None


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({**PLACE, "PixelSpacing": [0, 0.5]}, "a pixel spacing of 0 × 0.5 mm"),
        ({**PLACE, "ImageOrientationPatient": [1, 0, 0, 0.7, 0.7, 0]}, "rows and columns are not at right angles"),
        ({**PLACE, "ImageOrientationPatient": [0, 0, 0, 0, 0, 0]}, "rows and columns are not at right angles"),
        ({"ImagePositionPatient": [0, 0, 5]}, "a position without directions"),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}, "directions without a position"),
        ({**PLACE, "ImagePositionPatient": [0, 0]}, "position and directions are incomplete"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, attributes: dict[str, object], sentence: str) -> None:
    assert told(tmp_path, **attributes) == sentence


def test_a_projection_may_leave_its_place_out(tmp_path: Path) -> None:
    assert told(tmp_path, Modality="CR", ImagePositionPatient=[0, 0, 5]) is None


def test_an_enhanced_image_must_describe_each_of_its_frames(tmp_path: Path) -> None:
    frames = np.zeros((3, 4, 4), np.int16)
    for count, sentence in ((3, None), (2, "the header describes 2 frames and holds 3")):
        described = Items([Dataset() for _ in range(count)])
        assert told(tmp_path, frames, NumberOfFrames=3, PerFrameFunctionalGroupsSequence=described) == sentence
