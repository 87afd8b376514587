"""Remember how views share their room, and give it to them again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from annotator import settings

_SHARES = "layout.shares"


def keep(name: str, splitters: Sequence[QSplitter]) -> None:
    """Remember how the room is shared in an arrangement; nothing is lost if that cannot be written."""
    sizes: list[settings.Value] = [list(each.sizes()) for each in splitters]
    known = settings.read(_SHARES, dict[str, settings.Value]())
    if known.get(name) != sizes:
        try:
            settings.remember({_SHARES: {**known, name: sizes}})
        except OSError:
            return


def give(name: str, splitters: Sequence[QSplitter]) -> None:
    """Share the room evenly, or as it was shared the last time."""
    known = settings.read(_SHARES, dict[str, settings.Value]()).get(name)
    for place, each in enumerate(splitters):
        sizes = known[place] if isinstance(known, list) and len(known) == len(splitters) else None
        fitting = isinstance(sizes, list) and len(sizes) == each.count() and all(isinstance(size, int) for size in sizes)
        each.setSizes([int(str(size)) for size in sizes] if fitting and isinstance(sizes, list) else [10_000] * each.count())


def splitter(orientation: Qt.Orientation) -> QSplitter:
    """Return an empty splitter for views."""
    made = QSplitter(orientation)
    made.setObjectName("panes")
    made.setHandleWidth(3)
    made.setChildrenCollapsible(False)
    return made
