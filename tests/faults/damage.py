"""Ways in which a file of text gets damaged: cut, bits turned, emptied, filled with what no reader may take."""

from __future__ import annotations

import random
from collections.abc import Iterator

DEEP = 200_000


def damages(content: bytes, count: int, dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield `count` damaged contents with what was done: first one of each kind, then cuts and bits in turn."""
    kinds = [
        ("empty", b""),
        ("BOM", b"\xef\xbb\xbf" + content),
        ("NaN", _replaced(content, dice, b"NaN")),
        ("infinity", _replaced(content, dice, b"1e999")),
        ("a key twice", content.replace(b"{", b'{"version": 1, "version": 1, ', 1)),
        ("deep nesting", b"[" * DEEP + b"]" * DEEP),
        ("deep objects", b'{"a": ' * DEEP),
        ("UTF-16", content.decode("utf-8", "replace").encode("utf-16")),
        ("zeros", bytes(len(content))),
        ("twice", content + content),
    ]
    yield from kinds[:count]
    for number in range(count - len(kinds)):
        if number % 4 == 0:
            twentieth = number // 4 % 19 + 1
            yield f"cut at {twentieth}/20", content[: len(content) * twentieth // 20]
        else:
            place, bit = dice.randrange(len(content)), dice.randrange(8)
            turned = bytearray(content)
            turned[place] ^= 1 << bit
            yield f"bit {bit} of byte {place}", bytes(turned)


def _replaced(content: bytes, dice: random.Random, by: bytes) -> bytes:
    """Put something else where a number stands."""
    places = [n for n in range(len(content)) if content[n : n + 1].isdigit() and not content[n - 1 : n].isalnum()]
    place = dice.choice(places) if places else 0
    end = place
    while content[end : end + 1].isdigit():
        end += 1
    return content[:place] + by + content[end:]
