"""Keep what is known of one folder's files while it is scanned, part after part, and take in what is new."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from annotator.dicom.beginning import lowest_first
from annotator.dicom.found import Found, Skipped
from annotator.dicom.known import Part, Result, Stat, opened, packed, settled, stat_of, unpacked
from annotator.silence import STORAGE

_IN_A_PART, _SMALL = 1000, 500
"""Files that a part has at most; a part of fewer than so many is put together with what is new."""
_AT_ONCE = 64
"""So many files are asked for between two signs of life of the storage."""


@dataclass(frozen=True)
class Whole(Part):
    """A part of which every file is as it was."""

    part: bytes
    folder: str

    def one_by_one(self) -> Mapping[str, tuple[Stat, Result]]:
        """What each of its files holds."""
        return unpacked(self.part, self.folder)


class Shelf:
    """What is known of one folder's files, part after part as the scan comes to them, and what is new."""

    def __init__(self, folder: str, parts: Sequence[bytes] = ()) -> None:
        self._folder, self._waiting = folder, list(reversed(parts))
        self._open: dict[str, tuple[Stat, Found | Skipped]] = {}
        self._here: list[tuple[str, Stat, Found | Skipped]] = []
        self._news = False
        self._whole, self._other = list[Whole](), list[bytes]()

    def unchanged(self, entries: dict[str, os.DirEntry[str]]) -> Iterator[Whole]:
        """Yield the parts of which every file is there and as it was; those files are taken out of `entries`."""
        while self._waiting:
            part = self._waiting.pop()
            said = self._as_it_was(part, entries)
            if said is None:
                self._other.append(part)
                continue
            self._whole.append(said)
            for name in said.names:
                del entries[name]
            yield said
        self._waiting, self._other = self._other[::-1], []

    def in_order(self, entries: Sequence[os.DirEntry[str]]) -> Sequence[os.DirEntry[str]]:
        """Return what lies in the folder with the file first that the scan begins with: the one it began with before, if that is known."""
        if not self._open and self._waiting:
            self._next()
        begun = next(iter(self._open), None)
        before = next((entry for entry in entries if entry.name == begun), None)
        return lowest_first(entries) if before is None else [before, *(entry for entry in entries if entry is not before)]

    def take(self, name: str, facts: Stat) -> Found | Skipped | None:
        """Return what a file holds if it is as it was; None if it must be read."""
        while name not in self._open and self._waiting:
            self._next()
        there = self._open.pop(name, None)
        if there is None or there[0] != facts:
            return None
        self._here.append((name, *there))
        return there[1]

    def put(self, name: str, facts: Stat, result: Found | Skipped) -> None:
        """Know what a file holds, unless it was changed so lately that the next change might not show."""
        if settled(facts, time.time_ns()):
            self._here.append((name, facts, result))
            self._news = True

    def changed(self, whole: bool) -> bool:
        """Whether something else is to be kept now than before; `whole`: the scan came to the folder's end, the rest is gone."""
        return self._news or (whole and bool(self._open or self._waiting))

    def parts(self, whole: bool) -> Iterator[bytes]:
        """What is to be kept: where the scan ended before the folder's end, also what was known of the rest."""
        rest = [] if whole else [(name, *there) for name, there in self._open.items()]
        small = [part for part in self._whole if len(part.names) < _SMALL]
        yield from (part.part for part in self._whole if len(part.names) >= _SMALL)
        together = [(name, *there) for part in small for name, there in part.one_by_one().items()]
        files = iter([*together, *self._here, *rest])
        while some := list(islice(files, _IN_A_PART)):
            with suppress(OSError):  # what it would be sealed with has gone: it is read again the next time
                yield packed(some, self._folder)
        if not whole:
            yield from (*self._other, *reversed(self._waiting))

    def _as_it_was(self, part: bytes, entries: Mapping[str, os.DirEntry[str]]) -> Whole | None:
        """What a part says, if all its files are there and none has changed."""
        try:
            said = opened(part, self._folder)
            if not said.names or not entries.keys() >= set(said.names):
                return None
            names = iter(zip(said.names, said.stats, strict=True))
            while some := list(islice(names, _AT_ONCE)):
                with STORAGE.asked():
                    if any(stat_of(entries[name].stat()) != before for name, before in some):
                        return None
        except (ValueError, OSError):  # a damaged part is as good as none
            return None
        return Whole(said.names, said.stats, said.uids, said.skipped, said.lots, part, self._folder)

    def _next(self) -> None:
        with suppress(ValueError):  # a damaged part is as good as none
            self._open.update(unpacked(self._waiting.pop(), self._folder))

