"""Cut the bytes of one compressed frame out of a file, without reading the others (PS3.5 A.4)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from struct import calcsize, unpack, unpack_from

from annotator.dicom.elements import ITEM, UNDEFINED, Malformed
from annotator.dicom.layout import MAX_FRAMES
from annotator.dicom.source import Header
from annotator.i18n import message

_OFFSETS = 0x7FE00001
_MAX_FRAGMENTS = 100_000
"""Of one frame; of a file of many, sixteen for each of them where that is more."""
_SPARE = 16 * 2**20
_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP")
"""How a frame begins: JPEG and JPEG-LS, JPEG 2000, JPEG 2000 in a file header."""


@dataclass(frozen=True)
class Fragment:
    """One fragment: where its item begins relative to the first one, where its bytes lie in the file, and the first of them."""

    item: int
    offset: int
    length: int
    start: bytes


@dataclass(frozen=True)
class Fragments:
    """The fragments of a file and which of them make up each frame."""

    found: Sequence[Fragment]
    firsts: Sequence[int]
    """Index of the first fragment of each frame."""

    def of_frame(self, frame: int) -> Sequence[Fragment]:
        """Return the fragments of a frame (from 0); none if the file does not reach that far."""
        if frame >= len(self.firsts):
            return ()
        end = self.firsts[frame + 1] if frame + 1 < len(self.firsts) else len(self.found)
        return self.found[self.firsts[frame] : end]


def fragments_of(header: Header, frames: int) -> Fragments:
    """Find the fragments of all frames by their item heads; raises OSError, or Malformed where there are none."""
    place, size = header.place, header.stream.size
    if place is None or place.length is not None or header.stream.deflated:
        raise Malformed(message("its pixels are stored in a way that is not supported"))
    found: list[Fragment] = []
    table: tuple[int, ...] | None = None
    position = base = place.offset
    most = max(_MAX_FRAGMENTS, 16 * frames)
    with open(header.stream.path, "rb") as file:
        while position + 8 <= size and len(found) <= most:
            file.seek(position)
            head = file.read(16)
            group, element, length = unpack_from("<HHL", head)
            if group << 16 | element != ITEM or length == UNDEFINED:
                break
            if table is None:
                file.seek(position + 8)
                table = _whole_numbers("L", file.read(min(length, 4 * MAX_FRAMES)))
                base = position + 8 + length
            else:
                found.append(Fragment(position - base, position + 8, length, head[8:]))
            position += 8 + length
    if not found:
        raise Malformed(message("the file ends before the pixels of this image do"))
    return Fragments(found, _firsts(found, _extended_table(header) or table or (), frames))


def _whole_numbers(kind: str, raw: bytes) -> tuple[int, ...]:
    size = calcsize("<" + kind)
    return unpack(f"<{len(raw) // size}{kind}", raw[: len(raw) // size * size])


def _extended_table(header: Header) -> tuple[int, ...]:
    """Offsets of frames beyond 4 GB (PS3.3 C.7.6.3.1.8); empty if there is no such table."""
    element = header.get_item(_OFFSETS, keep_deferred=True)
    return _whole_numbers("Q", element.value) if element is not None and isinstance(element.value, bytes) else ()


def _firsts(found: Sequence[Fragment], table: Sequence[int], frames: int) -> Sequence[int]:
    """Return the index of each frame's first fragment: by the offset table if it holds, else by how frames begin."""
    if frames == 1:
        return [0]
    offsets = [fragment.item for fragment in found]
    firsts = [bisect_left(offsets, offset) for offset in table]
    points = all(first < len(found) and offsets[first] == offset for first, offset in zip(firsts, table, strict=True))
    if len(table) >= frames and points and all(a < b for a, b in zip(firsts, firsts[1:], strict=False)):
        return firsts
    if len(found) > frames:
        starts = [index for index, fragment in enumerate(found) if fragment.start.startswith(_STARTS)]
        if len(starts) >= frames:
            return starts
    return range(len(found))


def frame_bytes(header: Header, fragments: Fragments, frame: int, decoded: int) -> bytes:
    """Return the compressed bytes of a frame (from 0) that has so many bytes when it is decoded.

    Raises OSError, or Malformed where the file ends before the frame does, or where it is much longer than decoded.
    """
    parts = fragments.of_frame(frame)
    if sum(part.length for part in parts) > 4 * decoded + _SPARE:
        raise Malformed(message("its compressed pixels are broken or not of the size that its header announces"))
    if not parts or parts[-1].offset + parts[-1].length > header.stream.size:
        raise Malformed(message("the file ends before the pixels of this image do"))
    with open(header.stream.path, "rb") as file:
        chunks = []
        for part in parts:
            file.seek(part.offset)
            chunks.append(file.read(part.length))
    return b"".join(chunks)
