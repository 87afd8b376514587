"""Marks of what is drawn: 16 bytes that are the same for what is equal to the last bit, and for nothing else."""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import chain

Mark = bytes
_said = json.JSONEncoder(ensure_ascii=True).encode


def flat(lines: Iterable[Sequence[tuple[float, float]]]) -> bytes:
    """Return the coordinates of outlines, x1, y1, x2, y2, …, as the bytes of doubles, the lowest first."""
    found = array("d", chain.from_iterable(chain.from_iterable(lines)))
    if sys.byteorder != "little":
        found.byteswap()
    return found.tobytes()


def unflat(content: bytes) -> array[float]:
    """Return the coordinates that `flat` made bytes of; raises ValueError where these are no doubles."""
    found = array("d", content)
    if sys.byteorder != "little":
        found.byteswap()
    return found


def mark_of(said: Sequence[object], more: bytes) -> Mark:
    """Return the mark of plain values and of bytes, whose length the values determine."""
    return hashlib.sha256(_said(said).encode() + more).digest()[:16]
