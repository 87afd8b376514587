"""Guard the open series: what is odd about it is known before work begins, also what shows only when its pixels are decoded."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable

from annotator.domain.image import Image, ImageKey
from annotator.domain.integrity import Oddity, oddities_of
from annotator.i18n import Message
from annotator.workspace.bringing import Opened
from annotator.workspace.catalogue import Series
from annotator.workspace.notice import Topic
from annotator.workspace.proving import Proving
from annotator.workspace.tasks import Cancel, Tasks, unexpected

_SOON = 200
"""Milliseconds in which failures to decode are gathered before they are told."""


class Guarding(Proving, ABC):
    """The part of a session that says what is odd."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._undecodable: dict[ImageKey, Message] = {}
        self._twins: dict[str, dict[ImageKey, Message]] = {}
        self._telling: Cancel | None = None
        self._odd: tuple[object, tuple[Oddity, ...]] = None, ()

    @property
    def oddities(self) -> tuple[Oddity, ...]:
        """What is odd about the open series, what weighs most first; nothing as long as a scan still adds to it."""
        if self.series is None or self.scanning is not None:
            return ()
        twins = self._twins.get(self.series.uid, {})
        made_of = (self.series.uid, len(self.images), len(self._undecodable), len(twins))
        if self._odd[0] != made_of:
            self._odd = made_of, oddities_of(self.images, self._undecodable, twins)
        return self._odd[1]

    def oddities_in(self, series: Series) -> tuple[Oddity, ...]:
        """What is odd about any series of the catalogue, as far as that was worked out (`Thumbnails` does) and without decoding images."""
        if self.scanning is not None:
            return ()
        if self.series is not None and series.uid == self.series.uid:
            return self.oddities
        return series.oddities if series.examined else ()

    def guard(self) -> None:
        """Look beside the window for files that bear the UIDs of the open series and are other images, once a series."""
        series = self.series
        if series is None or self.scanning is not None:
            return
        self._tell(Topic.GUARD)
        if series.uid in self._twins:
            return
        pairs = [(image, twin.path) for image in _files(series) for twin in self.catalogue.twins.get(image.key.uid, ())]
        self._twins[series.uid] = {}
        if not pairs:
            return
        there = self._twins

        def job() -> dict[ImageKey, Message]:
            from annotator.dicom.twins import twin_difference  # loads what reads DICOM: only now is it needed

            compared = ((image.key, twin_difference(image.path, path)) for image, path in pairs if self._twins is there)
            return {key: found for key, found in compared if found is not None}

        def ended(found: dict[ImageKey, Message]) -> None:
            if self._twins is there and found:
                there[series.uid] = found
                self._tell(Topic.GUARD)

        self._tasks.unhurried(job, ended, unexpected)

    def _decoded(self, key: ImageKey) -> None:
        super()._decoded(key)
        found = self._pictures.get(key)
        if isinstance(found, Message) and key not in self._undecodable:
            self._undecodable[key] = found
            if self._telling is None:
                self._telling = self._tasks.later(_SOON, self._tell_failures)

    def _tell_failures(self) -> None:
        self._telling = None
        self._tell(Topic.GUARD)

    def _take(self, opened: Opened) -> None:
        super()._take(opened)
        self._prove(opened.work)

    def _forget_guard(self) -> None:
        """Forget what was found about other folders."""
        self._undecodable, self._twins, self._odd = {}, {}, (None, ())
        self._forget_proofs()


def _files(series: Series) -> list[Image]:
    """One image a file."""
    return [image for image in series.images if image.key.frame == 1]
