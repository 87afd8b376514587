"""Go through the elements of a data set and of all its sequences, and decide of each what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from struct import unpack

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset

from annotator.dicom import deidentify_writing as writing
from annotator.dicom.charsets import codecs_of
from annotator.dicom.deidentify_table import known_vr, optional, table
from annotator.dicom.deidentify_values import DUMMIES, TEXTS, WIDTHS, Rules, checked, identifier, padded
from annotator.dicom.deidentify_words import meaning_of
from annotator.dicom.elements import Coding, Malformed, items_in
from annotator.domain.deidentification import Deidentification
from annotator.i18n import mark, message

Element = DataElement | RawDataElement
Elements = Mapping[int, Element]
MAX_DEPTH = 32
_MOST_KNOWN = 20_000
_TECHNICAL = """
AttenuationCorrectionMethod CollimatorGridName ConvolutionKernel DecayCorrection FilterType LUTExplanation PulseSequenceName
Radiopharmaceutical ReceiveCoilName ReconstructionMethod RescaleType ScatterCorrectionMethod SequenceName StackID TransmitCoilName
WindowCenterWidthExplanation ModalityLUTType
"""
TECHNICAL = frozenset(_TECHNICAL.split())
"""Texts that say how an image is made: they stay, cleaned word by word."""
_PALETTES = {0x00281201: 0x00281101, 0x00281202: 0x00281102, 0x00281203: 0x00281103, 0x00281204: 0x00281104, 0x00283006: 0x00283002}
"""Table of values → the attribute that says how long it is."""
_OFFSETS = (0x7FE00001, 0x7FE00002)
"""Where frames begin and how long they are: numbers below 2⁴⁰."""
_CODE, _MEANING = (0x00080100, 0x00080102), 0x00080104
_LEFT_OUT = {*_CODE, _MEANING, 0x00080005}
"""What is written anew: codes with their meaning, and the character set."""
_BULK = {"OB", "OW", "OF", "OD", "OL", "OV", "UN"}


class Verdict(Enum):
    """What became of an attribute."""

    REMOVED = mark("taken out")
    EMPTIED = mark("emptied")
    REPLACED = mark("replaced")
    MAPPED = mark("mapped")
    SHIFTED = mark("shifted")
    CLEANED = mark("cleaned")
    PRIVATE = mark("private, removed")
    UNKNOWN = mark("unknown, removed")


Actions = Counter[tuple[int, Verdict]]
"""Tag (0: private or unknown) and what became of it → how often."""


@dataclass
class Walker:
    """Goes through data sets of one kind by one set of rules; `kept` are the keywords that the project keeps."""

    profile: Deidentification
    kept: frozenset[str]
    rules: Rules
    _known: dict[tuple[int, str, str, bytes, int], tuple[bytes, Verdict | None]] = field(default_factory=dict)

    def identifier(self, old: str) -> str:
        """Return what stands for a UID."""
        return identifier(old, self.rules)

    def elements(self, found: Elements, codecs: Sequence[str], actions: Actions, parent: str = "", depth: int = 0) -> dict[int, bytes]:
        """Return the encoded elements that stay, by tag, and count what was done.  Raises Malformed where they are nested too deeply."""
        if depth > MAX_DEPTH:
            raise Malformed(message("its sequences are nested deeper than {depth}", depth=MAX_DEPTH))
        made: dict[int, bytes] = {}
        creators = _creators(found) if self.profile.private else {}
        for tag, entry in found.items():
            if tag & 0xFFFF == 0 or tag >> 16 < 8 or tag in _LEFT_OUT:
                continue
            if tag >> 16 & 1:
                self._private(tag, entry, creators, made, actions)
                continue
            content, verdict = self._element(tag, entry, found, codecs, actions, parent, depth)
            if content:
                made[tag] = content
            if verdict is not None:
                actions[tag if verdict is not Verdict.UNKNOWN else 0, verdict] += 1
        if _CODE[0] in found or _CODE[1] in found or _MEANING in found:
            made |= self._code(found, parent, actions)
        return made

    def _element(self, tag: int, entry: Element, found: Elements, codecs: Sequence[str], actions: Actions,
                 parent: str, depth: int) -> tuple[bytes, Verdict | None]:  # fmt: skip
        vr = _vr(tag, entry, found)
        keyword = keyword_for_tag(tag)
        doing = self._doing(tag, vr, keyword, parent)
        if isinstance(doing, bytes):
            return writing.element(tag, vr, doing), Verdict.REPLACED if doing else Verdict.EMPTIED
        if doing is not None:
            return b"", doing
        if vr == "SQ":
            return self._sequence(tag, entry, keyword, codecs, actions, depth)
        if vr in _BULK or tag in _PALETTES:
            return self._bulk(tag, vr, entry, found)
        value = _value(entry)
        if isinstance(entry, RawDataElement) and not entry.is_little_endian and vr in WIDTHS:
            value = _swapped(value, WIDTHS[vr])
        key = (tag, vr, parent, value, hash(tuple(codecs)))
        known = self._known.get(key)
        if known is None:
            kept, changed = checked(tag, vr, value, codecs, self.rules, free_text=keyword in TECHNICAL or keyword in self.kept)
            verdict = None if not changed else _verdict(vr, kept)
            known = b"" if kept is None else writing.element(tag, vr, kept), verdict
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known[key] = known
        return known

    def _doing(self, tag: int, vr: str, keyword: str, parent: str) -> bytes | Verdict | None:
        """What is done to an attribute whatever its value: bytes that stand instead, a verdict that removes it; None: its value decides."""
        if not vr:
            return Verdict.UNKNOWN
        if tag >> 24 in (0x50, 0x60):
            return Verdict.REMOVED
        replaced = self.profile.replace.get(keyword)
        if replaced is not None:
            return padded(replaced, vr) if vr in TEXTS else b""
        if keyword in self.profile.blank or f"{parent}.{keyword}" in self.profile.blank:
            return b""
        if keyword in self.kept:
            return None
        if vr in ("DA", "DT", "TM") and tag >> 16 != 0x0010:
            return None
        action = table().get(tag)
        if action == "X" or (vr == "SQ" and tag in optional()):
            return Verdict.REMOVED
        if action == "Z":
            return b""
        if action == "D" and vr not in WIDTHS and vr != "UI":
            return b"" if vr == "SQ" else DUMMIES.get(vr, b"")
        if vr in TEXTS and keyword not in TECHNICAL:
            return b""
        return None

    def _sequence(self, tag: int, entry: Element, keyword: str, codecs: Sequence[str], actions: Actions,
                  depth: int) -> tuple[bytes, Verdict | None]:  # fmt: skip
        try:
            made = ((self.elements(item, own, actions, keyword, depth + 1), item) for item, own in item_elements(entry, codecs))
            items = [kept for kept, item in made if kept or _CODE[0] not in item]  # a code that may not stay leaves no empty item
        except Malformed:
            if depth >= MAX_DEPTH:
                raise
            return b"", Verdict.REMOVED
        return writing.element(tag, "SQ", b"".join(map(writing.item, items))), None

    def _bulk(self, tag: int, vr: str, entry: Element, found: Elements) -> tuple[bytes, Verdict | None]:
        """Bytes of which nobody knows what they hold go; a table of values stays if it is as long as the header says."""
        value, said = _value(entry), found.get(_PALETTES.get(tag, 0))
        if tag in _OFFSETS and len(value) % 8 == 0 and not any(value[place + 5 :: 8].strip(b"\0") for place in range(3)):
            return writing.element(tag, "OV", value), None
        descriptor = _value(said) if said is not None else b""
        if len(descriptor) != 6:
            return b"", Verdict.REMOVED
        little = not isinstance(entry, RawDataElement) or entry.is_little_endian
        entries = unpack("<H" if little else ">H", descriptor[:2])[0] or 65536
        if len(value) not in (entries, entries + entries % 2, 2 * entries):
            return b"", Verdict.REMOVED
        content = value if little or len(value) < 2 * entries else _swapped(value, 2)
        return writing.element(tag, "OW", content), None

    def _code(self, found: Elements, parent: str, actions: Actions) -> dict[int, bytes]:
        """A code stays if it is known here, with the meaning that the standard gives it; the project may empty it."""
        if any(f"{parent}.{name}" in self.profile.blank for name in ("CodeValue", "CodingSchemeDesignator", "CodeMeaning")):
            actions[_CODE[0], Verdict.EMPTIED] += 1
            return {}
        value, scheme = (_plain(found.get(tag)) for tag in _CODE)
        meaning = meaning_of(value, scheme)
        if meaning is None:
            actions[_CODE[0], Verdict.REMOVED] += 1
            return {}
        if _plain(found.get(_MEANING)) != meaning:
            actions[_MEANING, Verdict.REPLACED] += 1
        return writing.code(value, scheme, meaning)

    def _private(self, tag: int, entry: Element, creators: Mapping[int, str], made: dict[int, bytes],
                 actions: Actions) -> None:  # fmt: skip
        """Keep a private attribute of the safe list if it holds numbers, together with its creator (PS3.5 7.8)."""
        block = tag >> 8 & 0xFF
        creator = creators.get(tag & 0xFFFF0000 | block, "")
        safe = f"{tag >> 16:04X},{tag & 0xFF:02X}|{creator}" in self.profile.private
        vr = entry.VR or "UN"
        if not (safe and creator and (vr in WIDTHS or vr in ("DS", "IS", "CS"))):
            actions[0, Verdict.PRIVATE] += 1
            return
        kept, changed = checked(tag, vr, _value(entry), ("ascii",), self.rules, free_text=False)
        if kept is None or changed:
            actions[0, Verdict.PRIVATE] += 1
            return
        made[tag] = writing.element(tag, vr, kept)
        made[tag & 0xFFFF0000 | block] = writing.text_element(tag & 0xFFFF0000 | block, "LO", creator)


def _verdict(vr: str, kept: bytes | None) -> Verdict:
    if kept is None:
        return Verdict.REMOVED
    if not kept:
        return Verdict.EMPTIED
    return {"UI": Verdict.MAPPED, "DA": Verdict.SHIFTED, "DT": Verdict.SHIFTED}.get(vr, Verdict.CLEANED)


def _vr(tag: int, entry: Element, found: Elements) -> str:
    """The dictionary's representation; where it leaves a choice the file's own one, else what the pixels are (PS3.5 annex A)."""
    known = known_vr(tag)
    if " or " not in known:
        return known
    choices = known.split(" or ")
    if entry.VR in choices:
        return str(entry.VR)
    if "SS" in choices and "OW" not in choices:
        signed = found.get(0x00280103)
        return "SS" if signed is not None and _value(signed).strip(b"\0") else "US"
    return "OW"


def _value(entry: Element) -> bytes:
    value = entry.value
    return value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else b""


def _plain(entry: Element | None) -> str:
    return "" if entry is None else _value(entry).decode("latin-1").strip(" \0")


def _swapped(value: bytes, width: int) -> bytes:
    return b"".join(value[place : place + width][::-1] for place in range(0, len(value), width))


def item_elements(entry: Element, codecs: Sequence[str]) -> list[tuple[dict[int, Element], Sequence[str]]]:
    """Return the items of a sequence with the character sets of each; raises Malformed."""
    if isinstance(entry, RawDataElement):
        coding = Coding(entry.is_implicit_VR or entry.VR == "UN", entry.is_little_endian)
        raw: list[dict[int, Element]] = [{int(tag): held for tag, held in item.items()} for item in items_in(entry.value or b"", coding)]
    else:
        raw = [_taken_apart(item) for item in entry.value if isinstance(item, Dataset)]
    found = []
    for item in raw:
        own = item.get(0x00080005)
        found.append((item, codecs_of(own) if isinstance(own, RawDataElement) else codecs))
    return found


def _taken_apart(item: Dataset) -> dict[int, Element]:
    return {int(tag): found for tag in item.keys() if (found := item.get_item(tag)) is not None}  # noqa: SIM118  # iteration converts


def _creators(found: Elements) -> dict[int, str]:
    """The tag of each private creator (gggg,00ee) and whom it names."""
    return {tag: _plain(entry) for tag, entry in found.items() if tag >> 16 & 1 and 0x10 <= tag & 0xFFFF <= 0xFF}
