"""Say how much lower a view is for the words that stand below the pictures: so its image stays where it is when they come and go."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def height_below(words: QWidget | None, view: QWidget, rows: int) -> float:
    """Return by how many logical pixels words make a view lower that is one of so many `rows`; those of another window none."""
    if words is None or words.isHidden() or words.window() is not view.window():
        return 0.0
    return words.height() / rows
