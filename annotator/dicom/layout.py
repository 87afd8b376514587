"""Say how the pixels of a file are laid out, and whether that can be true: the checks before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.dataset import Dataset

from annotator.dicom.codecs import CODECS, NATIVE
from annotator.dicom.source import Header
from annotator.dicom.values import integer, name_of_uid, text
from annotator.i18n import Message, message

PIXEL_LIMIT = 2 * 2**30
"""Most bytes that the frames of one file may take when decoded."""
MAX_FRAMES = 100_000
MISSING_SHOWN = 64
"""So many frames that a header announces and the file does not hold are listed as broken images, and no more."""
_LEAST_OF_A_FRAME = 16
"""Bytes of the smallest compressed frame: the head of its item and a few bytes."""
_FLOATS = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}


@dataclass(frozen=True)
class Layout:
    """The Image Pixel module (PS3.3 C.7.6.3): sizes in pixels and bits."""

    rows: int
    columns: int
    frames: int
    samples: int
    allocated: int
    stored: int
    signed: bool
    photometric: str
    planar: bool
    spare: int = 0
    """Bits below those that are stored (HighBit above BitsStored − 1, as old files have it); compressed pixels have none."""

    @property
    def values(self) -> int:
        """Samples of one frame."""
        return self.rows * self.columns * self.samples

    @property
    def subsampled(self) -> bool:
        """YBR_FULL_422: two pixels share their colours (only uncompressed pixels are stored so)."""
        return self.photometric == "YBR_FULL_422" and self.samples == 3

    @property
    def frame_bits(self) -> int:
        """Bits that one uncompressed frame takes in the file."""
        values = self.rows * self.columns * 2 if self.subsampled else self.values
        return values * self.allocated

    @property
    def total_bytes(self) -> int:
        """Bytes of all frames, decoded."""
        return self.values * self.frames * max(self.allocated, 8) // 8


def layout_of(dataset: Dataset) -> Layout:
    """Return the layout that the header announces; zero rows or columns where it announces none."""
    place = dataset.place if isinstance(dataset, Header) else None
    stored, high = integer(dataset, 0x00280101) or 0, integer(dataset, 0x00280102) or 0
    allocated = _FLOATS.get(place.keyword if place else "") or integer(dataset, 0x00280100) or 16
    return Layout(
        rows=integer(dataset, 0x00280010) or 0,
        columns=integer(dataset, 0x00280011) or 0,
        frames=max(integer(dataset, 0x00280008) or 1, 1),
        samples=integer(dataset, 0x00280002) or 1,
        allocated=allocated,
        stored=stored or allocated,
        signed=integer(dataset, 0x00280103) == 1,
        photometric=text(dataset, 0x00280004) or "MONOCHROME2",
        planar=integer(dataset, 0x00280006) == 1,
        spare=high + 1 - stored if 0 < stored <= high < allocated else 0,
    )


def problem_of(header: Header, layout: Layout, frame: int) -> Message | None:
    """Say why a frame (from 0) cannot be shown, as far as the header tells; None while nothing speaks against it."""
    place = header.place
    if place is None:
        return message("the file holds no pixels")
    if layout.rows <= 0 or layout.columns <= 0:
        return message("its header does not say how many rows and columns the image has")
    if layout.total_bytes > PIXEL_LIMIT or layout.frames > MAX_FRAMES:
        return message("its header announces more than {size} GB of pixels", size=PIXEL_LIMIT // 2**30)
    syntax = header.transfer_syntax
    if syntax not in CODECS and syntax not in NATIVE:
        return message("its compression ({name}) cannot be decoded", name=name_of_uid(syntax))
    if layout.samples not in (1, 3) or layout.allocated not in (1, 8, 16, 32, 64) or not 0 < layout.stored <= layout.allocated:
        return message("its pixels are stored in a way that is not supported")
    return _missing_pixels(header, layout, frame) if syntax in NATIVE else None


def frames_shown(header: Header, layout: Layout) -> int:
    """Return how many of the announced frames make images: those that the file can hold, and some of those that are missing.

    A header may announce a hundred thousand frames in a file of a few kilobytes; each would be an image that cannot be shown.
    """
    place, stream = header.place, header.stream
    if place is None:
        return layout.frames
    if place.length is None:
        held = (stream.size - place.offset) // _LEAST_OF_A_FRAME
    else:
        there = place.length if stream.deflated else min(place.length, stream.size - place.offset)
        held = 8 * there // max(layout.frame_bits, 1)
    return min(layout.frames, max(held, 0) + MISSING_SHOWN)


def _missing_pixels(header: Header, layout: Layout, frame: int) -> Message | None:
    """Whether an uncompressed frame lies beyond the end of its element or of the file."""
    place, stream = header.place, header.stream
    if place is None or place.length is None:
        return message("its pixels are stored in a way that is not supported")
    available = place.length if stream.deflated else min(place.length, stream.size - place.offset)
    if (layout.frame_bits * (frame + 1) + 7) // 8 > available:
        return message("the file ends before the pixels of this image do")
    return None
