"""Decode the images that tiles are cut from, one after the other beside the window, and keep the last ones."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable

from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.errors import AnnotatorError
from annotator.i18n import Message
from annotator.workspace.tasks import Tasks


class TilePictures:
    """Pictures by image; `arrived` is told when one is there, or cannot be shown."""

    def __init__(self, tasks: Tasks, arrived: Callable[[], None], most: int = 24) -> None:
        self._tasks, self._arrived, self._most = tasks, arrived, most
        self._kept: OrderedDict[ImageKey, Picture | Message] = OrderedDict()
        self._wanted: deque[Image] = deque()
        self._busy = False

    def get(self, key: ImageKey) -> Picture | Message | None:
        """Return the picture of an image, or why there is none; None while it is being decoded."""
        return self._kept.get(key)

    def want(self, images: Iterable[Image]) -> None:
        """Decode these images, in this order; what was wanted before and is not begun is forgotten."""
        self._wanted = deque(image for image in dict.fromkeys(images) if image.key not in self._kept)
        self._go_on()

    def forget(self) -> None:
        """Let go of everything."""
        self._wanted.clear()
        self._kept.clear()

    def _go_on(self) -> None:
        if self._busy or not self._wanted:
            return
        self._busy, image = True, self._wanted.popleft()

        def done(made: Picture | Message) -> None:
            self._busy = False
            self._kept[image.key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            self._arrived()
            self._go_on()

        def failed(error: Exception) -> None:
            if not isinstance(error, AnnotatorError):
                raise error
            done(error.cause)

        self._tasks.unhurried(lambda: _decoded(image), done, failed)


def _decoded(image: Image) -> Picture:
    from annotator.dicom.pixels import picture  # loads what reads DICOM: only now is it needed

    return picture(image)
