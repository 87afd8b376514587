"""Make exchange packs and bring them back, beside the window; a manager's work."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.domain.person import Acting, Role
from annotator.domain.queue import Wanted
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.progress import Cancelled, Report
from annotator.workspace.giving_again import GivingAgain
from annotator.workspace.notice import Topic
from annotator.workspace.rejected import Rejected

if TYPE_CHECKING:
    from annotator.workspace.packs.making import Made
    from annotator.workspace.packs.merging import Merged

GIVEN, WAITING = "given", "waiting"
"""Which cases go: those that are given to the person, or all that wait for them."""


@dataclass(frozen=True)
class Wish:
    """A pack that is wanted: the folder that is made, for whom, as what (None: in a project without people), and which cases."""

    out: Path
    name: str
    role: Role | None
    which: str = WAITING


class Packing(GivingAgain, Rejected, ABC):
    """The part of a session that exchanges packs."""

    def make_pack(self, wish: Wish, report: Report, told: Callable[[Made | Message], None]) -> None:
        """Make a pack; `told` hears what became of it, or in a sentence why there is none."""
        acting, project, worklist, time = self.acting, self.project, self.worklist, self._clock()
        if acting is None:
            told(message("Say who you are first"))
            return
        self.save()

        def job() -> Made:
            from annotator.workspace.packs.making import Ordered, make
            from annotator.workspace.worklist import find_cases

            find_cases(project, worklist)
            worklist.refresh()
            waiting = Acting(wish.name, wish.role)
            entries = worklist.waiting(waiting) if wish.which == WAITING else worklist.entries(Wanted(assignee=wish.name))
            return make(project, entries, Ordered(wish.out, wish.name, wish.role, acting, time), report)

        self._tasks.run(job, told, _refused(told, message("Stopped: no exchange pack was made")))

    def merge_pack(self, packed: Path, report: Report, told: Callable[[Merged | Message], None]) -> None:
        """Bring a pack back; `told` hears what became of it, or in a sentence why nothing did."""
        acting, project, worklist, time = self.acting, self.project, self.worklist, self._clock()
        if acting is None:
            told(message("Say who you are first"))
            return
        self.save()

        def job() -> Merged:
            from annotator.workspace.packs.merging import merge

            try:
                return merge(project, packed, acting, time, report)
            finally:
                worklist.refresh()

        def ended(found: Merged) -> None:
            if found.cases and project is self.project:
                self.reload()  # what is open may have another version now
            told(found)
            self._tell(Topic.COURSE)

        refused = _refused(told, message("Stopped. Merging again goes on from here"))

        def failed(error: Exception) -> None:
            if report.total and project is self.project:
                self.reload()  # some cases may have come before it ended
            refused(error)

        self._tasks.run(job, ended, failed)


def _refused(told: Callable[[Message], None], stopped: Message) -> Callable[[Exception], None]:
    def failed(error: Exception) -> None:
        if isinstance(error, Cancelled):
            told(stopped)
        elif isinstance(error, AnnotatorError):
            told(error.message)
        else:
            raise error

    return failed
