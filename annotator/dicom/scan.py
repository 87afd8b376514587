"""Find the images in folders, one file after the other, so that the first can be shown while the rest is still being read.

Every file is either found or skipped with a reason.  Folders are read in natural order, their files before their subfolders, and the very
first file read is that of the lowest slice (`beginning`); links are followed once, so a loop ends; what is no regular file (a pipe, a
socket) is never opened.  Files that are `known` from an earlier scan and are as they were are not opened again.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from annotator.dicom.beginning import lowest_first
from annotator.dicom.found import Found, Skipped, Twin
from annotator.dicom.header import images_of, no_image_reason, owner_of
from annotator.dicom.known import Known, Stat, packed, settled, stat_of, unpacked
from annotator.dicom.source import read_source
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.paths import in_words, nfc
from annotator.progress import Report
from annotator.silence import STORAGE

__all__ = ["Found", "Skipped", "Twin", "natural", "scan"]
_IN_A_PART = 1000
_NUMBER = re.compile(r"(\d+)")


@dataclass
class _Scan:
    report: Report
    folders: set[tuple[int, int]] = field(default_factory=set)
    instances: dict[str, str] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    known: Known | None = None

    def place(self, path: str) -> Iterator[Found | Skipped]:
        """Scan a file or a folder that somebody named; a DICOMDIR means the folder it lies in."""
        try:
            with STORAGE.asked():
                facts = os.stat(path)
        except OSError as error:
            yield Skipped(path, _cause(path, error))
            return
        if stat.S_ISREG(facts.st_mode) and os.path.basename(path).upper() == "DICOMDIR":
            path = os.path.dirname(path) or "."
            facts = os.stat(path)
        yield from self.folder(path) if stat.S_ISDIR(facts.st_mode) else self.file(path, facts, _Shelf(path))

    def folder(self, path: str) -> Iterator[Found | Skipped]:
        """Scan a folder and everything below it; a folder that was seen before is skipped."""
        waiting = [path]
        while waiting:
            current = waiting.pop()
            try:
                with STORAGE.asked():
                    facts, entries = os.stat(current), _listed(current)
            except OSError as error:
                yield Skipped(current, _cause(current, error))
                continue
            if (facts.st_dev, facts.st_ino) in self.folders and facts.st_ino:
                yield Skipped(current, message("this folder was read already"))
                continue
            self.folders.add((facts.st_dev, facts.st_ino))
            below: list[str] = []
            shelf = _Shelf(current, self.known.parts(current) if self.known is not None else ())
            whole = False
            try:
                yield from self.entries(entries if self.found else shelf.in_order(entries), shelf, below)
                whole = True
            finally:
                if self.known is not None and shelf.changed(whole):
                    self.known.keep(current, shelf.parts(whole))
            waiting.extend(reversed(below))

    def entries(self, entries: Sequence[os.DirEntry[str]], shelf: _Shelf, below: list[str]) -> Iterator[Found | Skipped]:
        """Scan the files of a folder; its folders are added to `below`."""
        for entry in entries:
            asked = STORAGE.begin()
            try:
                facts = entry.stat()
            except OSError as error:
                STORAGE.end(asked)
                self.report.advance(subject=nfc(entry.name))
                yield Skipped(entry.path, _cause(entry.path, error))
                continue
            STORAGE.end(asked)
            there = shelf.take(entry.name, stat_of(facts))
            if there is not None:
                self.report.advance(subject=entry.name)
                yield self.once(entry.path, there)
            elif stat.S_ISDIR(facts.st_mode):
                below.append(entry.path)
            else:
                yield from self.file(entry.path, facts, shelf)

    def file(self, path: str, facts: os.stat_result, shelf: _Shelf) -> Iterator[Found | Skipped]:
        """Read one file's header, and put what it says on the shelf."""
        self.report.advance(subject=nfc(os.path.basename(path)))
        if not stat.S_ISREG(facts.st_mode):
            yield Skipped(path, message("it is not a regular file"))
            return
        if path.lower().endswith(".zip"):
            yield Skipped(path, message("it is an archive: open it by itself, or unpack it first"))
            return
        try:
            header = read_source(path)
            images = images_of(header, path)
        except AnnotatorError as error:
            yield Skipped(path, error.cause)
            return
        result = Found(images, owner_of(header)) if images else Skipped(path, no_image_reason(header))
        shelf.put(os.path.basename(path), stat_of(facts), result)
        yield self.once(path, result)

    def once(self, path: str, result: Found | Skipped) -> Found | Skipped:
        """Return what a file holds, or that another one held it before."""
        if isinstance(result, Skipped):
            return result
        twin = self.instances.setdefault(result.images[0].key.uid, path)
        if twin != path:
            return Twin(path, message("the same UID as {path}", path=nfc(in_words(twin))), result.images[0].key.uid, twin)
        if path in self.found:
            return Skipped(path, message("this file was read already"))
        self.found.add(path)
        return result


class _Shelf:
    """What is known of one folder's files, part after part as the scan comes to them, and what is new."""

    def __init__(self, folder: str, parts: Sequence[bytes] = ()) -> None:
        self._folder, self._waiting = folder, list(reversed(parts))
        self._open: dict[str, tuple[Stat, Found | Skipped]] = {}
        self._here: list[tuple[str, Stat, Found | Skipped]] = []
        self._news = False

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
        files = iter([*self._here, *rest])
        while some := list(islice(files, _IN_A_PART)):
            with suppress(OSError):  # what it would be sealed with has gone: it is read again the next time
                yield packed(some, self._folder)
        if not whole:
            yield from reversed(self._waiting)

    def _next(self) -> None:
        with suppress(ValueError):  # a damaged part is as good as none
            self._open.update(unpacked(self._waiting.pop(), self._folder))


def scan(where: Path | Iterable[Path | Skipped], report: Report, known: Known | None = None) -> Iterator[Found | Skipped]:
    """Yield what is found in folders and files, as soon as it is read; `report` counts the files and carries the wish to cancel.

    Places are asked for one after the other, as they come to be there; one that is skipped already is passed on.
    Never fails because of a file: it is Skipped with the reason.  Raises only Cancelled, from the report.
    """
    running = _Scan(report, known=known)
    for place in [where] if isinstance(where, Path) else where:
        if isinstance(place, Skipped):
            yield place
        else:
            yield from running.place(os.fspath(place))


def _listed(folder: str) -> list[os.DirEntry[str]]:
    """What lies in a folder, in natural order; raises OSError."""
    with os.scandir(folder) as found:
        return sorted(found, key=lambda entry: natural(entry.name))


def natural(name: str) -> tuple[object, ...]:
    """Return a key that sorts names as people count: `2.dcm` before `10.dcm`."""
    parts = _NUMBER.split(nfc(name).casefold())
    return tuple(int(part) if index % 2 else part for index, part in enumerate(parts)), name


def _cause(path: str, error: OSError) -> Message:
    if isinstance(error, FileNotFoundError) and os.path.islink(path):
        return message("the link leads nowhere")
    return system_cause(error)
