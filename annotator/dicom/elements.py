"""Walk the elements of an encoded data set without trusting it: lengths stay within the file, depth and number are limited.

Values are not decoded here: the walk cuts the bytes into pydicom's raw elements, which decode themselves when somebody asks.
Reading stops before the pixels; sequences are walked once, to know that whoever opens them later meets nothing endless (PS3.5 7).

Most elements are plain: a known representation, a length that is written and keeps within what was read.  Runs of those are taken in tight
loops (`_collected`, `_passed`) that end before the first that is not; everything else is weighed element by element, as all could be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import Struct

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.tag import BaseTag

from annotator.i18n import Message, message

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXELS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", 0x7FE00010: "PixelData"}
MAX_DEPTH = 32
MAX_ELEMENTS = 100_000
_LONG = {b"OB", b"OD", b"OF", b"OL", b"OW", b"OV", b"SQ", b"UC", b"UN", b"UR", b"UT", b"SV", b"UV"}
SHORT_VRS = {
    b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI",
    b"UL", b"US",
}  # fmt: skip
KNOWN_VRS = _LONG | SHORT_VRS
_SHORT_NAMES = {vr: vr.decode() for vr in SHORT_VRS}
_LONG_NAMES = {vr: vr.decode() for vr in _LONG - {b"SQ", b"UN"}}
_FIRST_PIXELS = min(PIXELS)


class Malformed(Exception):
    """The bytes are no data set; `cause` says why, in words for a person."""

    def __init__(self, cause: Message) -> None:
        super().__init__(cause)
        self.cause = cause


class TooMuch(Malformed):
    """The data set goes beyond a limit."""


class MoreNeeded(Exception):
    """The walk needs the bytes up to `end`, which the stream has but which were not read yet."""

    def __init__(self, end: int) -> None:
        super().__init__(end)
        self.end = end


@dataclass(frozen=True)
class Coding:
    """How elements are written: with or without value representations, which byte first."""

    implicit: bool
    little: bool


@dataclass(frozen=True)
class PixelElement:
    """Where the value of the pixel element begins in the stream; `length` is None for encapsulated (undefined length) pixels."""

    keyword: str
    vr: str
    offset: int
    length: int | None


@dataclass
class Walk:
    """One walk over `data`, the first bytes of a stream of `size` bytes."""

    data: bytes
    size: int
    coding: Coding
    elements: dict[BaseTag, RawDataElement] = field(default_factory=dict)
    pixels: PixelElement | None = None
    ascending: bool = True
    """Whether the top-level tags ascend, as they must (PS3.5 7.1)."""
    most: int = MAX_ELEMENTS
    """How many elements there may be, those in sequences included."""
    _count: int = 0

    def __post_init__(self) -> None:
        order = "<" if self.coding.little else ">"
        self._explicit = Struct(order + "HH2sH").unpack_from
        self._implicit = Struct(order + "HHL").unpack_from
        self._long = Struct(order + "L").unpack_from
        self._item_bytes = b"\xfe\xff\x00\xe0" if self.coding.little else b"\xff\xfe\xe0\x00"

    def header(self, start: int, group: int | None = None, *, whole: bool = False) -> int:
        """Collect the elements from `start` up to the pixels (or to the end of `group`, or all if `whole`); return where the walk stopped.

        Raises Malformed, or MoreNeeded if `data` ends before the header does.
        """
        position, previous = start, -1
        while position + 8 <= self.size:
            position, previous = self._collected(position, previous, group)
            if position + 8 > self.size:
                break
            tag, vr, length, value = self._head(position)
            if group is not None and tag >> 16 != group:
                break
            if tag >> 16 == 0xFFFE:  # a stray delimiter
                position = value
                continue
            if tag in PIXELS and not whole:
                if length:
                    self.pixels = PixelElement(PIXELS[tag], vr or "OW", value, None if length == UNDEFINED else length)
                break
            self.ascending = self.ascending and tag > previous
            previous = tag
            vr, end, position, implicit = self._value(tag, vr, length, value, self.size, 0)
            key = BaseTag(tag)
            content = self.data[value:end]
            self.elements[key] = RawDataElement(key, vr, len(content), content, value, implicit, self.coding.little)
        if 0 < self.size - position < 8 and any(self.data[position:]):
            raise Malformed(message("the file ends in the middle of its header"))
        return position

    def _collected(self, position: int, previous: int, only: int | None) -> tuple[int, int]:
        """Collect the plain elements from `position`, of group `only` if one is named; return where they end, and the last tag so far."""
        data, elements, short, long, made = self.data, self.elements, _SHORT_NAMES, _LONG_NAMES, tuple.__new__
        implicit, little, item = self.coding.implicit, self.coding.little, self._item_bytes
        unpack = self._implicit if implicit else self._explicit
        most = min(len(data), self.size)
        last, room = most - 12, self.most - self._count
        count = 0
        while count < room and position <= last:
            value = position + 8
            if implicit:
                group, element, length = unpack(data, position)
                vr = None
                if data.startswith(item, value) and length:
                    break
            else:
                group, element, code, length = unpack(data, position)
                if code in short:
                    vr = short[code]
                elif code in long:
                    vr, value, length = long[code], position + 12, self._long(data, position + 8)[0]
                else:
                    break
            tag, end = group << 16 | element, value + length
            if end > most or tag >= _FIRST_PIXELS or (only is not None and group != only):
                break
            if tag <= previous:
                self.ascending = False
            key = BaseTag(tag)
            elements[key] = made(RawDataElement, (key, vr, length, data[value:end], value, implicit, little, True, False))
            previous, position = tag, end
            count += 1
        self._count += count
        return position, previous

    def _passed(self, position: int, limit: int, implicit: bool) -> int:
        """Pass the plain elements of an item from `position`; return where they end, at most at `limit`."""
        data, item, short = self.data, self._item_bytes, SHORT_VRS
        unpack = self._implicit if implicit else self._explicit
        most, last = min(limit, len(data)), len(data) - 12
        for _ in range(self.most - self._count):
            if position > last:
                break
            if implicit:
                group, _, length = unpack(data, position)
                plain = not data.startswith(item, position + 8)
            else:
                group, _, code, length = unpack(data, position)
                plain = code in short
            after = position + 8 + length
            if not plain or group == 0xFFFE or after > most:
                break
            self._count += 1
            position = after
        return position

    def _need(self, end: int, limit: int) -> None:
        if end > limit:
            raise Malformed(message("the file ends in the middle of its header"))
        if end > len(self.data):
            raise MoreNeeded(end)

    def _head(self, position: int, implicit: bool = False) -> tuple[int, str | None, int, int]:
        """Return tag, value representation (None if not written), length and start of the value."""
        if position + 12 > len(self.data) and position + 12 <= self.size:
            raise MoreNeeded(position + 12)
        self._need(position + 8, self.size)
        self._count += 1
        if self._count > self.most:
            raise TooMuch(message("its header has more than {count} elements", count=self.most))
        group, element, vr, length = self._explicit(self.data, position)
        tag = group << 16 | element
        if implicit or self.coding.implicit or group == 0xFFFE or not b"AA" <= vr <= b"ZZ":
            return tag, None, self._implicit(self.data, position)[2], position + 8
        if vr in _LONG:
            self._need(position + 12, self.size)
            return tag, vr.decode(), self._long(self.data, position + 8)[0], position + 12
        return tag, vr.decode() if vr in SHORT_VRS else "UN", length, position + 8

    def _value(
        self, tag: int, vr: str | None, length: int, value: int, limit: int, depth: int, implicit: bool = False
    ) -> tuple[str | None, int, int, bool]:
        """Check one value; return its representation, its end, where the next element starts, and whether its items are implicit."""
        implicit = implicit or self.coding.implicit
        if length == UNDEFINED:
            if vr in ("OB", "OW"):
                end = self._fragments(value, limit)
                return vr, end, end + 8, implicit
            implicit = implicit or vr == "UN"  # PS3.5 6.2.2 note 2: such a value is a sequence in implicit coding
            end, after = self._items(value, limit, depth + 1, implicit, ends_by_delimiter=True)
            return "SQ", end, after, implicit
        end = value + length
        self._need(end, limit)
        if vr == "SQ" or (vr in (None, "UN") and length and self.data.startswith(self._item_bytes, value) and _may_be_sequence(tag)):
            return self._sequence(vr, value, end, depth, implicit), end, end, implicit
        return vr, end, end, implicit

    def _sequence(self, vr: str | None, value: int, end: int, depth: int, implicit: bool) -> str | None:
        """Walk a sequence of known length; one that is broken inside stays as opaque bytes, one that is too deep is refused."""
        try:
            self._items(value, end, depth + 1, implicit or vr == "UN", ends_by_delimiter=False)
        except TooMuch:
            raise
        except Malformed:
            if depth:
                raise
            return "OB"
        return vr

    def _items(self, position: int, limit: int, depth: int, implicit: bool, *, ends_by_delimiter: bool) -> tuple[int, int]:
        """Walk the items of a sequence; return where its value ends and where the next element starts."""
        if depth > MAX_DEPTH:
            raise TooMuch(message("its sequences are nested deeper than {depth}", depth=MAX_DEPTH))
        while ends_by_delimiter or position < limit:
            tag, _, length, value = self._head(position, implicit)
            if tag == SEQUENCE_END:
                return position, value
            if tag != ITEM:
                raise Malformed(message("a sequence in its header is broken"))
            if length == UNDEFINED:
                position = self._nested(value, limit, depth, implicit, ends_by_delimiter=True)
            else:
                self._need(value + length, limit)
                position = self._nested(value, value + length, depth, implicit, ends_by_delimiter=False)
        return position, position

    def _nested(self, position: int, limit: int, depth: int, implicit: bool, *, ends_by_delimiter: bool) -> int:
        """Walk the elements of one item; return where the item ends."""
        while ends_by_delimiter or position < limit:
            position = self._passed(position, limit, implicit or self.coding.implicit)
            if position >= limit and not ends_by_delimiter:
                break
            tag, vr, length, value = self._head(position, implicit)
            if tag == ITEM_END:
                return value
            _, _, position, _ = self._value(tag, vr, length, value, limit, depth, implicit)
        return position

    def item(self, position: int) -> tuple[int, int, int]:
        """Return where the content of the sequence item at `position` starts and ends, and where the next item begins."""
        tag, _, length, start = self._head(position)
        if tag != ITEM:
            raise Malformed(message("a sequence in its header is broken"))
        if length == UNDEFINED:
            after = self._nested(start, self.size, 1, self.coding.implicit, ends_by_delimiter=True)
            return start, after - 8, after
        self._need(start + length, self.size)
        return start, start + length, start + length

    def _fragments(self, position: int, limit: int) -> int:
        """Walk encapsulated bytes inside the header (an icon's pixels); return where their value ends."""
        while True:
            tag, _, length, value = self._head(position, implicit=True)
            if tag == SEQUENCE_END:
                return position
            if tag != ITEM or length == UNDEFINED:
                raise Malformed(message("a sequence in its header is broken"))
            position = value + length
            self._need(position, limit)


def items_in(value: bytes, coding: Coding) -> Iterator[dict[BaseTag, RawDataElement]]:
    """Yield the elements of each item of a sequence value; raises Malformed where it is none.

    However many there are: they were counted when the header was walked.
    """
    walk = Walk(value, len(value), coding, most=len(value))
    position = 0
    while position + 8 <= len(value):
        start, end, position = walk.item(position)
        item = Walk(value[start:end], end - start, coding, most=end - start)
        item.header(0, whole=True)
        yield item.elements


def _may_be_sequence(tag: int) -> bool:
    """Whether the dictionary calls the tag a sequence or does not know it."""
    try:
        return dictionary_VR(tag) == "SQ"
    except KeyError:
        return True


def guess_coding(first: bytes) -> Coding | None:
    """Guess how a data set that starts with these (at least 8) bytes is written; None if it starts like no data set."""
    if len(first) < 8:
        return None
    for little in (True, False):
        group, element, vr, short = Struct(("<" if little else ">") + "HH2sH").unpack_from(first)
        if group not in (0x0002, 0x0008) or element > 0x2000:
            continue
        if vr in KNOWN_VRS:
            return Coding(implicit=False, little=little)
        length = Struct(("<" if little else ">") + "L").unpack_from(first, 4)[0]
        if little and length <= 0x1000:
            return Coding(implicit=True, little=little)
    return None
