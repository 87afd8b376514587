"""What stands on a picture beside the picture: the letters of its edges, a scale bar, and lines in its corners."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from annotator import settings
from annotator.domain.image import Image, Owner
from annotator.domain.orientation import edges
from annotator.domain.scale import bar
from annotator.gui.canvas.model import CanvasModel
from annotator.gui.canvas.shown import Shown
from annotator.gui.canvas.slab import Slab
from annotator.gui.canvas.transform import Transform
from annotator.gui.canvas.words import LIGHT, Anchor, corner_of, shortened, words
from annotator.i18n import language, mark, translate
from annotator.present.corners import Corners, Looked, corners

KeyOf = Callable[[str], str]
OwnerOf = Callable[[Image], Owner | None]
_Area = tuple[float, float, float, float]
"""Left, top, width and height of the widget, in logical pixels."""
_Word = tuple[QPointF, QImage]
_Words = tuple[_Word, ...]
"""Painted words and where their left upper corner goes: kept, because most steps of a pan or a window change none of them."""
_SETTING, _AXES = "picture.signs", "picture.axes"
_LETTER, _LINE, _SMALL = 15, 12, 11
_MARGIN, _STEP = 8.0, 16.0
_CLEAR = 30.0
"""Logical pixels on either side of the middle that are kept for the letters."""
_LONGEST, _TICK, _LEAST_BAR = 140.0, 4.0, 24.0
_ROOMY = 330.0
"""Logical pixels of width and height from which on there is room for lines in the corners."""
_MOST_KEPT = 64
_BAR_PENS = QPen(QColor(0, 0, 0, 170), 3.0), QPen(LIGHT, 1.0)
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
        box = (area.x(), area.y(), area.width(), area.height())
        _put(painter, letters_at(shown.image, box, transform.placed.mirrored, transform.placed.upended, transform.ratio))
        foot = _paint_bar(painter, box, shown.image, transform)
        if self.signs is Signs.ALL and min(area.width(), area.height()) >= _ROOMY:
            owner = self._owner_of(shown.image) if self._owner_of else None
            current = model.image is not None and model.image.key == shown.image.key
            looked = Looked(model.index if current else shown.place_in(model.images), len(model.images), model.window, transform.zoom)
            found = corners(shown.image, shown.picture, owner, looked, names=self.names)
            _put(painter, lines_at(found, box, foot, transform.ratio))


@lru_cache(maxsize=_MOST_KEPT)
def letters_at(image: Image, area: _Area, mirrored: bool, upended: bool, ratio: float) -> _Words:
    """The letters of the edges and where they go."""
    found = edges(image).turned(mirrored=mirrored, upended=upended)
    whole = QRectF(*area)
    middle, inside = whole.center(), whole.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    places = (
        (found.left, QPointF(inside.left(), middle.y()), _LEFT),
        (found.right, QPointF(inside.right(), middle.y()), _RIGHT),
        (found.top, QPointF(middle.x(), inside.top()), _TOP),
        (found.bottom, QPointF(middle.x(), inside.bottom()), _BOTTOM),
    )
    return tuple(_word(letters, _LETTER, ratio, place, anchor, bold=True) for letters, place, anchor in places if letters)


def _paint_bar(painter: QPainter, area: _Area, image: Image, transform: Transform) -> float:
    """Paint the scale bar at the bottom right; return how far above the edge the lines of that corner begin."""
    spacing = image.spacing[1] if image.spacing else 0.0
    found = bar_at(area, transform.scale_x, spacing, image.spacing_at_detector, transform.ratio, language())
    if found is None:
        return _MARGIN
    lines, text = found
    for pen in _BAR_PENS:
        painter.setPen(pen)
        painter.drawLines(lines)
    _put(painter, (text,))
    return _MARGIN + _TICK + _STEP + 4.0


@lru_cache(maxsize=_MOST_KEPT)
def bar_at(area: _Area, scale: float, spacing: float, at_detector: bool, ratio: float, spoken: str) -> tuple[list[QLineF], _Word] | None:
    """The lines of the scale bar and its words, in the language `spoken`; None where there is none."""
    whole = QRectF(*area)
    found = bar(scale, spacing, min(_LONGEST, whole.width() / 4)) if spacing else None
    if found is None or found[1] < _LEAST_BAR:
        return None
    millimetres, pixels = found
    length, unit = (millimetres / 10, "cm") if millimetres >= 10 else (millimetres, "mm")
    right, low = whole.right() - _MARGIN - 2.0, whole.bottom() - _MARGIN - 1.0
    lines = [QLineF(right - pixels, low, right, low), *(QLineF(x, low - _TICK, x, low) for x in (right - pixels, right))]
    text = translate(_BAR_AT_DETECTOR if at_detector else _BAR, length=f"{length:g}", unit=unit)
    return lines, _word(text, _SMALL, ratio, QPointF(right + 2.0, low - _TICK - 1.0), _BOTTOM_RIGHT)


@lru_cache(maxsize=_MOST_KEPT)
def lines_at(found: Corners, area: _Area, foot: float, ratio: float) -> _Words:
    """The lines of the corners and where they go."""
    whole = QRectF(*area)
    top, left, right = whole.top() + _MARGIN - 2.0, whole.left() + _MARGIN, whole.right() - _MARGIN
    low, room = whole.bottom() + 2.0, whole.width() / 2 - _MARGIN - _CLEAR
    made: list[_Word] = []
    for lines, x, y, step, anchor in (
        (found.top_left, left, top, _STEP, _TOP_LEFT),
        (found.top_right, right, top, _STEP, _TOP_RIGHT),
        (found.bottom_left[::-1], left, low - _MARGIN, -_STEP, _BOTTOM_LEFT),
        (found.bottom_right[::-1], right, low - foot, -_STEP, _BOTTOM_RIGHT),
    ):
        for number, text in enumerate(lines):
            made.append(_word(shortened(text, _LINE, room), _LINE, ratio, QPointF(x, y + number * step), anchor))
    return tuple(made)


def _word(text: str, pixels: int, ratio: float, place: QPointF, anchor: Anchor, *, bold: bool = False) -> _Word:
    made = words(text, pixels, ratio, bold=bold)
    return corner_of(made, place, anchor), made


def _put(painter: QPainter, found: _Words) -> None:
    for corner, made in found:
        painter.drawImage(corner, made)
