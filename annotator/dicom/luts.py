"""Read a look-up table of a header: the Modality LUT and the VOI LUT are written in the same way (PS3.3 C.11.1.1.1, C.11.2.1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from annotator.dicom.values import numbers

_DESCRIPTOR, _DATA = 0x00283002, 0x00283006


@dataclass(frozen=True, eq=False)
class Lut:
    """The value that is mapped first, what it and the ones after it are mapped to, and how many bits the results have."""

    first: int
    values: NDArray[np.uint16]
    bits: int


def read_lut(item: Dataset, *, signed: bool) -> Lut | None:
    """Return the table of a sequence item; None if it cannot be read.

    `signed`: what goes into it may be negative, so a first value above 32767 that was written without a sign is negative too.
    """
    descriptor = numbers(item, _DESCRIPTOR)
    if len(descriptor) != 3:
        return None
    entries, first = int(descriptor[0]) % 65536 or 65536, int(descriptor[1])
    first = first - 65536 if signed and first > 32767 else first
    bits = int(descriptor[2]) if 8 <= descriptor[2] <= 16 else 16 if descriptor[2] > 8 else 8
    values = _values(item, entries, packed=bits == 8)
    return Lut(first, values, bits) if len(values) else None


def _values(item: Dataset, entries: int, *, packed: bool) -> NDArray[np.uint16]:
    """Return the results; those of 8 bits may be packed two to a word (PS3.3 C.11.1.1.1)."""
    element = item.get_item(_DATA, keep_deferred=True)
    raw: Any = element.value if element is not None else None
    if isinstance(raw, bytes):
        order = "<" if getattr(element, "is_little_endian", True) else ">"
        kind = "u1" if packed and len(raw) < 2 * entries else f"{order}u2"
        return np.frombuffer(raw[: len(raw) // np.dtype(kind).itemsize * np.dtype(kind).itemsize], dtype=kind)[:entries].astype(np.uint16)
    return np.array(numbers(item, _DATA)[:entries], dtype=np.float64).astype(np.int64).astype(np.uint16)
