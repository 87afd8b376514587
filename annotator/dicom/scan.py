"""Find the images in folders, one file after the other, so that the first can be shown while the rest is still being read.

Every file is either found or skipped with a reason.  Folders are read in natural order, their files before their subfolders, and the very
first file read is that of the lowest slice (`beginning`); links are followed once, so a loop ends; what is no regular file (a pipe, a
socket) is never opened.  Files that are `known` from an earlier scan and are as they were are not opened again: they come together, before
the others of their folder.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.dicom.found import Found, Lot, Skipped, Twin
from annotator.dicom.header import images_of, no_image_reason, owner_of
from annotator.dicom.known import Known, stat_of
from annotator.dicom.shelf import Shelf, Whole
from annotator.dicom.source import read_source
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.paths import in_words, nfc
from annotator.progress import Report
from annotator.silence import STORAGE

__all__ = ["Found", "Lot", "Skipped", "Twin", "natural", "scan", "scan_knowing"]
Result = Found | Lot | Skipped
_NUMBER = re.compile(r"(\d+)")


@dataclass
class _Scan:
    report: Report
    folders: set[tuple[int, int]] = field(default_factory=set)
    instances: dict[str, str] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    known: Known | None = None

    def place(self, path: str) -> Iterator[Result]:
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
        yield from self.folder(path) if stat.S_ISDIR(facts.st_mode) else self.file(path, facts, Shelf(path))

    def folder(self, path: str) -> Iterator[Result]:
        """Scan a folder and everything below it; a folder that was seen before is skipped."""
        waiting = [path]
        while waiting:
            current = waiting.pop()
            try:
                with STORAGE.asked():
                    facts, entries = os.stat(current), _entries(current)
            except OSError as error:
                yield Skipped(current, _cause(current, error))
                continue
            if (facts.st_dev, facts.st_ino) in self.folders and facts.st_ino:
                yield Skipped(current, message("this folder was read already"))
                continue
            self.folders.add((facts.st_dev, facts.st_ino))
            below: list[str] = []
            shelf = Shelf(current, self.known.parts(current) if self.known is not None else ())
            whole = False
            try:
                for part in shelf.unchanged(entries):
                    yield from self.part(part, current)
                others = sorted(entries.values(), key=lambda entry: natural(entry.name))
                yield from self.entries(others if self.found else shelf.in_order(others), shelf, below)
                whole = True
            finally:
                if self.known is not None and shelf.changed(whole):
                    self.known.keep(current, shelf.parts(whole))
            waiting.extend(reversed(below))

    def part(self, part: Whole, folder: str) -> Iterator[Result]:
        """Return what the files of a part hold of which none has changed: series by series, unless one was found before."""
        self.report.advance(len(part.names), part.names[-1])
        head = os.path.join(folder, "")
        paths = [head + name for name in part.names]
        uids = dict(zip(part.uids, paths, strict=True))
        uids.pop("", None)
        alone = len(uids) + len(part.skipped) == len(paths) and self.instances.keys().isdisjoint(uids) and self.found.isdisjoint(paths)
        if part.lots is None or not alone:
            for name, (_, result) in part.one_by_one().items():
                yield self.once(os.path.join(folder, name), result)
            return
        self.instances |= uids
        self.found.update(uids.values())
        yield from part.lots
        yield from part.skipped

    def entries(self, entries: Sequence[os.DirEntry[str]], shelf: Shelf, below: list[str]) -> Iterator[Found | Skipped]:
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

    def file(self, path: str, facts: os.stat_result, shelf: Shelf) -> Iterator[Found | Skipped]:
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


def scan(where: Path | Iterable[Path | Skipped], report: Report) -> Iterator[Found | Skipped]:
    """Yield what is found in folders and files, as soon as it is read; `report` counts the files and carries the wish to cancel.

    Places are asked for one after the other, as they come to be there; one that is skipped already is passed on.
    Never fails because of a file: it is Skipped with the reason.  Raises only Cancelled, from the report.
    """
    return (entry for entry in scan_knowing(where, report, None) if not isinstance(entry, Lot))


def scan_knowing(where: Path | Iterable[Path | Skipped], report: Report, known: Known | None) -> Iterator[Result]:
    """Yield the same as `scan`; what is known from an earlier scan and has not changed comes as lots, a series of a folder each."""
    running = _Scan(report, known=known)
    for place in [where] if isinstance(where, Path) else where:
        if isinstance(place, Skipped):
            yield place
        else:
            yield from running.place(os.fspath(place))


def _entries(path: str) -> dict[str, os.DirEntry[str]]:
    """What lies in a folder, by name; raises OSError."""
    with os.scandir(path) as found:
        return {entry.name: entry for entry in found}


def natural(name: str) -> tuple[object, ...]:
    """Return a key that sorts names as people count: `2.dcm` before `10.dcm`."""
    parts = _NUMBER.split(nfc(name).casefold())
    return tuple(int(part) if index % 2 else part for index, part in enumerate(parts)), name


def _cause(path: str, error: OSError) -> Message:
    if isinstance(error, FileNotFoundError) and os.path.islink(path):
        return message("the link leads nowhere")
    return system_cause(error)
