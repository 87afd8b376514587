"""Keep what a display filter made of pictures: worked out beside the window, bounded in memory, and never in anybody's way.

Until it is there the picture itself is shown, or what the filter made of it under the window before.  A mammogram that is inverted is
shown as it was until its air can be kept black, so that nobody is dazzled.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from annotator.domain.display_filter import BRIGHTNESS, Filter, Mask, air_of, filtered, with_black_air
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture, Window
from annotator.i18n import mark
from annotator.workspace.tasks import Tasks

CAPACITY = 192 << 20
"""So many bytes of filtered pictures are kept."""
_MOST_AIRS = 4
FILTER_TEXTS: Mapping[Filter, str] = {
    Filter.NONE: mark("No filter"),
    Filter.EQUALISED: mark("Equalise the histogram"),
    Filter.LOCAL: mark("Local contrast (CLAHE)"),
    Filter.SHARPENED: mark("Sharpen"),
}
Wanted = tuple[ImageKey, Filter, Window]


@dataclass(frozen=True)
class _Job:
    wanted: Wanted
    picture: Picture
    mammogram: bool


class Displays:
    """Which filter each series has, and the filtered pictures; `arrived` is told of each that is there, `failed` why one cannot be."""

    def __init__(
        self, tasks: Tasks, arrived: Callable[[], None], failed: Callable[[Exception], None], capacity: int = CAPACITY
    ) -> None:
        self._tasks, self._arrived, self._failed, self._capacity = tasks, arrived, failed, capacity
        self._filters: dict[str, Filter] = {}
        self._kept: OrderedDict[Wanted, Picture] = OrderedDict()
        self._airs: OrderedDict[ImageKey, Mask | None] = OrderedDict()
        self._last: OrderedDict[tuple[ImageKey, Filter, bool], Wanted] = OrderedDict()
        self._next: _Job | None = None
        self._running = False

    def filter_of(self, series_uid: str) -> Filter:
        """Return the filter of a series."""
        return self._filters.get(series_uid, Filter.NONE)

    def choose(self, series_uid: str, how: Filter) -> None:
        """Look at a series through another filter, or through none."""
        self._filters[series_uid] = how

    def forget(self) -> None:
        """Drop everything, as on opening another folder."""
        self._filters, self._next = {}, None
        self._kept.clear()
        self._airs.clear()
        self._last.clear()

    def display(self, image: Image, picture: Picture, window: Window) -> tuple[Picture, Window]:
        """Return what to paint for a picture, and under which window: the picture itself unless a filter has made another of it."""
        how, mammogram = self.filter_of(image.series_uid), image.modality == "MG"
        if picture.colour or (how is Filter.NONE and not (mammogram and window.inverted)):
            return picture, window
        wanted = (picture.key, how, window if how is not Filter.NONE else Window(0.0, 1.0, inverted=True))
        found = self._kept.get(wanted)
        if found is None:
            self._want(_Job(wanted, picture, mammogram))
            before = self._last.get((picture.key, how, window.inverted))
            found = self._kept.get(before) if before is not None else None
        else:
            self._kept.move_to_end(wanted)
        if found is None:
            return picture, replace(window, inverted=window.inverted and not mammogram)
        return found, window if how is Filter.NONE else replace(BRIGHTNESS, inverted=window.inverted)

    def _want(self, job: _Job) -> None:
        """Make this next; what was to be made next before is not looked at any more."""
        self._next = job
        self._start()

    def _start(self) -> None:
        if self._running or self._next is None:
            return
        job, self._next, self._running = self._next, None, True
        known = job.picture.key in self._airs
        air = self._airs.get(job.picture.key)

        def make() -> tuple[Picture, Mask | None]:
            found = air if known or not job.mammogram else air_of(job.picture)
            _key, how, window = job.wanted
            if how is not Filter.NONE:
                return filtered(job.picture, window, how, found), found
            return (with_black_air(job.picture, window, found) if found is not None else job.picture), found

        def done(made: tuple[Picture, Mask | None]) -> None:
            self._running = False
            self._keep(job, *made)
            self._start()
            self._arrived()

        def failed(error: Exception) -> None:
            self._running = False
            self._filters = {uid: how for uid, how in self._filters.items() if how is not job.wanted[1]}
            self._failed(error)

        self._tasks.run(make, done, failed)

    def _keep(self, job: _Job, made: Picture, air: Mask | None) -> None:
        key, how, window = job.wanted
        self._kept[job.wanted] = made
        self._last[key, how, window.inverted] = job.wanted
        if job.mammogram:
            self._airs[key] = air
        while len(self._airs) > _MOST_AIRS:
            self._airs.popitem(last=False)
        while len(self._kept) > 1 and sum(picture.stored.nbytes for picture in self._kept.values()) > self._capacity:
            dropped, _picture = self._kept.popitem(last=False)
            if self._last.get((dropped[0], dropped[1], dropped[2].inverted)) == dropped:
                del self._last[dropped[0], dropped[1], dropped[2].inverted]
