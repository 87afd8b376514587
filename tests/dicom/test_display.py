"""What reaches the screen is what pydicom's pipeline gives: modality, then window or table, then presentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi, apply_windowing

from annotator.dicom.pixels import picture
from annotator.domain.grayscale import shade_stored
from annotator.domain.honesty import Origin
from annotator.domain.picture import Picture, Window
from tests.dicom.written import dataset, images, saved

RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)
NEGATIVE = np.arange(-2048, 2048, dtype=np.int16).reshape(64, 64)


def lut(values: np.ndarray[Any, Any], first: int, bits: int, explanation: str = "", sign: str = "US") -> Dataset:
    """Return an item of a LUT sequence."""
    item = Dataset()
    item.add_new(0x00283002, sign, [len(values) % 65536, first, bits])
    item.add_new(0x00283003, "LO", explanation)
    item.add_new(0x00283006, "OW", values.astype("<u2").tobytes())
    return item


def shown(path: Path) -> Picture:
    return picture(images(path)[0])


def on_screen(found: Picture, window: Window) -> np.ndarray[Any, Any]:
    return shade_stored(found.stored, found, window).astype(float)


def wanted_window(path: Path, index: int) -> np.ndarray[Any, Any]:
    """pydicom's window of a picture, black 0 to white 255."""
    header = dcmread(path)
    values = apply_windowing(apply_modality_lut(header.pixel_array, header), header, index)
    sign = -(1 << header.BitsStored - 1) if header.PixelRepresentation else 0
    ends = np.array([sign, sign + (1 << header.BitsStored) - 1], dtype=float)
    if "RescaleSlope" in header:
        ends = ends * float(header.RescaleSlope) + float(header.RescaleIntercept)
    if "ModalityLUTSequence" in header:
        ends = np.array([0, (1 << header.ModalityLUTSequence[0].LUTDescriptor[2]) - 1], dtype=float)
    bright = (values - ends[0]) / (ends[1] - ends[0]) * 255
    return 255 - bright if header.PhotometricInterpretation == "MONOCHROME1" else bright


def wanted_table(path: Path, index: int) -> np.ndarray[Any, Any]:
    """pydicom's VOI LUT of a picture, black 0 to white 255; where it has 8 bits (pydicom then counts modulo 256) looked up by hand."""
    header = dcmread(path)
    values = apply_modality_lut(header.pixel_array, header).astype(np.int32)
    item = header.VOILUTSequence[index]
    entries, first, bits = item.LUTDescriptor
    table = np.array(item.LUTData) if isinstance(item.LUTData, list) else np.frombuffer(item.LUTData, "<u2")
    results = table[np.clip(values - first, 0, entries - 1)] if bits == 8 else apply_voi(values, header, index)
    bright = results / ((1 << bits) - 1) * 255
    return 255 - bright if header.PhotometricInterpretation == "MONOCHROME1" else bright


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize("rescale", [None, (1, -1024), (2.5, 100)])
def test_windows_are_pydicoms(tmp_path: Path, photometric: str, function: str, rescale: tuple[float, float] | None) -> None:
    made = dataset(RAMP, BitsStored=12, HighBit=11, PhotometricInterpretation=photometric, VOILUTFunction=function)
    made.WindowCenter, made.WindowWidth = [40, 700.5], [400, 1600]
    if rescale:
        made.RescaleSlope, made.RescaleIntercept = rescale
    path = saved(made, tmp_path / "a")
    found = shown(path)
    for index, window in enumerate(found.windows):
        assert np.abs(on_screen(found, window) - wanted_window(path, index)).max() <= 0.51


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize(("bits", "first", "count"), [(8, 100, 256), (12, 0, 4096), (16, 1000, 3000), (10, 4000, 10)])
def test_tables_are_pydicoms_and_stand_beside_the_windows(
    tmp_path: Path, photometric: str, bits: int, first: int, count: int
) -> None:
    curve = np.sort(np.random.default_rng(bits).integers(0, (1 << bits) - 1, count, endpoint=True))
    made = dataset(RAMP, BitsStored=12, HighBit=11, PhotometricInterpretation=photometric, WindowCenter=40, WindowWidth=400)
    made.VOILUTSequence = [lut(curve, first, bits, "NORMAL"), lut(curve[::-1], first, bits, "HARDER")]
    path = saved(made, tmp_path / "a")
    found = shown(path)
    assert [(window.name, window.origin) for window in found.windows] == [
        ("", Origin.HEADER), ("NORMAL", Origin.TABLE), ("HARDER", Origin.TABLE),
    ]  # fmt: skip
    for index, window in enumerate(found.windows[1:]):
        assert np.abs(on_screen(found, window) - wanted_table(path, index)).max() <= 0.51


