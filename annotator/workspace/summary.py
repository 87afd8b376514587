"""Read what a manager wants to know of a project: how many cases there are of what, from the worklist, and what was done, from the log.

The log only grows, so each of its files is read on from where it was read to before; a file that became shorter means that all is counted
anew.  Whether the log was altered is `log.verify`'s to say: a line that is no row is passed over here.
"""

from __future__ import annotations

import datetime
import re
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotator.domain.course import State
from annotator.domain.figures import ACTIONS, Amassed, Event, Figures
from annotator.domain.holdings import Holdings
from annotator.domain.reading_figures import Readings
from annotator.workspace import log, reading_table
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.worklist import Worklist

FINISHED = (State.ACCEPTED,)
"""States in which a case counts towards the project's targets."""
_COMPARING = 2.0
"""Seconds for which readings are compared at a look: the others are told of, and come with the next."""
_SOUGHT = re.compile(b'"action": "(?:%s)"' % "|".join(ACTIONS).encode())
"""In rows that may count; the others are not decoded."""


@dataclass(frozen=True)
class Told:
    """What a summary says: of the worklist `amassed`, `patients` (there, finished; by modality and class) and all that is `held`, of the
    log `figures`, and of the readings how they agree with what became final.
    """

    amassed: tuple[Amassed, ...] = ()
    patients: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)
    held: Holdings = Holdings()
    readings: Readings = Readings()


class Summary:
    """The summary of one project; it may be asked in any thread, one after the other."""

    def __init__(self, folder: ProjectFolder, worklist: Worklist) -> None:
        self._folder, self._root, self._worklist = folder, folder.root, worklist
        self._figures, self._read = Figures(), dict[Path, int]()
        self._one = threading.Lock()

    def look(self) -> Told:
        """Return how everything stands now, with some more readings compared than the last time; raises OSError."""
        with self._one:
            self._worklist.refresh()
            self._read_on()
            reading_table.compare_some(self._folder, self._worklist, _COMPARING)
            return Told(self._worklist.amassed(), self._worklist.patients(FINISHED), self._figures, self._worklist.held(),
                        reading_table.look(self._worklist, self._folder.project.reviewing.window))  # fmt: skip

    def _read_on(self) -> None:
        files = log.files(self._root)
        sizes = {path: path.stat().st_size for path in files}
        if any(sizes.get(path, -1) < start for path, start in self._read.items()):
            self._figures, self._read = Figures(), {}
        figures = self._figures
        for path in files:
            if sizes[path] > self._read.get(path, 0):
                self._read[path] = _count(figures, path, self._read.get(path, 0))


def _count(figures: Figures, path: Path, start: int) -> int:
    """Count the rows of a file from a place on; returns to where whole lines were read."""
    with path.open("rb") as stream:
        stream.seek(start)
        for line in stream:
            if not line.endswith(b"\n"):
                break
            start += len(line)
            if _SOUGHT.search(line):
                row = log.decode(line.rstrip(b"\n"))
                if row is not None:
                    figures.add(_event(row))
    return start


def _event(row: log.Row) -> Event:
    """What a row tells; a time that is none is left out."""
    before, after = row.facts.get("from", ""), row.facts.get("to state", "")
    case = sys.intern(row.case)
    try:
        moment = datetime.datetime.fromisoformat(row.time)
    except ValueError:
        return Event(row.action, case, row.person, row.role, before=before, after=after, reason=row.reason, facts=row.facts)
    day, seconds = moment.date().isoformat(), moment.timestamp()
    return Event(row.action, case, row.person, row.role, day, seconds, before, after, row.reason, row.facts)
