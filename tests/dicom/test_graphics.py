"""Overlay planes are found wherever files keep them, frame by frame, and never touch the pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from annotator.dicom.pixels import picture
from annotator.domain.graphic import united
from annotator.domain.picture import Picture
from tests.dicom.written import dataset, images, sample, saved

PIXELS = np.arange(7 * 9, dtype=np.uint16).reshape(7, 9)
CHANCE = np.random.default_rng(5)


def shown(path: Path, frame: int = 0) -> Picture:
    return picture(images(path)[frame])


def packed(bits: np.ndarray) -> bytes:
    content = np.packbits(bits.ravel(), bitorder="little").tobytes()
    return content + bytes(len(content) % 2)


def over(bits: np.ndarray, origin: tuple[int, int] = (1, 1), group: int = 0x6000, pixels: np.ndarray = PIXELS, **more: int):
    made = dataset(pixels, **({"NumberOfFrames": len(pixels)} if pixels.ndim == 3 else {}))
    made.add_new(group << 16 | 0x10, "US", bits.shape[-2])
    made.add_new(group << 16 | 0x11, "US", bits.shape[-1])
    made.add_new(group << 16 | 0x40, "CS", "G")
    made.add_new(group << 16 | 0x50, "SS", list(origin))
    made.add_new(group << 16 | 0x100, "US", 1)
    made.add_new(group << 16 | 0x102, "US", 0)
    made.add_new(group << 16 | 0x3000, "OW", packed(bits))
    for tag, value in more.items():
        made.add_new(group << 16 | int(tag[1:], 16), "IS" if tag == "x15" else "US", value)
    return made


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_a_plane_lies_where_its_origin_says(tmp_path: Path, syntax: str) -> None:
    bits = CHANCE.integers(0, 2, (4, 5))
    made = over(bits, (3, -1), 0x6002)
    if syntax == ExplicitVRBigEndian:
        made.PixelData = PIXELS.astype(">u2").tobytes()
        made[0x60023000].value = np.frombuffer(packed(bits), np.uint16).byteswap().tobytes()
    found = shown(saved(made, tmp_path / "a", syntax))
    wanted = np.zeros((7, 9), bool)
    wanted[2:6, :3] = bits[:, 2:]
    assert np.array_equal(united(found.graphics, 7, 9), wanted) and np.array_equal(found.stored, PIXELS)


def test_a_plane_of_several_frames_goes_with_the_frames_of_the_image(tmp_path: Path) -> None:
    bits = CHANCE.integers(0, 2, (2, 7, 9))
    path = saved(over(bits, pixels=np.stack([PIXELS] * 4), x15=2, x51=2), tmp_path / "a")
    found = [shown(path, frame).graphics for frame in range(4)]
    assert [len(graphics) for graphics in found] == [0, 1, 1, 0]
    assert all(np.array_equal(found[place + 1][0].mask(), bits[place]) for place in (0, 1))


def test_a_plane_in_the_bits_of_the_pixels_is_taken_out_of_them(tmp_path: Path) -> None:
    bits = CHANCE.integers(0, 2, (7, 9)).astype(np.uint16)
    made = dataset(PIXELS | bits << 13, BitsStored=12, HighBit=11)
    made.add_new(0x60000010, "US", 7)
    made.add_new(0x60000011, "US", 9)
    made.add_new(0x60000100, "US", 16)
    made.add_new(0x60000102, "US", 13)
    found = shown(saved(made, tmp_path / "a"))
    assert np.array_equal(found.graphics[0].mask(), bits) and np.array_equal(found.stored, PIXELS)


def test_broken_planes_are_left_out(tmp_path: Path) -> None:
    short = over(np.ones((4, 5), int))
    short[0x60003000].value = b"\1\0"
    inside = dataset(PIXELS)
    inside.add_new(0x60000102, "US", 3)
    assert shown(saved(short, tmp_path / "a")).graphics == shown(saved(inside, tmp_path / "b")).graphics == ()


def test_a_plane_is_what_pydicom_reads() -> None:
    path = sample("examples_overlay.dcm")
    found = shown(path)
    assert np.array_equal(found.graphics[0].mask(), dcmread(path).overlay_array(0x6000)) and found.graphics[0].mask().any()


@pytest.mark.parametrize(
    "name", ["awkward/overlay_mr.dcm", "awkward/ct_sc_scout_with_overlay.dcm", "single/ct_cspine_jpegll_overlay.dcm"]
)
def test_planes_of_real_images_are_pydicoms(data_folder: Path, name: str) -> None:
    found, header = shown(data_folder / name), dcmread(data_folder / name)
    if 0x60003000 in header:
        assert np.array_equal(found.graphics[0].mask(), header.overlay_array(0x6000))
    else:
        assert found.graphics == ()
