"""Keep what the lesions of a list measure, each measured beside the window when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable

from annotator.domain.annotation import Annotation
from annotator.domain.lesion_measures import LesionMeasures, measures_of_annotations
from annotator.domain.lesions import Lesion
from annotator.workspace.catalogue import Series
from annotator.workspace.tasks import Tasks

_KEPT = 256


class LesionSizing:
    """What was measured last; `told` is called when a measurement is there."""

    def __init__(self, tasks: Tasks, told: Callable[[], None]) -> None:
        self._tasks, self._told = tasks, told
        self._known: dict[tuple[object, ...], tuple[tuple[Annotation, ...], LesionMeasures | None]] = {}

    def of(self, lesion: Lesion, series: Series) -> LesionMeasures | None:
        """Return what a lesion measures on the images of a series; None while that is worked out, and where it cannot be."""
        members = tuple(a for a in lesion.members if a.image in series.places)
        key = (series.uid, *(id(a.shape) for a in members))
        if key not in self._known:
            while len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            self._known[key] = members, None  # what is held keeps its identity
            images = series.images
            self._tasks.run(lambda: measures_of_annotations(members, images, {}), lambda found: self._take(key, found), _raise)
        return self._known[key][1]

    def _take(self, key: tuple[object, ...], found: LesionMeasures | None) -> None:
        if key in self._known:
            self._known[key] = self._known[key][0], found
            self._told()


def _raise(error: Exception) -> None:
    raise error
