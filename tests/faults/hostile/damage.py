"""Damage DICOM files as disks, networks, scanners and bad people do, and always in the same way for the same seed."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from struct import pack

_SIZES = {b"\x28\x00\x10\x00": 2, b"\x28\x00\x11\x00": 2, b"\x28\x00\x02\x00": 2, b"\x28\x00\x00\x01": 2, b"\x28\x00\x01\x01": 2,
          b"\x28\x00\x02\x01": 2, b"\x28\x00\x03\x01": 2, b"\x28\x00\x06\x00": 2}  # fmt: skip
"""Rows, Columns, SamplesPerPixel, bits, PixelRepresentation, PlanarConfiguration: the tag's bytes → the bytes of its value."""
_TEXTS = (b"\x28\x00\x30\x00DS", b"\x28\x00\x08\x00IS", b"\x20\x00\x32\x00DS", b"\x20\x00\x37\x00DS", b"\x28\x00\x52\x10DS",
          b"\x28\x00\x53\x10DS", b"\x28\x00\x50\x10DS", b"\x28\x00\x51\x10DS", b"\x28\x00\x04\x00CS", b"\x08\x00\x05\x00CS",
          b"\x10\x00\x10\x00PN", b"\x54\x00\x02\x11CS", b"\x18\x00\x50\x00DS")  # fmt: skip
_BAD_TEXTS = (b"nan", b"-inf", b"1e999", b"0", b"-1", b"1e-320", b"\\\\\\", b"9" * 12, b"\xff\xfe", b"\0", b"=+-@", b"2147483648",
              b"1\\2\\3\\4")  # fmt: skip
_WORDS = (0, 1, 3, 7, 255, 256, 32767, 32768, 65535, 4096)
_PIXELS = (b"\xe0\x7f\x10\x00", b"\xe0\x7f\x08\x00")
_SYNTAXES = (b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.5",
             b"1.2.840.10008.1.2.4.50", b"1.2.840.10008.1.2.4.57", b"1.2.840.10008.1.2.4.70", b"1.2.840.10008.1.2.4.80",
             b"1.2.840.10008.1.2.4.90", b"1.2.840.10008.1.2.4.201", b"1.2.3")  # fmt: skip
_SYNTAX = b"\x02\x00\x10\x00UI"
_MARKERS = (b"\xff\x4f\xff\x51", b"\xff\xc0", b"\xff\xc1", b"\xff\xc3", b"\xff\xf7", b"\xff\xda", b"\xff\xc4", b"\xff\x52", b"\xff\x5c",
            b"\xff\xdb")  # fmt: skip


def _pixels_at(content: bytes) -> int:
    """Where the pixels begin; the end where none are found."""
    return max((content.rfind(tag) for tag in _PIXELS), default=-1) % (len(content) + 1)


def _flip(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 8, 64))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _flip_header(content: bytearray, chance: random.Random) -> None:
    end = max(min(_pixels_at(content), len(content)), 2)
    for _ in range(chance.choice((1, 4, 32))):
        content[chance.randrange(end)] ^= 1 << chance.randrange(8)


def _flip_pixels(content: bytearray, chance: random.Random) -> None:
    begin = min(_pixels_at(content), len(content) - 1)
    for _ in range(chance.choice((1, 8, 64))):
        content[chance.randrange(begin, len(content))] ^= 1 << chance.randrange(8)


