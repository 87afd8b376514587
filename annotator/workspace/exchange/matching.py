"""Find out which image a source means: by its UID, else by where it lies in the patient, else by the name of its file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from annotator.domain.exchange import Item, Reference
from annotator.domain.image import Plane
from annotator.i18n import Message, mark, message
from annotator.paths import nfc

TOLERANCE = 0.1
"""By how much of a pixel the corners of two planes may differ that count as one."""
LEAST = 0.01
"""And by how many mm in any case: as exactly as positions are written."""


class Way(Enum):
    """By what an image was found; the value is a marked text."""

    UID = mark("by SOP Instance UID")
    GEOMETRY = mark("by geometry")
    NAME = mark("by file name")
    ALONE = mark("by being the only ones there are")
    MADE = mark("taken as they are, without an image")


@dataclass(frozen=True)
class Match:
    """The image that is meant, and by what it was found."""

    item: Item
    way: Way


class Images:
    """The images that a source may mean; asked once for each page."""

    def __init__(self, items: Iterable[Item], file_name: Callable[[Item], str]) -> None:
        """`file_name` gives the path of an image's file; it is also known by its stem, and by its UID as a file name."""
        self._items = tuple(items)
        self._by_key = {item.sheet.image.key: item for item in self._items}
        self._by_name: dict[str, list[tuple[str, Item]]] = {}
        for item in self._items:
            path, image = file_name(item), item.sheet.image
            names = {*(_names(path) if image.frames == 1 else ()), _folded(item.stem), _folded(image.key.uid if image.frames == 1 else "")}
            for name in names - {""}:
                self._by_name.setdefault(name, []).append((_folded(path), item))
        self._placed: dict[tuple[int, int], tuple[list[Item], NDArray[np.float64]]] = {}
        by_size: dict[tuple[int, int], list[Item]] = {}
        for item in self._items:
            image = item.sheet.image
            if image.plane is not None:
                by_size.setdefault((image.rows, image.columns), []).append(item)
        for size, members in by_size.items():
            self._placed[size] = members, np.array([_corners(m.sheet.image.plane, *size) for m in members if m.sheet.image.plane])

    def find(self, where: Reference) -> Match | Message:
        """Return the image that a reference means, or why there is none."""
        found = self._found(where)
        if isinstance(found, Match):
            image = found.item.sheet.image
            if where.rows and where.columns and (where.rows, where.columns) != (image.rows, image.columns):
                said = message("{columns} × {rows}", columns=where.columns, rows=where.rows)
                own = message("{columns} × {rows}", columns=image.columns, rows=image.rows)
                return message("the image is of another size: {own} pixels instead of {said}", own=own, said=said)
        return found

    def _found(self, where: Reference) -> Match | Message:
        if where.key is not None and where.key in self._by_key:
            return Match(self._by_key[where.key], Way.UID)
        lying = self._lying(where)
        if len(lying) == 1:
            return Match(lying[0], Way.GEOMETRY)
        named = self._named(where.file_name)
        if len(named) == 1:
            return Match(named[0], Way.NAME)
        if len(lying) > 1:
            return message("{count} images lie at this place", count=len(lying))
        if len(named) > 1:
            return message("{count} images have this name", count=len(named))
        return message("no image fits")

    def _lying(self, where: Reference) -> Sequence[Item]:
        """The images of one size at one place, of the named series where several are."""
        if where.plane is None or (where.rows, where.columns) not in self._placed:
            return ()
        members, corners = self._placed[where.rows, where.columns]
        wanted = np.array(_corners(where.plane, where.rows, where.columns))
        near = np.abs(corners - wanted).max(axis=1) <= max(TOLERANCE * min(where.plane.spacing), LEAST)
        uid = where.frame_of_reference_uid
        found = [members[n] for n in np.flatnonzero(near) if _same(uid, members[n].sheet.image.frame_of_reference_uid)]
        of_series = [item for item in found if where.series_uid and item.sheet.image.series_uid == where.series_uid]
        return of_series or found

    def _named(self, file_name: str) -> Sequence[Item]:
        """The images of a file name; of several, those whose path ends as the name says."""
        found: dict[int, tuple[str, Item]] = {}
        for name in _names(file_name):
            found |= {id(item): (path, item) for path, item in self._by_name.get(name, ())}
        whole = _folded(file_name.replace("\\", "/").rpartition(".")[0])
        ending = [item for path, item in found.values() if whole and f"/{path.rpartition('.')[0]}".endswith(f"/{whole}")]
        return ending if len(found) > 1 and ending else [item for _, item in found.values()]


def _corners(plane: Plane, rows: int, columns: int) -> tuple[float, ...]:
    """Three corners of an image in mm, which say all of its place."""
    return (*plane.to_patient(0, 0), *plane.to_patient(columns, 0), *plane.to_patient(0, rows))


def _same(said: str, own: str) -> bool:
    """Whether two frames of reference may be one: another one is another place, but not every file says its own."""
    return not said or not own or said == own


def _names(path: str) -> set[str]:
    """The name of a file and its stem; a UID ends like a name with an ending."""
    last = path.replace("\\", "/").rsplit("/", 1)[-1]
    return {_folded(last), _folded(last.rpartition(".")[0])} - {""}


def _folded(text: str) -> str:
    return nfc(text).casefold()
