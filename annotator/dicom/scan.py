"""Find the images in folders, one file after the other, so that the first can be shown while the rest is still being read.

Every file is either found or skipped with a reason.  Folders are read in natural order, their files before their subfolders; links are
followed once, so a loop ends; what is no regular file (a pipe, a socket) is never opened.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.dicom.found import Found, Skipped, Twin
from annotator.dicom.header import images_of, no_image_reason, owner_of
from annotator.dicom.source import read_source
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.paths import nfc
from annotator.progress import Report

__all__ = ["Found", "Skipped", "Twin", "natural", "scan"]
_NUMBER = re.compile(r"(\d+)")


@dataclass
class _Scan:
    report: Report
    folders: set[tuple[int, int]] = field(default_factory=set)
    instances: dict[str, str] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)

    def place(self, path: str) -> Iterator[Found | Skipped]:
        """Scan a file or a folder that somebody named; a DICOMDIR means the folder it lies in."""
        try:
            facts = os.stat(path)
        except OSError as error:
            yield Skipped(path, _cause(path, error))
            return
        if stat.S_ISREG(facts.st_mode) and os.path.basename(path).upper() == "DICOMDIR":
            path = os.path.dirname(path) or "."
            facts = os.stat(path)
        yield from self.folder(path) if stat.S_ISDIR(facts.st_mode) else self.file(path, facts)

    def folder(self, path: str) -> Iterator[Found | Skipped]:
        """Scan a folder and everything below it; a folder that was seen before is skipped."""
        waiting = [path]
        while waiting:
            current = waiting.pop()
            try:
                facts = os.stat(current)
                with os.scandir(current) as found:
                    entries = sorted(found, key=lambda entry: natural(entry.name))
            except OSError as error:
                yield Skipped(current, _cause(current, error))
                continue
            if (facts.st_dev, facts.st_ino) in self.folders and facts.st_ino:
                yield Skipped(current, message("this folder was read already"))
                continue
            self.folders.add((facts.st_dev, facts.st_ino))
            below = []
            for entry in entries:
                try:
                    facts = entry.stat()
                except OSError as error:
                    self.report.advance(subject=nfc(entry.name))
                    yield Skipped(entry.path, _cause(entry.path, error))
                    continue
                if stat.S_ISDIR(facts.st_mode):
                    below.append(entry.path)
                else:
                    yield from self.file(entry.path, facts)
            waiting.extend(reversed(below))

    def file(self, path: str, facts: os.stat_result) -> Iterator[Found | Skipped]:
        """Read one file's header."""
        self.report.advance(subject=nfc(os.path.basename(path)))
        if not stat.S_ISREG(facts.st_mode):
            yield Skipped(path, message("it is not a regular file"))
            return
        if path.lower().endswith(".zip"):
            yield Skipped(path, message("it is an archive: unpack it first"))
            return
        try:
            header = read_source(path)
            images = images_of(header, path)
        except AnnotatorError as error:
            yield Skipped(path, error.cause)
            return
        if not images:
            yield Skipped(path, no_image_reason(header))
            return
        twin = self.instances.setdefault(images[0].key.uid, path)
        if twin != path:
            yield Twin(path, message("the same UID as {path}", path=nfc(twin)), images[0].key.uid, twin)
        elif path in self.found:
            yield Skipped(path, message("this file was read already"))
        else:
            self.found.add(path)
            yield Found(images, owner_of(header))


def scan(where: Path | Sequence[Path], report: Report) -> Iterator[Found | Skipped]:
    """Yield what is found in folders and files, as soon as it is read; `report` counts the files and carries the wish to cancel.

    Never fails because of a file: it is Skipped with the reason.  Raises only Cancelled, from the report.
    """
    places = [where] if isinstance(where, Path) else list(where)
    running = _Scan(report)
    for place in places:
        yield from running.place(os.fspath(place))


def natural(name: str) -> tuple[object, ...]:
    """Return a key that sorts names as people count: `2.dcm` before `10.dcm`."""
    parts = _NUMBER.split(nfc(name).casefold())
    return (*(int(part) if index % 2 else part for index, part in enumerate(parts)), name)


def _cause(path: str, error: OSError) -> Message:
    if isinstance(error, FileNotFoundError) and os.path.islink(path):
        return message("the link leads nowhere")
    return system_cause(error)
