"""Read from a header what may mislead about its pictures (`domain.honesty`): what was inverted, compressed, converted or left in doubt."""

from __future__ import annotations

from annotator.dicom.codecs import CODECS
from annotator.dicom.doubtful import Spacing, doubts_of
from annotator.dicom.layout import Layout
from annotator.dicom.source import Header
from annotator.dicom.values import numbers, text, texts
from annotator.domain.honesty import Caution, Doubt, Honesty, Mapping
from annotator.i18n import message

_LOSSY, _RATIO, _METHOD = 0x00282110, 0x00282112, 0x00282114
_BURNED_IN, _SHAPE, _IMAGE_TYPE, _FRAME_OF_REFERENCE = 0x00280301, 0x20500020, 0x00080008, 0x00200052
_MODALITY = 0x00080060
_DARK_AROUND = {"CR", "DX", "MG"}
_METHODS = {
    "ISO_10918_1": "JPEG", "ISO_14495_1": "JPEG-LS", "ISO_15444_1": "JPEG 2000", "ISO_15444_15": "HTJ2K", "ISO_13818_2": "MPEG-2",
    "ISO_14496_10": "MPEG-4", "ISO_23008_2": "HEVC", "ISO_18181_1": "JPEG XL",
}  # fmt: skip
_FAMILIES = {"jpeg": "JPEG", "jpegls": "JPEG-LS", "j2k": "JPEG 2000"}


def inverted_by(header: Header, layout: Layout) -> tuple[str, ...]:
    """Return why black and white are exchanged for the display; it happens once, however many reasons there are.

    MONOCHROME1 comes with PresentationLUTShape INVERSE, MONOCHROME2 with IDENTITY (PS3.3 C.8.11.3.1.2): both words say the same thing.
    """
    if layout.samples > 1 or layout.photometric == "PALETTE COLOR":
        return ()
    reasons = ("MONOCHROME1",) if layout.photometric == "MONOCHROME1" else ()
    return (*reasons, "INVERSE") if text(header, _SHAPE) == "INVERSE" else reasons


def honesty_of(header: Header, layout: Layout, mapping: Mapping, spacing: Spacing) -> Honesty:
    """Return what a file says about how its pictures look, if they are shown with this spacing."""
    codec = CODECS.get(header.transfer_syntax)
    coded = codec is not None and codec.lossy
    methods = texts(header, _METHOD)
    said = _METHODS.get(methods[-1], methods[-1]) if methods else ""
    ratios = numbers(header, _RATIO)
    lossy = coded or text(header, _LOSSY) == "01"
    return Honesty(
        photometric=layout.photometric,
        mapping=mapping,
        inverted_by=inverted_by(header, layout),
        lossy=lossy,
        lossy_ratio=ratios[-1] if lossy and ratios and ratios[-1] > 1 else None,
        lossy_method=(said or (_FAMILIES.get(codec.family, "") if codec and coded else "")) if lossy else "",
        frame_of_reference=bool(text(header, _FRAME_OF_REFERENCE)),
        derived=text(header, _IMAGE_TYPE) == "DERIVED",
        dark_around=layout.samples == 1 and text(header, _MODALITY) in _DARK_AROUND,
        cautions=tuple(_cautions(header, layout, spacing)),
    )


def _cautions(header: Header, layout: Layout, spacing: Spacing) -> list[Caution]:
    found = []
    kind, shape = layout.photometric, text(header, _SHAPE)
    if (kind, shape) in (("MONOCHROME2", "INVERSE"), ("MONOCHROME1", "IDENTITY")):
        sentence = message("the header contradicts itself: {photometric} with {shape}; shown inverted", photometric=kind, shape=shape)
        found.append(Caution(Doubt.INVERSION, sentence))
    if text(header, _BURNED_IN) == "YES":
        found.append(Caution(Doubt.BURNED_IN, message("text is burned into the pixels; it may name the patient")))
    return [*found, *doubts_of(header, spacing)]
