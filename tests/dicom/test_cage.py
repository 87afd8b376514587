"""A decoder has as much memory and time as its frame can need, and its answer is not believed beyond that."""

from __future__ import annotations

import ctypes
import io
import subprocess
import sys
import zlib
from pathlib import Path
from struct import pack

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEGBaseline8Bit

from annotator.dicom import cage
from annotator.dicom.elements import Malformed
from annotator.dicom.fragments import fragments_of, frame_bytes
from annotator.dicom.header import read_header
from annotator.dicom.pixels import picture
from annotator.dicom.source import inflated
from annotator.dicom.worker import receive, send
from tests.dicom.written import compressed, dataset, element, images, part10, saved

ON_ITSELF = """
import sys
from annotator.dicom.cage import limit_resources
limit_resources(64)
{}
print("went on")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux holds all of these")
@pytest.mark.parametrize("does", ["bytearray(3 << 30)", "open(sys.argv[1], 'wb', 0).write(b'x')"])
def test_a_process_in_the_cage_cannot_take_more(tmp_path: Path, does: str) -> None:
    asked = [sys.executable, "-B", "-c", ON_ITSELF.format(does), str(tmp_path / "made")]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode != 0 and "went on" not in done.stdout
    assert not (tmp_path / "made").exists() or (tmp_path / "made").stat().st_size == 0


def test_a_large_frame_may_take_more_than_a_small_one_and_none_takes_everything() -> None:
    assert cage.allowance(64) < cage.allowance(20_000_000) < cage.allowance(10**9) == cage.MOST_MEMORY


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the sizes of 64-bit Windows")
def test_the_limits_of_a_job_lie_in_memory_as_windows_reads_them() -> None:
    """Sizes and places after winnt.h and psapi.h; whether Windows holds the limits is not tried here."""
    assert (ctypes.sizeof(cage.BasicLimits), ctypes.sizeof(cage.ExtendedLimits), ctypes.sizeof(cage.MemoryCounters)) == (64, 144, 72)
    limits = cage.job_limits(100 << 20, 64)
    assert limits.ProcessMemoryLimit == (100 << 20) + cage.allowance(64)
    assert limits.BasicLimitInformation.PerJobUserTimeLimit == cage.SECONDS * 10**7
    assert limits.BasicLimitInformation.LimitFlags & 0x2108 == 0x2108 and limits.BasicLimitInformation.ActiveProcessLimit == 1


def test_an_answer_that_is_longer_than_its_frame_is_not_read() -> None:
    pipe = io.BytesIO()
    send(pipe, {"shape": [4]}, bytes(5))
    assert receive(io.BytesIO(pipe.getvalue()), 5) == ({"shape": [4]}, bytes(5))
    assert receive(io.BytesIO(pipe.getvalue()), 4) is None
    assert receive(io.BytesIO(pack(">LQ", 2, 1 << 62) + b"{}"), 1 << 31) is None


def test_a_frame_that_is_much_longer_than_its_pixels_is_not_read(tmp_path: Path) -> None:
    path = compressed(tmp_path / "a", JPEGBaseline8Bit, [bytes(17 << 20)], (16, 16))
    header = read_header(path)
    with pytest.raises(Malformed, match="size"):
        frame_bytes(header, fragments_of(header, 1), 0, 256)


def test_fragments_without_end_end(tmp_path: Path) -> None:
    header = part10(element(0x00280008, "IS", b"1 "), element(0x00280010, "US", b"\1\0"), syntax=JPEGBaseline8Bit)
    (tmp_path / "a").write_bytes(header + element(0x7FE00010, "OB", pack("<HHL", 0xFFFE, 0xE000, 0) * 150_000, length=0xFFFFFFFF))
    assert len(fragments_of(read_header(tmp_path / "a"), 1).found) < 110_000


def test_each_frame_of_a_deflated_file_is_its_own(tmp_path: Path) -> None:
    """Also where the unpacked pixels are longer than what is unpacked at once."""
    frames = np.random.default_rng(1).integers(0, 1000, (3, 700, 900)).astype(np.uint16)
    path = saved(dataset(frames, NumberOfFrames=3), tmp_path / "a", DeflatedExplicitVRLittleEndian)
    assert all(np.array_equal(picture(image).stored, frame) for image, frame in zip(images(path), frames, strict=True))


def test_what_grows_beyond_measure_is_stopped_on_the_way() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = packer.compress(bytes(64 << 20)) + packer.flush()
    with pytest.raises(Malformed, match="beyond all measure"):
        inflated(io.BytesIO(bomb), len(bomb), 60 << 20, 10)
    assert inflated(io.BytesIO(bomb), 1 << 20, 3 << 20, 10) == bytes(10)


def test_frames_that_no_file_could_hold_are_not_listed(tmp_path: Path) -> None:
    """Each would be an image of the window; a hundred thousand of them kept it from its events for seconds."""
    path = saved(dataset(np.zeros((2, 4, 4), np.uint16), NumberOfFrames=99_999), tmp_path / "a")
    found = images(path)
    assert 2 < len(found) < 100 and found[0].frames == 99_999
    assert [image.problem is None for image in found[:3]] == [True, True, False]
    packed = compressed(tmp_path / "b", JPEGBaseline8Bit, [bytes(100)], (4, 4), NumberOfFrames=99_999)
    assert len(images(packed)) < 200


@pytest.mark.parametrize("changes", [{"RescaleSlope": "1e-320"}, {"RescaleSlope": "1e300"}, {"RescaleIntercept": "-1e99"}])
def test_a_rescale_that_nobody_means_is_none(tmp_path: Path, changes: dict[str, str]) -> None:
    """A slope of 1e-320 made the painting of an image raise, and an exception in there ended the program."""
    text = {"RescaleSlope": "1", "RescaleIntercept": "0", "WindowCenter": "40", "WindowWidth": "400", **changes}
    (image,) = images(saved(dataset(np.zeros((2, 2), np.int16), **text), tmp_path / "a"))
    found = picture(image)
    assert (found.slope, found.intercept, found.unit) == (1.0, 0.0, "") and found.windows[0].width == 400


@pytest.mark.parametrize(("center", "width"), [("1e200", "400"), ("40", "1e-300"), ("40", "1e300")])
def test_a_window_that_nobody_means_is_none(tmp_path: Path, center: str, width: str) -> None:
    (image,) = images(saved(dataset(np.zeros((2, 2), np.int16), WindowCenter=center, WindowWidth=width), tmp_path / "a"))
    assert picture(image).windows == ()
