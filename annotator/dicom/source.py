"""Open one file: find out whether it is DICOM, how it is written, and read its header without the pixels.

Lenient where scanners differ (no preamble, no file meta information, wrong coding announced), strict where a file could harm: a header is
at most 16 MB, a deflated data set grows at most 200-fold and to 512 MB.
"""

from __future__ import annotations

import os
import stat
import zlib
from dataclasses import dataclass
from io import BytesIO
from os import PathLike
from typing import BinaryIO

from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.tag import BaseTag
from pydicom.uid import UID

from annotator.dicom.charsets import CHARACTER_SET, codecs_of, in_unicode
from annotator.dicom.elements import MAX_ELEMENTS, Coding, Malformed, MoreNeeded, PixelElement, Walk, guess_coding
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.paths import nfc
from annotator.silence import STORAGE

HEADER_LIMIT = 16 * 2**20
INFLATED_LIMIT = 512 * 2**20
INFLATED_RATIO = 200
_FIRST = 32 * 1024
_PIECE = 1 << 20
_AT_A_TIME = 8 * 2**20
"""So much a slow share delivers before anybody thinks that it is silent."""
_TRANSFER_SYNTAX = BaseTag(0x00020010)
_IMPLICIT, _BIG_ENDIAN = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
_GUESSED = {
    Coding(True, True): _IMPLICIT,
    Coding(False, True): "1.2.840.10008.1.2.1",
    Coding(False, False): _BIG_ENDIAN,
}
_TELLING = (0x00080016, 0x00080018, 0x00080060, 0x0020000D, 0x0020000E, 0x00280010, 0x00041220)
"""Attributes of which every data set has one: class, instance, modality, study, series, rows, directory records."""


