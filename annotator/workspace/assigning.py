"""Give cases out: by hand, by share, at random; each assignment is a step of its case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotator.domain.course import ASSIGN, Step
from annotator.domain.person import Acting
from annotator.errors import AnnotatorError
from annotator.i18n import Message
from annotator.progress import Report
from annotator.workspace import steps
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.worklist import Worklist


def assign(folder: ProjectFolder, wanted: Mapping[str, str], acting: Acting, time: str, report: Report) -> tuple[int, tuple[Message, ...]]:
    """Give each case to who is named (empty: to nobody); returns how many were given, and why the others were not.

    The worklist knows it afterwards.  Raises OSError, and Cancelled by `report` with what was given until then given.
    """
    told, given = dict[Message, None](), list[str]()
    report.total = len(wanted)
    try:
        for case, name in wanted.items():
            try:
                steps.take(folder.root, Step(case, 0, ASSIGN, "", "", time, facts={"to": name}), acting, ())
                given.append(case)
            except AnnotatorError as error:
                told[error.message] = None
            report.advance(subject=case)
    finally:
        Worklist(folder).refresh(only=given)
    return len(given), tuple(told)


def to_one(cases: Iterable[str], name: str) -> dict[str, str]:
    """Return the assignment of cases to one person; an empty name: to nobody."""
    return dict.fromkeys(cases, name)
