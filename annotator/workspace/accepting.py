"""Accept cases that the reviewers agree on: each acceptance is a manager's step, and tells how far the annotator's reading agrees.

Where the project says so (`[review] below = "automatic"`), a case whose reading lies below the bar goes back instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from annotator.domain.bar import Measured, facts_of
from annotator.domain.course import MOVE, Standing, State, Step
from annotator.domain.person import Acting
from annotator.domain.reviewing import AUTOMATIC
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace import steps
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.worklist import Worklist

if TYPE_CHECKING:
    from annotator.workspace.bar import Images


def accept(folder: ProjectFolder, cases: Sequence[str], acting: Acting, time: str, report: Report) -> tuple[int, tuple[Message, ...]]:
    """Accept cases; returns how many were accepted, and why the others were not, or were and could not be measured.

    The worklist knows it afterwards.  Raises OSError, AnnotatorError, and Cancelled by `report` with what was accepted until then accepted.
    """
    from annotator.workspace import bar  # loads what compares readings: only now is it needed

    told, accepted, below, changed = dict[Message, None](), 0, 0, list[str]()
    report.total = len(cases)
    images = bar.images_of(folder) if cases else {}
    try:
        for case in cases:
            try:
                standing = steps.standing(folder.root, case)
                found = _measured(folder, case, standing, images, told)
                step = _step(folder, case, found, standing, time)
                steps.take(folder.root, step, acting, (), expected=State.AGREED)
                changed.append(case)
                if step.after is State.ACCEPTED:
                    accepted += 1
                    below += found is not None and _is_below(folder, found) and not bar.left(steps.read(folder.root, case)[0][:-1])
                elif found is not None:
                    told[message("The case {case} lies below the bar and goes back to {name}", case=case, name=found.person)] = None
            except AnnotatorError as error:
                told[error.message] = None
            report.advance(subject=case)
    finally:
        Worklist(folder).refresh(only=changed)
    if below:
        told[message("{count} accepted cases lie below the bar; “Agreement bar” sends them back", count=below)] = None
    return accepted, tuple(told)


def _measured(folder: ProjectFolder, case: str, standing: Standing, images: Images, told: dict[Message, None]) -> Measured | None:
    from annotator.workspace import bar

    try:
        return bar.measure(folder, case, standing, images)
    except AnnotatorError as error:
        told[error.message] = None
        return None


def _is_below(folder: ProjectFolder, found: Measured) -> bool:
    return found.measure(folder.project.reviewing.measure) < folder.project.reviewing.bar


def _step(folder: ProjectFolder, case: str, found: Measured | None, standing: Standing, time: str) -> Step:
    """The step that accepts a case, with its figures, or sends it back."""
    from annotator.workspace import bar

    facts = facts_of(found) if found is not None else {}
    automatic = folder.project.reviewing.below == AUTOMATIC
    if found is not None and automatic and _is_below(folder, found) and not bar.left(steps.read(folder.root, case)[0]):
        step = bar.returning(folder, found, standing, time)
        return replace(step, facts={**step.facts, **facts})
    return Step(case, 0, MOVE, "", "", time, after=State.ACCEPTED, facts=facts)
