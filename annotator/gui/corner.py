"""Place small covers in the upper left corner of the picture, one below the other; the tallest gives way where there is little room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_MOVED_BY = frozenset({QEvent.Type.ShowToParent, QEvent.Type.HideToParent, QEvent.Type.LayoutRequest})
_LEAST = 100
"""Logical pixels of height that the tallest keeps, as long as there is room."""


class Corner(QObject):
    """The covers in the corner of a widget; each is as large as it wants to be."""

    def __init__(self, whole: QWidget) -> None:
        super().__init__(whole)
        self._whole = whole
        self._covers: list[QWidget] = []
        whole.installEventFilter(self)

    def take(self, cover: QWidget) -> None:
        """Give a cover its place, below what is shown already."""
        cover.setParent(self._whole)
        cover.installEventFilter(self)
        self._covers.append(cover)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt; whatever comes, goes or wants another size moves the others."""
        if event.type() == QEvent.Type.Resize if watched is self._whole else event.type() in _MOVED_BY:
            self._arrange()
        return False

    def _arrange(self) -> None:
        shown = [cover for cover in self._covers if not cover.isHidden()]
        heights = _within([cover.sizeHint().height() for cover in shown], self._whole.height())
        top = 0
        for cover, height in zip(shown, heights, strict=True):
            cover.setGeometry(0, top, min(cover.sizeHint().width(), cover.maximumWidth(), self._whole.width()), height)
            top += height


def _within(wanted: list[int], room: int) -> list[int]:
    """Return the heights with what is too much taken from the tallest, then from the next one."""
    given = list(wanted)
    for place in sorted(range(len(given)), key=lambda place: -given[place]):
        given[place] -= min(max(sum(given) - room, 0), max(given[place] - _LEAST, 0))
    return given
