"""Keep what lesions measure, and measure them beside the window: volume and longest diameter of the masks that are saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from annotator.domain.annotation import Annotation
from annotator.domain.image import Image, ImageKey
from annotator.domain.lesion_measures import Cut, LesionMeasures, lesion_measures
from annotator.domain.lesions import Lesion
from annotator.domain.raster import shape_mask
from annotator.domain.slices import stacks_of
from annotator.workspace.catalogue import Series
from annotator.workspace.tasks import Tasks

_KEPT = 256


class LesionSizing:
    """What was measured last; `told` is called when a measurement is there."""

    def __init__(self, tasks: Tasks, told: Callable[[], None]) -> None:
        self._tasks, self._told = tasks, told
        self._known: dict[tuple[object, ...], tuple[tuple[Annotation, ...], LesionMeasures | None]] = {}
        self._places: tuple[Series | None, Mapping[ImageKey, tuple[Image, float, tuple[float, ...]]]] = None, {}

    def of(self, lesion: Lesion, series: Series, line_width: float | None) -> LesionMeasures | None:
        """Return what a lesion measures on the slices of a series; None while that is worked out, or where it has no mask there."""
        places = self._grid(series)
        members = tuple(a for a in lesion.members if a.image in places)
        key = (series.uid, line_width, *(id(a.shape) for a in members))
        if not members:
            return None
        if key not in self._known:
            while len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            self._known[key] = members, None  # what is held keeps its identity
            self._tasks.run(lambda: _measured(members, places, line_width), lambda found: self._take(key, found), _raise)
        return self._known[key][1]

    def _grid(self, series: Series) -> Mapping[ImageKey, tuple[Image, float, tuple[float, ...]]]:
        if self._places[0] is not series:
            found = {
                image.key: (image, stack.positions[place], stack.positions)
                for stack in stacks_of(series.images)
                for place, image in enumerate(stack.images)
            }
            self._places = series, found
        return self._places[1]

    def _take(self, key: tuple[object, ...], found: LesionMeasures | None) -> None:
        if key in self._known:
            self._known[key] = self._known[key][0], found
            self._told()


def _measured(
    members: tuple[Annotation, ...], places: Mapping[ImageKey, tuple[Image, float, tuple[float, ...]]], line_width: float | None
) -> LesionMeasures | None:
    cuts = list[Cut]()
    for a in members:
        image, place, _ = places[a.image]
        cuts.append((shape_mask(a.shape, image.rows, image.columns, line_width), place, None))
    image, _, positions = places[members[0].image]
    plane = image.plane
    return lesion_measures(cuts, plane.spacing, positions) if plane is not None else None


def _raise(error: Exception) -> None:
    raise error
