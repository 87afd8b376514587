"""Keep decoded images at hand: what the views look at first, what comes next, and no more memory than allowed."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.pace import DECODINGS
from annotator.paths import in_words
from annotator.workspace.tasks import Tasks

Outcome = Picture | Message
_AT_ONCE = 2
_TOGETHER = 2 << 20
"""So many bytes of pixels are one job: small images are fetched several at a time, so that the way to the main thread costs little."""
_NEIGHBOURS, _AHEAD = 2, 4
"""The neighbours of what is looked at get half of the memory, what is opened next a quarter."""


@dataclass(frozen=True)
class Wish:
    """What one view looks at: the image at `index` of its images."""

    images: Sequence[Image]
    index: int


@dataclass(frozen=True)
class Stock:
    """What is kept and what is still wanted: images, bytes of pixels, the most of them, images waiting and in work."""

    images: int
    held: int
    most: int
    waiting: int
    running: int


class Pictures:
    """Decoded images of a bounded size in bytes; `arrived` is told of each one that the background has decoded."""

    def __init__(self, tasks: Tasks, arrived: Callable[[ImageKey], None], capacity: int = 1 << 30) -> None:
        self._tasks, self._arrived, self._capacity = tasks, arrived, capacity
        self._kept: OrderedDict[ImageKey, Outcome] = OrderedDict()
        self._wanted: deque[Image] = deque()
        self._running: set[ImageKey] = set()
        self._looked_at: frozenset[ImageKey] = frozenset()
        self._all: tuple[Sequence[Image], ...] = ()
        self._complete: tuple[Sequence[Image], ...] = ()
        self._jobs, self._held, self._reserved = 0, 0, 0
        self._starting = False
        self.prepare: Callable[[Picture], object] = prepared
        """Done beside the main thread with each picture that is decoded ahead and not looked at yet, so that showing it costs little."""

    def get(self, key: ImageKey) -> Outcome | None:
        """Return the decoded image, why it cannot be decoded, or None while it is not there yet."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    @property
    def _free(self) -> int:
        """The bytes that pixels may take."""
        return self._capacity - self._reserved

    @property
    def stock(self) -> Stock:
        """How it stands now."""
        waiting = sum(image.key not in self._kept and image.key not in self._running for image in self._wanted)
        return Stock(len(self._kept), self._held + self._reserved, self._capacity, waiting, len(self._running))

    def allow(self, capacity: int) -> None:
        """Keep at most so many bytes of pixels from now on."""
        self._capacity = capacity
        self._all = self._complete = ()
        self._drop()

    def reserve(self, size: int) -> None:
        """Keep so many bytes less of pixels: what somebody made of them takes that room."""
        if size != self._reserved:
            self._reserved = size
            self.allow(self._capacity)

    def hold(self, images: Sequence[Image]) -> bool:
        """Return whether all of these images are decoded, or turned out to be impossible to show."""
        return all(image.key in self._kept for image in reversed(images))

    def want(self, images: Sequence[Image], index: int, beside: Sequence[Wish] = (), ahead: Sequence[Image] = ()) -> None:
        """Decode the image at `index` now, then those that other views look at, then the neighbours of all, then what is `ahead`.

        As far as memory allows; each call takes the place of the one before.
        """
        wishes = [wish for wish in (Wish(images, index), *beside) if 0 <= wish.index < len(wish.images)]
        wanted = (*(wish.images for wish in wishes), ahead)
        for wish in wishes[1:]:
            self.get(wish.images[wish.index].key)  # what is on the screen is the last to be dropped
        if wishes and _same(wanted, self._complete):
            return
        self._wanted.clear()
        self._complete = ()
        if not wishes:
            return
        rooms = _rooms(wishes, self._free)
        self._looked_at = frozenset(wish.images[wish.index].key for wish in wishes)
        self._all = wanted if all(room >= len(wish.images) for wish, room in zip(wishes, rooms, strict=True)) else ()
        self._wanted.extend(_in_turn(wishes, rooms))
        self._wanted.extend(_within(ahead, self._free // _AHEAD))
        self._start()

    def forget(self) -> None:
        """Drop every image, as on opening another folder; what is being decoded is not kept."""
        self._kept.clear()
        self._wanted.clear()
        self._running, self._held, self._all, self._complete = set(), 0, (), ()

    def _start(self) -> None:
        if self._starting:
            return  # tasks that run at once come back here from within
        self._starting = True
        while self._jobs < _AT_ONCE and (together := self._next()):
            self._decode(together)
        self._starting = False
        if not self._wanted and not self._running:
            self._complete = self._all

    def _next(self) -> list[Image]:
        """Take the nearest images that are missing, as many as go together; the one that is looked at goes alone."""
        together: list[Image] = []
        room = _TOGETHER
        while self._wanted:
            image = self._wanted[0]
            if image.key in self._kept or image.key in self._running:
                self._wanted.popleft()
                continue
            room -= _size(image)
            if together and (room < 0 or image.key in self._looked_at):
                break
            together.append(self._wanted.popleft())
            if image.key in self._looked_at:
                break
        return together

    def _decode(self, together: list[Image]) -> None:
        running = self._running
        running.update(image.key for image in together)
        self._jobs += 1
        later = [image.key not in self._looked_at for image in together]
        prepare = self.prepare

        def done(found: list[Outcome]) -> None:
            self._jobs -= 1
            if running is self._running:
                for image, outcome in zip(together, found, strict=True):
                    self._keep(image.key, outcome)
            self._start()

        def failed(error: Exception) -> None:
            done([_unexpected(image, error) for image in together])

        def decode() -> list[Outcome]:
            found = [_outcome(image) for image in together]
            for outcome, unseen in zip(found, later, strict=True):
                if unseen and isinstance(outcome, Picture) and outcome.stored.nbytes > _TOGETHER:
                    prepare(outcome)
            return found

        run = self._tasks.unhurried if all(later) else self._tasks.run
        run(decode, done, failed)

    def _keep(self, key: ImageKey, outcome: Outcome) -> None:
        self._running.discard(key)
        self._kept[key] = outcome
        self._held += outcome.stored.nbytes if isinstance(outcome, Picture) else 0
        self._drop()
        self._arrived(key)

    def _drop(self) -> None:
        """Drop what was not looked at for longest, until the rest is within its bounds."""
        while self._held > self._free and len(self._kept) > 1:
            self._all = self._complete = ()
            _, dropped = self._kept.popitem(last=False)
            self._held -= dropped.stored.nbytes if isinstance(dropped, Picture) else 0


def prepared(picture: Picture) -> None:
    """Work out what a large picture is asked for when it is shown and saved: its range of values, and the digest of its pixels."""
    assert picture.value_range and picture.digest


def _outcome(image: Image) -> Outcome:
    from annotator.dicom.pixels import picture  # loads what reads DICOM: only now is it needed

    begun = time.perf_counter()
    try:
        found = picture(image)
        DECODINGS.took(time.perf_counter() - begun)
        return found
    except AnnotatorError as error:
        return error.message
    except Exception as error:  # noqa: BLE001  # whatever it is, it concerns this image and not those that are decoded with it
        return _unexpected(image, error)


def _nearest(images: Sequence[Image], index: int) -> Iterator[Image]:
    """Yield an image, then the ones after and before it, by distance."""
    yield images[index]
    for distance in range(1, len(images)):
        for place in (index + distance, index - distance):
            if 0 <= place < len(images):
                yield images[place]


def _in_turn(wishes: Sequence[Wish], rooms: Sequence[int]) -> Iterator[Image]:
    """Yield what each view looks at, then their neighbours in turn; each view has room for so many images."""
    if len(wishes) == 1:
        return islice(_nearest(wishes[0].images, wishes[0].index), rooms[0])
    rows = [islice(_nearest(wish.images, wish.index), room) for wish, room in zip(wishes, rooms, strict=True)]
    return (image for image in chain.from_iterable(zip_longest(*rows)) if image is not None)


def _rooms(wishes: Sequence[Wish], capacity: int) -> list[int]:
    """How many images of each view's size fit in its share of the neighbours' memory; three at least."""
    return [max(capacity // (_NEIGHBOURS * len(wishes) * _size(wish.images[wish.index])), 3) for wish in wishes]


def _within(images: Sequence[Image], room: int) -> Iterator[Image]:
    """Yield images as long as their pixels fit into so many bytes."""
    for image in images:
        room -= _size(image)
        if room < 0:
            return
        yield image


def _same(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether these are the very same objects."""
    return len(some) == len(others) and all(a is b for a, b in zip(some, others, strict=True))


def _size(image: Image) -> int:
    """Roughly the bytes of its pixels."""
    return max(image.rows * image.columns * 2, 1)


def _unexpected(image: Image, error: Exception) -> Message:
    return message("{file} cannot be shown: {reason}", file=in_words(image.path), reason=f"{type(error).__name__}: {error}")
