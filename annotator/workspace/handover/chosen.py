"""Choose what a delivery holds: the accepted cases; of every other one it is said why it is absent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from annotator.domain.course import STATES, State
from annotator.domain.project import Project
from annotator.domain.queue import Entry
from annotator.i18n import Message, message
from annotator.workspace.worklist import Worklist

_PAGE = 2_000


@dataclass(frozen=True)
class Absent:
    """A case that does not go, and why."""

    entry: Entry
    why: Message


def chosen(project: Project, worklist: Worklist) -> Iterator[Entry | Absent]:
    """Yield every case of the worklist, in order of patient: those that go as entries."""
    start = 0
    while entries := worklist.entries(most=_PAGE, start=start):
        start += len(entries)
        for entry in entries:
            why = _absent(project, entry)
            yield entry if why is None else Absent(entry, why)


def _absent(project: Project, entry: Entry) -> Message | None:
    if entry.state is not State.ACCEPTED:
        return message("it is not accepted: {state}", state=Message(STATES[entry.state]))
    if not entry.modality or entry.modality not in {modality.code for modality in project.modalities}:
        return message("the project does not name its modality")
    return None
