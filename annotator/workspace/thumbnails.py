"""Make the thumbnails of the series that are seen, one after the other beside the window, and keep a bounded number of them."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from annotator.domain.image import Image, ImageKey
from annotator.domain.thumbnail import Thumbnail, middle_of, thumbnail
from annotator.errors import AnnotatorError
from annotator.workspace.catalogue import Series
from annotator.workspace.tasks import Tasks

SIDE = 96
"""Pixels that the longer side of a thumbnail keeps at least, where the image has them."""


class Thumbnails:
    """Thumbnails by the image they show; `arrived` is told when one has been made."""

    def __init__(self, tasks: Tasks, arrived: Callable[[], None], most: int = 500, side: int = SIDE) -> None:
        self._tasks, self._arrived, self._most, self._side = tasks, arrived, most, side
        self._kept: OrderedDict[ImageKey, Thumbnail | None] = OrderedDict()
        self._wanted: deque[Series | Image] = deque()
        self._busy = False

    def get(self, series: Series) -> Thumbnail | None:
        """Return the thumbnail of a series; None while it is not made, or where its image cannot be shown."""
        image = middle_of(series.images) if series.built else None
        return None if image is None else self.of(image.key)

    def of(self, key: ImageKey) -> Thumbnail | None:
        """Return the thumbnail of an image; None while it is not made, or where the image cannot be shown."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def want(self, series: Iterable[Series]) -> None:
        """Make the thumbnails of these series, in this order; what was wanted before and is not begun is forgotten."""
        self._wanted = deque(found for found in series if not (found.examined and self._needless(middle_of(found.images))))
        self._go_on()

    def want_images(self, images: Iterable[Image]) -> None:
        """Make the thumbnails of these images, in this order, as `want` does."""
        self._wanted = deque(image for image in images if image.key not in self._kept)
        self._go_on()

    def stop(self) -> None:
        """Make no more, and tell nobody of the one that is being made: whoever showed them is gone."""
        self._wanted.clear()
        self._arrived = lambda: None

    def _needless(self, image: Image | None) -> bool:
        return image is None or image.key in self._kept

    def _go_on(self) -> None:
        if self._busy or not self._wanted:
            return
        self._busy = True
        wanted = self._wanted.popleft()

        def built(image: Image | None) -> None:
            if image is None or self._needless(image):
                self._busy = False
                self._arrived()
                self._go_on()
            else:
                self._make(image)

        def failed(error: Exception) -> None:
            self._busy = False
            raise error

        if isinstance(wanted, Image):
            built(wanted)
        elif wanted.examined:
            built(middle_of(wanted.images))
        else:
            self._tasks.unhurried(lambda: _looked_at(wanted), built, failed)

    def _make(self, image: Image) -> None:
        def done(made: Thumbnail | None) -> None:
            self._busy = False
            self._kept[image.key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            self._arrived()
            self._go_on()

        def failed(error: Exception) -> None:
            done(None)
            if not isinstance(error, AnnotatorError):  # one that cannot be decoded is told where it is looked at
                raise error

        self._tasks.unhurried(lambda: _made(image, self._side), done, failed)


def _looked_at(series: Series) -> Image | None:
    """Build the images of a series, see what is odd about it, and return the one that stands for it."""
    image = middle_of(series.images)
    series.oddities  # noqa: B018  # kept by the series: it need not be worked out while it is painted
    return image


def _made(image: Image, side: int) -> Thumbnail:
    from annotator.dicom.pixels import picture  # loads what reads DICOM: only now is it needed

    return thumbnail(picture(image), image, side)


def cases_with_work(root: Path) -> frozenset[str]:
    """Return the folder names of the cases of which something is saved in a project."""
    with suppress(OSError):  # a project that cannot be reached shows no marks
        return frozenset(entry.name for entry in (root / ".annotator" / "cases").iterdir())
    return frozenset()
