"""The revisions of a case: what each of them holds, which of them count, and what happens to a damaged one.

`.annotator/cases/<case>/rev-<number>-<mark of the case>.json`, immutable, created exclusively: the number orders them, never a clock.
A revision that no other one continues is a head; more than one head is a conflict, and stays one until somebody unites them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.sameness import Extent
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import safe_name
from annotator.workspace import durable, log

_NAME = re.compile(r"rev-(\d{6,9})-([0-9a-f]{12})\.json")
_LINE, _THROUGH = 32, 8


@dataclass(frozen=True)
class ImageRecord:
    """One image, or the case as a whole, as a save left it.

    `files`: its delivered files (path → SHA-256), `before`: those they replaced; `inputs`: digest of what they were made from.
    `pixels`: SHA-256 of the pixels that were drawn on, and `extent`: their size; empty where they were not known.
    """

    path: str = ""
    pixels: str = ""
    inputs: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    extent: Extent = ()


@dataclass(frozen=True)
class Revision:
    """One saved state of a case.

    `parents`: digests of what it continues; `line`: numbers of its nearest ancestors; `rivals`: numbers of the heads it does not continue;
    `gaps`: lower numbers that were not there yet; `through`: how much of which journal it holds, (run, sequence), its writer's first.
    """

    case: str
    number: int
    document: Document
    parents: tuple[str, ...] = ()
    line: tuple[int, ...] = ()
    rivals: tuple[int, ...] = ()
    gaps: tuple[int, ...] = ()
    author: str = ""
    time: str = ""
    software: str = ""
    regions_only: bool = False
    images: Mapping[ImageKey, ImageRecord] = field(default_factory=dict)
    whole: ImageRecord = ImageRecord()
    """The files that belong to the case and to none of its images."""
    through: tuple[tuple[str, int], ...] = (("", 0),)
    moved: tuple[str, ...] = ()
    """Digests of the revisions that this one is the same as, but for where its files lie: whoever went on from those goes on from it."""
    digest: str = field(default="", compare=False)

    @property
    def files(self) -> Mapping[str, str]:
        """All delivered files of the case, path → SHA-256."""
        return {path: digest for entry in (*self.images.values(), self.whole) for path, digest in entry.files.items()}

    @property
    def name(self) -> str:
        """Its file name: number, and a mark of the case that it belongs to."""
        return f"rev-{self.number:06d}-{mark_of(self.case)}.json"


def encode(revision: Revision) -> tuple[bytes, str]:
    """Return the file of a revision and its digest."""
    images = [{"image": str(key), **_entry(found)} for key, found in sorted(revision.images.items())]
    whole: dict[str, Any] = {"whole": _entry(revision.whole)} if revision.whole != ImageRecord() else {}
    whole |= {"moved": list(revision.moved)} if revision.moved else {}
    return record.seal({
        "case": revision.case, "number": revision.number, "parents": list(revision.parents), "line": list(revision.line),
        "rivals": list(revision.rivals), "gaps": list(revision.gaps), "author": revision.author, "time": revision.time,
        "software": revision.software, "regions_only": revision.regions_only, "images": images,
        "through": [list(entry) for entry in revision.through], "document": record.encode_document(revision.document),
        **whole,
    })


def decode(content: bytes) -> Revision:
    """Return the revision in a file; raises record.Damaged or record.Newer."""
    found, digest = record.unseal(content)
    document = record.decode_document(found.get("document"))
    through = [e for e in record.items(found, "through") if isinstance(e, list) and list(map(type, e)) == [str, int]]
    return Revision(
        case=record.text(found, "case"),
        number=record.whole(found, "number"),
        document=document,
        parents=tuple(map(str, record.items(found, "parents"))),
        line=_numbers(found, "line"),
        rivals=_numbers(found, "rivals"),
        gaps=_numbers(found, "gaps"),
        author=record.text(found, "author"),
        time=record.text(found, "time"),
        software=record.text(found, "software"),
        regions_only=found.get("regions_only") is True,
        images=dict(map(_image, record.items(found, "images"))),
        whole=_record(record.entries(found["whole"])) if "whole" in found else ImageRecord(),
        through=tuple((run, sequence) for run, sequence in through),
        moved=tuple(map(str, record.items(found, "moved"))) if "moved" in found else (),
        digest=digest,
    )


def row_of(revision: Revision) -> log.Done:
    """Return what the log says of a revision."""
    facts = {"revision": str(revision.number), "annotations": str(revision.document.count())}
    facts |= {"merges": ",".join(revision.parents[1:])} if revision.parents[1:] else {}
    return log.Done("save", revision.case, "", revision.parents[0] if revision.parents else "", revision.digest, facts)


def folder_of(root: Path, case: str) -> Path:
    """Return the folder of a case's revisions."""
    return root / ".annotator" / "cases" / safe_name(case)


def path_of(root: Path, revision: Revision) -> Path:
    """Return where a revision lies."""
    return folder_of(root, revision.case) / revision.name


