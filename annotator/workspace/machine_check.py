"""Let the machine look at a case that leaves its last pass: without an error it goes to review, with one back to who drew it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from annotator.domain.course import MOVE, State, Step
from annotator.domain.finding import Finding, Severity
from annotator.domain.image import Image
from annotator.domain.person import Acting
from annotator.i18n import say
from annotator.paths import safe_name
from annotator.workspace import steps
from annotator.workspace.checking.looking import look
from annotator.workspace.checking.lots import Kind, Lot, by_patient, shared_folders
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register

_TOLD = 5
"""So many errors stand in the reason; all are in the check of the project."""


def errors_of(folder: ProjectFolder, case: str, image: Image) -> tuple[Finding, ...]:
    """Return the errors that the checks find on a case, `image` being one of its images; raises OSError and AnnotatorError."""
    return tuple(f for lot in _lots(folder, case, image) for f in look(folder, lot).findings if f.severity is Severity.ERROR)


def go_on(folder: ProjectFolder, case: str, found: Sequence[Finding], acting: Acting, time: str) -> State:
    """Let a case that waits for the machine's check go to review, or back to whoever acts; returns where it went.  Raises AnnotatorError.

    The reason of a return is in the language of whoever acts.
    """
    if not found:
        step = Step(case, 0, MOVE, "", "", time, after=State.REVIEW)
    else:
        told = [f"{finding.path.rsplit('/', 1)[-1]}: {say(finding.message)}" for finding in found[:_TOLD]]
        before = steps.standing(folder.root, case)
        to = State.SECOND_PASS if State.SECOND_PASS in before.drew else State.FIRST_PASS
        facts = {"to": to.value, "person": acting.name, "errors": str(len(found))}
        step = Step(case, 0, MOVE, "", "", time, after=State.REWORK, reason="; ".join(told), facts=facts)
    return steps.take(folder.root, step, acting, (), expected=State.MACHINE_CHECK).state


def _lots(folder: ProjectFolder, case: str, image: Image) -> list[Lot]:
    """The pieces of the project in which a case lies: its past, and its images and files."""
    found, project = [Lot(Kind.CASE, safe_name(case))], folder.project
    register = Register(folder)
    names = register.known(image)
    if register.in_tree(image) is not None:
        parts = os.path.relpath(image.path, folder.root).replace(os.sep, "/").split("/")
        depth = max(len(shared_folders(project)), 1)
        if any("{patient}" in part for part in shared_folders(project)):
            found.append(Lot(Kind.FOLDER, "/".join(parts[:depth])))
    elif names is not None:
        found.append(Lot(Kind.PLACED, names.patient if by_patient(project) else f"{names.patient}/{names.series}"))
    return found
