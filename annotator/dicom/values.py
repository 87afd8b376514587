"""Read single values from a data set leniently: what is missing or illegal is absent, never an exception and never a warning.

pydicom converts and validates; here the raw bytes of the few attributes that the reader needs are taken as they are.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable, Sequence
from typing import Any, cast

from pydicom import config
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as Items
from pydicom.tag import BaseTag
from pydicom.uid import UID

from annotator.dicom.charsets import CHARACTER_SET, codecs_of, decoded, opened
from annotator.dicom.elements import Malformed
from annotator.paths import nfc

_YEARS = {"D": 365.25, "W": 365.25 / 7, "M": 12.0, "Y": 1.0}
_BINARY = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "FL": "f", "FD": "d"}


def _element(dataset: Dataset, tag: int) -> RawDataElement | DataElement | None:
    """The element as it is held: what has no value stays raw, nothing is converted here.

    `get_item(tag, keep_deferred=True)` gives the same and takes five times as long; a check of a data set asks fifty times an image.
    """
    return dataset._dict.get(cast(BaseTag, tag))


def holds(dataset: Dataset, tag: int) -> bool:
    """Whether a data set has an attribute, be it empty."""
    return tag in dataset._dict


def texts(dataset: Dataset, tag: int) -> tuple[str, ...]:
    """Return the values of a text attribute, stripped and composed (NFC); empty if it is missing."""
    element = _element(dataset, tag)
    if element is None or not element.value:
        return ()
    if isinstance(element, RawDataElement):
        text = _decode(dataset, element.value)
        return tuple(nfc(value.strip(" \0\r\n\t")) for value in text.split("\\"))
    values = element.value if isinstance(element.value, MultiValue | list | tuple) else (element.value,)
    return tuple(nfc(str(value).strip(" \0\r\n\t")) for value in values)


def text(dataset: Dataset, tag: int) -> str:
    """Return the first value of a text attribute; empty if it is missing."""
    values = texts(dataset, tag)
    return values[0] if values else ""


def _decode(dataset: Dataset, value: bytes | None) -> str:
    if not value or (value.isascii() and b"\x1b" not in value):
        return (value or b"").decode("ascii")
    return decoded(value, _codecs(dataset)) or value.decode("latin-1")


def _codecs(dataset: Dataset) -> Sequence[str]:
    """Return Python's names of the character sets that a data set, or the one around it, declares."""
    declared = _element(dataset, CHARACTER_SET)
    if isinstance(declared, RawDataElement):
        return codecs_of(declared)
    known = dataset.original_character_set or "iso8859"
    return (known,) if isinstance(known, str) else known


def numbers(dataset: Dataset, tag: int) -> tuple[float, ...]:
    """Return the finite numbers of a numeric attribute; empty if it is missing or one of them is no number."""
    element = _element(dataset, tag)
    if element is None or element.value is None:
        return ()
    try:
        values = _binary(element) if isinstance(element, RawDataElement) else _listed(element.value)
        found = tuple(float(value) for value in values)
    except (ValueError, TypeError, struct.error):
        return ()
    return found if all(math.isfinite(value) for value in found) else ()


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, MultiValue | list | tuple) else (value,)


def _binary(element: RawDataElement) -> Iterable[float | str]:
    value = element.value or b""
    vr = element.VR
    if vr in (None, "UN"):
        vr = _known_vr(element.tag)
    kind = _BINARY.get(vr or "")
    if kind is None:
        parts = value.decode("latin-1").strip(" \0").split("\\")
        return parts if parts != [""] else ()
    size = struct.calcsize("<" + kind)
    return struct.unpack(f"{'<' if element.is_little_endian else '>'}{len(value) // size}{kind}", value[: len(value) // size * size])


def _known_vr(tag: int) -> str:
    try:
        return dictionary_VR(tag).split(" ")[0]  # “US or SS” is read unsigned
    except KeyError:
        return "UN"


def number(dataset: Dataset, tag: int) -> float | None:
    """Return the first number of a numeric attribute; None if it is missing or no number."""
    values = numbers(dataset, tag)
    return values[0] if values else None


def integer(dataset: Dataset, tag: int) -> int | None:
    """Return the first number of an attribute as a whole number; None if it is missing or no number."""
    element = _element(dataset, tag)
    if isinstance(element, RawDataElement) and element.VR == "US" and element.value is not None and len(element.value) == 2:
        return int.from_bytes(element.value, "little" if element.is_little_endian else "big")  # most of them, and at once
    value = number(dataset, tag)
    return None if value is None else int(value)


def items(dataset: Dataset, tag: int) -> Items | tuple[()]:
    """Return the items of a sequence; none if it is missing or broken."""
    element = _element(dataset, tag)
    if element is None or not element.value:
        return ()
    if isinstance(element, RawDataElement):
        try:
            found = opened(element, _codecs(dataset))
        except Malformed:
            return ()
        dataset[BaseTag(tag)] = DataElement(BaseTag(tag), "SQ", found)
        return found
    return element.value if isinstance(element.value, Items) else ()


def name_of_uid(uid: str) -> str:
    """Return the name of a registered UID; others stay as they are, legal or not."""
    return UID(uid, validation_mode=config.IGNORE).name


def first(dataset: Dataset, tag: int) -> Dataset | None:
    """Return the first item of a sequence; None if there is none."""
    found = items(dataset, tag)
    return found[0] if found else None


def years(dataset: Dataset, tag: int) -> int | None:
    """Return an age (AS, PS3.5 6.2: `045Y`) in whole years; None where there is none."""
    found = re.fullmatch(r"(\d{1,3})([DWMY]?)", text(dataset, tag).strip().upper())
    return int(int(found[1]) / _YEARS[found[2] or "Y"]) if found else None
