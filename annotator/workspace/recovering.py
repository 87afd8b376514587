"""Give back what a start finds unsaved, and keep watch while somebody draws: a draft in the project each minute, room on the disks.

What the journal of this computer kept comes back by itself, is told, and can be taken back.  What another computer left as a draft is only
offered: the person takes it, as one edit, or does not.  Everything that reads or writes here runs beside the window.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.domain.document import Document
from annotator.domain.edit import Edit, StaleEdit, apply, difference, holds
from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import Message, mark, message
from annotator.workspace import drafts, room
from annotator.workspace.bringing import Opened
from annotator.workspace.drafts import Draft, State
from annotator.workspace.journal import Left
from annotator.workspace.keeping import Keeping
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.room import Room
from annotator.workspace.saving import Saving, in_place
from annotator.workspace.tasks import Cancel, Tasks
from annotator.workspace.work import Work

_MINUTE = 60_000
_NO_COPY = mark("The copy of your unsaved work could not be written to the project: {cause}. The journal on this computer has it")
_BACK = message("Take the restored edits back")


@dataclass(frozen=True)
class Restored:
    """What the journal gave back to a case: edits with the times of the first and the last, and what did not fit and lies in a file now."""

    case: str
    edits: tuple[Edit, ...]
    first: str
    last: str
    before: Document
    after: Document
    aside: int = 0
    moved_aside: Path | None = None


@dataclass(frozen=True)
class Offer:
    """A draft that may be taken: whether it fits the open case as it is now, and whether the case was saved anew since it was begun."""

    draft: Draft
    opened: bool
    fits: bool = False
    newer: bool = False


@dataclass(frozen=True)
class _Found:
    """What a start finds, or a look each minute: drafts, what the journal kept, room on this computer's disk and on the project's."""

    drafts: tuple[Draft, ...] = ()
    left: tuple[Left, ...] = ()
    remarks: tuple[Message, ...] = ()
    rooms: tuple[int, int] = (1 << 62, 1 << 62)
    failure: Message | None = None


class Recovering(Saving, ABC):
    """The part of a session that loses nothing between two saves."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.remarks: tuple[Message, ...] = ()
        self.restored: tuple[Restored, ...] = ()
        self._drafts: tuple[Draft, ...] = ()
        self._left: tuple[Left, ...] = ()
        self._settled: set[tuple[str, str]] = set()
        """Cases and runs of whose drafts the journal of this computer holds more."""
        self._through: dict[str, Mapping[str, int]] = {}
        self._since: dict[str, tuple[int, str, str]] = {}
        self._rooms = [Room.ENOUGH, Room.ENOUGH]
        self._undrafted: Message | None = None
        self._watch: Cancel | None = None

    @property
    def unprotected(self) -> AnnotatorError | None:
        """Why what is drawn now would be lost with the process; None where it would not."""
        return self._keeping.noting.failure

    @property
    def left(self) -> tuple[Left, ...]:
        """What the journal keeps of cases that were not opened yet."""
        return tuple(found for found in self._left if found.case not in self._works)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The drafts of other starts: those of the open case to be taken or not, the others to be gone to."""
        return tuple(self._offer(draft) for draft in self._drafts if (draft.case, draft.run) not in self._settled)

    def take_draft(self, draft: Draft) -> bool:
        """Take the draft of the open case up, as one edit; False where that cannot be."""
        if not self._offer(draft).fits or not self._do(drafts.fitted(self._works[draft.case].document, draft.edit)):
            return False
        self._keeping.drafts.take(draft)
        self._drop(draft)
        self.say(message("The unsaved work of another start was taken: {n} edits", n=draft.count), undo=True)
        return True

    def decline_draft(self, draft: Draft) -> None:
        """Move a draft out of the way; it stays in the project.  One that came from elsewhere stays where it is."""
        self._drop(draft)
        if not draft.path.name:
            return

        def moved(to: Path) -> None:
            self.say(message("Not taken; it is kept in {path}", path=str(to)))

        self._tasks.unhurried(lambda: drafts.put_aside(draft), moved, self._unmoved)

    def take_back(self, restored: Restored) -> bool:
        """Take back all edits that the journal gave back to the open case, if nothing was done since; False where that cannot be."""
        if restored.case != self._case or self.document != restored.after:
            return False
        if not self.recall():
            self._as_soon_as_known(lambda: self.take_back(restored), lambda *_: False)
            return False
        history = self.history
        places = range(history.place - 1, max(-1, history.place - len(restored.edits) - 1), -1)
        place = next((place for place in places if history.at(place).document == restored.before), None)
        if place is not None:
            done = self.go_to_step(place)
        else:
            done = self._do(difference(_BACK, restored.after, restored.before))
        if done:
            self.dismiss_restored(restored)
            self.say(message("Taken back: {n} edits; Redo brings them again", n=len(restored.edits)))
        return done

    def dismiss_restored(self, restored: Restored) -> None:
        """The person knows."""
        self.restored = tuple(other for other in self.restored if other is not restored)
        self._tell(Topic.RECOVERY)

    def _protect(self) -> None:
        """Look beside the window what other starts left of the project that was just opened."""
        self.restored, self._drafts, self._left, self._undrafted = (), (), (), None
        self._settled, self._through, self._since = set(), {}, {}
        if self._watch is not None:
            self._watch()
            self._watch = None
        keeping, root, author = self._keeping, self.project.root, self.author

        def job() -> _Found:
            with suppress(OSError, AnnotatorError):
                there, remarks = drafts.waiting(root, author)
                others = tuple(draft for draft in there if not keeping.noting.lives(draft.run))
                return _Found(others, keeping.noting.left(str(root.resolve())), remarks, _rooms(keeping, root))
            return _Found()

        self._tasks.unhurried(job, lambda found: self._watched(keeping, found, first=True), _raised)

    def _take(self, opened: Opened) -> None:
        case, recovery = opened.work.id, opened.recovery
        super()._take(replace(opened, remarks=tuple(remark for remark in opened.remarks if remark not in recovery.remarks)))
        for remark in recovery.remarks:
            self.say(remark, Severity.WARNING if recovery.aside else Severity.INFO)
        self._through[case] = dict(opened.through)
        self._settled |= {(case, run) for run in recovery.runs}
        if recovery.edits or recovery.moved_aside is not None:
            after = opened.work.document
            before = _without(after, recovery.edits)
            told = Restored(case, recovery.edits, *recovery.times, before, after, recovery.aside, recovery.moved_aside)
            self.restored = (*(other for other in self.restored if other.case != case), told)
        self._weigh()
        self._tell(Topic.RECOVERY)

    def _put_down(self, case: str) -> None:
        super()._put_down(case)
        self._left = tuple(found for found in self._left if found.case != case)  # it was taken up when the case was opened

    def _step(self, work: Work, edit: Edit, after: Work) -> None:
        now = self._clock()
        count, first, _ = self._since.get(work.id, (0, now, now)) if work.dirty else (0, now, now)
        self._since[work.id] = count + 1, first, now
        failed = self.unprotected
        super()._step(work, edit, after)
        if self.unprotected is not failed:
            self._tell(Topic.RECOVERY)
        if self._watch is None:
            self._watch = self._tasks.later(_MINUTE, self.look_after)

    def look_after(self, *, at_once: bool = False) -> None:
        """Write drafts of what is unsaved and look how much room there is, beside the window or `at_once`; each minute by itself."""
        if self._watch is not None:
            self._watch()
        self._watch = None
        keeping, root, writes = self._keeping, self.project.root, not self.project.read_only
        dirty = [work for work in self._works.values() if work.dirty]
        states = [self._state(work) for work in dirty if work.saved is not None]
        clean = [(work.id, keeping.noting.count(work.id)) for work in self._works.values() if not work.dirty]
        if dirty and not at_once:
            self._watch = self._tasks.later(_MINUTE, self.look_after)

        def job() -> _Found:
            failure = None
            try:
                for state in states if writes else ():
                    keeping.drafts.keep(state)
                for case, count in clean if writes else ():
                    keeping.drafts.saved(case, count)
            except OSError as error:
                failure = system_cause(error)
            with suppress(OSError):
                room.keep_reserve(keeping.noting.folder)
                return _Found(rooms=_rooms(keeping, root), failure=failure)
            return _Found(failure=failure)

        run = in_place if at_once else self._tasks.unhurried
        run(job, lambda found: self._watched(keeping, found), _raised)

    def _watched(self, keeping: Keeping, found: _Found, *, first: bool = False) -> None:
        if keeping is not self._keeping:
            return
        if first:
            self._drafts, self._left = found.drafts, found.left
            self._weigh()
        if first and not self._listeners:  # told with what else was odd, as soon as somebody listens
            self.remarks += found.remarks
        else:
            for remark in found.remarks:
                self.say(remark, Severity.WARNING)
        if found.failure is not None and found.failure != self._undrafted:
            self.say(message(_NO_COPY, cause=found.failure), Severity.WARNING)
        self._undrafted = found.failure
        self._say_room(found.rooms)
        self._tell(Topic.RECOVERY)

    def _say_room(self, rooms: tuple[int, int]) -> None:
        """Say once that a disk has little room left, and again when it has hardly any."""
        warnings = (room.LOCAL, room.local_warning), (room.PROJECT, room.project_warning)
        for place, (little, warning) in enumerate(warnings):
            level = room.judged(rooms[place], little)
            if level > self._rooms[place]:
                self.say(warning(rooms[place]), Severity.ERROR if level is Room.HARDLY_ANY else Severity.WARNING)
            self._rooms[place] = level

    def _state(self, work: Work) -> State:
        mark = self._keeping.noting.marks.get(work.id)
        count, first, last = self._since.get(work.id, (0, "", ""))
        saved = work.saved if work.saved is not None else work.document
        sequence, noted = mark.sequence if mark else 0, self._keeping.noting.count(work.id)
        return State(work.id, self._keeping.starts_from(work), saved, work.document, sequence, max(count, 1), first, last, noted)

    def _weigh(self) -> None:
        """Clear away the drafts of opened cases of which the journal of this computer, or what is saved, holds as much or more."""
        gone = [draft for draft in self._drafts if draft.case in self._through and self._is_held(draft, self._works.get(draft.case))]
        self._drafts = tuple(draft for draft in self._drafts if draft not in gone)
        if gone and not self.project.read_only:
            self._tasks.unhurried(lambda: drafts.clear(gone), _nothing, _raised)

    def _is_held(self, draft: Draft, work: Work | None) -> bool:
        if work is None:
            return False
        through = self._through[draft.case].get(draft.run, 0)
        return through >= max(draft.sequence, 1) or holds(work.saved or Document(), draft.edit)

    def _offer(self, draft: Draft) -> Offer:
        work = self._works.get(draft.case)
        if work is None or draft.case != self._case:
            return Offer(draft, False)
        newer = draft.base != self._keeping.starts_from(work)
        try:
            apply(work.document, drafts.fitted(work.document, draft.edit))
        except StaleEdit:
            return Offer(draft, True, False, newer)
        return Offer(draft, True, True, newer)

    def _drop(self, draft: Draft) -> None:
        self._drafts = tuple(other for other in self._drafts if other is not draft)
        self._tell(Topic.RECOVERY)

    def _unmoved(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        self.say(message("The unsaved work could not be moved aside: {cause}. It is offered again at the next start",
                         cause=system_cause(error)), Severity.WARNING)


def _without(document: Document, edits: tuple[Edit, ...]) -> Document:
    for edit in reversed(edits):
        document = apply(document, edit.inverse())
    return document


def _rooms(keeping: Keeping, root: Path) -> tuple[int, int]:
    """How many bytes are left for the journal and for the project; a disk that both lie on is told of once."""
    local, project = room.left(keeping.noting.folder), room.left(root)
    return local, project if project != local or local >= room.LOCAL else 1 << 62


def _nothing(_: object) -> None:
    pass


def _raised(error: Exception) -> None:
    raise error
