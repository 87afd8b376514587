"""Know which decoder reads which compression, and what a compressed frame itself says about its size.

By licence, speed and safety: RLE by pydicom; JPEG and JPEG 2000 by Pillow, then OpenJPEG; JPEG-LS by CharLS (pyjpegls); JPEG lossless by
GDCM, which is given single frames and never a file.  Nothing is decoded here; that happens in `worker`, in a process of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import unpack_from

NATIVE = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"}
"""Transfer syntaxes without compression of pixels: implicit and explicit, little and big endian, deflated."""


@dataclass(frozen=True)
class Codec:
    """One compression: its family (`rle`, `jpeg`, `jpegls`, `j2k`), its decoders in order of trial, and whether it can lose detail."""

    family: str
    plugins: tuple[str, ...]
    lossy: bool
    like: str = ""
    """The transfer syntax as which pydicom decodes it, where it does not know this one."""


_JPEG = "1.2.840.10008.1.2.4."
CODECS = {
    "1.2.840.10008.1.2.5": Codec("rle", ("pydicom",), lossy=False),
    _JPEG + "50": Codec("jpeg", ("pillow",), lossy=True),
    _JPEG + "51": Codec("jpeg", ("pillow", "frame12"), lossy=True),
    _JPEG + "53": Codec("jpeg", ("pillow", "frame12"), lossy=True, like=_JPEG + "51"),
    _JPEG + "55": Codec("jpeg", ("pillow", "frame12"), lossy=True, like=_JPEG + "51"),
    _JPEG + "57": Codec("jpeg", ("gdcm",), lossy=False),
    _JPEG + "70": Codec("jpeg", ("gdcm",), lossy=False),
    _JPEG + "80": Codec("jpegls", ("pyjpegls", "gdcm"), lossy=False),
    _JPEG + "81": Codec("jpegls", ("pyjpegls", "gdcm"), lossy=True),
    _JPEG + "90": Codec("j2k", ("pillow", "openjpeg"), lossy=False),
    _JPEG + "91": Codec("j2k", ("pillow", "openjpeg"), lossy=True),
    _JPEG + "201": Codec("j2k", ("openjpeg",), lossy=False),
    _JPEG + "202": Codec("j2k", ("openjpeg",), lossy=False),
    _JPEG + "203": Codec("j2k", ("openjpeg",), lossy=True),
}
"""Transfer syntax → how it is decoded (PS3.5 10, PS3.6 A); the retired 53 and 55 are JPEG by spectral selection and full progression."""

_FRAME_MARKERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC} | {0xF7}
"""Start of frame: JPEG (ISO 10918-1 B.1.1.3) and JPEG-LS (ISO 14495-1 C.2.2)."""
_STANDALONE = {0x01, *range(0xD0, 0xD9)}


def announced_size(codec: Codec, frame: bytes) -> tuple[int, int, int] | None:
    """Return (rows, columns, samples) as the compressed frame itself says; None if it says nothing that can be read.

    RLE frames carry no size.
    """
    if codec.family == "j2k":
        return _size_of_j2k(frame)
    return _size_of_jpeg(frame)


def _size_of_j2k(frame: bytes) -> tuple[int, int, int] | None:
    """Read the SIZ marker segment (ISO 15444-1 A.5.1), behind a JP2 file header too."""
    start = frame.find(b"\xff\x4f\xff\x51", 0, 4096)
    if start < 0 or len(frame) < start + 42:
        return None
    width, height, left, top = unpack_from(">4L", frame, start + 8)
    return height - top, width - left, unpack_from(">H", frame, start + 40)[0]


def _size_of_jpeg(frame: bytes) -> tuple[int, int, int] | None:
    position = 2
    if frame[:2] != b"\xff\xd8":
        return None
    while position + 4 <= len(frame):
        if frame[position] != 0xFF:
            return None
        marker = frame[position + 1]
        if marker == 0xFF or marker in _STANDALONE:
            position += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAME_MARKERS:
            if position + 10 > len(frame):
                return None
            rows, columns, samples = unpack_from(">HHB", frame, position + 5)
            return rows, columns, samples
        position += 2 + int(unpack_from(">H", frame, position + 2)[0])
    return None
