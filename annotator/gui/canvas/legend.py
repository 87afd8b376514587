"""What stands on a picture beside the picture: the letters of its edges, a scale bar, and lines in its corners."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from annotator import settings
from annotator.domain.image import Image, Owner
from annotator.domain.orientation import edges
from annotator.domain.scale import bar
from annotator.gui.canvas.model import CanvasModel
from annotator.gui.canvas.shown import Shown
from annotator.gui.canvas.slab import Slab
from annotator.gui.canvas.transform import Transform
from annotator.gui.canvas.words import LIGHT, put, shortened, words
from annotator.i18n import mark, translate
from annotator.present.corners import Corners, Looked, corners

KeyOf = Callable[[str], str]
OwnerOf = Callable[[Image], Owner | None]
_SETTING, _AXES = "picture.signs", "picture.axes"
_LETTER, _LINE, _SMALL = 15, 12, 11
_MARGIN, _STEP = 8.0, 16.0
_CLEAR = 30.0
"""Logical pixels on either side of the middle that are kept for the letters."""
_LONGEST, _TICK, _LEAST_BAR = 140.0, 4.0, 24.0
_ROOMY = 330.0
"""Logical pixels of width and height from which on there is room for lines in the corners."""
_BAR = mark("{length} {unit}")
_BAR_AT_DETECTOR = mark("{length} {unit} at the detector")
_TOP_LEFT, _TOP_RIGHT, _BOTTOM_LEFT, _BOTTOM_RIGHT = (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)
_LEFT, _RIGHT, _TOP, _BOTTOM = (0.0, 0.5), (1.0, 0.5), (0.5, 0.0), (0.5, 1.0)


def _no_key(command: str) -> str:
    return ""


class Signs(Enum):
    """How much stands on the pictures."""

    ALL = "all"
    FEW = "few"
    """Letters and scale bar only."""
    NONE = "none"


class Legend(QObject):
    """What all views of a window show alike: signs and axes, which are remembered; names, files' graphics and the slab, which are not."""

    changed = Signal()

    def __init__(self, owner_of: OwnerOf | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._owner_of = owner_of
        remembered = settings.read(_SETTING, Signs.ALL.value)
        self.signs = next((signs for signs in Signs if signs.value == remembered), Signs.ALL)
        self.names = False
        self.graphics = True
        self.axes = settings.read(_AXES, False)
        self.slab = Slab(self)
        self.key_of: KeyOf = _no_key
        """Which key runs a command, for what is said on the pictures."""

    def cycle(self) -> None:
        """Show fewer signs; after none come all again.  Raises OSError where that could not be remembered; it counts all the same."""
        order = list(Signs)
        self.signs = order[(order.index(self.signs) + 1) % len(order)]
        self.changed.emit()
        settings.remember({_SETTING: self.signs.value})

    def show_names(self, shown: bool) -> None:
        """Show whose image it is, until the window is closed."""
        self.names = shown
        self.changed.emit()

    def show_graphics(self, shown: bool) -> None:
        """Show the graphics that files lay over their images, or the images alone."""
        self.graphics = shown
        self.changed.emit()

    def show_axes(self, shown: bool) -> None:
        """Show the axes of what is selected, or not.  Raises OSError where that could not be remembered; it counts all the same."""
        self.axes = shown
        self.changed.emit()
        settings.remember({_AXES: shown})

    def paint(self, painter: QPainter, area: QRectF, shown: Shown, model: CanvasModel, transform: Transform) -> None:
        """Paint the signs of what is shown with a painter in logical pixels; `area` is the whole widget."""
        if self.signs is Signs.NONE or shown.picture is None:
            return
        _paint_letters(painter, area, shown.image, transform)
        foot = _paint_bar(painter, area, shown.image, transform)
        if self.signs is Signs.ALL and min(area.width(), area.height()) >= _ROOMY:
            owner = self._owner_of(shown.image) if self._owner_of else None
            current = model.image is not None and model.image.key == shown.image.key
            looked = Looked(model.index if current else shown.place_in(model.images), len(model.images), model.window, transform.zoom)
            found = corners(shown.image, shown.picture, owner, looked, names=self.names)
            _paint_corners(painter, area, found, foot, transform.ratio)


def _paint_letters(painter: QPainter, area: QRectF, image: Image, transform: Transform) -> None:
    placed, ratio = transform.placed, transform.ratio
    found = edges(image).turned(mirrored=placed.mirrored, upended=placed.upended)
    middle, inside = area.center(), area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    for letters, place, anchor in (
        (found.left, QPointF(inside.left(), middle.y()), _LEFT),
        (found.right, QPointF(inside.right(), middle.y()), _RIGHT),
        (found.top, QPointF(middle.x(), inside.top()), _TOP),
        (found.bottom, QPointF(middle.x(), inside.bottom()), _BOTTOM),
    ):
        if letters:
            put(painter, words(letters, _LETTER, ratio, bold=True), place, anchor)


def _paint_bar(painter: QPainter, area: QRectF, image: Image, transform: Transform) -> float:
    """Paint the scale bar at the bottom right; return how far above the edge the lines of that corner begin."""
    longest = min(_LONGEST, area.width() / 4)
    found = bar(transform.scale_x, image.spacing[1], longest) if image.spacing else None
    if found is None or found[1] < _LEAST_BAR:
        return _MARGIN
    millimetres, pixels = found
    length, unit = (millimetres / 10, "cm") if millimetres >= 10 else (millimetres, "mm")
    right, low = area.right() - _MARGIN - 2.0, area.bottom() - _MARGIN - 1.0
    line = [QLineF(right - pixels, low, right, low), *(QLineF(x, low - _TICK, x, low) for x in (right - pixels, right))]
    for colour, width in ((QColor(0, 0, 0, 170), 3.0), (LIGHT, 1.0)):
        painter.setPen(QPen(colour, width))
        painter.drawLines(line)
    text = translate(_BAR_AT_DETECTOR if image.spacing_at_detector else _BAR, length=f"{length:g}", unit=unit)
    put(painter, words(text, _SMALL, transform.ratio), QPointF(right + 2.0, low - _TICK - 1.0), _BOTTOM_RIGHT)
    return _MARGIN + _TICK + _STEP + 4.0


def _paint_corners(painter: QPainter, area: QRectF, found: Corners, foot: float, ratio: float) -> None:
    top, left, right = area.top() + _MARGIN - 2.0, area.left() + _MARGIN, area.right() - _MARGIN
    room = area.width() / 2 - _MARGIN - _CLEAR
    for lines, x, anchor in ((found.top_left, left, _TOP_LEFT), (found.top_right, right, _TOP_RIGHT)):
        for number, text in enumerate(lines):
            put(painter, words(shortened(text, _LINE, room), _LINE, ratio), QPointF(x, top + number * _STEP), anchor)
    low = area.bottom() + 2.0
    for lines, x, y, anchor in (
        (found.bottom_left, left, low - _MARGIN, _BOTTOM_LEFT),
        (found.bottom_right, right, low - foot, _BOTTOM_RIGHT),
    ):
        for number, text in enumerate(reversed(lines)):
            put(painter, words(shortened(text, _LINE, room), _LINE, ratio), QPointF(x, y - number * _STEP), anchor)
