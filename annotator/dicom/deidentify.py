"""Take identity out of a DICOM file: a new file is written from the attributes that may stay, never the old one with some taken out.

What the table of the standard names (PS3.15 E.1-1) is done as it says; of everything else only stays what cannot name anybody: numbers,
codes and words that are known, identifiers by a keyed map, dates shifted.  Sequences are gone through to the last, private attributes go
but for a project's safe list, texts that nobody asked to keep go.  The original is only read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydicom._uid_dict import UID_dictionary
from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from annotator.dicom import deidentify_writing as writing
from annotator.dicom.charsets import codecs_of
from annotator.dicom.deidentify_black import Box, blackened, derived_marks
from annotator.dicom.deidentify_frames import Frames
from annotator.dicom.deidentify_items import Actions, Element, Walker
from annotator.dicom.deidentify_pixels import Pixels, key_of, pixels_of
from annotator.dicom.deidentify_table import VERSION, edition, table
from annotator.dicom.deidentify_values import Rules
from annotator.dicom.deidentify_words import Words, bundled, words
from annotator.dicom.elements import Malformed
from annotator.dicom.layout import layout_of
from annotator.dicom.source import Header, read_source, unreadable
from annotator.dicom.values import items, text, texts
from annotator.domain.deidentification import Deidentification
from annotator.domain.keyed import Keyed
from annotator.domain.multiframe import CLASSIC
from annotator.i18n import mark, message

_NAMING = (
    0x00100010, 0x00100020, 0x00101000, 0x00101001, 0x00080050, 0x00080090, 0x00081050, 0x00081060, 0x00081070, 0x00200010,
)  # fmt: skip
"""Attributes whose words never stay in a kept text: names and numbers of the patient, of physicians and of the study."""
_METHODS = {
    "profile": ("113100", "Basic Application Confidentiality Profile"),
    "pixels": ("113101", "Clean Pixel Data Option"),
    "descriptors": ("113105", "Clean Descriptors Option"),
    "dates": ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    "patient": ("113108", "Retain Patient Characteristics Option"),
    "private": ("113111", "Retain Safe Private Option"),
}
"""Codes of what was done (PS3.16 CID 7050)."""


_ABOUT = {0x00100040: ("PatientSex", "CS"), 0x00101010: ("PatientAge", "AS")}


RGB = {
    0x00280004: writing.text_element(0x00280004, "CS", "RGB"),
    0x00280006: writing.element(0x00280006, "US", b"\0\0"),
}
"""How colours are written that were compressed: unpacked they are RGB, pixel by pixel."""


RESIDUE = mark("what names the patient would have stayed in it, {count} times: it was not written")


@dataclass(frozen=True)
class Made:
    """A de-identified file: its bytes in pieces, its new identifier, the digest of its pixels and what was done to which attribute."""

    pieces: tuple[bytes, ...]
    uid: str
    pixels: bytes
    actions: Actions
    before: bool
    """Whether the file said that it was done already; identifiers and dates are as they were then."""

    @property
    def content(self) -> bytes:
        """The whole file."""
        return b"".join(self.pieces)


@dataclass
class Engine:
    """Takes identity out of the images of one patient: `patient` is the new id, `whose` what the dates of this patient are shifted by.

    `known`: sex and age of the patient (by keyword) for headers that do not say them and may.
    """

    profile: Deidentification
    keyed: Keyed
    patient: str
    whose: str
    known: Mapping[str, str] = field(default_factory=dict)
    _walkers: dict[tuple[str, frozenset[str], bool], Walker] = field(default_factory=dict)
    _open: tuple[str, Header, Frames] | None = None

    def file(self, path: str | Path, boxes: Sequence[Box] = (), frame: int = 0) -> Made:
        """De-identify one file, or one frame (from 1) of it as an image of its own, black in these rectangles.

        Raises AnnotatorError where it cannot be read or taken over whole.
        """
        name = str(path)
        try:
            header, raw = self._opened(name, frame) if frame else _read(name)
            if boxes:
                return self._made(header, raw, name, blackened(header, name, boxes, frame), derived_marks(header), frame)
            pixels = pixels_of(header, name, decompress=self.profile.pixels == "decompress", frame=frame)
            return self._made(header, raw, name, pixels, {}, frame)
        except (Malformed, OSError) as error:
            raise unreadable(name, error) from None

    def _opened(self, name: str, frame: int) -> tuple[Header, Mapping[int, Element]]:
        """The header of a file of several frames, read once for frames that follow one another, and the elements of one of them."""
        if self._open is None or self._open[0] != name or frame == 1:
            header, raw = _read(name)
            self._open = name, header, Frames(raw)
        return self._open[1], self._open[2].alone(frame)

    def _made(self, header: Header, raw: Mapping[int, Element], name: str, pixels: Pixels, own: Mapping[int, bytes], frame: int) -> Made:
        said = text(header, 0x00080016)
        sop_class = CLASSIC.get(said, said) if frame else said
        if sop_class not in UID_dictionary:
            raise Malformed(message("it is of a kind that only its maker knows"))
        before = _said_before(header)
        walker = self._walker(header, before)
        actions: Actions = Counter()
        declared = raw.get(0x00080005)
        codecs = codecs_of(declared if isinstance(declared, RawDataElement) else None)
        found = walker.elements(raw, codecs, actions)
        found |= {tag: writing.text_element(tag, vr, self.known[keyword]) for tag, (keyword, vr) in _ABOUT.items()
                  if self.known.get(keyword) and keyword in walker.kept - {*self.profile.blank} and not text(header, tag)}  # fmt: skip
        found |= self._added(header, name, walker, pixels, frame, blackened=bool(own)) | dict(own)
        uid = found[0x00080018][8:].decode().strip(" \0")
        syntax = pixels.syntax
        pieces = (
            *(writing.file_head(sop_class, uid, syntax), writing.joined({t: e for t, e in found.items() if t < 0x7FE00010})),
            *writing.pixels(pixels.vr, pixels.content, encapsulated=pixels.encapsulated),
        )
        left = residue(pieces[1], walker.rules.words.terms - {self.patient.upper()})
        if left:
            raise Malformed(message(RESIDUE, count=left))
        return Made(pieces, uid, pixels.content, actions, before)

    def _walker(self, header: Header, before: bool) -> Walker:
        """What goes through the attributes; one is kept for each modality, and knows what it met before."""
        modality = text(header, 0x00080060)
        terms = frozenset(word for word in words(t for tag in _NAMING for t in texts(header, tag)) if len(word) > 1)
        key = modality, terms, before
        if key not in self._walkers:
            days = None if self.profile.dates == "blank" else self.keyed.days(self.whose)
            own = words(self.profile.words)
            numbers = frozenset(term for term in terms if any(map(str.isdigit, term)))
            rules = Rules(self.keyed, days, Words(own, terms), Words(own, numbers), not before)
            self._walkers[key] = Walker(self.profile, self.profile.kept(modality), rules)
        return self._walkers[key]

    def _added(self, header: Header, name: str, walker: Walker, pixels: Pixels, frame: int, *, blackened: bool) -> dict[int, bytes]:
        """What every file says of itself: whose it is by the new id, and that and how identity was taken out of it."""
        say = writing.text_element
        done = ["profile", "descriptors"]
        done += ["dates"] if walker.rules.days is not None else []
        done += ["pixels"] if blackened else []
        done += ["private"] if self.profile.private else []
        done += ["patient"] if walker.kept & {"PatientAge", "PatientSex", "PatientSize", "PatientWeight"} else []
        method = f"annotator {VERSION}, PS3.15 {edition()} E.1-1, dates {'blanked' if walker.rules.days is None else 'shifted'}"
        codes = b"".join(writing.item(writing.code(_METHODS[what][0], "DCM", _METHODS[what][1])) for what in sorted(done))
        uid = text(header, 0x00080018) or key_of(header, name).uid
        found = {
            0x00080005: say(0x00080005, "CS", "ISO_IR 192"),
            0x00080018: say(0x00080018, "UI", walker.identifier(f"{uid}.{frame}" if frame > 1 else uid)),
            0x00100010: say(0x00100010, "PN", self.patient),
            0x00100020: say(0x00100020, "LO", self.patient),
            0x00120062: say(0x00120062, "CS", "YES"),
            0x00120063: say(0x00120063, "LO", method),
            0x00120064: writing.element(0x00120064, "SQ", codes),
            0x00280303: say(0x00280303, "CS", "REMOVED" if walker.rules.days is None else "MODIFIED"),
        }
        if pixels.unpacked and layout_of(header).samples == 3:
            found |= RGB
        return found


def _read(name: str) -> tuple[Header, dict[int, Element]]:
    """A header with its elements as they are in the file, before anybody who reads the pixels converts some of them."""
    header = read_source(name)
    return header, _elements(header)


def _elements(header: Dataset) -> dict[int, Element]:
    found: dict[int, Element] = {}
    for tag in header.keys():  # noqa: SIM118  # a data set iterates over converted elements
        element = header.get_item(tag, keep_deferred=True)
        if element is not None:
            found[int(tag)] = element
    return found


def _said_before(header: Header) -> bool:
    """Whether a file says that identity was taken out of it, by the standard's own profile or by this program (PS3.15 E.1.1)."""
    if text(header, 0x00120062) != "YES":
        return False
    codes = {(text(code, 0x00080100), text(code, 0x00080102)) for code in items(header, 0x00120064)}
    return ("113100", "DCM") in codes or text(header, 0x00120063).startswith("annotator ")


