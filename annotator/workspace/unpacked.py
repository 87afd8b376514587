"""Open a ZIP like a folder: its files go into the person's local folder, by what the archive holds, and are deleted again.

`unpacked/DIGEST/NAME.zip/…` holds the files of one archive under their own names.  They are data of a patient: readable by this person
alone, deleted a week after the archive was last opened, and sooner, the longest unused first, where they take more than `MOST` bytes.
"""

from __future__ import annotations

import os
import shutil
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from annotator.dicom.found import Skipped
from annotator.domain.image import Image
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.paths import safe_name, unpacked_folder
from annotator.progress import Cancelled, Report
from annotator.silence import STORAGE
from annotator.workspace.archive import DAMAGED, Member, digest_of, is_archive, members, refused, unreadable
from annotator.workspace.held import Hold, last_held, take_away

MOST = 16 * 2**30
"""Bytes of unpacked archives above which those that nobody opened for longest are deleted."""
DAYS = 7
"""So long an archive that is not opened again stays unpacked."""
_WHOLE, _PART = "whole", ".part"
_CHUNK = 4 * 2**20
_SPARE = 2**30
"""So many bytes of the disk stay free."""


class Unpacking:
    """The archives among what one window opens; they stay unpacked until `release`."""

    def __init__(self) -> None:
        self._holds: list[Hold] = []
        self.refusals: list[AnnotatorError] = []
        """Why archives could not be opened, or not to their end."""

    def places(self, where: Sequence[Path], report: Report) -> Iterator[Path | Skipped]:
        """Yield the folders and files to be read: an archive's as soon as they are unpacked.  Raises Cancelled."""
        for path in where:
            try:
                with STORAGE.asked():
                    packed = is_archive(path)
            except OSError:
                packed = False  # reading it will say why
            if not packed:
                yield path
                continue
            try:
                yield from self._unpack(path, report, alone=len(where) == 1)
            except AnnotatorError as error:
                self.refusals.append(error)
                yield Skipped(str(path), error.cause)

    def release(self) -> None:
        """Let what was unpacked be deleted when its time has come."""
        while self._holds:
            self._holds.pop().release()

    def _unpack(self, archive: Path, report: Report, *, alone: bool) -> Iterator[Path | Skipped]:
        try:
            with archive.open("rb") as stream, STORAGE.asked():
                size = os.fstat(stream.fileno()).st_size
                file = zipfile.ZipFile(stream)
                found = members(archive, file, size)
                folder = unpacked_folder() / digest_of(file, size)
                self._holds.append(Hold(folder))
            if alone:
                report.total = report.done + len(found)
            below = _below(folder, archive)
            if (folder / _WHOLE).is_file():
                yield below
                return
            tidy()
            missing = sum(member.info.file_size for member in found) - _size_of(below)
            if missing > shutil.disk_usage(folder).free - _SPARE:
                need = message("unpacked it takes {size} GB, and the disk has not so much room", size=f"{missing / 2**30:,.1f}")
                raise refused(archive, need, message("Make room on the disk of your home folder and open it again"))
            whole = True
            with archive.open("rb") as stream, zipfile.ZipFile(stream) as file:
                for member in _lowest_first(file, found, below, report):
                    result = _member(file, member, below, report)
                    whole = whole and (member.problem is not None or isinstance(result, Path))
                    if isinstance(result, Path) and result.name.upper() == "DICOMDIR":
                        report.advance(subject=result.name)  # the files it lists are there themselves
                    else:
                        yield result
            if whole:
                (folder / _WHOLE).touch()
        except (*DAMAGED, OSError) as error:
            raise unreadable(archive, error) from error


def tidy(most: int = MOST, days: float = DAYS) -> None:
    """Delete unpacked archives that nobody opened for `days`, and the oldest of the others above `most` bytes; never one in use."""
    root, now, kept = unpacked_folder(), time.time(), 0
    if not root.is_dir():
        return
    for folder in sorted((path for path in root.iterdir() if path.is_dir()), key=last_held, reverse=True):
        if folder.suffix == ".gone":
            with suppress(OSError):
                shutil.rmtree(folder)
            continue
        size = _size_of(folder)
        kept += size
        if (kept > most or now - last_held(folder) > days * 86_400) and take_away(folder):
            kept -= size


def _below(folder: Path, archive: Path) -> Path:
    """The folder of an archive's files, named as the archive was when it was first unpacked; raises OSError."""
    there = next((path for path in folder.iterdir() if path.is_dir()), None)
    below = there or folder / safe_name(archive.name)
    below.mkdir(mode=0o700, exist_ok=True)
    return below


def _member(file: zipfile.ZipFile, member: Member, below: Path, report: Report) -> Path | Skipped:
    """Unpack one file, all of it or nothing; one that is there already stays.  Raises OSError where it cannot be written, and Cancelled."""
    path = below / member.place
    if member.problem is not None:
        report.advance(subject=path.name)
        return Skipped(str(path), member.problem)
    if path.is_file() and path.stat().st_size == member.info.file_size:
        return path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name[:40]}.{os.getpid()}{_PART}")
    try:
        with file.open(member.info) as source, part.open("wb") as target:
            for chunk in _chunks(source, report):
                target.write(chunk)
        os.replace(part, path)
    except DAMAGED:
        part.unlink(missing_ok=True)
        report.advance(subject=path.name)
        return Skipped(str(path), message("it is damaged in its archive, or packed in an unknown way"))
    except (OSError, Cancelled):
        part.unlink(missing_ok=True)
        raise
    return path


def _lowest_first(file: zipfile.ZipFile, found: Sequence[Member], below: Path, report: Report) -> Sequence[Member]:
    """The files of an archive, that of the lowest slice first; the few that tell which one that is are unpacked.  Raises as `_member`."""
    from annotator.dicom.beginning import beginning, first_image  # loads what reads DICOM: only now is it needed

    def image_at(number: int) -> Image | None:
        path = _member(file, found[number], below, report) if found[number].problem is None else None
        return first_image(str(path)) if isinstance(path, Path) else None

    place = beginning(len(found), image_at)
    return [found[place], *found[:place], *found[place + 1 :]] if found else ()


def _chunks(source: IO[bytes], report: Report) -> Iterator[bytes]:
    while True:
        report.check()
        with STORAGE.asked():
            chunk = source.read(_CHUNK)
        if not chunk:
            return
        yield chunk


def _size_of(folder: Path) -> int:
    """Bytes of the files below a folder, as far as they can be counted."""
    size = 0
    for top, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += os.stat(os.path.join(top, name)).st_size
    return size
