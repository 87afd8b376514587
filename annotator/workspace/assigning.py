"""Give cases out: by hand, by share, at random; each assignment is a step of its case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotator.domain.course import ASSIGN, Step
from annotator.domain.person import NAMES, Acting, known
from annotator.domain.queue import Wanted
from annotator.domain.rereading import DRAW
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.progress import Report
from annotator.workspace import again, people, steps
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.worklist import Worklist


def assign(folder: ProjectFolder, wanted: Mapping[str, str], acting: Acting, time: str, report: Report) -> tuple[int, tuple[Message, ...]]:
    """Give each case to who is named (empty: to nobody); returns how many were given, and why the others were not.

    The worklist knows it afterwards.  Raises OSError, and Cancelled by `report` with what was given until then given.
    """
    told, given = dict[Message, None](), list[str]()
    report.total = len(wanted)
    unpractised = _unpractised(folder, set(wanted.values()) - {""})
    roles = {entry.case: entry.role for entry in Worklist(folder).entries(Wanted(cases=tuple(wanted)))} if unpractised else {}
    try:
        for case, name in wanted.items():
            try:
                refused = unpractised.get((name, roles.get(case, "")))
                if refused is not None:
                    raise refused
                steps.take(folder.root, Step(case, 0, ASSIGN, "", "", time, facts={"to": name}), acting, ())
                given.append(case)
            except AnnotatorError as error:
                told[error.message] = None
            report.advance(subject=case)
    finally:
        Worklist(folder).refresh(only=given)
    return len(given), tuple(told)


def _unpractised(folder: ProjectFolder, names: Iterable[str]) -> dict[tuple[str, str], AnnotatorError]:
    """Return who has not passed the practice of which role yet, with the sentence that says so."""
    found = dict[tuple[str, str], AnnotatorError]()
    there = people.read(folder.root) if folder.project.practice.cases else ()
    for name in names:
        person = known(there, name)
        for role in DRAW:
            if person is not None and role in person.roles and not again.may_begin(folder, name, role):
                found[name, role.value] = AnnotatorError(
                    message("Giving cases to “{name}”", name=name),
                    message("the practice as {role} is not passed yet", role=Message(NAMES[role])),
                    message("Give practice cases first"),
                )
    return found


def to_one(cases: Iterable[str], name: str) -> dict[str, str]:
    """Return the assignment of cases to one person; an empty name: to nobody."""
    return dict.fromkeys(cases, name)
