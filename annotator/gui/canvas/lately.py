"""Remember what areas of the painted annotations looked like lately: an edit that is taken back or redone need not be painted again."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.transform import Transform

_MOST_PIXELS = 1 << 22
"""16 MB of pictures at most, none of more than a fourth of that: a larger one takes longer to copy than it saves."""
_MOST = 32


@dataclass(frozen=True)
class _Place:
    """An area (device pixels) of what is painted of these annotations at a transform."""

    transform: Transform
    area: QRect
    overlays: tuple[Overlay, ...]


class Lately:
    """Pictures of areas, the newest first; what is the same place by value looks the same, until other pens are taken."""

    def __init__(self) -> None:
        self._found = deque[tuple[_Place, QImage]]()

    def keep(self, transform: Transform, overlays: tuple[Overlay, ...], area: QRect, image: QImage) -> None:
        """Remember an area of an image."""
        place = _Place(transform, area, overlays)
        if area.isEmpty() or _pixels(area) * 4 > _MOST_PIXELS or self._at(place) is not None:
            return
        self._found.appendleft((place, image.copy(area)))
        while len(self._found) > _MOST or sum(_pixels(kept.area) for kept, _ in self._found) > _MOST_PIXELS:
            self._found.pop()

    def find(self, transform: Transform, overlays: tuple[Overlay, ...], area: QRect) -> QImage | None:
        """Return the picture of an area, None where it is not remembered."""
        return self._at(_Place(transform, area, overlays))

    def forget(self) -> None:
        """All that is painted from now on looks otherwise."""
        self._found.clear()

    def _at(self, place: _Place) -> QImage | None:
        return next((image for kept, image in self._found if kept == place), None)


def _pixels(area: QRect) -> int:
    return area.width() * area.height()
