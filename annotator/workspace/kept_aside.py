"""Find what was moved aside in a project and on this computer, and take it away when a person has said so.

Unsaved work that was not wanted or did not fit, damaged files, files of others that a save replaced, and a damaged journal are kept for
somebody to look at; the program never deletes them by itself.  What a person removes stays named in the log, with its digest.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from annotator import strict_json
from annotator.domain.person import Acting, Role
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import message
from annotator.workspace import durable, log

ACTION = "remove"
"""What the log calls it."""
_DOING = message("Removing what was moved aside")
_LARGEST = 64 << 20


class Kind(Enum):
    """What a file is that was moved aside."""

    DRAFT = "draft"
    EDITS = "edits"
    DAMAGED = "damaged"
    REPLACED = "replaced"
    JOURNAL = "journal"
    HISTORY = "history"


@dataclass(frozen=True)
class Kept:
    """One file: where it lies, what it is called in lists, its bytes, and when it was last written (seconds since 1970)."""

    kind: Kind
    path: Path
    place: str
    size: int
    written: float


def kept(root: Path, local: Path) -> tuple[Kept, ...]:
    """Return what is kept aside of a project, and in `local`, this computer's folder; what cannot be read is left out.

    The journal of this computer keeps edits of each project apart; a damaged journal and the histories (which only serve Undo after a
    restart) may be those of other projects too.
    """
    hidden, journal = root / ".annotator", local / "journal"
    places = [
        *((Kind.DRAFT, path) for folder in _below(hidden / "drafts") for path in _below(folder / "aside")),
        *(
            (Kind.REPLACED if folder.name == "delivered" else Kind.DAMAGED, p)
            for folder in _below(hidden / "quarantine")
            for p in _below(folder)
        ),
        *((Kind.EDITS, path) for path in _below(journal / "aside") if _is_of(path, root)),
        *((Kind.JOURNAL, path) for path in _below(journal) if path.name.startswith("damaged-")),
        *((Kind.HISTORY, path) for path in _below(local / "history") if path.suffix == ".lines"),
    ]
    return tuple(_told(places, root, local))


def remove(root: Path, found: Sequence[Kept], acting: Acting, time: str) -> int:
    """Delete files that are kept aside, each named in the log first; returns how many.  Raises AnnotatorError.

    In a project with people only a manager may.  Whoever calls this has asked the person.
    """
    if not acting.may(Role.MANAGER):
        raise AnnotatorError(_DOING, message("only a manager removes what was moved aside"), message("Sign in as a manager"))
    try:
        named = [log.Done(ACTION, before=_digest(one.path), facts={"path": one.place}) for one in found if one.kind is not Kind.HISTORY]
        log.append(root, acting.name, acting.role.value if acting.role else "", time, *named)
        for one in found:
            durable.remove(one.path)
    except OSError as error:
        raise AnnotatorError(_DOING, system_cause(error), message("What is left can be removed later")) from error
    return len(found)


def _told(places: Sequence[tuple[Kind, Path]], root: Path, local: Path) -> Iterator[Kept]:
    for kind, path in places:
        with suppress(OSError):
            facts = path.lstat()
            if stat.S_ISREG(facts.st_mode):
                base = root if path.is_relative_to(root) else local
                yield Kept(kind, path, path.relative_to(base).as_posix(), facts.st_size, facts.st_mtime)


def _below(folder: Path) -> list[Path]:
    """What lies in a folder, by name; nothing where it is none, or a link."""
    try:
        return sorted(folder.iterdir()) if not folder.is_symlink() else []
    except OSError:
        return []


def _is_of(path: Path, root: Path) -> bool:
    """Whether edits that the journal could not restore belong to a project; those that cannot be read may belong to any."""
    try:
        if path.lstat().st_size > _LARGEST:
            return True
        said = strict_json.loads(path.read_bytes(), _LARGEST)
        return not isinstance(said, dict) or os.path.realpath(str(said.get("project", root))) == os.path.realpath(root)
    except (OSError, ValueError):
        return True


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