@pytest.mark.parametrize(("first", "sign"), [(-2000, "SS"), (63536, "US")])
def test_a_table_may_begin_below_zero(tmp_path: Path, first: int, sign: str) -> None:
    made = dataset(NEGATIVE, VOILUTSequence=[lut(np.arange(4000) * 16, first, 16, sign=sign)])
    found = shown(saved(made, tmp_path / "a"))
    assert found.start_window().table is not None
    middle = on_screen(found, found.start_window())[NEGATIVE == 0]
    assert abs(middle[0] - 2000 * 16 / 65535 * 255) <= 0.5


def test_a_table_comes_after_the_rescale(tmp_path: Path) -> None:
    made = dataset(RAMP, BitsStored=12, HighBit=11, RescaleSlope=1, RescaleIntercept=-1024)
    made.VOILUTSequence = [lut(np.arange(256) * 257, -1024 + 65536, 16)]
    found = shown(saved(made, tmp_path / "a"))
    assert on_screen(found, found.start_window()).ravel()[:300].tolist() == [*range(256), *[255] * 44]


def test_a_table_whose_bits_are_said_wrong_is_not_black(tmp_path: Path) -> None:
    for bits, values in ((16, np.arange(256)), (8, np.arange(256) * 16)):
        made = dataset(RAMP, BitsStored=12, HighBit=11, VOILUTSequence=[lut(values, 0, bits)])
        found = shown(saved(made, tmp_path / str(bits)))
        assert on_screen(found, found.start_window()).max() >= 254


def test_tables_of_eight_bits_may_be_packed(tmp_path: Path) -> None:
    item = lut(np.zeros(256), 0, 8)
    item.add_new(0x00283006, "OW", bytes(range(256)))
    found = shown(saved(dataset(RAMP, VOILUTSequence=[item]), tmp_path / "a"))
    assert on_screen(found, found.start_window()).ravel()[:256].tolist() == list(range(256))


def test_a_broken_table_is_left_out(tmp_path: Path) -> None:
    empty, short = lut(np.zeros(0), 0, 8), Dataset()
    short.add_new(0x00283002, "US", [4, 0])
    assert shown(saved(dataset(RAMP, VOILUTSequence=[empty, short]), tmp_path / "a")).windows == ()


def test_a_modality_table_is_pydicoms(tmp_path: Path) -> None:
    values = np.random.default_rng(2).integers(0, 60000, 1000)
    made = dataset(RAMP, BitsStored=12, HighBit=11, ModalityLUTSequence=[lut(values, 50, 16)], WindowCenter=20000, WindowWidth=30000)
    path = saved(made, tmp_path / "a")
    header = dcmread(path)
    assert np.array_equal(shown(path).values(), apply_modality_lut(header.pixel_array, header))
    assert np.abs(on_screen(shown(path), shown(path).windows[0]) - wanted_window(path, 0)).max() <= 0.51


@pytest.mark.parametrize("name", ["single/mg_rmlo_gh133_jpegll_voilut.dcm", "awkward/vlut_04_8bit.dcm", "awkward/mlut_18_signed12.dcm"])
def test_real_tables_are_pydicoms(data_folder: Path, name: str) -> None:
    path = data_folder / name
    found, header = shown(path), dcmread(path)
    tables = [window for window in found.windows if window.table is not None]
    assert len(tables) == len(header.get("VOILUTSequence", []))
    for index, window in enumerate(tables):
        assert window.name == header.VOILUTSequence[index].get("LUTExplanation", "")
        assert np.abs(on_screen(found, window) - wanted_table(path, index)).max() <= 0.51
    if "ModalityLUTSequence" in header:
        assert np.array_equal(found.values(), apply_modality_lut(header.pixel_array, header))
