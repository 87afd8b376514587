"""Decide what may stay of one value, by its value representation: whatever can hold a name stays only if it can be shown to hold none.

The dictionary's representation counts, not the one that the file claims: a text in an attribute of numbers is no number, whatever the
file says.  Values are bytes in little-endian order; a value of None means that the attribute is removed.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pydicom._uid_dict import UID_dictionary

from annotator.dicom.charsets import decoded, guessed
from annotator.dicom.deidentify_table import most_values
from annotator.dicom.deidentify_words import Words
from annotator.dicom.legal import decimal, is_uid
from annotator.domain.keyed import Keyed

WIDTHS = {"US": 2, "SS": 2, "UL": 4, "SL": 4, "FL": 4, "FD": 8, "AT": 4, "SV": 8, "UV": 8}
"""Bytes of one number."""
TEXTS = {"LO", "SH", "ST", "LT", "UT", "UC", "PN", "AE", "UR"}
DUMMIES: Mapping[str, bytes] = {
    **dict.fromkeys(("LO", "SH", "ST", "LT", "UT", "UC"), b"removed "), "PN": b"", "AE": b"REMOVED ", "DS": b"0 ", "IS": b"0 ", "CS": b"",
}  # fmt: skip
"""What stands where the standard wants a value and nothing else is known."""
_DECIMAL, _INTEGER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"), re.compile(r"[+-]?\d{1,10}")
_LONGEST_NUMBER = 32
"""Characters of a number; the standard allows 16, and what is longer is written shorter."""
_TIME, _AGE = re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?"), re.compile(r"\d{3}[DWMY]")
_DATE, _MOMENT = re.compile(r"\d{8}"), re.compile(r"\d{8}(\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?)?([+-]\d{4})?")
_IMAGE_TYPE = 0x00080008
_WRITTEN = re.compile(r"[0-9A-Za-z가-힣 ^._-]+")
_INDICES = {0x00209157: 65536, 0x00280009: 2**32}
"""Numbers without end that an image of several frames needs, and below what each of them stays: dimension indices, frame increments."""


@dataclass(frozen=True)
class Rules:
    """What the values of one patient's images are held against."""

    keyed: Keyed
    days: int | None
    """By how many days dates move; None: dates and times are emptied."""
    words: Words
    codes: Words
    """The same for coded texts, where a name that is also a term of the standard is the term."""
    mapped: bool = True
    """Whether identifiers and dates are still to be mapped: not in a file that says it was done already."""


Checked = tuple[bytes | None, bool]
"""What stays, and whether it is something else than before."""


def checked(tag: int, vr: str, value: bytes, codecs: Sequence[str], rules: Rules, *, free_text: bool) -> Checked:
    """Return what may stay of a value; `free_text`: a text that the project keeps, which is cleaned word by word."""
    if vr in WIDTHS:
        return _numbers(tag, vr, value)
    if vr in TEXTS:
        return _text(vr, value, codecs, rules) if free_text else (None, True)
    rule = _RULES.get(vr)
    if rule is None:
        return None, True
    text = value.decode("latin-1").strip(" \0")
    if not text:
        return b"", False
    parts = [part.strip(" \0") for part in text.split("\\")]
    most = most_values(tag)
    kept = [rule(part, rules) if part else "" for part in parts]
    if tag == _IMAGE_TYPE and kept[0]:  # its values are told by their place: an unknown one leaves that to the others
        kept = [part if part is not None else "OTHER" for part in kept]
    if None in kept or (0 < most < len(kept)):
        return b"", True
    return padded("\\".join(part or "" for part in kept), vr), kept != parts


def padded(text: str, vr: str) -> bytes:
    """Return a text as the bytes of an element: UTF-8, of even length (PS3.5 6.2)."""
    content = text.encode()
    return content + (b"\0" if vr == "UI" else b" ") * (len(content) % 2)


def _numbers(tag: int, vr: str, value: bytes) -> Checked:
    width = WIDTHS[vr]
    most = len(value) // width if tag in _INDICES else 3 if tag >> 16 & 1 else most_values(tag)
    if len(value) % width or len(value) // width > most or _reads_as_text(value):
        return None, True
    if tag in _INDICES and any(number >= _INDICES[tag] for number in struct.unpack(f"<{len(value) // 4}L", value)):
        return None, True
    if vr in ("FL", "FD") and value:
        form = "f" if vr == "FL" else "d"
        if any(abs(number) > 1e30 or number != number for number in struct.unpack(f"<{len(value) // width}{form}", value)):
            return None, True
    return value, False


def _reads_as_text(value: bytes) -> bool:
    """Whether bytes that should be numbers are letters or digits in one of the encodings that texts have."""
    if len(value) < 6:
        return False
    for codec in ("utf-8", "euc-kr", "utf-16-le", "utf-16-be"):
        try:
            text = value.decode(codec).strip("\0")
        except UnicodeDecodeError:
            continue
        if len(text) > 2 and _WRITTEN.fullmatch(text):
            return True
    return False


def _text(vr: str, value: bytes, codecs: Sequence[str], rules: Rules) -> Checked:
    text = decoded(value, codecs)
    told = (guessed(value) if text is None else text).strip(" \0\r\n\t")
    parts = told.split("\\") if vr in ("LO", "SH", "UC") else [told.replace("\\", " ")]
    cleaned = [rules.words.cleaned(part) for part in parts]
    return padded("\\".join(part for part, _ in cleaned), vr), any(lost for _, lost in cleaned)


def _code(text: str, rules: Rules) -> str | None:
    kept, lost = rules.codes.cleaned(text)
    return None if lost else kept


def _number(form: re.Pattern[str]) -> Callable[[str, Rules], str | None]:
    def rule(text: str, rules: Rules) -> str | None:
        identifies = len(text) >= 4 and (text.lstrip("+-0") in rules.words.terms or text in rules.words.terms)
        if len(text) > _LONGEST_NUMBER or not form.fullmatch(text) or identifies:
            return None
        return text if len(text) <= 16 else decimal(float(text))

    return rule


def identifier(text: str, rules: Rules) -> str:
    """Return what stands for a UID: one of the standard stays, every other one becomes another, even one that is illegal."""
    if text in UID_dictionary:
        return text
    return text if not rules.mapped and is_uid(text) else rules.keyed.uid(text)


def _moment(form: re.Pattern[str]) -> Callable[[str, Rules], str | None]:
    def rule(text: str, rules: Rules) -> str | None:
        plain = text.replace(".", "").replace("-", "") if form is _DATE else text
        if rules.days is None or not form.fullmatch(plain):
            return None
        return shifted(plain, rules.days) if rules.mapped else plain

    return rule


def shifted(text: str, days: int) -> str:
    """Move the date at the beginning of `yyyymmdd…` by whole days; empty where it is no date, or none any more afterwards."""
    try:
        moved = date(int(text[:4]), int(text[4:6]), int(text[6:8])) + timedelta(days=days)
    except (ValueError, OverflowError):
        return ""
    return f"{moved.year:04d}{moved.month:02d}{moved.day:02d}{text[8:]}"


def _time(text: str, rules: Rules) -> str | None:
    plain = text.replace(":", "")
    return plain if rules.days is not None and _TIME.fullmatch(plain) else None


_RULES: Mapping[str, Callable[[str, Rules], str | None]] = {
    "CS": _code,
    "DS": _number(_DECIMAL),
    "IS": _number(_INTEGER),
    "UI": identifier,
    "DA": _moment(_DATE),
    "DT": _moment(_MOMENT),
    "TM": _time,
    "AS": lambda text, rules: text if _AGE.fullmatch(text) else None,
}
