"""Pixels are those in the file, to the last bit; what cannot be decoded says so, and nothing dies of it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from struct import pack
from typing import Any

import numpy as np
import pytest
from PIL import Image as PillowImage
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, encapsulate_extended, generate_frames, get_frame
from pydicom.pixels import convert_color_space
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit, RLELossless

from annotator.dicom.elements import Malformed
from annotator.dicom.fragments import fragments_of, frame_bytes
from annotator.dicom.header import read_header
from annotator.dicom.pixels import picture
from annotator.dicom.pool import POOL, Pool
from annotator.domain.picture import Picture, Voi, Window
from annotator.errors import AnnotatorError
from tests.dicom.written import compressed, dataset, element, images, part10, sample, saved

CT = np.arange(-6, 6, dtype=np.int16).reshape(3, 4)

COLOUR_SHOWN = "colours become 8-bit RGB for the screen; the digest is of palette indices or 16-bit samples"
OTHER_DIGEST = {
    "awkward/palette_us.dcm": COLOUR_SHOWN,
    "awkward/pal_face_nopreamble.dcm": COLOUR_SHOWN,
    "awkward/no_pixel_spacing_us.dcm": COLOUR_SHOWN,
    "awkward/rgb_16bit.dcm": COLOUR_SHOWN,
    "awkward/ts_ct_jpeg_extended_12.dcm": "lossy, and the digest is of another decoder (libjpeg, GPL), which rounds otherwise",
}


def shown(path: Path) -> Picture:
    return picture(images(path)[0])


def cause_of(path: Path, frame: int = 1) -> str:
    with pytest.raises(AnnotatorError) as caught:
        picture(images(path)[frame - 1])
    return str(caught.value.cause)


def digest(pictures: list[Picture]) -> str:
    return hashlib.sha256(b"".join(shown.stored.tobytes() for shown in pictures)).hexdigest()[:16]


def test_every_real_image_has_exactly_its_pixels(data_folder: Path) -> None:
    entries = json.loads((data_folder / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    wrong, compared = [], 0
    for entry in entries:
        wanted = (entry.get("decode") or {}).get("pixels_sha16")
        if wanted and entry["path"] not in OTHER_DIGEST:
            pictures = [picture(image) for image in images(data_folder / entry["path"])]
            compared += 1
            if digest(pictures) != wanted:
                wrong.append(entry["path"])
    assert wrong == [] and compared > 500


def test_twelve_bit_jpeg_is_decoded_as_closely_as_it_is_lossy(data_folder: Path) -> None:
    found = shown(data_folder / "awkward" / "ts_ct_jpeg_extended_12.dcm")
    assert found.stored.dtype == np.uint16 and found.honesty.lossy
    assert abs(int(found.stored.min()) - 498) <= 1 and abs(int(found.stored.max()) - 2708) <= 1


def test_retired_progressive_jpeg_is_the_same_picture(data_folder: Path) -> None:
    found, sequential = (shown(data_folder / "awkward" / f"ts_ct_jpeg_{name}.dcm") for name in ("spectral_53_retired", "extended_12"))
    assert np.array_equal(found.stored, sequential.stored) and found.honesty.lossy


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"])
def test_progressive_jpeg_of_eight_bits_is_decoded(tmp_path: Path, syntax: str) -> None:
    smooth = (np.add.outer(np.arange(32), np.arange(40)) * 3).astype(np.uint8)
    coded = io.BytesIO()
    PillowImage.fromarray(smooth).save(coded, "JPEG", quality=95, progressive=True)
    path = compressed(tmp_path / "a", syntax, [coded.getvalue()], (32, 40))
    assert np.abs(shown(path).stored.astype(int) - smooth).max() <= 3


def test_what_no_decoder_reads_says_so(tmp_path: Path) -> None:
    path = compressed(tmp_path / "a", "1.2.840.10008.1.2.4.102", [b"\0\0\0\1"], (16, 16))
    assert cause_of(path) == "its compression (MPEG-4 AVC/H.264 High Profile / Level 4.1) cannot be decoded"


@pytest.mark.parametrize(
    "name",
    """CT_small.dcm MR_small_bigendian.dcm MR_small_expb.dcm MR_small_padded.dcm MR_small_RLE.dcm MR_small_jp2klossless.dcm
    MR_small_jpeg_ls_lossless.dcm JPEG2000.dcm J2K_pixelrep_mismatch.dcm 693_J2KI.dcm JPEGLSNearLossless_08.dcm JPEGLSNearLossless_16.dcm
    rtdose.dcm rtdose_expb.dcm rtdose_rle.dcm liver_1frame.dcm liver_expb_1frame.dcm image_dfl.dcm examples_overlay.dcm""".split(),
)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.says("")  # what pydicom says while it reads the same file
def test_grey_is_what_pydicom_reads(name: str) -> None:
    wanted = dcmread(sample(name)).pixel_array
    found = [picture(image).stored for image in images(sample(name))]
    assert all(frame.dtype.isnative for frame in found)
    assert np.array_equal(np.stack(found).reshape(wanted.shape), wanted)


@pytest.mark.parametrize(
    "name",
    """SC_rgb_rle.dcm SC_rgb_rle_2frame.dcm SC_rgb_jpeg_dcmd.dcm SC_rgb_jpeg_dcmtk.dcm SC_rgb_jpeg_app14_dcmd.dcm SC_rgb_small_odd.dcm
    SC_rgb_small_odd_big_endian.dcm SC_ybr_full_422_uncompressed.dcm SC_rgb_jls_lossy_line.dcm SC_rgb_jls_lossy_sample.dcm
    SC_rgb_gdcm_KY.dcm SC_rgb_dcmtk_+eb+cy+np.dcm examples_rgb_color.dcm examples_ybr_color.dcm GDCMJ2K_TextGBR.dcm""".split(),
)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.says("")  # the same
def test_colour_is_what_pydicom_shows(name: str) -> None:
    wanted = dcmread(sample(name)).pixel_array
    found = [picture(image) for image in images(sample(name))]
    assert found[0].colour and found[0].stored.dtype == np.uint8 and found[0].windows == ()
    assert np.array_equal(np.stack([frame.stored for frame in found]).reshape(wanted.shape), wanted)


@pytest.mark.parametrize("name", ["SC_rgb_rle_16bit.dcm", "SC_rgb_rle_32bit.dcm"])
def test_wide_colours_keep_their_high_bits(name: str) -> None:
    wanted = dcmread(sample(name)).pixel_array
    assert np.array_equal(shown(sample(name)).stored, (wanted >> (wanted.dtype.itemsize * 8 - 8)).astype(np.uint8))


def test_a_palette_is_looked_up() -> None:
    made = dcmread(sample("examples_palette.dcm"))
    tables = [np.frombuffer(made[tag].value, "<u2") for tag in (0x00281201, 0x00281202, 0x00281203)]
    wanted = np.stack([table[made.pixel_array] >> 8 for table in tables], axis=-1)
    assert np.array_equal(shown(sample("examples_palette.dcm")).stored, wanted)


def test_planes_and_pixels_of_colour_are_the_same_image(tmp_path: Path) -> None:
    rgb = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    planes = dataset(rgb, PlanarConfiguration=1, PixelData=rgb.transpose(2, 0, 1).tobytes())
    ybr = dataset(rgb, PhotometricInterpretation="YBR_FULL", PixelData=convert_color_space(rgb, "RGB", "YBR_FULL").tobytes())
    assert np.array_equal(shown(saved(planes, tmp_path / "a")).stored, rgb)
    assert np.allclose(shown(saved(ybr, tmp_path / "b")).stored.astype(int), rgb, atol=2)


@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2", "u4", "i4"])
def test_values_of_every_size_and_sign_are_kept(tmp_path: Path, kind: str) -> None:
    limits = np.iinfo(kind)
    values = np.array([[limits.min, limits.max], [0, 1]], dtype=kind)
    found = shown(saved(dataset(values), tmp_path / "a")).stored
    assert found.dtype == kind and np.array_equal(found, values)


def test_bits_that_are_not_stored_are_not_shown(tmp_path: Path) -> None:
    overlaid = np.array([[0x7123, 0x0FFF]], dtype=np.uint16)
    signed = np.array([[0x0FFF, 0x07FF]], dtype=np.int16)
    unsigned = shown(saved(dataset(overlaid, BitsStored=12, HighBit=11), tmp_path / "a"))
    assert unsigned.stored.tolist() == [[0x123, 0xFFF]]
    assert shown(saved(dataset(signed, BitsStored=12, HighBit=11), tmp_path / "b")).stored.tolist() == [[-1, 2047]]


@pytest.mark.parametrize("signed", [False, True])
def test_bits_may_be_stored_above_the_lowest(tmp_path: Path, signed: bool) -> None:
    values = np.array([[-2048, -1, 0, 2047]] if signed else [[0, 1, 2048, 4095]], dtype=np.int16)
    for high in (11, 13, 15):
        raw = (values.astype(np.uint16) & 0xFFF) << (high - 11) | (1 << high - 11) - 1  # something else lies in the lower bits
        made = dataset(raw, BitsStored=12, HighBit=high, PixelRepresentation=int(signed))
        assert shown(saved(made, tmp_path / "a")).stored.tolist() == values.tolist()


@pytest.mark.parametrize("allocated", [8, 16, 32])
@pytest.mark.parametrize("signed", [False, True])
def test_every_number_of_stored_bits_is_read(tmp_path: Path, allocated: int, signed: bool) -> None:
    for stored in range(1, allocated + 1):
        least = -(1 << stored - 1) if signed else 0
        values = [least, 0, least + (1 << stored) - 1]
        raw = np.array([[value & (1 << stored) - 1 for value in values]], dtype=f"u{allocated // 8}")
        made = dataset(raw, BitsStored=stored, HighBit=stored - 1, PixelRepresentation=int(signed))
        assert shown(saved(made, tmp_path / "a")).stored.tolist() == [values]


def test_frames_of_single_bits_need_not_begin_at_a_byte(tmp_path: Path) -> None:
    frames = np.random.default_rng(1).integers(0, 2, (5, 3, 7), dtype=np.uint8)
    made = dataset(frames, NumberOfFrames=5, BitsAllocated=1, BitsStored=1, HighBit=0)
    made.PixelData = np.packbits(frames.ravel(), bitorder="little").tobytes() + b"\0"
    path = saved(made, tmp_path / "a")
    assert np.array_equal(np.stack([picture(image).stored for image in images(path)]), frames)


def test_floating_point_pixels_are_shown(tmp_path: Path) -> None:
    values = np.array([[0.5, -1.5], [np.nan, 1e9]], dtype=np.float32)
    made = dataset(values, BitsStored=None, HighBit=None, PixelRepresentation=None)
    made.FloatPixelData = values.tobytes()
    del made.PixelData
    made.file_meta = dcmread(sample("CT_small.dcm")).file_meta
    made.save_as(tmp_path / "a", enforce_file_format=True)
    assert np.array_equal(shown(tmp_path / "a").stored, values, equal_nan=True)


def test_one_frame_is_read_of_many(tmp_path: Path) -> None:
    frames = np.arange(60, dtype=np.uint16).reshape(5, 3, 4)
    path = saved(dataset(frames, NumberOfFrames=5), tmp_path / "a")
    assert all(np.array_equal(picture(image).stored, frames[image.key.frame - 1]) for image in images(path))


@pytest.mark.parametrize("table", ["basic", "none", "extended"])
def test_compressed_frames_are_found_with_and_without_their_table(tmp_path: Path, table: str) -> None:
    source = dcmread(sample("SC_rgb_rle_2frame.dcm"))
    wanted = source.pixel_array
    if table != "basic":
        frames = list(generate_frames(source.PixelData, number_of_frames=2))
        if table == "none":
            source.PixelData = encapsulate(frames, has_bot=False)
        else:
            source.PixelData, source.ExtendedOffsetTable, source.ExtendedOffsetTableLengths = encapsulate_extended(frames)
        source["PixelData"].is_undefined_length = True
    source.save_as(tmp_path / "a")
    assert np.array_equal(np.stack([picture(image).stored for image in images(tmp_path / "a")]), wanted)


def test_the_table_tells_which_fragments_make_a_frame(tmp_path: Path) -> None:
    parts = [b"\xff\xd8\xff" + letter for letter in (b"A", b"B", b"C")]
    value = b"".join(pack("<HHL", 0xFFFE, 0xE000, len(part)) + part for part in (pack("<LL", 0, 12), *parts))
    header = part10(element(0x00280008, "IS", b"2 "), element(0x00280010, "US", b"\1\0"), syntax=JPEGBaseline8Bit)
    (tmp_path / "a").write_bytes(header + element(0x7FE00010, "OB", value + pack("<HHL", 0xFFFE, 0xE0DD, 0), length=0xFFFFFFFF))
    read = read_header(tmp_path / "a")
    found = fragments_of(read, 2)
    assert [frame_bytes(read, found, frame, 64) for frame in (0, 1)] == [parts[0], parts[1] + parts[2]]


def test_a_ct_is_in_hounsfield_units(tmp_path: Path) -> None:
    found = shown(saved(dataset(CT, RescaleSlope=2, RescaleIntercept=-1000, RescaleType="HU"), tmp_path / "a"))
    assert (found.slope, found.intercept, found.unit) == (2, -1000, "HU")
    assert found.value_at(0.5, 0.5) == -1012
    plain = shown(saved(dataset(CT), tmp_path / "b"))
    assert (plain.slope, plain.intercept, plain.unit, plain.inverted, plain.windows) == (1, 0, "", False, ())


def test_units_of_other_images_are_theirs(tmp_path: Path) -> None:
    pet = saved(dataset(CT, Modality="PT", Units="BQML", RescaleSlope=0.5, RescaleIntercept=0), tmp_path / "a")
    assert (shown(pet).slope, shown(pet).unit) == (0.5, "Bq/ml")
    dose = shown(sample("rtdose.dcm"))
    assert dose.unit == "" and dose.slope == float(dcmread(sample("rtdose.dcm")).DoseGridScaling)  # relative units
    (gray,) = images(saved(dataset(CT, Modality="RTDOSE", DoseUnits="GY", DoseGridScaling=0.001), tmp_path / "b"))
    assert (picture(gray).unit, picture(gray).slope) == ("Gy", 0.001)


def test_a_modality_table_gives_the_values(tmp_path: Path) -> None:
    item = Dataset()
    item.add_new(0x00283002, "SS", [4, -2, 16])
    item.add_new(0x00283004, "LO", "OD")
    item.add_new(0x00283006, "US", [10, 20, 40, 80])
    found = shown(saved(dataset(CT, ModalityLUTSequence=[item]), tmp_path / "a"))
    assert found.modality_table is not None and found.modality_table.first == -2 and found.unit == "OD"
    assert found.values().ravel().tolist() == [10, 10, 10, 10, 10, 20, 40, 80, 80, 80, 80, 80]


def test_windows_are_those_of_the_header_once_each(tmp_path: Path) -> None:
    made = dataset(
        CT, WindowCenter=[40, "-0600", 40, 50, 0.2], WindowWidth=[400, 1600, 400, 0, 0.5],
        WindowCenterWidthExplanation=["SOFT", "LUNG", "X", "Y"],
    )  # fmt: skip
    assert shown(saved(made, tmp_path / "a")).windows == (
        Window(40, 400, "SOFT"),
        Window(-600, 1600, "LUNG"),
        Window(0.2, 0.5, "", Voi.LINEAR_EXACT),
    )
    sigmoid = dataset(CT, WindowCenter=40, WindowWidth=400, VOILUTFunction="SIGMOID", PhotometricInterpretation="MONOCHROME1")
    found = shown(saved(sigmoid, tmp_path / "b"))
    assert found.windows == (Window(40, 400, "", Voi.SIGMOID),) and found.inverted


def test_frames_of_an_enhanced_image_have_their_own_window_and_slope(tmp_path: Path) -> None:
    def group(center: float, slope: float) -> Dataset:
        voi, rescale, whole = Dataset(), Dataset(), Dataset()
        voi.WindowCenter, voi.WindowWidth = center, 100
        rescale.RescaleSlope, rescale.RescaleIntercept, rescale.RescaleType = slope, 0, "US"
        whole.FrameVOILUTSequence, whole.PixelValueTransformationSequence = [voi], [rescale]
        return whole

    made = dataset(np.zeros((2, 2, 2), np.int16), NumberOfFrames=2, PerFrameFunctionalGroupsSequence=[group(1, 0.5), group(2, 0.25)])
    made.Modality = "MR"
    found = [picture(image) for image in images(saved(made, tmp_path / "a"))]
    assert [(frame.windows[0].center, frame.slope, frame.unit) for frame in found] == [(1, 0.5, ""), (2, 0.25, "")]


def test_the_digest_is_of_the_stored_values(tmp_path: Path) -> None:
    found = shown(saved(dataset(CT), tmp_path / "a"))
    assert found.digest == hashlib.sha256(CT.tobytes()).hexdigest()
    assert not found.stored.flags.writeable


def test_a_file_that_changed_or_went_is_an_error(tmp_path: Path) -> None:
    path = saved(dataset(CT), tmp_path / "a.dcm")
    (image,) = images(path)
    with pytest.raises(AnnotatorError, match="has changed"):
        picture(replace(image, rows=4))
    path.unlink()
    with pytest.raises(AnnotatorError, match=r"Showing image 1 of a\.dcm: it is not there"):
        picture(image)


def test_pixels_that_are_cut_off_say_so_and_spare_the_frames_before(tmp_path: Path) -> None:
    frames = np.arange(60, dtype=np.uint16).reshape(5, 3, 4)
    path = saved(dataset(frames, NumberOfFrames=5), tmp_path / "a")
    path.write_bytes(path.read_bytes()[:-30])
    found = images(path)
    assert [image.problem is None for image in found] == [True, True, True, False, False]
    assert np.array_equal(picture(found[2]).stored, frames[2])
    assert cause_of(path, 4) == "the file ends before the pixels of this image do"


def test_compressed_pixels_that_are_cut_off_say_so(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(sample("MR_small_jp2klossless.dcm").read_bytes()[:-600])
    assert cause_of(tmp_path / "a") == "the file ends before the pixels of this image do"


def _siz(rows: int, columns: int) -> bytes:
    head = b"\xff\x4f\xff\x51" + pack(">HH8LH", 41, 0, columns, rows, 0, 0, columns, rows, 0, 0, 1) + b"\x0f\1\1"
    return head + b"\xff\x52" + pack(">HBBHBBBBBB", 12, 0, 0, 1, 0, 1, 4, 4, 0, 0) + b"\xff\x5c" + pack(">HBB", 4, 0x40, 0x40)


@pytest.mark.parametrize(
    ("syntax", "frame"),
    [
        (JPEG2000Lossless, _siz(60000, 60000)),
        (JPEGBaseline8Bit, b"\xff\xd8\xff\xc0" + pack(">HBHHB", 11, 8, 60000, 60000, 1) + b"\1\x11\0"),
        (JPEGBaseline8Bit, b"no jpeg at all"),
        (JPEG2000Lossless, b"\0\0"),
    ],
)
def test_a_frame_that_announces_another_size_is_not_decoded(tmp_path: Path, syntax: str, frame: bytes) -> None:
    path = compressed(tmp_path / "a", syntax, [frame], (16, 16))
    assert "not of the size" in cause_of(path)


def test_a_bomb_of_the_announced_size_harms_only_the_worker(tmp_path: Path) -> None:
    path = compressed(tmp_path / "a", JPEG2000Lossless, [_siz(40000, 40000)], (16, 16), Rows=40000, Columns=40000)
    assert "broken" in cause_of(path)
    assert shown(sample("MR_small_jp2klossless.dcm")).rows == 64


def test_a_run_length_bomb_harms_only_the_worker(tmp_path: Path) -> None:
    bomb = pack("<16L", 1, 64, *[0] * 14) + b"\x81\0" * 6_000_000
    assert "broken" in cause_of(compressed(tmp_path / "a", RLELossless, [bomb], (16, 16)))
    assert shown(sample("MR_small_RLE.dcm")).rows == 64


@pytest.mark.parametrize(
    "name", ["MR_small_RLE.dcm", "MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm", "SC_rgb_small_odd_jpeg.dcm"]
)
def test_flipped_bits_in_the_pixels_never_raise_anything_else(tmp_path: Path, name: str) -> None:
    whole = sample(name).read_bytes()
    chance = random.Random(name)
    path = tmp_path / "a.dcm"
    for _ in range(25):
        flipped = bytearray(whole)
        for _ in range(4):
            flipped[chance.randrange(len(flipped) // 4, len(flipped))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        try:
            for image in images(path):
                assert picture(image).stored.shape[:2] == (image.rows, image.columns)
        except AnnotatorError as error:
            assert str(error.cause)


def test_many_threads_may_ask_at_once() -> None:
    (image,) = images(sample("JPEG2000.dcm"))
    with ThreadPoolExecutor(6) as threads:
        digests = {found.digest for found in threads.map(lambda _: picture(image), range(24))}
    assert len(digests) == 1


def _options() -> dict[str, Any]:
    return {
        "rows": 64, "columns": 64, "samples_per_pixel": 1, "bits_allocated": 16, "bits_stored": 16,
        "photometric_interpretation": "MONOCHROME2", "pixel_representation": 1,
    }  # fmt: skip


def _frame() -> bytes:
    return get_frame(dcmread(sample("MR_small_RLE.dcm")).PixelData, 0, number_of_frames=1)


def test_a_worker_that_dies_is_an_error_and_is_replaced() -> None:
    pool = Pool()
    try:
        first = pool.decode(RLELossless, _frame(), _options())
        pool.idle[0].end()
        with pytest.raises(Malformed, match="gave up"):
            pool.decode(RLELossless, _frame(), _options())
        assert np.array_equal(pool.decode(RLELossless, _frame(), _options()), first)
    finally:
        pool.close()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes cannot be stopped here")
def test_a_worker_that_hangs_is_ended() -> None:
    pool = Pool(seconds=0.3)
    try:
        pool.decode(RLELossless, _frame(), _options())
        stopped = pool.idle[0].pid
        os.kill(stopped, signal.SIGSTOP)
        with pytest.raises(Malformed, match="gave up"):
            pool.decode(RLELossless, _frame(), _options())
        with pytest.raises(ProcessLookupError):
            os.kill(stopped, 0)
    finally:
        pool.close()


def test_a_closed_pool_has_no_process_and_starts_again() -> None:
    picture(images(sample("MR_small_RLE.dcm"))[0])
    process = POOL.idle[0].pid
    POOL.close()
    assert POOL.idle == []
    if os.name == "posix":
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    assert shown(sample("MR_small_RLE.dcm")).rows == 64


def test_a_script_of_one_line_decodes_and_ends_silently(tmp_path: Path) -> None:
    script = (
        "import sys; from annotator.dicom.header import *; from annotator.dicom.pixels import picture;"
        "p = sys.argv[1]; print(picture(images_of(read_header(p), p)[0]).rows)"
    )
    root = Path(__file__).resolve().parent.parent.parent
    (tmp_path / "numpy.py").write_text("raise SystemExit('the folder of the images is no place for code')")
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error::ResourceWarning", "-c", script, str(sample("MR_small_RLE.dcm"))],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "64", "")
