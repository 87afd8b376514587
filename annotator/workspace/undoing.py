"""Take edits of the open case back and do them again, one or many at once, and show where that was; also those made before a restart."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import replace

from annotator.domain.edit import Edit, StaleEdit
from annotator.domain.history import History
from annotator.i18n import Message, message
from annotator.workspace.drawing import Drawing
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.past import Before, Past, path_of
from annotator.workspace.tasks import Tasks
from annotator.workspace.work import Work


class Undoing(Drawing, ABC):
    """The part of a session that goes back and forth in what was done to the open case; another case is never touched."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self._pasts: dict[str, Past] = {}
        self._wished: list[tuple[Past, Callable[[], object]]] = []
        """What was asked for while the past was still being read, to be done as soon as it is there."""

    @property
    def history(self) -> History:
        """What was done and undone in the open case, as far as it is at hand: what was done before a restart is read beside the window."""
        work = self._works.get(self._case)
        return work.history if work is not None else History()

    @property
    def history_begins(self) -> Message:
        """What the document was before the first edit of the history."""
        past = self._pasts.get(self._case)
        if past is not None and not past.at_hand:
            return message("What was done before is still being read")
        base = past.recall() if past is not None and past.taken else Before()
        if base.forgotten:
            return message("{count} older edits are forgotten", count=base.forgotten)
        if base.anew:
            return message("What is saved was changed elsewhere: the history begins anew")
        return message("As the case was opened")

    @property
    def undo_name(self) -> Message | None:
        """What undo would take back."""
        edit = self.history.undoable
        return edit.name if edit else None

    @property
    def redo_name(self) -> Message | None:
        """What redo would do again."""
        edit = self.history.redoable
        return edit.name if edit else None

    @property
    def may_undo(self) -> bool:
        """Whether there is something to take back, or may be in what was done before a restart and was not read yet."""
        return self.history.undoable is not None or self._unrecalled

    @property
    def may_redo(self) -> bool:
        """Whether there is something to do again, or may be."""
        return self.history.redoable is not None or self._unrecalled

    @property
    def _unrecalled(self) -> bool:
        work = self._works.get(self._case)
        past = self._past_of(work) if work is not None else None
        return past is not None and past.there and not past.taken

    def undo(self) -> None:
        """Take the case's last edit back, and show where that was; as soon as it is known where it is still being read."""
        self._as_soon_as_known(self._undo, lambda history, began: history.place > began)

    def redo(self) -> None:
        """Do the case's last undone edit again, and show where that was; as soon as it is known where it is still being read."""
        self._as_soon_as_known(self._redo, lambda history, began: len(history.steps) > began)

    def _undo(self) -> None:
        edit = self.history.undoable
        if edit is not None and self.go_to_step(self.history.place - 1):
            self._select_all_that_became_one(edit)
            self.say(message("Undone: {edit}", edit=edit.name))

    def _select_all_that_became_one(self, edit: Edit) -> None:
        """Where several were united into the selected one, they are all selected again."""
        gone = [c.before for c in edit.changes if c.after is None and c.before is not None and c.before.image == self._key]
        stayed = [c.before for c in edit.changes if c.after is not None and c.before is not None] if gone else ()
        kept = {before.category for before in stayed if before.image == self._key and before.id in self.selection}
        back = {before.id for before in gone if before.category in kept}
        if back:
            self.select(self.selection | back)

    def _redo(self) -> None:
        edit = self.history.redoable
        if edit is not None and self.go_to_step(self.history.place + 1):
            self.say(message("Done again: {edit}", edit=edit.name))

    def _as_soon_as_known(self, deed: Callable[[], object], own: Callable[[History, int], bool]) -> None:
        """Do something at once where all of the history is at hand, or what was done since the opening (`own`) says enough; else later."""
        work = self._works.get(self._case)
        if self.recall() or work is None:
            deed()
            return
        past = self._past_of(work)
        waits = any(waiting is past for waiting, _ in self._wished)
        if own(work.history, past.began) and not waits:
            deed()
            return
        self._wished.append((past, deed))
        self.say(message("What was done before is still being read: this follows as soon as it is there"))

    def go_to_step(self, place: int) -> bool:
        """Let only the first `place` edits of the history be done, all of the way at once; False where that may not be."""
        work = self._works.get(self._case)
        if work is None or place == work.history.place or not 0 <= place <= len(work.history.steps) or self._asked():
            return False
        past = self._past_of(work)
        if not past.taken and place < past.began:  # what the journal brought back is where the past begins, whatever that is
            self.say(message("What was done before is still being read"))
            return False
        history = work.history
        edit = history.way(place)
        last = history.steps[place if place < history.place else place - 1].edit
        if not self._may_change(edit):
            return False
        try:
            after = history.at(place, edit)
        except StaleEdit:  # a file that was tampered with
            self._past_of(work).begin_anew(work.document)
            self._works[work.id] = replace(work, history=History(work.document))
            self.say(message("These edits do not fit what is saved: the history begins anew, nothing was changed"), Severity.WARNING)
            self._tell(Topic.DOCUMENT)
            return False
        self._step(work, edit, replace(work, history=after))
        if last.seen_on and self._key not in last.seen_on:
            self._show_image(self._nearest(last))
        return True

    def recall(self) -> bool:
        """Let the history of the open case be all of it, also what was done before the case was opened.

        False where that is still being read, beside the window; the history is told when it is there.
        """
        work = self._works.get(self._case)
        past = self._past_of(work) if work is not None else None
        if work is None or past is None or past.taken:
            return True
        if not past.at_hand:
            self._read(past)
            return past.taken
        base = past.recall()
        past.taken = True
        own = work.history.steps[past.began :]
        history = History(work.document, own, work.history.place - past.began).after(base.steps, base.place)
        self._works[work.id] = replace(work, history=history)
        self._tell(Topic.DOCUMENT)
        return True

    def _recall_soon(self, work: Work) -> None:
        """Read what was done before, beside the window, where there is anything."""
        self._pasts.pop(work.id, None)
        past = self._past_of(work)
        if past.there:
            self._read(past)

    def _read(self, past: Past) -> None:
        """Read a past beside the window, once; then do what was asked for meanwhile, where its case is still the open one."""
        if past.asked:
            return
        past.asked = True

        def done(_: object) -> None:
            wished = [deed for waiting, deed in self._wished if waiting is past]
            self._wished = [wish for wish in self._wished if wish[0] is not past]
            if self._pasts.get(self._case) is past:
                self.recall()
                for deed in wished:
                    deed()

        self._tasks.unhurried(past.write, done, _raised)

    def _past_of(self, work: Work) -> Past:
        past = self._pasts.get(work.id)
        if past is None:
            past = self._pasts[work.id] = Past(path_of(self.project.root, work.id), work.history)
        return past

    def _step(self, work: Work, edit: Edit, after: Work) -> None:
        past = self._past_of(work)
        if any(waiting is past for waiting, _ in self._wished):  # what they meant is not the last edit any more
            self._wished = [wish for wish in self._wished if wish[0] is not past]
            self.say(message("Something else was done first: nothing was taken back"), Severity.WARNING)
        super()._step(work, edit, after)
        if after.history.steps is work.history.steps:
            past.note_way(after.history.place - work.history.place)
        else:
            past.note(after.history.steps[-1])
        self._tasks.unhurried(past.write, lambda _: None, _raised)

    def _put_pasts_down(self) -> None:
        """Bring to the disk what is not there yet, and forget the histories."""
        for past in self._pasts.values():
            past.write()
        self._pasts = {}


def _raised(error: Exception) -> None:
    raise error
