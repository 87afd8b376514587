"""Make a delivery beside the window: the machine check first, then the copy; a manager's work."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from annotator.domain.person import Role
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.progress import Cancelled, Report
from annotator.workspace.queueing import Queueing

if TYPE_CHECKING:
    from annotator.workspace.handover.carrying import Done, Ordered


class HandingOver(Queueing, ABC):
    """The part of a session that delivers."""

    def deliver(self, ordered: Ordered, report: Report, told: Callable[[Done | Message], None]) -> None:
        """Check the project and deliver its accepted cases; `told` hears what became of it, or in a sentence why nothing did."""
        acting, project, worklist = self.acting, self.project, self.worklist
        if acting is None or not acting.may(Role.MANAGER):
            told(message("Only a manager delivers: sign in as one"))
            return
        self.save()

        def job() -> Done:
            from annotator.workspace.checking.running import checked  # loads every check: only now are they needed
            from annotator.workspace.handover.carrying import deliver
            from annotator.workspace.reporting.all_papers import write_all
            from annotator.workspace.reporting.papers import Said
            from annotator.workspace.worklist import find_cases

            find_cases(project, worklist)
            worklist.refresh()
            with checked(project, report, resume=True) as seen:
                report.done, report.total = 0, None
                day, time = ordered.time[:10], ordered.time[:19]
                whole = replace(ordered, papers=lambda place: write_all(place, project, seen, Said(day=day), time))
                return deliver(project, worklist, whole, tuple(seen.findings()), report)

        def failed(error: Exception) -> None:
            if isinstance(error, Cancelled):
                told(message("Stopped. Delivering again goes on from here"))
            elif isinstance(error, AnnotatorError):
                told(error.message)
            else:
                raise error

        self._tasks.run(job, told, failed)
