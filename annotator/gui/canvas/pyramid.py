"""Make a picture small for the screen: means over blocks of pixels, made when first needed and kept."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from annotator.domain.picture import Picture

_made: WeakKeyDictionary[Picture, dict[tuple[int, int], NDArray[Any]]] = WeakKeyDictionary()
_usual: dict[tuple[int, ...], tuple[int, int]] = {}
"""How pictures of a size were reduced the last time."""


def prepare(picture: Picture) -> None:
    """Reduce a picture that is not shown yet as the last one of its size was; may be called in any thread."""
    down, right = _usual.get(picture.stored.shape, (1, 1))
    if (down, right) != (1, 1):
        _made[picture] = {(down, right): means(picture.stored, down, right)}


class Pyramid:
    """The reduced copies of one picture, each by a power of two in each direction."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self._levels: dict[tuple[int, int], NDArray[Any]] = {(1, 1): picture.stored, **_made.pop(picture, {})}

    @property
    def prepared(self) -> tuple[tuple[int, int], ...]:
        """By what the picture is reduced already, down and right."""
        return tuple(by for by in self._levels if by != (1, 1))

    def level(self, down: int, right: int) -> NDArray[Any]:
        """Return the stored values averaged over blocks of `down` × `right` pixels (powers of two); the type stays."""
        _usual[self.picture.stored.shape] = down, right
        if (down, right) not in self._levels:
            self._levels[down, right] = means(self.picture.stored, down, right)
        return self._levels[down, right]


def factor(scale: float) -> int:
    """Return by how much to reduce for a scale (device pixels per image pixel): what is left to scale is in (0.5, 1]."""
    reduction = 1
    while scale * reduction * 2 <= 1.0 and reduction < 128:
        reduction *= 2
    return reduction


def means(stored: NDArray[Any], down: int, right: int) -> NDArray[Any]:
    """Return the means over blocks of `down` × `right` (powers of two), whole numbers rounded; a cut-off block counts what it has."""
    exact = np.issubdtype(stored.dtype, np.integer) and stored.dtype.itemsize <= 4
    deep = np.dtype(np.float64) if not exact else np.dtype(np.int64 if stored.dtype.itemsize == 4 else np.int32)
    summed = _sums(stored, down, deep)
    sums = np.swapaxes(_sums(np.swapaxes(summed, 0, 1), right, deep), 0, 1)
    size = down * right
    result = (sums + size // 2) >> (size.bit_length() - 1) if exact else sums / size
    return np.ascontiguousarray(result, dtype=stored.dtype)


def _sums(stored: NDArray[Any], by: int, deep: np.dtype[Any]) -> NDArray[Any]:
    """Return the sums of every `by` rows; the last one as if the rows it has not were like those it has."""
    sums = stored[::by].astype(deep)
    for start in range(1, by):
        rows = stored[start::by]
        sums[: len(rows)] += rows
    there = len(stored) - (len(sums) - 1) * by
    if there < by:
        last = sums[-1] * (by / there)
        sums[-1] = np.rint(last) if np.issubdtype(deep, np.integer) else last
    return sums
