"""Read from a header what an intake asks about a series beyond its images: how it was made, by what, and whose it is."""

from __future__ import annotations

import re

from pydicom.dataset import Dataset

from annotator.dicom.geometry import FRAME_GROUPS, SHARED_GROUPS
from annotator.dicom.pet import enhanced_pet_of, pet_of
from annotator.dicom.values import first, numbers, text, texts
from annotator.domain.intake import Traits, weighting_of
from annotator.domain.suv import NoSuv, suv_of
from annotator.i18n import Message, message

_SAID_PA = re.compile(r"(?<![A-Z])(PA|AP|LAT(?:ERAL)?|LL|RL|LLD|RLD)(?![A-Z])")
_PROJECTIONS = ("CR", "DX")
_TIMES = {0x00180080: (0x00189112, 0x00180080), 0x00180081: (0x00189114, 0x00189082)}
"""RepetitionTime, EchoTime → in which functional group an enhanced image says it, and how it is called there (PS3.3 C.8.13.5)."""


def traits_of(header: Dataset) -> Traits:
    """Return what the header of one image says of how it was made."""
    told = " ".join(text(header, tag) for tag in (0x0008103E, 0x00181030, 0x00180024, 0x00189005))
    repetition, echo = (next(iter(numbers(header, tag)), 0.0) or _grouped(header, *enhanced) for tag, enhanced in _TIMES.items())
    modality = text(header, 0x00080060)
    return Traits(
        kind=tuple(texts(header, 0x00080008)),
        conversion=text(header, 0x00080064),
        burned_in=text(header, 0x00280301).upper(),
        view=_projection(header, told) if modality in _PROJECTIONS else "",
        body_part=text(header, 0x00180015),
        manufacturer=text(header, 0x00080070),
        model=text(header, 0x00081090),
        dimension=text(header, 0x00180023),
        weighting=weighting_of(told, repetition, echo) if modality == "MR" else "",
        birth_date=text(header, 0x00100030),
        sex=text(header, 0x00100040),
        no_suv=_no_suv(header) if modality == "PT" else (),
        done_before=text(header, 0x00120062) == "YES",
    )


def _no_suv(header: Dataset) -> tuple[Message, ...]:
    """Why the first image has no standardised uptake value; nothing: it has one."""
    if first(header, FRAME_GROUPS) is not None:
        told, _ = enhanced_pet_of(header, 0, signed=numbers(header, 0x00280103) == (1.0,))
    else:
        told = pet_of(header)
    found = suv_of(told)
    return tuple(message("no SUV: {reason}", reason=reason) for reason in found.reasons) if isinstance(found, NoSuv) else ()


def _grouped(header: Dataset, sequence: int, tag: int) -> float:
    """A number of the functional groups of an enhanced image, shared or of the first frame; 0: they do not say it."""
    for group in (first(header, SHARED_GROUPS), first(header, FRAME_GROUPS)):
        found = first(group, sequence) if group is not None else None
        if found is not None and (said := numbers(found, tag)):
            return said[0]
    return 0.0


def _projection(header: Dataset, told: str) -> str:
    """ViewPosition (PS3.3 C.8.11.5), else the projection that the descriptions name, if they name one only."""
    said = text(header, 0x00185101).upper()
    if said:
        return said
    found = set(_SAID_PA.findall(told.upper()))
    return found.pop() if len(found) == 1 else ""
