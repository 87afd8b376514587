"""A chart as plain values: its numbers, each with its sentence and the cases behind it."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.queue import Narrowing


@dataclass(frozen=True)
class Spot:
    """One number: what it is of, how it is written, the sentence that explains it, and the cases behind it (None: they are not told).

    `whole`: what it is a part of, drawn dim behind it; `goal`: where a mark stands; `good`: whether it reaches the goal, None: no question.
    """

    label: str
    value: float
    text: str
    tip: str
    behind: Narrowing | None = None
    whole: float = 0.0
    goal: float = 0.0
    good: bool | None = None


@dataclass(frozen=True)
class Chart:
    """Bars one below the other, or with `columns` a table of `columns` × rows whose spots are in order of rows; `empty`: said without any.

    `most`: what a full bar means, 0: the greatest of its numbers; `apart`: each bar is full by itself, at its goal or whole; `plain`: a
    table of numbers that are not to be compared by colour.
    """

    name: str
    title: str
    hint: str
    spots: tuple[Spot, ...]
    empty: str
    most: float = 0.0
    apart: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    plain: bool = False
