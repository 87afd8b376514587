"""Remember on this computer's disk what was done and undone in a case, so that it can be taken back after a restart.

One file a case, of sealed lines that are only added: edits, steps back and forth, and now and then the digest of the document as it is
after all lines above.  What an edit of many annotations leaves as it is stands in no line: from the document that was opened the edits are
read back to the first and forth to the last.  A file is never a source of documents: where the document that was opened is not the one it
ends with, where a line is damaged, another window wrote, or the disk is full, the history begins anew, and nothing else happens.

What the journal has and the file has not, since the program died between the two, is put behind the file's steps; edits that cancel each
other, made in that moment, are told by nothing in the document and are left out.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.domain import lean
from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Edit, StaleEdit
from annotator.domain.history import History, Step
from annotator.domain.image import ImageKey
from annotator.formats import record
from annotator.formats.edit_text import There, decode_edit, edit_pieces
from annotator.paths import local_folder
from annotator.workspace import durable, finding_much

POINTS = ("past.before_write", "past.half", "past.after_write")
"""Places of this module at which `durable.fault` may end the process."""
MOST = 20 << 20
"""Bytes that a file may have; beyond, the oldest edits are forgotten until it is half as large."""
_RING = 1 << 128
_EDIT = "edit"


@dataclass(frozen=True)
class Line:
    """A step as a file says it: the line, when it was made, and what it adds to the digest of the document."""

    sealed: bytes
    time: str
    shift: int


@dataclass(frozen=True)
class Told:
    """What a file says: the lines of its steps, the place in them, how many older ones were forgotten, how the document ends.

    `digest` is None where no line says what the document was; `whole`: every line could be read; `size` is that of the file.
    """

    lines: tuple[Line, ...] = ()
    place: int = 0
    forgotten: int = 0
    digest: int | None = None
    whole: bool = True
    size: int = 0


@dataclass(frozen=True)
class Before:
    """What was done before a case was opened, as far as it can be taken back.

    `forgotten`: how many older edits were too many for the file; `anew`: there was a history, which does not lead to the document.
    """

    steps: tuple[Step, ...] = ()
    place: int = 0
    forgotten: int = 0
    anew: bool = False


class Past:
    """The past of one case; `begin` is its history as it was brought up.  What is noted is written by `write`, in any thread."""

    def __init__(self, path: Path, begin: History) -> None:
        self.path = path
        self._begin = begin
        self.began = begin.place
        """So many steps of the session's history were done from the beginning, as the journal brought them back."""
        self._turn, self._noting = threading.Lock(), threading.Lock()
        self._noted: list[int | Step] = []
        self._told, self._rewrite, self._size = Told(), False, -1
        """What the file begins with where it is made anew; whether it is; and how large it is as far as we know, −1: we do not write it."""
        self._most = MOST
        """How large it may become before it is shortened: some edits are larger than what may be kept of all."""
        self.there = path.exists()
        """Whether there was a file when the case was brought up."""
        self.asked = False
        """Whether it is being read, or was."""
        self.taken = False
        """Whether the session's history has it."""
        self._base = None if self.there else Before(begin.steps, begin.place)
        self._compared = False
        """Whether the file was compared with the document."""

    def note(self, step: Step) -> None:
        """An edit was made."""
        with self._noting:
            self._noted.append(step)

    def note_way(self, steps: int) -> None:
        """So many steps were done again (negative: taken back)."""
        with self._noting:
            self._noted.append(steps)

    @property
    def at_hand(self) -> bool:
        """Whether what was done before is known, so that `recall` need not read."""
        return self._base is not None

    @property
    def rests(self) -> bool:
        """Whether all that was noted is in a file that nobody else wrote since: it can be read anew."""
        if not self._turn.acquire(blocking=False):  # it is being written, or read
            return False
        try:
            with self._noting:
                return not self._noted and self._size >= 0 and not (self._rewrite and self._told.lines)
        finally:
            self._turn.release()

    def recall(self) -> Before:
        """Return what was done before; read once, which takes as long as the document is large."""
        if self._base is not None:
            return self._base
        with self._turn:
            return self._recalled()

    def begin_anew(self, document: Document) -> None:
        """What was read does not fit after all: only what is done from here on can be taken back."""
        with self._turn:
            self._recalled()
            self._base, self._told, self._rewrite = Before(anew=True), Told(digest=digest_of(document)), True

    def write(self) -> None:
        """Bring what was noted to the disk; a failure ends the writing of this case, and nothing else."""
        with self._turn, suppress(OSError):
            self._recalled()
            with self._noting:
                noted, self._noted = self._noted, []
            if not (noted or (self._rewrite and self._told.lines)) or self._size < 0:
                return
            size, self._size = self._size, -1  # until all of it is there
            content = b"".join([_line(step).sealed if isinstance(step, Step) else _way(step) for step in noted])
            durable.fault("past.before_write")
            if self._rewrite:
                size = _replaced(self.path, b"".join(_lines(self._told)) + content)
            elif (self.path.stat().st_size if self.path.exists() else 0) == size:
                size += _added(self.path, content)
            else:
                return  # another window works on this case
            durable.fault("past.after_write")
            self._size, self._rewrite, self._told = size, False, Told()
            if size > max(self._most, MOST):
                self._size = _shortened(self.path)
                self._most = 2 * self._size

    def _recalled(self) -> Before:
        if self._base is None or not self._compared:
            with finding_much.much(stays=False) if self.there else nullcontext():
                try:
                    told = read(self.path)
                except OSError:
                    told, self._size = Told(whole=False), -1
                else:
                    self._size = told.size
                found = self._matched(told)
            self._base, self._compared = self._base or found, True
        return self._base

    def _matched(self, told: Told) -> Before:
        """What was told if it leads to the document, or to where the journal went on from; else what the journal brought back alone."""
        begin, now = self._begin, digest_of(self._begin.document)
        digest = now
        for kept in range(begin.place, -1, -1) if begin.place == len(begin.steps) and told.digest is not None else ():
            if digest == told.digest:
                added = begin.steps[kept:]
                self._noted[:0] = added
                fitting, steps = resolved(told, begin.at(kept).document)
                if fitting is not told or not told.whole:
                    self._told, self._rewrite = fitting, True
                steps = (*steps[: fitting.place], *added) if added else steps
                return Before(steps, fitting.place + len(added), fitting.forgotten)
            digest = shifted(digest, begin.steps[kept - 1].edit.inverse()) if kept else digest
        self._told, self._rewrite = Told(tuple(map(_line, begin.steps)), begin.place, digest=now), True
        return Before(begin.steps, begin.place, anew=bool(told.lines) and not begin.steps)


