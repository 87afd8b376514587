"""Write small DICOM files for the tests: from given bytes, element by element, or as an image with a few attributes changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from struct import pack
from typing import Any

import numpy as np
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from annotator.dicom.header import images_of, read_header
from annotator.domain.image import Image

LONG = {"OB", "OW", "SQ", "UN", "UT"}


def sample(name: str) -> Path:
    """Return a test file that comes with pydicom."""
    found = get_testdata_file(name, download=False)
    assert isinstance(found, str), name
    return Path(found)


def element(tag: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    """Encode one element, explicit little endian; `length` may lie."""
    size = len(value) if length is None else length
    head = pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    return head + (pack("<HL", 0, size) if vr in LONG else pack("<H", size)) + value


def part10(*elements: bytes, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """Return a file of these elements with preamble and file meta information."""
    uid = syntax.encode() + b"\0" * (len(syntax) % 2)
    return bytes(128) + b"DICM" + element(0x00020010, "UI", uid) + b"".join(elements)


def dataset(pixels: np.ndarray[Any, Any], **attributes: Any) -> Dataset:
    """Return a CT image of these pixels; attributes by keyword, None leaves one out."""
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = CTImageStorage, "1.2.3.4"
    made.StudyInstanceUID, made.SeriesInstanceUID = "1.2.3", "1.2.3.1"
    made.Modality, made.PatientID, made.InstanceNumber = "CT", "P1", 1
    made.Rows, made.Columns = pixels.shape[:2] if pixels.ndim == 2 or pixels.shape[-1] == 3 else pixels.shape[1:3]
    made.SamplesPerPixel = 3 if pixels.shape[-1] == 3 and pixels.ndim > 2 else 1
    made.PhotometricInterpretation = "MONOCHROME2" if made.SamplesPerPixel == 1 else "RGB"
    if made.SamplesPerPixel == 3:
        made.PlanarConfiguration = 0
    made.BitsAllocated = made.BitsStored = pixels.dtype.itemsize * 8
    made.HighBit, made.PixelRepresentation = made.BitsStored - 1, int(pixels.dtype.kind == "i")
    made.PixelData = pixels.tobytes()
    for keyword, value in attributes.items():
        if value is None:
            delattr(made, keyword)
        else:
            setattr(made, keyword, value)
    return made


def saved(made: Dataset, path: Path, syntax: str = ExplicitVRLittleEndian) -> Path:
    """Write a data set, as it is."""
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = syntax
    made["PixelData"].VR = "OB" if made.BitsAllocated <= 8 or syntax != ExplicitVRLittleEndian else "OW"
    made.save_as(path, enforce_file_format=True)
    return path


def compressed(path: Path, syntax: str, frames: Iterable[bytes], shape: tuple[int, ...], **attributes: Any) -> Path:
    """Write an image whose compressed frames are these bytes, whatever they are."""
    pixels = np.zeros(shape, dtype=np.uint8)
    made = dataset(pixels, **attributes)
    made.PixelData = encapsulate(list(frames))
    made["PixelData"].is_undefined_length = True
    return saved(made, path, syntax)


def images(path: Path) -> tuple[Image, ...]:
    """Return the images of a file."""
    return images_of(read_header(path), path)
