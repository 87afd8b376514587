"""The log of a project: what was done, by whom, on which machine, one row after the other, so that it shows where a row was changed.

`.annotator/log/<writer>.jsonl`: a file and a chain of digests for each writer (a person at a machine), so that no file is appended by two
people and none has to be merged.  Rows of different writers are joined by the revisions and steps that they name, never by a clock.  A row
is one line, `<digest> <JSON>`: the SHA-256 of the JSON, which holds the digest of the row before.  A line that a power cut left
half-written stays, is passed over, and said.
"""

from __future__ import annotations

import hashlib
import re
import socket
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from annotator.domain.finding import Finding, Severity
from annotator.formats import record
from annotator.i18n import message
from annotator.paths import safe_name
from annotator.workspace import durable
from annotator.workspace.lock import exclusively

CHECK = LOG = "log"
"""What findings about the log are called."""
_ROW = re.compile(rb"([0-9a-f]{64}) (\{.*\})")
_LONGEST = 1 << 20
"""Bytes; a longer line is no row of ours."""
_TAIL = 1 << 16
_TEXTS = ("writer", "time", "person", "role", "machine", "action", "case", "reason", "before", "after", "parent")


@dataclass(frozen=True)
class Row:
    """One row of the log: what (`action`) was done with which case; `facts` tells the rest, `before` and `after` are digests of records."""

    writer: str
    number: int
    time: str
    person: str
    role: str
    machine: str
    action: str
    case: str = ""
    reason: str = ""
    before: str = ""
    after: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    digest: str = field(default="", compare=False)


@dataclass(frozen=True)
class Done:
    """What is to be logged; the log adds who writes, the number and the chain."""

    action: str
    case: str = ""
    reason: str = ""
    before: str = ""
    after: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def machine() -> str:
    """Return what this computer is called."""
    return socket.gethostname()


def writer_of(person: str) -> str:
    """Return the writer that a person is at this machine: the name of their file, without its ending."""
    return f"{safe_name(person, 60)}-{zlib.crc32(machine().encode()):08x}"


def folder_of(root: Path, name: str = LOG) -> Path:
    """Return the folder of a project's log; another `name`: of a log of another kind."""
    return root / ".annotator" / name


def append(root: Path, person: str, role: str, time: str, *done: Done, name: str = LOG, part: str = "") -> tuple[Row, ...]:
    """Add rows to the log of a person at this machine, on disk when this returns; `part` begins a file of its own.  Raises OSError."""
    if not done:
        return ()
    writer = writer_of(person) + part
    path = folder_of(root, name) / f"{writer}.jsonl"
    locks = root / ".annotator" / "locks"
    durable.require_folder(root)
    durable.make_folder(locks)
    with exclusively(locks / f"{name}-{writer}"):
        last, torn = _last(path)
        rows, lines = [], [b"\n"] if torn else []
        number, parent = (last.number, last.digest) if last else (0, "")
        for one in done:
            number += 1
            row = Row(writer, number, time, person, role, machine(), one.action, one.case, one.reason, one.before, one.after, one.facts,
                      parent)  # fmt: skip
            line, parent = _encode(row)
            lines.append(line)
            rows.append(replace(row, digest=parent))
        durable.append(path, b"".join(lines))
    return tuple(rows)


def read(root: Path, name: str = LOG, *, holding: bytes = b"") -> Iterator[Row]:
    """Yield all rows that can be read, writer by writer, each in its own order; raises OSError.

    `holding`: only those whose line holds this; the others are not decoded.
    """
    for path in files(root, name):
        with path.open("rb") as stream:
            for _, row in _rows(stream, holding):
                if row is not None:
                    yield row


def files(root: Path, name: str = LOG) -> tuple[Path, ...]:
    """Return the files of a project's log in order of name; raises OSError."""
    folder = folder_of(root, name)
    return tuple(sorted(folder.glob("*.jsonl"))) if folder.is_dir() else ()


def verify(root: Path, name: str = LOG) -> Iterator[Finding]:
    """Yield what is wrong with the log, with the line of the file: an altered row, a row that is missing.  Raises OSError."""
    for path in files(root, name):
        place, number, parent = path.relative_to(root).as_posix(), 0, ""
        with path.open("rb") as stream:
            torn = 0
            for line, row in _rows(stream):
                if row is None:
                    torn = line
                    continue
                if torn:
                    whole = row.number == number + 1 and row.parent == parent
                    yield _torn(place, torn) if whole else _altered(place, torn)
                    torn = 0
                    if not whole:
                        number, parent = row.number, row.digest
                        continue
                if row.number != number + 1 or row.parent != parent or row.writer != path.stem:
                    yield _broken(place, line)
                number, parent = row.number, row.digest
            if torn:
                stream.seek(-1, 2)
                yield _altered(place, torn) if stream.read(1) == b"\n" else _torn(place, torn)


def _torn(place: str, line: int) -> Finding:
    return Finding(CHECK, Severity.REMARK, message("line {line} was not written to its end", line=line), place)


def _altered(place: str, line: int) -> Finding:
    return Finding(CHECK, Severity.ERROR, message("line {line} was changed after it was written", line=line), place)


def _broken(place: str, line: int) -> Finding:
    return Finding(CHECK, Severity.ERROR, message("line {line}: a row before it is missing or was changed", line=line), place)


def _rows(stream: BinaryIO, holding: bytes = b"") -> Iterator[tuple[int, Row | None]]:
    """Yield the number of each line and its row, None for a line that is no row; empty lines, and those without a text, are passed over."""
    number = 0
    while line := stream.readline(_LONGEST):
        number += 1
        if line.strip() and holding in line:
            yield number, decode(line.rstrip(b"\n"))


def _last(path: Path) -> tuple[Row | None, bool]:
    """Return the last row of a file, and whether a line after it was not written to its end."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            reach = _TAIL
            while True:
                start = max(0, size - reach)
                stream.seek(start)
                tail = stream.read()
                lines = tail.split(b"\n")
                whole = lines if start == 0 else lines[1:]
                row = next((row for line in reversed(whole) if line and (row := decode(line)) is not None), None)
                if row is not None or start == 0:
                    return row, bool(tail) and not tail.endswith(b"\n")
                reach *= 8
    except FileNotFoundError:
        return None, False


def _encode(row: Row) -> tuple[bytes, str]:
    content = record.dumps({
        "writer": row.writer, "number": row.number, "time": row.time, "person": row.person, "role": row.role, "machine": row.machine,
        "action": row.action, "case": row.case, "reason": row.reason, "before": row.before, "after": row.after,
        "facts": dict(sorted(row.facts.items())), "parent": row.parent,
    })  # fmt: skip
    digest = hashlib.sha256(content).hexdigest()
    return b"%s %s\n" % (digest.encode(), content), digest


def decode(line: bytes) -> Row | None:
    """Return the row of a line, None where it is not as it was written."""
    match = _ROW.fullmatch(line)
    if match is None or hashlib.sha256(match[2]).hexdigest().encode() != match[1]:
        return None
    try:
        found = record.loads(match[2])
        facts = record.entries(found.get("facts"))
        texts = {key: record.text(found, key) for key in _TEXTS}
        row = Row(number=record.whole(found, "number"), facts={key: record.text(facts, key) for key in facts}, **texts,
                   digest=match[1].decode())  # fmt: skip
    except (record.Damaged, AttributeError):
        return None
    return row
