"""A picture says why it looks as it does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annotator.dicom.pixels import picture
from annotator.domain.honesty import Doubt, Honesty, Mapping, Origin
from annotator.domain.picture import Picture
from tests.dicom.written import dataset, images, sample, saved

CT = np.arange(-6, 6, dtype=np.int16).reshape(3, 4)


def shown(path: Path) -> Picture:
    return picture(images(path)[0])


@pytest.mark.parametrize(
    ("photometric", "shape", "reasons", "doubtful"),
    [
        ("MONOCHROME2", None, (), False),
        ("MONOCHROME2", "IDENTITY", (), False),
        ("MONOCHROME1", None, ("MONOCHROME1",), False),
        ("MONOCHROME1", "INVERSE", ("MONOCHROME1", "INVERSE"), False),
        ("MONOCHROME1", "IDENTITY", ("MONOCHROME1",), True),
        ("MONOCHROME2", "INVERSE", ("INVERSE",), True),
    ],
)
def test_black_and_white_are_exchanged_once(
    tmp_path: Path, photometric: str, shape: str | None, reasons: tuple[str, ...], doubtful: bool
) -> None:
    said = {"PresentationLUTShape": shape} if shape else {}
    found = shown(saved(dataset(CT, PhotometricInterpretation=photometric, **said), tmp_path / "a"))
    assert found.honesty.inverted_by == reasons and found.inverted == bool(reasons)
    assert [caution.kind for caution in found.honesty.cautions] == ([Doubt.INVERSION] if doubtful else [])


def test_a_plain_image_says_little(tmp_path: Path) -> None:
    found = shown(saved(dataset(CT), tmp_path / "a"))
    assert found.honesty == Honesty(photometric="MONOCHROME2")
    assert found.start_window().origin is Origin.RANGE


def test_rescale_and_place_are_told(tmp_path: Path) -> None:
    made = dataset(CT, RescaleSlope=1, RescaleIntercept=-1024, FrameOfReferenceUID="1.2", ImageType=["DERIVED", "PRIMARY"])
    made.WindowCenter, made.WindowWidth = 40, 400
    found = shown(saved(made, tmp_path / "a"))
    assert found.honesty == Honesty("MONOCHROME2", Mapping.RESCALE, frame_of_reference=True, derived=True)
    assert found.start_window().origin is Origin.HEADER


def test_loss_is_told_with_its_ratio_and_method(tmp_path: Path) -> None:
    made = dataset(CT, LossyImageCompression="01", LossyImageCompressionRatio=["8", "12.5"])
    made.LossyImageCompressionMethod = ["ISO_10918_1", "ISO_15444_1"]
    once = shown(saved(made, tmp_path / "a")).honesty
    assert (once.lossy, once.lossy_ratio, once.lossy_method) == (True, 12.5, "JPEG 2000")
    now = shown(sample("SC_rgb_small_odd_jpeg.dcm")).honesty
    assert (now.lossy, now.lossy_method, now.converted) == (True, "JPEG", True)


def test_burned_in_text_is_a_caution(tmp_path: Path) -> None:
    found = shown(saved(dataset(CT, BurnedInAnnotation="YES"), tmp_path / "a"))
    assert [caution.kind for caution in found.honesty.cautions] == [Doubt.BURNED_IN]
