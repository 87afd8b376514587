"""What the files of a folder were found to hold, as bytes to keep: it is taken for true only while a file's own stat is what it was.

A part speaks of some files, in the order in which they were read, as compressed JSON: what many images share stands in it once.  Where
none of its files has changed its head is enough; its images are built when somebody looks at them.  Whose images they are is sealed with
one of the files, the only one that is opened; a file that is new, changed or was written a moment ago is read as ever.
"""

from __future__ import annotations

import dataclasses
import json
import os
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

from annotator import __version__
from annotator.dicom.found import Found, Lot, Skipped
from annotator.dicom.sealed import key_of, seal, unseal
from annotator.domain.image import Image, ImageKey, Owner, Plane
from annotator.domain.mammography import VIEWS, rank
from annotator.i18n import Message

Stat = tuple[int, int, int]
"""Size in bytes, time of the last change and of the last change of its entry, in nanoseconds."""
Result = Found | Skipped
_OWN = ("key", "path", "instance_number", "plane", "problem")
"""The fields of an image that it hardly ever shares with others."""
_SHARED = tuple(field.name for field in dataclasses.fields(Image) if field.name not in _OWN)
_LENGTH = 4
"""Bytes in which the length of a part's head is written."""
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
    """Return a part for these files of a folder: name, stat, and what reading it gave; raises OSError without the file to seal with.

    Its head says what must be known to take all of them for unchanged and to list their series, its body describes each image.
    """
    shared, owners = dict[tuple[object, ...], int](), dict[tuple[object, ...], int]()
    names, facts, uids, rows = list[str](), list[int](), list[str](), list[object]()
    skipped, lots = list[object](), dict[str, list[Any]]()
    seal_with, mixed = "", False
    for place, (name, stat, result) in enumerate(files):
        names.append(name)
        facts += stat
        if isinstance(result, Skipped):
            uids.append("")
            rows.append(None)
            skipped.append([place, result.reason])
            continue
        seal_with, first = seal_with or name, result.images[0]
        owner = owners.setdefault(dataclasses.astuple(result.owner), len(owners))
        uids.append(first.key.uid)
        rows.append([owner, [_row(image, shared) for image in result.images]])
        about = [first.study_uid, first.modality, first.labels]
        lot = lots.setdefault(first.series_uid, [owner, *about, first.frame_of_reference_uid, len(VIEWS), 0, []])
        mixed = mixed or lot[1:4] != about or any((i.series_uid, i.labels) != (first.series_uid, first.labels) for i in result.images)
        lot[5:7] = min(lot[5], *map(rank, result.images)), lot[6] + len(result.images)
        lot[7].append(place)
    whose = json.dumps(list(owners)).encode("ascii")
    sealed = seal(whose, key_of(os.path.join(folder, seal_with))).hex() if owners else ""
    body = _compressed([list(shared), rows])
    front = _compressed([zlib.crc32(body), seal_with, sealed, names, facts, uids, skipped, None if mixed else list(lots.items())])
    return len(front).to_bytes(_LENGTH) + front + body


@dataclasses.dataclass(frozen=True)
class Part:
    """What a part says at first sight: its files, one after the other, and the series that they belong to.

    `uids` has the UID of a file's first image, empty for a file without; `lots` is None where its files must be looked at one by one.
    """

    names: Sequence[str]
    stats: Sequence[Stat]
    uids: Sequence[str]
    skipped: Sequence[Skipped]
    lots: Sequence[Lot] | None


def opened(part: bytes, folder: str) -> Part:
    """Return what a part says at first sight; raises ValueError where it is damaged, or the file it is sealed with is another one now."""
    head, body = _head(part)
    _, _, names, facts, uids, skipped, lots = head
    whose = _owners(head, folder)
    said = [Skipped(os.path.join(folder, names[place]), _value(reason)) for place, reason in skipped]
    stats = list(zip(*[iter(facts)] * 3, strict=True))
    if lots is None:
        return Part(names, stats, uids, said, None)
    made = list[Lot]()
    for uid, (owner, study, modality, labels, frame, first, count, places) in lots:
        files, standing = tuple(names[place] for place in places), first if modality == "MG" else 0
        build = partial(_built, body, folder, files, places)
        made.append(Lot(uid, study, modality, labels, frame, standing, count, folder, files, whose[owner], build))
    return Part(names, stats, uids, said, made)


def unpacked(part: bytes, folder: str) -> Mapping[str, tuple[Stat, Result]]:
    """Return what a part says, by file name; raises ValueError as `opened` does."""
    head, body = _head(part)
    _, _, names, facts, _, skipped, _ = head
    whose, reasons = _owners(head, folder), dict(skipped)
    makers, rows = _makers(body)
    found: dict[str, tuple[Stat, Result]] = {}
    for place, (name, row) in enumerate(zip(names, rows, strict=True)):
        path, (size, changed, entry) = os.path.join(folder, name), facts[3 * place : 3 * place + 3]
        if row is None:
            found[name] = (size, changed, entry), Skipped(path, _value(reasons[place]))
        else:
            found[name] = (size, changed, entry), Found(tuple(makers[kind](path, *rest) for kind, *rest in row[1]), whose[row[0]])
    return found


def _built(body: bytes, folder: str, names: Sequence[str], places: Sequence[int]) -> tuple[Image, ...]:
    """The images of some files of a part."""
    makers, rows = _makers(body)
    head = os.path.join(folder, "")
    files = ((head + name, rows[place][1]) for name, place in zip(names, places, strict=True))
    return tuple(makers[kind](path, *rest) for path, said in files for kind, *rest in said)


def _compressed(value: object) -> bytes:
    return zlib.compress(json.dumps(value, separators=(",", ":"), default=_plain).encode("ascii"), 1)


def _head(part: bytes) -> tuple[Any, bytes]:
    """The head of a part, and its body as it is kept."""
    end = _LENGTH + int.from_bytes(part[:_LENGTH])
    try:
        check, *head = json.loads(_inflated(part[_LENGTH:end]))
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if zlib.crc32(part[end:]) != check:
        raise ValueError("the body of the part is another one")
    return head, part[end:]


def _owners(head: Any, folder: str) -> list[Owner]:
    seal_with, sealed = head[:2]
    if not sealed:
        return []
    try:
        return [Owner(*values) for values in json.loads(unseal(bytes.fromhex(sealed), key_of(os.path.join(folder, seal_with))))]
    except OSError as error:
        raise ValueError(str(error)) from None


@lru_cache(4)
def _makers(body: bytes) -> tuple[list[Callable[..., Image]], Any]:
    """What makes the images of each kind in a body, and its rows; the last ones stay: series after series is built from one body."""
    shared, rows = json.loads(_inflated(body), parse_constant=float)
    return [_maker(values) for values in shared], rows


def _maker(values: list[Any]) -> Callable[..., Image]:
    kept = dict(zip(_SHARED, _value(values[1:]), strict=True))
    turned = None if values[0] is None else _value(values[0])

    def made(path: str, uid: str, frame: int, number: int | None, at: list[float] | None, problem: object) -> Image:
        plane = Plane((at[0], at[1], at[2]), *turned) if at is not None and turned is not None else None
        return Image(ImageKey(uid, frame), path, instance_number=number, plane=plane, problem=_value(problem), **kept)

    return made


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
