"""Make values that some scanner wrote legal for their value representation (PS3.5 6.2), or refuse them.

Reading is lenient, writing is strict: what is copied out of a source goes through here, so that the file we write holds legal values only.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from pydicom.datadict import dictionary_VM, dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.valuerep import format_number_as_ds

from annotator.dicom.values import texts
from annotator.i18n import Message, message

LENGTHS = {"SH": 16, "LO": 64, "ST": 1024, "LT": 10240, "UC": 2**20, "UT": 2**20}
"""Most characters of a text value; longer ones are cut."""
_LONG_TEXT = ("ST", "LT", "UT")
_SEXES = {"M": "M", "F": "F", "O": "O", "MALE": "M", "FEMALE": "F", "OTHER": "O"}
_UID = re.compile(r"([01]\.([0-9]|[1-3][0-9])|2\.(0|[1-9][0-9]*))(\.(0|[1-9][0-9]*))*")


def given(source: Dataset, keyword: str) -> tuple[str, ...]:
    """Return the values of a text or number attribute as the source writes them; empty where there is none."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    found = texts(source, tag)
    return found if any(found) else ()


def copied(source: Dataset, keywords: Iterable[str]) -> tuple[dict[str, str | list[str]], tuple[Message, ...]]:
    """Return the legal values of those attributes that the source has, and what had to be mended or left out."""
    found: dict[str, str | list[str]] = {}
    remarks: list[Message] = []
    for keyword in keywords:
        values = given(source, keyword)
        kept = legal(keyword, values)
        if kept != values:
            remarks.append(mended(keyword) if kept else left_out(keyword))
        if kept:
            found[keyword] = kept[0] if len(kept) == 1 else list(kept)
    return found, tuple(remarks)


def mended(keyword: str) -> Message:
    """Say that the source holds an illegal value and that a legal one was made of it."""
    return message("{attribute} of the source image is not legal and was mended", attribute=keyword)


def left_out(keyword: str) -> Message:
    """Say that the source holds an illegal value that was not taken over."""
    return message("{attribute} of the source image is not legal and was left out", attribute=keyword)


def legal(keyword: str, values: Sequence[str]) -> tuple[str, ...]:
    """Return the values of an attribute in legal form; an empty tuple where they cannot be mended.

    An attribute of several values stays one with the same number of values: if one of them cannot be mended none is kept.
    """
    vr = dictionary_VR(keyword)
    if not any(values):
        return ()
    if dictionary_VM(keyword) == "1" and len(values) > 1:
        if vr not in LENGTHS:
            return ()
        values = [" ".join(values)]
    kept = tuple(_mended(keyword, vr, value) if value else "" for value in values)
    return () if None in kept else tuple(value for value in kept if value is not None)


def is_uid(text: str) -> bool:
    """Whether `text` is a legal unique identifier: at most 64 characters, numbers without leading zeros, a root of ISO 8824 (PS3.5 9.1)."""
    return len(text) <= 64 and _UID.fullmatch(text) is not None


def text(value: str, limit: int, *, lines: bool = False) -> str:
    """Return one text value: composed (NFC), without control characters and value separators, at most `limit` characters."""
    composed = unicodedata.normalize("NFC", value)
    kept = "".join(c if _printable(c) or (lines and c in "\r\n\f") else " " for c in composed)
    return shortened((kept if lines else kept.replace("\\", " ")).strip(), limit)


def shortened(value: str, limit: int) -> str:
    """Cut a composed text to at most `limit` code points, never between a letter and the marks that belong to it."""
    end = min(limit, len(value))
    while 0 < end < len(value) and (unicodedata.combining(value[end]) or value[end] in "\u200d\ufe0f"):
        end -= 1
    return value[:end]


def person_name(value: str) -> str:
    """Return a name of one person as a legal PN: at most three groups of five components, 64 characters a group."""
    groups = [text(group, 64) for group in value.split("=")[:3]]
    return "=".join("^".join(group.split("^")[:5]) for group in groups)


def decimal(number: float) -> str | None:
    """Return a number as a decimal string of at most 16 characters, None where it is not finite."""
    return format_number_as_ds(float(number)) if math.isfinite(number) else None


def _printable(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn", "Co")


def _mended(keyword: str, vr: str, value: str) -> str | None:
    if keyword == "PatientSex":
        return _SEXES.get(value.strip().upper())
    if vr in LENGTHS:
        return text(value, LENGTHS[vr], lines=vr in _LONG_TEXT) or None
    mend = _MENDERS.get(vr)
    return mend(value) if mend is not None else None


def _code(value: str) -> str | None:
    upper = value.upper()
    return upper if re.fullmatch(r"[A-Z0-9 _]{1,16}", upper) else None


def _age(value: str) -> str | None:
    found = re.fullmatch(r"0*(\d{1,3})\s*([DWMY]?)", value.upper())
    return f"{int(found[1]):03d}{found[2] or 'Y'}" if found else None


def _date(value: str) -> str | None:
    found = re.fullmatch(r"(\d{4})[.\-/]?(\d{2})[.\-/]?(\d{2})", value)
    if not found or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31):
        return None
    return "".join(found.groups())


def _time(value: str) -> str | None:
    found = re.fullmatch(r"(\d{2}):?(?:(\d{2}):?(?:(\d{2})(\.\d{1,6})?\d*)?)?", value)
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59 or int(found[3] or 0) > 60:
        return None
    return "".join(part or "" for part in found.groups())


def _decimal_text(value: str) -> str | None:
    if len(value) <= 16 and re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value):
        return value
    try:
        return decimal(float(value.replace(",", ".")))
    except ValueError:
        return None


def _integer(value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return str(int(number)) if number.is_integer() and abs(number) < 2**31 else None


_MENDERS: dict[str, Callable[[str], str | None]] = {
    "PN": lambda value: person_name(value) or None,
    "CS": _code,
    "AS": _age,
    "DA": _date,
    "TM": _time,
    "DS": _decimal_text,
    "IS": _integer,
    "UI": lambda value: value if is_uid(value) else None,
}
