"""Look through a thick slab while a key is held: how thick and how, which a window's views share, and what each of them shows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from annotator import settings
from annotator.domain.image import Image
from annotator.domain.picture import Picture
from annotator.domain.slab import around, even_stack, projected
from annotator.gui.canvas.model import CanvasModel
from annotator.gui.canvas.shown import Shown
from annotator.i18n import Message, mark, message, say, translate
from annotator.present.honesty import Note

REACHES = (5.0, 10.0, 20.0)
"""Millimetres before and behind the slice."""
_REACH, _MEAN = "slab.millimetres", "slab.mean"


class Slab(QObject):
    """Whether the key is held, and what it shows: `reach` in mm to either side, the highest values or their `mean`; both remembered."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.held = False
        self.reach, self.mean = settings.read(_REACH, REACHES[1]), settings.read(_MEAN, False)

    def toggle(self) -> None:
        """The key goes down, or comes up."""
        self.held = not self.held
        self.changed.emit()

    def choose(self, *, reach: float | None = None, mean: bool | None = None) -> None:
        """Choose how thick or how; raises OSError where that could not be remembered, and counts all the same."""
        self.reach, self.mean = self.reach if reach is None else reach, self.mean if mean is None else mean
        self.changed.emit()
        settings.remember({_REACH: self.reach, _MEAN: self.mean})


@dataclass(frozen=True)
class Through:
    """What a view shows of a slab: the picture, or None for the slice alone; what is said of it; whether slices are still missing."""

    picture: Picture | None
    note: Note
    waits: bool = False


class Slabs:
    """The slabs of one view; keeps the last one, and the stack of the series, as long as they are the same."""

    def __init__(self) -> None:
        self._stack: tuple[tuple[Image, ...], tuple[Image, ...] | Message] = ((), ())
        self._last: tuple[tuple[Picture, ...], bool, Picture] | None = None

    def through(self, slab: Slab, shown: Shown, model: CanvasModel) -> Through | None:
        """Return the slab around what is shown while the key is held; None else."""
        picture, image = shown.picture, shown.image
        if not slab.held or picture is None:
            self._last = None
            return None
        stack: tuple[Image, ...] | Message = message("colours have no highest value") if picture.colour else self._even(model, image)
        if isinstance(stack, Message):
            said = translate(mark("There is no slab here: {reason}"), reason=say(stack))
            return Through(None, Note(translate(mark("No slab")), said, warning=True))
        wanted = around(stack, image, slab.reach)
        others = [found for member in wanted if member.key != image.key if (found := model.picture_of(member.key)) is not None]
        missing = len(wanted) - 1 - len(others)
        return Through(self._projected(picture, others, slab), _note(slab, len(wanted), missing), missing > 0)

    def _even(self, model: CanvasModel, image: Image) -> tuple[Image, ...] | Message:
        images = model.images
        known, stack = self._stack
        fits = isinstance(stack, Message) or any(member.key == image.key for member in stack)
        if known is not images or not fits:
            self._stack = images, even_stack(images, image)
        return self._stack[1]

    def _projected(self, picture: Picture, others: list[Picture], slab: Slab) -> Picture:
        pictures = (picture, *others)
        if self._last is None or self._last[:2] != (pictures, slab.mean):
            self._last = pictures, slab.mean, projected(picture, others, mean=slab.mean)
        return self._last[2]


def _note(slab: Slab, slices: int, missing: int) -> Note:
    """Say what is looked at: how thick, of how many slices, and which of them are not there yet."""
    how = translate(mark("Mean") if slab.mean else mark("Maximum"))
    short = translate(mark("{how} ±{reach} mm · {count} slices"), how=how, reach=f"{slab.reach:g}", count=slices)
    if missing:
        short = translate(mark("{said}, {missing} still loading"), said=short, missing=missing)
    sentence = mark("A slab is looked at while the key is held; values, measurements and annotations are those of the slice alone")
    return Note(short, translate(sentence), True)
