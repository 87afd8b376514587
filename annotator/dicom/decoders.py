"""Decode one compressed frame: pydicom's decoders with the plug-in chosen by us, and two plug-ins of our own.

Runs in the worker process only.  A decoder gets the bytes of a frame, never a file.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from numpy.typing import NDArray
from pydicom.encaps import encapsulate
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from annotator.dicom.codecs import CODECS

if TYPE_CHECKING:
    from pydicom.pixels.decoders.base import DecodeRunner

_OWN = {"openjpeg": "openjpeg_frame", "frame12": "gdcm_frame_of_12_bits"}
DECODER_DEPENDENCIES = {UID(syntax): ("pylibjpeg-openjpeg", "python-gdcm") for syntax in CODECS}
"""What pydicom tells a person who lacks our plug-ins' libraries."""


class Undecodable(Exception):
    """No decoder could read the frame."""


def is_available(uid: str) -> bool:
    """Whether the libraries of our plug-ins are installed (asked by pydicom when they are added)."""
    return uid in CODECS and find_spec("openjpeg") is not None and find_spec("gdcm") is not None


def decode(syntax: str, frame: bytes, options: dict[str, Any]) -> NDArray[Any]:
    """Return the values of a frame as pydicom's `pixel_array` has them, (rows, columns) or (rows, columns, 3), YBR as RGB.

    `options` are pydicom's: rows, columns, samples_per_pixel, bits_allocated, bits_stored, photometric_interpretation,
    pixel_representation, planar_configuration.  Raises Undecodable.
    """
    decoder = get_decoder(UID(CODECS[syntax].like or syntax))
    options = {**options, "number_of_frames": 1}
    reasons = []
    for plugin in CODECS[syntax].plugins:
        try:
            if plugin in _OWN and plugin not in decoder.available_plugins:
                decoder.add_plugin(plugin, (__name__, _OWN[plugin]))
            array: NDArray[Any] = decoder.as_array(encapsulate([frame], has_bot=False), decoding_plugin=plugin, **options)[0]
            return array
        except (RuntimeError, ValueError, MemoryError) as error:
            reasons.append(f"{plugin}: {error}")
    raise Undecodable("; ".join(reasons))


def openjpeg_frame(src: bytes, runner: DecodeRunner) -> bytes:
    """pydicom plug-in: JPEG 2000 and HTJ2K by OpenJPEG."""
    from openjpeg.utils import decode as decode_j2k

    array = decode_j2k(src)
    runner.set_option("bits_allocated", array.dtype.itemsize * 8)
    runner.set_option("planar_configuration", 0)
    if runner.photometric_interpretation in ("YBR_ICT", "YBR_RCT"):
        runner.set_option("photometric_interpretation", "RGB")
    return array.tobytes()


def gdcm_frame_of_12_bits(src: bytes, runner: DecodeRunner) -> bytes:
    """pydicom plug-in: grey JPEG extended of 12 bits, which pydicom's own gdcm plug-in refuses although GDCM reads it."""
    import gdcm

    if runner.samples_per_pixel != 1 or runner.bits_allocated != 16:
        raise ValueError("only grey frames of 16 bits allocated")
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(src)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((runner.columns, runner.rows, 1))
    image.SetDataElement(element)
    grey = gdcm.PhotometricInterpretation.GetPIType("MONOCHROME2")
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(grey))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(str(runner.transfer_syntax))))
    image.SetPixelFormat(gdcm.PixelFormat(1, 16, 12, 11, runner.pixel_representation))
    return cast(bytes, image.GetBuffer().encode("utf-8", "surrogateescape"))
