"""Keep the definition that a project last agreed to, and the log of its changes, beside the two files that people edit.

`.annotator/definition.json` (sealed) holds both files as they were accepted; `.annotator/definition-log.jsonl` gets a line a change and
never loses one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from annotator import strict_json
from annotator.domain.category_table import decode_table
from annotator.domain.definition import parse_project
from annotator.domain.project import Project
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.workspace import durable

TOML, TABLE = "project.toml", "categories.csv"
ACCEPTED, LOG, INTENT = "definition.json", "definition-log.jsonl", "redefinition.json"
OWN = frozenset({ACCEPTED, LOG, INTENT})
"""The files in `.annotator` that speak of the definition, and of no work."""
_LARGEST = 1 << 20
_KEPT = 8
"""So many definitions are remembered: that of the folder and the accepted one, as they are and as they were."""


@dataclass(frozen=True)
class Definition:
    """The two files of a definition, their digest, and what they say."""

    toml: bytes
    table: bytes
    project: Project
    remarks: tuple[Message, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of both files."""
        return digest_of(self.toml, self.table)


def digest_of(toml: bytes, table: bytes) -> str:
    """Return the digest of both files of a definition."""
    return hashlib.sha256(toml + b"\0" + table).hexdigest()


@lru_cache(_KEPT)
def parse(toml: bytes, table: bytes) -> Definition:
    """Read a definition from the bytes of its two files; the same bytes say the same, and are read once.  Raises AnnotatorError."""
    project, remarks = parse_project(decode_table(toml, TOML), decode_table(table, TABLE))
    return Definition(toml, table, project, remarks)


def read(folder: Path) -> Definition:
    """Read both files of a definition.  Raises AnnotatorError."""
    return parse(*contents(folder))


def contents(folder: Path) -> tuple[bytes, bytes]:
    """Return the bytes of both files.  Raises AnnotatorError."""
    return read_file(folder / TOML), read_file(folder / TABLE)


def read_file(path: Path) -> bytes:
    """Return the bytes of one of the files, which are small.  Raises AnnotatorError."""
    doing = message("Reading {file}", file=path)
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        remedy = message("A project's folder holds project.toml and categories.csv; put the file there")
        raise AnnotatorError(doing, system_cause(error), remedy) from error
    if len(content) > _LARGEST:
        raise AnnotatorError(doing, message("it is larger than 1 MB"), message("See that it is the right file"))
    return content


def accepted(root: Path) -> Definition | None:
    """Return the definition that the project last agreed to; None where there is none, or none that can be read."""
    try:
        found, _ = record.unseal((root / ".annotator" / ACCEPTED).read_bytes())
        return parse(*unpacked(found))
    except (FileNotFoundError, NotADirectoryError, record.Damaged, AnnotatorError):
        return None


def accept(root: Path, definition: Definition) -> None:
    """Keep a definition as the one that the project agreed to.  Raises OSError."""
    durable.write(root / ".annotator" / ACCEPTED, record.seal(packed(definition.toml, definition.table))[0])


def packed(toml: bytes, table: bytes) -> dict[str, str]:
    """Return both files as they stand in a sealed file: byte for byte."""
    return {"toml": base64.b64encode(toml).decode("ascii"), "table": base64.b64encode(table).decode("ascii")}


def unpacked(found: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Return both files from a sealed file; raises record.Damaged."""
    try:
        return base64.b64decode(record.text(found, "toml"), validate=True), base64.b64decode(record.text(found, "table"), validate=True)
    except ValueError as error:
        raise record.Damaged("the files of a definition are expected") from error


def log(root: Path, entry: Mapping[str, Any]) -> None:
    """Add a line to the log of the definition, unless its last line is this one already; on disk when this returns.  Raises OSError."""
    path = root / ".annotator" / LOG
    line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
    there = path.read_bytes() if path.exists() else b""
    if there.endswith(line):
        return
    torn = b"\n" if there and not there.endswith(b"\n") else b""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        os.write(descriptor, torn + line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def logged(root: Path) -> tuple[dict[str, Any], ...]:
    """Return the lines of the log, oldest first; a torn one is passed over.  Raises OSError."""
    path = root / ".annotator" / LOG
    found = []
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            found.append(record.entries(strict_json.loads(line)))
        except ValueError:
            continue
    return tuple(found)
