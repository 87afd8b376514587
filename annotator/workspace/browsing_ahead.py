"""Let the gallery show lesions of cases whose folders are not open: the worklist knows where they are; they are passed like the others."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping
from pathlib import Path

from annotator.domain.gallery import GalleryTile
from annotator.domain.image import Image, ImageKey
from annotator.domain.queue import Entry
from annotator.progress import Report
from annotator.workspace.browsing import Browsing
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.queueing import Queueing
from annotator.workspace.tasks import Tasks
from annotator.workspace.tile_cases import TileCases
from annotator.workspace.work import case_of


class BrowsingAhead(Browsing, Queueing, ABC):
    """The part of a session whose gallery reaches beyond the open folders."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._closed: TileCases | None = None
        self._found_closed: dict[str, tuple[Series, ...]] = {}
        """Series of cases that are not in the catalogue and were needed to conclude a verdict."""
        self._awaited_tile: GalleryTile | None = None

    def closed_tiles(self, arrived: Callable[[], None]) -> TileCases | None:
        """Begin to collect the lesions of the cases that wait and are not open; None: whoever is at work passes none."""
        acting = self.acting
        if acting is None or not self.passes_tiles:
            self._closed = None
            return None
        self._closed = TileCases(self._tasks, self._keeping.store, self.project.project, acting, self._open_cases().keys(), arrived)
        self._closed.begin(self.worklist)
        return self._closed

    def open_tile(self, tile: GalleryTile) -> None:
        """Show a tile's image in full, with its annotation chosen; the folder of its case is opened where it is not."""
        entry = self._closed.entries.get(tile.case) if self._closed is not None else None
        if entry is None or any(tile.image.key in series.places for series in self.catalogue.in_order):
            super().open_tile(tile)
            return
        self._awaited_tile = tile
        self.work_on((entry,))

    def _open_awaited(self) -> None:
        """Open the case that was to be worked on, at the tile that was to be seen."""
        tile = self._awaited_tile
        if tile is not None and tile.case == self._awaited_case and any(tile.image.key in s.places for s in self._members(tile.case)):
            self._awaited_case, self._awaited_tile = "", None
            super().open_tile(tile)
            return
        super()._open_awaited()

    def _looked_up(self, case: str) -> Callable[[ImageKey], Image | None]:
        open_now = self._images_of(case)
        entry = self._closed.entries.get(case) if self._closed is not None else None
        return _Closed(self.project, entry, self._found_closed).get if not open_now and entry is not None else open_now.get

    def _members(self, case: str) -> tuple[Series, ...]:
        return super()._members(case) or self._found_closed.get(case, ())


class _Closed:
    """The images of a case that is not open: its folder is read when the first one is asked for, which two different readings do."""

    def __init__(self, project: ProjectFolder, entry: Entry, found: dict[str, tuple[Series, ...]]) -> None:
        self._project, self._entry, self._found = project, entry, found
        self._images: Mapping[ImageKey, Image] | None = None

    def get(self, key: ImageKey) -> Image | None:
        """Return an image; None where it cannot be found."""
        if self._images is None:
            series = _series_at(self._project, self._entry)
            self._found[self._entry.case] = series
            self._images = {image.key: image for one in series for image in one.images}
        return self._images.get(key)


def _series_at(project: ProjectFolder, entry: Entry) -> tuple[Series, ...]:
    """The series of a case in the folder that the worklist knows."""
    from annotator.dicom.scan import scan  # loads what reads DICOM: only now is it needed

    there = [Path(entry.place)] if entry.place and Path(entry.place).exists() else []
    found = Catalogue().with_found(scan(there, Report()) if there else (), project.project)
    return tuple(series for series in found.by_uid.values() if case_of(series) == entry.case)
