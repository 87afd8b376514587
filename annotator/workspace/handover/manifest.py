"""The manifest of a delivery: every file with its SHA-256, and the verification of a copy from that alone, on any machine.

`MANIFEST.sha256` is what `sha256sum --check` takes: `<digest>  <path>` a line, by path; `delivery.json` names its digest and the counts.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from annotator import strict_json
from annotator.domain.finding import Finding, Severity
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.paths import contained
from annotator.progress import Report

MANIFEST, HEAD = "MANIFEST.sha256", "delivery.json"
CHECK = "manifest"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f]+)")
_LARGEST_HEAD = 1 << 20
_CHUNK = 1 << 20


def write(folder: Path, files: Iterable[tuple[str, str, int]], told: Mapping[str, object]) -> str:
    """Write manifest and head of a delivery; `files` by path, `told` goes into the head.  Returns the manifest's digest."""
    digest, count, size = hashlib.sha256(), 0, 0
    with (folder / MANIFEST).open("wb") as stream:
        for path, own, length in files:
            line = f"{own}  {path}\n".encode()
            stream.write(line)
            digest.update(line)
            count, size = count + 1, size + length
    head = {**told, "files": count, "bytes": size, "manifest_sha256": digest.hexdigest()}
    (folder / HEAD).write_text(json.dumps(head, ensure_ascii=False, indent=1), encoding="utf-8")
    return digest.hexdigest()


def is_delivery(folder: Path) -> bool:
    """Whether a folder is a delivery: it has a manifest."""
    return (folder / MANIFEST).is_file()


def read(path: Path) -> Iterator[tuple[str, str]]:
    """Yield path and SHA-256 of a manifest; raises ValueError for a line that is none, OSError."""
    with path.open(encoding="utf-8", newline="\n") as stream:
        for number, line in enumerate(stream, 1):
            match = _LINE.fullmatch(line.rstrip("\n"))
            if match is None:
                raise ValueError(f"line {number}")
            yield match[2], match[1]


def verify(folder: Path, report: Report) -> Iterator[Finding]:
    """Yield what of a delivery is not as its manifest says: missing, changed or added files.  Raises AnnotatorError and Cancelled."""
    doing = message("Verifying the delivery in {folder}", folder=folder)
    again = message("Get a new copy of the delivery")
    try:
        head = strict_json.loads((folder / HEAD).read_bytes(), _LARGEST_HEAD)
        wanted = head.get("manifest_sha256") if isinstance(head, dict) else None
        if _digest(folder / MANIFEST, report) != wanted:
            yield Finding(CHECK, Severity.ERROR, message("the manifest is not the one that the delivery was made with"), MANIFEST)
        listed = set[str]()
        for path, digest in read(folder / MANIFEST):
            listed.add(path)
            try:
                place = contained(folder, path)
                there = _digest(place, report) if place.is_file() else ""
            except ValueError:
                yield Finding(CHECK, Severity.ERROR, message("the manifest names a file outside the delivery"), path)
                continue
            except OSError as error:
                yield Finding(CHECK, Severity.ERROR, message("it cannot be read: {cause}", cause=system_cause(error)), path)
                continue
            if not there:
                yield Finding(CHECK, Severity.ERROR, message("the file is missing"), path)
            elif there != digest:
                yield Finding(CHECK, Severity.ERROR, message("the file was changed"), path)
            report.advance(subject=path)
        yield from _added(folder, listed)
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), again) from error
    except ValueError as error:
        raise AnnotatorError(doing, message("manifest or head are damaged ({cause})", cause=str(error)), again) from error


def _added(folder: Path, listed: set[str]) -> Iterator[Finding]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in listed and name not in (MANIFEST, HEAD):
            yield Finding(CHECK, Severity.ERROR, message("the file does not belong to the delivery"), name)


def changes(before: Path | None, now: Path) -> Iterator[tuple[str, str]]:
    """Yield what is different between two manifests: (`added`, `removed` or `changed`, path), by path; both are read side by side."""
    old, new = iter(()) if before is None else read(before), read(now)
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            yield "removed", left[0] if left is not None else ""
            left = next(old, None)
        elif left is None or right[0] < left[0]:
            yield "added", right[0]
            right = next(new, None)
        else:
            if left[1] != right[1]:
                yield "changed", right[0]
            left, right = next(old, None), next(new, None)


def _digest(path: Path, report: Report) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            report.check()
            digest.update(piece)
    return digest.hexdigest()
