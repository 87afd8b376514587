"""Keep decoded images at hand: what is looked at first, what comes next, and no more memory than allowed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from annotator.dicom.pixels import picture
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.workspace.tasks import Tasks

Outcome = Picture | Message
_AT_ONCE = 2


class Pictures:
    """Decoded images of a bounded size in bytes; `arrived` is told of each one that the background has decoded."""

    def __init__(self, tasks: Tasks, arrived: Callable[[ImageKey], None], capacity: int = 1 << 30) -> None:
        self._tasks, self._arrived, self._capacity = tasks, arrived, capacity
        self._kept: OrderedDict[ImageKey, Outcome] = OrderedDict()
        self._wanted: list[Image] = []
        self._running: set[ImageKey] = set()
        self._held = 0

    def get(self, key: ImageKey) -> Outcome | None:
        """Return the decoded image, why it cannot be decoded, or None while it is not there yet."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def count(self, images: Iterable[Image]) -> int:
        """Return how many of these images were decoded, or turned out to be impossible to show."""
        return sum(image.key in self._kept for image in images)

    def want(self, images: Sequence[Image], index: int) -> None:
        """Decode the image at `index` now, then its neighbours, nearest first, as far as memory allows."""
        if not images:
            self._wanted = []
            return
        nearest = sorted(range(len(images)), key=lambda i: (abs(i - index), i < index))
        size = max(images[index].rows * images[index].columns * 2, 1)
        room = max(self._capacity // (2 * size), 3)
        self._wanted = [images[i] for i in nearest[:room]]
        self._start()

    def forget(self) -> None:
        """Drop every image, as on opening another folder."""
        self._kept.clear()
        self._wanted, self._held = [], 0

    def _start(self) -> None:
        for image in self._wanted:
            if len(self._running) >= _AT_ONCE:
                return
            if image.key not in self._kept and image.key not in self._running:
                self._running.add(image.key)
                self._decode(image)

    def _decode(self, image: Image) -> None:
        def decoded(found: Picture) -> None:
            self._keep(image.key, found)

        def failed(error: Exception) -> None:
            self._keep(image.key, error.message if isinstance(error, AnnotatorError) else _unexpected(image, error))

        self._tasks.run(lambda: picture(image), decoded, failed)

    def _keep(self, key: ImageKey, outcome: Outcome) -> None:
        self._running.discard(key)
        self._kept[key] = outcome
        self._held += outcome.stored.nbytes if isinstance(outcome, Picture) else 0
        while self._held > self._capacity and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._held -= dropped.stored.nbytes if isinstance(dropped, Picture) else 0
        self._arrived(key)
        self._start()


def _unexpected(image: Image, error: Exception) -> Message:
    return message("{file} cannot be shown: {reason}", file=image.path, reason=f"{type(error).__name__}: {error}")
