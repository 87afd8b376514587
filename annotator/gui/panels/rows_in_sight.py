"""Rows of things of which there may be thousands, each made only when it comes into sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

from annotator.gui.panels.rows import ListRow

T = TypeVar("T")


class RowsInSight(Sequence[ListRow], Generic[T]):
    """The rows of `things`; `row_of` makes one."""

    def __init__(self, things: Sequence[T], row_of: Callable[[T], ListRow]) -> None:
        self._things, self._row_of = things, row_of

    def __len__(self) -> int:
        return len(self._things)

    @overload
    def __getitem__(self, place: int) -> ListRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[ListRow]: ...
    def __getitem__(self, place: int | slice) -> ListRow | Sequence[ListRow]:
        if isinstance(place, slice):
            return RowsInSight(self._things[place], self._row_of)
        return self._row_of(self._things[place])
