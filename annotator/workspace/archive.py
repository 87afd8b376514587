"""Read a ZIP that somebody else made: what it holds, under which names, and whether it can be unpacked without harm.

Strict where an archive could harm: nothing leaves the folder it is unpacked to, links are not made, and what would grow beyond all measure
is refused before a byte of it is written.  Lenient with names: UTF-8 where the archive says so or where it can be nothing else, else the
Korean code page of Windows (cp949), else the one of the format (cp437; APPNOTE 6.3.10, 4.4.4 and appendix D).
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, message
from annotator.paths import is_device_name, nfc

MOST_FILES = 200_000
MOST_BYTES = 200 * 2**30
MOST_GROWTH = 200
"""An archive that unpacks to more than so many times its size is refused, unless that is little."""
LITTLE = 2**30
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What reading a damaged or strange archive raises, beside OSError."""
_LONGEST = 140
_UTF8, _ENCRYPTED = 0x800, 0x1
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
_SUFFIX = re.compile(r"\.[0-9A-Za-z]{1,10}")
_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True)
class Member:
    """One file of an archive: its own record, where it goes below the folder it is unpacked to, or why it does not."""

    info: zipfile.ZipInfo
    place: PurePosixPath
    problem: Message | None = None


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP, by its first bytes or else its name; raises OSError."""
    if not path.is_file():
        return False
    if path.suffix.lower() == ".zip":
        return True
    with path.open("rb") as file:
        begin = file.read(132)
    return begin[:4] in _BEGINNINGS and begin[128:] != b"DICM"


def refused(archive: Path, cause: Message, remedy: Message | None = None) -> AnnotatorError:
    """Say that a ZIP cannot be opened, and why."""
    usual = message("Unpack it with another program and open the folder, if you trust where it came from")
    return AnnotatorError(message("Opening {name}", name=nfc(archive.name)), cause, remedy or usual)


def unreadable(archive: Path, error: Exception) -> AnnotatorError:
    """Say that a ZIP is damaged or cannot be read."""
    cause = system_cause(error) if isinstance(error, OSError) else message("it is damaged, incomplete or no ZIP")
    return refused(archive, cause, message("Copy the file again from where it came from"))


def digest_of(file: zipfile.ZipFile, size: int) -> str:
    """Return 16 hex digits of the SHA-256 of what an archive says of its content: names, sizes and CRC-32 of all files, and its own size.

    So the same archive is known again without being read to its end; what is unpacked is held against these sums.
    """
    known = hashlib.sha256(str(size).encode())
    for info in file.infolist():
        known.update(
            f"\n{info.header_offset} {info.CRC} {info.file_size} {info.flag_bits} {info.filename}".encode("utf-8", "surrogatepass")
        )
    return known.hexdigest()[:16]


def members(archive: Path, file: zipfile.ZipFile, size: int) -> tuple[Member, ...]:
    """Return the files of an archive of `size` bytes, in its order; raises AnnotatorError for one that must not be unpacked."""
    files = [info for info in file.infolist() if not _name_of(info).endswith(("/", "\\"))]
    if any(info.flag_bits & _ENCRYPTED for info in files):
        raise refused(archive, message("it is encrypted with a password"), message("Unpack it with its password and open the folder"))
    if len(files) > MOST_FILES:
        raise refused(archive, message("it holds {count} files, more than {most}", count=f"{len(files):,}", most=f"{MOST_FILES:,}"))
    whole = sum(info.file_size for info in files)
    if whole > MOST_BYTES:
        raise refused(archive, message("unpacked it would take {size} GB, more than {most} GB", size=_gb(whole), most=_gb(MOST_BYTES)))
    if whole > max(LITTLE, MOST_GROWTH * size):
        raise refused(archive, message("it grows beyond all measure when it is unpacked"))
    return tuple(_placed(files))


def _placed(files: Sequence[zipfile.ZipInfo]) -> Iterator[Member]:
    """Give every file a place of its own, also where names differ by case alone or meet when they are made safe."""
    taken: set[str] = set()
    for number, info in enumerate(files, 1):
        parts = [part for part in re.split(r"[/\\]", _name_of(info)) if part not in ("", ".")]
        problem = _problem(info, parts)
        place = PurePosixPath(*map(_safe, parts)) if problem is None else PurePosixPath(f"{number}")
        if len(str(place).encode()) > _LONGEST:
            place = PurePosixPath("…", f"{number}{place.suffix if _SUFFIX.fullmatch(place.suffix) else ''}")
        while str(place).casefold() in taken:
            place = place.with_name(f"{place.stem} ({number}){place.suffix}")
        taken.add(str(place).casefold())
        yield Member(info, place, problem)


def _problem(info: zipfile.ZipInfo, parts: Sequence[str]) -> Message | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return message("it is a link inside an archive")
    if kind not in (0, stat.S_IFREG):
        return message("it is not a regular file")
    if not parts or ".." in parts or _name_of(info).startswith(("/", "\\")) or re.fullmatch(r"[A-Za-z]:", parts[0]):
        return message("its name leads out of the archive")
    return None


def _safe(part: str) -> str:
    """One component of a path that every system can hold, as near to what it was as can be."""
    kept = _FORBIDDEN.sub("_", nfc(part)).rstrip(". ")
    return f"_{kept}" if not kept or is_device_name(kept) else kept


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name of a file as whoever packed it saw it."""
    if info.flag_bits & _UTF8:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437", "replace")
    for codec in ("utf-8", "cp949"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _gb(size: int) -> str:
    return f"{size / 2**30:,.0f}"
