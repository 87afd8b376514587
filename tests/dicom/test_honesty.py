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
    found = shown(saved(dataset(CT, PixelSpacing=[1, 1], PhotometricInterpretation=photometric, **said), tmp_path / "a"))
    assert found.honesty.inverted_by == reasons and found.inverted == bool(reasons)
    assert [caution.kind for caution in found.honesty.cautions] == ([Doubt.INVERSION] if doubtful else [])


def test_a_plain_image_says_little(tmp_path: Path) -> None:
    found = shown(saved(dataset(CT, PixelSpacing=[1, 1]), tmp_path / "a"))
    assert found.honesty == Honesty(photometric="MONOCHROME2")
    assert found.start_window().origin is Origin.RANGE


def test_rescale_and_place_are_told(tmp_path: Path) -> None:
    made = dataset(CT, PixelSpacing=[1, 1], RescaleSlope=1, RescaleIntercept=-1024, FrameOfReferenceUID="1.2")
    made.ImageType, made.WindowCenter, made.WindowWidth = ["DERIVED", "PRIMARY"], 40, 400
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
    found = shown(saved(dataset(CT, PixelSpacing=[1, 1], BurnedInAnnotation="YES"), tmp_path / "a"))
    assert [caution.kind for caution in found.honesty.cautions] == [Doubt.BURNED_IN]


@pytest.mark.parametrize(
    ("said", "kinds", "words"),
    [
        ({}, [Doubt.SPACING], "no lengths in mm"),
        ({"Modality": "OT"}, [], ""),
        ({"PixelSpacing": [0.5, 0.5]}, [], ""),
        ({"PixelSpacing": [0, 0.5]}, [Doubt.SPACING], "impossible"),
        ({"PixelSpacing": [0.5, 0.7]}, [Doubt.SHAPE], "0.5 × 0.7 mm"),
        ({"Modality": "OT", "PixelAspectRatio": [4, 3]}, [Doubt.SHAPE], "4 : 3"),
        ({"PixelSpacing": [0.1, 0.1], "ImagerPixelSpacing": [0.1, 0.1]}, [], ""),
        ({"PixelSpacing": [0.1, 0.1], "ImagerPixelSpacing": [0.14, 0.14]}, [Doubt.SPACING], "how that was calibrated is not said"),
        ({"PixelSpacing": [0.1, 0.1], "ImagerPixelSpacing": [0.14, 0.14], "PixelSpacingCalibrationType": "GEOMETRY"}, [], ""),
        ({"PixelSpacing": [0.2, 0.2], "ImagerPixelSpacing": [0.14, 0.14]}, [Doubt.SPACING], "which cannot be"),
        ({"PixelSpacing": [0.2, 0.2], "NominalScannedPixelSpacing": [0.1, 0.1]}, [Doubt.SPACING], "scanned film"),
        ({"Modality": "OT", "ImageLaterality": "L", "Laterality": "R"}, [Doubt.SIDE], "L for the image and R for its series"),
        ({"Modality": "OT", "ImageLaterality": "L", "SeriesDescription": "RIGHT HAND"}, [], ""),
        ({"Modality": "DX", "ImagerPixelSpacing": [1, 1], "Laterality": "L", "SeriesDescription": "Rt hand"}, [Doubt.SIDE], "“Rt hand”"),
        ({"Modality": "DX", "ImagerPixelSpacing": [1, 1], "Laterality": "R", "SeriesDescription": "우측 손"}, [], ""),
        ({"Modality": "DX", "ImagerPixelSpacing": [1, 1], "Laterality": "L", "SeriesDescription": "LEFT TO RIGHT"}, [], ""),
        ({"Modality": "DX", "ImagerPixelSpacing": [1, 1], "Laterality": "L", "SeriesDescription": "PARTIAL SHORT"}, [], ""),
        ({"Modality": "OT", "ImageType": ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]}, [Doubt.MOSAIC], "mosaic"),
    ],
)
def test_contradictions_of_the_header_are_cautions(tmp_path: Path, said: dict[str, object], kinds: list[Doubt], words: str) -> None:
    made = dataset(CT)
    for keyword, value in said.items():
        setattr(made, keyword, value)
    made.SpecificCharacterSet = "ISO_IR 192"
    found = shown(saved(made, tmp_path / "a")).honesty.cautions
    assert [caution.kind for caution in found] == kinds and words in (str(found[0].said) if found else "")


def test_an_x_ray_is_expected_dark_around(tmp_path: Path) -> None:
    assert shown(saved(dataset(CT, Modality="MG"), tmp_path / "a")).honesty.dark_around
    assert not shown(saved(dataset(CT), tmp_path / "b")).honesty.dark_around
