"""Keep a copy of unsaved work in the project too, for computers that forget their disk at night: whoever starts anywhere is offered it.

`.annotator/drafts/<person>/<case>-<run>-<number>.json`, sealed and created exclusively: what leads from the saved case to the case as it
was then, as one edit.  A newer one of the same run stands for all before it.  It goes when a save holds it; what a person does not want,
and what cannot be read, is moved aside and kept.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, difference
from annotator.domain.image import ImageKey
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import safe_name
from annotator.workspace import durable, revisions

POINTS = ("draft.before_create", "draft.after_create", "draft.before_remove")
"""Places of this module at which `durable.fault` may end the process."""
NAME = message("Unsaved work of another start")
LARGEST = 64 << 20
"""Bytes beyond which a draft is not read."""
_WORDS, _NUMBERS = ("case", "person", "machine", "run", "base", "first", "last"), ("number", "sequence", "count")
_CHANGES = b'"changes": []'
"""Where the changes go: within a text each quotation mark has a backslash before it, so that no text says this."""
_FILE = re.compile(r".+-([0-9a-f]{16})-(\d{6,9})\.json")


@dataclass(frozen=True)
class Draft:
    """Unsaved work on a case: whose, on which computer, the run of the journal and how far that was, and what it starts from.

    `count` edits were made from `first` to `last` (times as the journal has them); `edit` is all that came of them.
    """

    case: str
    person: str
    machine: str
    run: str
    number: int
    base: str
    sequence: int
    count: int
    first: str
    last: str
    edit: Edit
    path: Path = field(default=Path(), compare=False)


@dataclass(frozen=True)
class State:
    """A case as it is on the screen: what of it is saved, from which revision, and how many edits were made since, from when to when.

    `sequence`: how far the journal is; `noted`: how many edits of the case were made in this session.
    """

    case: str
    base: str
    saved: Document
    document: Document
    sequence: int
    count: int
    first: str
    last: str
    noted: int


class Drafts:
    """The drafts that one run writes in one project, for any thread."""

    def __init__(self, root: Path, person: str, run: str) -> None:
        self._root, self._person, self._run = root, person, run
        self._turn = threading.Lock()
        self._number = 0
        self._own: dict[str, tuple[Path, State]] = {}
        self._taken: dict[str, list[Path]] = {}

    def keep(self, state: State) -> None:
        """Write the draft of a case unless the last one says the same; raises OSError."""
        with self._turn:
            before = self._own.get(state.case)
            if before is not None and before[1].document is state.document:
                return
            edit = difference(NAME, state.saved, state.document)
            if not (edit.changes or edit.facts):
                return
            durable.require_folder(self._root / ".annotator")
            self._number += 1
            draft = _draft(state, self._person, self._run, self._number, edit)
            path = folder_of(self._root, self._person) / f"{safe_name(state.case)}-{self._run}-{self._number:06d}.json"
            durable.fault("draft.before_create")
            durable.create_exclusive(path, _encode(draft))
            durable.fault("draft.after_create")
            self._own[state.case] = path, state
            if before is not None:
                durable.remove(before[0])

    def take(self, draft: Draft) -> None:
        """The person took a draft up: the next save of its case holds it."""
        with self._turn:
            self._taken.setdefault(draft.case, []).extend([draft.path] if draft.path.name else [])

    def saved(self, case: str, noted: int) -> None:
        """A save holds the first `noted` edits of this run on a case, and what was taken up before it; raises OSError."""
        with self._turn:
            gone = self._taken.pop(case, [])
            if case in self._own and self._own[case][1].noted <= noted:
                gone.append(self._own.pop(case)[0])
            for path in gone:
                durable.fault("draft.before_remove")
                durable.remove(path)


def folder_of(root: Path, person: str) -> Path:
    """Return where the drafts of a person lie."""
    return root / ".annotator" / "drafts" / safe_name(person or "nobody")


def waiting(root: Path, person: str) -> tuple[tuple[Draft, ...], tuple[Message, ...]]:
    """Return the newest draft of each run and case of a person, and what was odd; a damaged one is set aside.  Raises OSError."""
    folder, remarks, newest = folder_of(root, person), list[Message](), dict[tuple[str, str], Draft]()
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        if _FILE.fullmatch(path.name) is None:
            continue
        try:
            draft = read(path)
        except FileNotFoundError:  # a save holds it by now
            continue
        except record.Newer:
            remarks.append(message("Unsaved work in {name} was written by a newer version; it waits for that", name=path.name))
            continue
        except record.Damaged:
            with suppress(OSError):  # where it cannot be moved it stays and is passed over
                revisions.set_aside(root, path)
            remarks.append(message("A copy of unsaved work ({name}) is damaged and was set aside", name=path.name))
            continue
        before = newest.get((draft.case, draft.run))
        if before is None or before.number < draft.number:
            newest[draft.case, draft.run] = draft
    return tuple(newest.values()), tuple(remarks)


def read(path: Path) -> Draft:
    """Return the draft in a file; raises record.Damaged, record.Newer and OSError."""
    if path.stat().st_size > LARGEST:
        raise record.Damaged("too large")
    found = record.unseal(path.read_bytes())[0]
    if record.whole(found, "version") > record.VERSION:
        raise record.Newer("a draft of a newer version")
    case, person, machine, run, base, first, last = (record.text(found, name) for name in _WORDS)
    number, sequence, count = (record.whole(found, name) for name in _NUMBERS)
    edit = record.decode_edit(found.get("edit"))
    return Draft(case, person, machine, run, number, base, sequence, count, first, last, edit, path)


def fitted(document: Document, edit: Edit) -> Edit:
    """Return the edit of a draft for a document that went on meanwhile: what is new gets free ids, what is there already is left out."""
    ids, changes = dict[tuple[ImageKey, int], int](), list[Change]()
    free = {image: document.next_id(image) for image in edit.images}
    for change in edit.changes:
        new = change.after
        if change.before is None and new is not None:
            if any(new == replace(there, id=new.id) for there in document.on(new.image)):
                continue
            number = max(new.id, free[new.image])
            ids[new.image, new.id], free[new.image] = number, number + 1
            change = Change(None, replace(new, id=number, parent=ids.get((new.image, new.parent or 0), new.parent)))
        changes.append(change)
    return replace(edit, changes=tuple(changes))


def clear(held: Sequence[Draft]) -> None:
    """Take drafts away of which a save, or the journal, holds more; one that cannot be removed stays."""
    for draft in held:
        with suppress(OSError):
            durable.remove(draft.path)


def save_to(folder: Path, person: str, run: str, state: State) -> Path:
    """Write the unsaved work of a case to a folder that is there, under a free name, and return that; raises OSError."""
    content = _encode(_draft(state, person, run, 1, difference(NAME, state.saved, state.document)))
    names = (f"annotator-{safe_name(state.case)}-{number}.json" for number in range(1, 10_000))
    place = next(folder / name for name in names if not (folder / name).exists())
    durable.create_exclusive(place, content)
    return place


def put_aside(draft: Draft) -> Path:
    """Move a draft that is not wanted out of the way and return where it is kept; raises OSError."""
    folder = draft.path.parent / "aside"
    names = (draft.path.name, *(f"{draft.path.stem}.{n}.json" for n in range(2, 10_000)))
    to = next(folder / name for name in names if not (folder / name).exists())
    durable.move(draft.path, to)
    return to


def _draft(state: State, person: str, run: str, number: int, edit: Edit) -> Draft:
    times = state.first, state.last
    return Draft(state.case, person, socket.gethostname(), run, number, state.base, state.sequence, state.count, *times, edit)


def _encode(draft: Draft) -> bytes:
    return record.seal_pieces(_pieces(draft))[0]


def _pieces(draft: Draft) -> Iterator[bytes]:
    """A draft as JSON, change by change: the window goes first."""
    told, lead = {name: getattr(draft, name) for name in (*_WORDS, *_NUMBERS)}, b""
    bare = record.dumps({"version": record.VERSION, **told, "edit": record.encode_edit(replace(draft.edit, changes=()))})
    head, tail = bare.split(_CHANGES, 1)
    yield head + b'"changes": ['
    for change in draft.edit.changes:
        for annotation, begin, end in ((change.before, lead + b"[", b", "), (change.after, b"", b"]")):
            yield begin + record.dumps(annotation and record.encode_annotation(annotation)) + end
            time.sleep(0)
        lead = b", "
    yield b"]" + tail