@dataclass(frozen=True)
class Stream:
    """Where the data set lies: from `start` of the file (deflated or not), `size` bytes in all (of the file)."""

    path: str
    start: int
    size: int
    deflated: bool

    def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset`, as PixelElement counts it; fewer where the file ends.

        Raises OSError, or Malformed for a deflated data set beyond the limits.
        """
        with STORAGE.asked(), open(self.path, "rb") as file:
            if self.deflated:
                file.seek(self.start)
                return inflated(file, self.size - self.start, offset, count)
            file.seek(offset)
            return file.read(count)

    def fill(self, offset: int, room: memoryview) -> int:
        """Read from `offset` straight into `room`, as far as the file goes; returns how many bytes.  Raises as `read` does."""
        if self.deflated:
            content = self.read(offset, len(room))
            room[: len(content)] = content
            return len(content)
        with STORAGE.asked(), open(self.path, "rb", buffering=0) as file:
            file.seek(offset)
            count = 0
            while count < len(room):
                with STORAGE.asked():
                    got = file.readinto(room[count : count + _AT_A_TIME])
                if not got:
                    break
                count += got
            return count


@dataclass(frozen=True)
class Held(Stream):
    """A data set that lies in memory, unpacked."""

    content: bytes = b""

    def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset`; fewer where the content ends."""
        return self.content[offset : offset + count]

    def fill(self, offset: int, room: memoryview) -> int:
        """Copy from `offset` into `room`, as far as the content goes; returns how many bytes."""
        found = self.read(offset, len(room))
        room[: len(found)] = found
        return len(found)


class Header(Dataset):
    """A data set without its pixels; `place` says where they are, None if there are none."""

    place: PixelElement | None = None
    stream: Stream
    coding: Coding
    transfer_syntax: str
    """The transfer syntax UID; a guessed one where the file names none."""


def unreadable(path: str, error: Malformed | OSError) -> AnnotatorError:
    """Say that a DICOM file could not be read, and why."""
    cause = error.cause if isinstance(error, Malformed) else system_cause(error)
    remedy = message("Copy the file again from where it came from, or leave it out")
    return AnnotatorError(message("Reading {name}", name=nfc(os.path.basename(path))), cause, remedy)


def inflated(file: BinaryIO, size: int, offset: int, count: int) -> bytes:
    """Inflate a deflated data set of `size` bytes (PS3.5 A.5) and return `count` bytes from `offset`; fewer where it ends.

    Holds no more than that in memory.  Raises OSError, or Malformed beyond the limits or if it is broken.
    """
    allowed = min(INFLATED_LIMIT, max(size, 1) * INFLATED_RATIO)
    unpacker, kept, reached, rest = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), 0, b""
    while reached < offset + count and not unpacker.eof:
        rest = rest or file.read(_PIECE)
        try:
            piece = unpacker.decompress(rest, _PIECE)
        except zlib.error:
            raise Malformed(message("its compressed header is broken")) from None
        if not rest and not piece:
            break
        rest = unpacker.unconsumed_tail
        kept += piece[max(offset - reached, 0) :]
        reached += len(piece)
        if reached > allowed:
            raise Malformed(message("it grows beyond all measure when it is unpacked"))
    return bytes(kept[:count])


def read_source(path: str | PathLike[str], limit: int = HEADER_LIMIT) -> Header:
    """Read the header of a DICOM file, at most `limit` bytes, everything before the pixels.

    Raises AnnotatorError for whatever is not DICOM, broken before its pixels, or beyond the limits; never returns an empty data set.
    """
    name = os.fspath(path)
    try:
        with STORAGE.asked(), open(name, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise Malformed(message("it is not a regular file"))
            return _read(file, name, facts.st_size, limit)
    except (Malformed, OSError) as error:
        raise unreadable(name, error) from None


def read_held(content: bytes, most: int) -> Header:
    """Read the header of a DICOM file that lies in memory, of at most `most` elements; it may be long, as that of a segmentation is.

    Raises Malformed for whatever is not DICOM, broken before its pixels, or beyond the limits.
    """
    start = 132 if content[128:132] == b"DICM" else 0
    if start == 0 and guess_coding(content[:8]) is None:
        raise Malformed(message("it is not a DICOM file") if content else message("the file is empty"))
    try:
        header = _parsed(BytesIO(content), content, "", len(content), start, INFLATED_LIMIT, most)
    except MoreNeeded:
        raise Malformed(message("the file ends in the middle of its header")) from None
    stream = header.stream
    packed = BytesIO(content[stream.start :])
    unpacked = inflated(packed, len(content) - stream.start, 0, INFLATED_LIMIT + 1) if stream.deflated else content
    header.stream = Held("", 0, len(unpacked), deflated=False, content=unpacked)
    return header


def _read(file: BinaryIO, path: str, size: int, limit: int) -> Header:
    first = file.read(132)
    if not first:
        raise Malformed(message("the file is empty"))
    start = 132 if first[128:] == b"DICM" else 0
    if start == 0 and guess_coding(first) is None:
        raise Malformed(message("it is not a DICOM file"))
    data = first + file.read(_FIRST)
    while True:
        try:
            return _parsed(file, data, path, size, start, limit)
        except MoreNeeded as more:
            if more.end > limit:
                raise Malformed(message("its header is longer than {size} MB", size=limit // 2**20)) from None
            data += file.read(min(max(2 * len(data), more.end + _FIRST), limit) - len(data))
            if len(data) < min(more.end, size):
                raise Malformed(message("the file ends in the middle of its header")) from None


def _parsed(file: BinaryIO, data: bytes, path: str, size: int, start: int, limit: int, most: int = MAX_ELEMENTS) -> Header:
    meta = Walk(data, size, Coding(implicit=False, little=True))
    begin = meta.header(start, group=2)
    if begin + 8 > size:
        raise Malformed(message("the file ends after its file meta information"))
    if begin + 8 > len(data):
        raise MoreNeeded(begin + 8)
    announced = _announced(meta.elements)
    if announced == DEFLATED:
        file.seek(begin)
        data, stream, begin = inflated(file, size - begin, 0, limit), Stream(path, begin, size, deflated=True), 0
        size = len(data) if len(data) < limit else limit + 1
    else:
        stream = Stream(path, begin, size, deflated=False)
    coding = _coding(announced, guess_coding(data[begin : begin + 8]))
    walk = Walk(data, size, coding, most=most)
    walk.header(begin)
    telling = any(tag in walk.elements for tag in _TELLING)
    if not walk.elements or (start == 0 and not (telling and walk.ascending)):
        raise Malformed(message("it is not a DICOM file") if start == 0 else message("it holds no data set"))
    return _header(meta.elements, walk, announced or _GUESSED[coding], stream)


def _announced(meta: dict[BaseTag, RawDataElement]) -> str:
    element = meta.get(_TRANSFER_SYNTAX)
    text = (element.value or b"").decode("latin-1").strip(" \0") if element else ""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _coding(announced: str, guessed: Coding | None) -> Coding:
    """Trust the first element more than the announcement: some files announce what they are not."""
    said = Coding(announced == _IMPLICIT, announced != _BIG_ENDIAN) if announced else None
    if guessed is None:
        return said or Coding(implicit=True, little=True)
    return Coding(guessed.implicit, said.little if said else guessed.little)


def _header(meta: dict[BaseTag, RawDataElement], walk: Walk, syntax: str, stream: Stream) -> Header:
    elements = in_unicode(walk.elements, walk.coding)
    dataset = Header(elements)
    declared = elements.get(CHARACTER_SET)
    codecs = codecs_of(declared if isinstance(declared, RawDataElement) else None)
    dataset.set_original_encoding(walk.coding.implicit, walk.coding.little, list(codecs))
    dataset.file_meta = FileMetaDataset(dict[BaseTag, DataElement | RawDataElement](meta))
    if not meta.get(_TRANSFER_SYNTAX):
        dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.transfer_syntax = syntax
    dataset.place, dataset.stream, dataset.coding = walk.pixels, stream, walk.coding
    return dataset
