"""Find where a header contradicts itself about lengths, shapes and sides, or leaves them open."""

from __future__ import annotations

import re

from annotator.dicom.source import Header
from annotator.dicom.values import numbers, text, texts
from annotator.domain.honesty import Caution, Doubt
from annotator.i18n import Message, message

_PIXEL_SPACING, _AT_DETECTOR, _OF_SCAN, _ASPECT = 0x00280030, 0x00181164, 0x00182010, 0x00280034
_CALIBRATION, _CALIBRATION_SAID = 0x00280A02, 0x00280A04
_IMAGE_SIDE, _SERIES_SIDE, _IMAGE_TYPE = 0x00200062, 0x00200060, 0x00080008
_DESCRIPTIONS = (0x0008103E, 0x00181030, 0x00081030)
"""SeriesDescription, ProtocolName, StudyDescription."""
_MEASURED = {"CT", "MR", "PT", "NM", "CR", "DX", "MG"}
"""Modalities of which a reader expects lengths in millimetres."""
_PROJECTIONS = {"CR", "DX", "MG"}
_LEFT = re.compile(r"(?<![A-Z])(LEFT|LT)(?![A-Z])|좌측|왼쪽")
_RIGHT = re.compile(r"(?<![A-Z])(RIGHT|RT)(?![A-Z])|우측|오른쪽")
Spacing = tuple[float, float] | None
"""That with which an image is shown and measured."""
_SAME = 0.01
"""Lengths that differ by less than this share are the same."""


def doubts_of(header: Header, shown: Spacing) -> tuple[Caution, ...]:
    """Return what is doubtful about sides, lengths and the shape of pixels, most serious first."""
    sides = [(Doubt.SIDE, _side(header)), (Doubt.MOSAIC, _mosaic(header))]
    found = [*sides, (Doubt.SPACING, _spacing(header, shown)), (Doubt.SHAPE, _shape(header, shown))]
    return tuple(Caution(kind, said) for kind, said in found if said is not None)


def _side(header: Header) -> Message | None:
    """ImageLaterality against Laterality, and either against what a projection's descriptions say."""
    image, series = text(header, _IMAGE_SIDE), text(header, _SERIES_SIDE)
    if {image, series} == {"L", "R"}:
        return message("the side is {image} for the image and {series} for its series", image=image, series=series)
    side = image or series
    if side not in ("L", "R") or text(header, 0x00080060) not in _PROJECTIONS:
        return None
    for tag in _DESCRIPTIONS:
        described = text(header, tag)
        left, right = _LEFT.search(described.upper()), _RIGHT.search(described.upper())
        if bool(left) != bool(right) and (side == "L") == bool(right):
            return message("the side is {side}, but the description says “{described}”", side=side, described=described)
    return None


def _mosaic(header: Header) -> Message | None:
    if "MOSAIC" not in texts(header, _IMAGE_TYPE):
        return None
    return message("several slices are tiled into one image (mosaic): places in the patient and lengths across tiles are wrong")


def _spacing(header: Header, shown: Spacing) -> Message | None:
    """PS3.3 10.7: PixelSpacing is in the patient (or calibrated), ImagerPixelSpacing at the detector, the nominal one on scanned film."""
    said_ones = [numbers(header, tag) for tag in (_PIXEL_SPACING, _AT_DETECTOR, _OF_SCAN)]
    spacing, detector, film = map(_pair, said_ones)
    if any(found and pair is None for found, pair in zip(said_ones[:2], (spacing, detector), strict=True)):
        return message("the pixel spacing in the header is impossible")
    calibrated = bool(detector or film) and bool(text(header, _CALIBRATION) or text(header, _CALIBRATION_SAID))
    if spacing and detector and not calibrated and _differ(spacing, detector):
        said = {"spacing": _said(spacing), "detector": _said(detector)}
        if spacing[0] > detector[0] * (1 + _SAME):
            return message("pixels are {spacing} mm in the patient but {detector} mm at the detector, which cannot be", **said)
        return message("pixels are {spacing} mm, {detector} mm at the detector; how that was calibrated is not said", **said)
    if spacing and film and not calibrated and _differ(spacing, film):
        return message("pixels are {spacing} mm, but {film} mm on the scanned film", spacing=_said(spacing), film=_said(film))
    if text(header, 0x00080060) in _MEASURED and shown is None:
        return message("the header does not say how large its pixels are: there are no lengths in mm")
    return None


def _shape(header: Header, shown: Spacing) -> Message | None:
    if shown is not None:
        return message("pixels are not square: {spacing} mm", spacing=_said(shown)) if _differ(shown, shown[::-1]) else None
    aspect = _pair(numbers(header, _ASPECT))
    if aspect is None or not _differ(aspect, aspect[::-1]):
        return None
    return message("pixels are not square ({aspect}) but shown so: the shape is wrong", aspect=f"{aspect[0]:g} : {aspect[1]:g}")


def _pair(values: tuple[float, ...]) -> tuple[float, float] | None:
    return (values[0], values[1]) if len(values) == 2 and min(values) > 0 else None


def _differ(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return any(abs(a - b) > _SAME * max(a, b) for a, b in zip(one, other, strict=True))


def _said(spacing: tuple[float, float]) -> str:
    """Height × width of a pixel."""
    return f"{spacing[0]:.4g} × {spacing[1]:.4g}"
