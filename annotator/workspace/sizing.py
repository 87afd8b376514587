"""Keep what annotations measure, and measure large ones beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from annotator.domain.annotation import Shape
from annotator.domain.image import Image
from annotator.domain.mask_measures import Sized, mask_measures, region_measures, sized
from annotator.domain.picture import Picture
from annotator.domain.raster import shape_mask
from annotator.domain.region import Region
from annotator.workspace.tasks import Tasks

_KEPT = 32


class Sizing:
    """What was measured last; `told` is called when a measurement that took long is there."""

    def __init__(self, tasks: Tasks, told: Callable[[], None]) -> None:
        self._tasks, self._told = tasks, told
        self._known: dict[tuple[object, ...], tuple[tuple[object, ...], Sized | None]] = {}

    def of(self, shapes: Sequence[Shape], image: Image, line_width: float | None, picture: Picture | None) -> Sized | None:
        """Return what annotations of an image measure together; None while that is being worked out."""
        held = (*shapes, image, picture)
        key = (*map(id, held), line_width)
        if key not in self._known:
            while len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            self._known[key] = held, None  # what is held keeps its identity
            if any(_heavy(shape, image, line_width) for shape in shapes):
                self._tasks.run(lambda: _all(shapes, image, line_width, picture), lambda found: self._take(key, found), _raise)
            else:
                self._known[key] = held, _all(shapes, image, line_width, picture)
        return self._known[key][1]

    def _take(self, key: tuple[object, ...], found: Sized) -> None:
        if key in self._known:
            self._known[key] = self._known[key][0], found
            self._told()


def _heavy(shape: Shape, image: Image, line_width: float | None) -> bool:
    if isinstance(shape, Region):
        found = region_measures(shape, image.rows, image.columns, image.spacing)
    else:
        found = mask_measures(shape_mask(shape, image.rows, image.columns, line_width))
    return found is not None and found.heavy


def _all(shapes: Sequence[Shape], image: Image, line_width: float | None, picture: Picture | None) -> Sized:
    """Measure with everything that would be worked out later."""
    found = sized(shapes, image, line_width, picture)
    if found.measures is not None and len(shapes) == 1:
        _ = found.measures.perimeter, found.measures.short
    return found


def _raise(error: Exception) -> None:
    raise error
