"""Keep what annotations and lesions measure, and measure large ones beside the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from annotator.domain.annotation import Annotation, Shape
from annotator.domain.image import Image, ImageKey
from annotator.domain.lesion_measures import LesionMeasures, measures_of_annotations
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
        self._known: dict[tuple[object, ...], tuple[tuple[object, ...], object]] = {}

    def of(self, shapes: Sequence[Shape], image: Image, line_width: float | None, picture: Picture | None) -> Sized | None:
        """Return what annotations of an image measure together; None while that is being worked out."""
        heavy = any(_heavy(shape, image, line_width) for shape in shapes)
        found = self._found((*shapes, image, picture), (line_width,), lambda: _all(shapes, image, line_width, picture), aside=heavy)
        return found if isinstance(found, Sized) else None

    def lesion(self, members: Sequence[Annotation], images: Sequence[Image], pictures: Mapping[ImageKey, Picture]) -> LesionMeasures | None:
        """Return what a lesion measures on the images of a series; None while that is being worked out, and where it cannot be."""
        held, series = (*(a.shape for a in members), *pictures.values()), (images[0].key, len(images))
        found = self._found(held, series, lambda: measures_of_annotations(members, images, pictures), aside=True)
        return found if isinstance(found, LesionMeasures) else None

    def _found(self, held: tuple[object, ...], more: tuple[object, ...], measure: Callable[[], object], *, aside: bool) -> object:
        """Return what was measured of these things, None if that is still done `aside`; what is held keeps its identity meanwhile."""
        key = (*map(id, held), *more)
        if key not in self._known:
            while len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            self._known[key] = held, None
            if aside:
                self._tasks.run(measure, lambda found: self._take(key, found), _raise)
            else:
                self._known[key] = held, measure()
        return self._known[key][1]

    def _take(self, key: tuple[object, ...], found: object) -> None:
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