def listed(root: Path, case: str) -> dict[int, Path]:
    """Return the files of a case's revisions by number; raises OSError."""
    folder = folder_of(root, case)
    try:
        found = [(entry, _NAME.fullmatch(entry.name)) for entry in folder.iterdir()]
    except FileNotFoundError:
        return {}
    return {int(match[1]): entry for entry, match in found if match and match[2] == mark_of(case)}


def heads(root: Path, case: str, keep: bool = False) -> tuple[tuple[Revision, ...], tuple[Message, ...]]:
    """Return the revisions that no other continues, newest first, and what was odd; raises OSError and record.Newer.

    A damaged file is moved to quarantine (`keep`: only passed over), and the ones before it count again.
    """
    files, remarks = listed(root, case), list[Message]()
    newest = None
    while files and newest is None:
        newest = _read(root, case, files, max(files), keep, remarks)
    if newest is None:
        return (), tuple(remarks)
    others = [n for n in (*newest.rivals, *newest.gaps) if n in files]
    found = [newest, *(r for n in sorted(others, reverse=True) if (r := _read(root, case, files, n, keep, remarks)))]
    if remarks or any(n not in files for n in newest.rivals):
        found = [r for n in sorted(files, reverse=True) if (r := _read(root, case, files, n, keep, remarks))]
        continued = {n for revision in found for n in revision.line}
        found = [revision for revision in found if revision.number not in continued]
    return tuple(found), tuple(remarks)


def following(heads_now: Iterable[Revision], there: Iterable[int], claimed: Iterable[int], parents: tuple[str, ...],
              new: Revision) -> Revision:
    """Return `new` as the next revision of a case with these heads and numbers, continuing `parents` (digests).

    `claimed`: numbers that could not be had although nothing is there, so that a revision may yet appear under them.
    """
    known, numbers = tuple(heads_now), set(there)
    continued = [head for head in known if head.digest in parents]
    number = max(numbers.union(claimed), default=0) + 1
    line = sorted({n for head in continued for n in (head.number, *head.line)}, reverse=True)[:_LINE]
    own = new.through[0]
    older = dict(entry for head in reversed(known) for entry in reversed(head.through) if entry[0] and entry[0] != own[0])
    return replace(
        new,
        number=number,
        parents=parents,
        line=tuple(line),
        rivals=tuple(head.number for head in known if head.digest not in parents),
        gaps=tuple(sorted(set(range(max(1, number - _LINE), number)) - numbers)),
        through=(own, *reversed(older.items()))[:_THROUGH],
    )


def set_aside(root: Path, path: Path) -> Path:
    """Move a file that cannot be used to the project's quarantine, under a free name, and return that; raises OSError."""
    folder = root / ".annotator" / "quarantine" / path.parent.name
    names = (path.name, *(f"{path.stem}.{n}{path.suffix}" for n in range(2, 10_000)))
    to = next(folder / name for name in names if not (folder / name).exists())
    durable.move(path, to)
    return to


def _read(root: Path, case: str, files: dict[int, Path], number: int, keep: bool, remarks: list[Message]) -> Revision | None:
    """Read one revision; a damaged one leaves `files`."""
    try:
        revision = decode(files[number].read_bytes())
        if (revision.case, revision.number) == (case, number):
            return revision
    except record.Damaged:
        pass  # told below, as for a revision of another case
    except FileNotFoundError:  # somebody else found it damaged just now
        del files[number]
        return None
    path = files.pop(number)
    if not keep:
        with suppress(OSError):  # where it cannot be moved it stays and is passed over
            set_aside(root, path)
    remarks.append(message("Revision {number} of the case {case} is damaged; it is set aside and the one before it is used",
                           number=number, case=case))
    return None


def mark_of(case: str) -> str:
    """Return the mark of a case in the names of its files: 12 hex digits."""
    return hashlib.sha256(case.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _numbers(found: Mapping[str, Any], key: str) -> tuple[int, ...]:
    return tuple(n for n in record.items(found, key) if isinstance(n, int))


def _image(content: object) -> tuple[ImageKey, ImageRecord]:
    found = record.entries(content)
    try:
        key = ImageKey.parse(record.text(found, "image"))
    except ValueError as error:
        raise record.Damaged("an image has no name") from error
    return key, _record(found)


def _record(found: Mapping[str, Any]) -> ImageRecord:
    files, before = (dict[str, str](record.entries(found.get(kind))) for kind in ("files", "before"))
    extent = tuple(float(n) for n in record.items(found, "extent") if isinstance(n, int | float)) if "extent" in found else ()
    return ImageRecord(record.text(found, "path"), record.text(found, "pixels"), record.text(found, "inputs"), files, before, extent)


def _entry(found: ImageRecord) -> dict[str, Any]:
    extent: dict[str, Any] = {"extent": list(found.extent)} if found.extent else {}
    return {"path": found.path, "pixels": found.pixels, "inputs": found.inputs,
            "files": dict(sorted(found.files.items())), "before": dict(sorted(found.before.items())), **extent}
