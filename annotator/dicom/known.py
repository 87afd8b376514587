"""What the files of a folder were found to hold, as bytes to keep: it is taken for true only while a file's own stat is what it was.

A part speaks of some files, in the order in which they were read, as compressed JSON: what many images share stands in it once.  Whose
images they are is sealed with one of the files, the only one that is opened; a file that is new, changed or was written a moment ago is
read as ever.
"""

from __future__ import annotations

import dataclasses
import json
import os
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from annotator import __version__
from annotator.dicom.found import Found, Skipped
from annotator.dicom.sealed import key_of, seal, unseal
from annotator.domain.image import Image, ImageKey, Owner, Plane
from annotator.i18n import Message

Stat = tuple[int, int, int]
"""Size in bytes, time of the last change and of the last change of its entry, in nanoseconds."""
Result = Found | Skipped
_OWN = ("key", "path", "instance_number", "plane", "problem")
"""The fields of an image that it hardly ever shares with others."""
_SHARED = tuple(field.name for field in dataclasses.fields(Image) if field.name not in _OWN)
_LARGEST = 256 * 2**20
"""Bytes that a part may have when it is unpacked."""
_JUST_NOW = 3 * 10**9
"""Nanoseconds after which a file that changes again certainly gets another time."""


class Known(Protocol):
    """Keeps parts by folder; both calls do nothing where nothing can be kept."""

    def parts(self, folder: str) -> tuple[bytes, ...]:
        """Return the parts of a folder, in order."""

    def keep(self, folder: str, parts: Iterable[bytes]) -> None:
        """Keep these parts of a folder instead of those that are there."""


def stat_of(facts: os.stat_result) -> Stat:
    """Return what must be the same for a file to be taken for the same."""
    return facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def settled(facts: Stat, now: int) -> bool:
    """Whether a file was left alone long enough before `now` (nanoseconds) that its next change will show in its times."""
    return facts[1] < now - _JUST_NOW


@cache
def edition() -> int:
    """Return a number that is another one for each version of what reads headers: what an older one said is not asked."""
    here = Path(__file__).parent
    modules = [*here.glob("*.py*"), *(here.parent / "domain").glob("*.py*")]
    files = sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in modules)
    return zlib.crc32(repr((__version__, _SHARED, files)).encode()) >> 1


def packed(files: Iterable[tuple[str, Stat, Result]], folder: str) -> bytes:
    """Return a part for these files of a folder: name, stat, and what reading it gave; raises OSError without the file to seal with."""
    shared, owners = dict[tuple[object, ...], int](), dict[tuple[object, ...], int]()
    rows: list[list[object]] = []
    seal_with = ""
    for name, facts, result in files:
        if isinstance(result, Skipped):
            rows.append([name, *facts, None, result.reason])
            continue
        seal_with = seal_with or name
        owner = owners.setdefault(dataclasses.astuple(result.owner), len(owners))
        rows.append([name, *facts, owner, [_row(image, shared) for image in result.images]])
    whose = json.dumps(list(owners)).encode("ascii")
    sealed = seal(whose, key_of(os.path.join(folder, seal_with))).hex() if owners else ""
    text = json.dumps([list(shared), seal_with, sealed, rows], separators=(",", ":"), default=_plain)
    return zlib.compress(text.encode("ascii"), 1)


def unpacked(part: bytes, folder: str) -> Mapping[str, tuple[Stat, Result]]:
    """Return what a part says, by file name; raises ValueError where it is damaged, or the file it is sealed with is another one now."""
    try:
        shared, seal_with, sealed, rows = json.loads(_inflated(part), parse_constant=float)
        owners = json.loads(unseal(bytes.fromhex(sealed), key_of(os.path.join(folder, seal_with)))) if sealed else []
    except (zlib.error, OSError) as error:
        raise ValueError(str(error)) from None
    planes = [_plane_maker(values) for values in shared]
    kept = [dict(zip(_SHARED, _value(values[1:]), strict=True)) for values in shared]
    whose = [Owner(*values) for values in owners]
    found: dict[str, tuple[Stat, Result]] = {}
    for name, size, changed, entry, owner, said in rows:
        path = os.path.join(folder, name)
        if owner is None:
            found[name] = (size, changed, entry), Skipped(path, _value(said))
            continue
        images = tuple(
            Image(ImageKey(uid, frame), path, instance_number=number, plane=planes[kind](at), problem=_value(problem), **kept[kind])
            for kind, uid, frame, number, at, problem in said
        )
        found[name] = (size, changed, entry), Found(images, whose[owner])
    return found


def _inflated(part: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(part, _LARGEST)
    if not unpacker.eof:
        raise ValueError("longer than any that is written here")
    return text


def _row(image: Image, shared: dict[tuple[object, ...], int]) -> list[object]:
    plane = image.plane
    turned = (plane.row, plane.column, plane.spacing) if plane else None
    kind = shared.setdefault((turned, *(getattr(image, name) for name in _SHARED)), len(shared))
    return [kind, image.key.uid, image.key.frame, image.instance_number, plane.position if plane else None, image.problem]


def _plane_maker(values: list[Any]) -> Callable[[list[float] | None], Plane | None]:
    if values[0] is None:
        return lambda at: None
    row, column, spacing = _value(values[0])
    return lambda at: Plane((at[0], at[1], at[2]), row, column, spacing) if at is not None else None


def _plain(value: object) -> object:
    """A message as JSON; what is neither text nor number in it is said as text."""
    if isinstance(value, Message):
        return {"text": value.text, "values": [[name, _said(held)] for name, held in value.values]}
    raise TypeError(f"{type(value).__name__} has no place in what is kept of an image")


def _said(value: object) -> object:
    return value if isinstance(value, str | int | float | Message) else str(value)


def _value(said: Any) -> Any:
    """What stood there before it was JSON: tuples and messages."""
    if isinstance(said, list):
        return tuple(map(_value, said))
    if isinstance(said, dict):
        return Message(said["text"], _value(said["values"]))
    return said
