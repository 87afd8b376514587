"""Walk through what is drawn: from annotation to annotation of the case, and to the next case on which nothing is drawn."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.facts import DISCARD, NOTHING_SEEN
from annotator.domain.image import ImageKey
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.i18n import message
from annotator.workspace import revisions
from annotator.workspace.catalogue import Series
from annotator.workspace.notice import Severity
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.showing import Showing
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import case_of

Case = tuple[str, Series]
"""A case's id, and the first of its series that can be worked on."""
Waits = Callable[[Series, Document], bool]
"""Whether a case, with what is known of it, waits for whoever is at work."""


class Walking(Showing, ABC):
    """The part of a session that finds its way by what is drawn and what is not."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._stood: tuple[ImageKey, int] | None = None
        """The annotation to which one came last."""

    @abstractmethod
    def open_series(self, uid: str, index: int | None = None) -> None:
        """Show a series."""

    def step_annotation(self, step: int) -> Annotation | None:
        """Select the next (`step` 1) or previous (−1) annotation of the case, in the order of its slices, and show its image.

        After the last comes the first again, which is said; None where the case has none that is shown.
        """
        document = self.document
        order = {image.key: place for place, image in enumerate(i for series in self._members(self._case) for i in series.images)}
        drawn = sorted((key for key in document.annotations if key in order), key=lambda key: order[key])
        found = [a for key in drawn for a in self.seen(document.on(key))]
        if not found:
            self.say(message("Nothing is drawn on this case yet"))
            return None
        here = (order.get(self._key, -1) if self._key else -1), _outermost(self.selection or self._gone_under_the_hand(), step)
        ahead = [a for a in found if ((order[a.image], a.id) > here if step > 0 else (order[a.image], a.id) < here)]
        if not ahead:
            self.say(message("This is the first annotation of the case again") if step > 0
                     else message("This is the last annotation of the case again"))  # fmt: skip
        chosen = (ahead or found)[0 if step > 0 else -1]
        if chosen.image != self._key:
            self._show_image(chosen.image)
        self.select([chosen.id])
        self._stood = chosen.image, chosen.id
        return chosen

    def _gone_under_the_hand(self) -> frozenset[int]:
        """The annotation of the shown image that one had come to and that was deleted since: on it goes from there."""
        if self._stood is None or self._stood[0] != self._key or self.document.find(*self._stood) is not None:
            return frozenset()
        return frozenset({self._stood[1]})

    def open_unannotated(self) -> None:
        """Save, and open the next case on which nothing is drawn; after the last case comes the first again."""
        waiting = self._others()
        self.save()
        self._seek_unannotated(waiting)

    def _others(self) -> list[Case]:
        """The other cases that may be drawn on: those behind the open one, then those before it."""
        cases = dict[str, Series]()
        for series in self.catalogue.in_order:
            if series.project_modality is not None and series.count:
                cases.setdefault(case_of(series), series)
        order = list(cases.items())
        place = next((place for place, (case, _) in enumerate(order) if case == self._case), -1)
        return [*order[place + 1 :], *order[: max(place, 0)]]

    def _say_last(self) -> None:
        """Say that no case follows, and as soon as it is known, that some others wait."""
        self.say(message("This was the last case of the folder"))
        begun, project, waiting, waits = self._case, self.project, self._others(), self._waits()
        works = {case: work.document for case, work in self._works.items()}

        def found(place: int | None) -> None:
            if place is not None and self._case == begun and self.project is project:
                self.say(message("This was the last case of the folder; others still wait: Go › Next case without annotation"))

        self._tasks.run(lambda: _first_waiting(project, waiting, works, waits), found, _raised)

    def _seek_unannotated(self, waiting: Sequence[Case]) -> None:
        """Look at what was saved of these cases, beside the window, and open the first on which nothing is drawn."""
        begun, project, waits = self._case, self.project, self._waits()
        works = {case: work.document for case, work in self._works.items()}

        def found(place: int | None) -> None:
            if self._case != begun or self.project is not project:
                return  # the person went on meanwhile
            if place is None:
                self.say(message("No other case is without annotation"))
                return
            self._bring_beside(waiting[place][1], lambda: arrive(place))  # what others delivered of it counts too

        def arrive(place: int) -> None:
            if self._case != begun or self.project is not project:
                return
            case, series = waiting[place]
            work = self._works.get(case)
            if work is not None and not waits(series, work.document):
                self._seek_unannotated(waiting[place + 1 :])
                return
            before = self.series
            self.open_series(series.uid)
            self._go_along(before, series)

        def failed(error: Exception) -> None:
            if not isinstance(error, AnnotatorError):
                raise error
            self.say(error.message, Severity.ERROR)

        self._tasks.run(lambda: _first_waiting(project, waiting, works, waits), found, failed)

    def _waits(self) -> Waits:
        """What tells whether a case waits for whoever is at work; it may be asked on any thread."""
        return _is_untouched


def _raised(error: Exception) -> None:
    if not isinstance(error, AnnotatorError):  # whoever opens the case is told
        raise error


def _outermost(selection: frozenset[int], step: int) -> float:
    """The id from which the next one is looked for: without a selection before the first, or after the last of the image."""
    if step > 0:
        return max(selection, default=-math.inf)
    return min(selection, default=math.inf)


def _saved(project: ProjectFolder, case: str) -> Document:
    try:
        heads, _ = revisions.heads(project.root, case, keep=True)
    except (OSError, record.Newer):  # opening it says why
        return Document()
    return heads[0].document if heads else Document()


def _first_waiting(project: ProjectFolder, waiting: Sequence[Case], works: Mapping[str, Document], waits: Waits) -> int | None:
    for place, (case, series) in enumerate(waiting):
        known = works.get(case)
        if waits(series, _saved(project, case) if known is None else known):
            return place
    return None


def _is_untouched(series: Series, document: Document) -> bool:
    """Whether nothing is drawn on a case, nor was it said that there is nothing to draw, or that it is unusable."""
    return not (any(document.annotations.values()) or {DISCARD, NOTHING_SEEN} & set(document.facts))
