"""Accept cases that the reviewers agree on: each acceptance is a step, taken by a manager."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.domain.course import MOVE, State, Step
from annotator.domain.person import Acting
from annotator.errors import AnnotatorError
from annotator.i18n import Message
from annotator.progress import Report
from annotator.workspace import steps
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.worklist import Worklist


def accept(folder: ProjectFolder, cases: Sequence[str], acting: Acting, time: str, report: Report) -> tuple[int, tuple[Message, ...]]:
    """Accept cases; returns how many were accepted, and why the others were not.

    The worklist knows it afterwards.  Raises OSError, and Cancelled by `report` with what was accepted until then accepted.
    """
    told, accepted = dict[Message, None](), list[str]()
    report.total = len(cases)
    try:
        for case in cases:
            try:
                steps.take(folder.root, Step(case, 0, MOVE, "", "", time, after=State.ACCEPTED), acting, (), expected=State.AGREED)
                accepted.append(case)
            except AnnotatorError as error:
                told[error.message] = None
            report.advance(subject=case)
    finally:
        Worklist(folder).refresh(only=accepted)
    return len(accepted), tuple(told)