def residue(content: bytes, terms: Iterable[str]) -> int:
    """Return how often words that name a patient stand in encoded attributes, in any encoding that texts have.

    Short words, and those that also say how an image is made, are not looked for: they would be found where they mean nothing.
    """
    small, count = content.lower(), 0
    for term in terms:
        number = term.isdigit()
        if term in bundled() or len(term) < (6 if number else 2 if not term.isascii() else 4):
            continue
        for encoding in ("utf-8", "euc-kr", "utf-16-le", "utf-16-be"):
            try:
                wanted = re.escape(term.lower().encode(encoding))
            except UnicodeEncodeError:
                continue
            count += len(re.findall(rb"(?<![0-9.])" + wanted + rb"(?![0-9.])" if number else wanted, small))
    return count


def actions_in_words(actions: Actions) -> list[tuple[str, str, str, int]]:
    """Return what was done as rows: tag, keyword, action, how often; private and unknown attributes as one row each."""
    return [
        (f"{tag:08X}" if tag else "", keyword_for_tag(tag) if tag else "", verdict.value, count)
        for (tag, verdict), count in sorted(actions.items(), key=lambda entry: (entry[0][0], entry[0][1].value))
    ]


def table_size() -> int:
    """Return how many attributes the standard's table names."""
    return len(table())

