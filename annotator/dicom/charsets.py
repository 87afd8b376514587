"""Make the texts of a data set readable, whatever character set it declares or forgets to declare (PS3.3 C.12.1.1.2, PS3.5 6.1).

A set that fits its bytes is respected.  Where none is declared, or the declared one cannot be, the original bytes are read as strict UTF-8,
then as cp949, as Korean systems write them; such a data set is handed on as UTF-8 (`ISO_IR 192`), so that nobody meets the bad set again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from pydicom.charset import CODES_TO_ENCODINGS, handled_encodings, python_encoding
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.tag import BaseTag

from annotator.dicom.elements import Coding, Malformed, items_in

CHARACTER_SET = BaseTag(0x00080005)
_TEXT_VRS = {"SH", "LO", "ST", "LT", "UC", "UT", "PN"}
_ASCII = {"", "ISO_IR 6", "ISO 2022 IR 6"}
_SINGLE_LATIN = {"ISO_IR 100", "ISO 2022 IR 100"}
_TERM = re.compile(r"ISO[ _-]*(2022)?[ _-]*IR[ _-]*(\d+)", re.IGNORECASE)
_ESCAPE = re.compile(rb"(\x1b(?:\$[()]?|[()-])[A-Z])")
_HIGH = re.compile(rb"[\x80-\xff]+")
_HANGUL = re.compile(rb"(?:[\xb0-\xc8][\xa1-\xfe])+")
"""Hangul syllables in KS X 1001; in Latin-1 the first of each pair is a sign or a capital letter, never one inside a name."""

Raws = Mapping[BaseTag, RawDataElement]
Elements = dict[BaseTag, RawDataElement | DataElement]


def terms_of(element: RawDataElement | None) -> tuple[str, ...]:
    """Return the character sets that (0008,0005) declares, common misspellings mended; empty if none is declared."""
    text = (element.value or b"").decode("latin-1").strip(" \0") if element else ""
    return tuple(_mended(term.strip(" \0")) for term in text.split("\\")) if text else ()


def _mended(term: str) -> str:
    spelled = _TERM.fullmatch(term)
    if term in python_encoding or spelled is None:
        return term
    extended, number = spelled.groups()
    return f"ISO 2022 IR {number}" if extended or f"ISO_IR {number}" not in python_encoding else f"ISO_IR {number}"


def codecs_of(element: RawDataElement | None) -> tuple[str, ...]:
    """Return Python's names of the character sets that (0008,0005) declares, as pydicom uses them; Latin-1 where it declares none."""
    return tuple(python_encoding.get(term, "iso8859") for term in terms_of(element)) or ("iso8859",)


def decoded(value: bytes, codecs: Sequence[str]) -> str | None:
    """Decode a text value, following its escape sequences; None where it does not fit its character sets."""
    parts = _ESCAPE.split(value)
    try:
        text = parts[0].decode(codecs[0])
        for escape, rest in zip(parts[1::2], parts[2::2], strict=True):
            codec = CODES_TO_ENCODINGS[escape]
            text += (escape + rest).decode(codec) if codec in handled_encodings else rest.decode(codec)
    except (UnicodeError, LookupError):
        return None
    return text


def guessed(value: bytes) -> str:
    """Decode text bytes of an unknown set: strict UTF-8, else cp949, else Latin-1."""
    for codec in ("utf-8", "cp949"):
        try:
            return value.decode(codec)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


def in_unicode(elements: Raws, coding: Coding) -> Elements:
    """Return the elements with readable texts: as they are where the declared sets fit, else all texts rewritten as UTF-8."""
    terms = terms_of(elements.get(CHARACTER_SET))
    known = all(term in python_encoding for term in terms)
    codecs = tuple("ascii" if term in _ASCII else python_encoding.get(term, "ascii") for term in terms) or ("ascii",)
    latin = len(terms) == 1 and terms[0] in _SINGLE_LATIN
    telling = [element for element in elements.values() if (value := element.value) and (not value.isascii() or b"\x1b" in value)]
    texts = [element.value or b"" for element in telling if _is_text(element)]
    foreign = [value for value in texts if not value.isascii()]
    korean = latin and bool(foreign) and all(_only_hangul(value) for value in foreign)
    if known and not korean and all(decoded(value, codecs) is not None for value in texts):
        return _declared(elements, "\\".join(terms), coding) if terms else dict(elements)

    def read(value: bytes) -> str:
        text = None if korean or not terms or not known else decoded(value, codecs)
        return guessed(value) if text is None else text

    return _declared(_rewritten(elements, read, coding.little), "ISO_IR 192", coding)


def _only_hangul(value: bytes) -> bool:
    return all(_HANGUL.fullmatch(run) and len(run) >= 4 for run in _HIGH.findall(value))


def _is_text(element: RawDataElement) -> bool:
    value = element.value
    if not value or (value.isascii() and b"\x1b" not in value):
        return False
    return _vr(element) in _TEXT_VRS


def _vr(element: RawDataElement) -> str:
    if element.VR not in (None, "UN"):
        return str(element.VR)
    try:
        return dictionary_VR(element.tag)
    except KeyError:
        return "UN"


def _declared(elements: Raws | Elements, declaration: str, coding: Coding) -> Elements:
    value = declaration.encode()
    value += b" " * (len(value) % 2)
    new = RawDataElement(CHARACTER_SET, "CS", len(value), value, 0, coding.implicit, coding.little)
    known = {**elements, CHARACTER_SET: new}
    return known if CHARACTER_SET in elements else {tag: known[tag] for tag in sorted(known, key=int)}


def _rewritten(elements: Raws, read: Callable[[bytes], str], little: bool) -> Elements:
    """Return the elements with every text as UTF-8, inside sequences too."""
    new: Elements = {}
    for tag, element in elements.items():
        if _is_text(element):
            value = read(element.value or b"").encode()
            value += b" " * (len(value) % 2)
            new[tag] = element._replace(value=value, length=len(value))
        elif element.value and not element.value.isascii() and _vr(element) == "SQ":
            new[tag] = _rewritten_sequence(element, read, little)
        else:
            new[tag] = element
    return new


def _rewritten_sequence(element: RawDataElement, read: Callable[[bytes], str], little: bool) -> RawDataElement | DataElement:
    coding = Coding(element.is_implicit_VR, little)
    try:
        items = [_rewritten(item, read, little) for item in items_in(element.value or b"", coding)]
    except Malformed:
        return element
    return DataElement(element.tag, "SQ", Items(_item(item, coding, ("utf-8",)) for item in items))


def opened(element: RawDataElement, codecs: Sequence[str]) -> Items:
    """Return the items of a raw sequence; `codecs` are those of its data set.  Raises Malformed where it is none."""
    coding = Coding(element.is_implicit_VR, element.is_little_endian)
    found = []
    for item in items_in(element.value or b"", coding):
        own = item.get(CHARACTER_SET)
        found.append(_item(item, coding, codecs_of(own) if own else codecs))
    return Items(found)


def _item(elements: Raws | Elements, coding: Coding, codecs: Sequence[str]) -> Dataset:
    item = Dataset(dict[BaseTag, RawDataElement | DataElement](elements))
    item.set_original_encoding(coding.implicit, coding.little, list(codecs))
    return item