def path_of(project: Path, case: str) -> Path:
    """Return where the past of a case of a project (its folder) is kept."""
    named = hashlib.sha256(f"{os.path.abspath(project)}\n{case}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return local_folder() / "history" / f"{named}.lines"


def read(path: Path) -> Told:
    """Return what a file says, up to the first line that is damaged or does not fit; raises OSError."""
    if not path.exists():
        return Told()
    content = path.read_bytes()
    lines, place, forgotten, digest = list[Line](), 0, 0, None
    for line in content.splitlines(keepends=True):
        time.sleep(0)  # the window goes first
        try:
            found = record.unseal_head(line, _EDIT, "state")[0]
            if "shift" in found:
                lines[place:], place = [Line(line, record.text(found, "time"), int(record.text(found, "shift"), 16))], place + 1
                digest = None if digest is None else (digest + lines[-1].shift) % _RING
            elif "steps" in found:
                to = place + record.whole(found, "steps")
                if not 0 <= to <= len(lines):
                    raise record.Damaged("there are not so many steps")
                way = sum(one.shift for one in lines[place:to]) - sum(one.shift for one in lines[to:place])
                digest, place = None if digest is None else (digest + way) % _RING, to
            else:
                forgotten, digest = record.whole(found, "forgotten"), int(record.text(found, "state"), 16)
        except (record.Damaged, ValueError):
            return Told(tuple(lines), place, forgotten, digest, False, len(content))
    return Told(tuple(lines), place, forgotten, digest, True, len(content))


def resolved(told: Told, document: Document) -> tuple[Told, tuple[Step, ...]]:
    """Return the steps of a file that ends with this document, and what was told but for those that cannot be read or do not fit."""
    found = list[list[Step]]()
    for lines, back in ((told.lines[: told.place][::-1], True), (told.lines[told.place :], False)):
        there, steps = {(a.image, a.id): a for on in document.annotations.values() for a in on}, list[Step]()
        found.append(steps)
        for line in lines:
            time.sleep(0)  # the window goes first
            try:
                content = record.unseal(line.sealed)[0]
                edit = lean.sharing(decode_edit(content.get(_EDIT), _found_in(there), back=back), _found_in(there), back=back)
            except (record.Damaged, StaleEdit):
                break
            steps.append(Step(edit, line.time))
            _follow(there, edit, back)
    done, undone = found
    gone = told.place - len(done)
    all_steps = (*reversed(done), *undone)
    if len(all_steps) == len(told.lines):
        return told, all_steps
    kept = told.lines[gone : told.place + len(undone)]
    return replace(told, lines=kept, place=told.place - gone, forgotten=told.forgotten + gone), all_steps


def _found_in(there: Mapping[tuple[ImageKey, int], Annotation]) -> There:
    return lambda image, number: there.get((image, number))


def _follow(there: dict[tuple[ImageKey, int], Annotation], edit: Edit, back: bool) -> None:
    """Let what is there be as it is after an edit, or before it."""
    for change in edit.changes:
        key, now = (change.subject.image, change.subject.id), change.before if back else change.after
        if now is None:
            there.pop(key, None)
        else:
            there[key] = now


def digest_of(document: Document) -> int:
    """Return a number that is the same for equal documents and no others (the marks of annotations and facts, added up)."""
    total = 0
    for found in document.annotations.values():
        for annotation in found:
            total += _mark(annotation)
            time.sleep(0)  # the window goes first
    return (total + sum(_fact(name, text) for name, text in document.facts.items())) % _RING


def shifted(digest: int, edit: Edit) -> int:
    """Return the digest of a document after an edit, from its digest before."""
    for number, change in enumerate(edit.changes):
        if not number % 16:
            time.sleep(0)  # the window goes first
        digest += _mark(change.after) - _mark(change.before)
    for told in edit.facts:
        digest += _fact(told.fact, told.after) - _fact(told.fact, told.before)
    return digest % _RING


def _mark(annotation: Annotation | None) -> int:
    return 0 if annotation is None else int.from_bytes(annotation.mark, "big")


def _fact(name: str, text: str | None) -> int:
    return 0 if text is None else int.from_bytes(hashlib.sha256(record.dumps([name, text])).digest()[:16], "big")


def _line(step: Step) -> Line:
    """The line of a step; what takes it back is made here too, where nobody waits for it."""
    shift = shifted(0, step.edit)
    step.edit.inverse()
    return Line(record.seal_pieces(_pieces(step, shift))[0], step.time, shift)


def _pieces(step: Step, shift: int) -> Iterator[bytes]:
    yield record.dumps({"time": step.time, "shift": f"{shift:032x}"})[:-1] + b', "%s": ' % _EDIT.encode()
    for piece in edit_pieces(step.edit, beside=True):
        time.sleep(0)  # the window goes first
        yield piece.encode("utf-8", "surrogatepass")
    yield b"}"


def _way(steps: int) -> bytes:
    """The line that says that so many steps were done again (negative: taken back)."""
    return record.seal({"steps": steps})[0]


def _lines(told: Told) -> Iterator[bytes]:
    """The lines of a file that says this."""
    yield from (line.sealed for line in told.lines)
    if told.place < len(told.lines):
        yield _way(told.place - len(told.lines))
    yield record.seal({"state": f"{told.digest or 0:032x}", "forgotten": told.forgotten})[0]


def _added(path: Path, content: bytes) -> int:
    """Add lines to a file; it is not waited for until the disk has them."""
    with path.open("ab", buffering=0) as stream:
        half = len(content) // 2
        stream.write(content[:half])
        durable.fault("past.half")
        stream.write(content[half:])
    return len(content)


def _replaced(path: Path, content: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(content)
    os.replace(temporary, path)
    return len(content)


def _shortened(path: Path) -> int:
    """Forget the oldest edits of a file, never one that is undone; returns how large it is now."""
    told = read(path)
    room, cut = MOST // 2, len(told.lines)
    while cut and len(told.lines[cut - 1].sealed) <= room:
        cut -= 1
        room -= len(told.lines[cut].sealed)
    cut = min(cut, told.place)
    kept = replace(told, lines=told.lines[cut:], place=told.place - cut, forgotten=told.forgotten + cut)
    return _replaced(path, b"".join(_lines(kept)))