def _cut(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def _hole(content: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(content))
    del content[place : place + chance.choice((1, 2, 8, 512, 65536))]


def _zeros(content: bytearray, chance: random.Random) -> None:
    place, length = chance.randrange(len(content)), chance.choice((8, 512, 4096))
    content[place : place + length] = bytes(min(length, len(content) - place))


def _double(content: bytearray, chance: random.Random) -> None:
    place, length = chance.randrange(len(content)), chance.choice((8, 200, 4096))
    content[place:place] = content[place : place + length] * chance.choice((1, 3, 20))


def _size(content: bytearray, chance: random.Random) -> None:
    tags = [tag for tag in _SIZES if tag in content]
    if not tags:
        return
    tag = chance.choice(tags)
    place = content.find(tag) + 8
    content[place : place + 2] = pack("<H", chance.choice(_WORDS))


def _text(content: bytearray, chance: random.Random) -> None:
    tags = [tag for tag in _TEXTS if tag in content]
    if not tags:
        return
    place = content.find(chance.choice(tags)) + 6
    length = int.from_bytes(content[place : place + 2], "little")
    bad = chance.choice(_BAD_TEXTS)
    bad += b" " * (len(bad) % 2)
    content[place : place + 2 + length] = pack("<H", len(bad)) + bad


def _length(content: bytearray, chance: random.Random) -> None:
    """Let a length in the header lie."""
    end = max(min(_pixels_at(content), len(content) - 4), 1)
    place = chance.randrange(end)
    lies = (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\xfe\xff\0\0", pack("<L", len(content)))
    content[place : place + 4] = chance.choice(lies)


def _syntax(content: bytearray, chance: random.Random) -> None:
    place = content.find(_SYNTAX) + 6
    if place < 6:
        return
    length = int.from_bytes(content[place : place + 2], "little")
    uid = chance.choice(_SYNTAXES)
    uid += b"\0" * (len(uid) % 2)
    content[place : place + 2 + length] = pack("<H", len(uid)) + uid


def _nest(content: bytearray, chance: random.Random) -> None:
    """Put sequences into one another before the pixels."""
    depth, sequence = chance.choice((3, 31, 33, 3000)), b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    place = content.find(b"\x08\x00\x50\x11")
    place = place if place > 0 else min(_pixels_at(content), len(content))
    content[place:place] = sequence * depth


def _many(content: bytearray, chance: random.Random) -> None:
    """Put very many elements before the pixels."""
    place = min(_pixels_at(content), len(content))
    content[place:place] = b"".join(pack("<HH2sH", 0x6FFF, n & 0xFFFF, b"LO", 0) for n in range(chance.choice((500, 40_000, 120_000))))


def _frames(content: bytearray, chance: random.Random) -> None:
    """Announce very many frames."""
    number = chance.choice((b"2 ", b"999 ", b"99999 ", b"2147483647", b"-5"))
    number += b" " * (len(number) % 2)
    place = content.find(b"\x28\x00\x10\x00US")
    if place > 0:
        content[place:place] = b"\x28\x00\x08\x00IS" + pack("<H", len(number)) + number


def _marker(content: bytearray, chance: random.Random) -> None:
    """Let a segment of a compressed frame lie about lengths and sizes."""
    begin = min(_pixels_at(content), len(content))
    found = [place for mark in _MARKERS if (place := content.find(mark, begin)) >= 0]
    if not found:
        _flip_pixels(content, chance)
        return
    place = chance.choice(found) + 2
    for _ in range(chance.choice((1, 3))):
        at = place + chance.randrange(40)
        if at < len(content):
            content[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))


def _deflate_bomb(content: bytearray, chance: random.Random) -> None:
    """Say that the data set is deflated, and let it be one that grows without end."""
    place = content.find(_SYNTAX)
    if place < 0:
        return
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(bytes(content[place + 40 :]) + bytes(chance.choice((1 << 20, 40 << 20)))) + packer.flush()
    uid = b"1.2.840.10008.1.2.1.99"
    content[place:] = _SYNTAX + pack("<H", len(uid)) + uid + body


def _tail(content: bytearray, chance: random.Random) -> None:
    content += chance.randbytes(chance.choice((1, 7, 4096)))


KINDS: Mapping[str, Callable[[bytearray, random.Random], None]] = {
    kind.__name__.lstrip("_"): kind
    for kind in (
        _flip, _flip_header, _flip_pixels, _cut, _hole, _zeros, _double, _size, _text, _length, _syntax, _nest, _many, _frames, _marker,
        _deflate_bomb, _tail,
    )
}  # fmt: skip
"""Ways of damage."""


def case(sources: Sequence[bytes], seed: int, number: int) -> tuple[str, bytes]:
    """Return the `number`-th damaged file of a campaign, and how it was damaged; the same for the same seed, whatever was asked before."""
    chance = random.Random(f"{seed}/{number}")
    content, ways = bytearray(chance.choice(sources)), list[str]()
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if len(content) < 16:
            break
        way = chance.choice(list(KINDS))
        KINDS[way](content, chance)
        ways.append(way)
    return "+".join(ways) or "nothing", bytes(content)
