"""Put the pixels of a stack's slices into one array, beside the window and as they are decoded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.i18n import Message, mark, message
from annotator.workspace.tasks import Tasks

Found = Callable[[ImageKey], Picture | Message | None]
_TOGETHER = 16
_MEBI = 1 << 20


class Stacked:
    """A stack's pixels, (slices, rows, columns): stored values where all slices mean the same by them, else grey values (float32).

    `there` says which slices are in; `problem` why there is no array; `changed` is told of each step, `most` the bytes that it may take.
    """

    def __init__(self, tasks: Tasks, stack: Sequence[Image], found: Found, changed: Callable[[], None], most: int) -> None:
        self._tasks, self._found, self._changed, self._most = tasks, found, changed, most
        self.stack = tuple(stack)
        self._numbers = {image.key: number for number, image in enumerate(self.stack)}
        self.there = np.zeros(len(self.stack), dtype=bool)
        self.broken: frozenset[int] = frozenset()
        self.problem: Message | None = None
        self.like: Picture | None = None
        """What the values of the array mean: a picture of the stack as it would be with these values."""
        self.array: NDArray[Any] | None = None
        self._waiting = deque(range(len(self.stack)))
        self._running = self._closed = False
        self._bound(2)

    @property
    def size(self) -> int:
        """Bytes of the array, as it is or will be."""
        first = self.stack[0]
        width = 2 if self.array is None else self.array.dtype.itemsize
        return 0 if self.problem is not None else len(self.stack) * first.rows * first.columns * width

    @property
    def missing(self) -> tuple[Image, ...]:
        """The slices that may still come, in spatial order."""
        if self.problem is not None:
            return ()
        return tuple(self.stack[n] for n in np.flatnonzero(~self.there).tolist() if n not in self.broken)

    def begin(self) -> None:
        """Take in what is decoded already."""
        self._take()

    def arrived(self, key: ImageKey) -> None:
        """An image was decoded."""
        number = self._numbers.get(key)
        if number is not None and not self.there[number]:
            self._waiting.append(number)
            self._take()

    def close(self) -> None:
        """Let go of the pixels."""
        self._closed, self.array = True, None

    def _take(self) -> None:
        """Copy some of the slices that are decoded, and go on when that is done."""
        if self._running or self._closed or self.problem is not None:
            return
        together: list[tuple[int, Picture]] = []
        while self._waiting and len(together) < _TOGETHER:
            number = self._waiting.popleft()
            outcome = None if self.there[number] else self._found(self.stack[number].key)
            if isinstance(outcome, Message):
                self.broken |= {number}
            elif outcome is not None and self._prepared(outcome):
                together.append((number, outcome))
        if not together or self.array is None:
            self._changed()
            return
        array, plain, self._running = self.array, self.array.dtype.kind != "f", True

        def copy() -> list[int]:
            for number, picture in together:
                array[number] = picture.stored if plain else picture.values()
            return [number for number, _ in together]

        def done(numbers: list[int]) -> None:
            self._running = False
            if array is self.array:
                self.there[numbers] = True
                self._changed()
            self._take()

        def failed(error: Exception) -> None:
            self._running, self.problem = False, Message(str(error))
            self._changed()

        self._tasks.run(copy, done, failed)

    def _prepared(self, picture: Picture) -> bool:
        """Make room for pixels of this kind; returns whether the picture can be taken in."""
        first = self.stack[0]
        if picture.colour:
            self.problem = message("its pixels are colours")
        elif (picture.rows, picture.columns) != (first.rows, first.columns):
            self.broken |= {self._numbers[picture.key]}
            return False
        elif self.like is None:
            plain = picture.stored.dtype.kind in "iu" and picture.stored.dtype.itemsize <= 2 and picture.modality_table is None
            self._lay_out(picture, plain=plain)
        elif self.array is not None and self.array.dtype.kind != "f" and not _alike(picture, self.like):
            self._lay_out(picture, plain=False)
        return self.problem is None

    def _lay_out(self, picture: Picture, *, plain: bool) -> None:
        """Make the array; what was in another one must be taken in again."""
        self._bound(picture.stored.dtype.itemsize if plain else 4)
        if self.problem is not None:
            return
        first = self.stack[0]
        self.array = np.empty((len(self.stack), first.rows, first.columns), picture.stored.dtype if plain else np.float32)
        self._waiting.extend(np.flatnonzero(self.there).tolist())
        self.there[:] = False
        self.like = replace(picture, graphics=()) if plain else replace(
            picture, graphics=(), slope=1.0, intercept=0.0, modality_table=None, padding=None
        )  # fmt: skip

    def _bound(self, width: int) -> None:
        need = len(self.stack) * self.stack[0].rows * self.stack[0].columns * width
        if need > self._most:
            text = mark("it takes {need} MB in memory, and the settings allow half of {most} MB for decoded images")
            self.problem, self.array = message(text, need=need // _MEBI + 1, most=2 * self._most // _MEBI), None


def _alike(picture: Picture, like: Picture) -> bool:
    """Whether the stored values of two pictures mean the same."""
    scale = (picture.stored.dtype, picture.slope, picture.intercept, picture.unit, picture.inverted)
    return scale == (like.stored.dtype, like.slope, like.intercept, like.unit, like.inverted) and picture.modality_table is None
