"""Give cases to people once more, and collect what came of it; the results stand in the project's log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from annotator.domain import rereading
from annotator.domain.course import READ_AGAIN
from annotator.domain.person import Acting, Role, known
from annotator.domain.rereading import Result
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.workspace import log, people, revisions, steps
from annotator.workspace.projects import ProjectFolder


def results(root: Path) -> tuple[Result, ...]:
    """Return all results of a project in order of time; raises AnnotatorError."""
    try:
        rows = [row for row in log.read(root, holding=READ_AGAIN.encode()) if row.action == READ_AGAIN]
    except OSError as error:
        raise AnnotatorError(message("Reading the log of the project"), system_cause(error), message("See that the folder can be reached")
                             ) from error  # fmt: skip
    found = (rereading.result_of(row.person, row.role, row.case, row.time, row.facts) for row in rows)
    return tuple(sorted((result for result in found if result is not None), key=lambda result: result.time))


def may_begin(project: ProjectFolder, name: str, role: Role | None) -> bool:
    """Return whether somebody may be given real cases in a role: the project's practice is passed, if it asks for any.  Raises
    AnnotatorError."""
    rule = project.project.practice
    if role not in rereading.DRAW or role is None or rule.cases == 0:
        return True
    return rereading.practised(results(project.root), name, role.value, rule).passed


def give(project: ProjectFolder, cases: Sequence[str], to: str, mode: str, acting: Acting, time: str, role: Role | None = None
         ) -> tuple[tuple[str, ...], tuple[Message, ...]]:  # fmt: skip
    """Give cases to somebody once more; returns those that were given, and why others were not.

    `role`: as what the person draws them, needed of somebody who may be both.  Raises AnnotatorError where the person cannot be given any.
    """
    doing = message("Giving cases to “{name}” once more", name=to)
    person = known(people.read(project.root), to)
    roles = [r for r in rereading.DRAW if person is not None and r in person.roles and role in (None, r)]
    if person is None or not roles:
        raise AnnotatorError(doing, message("the project has nobody of this name who draws"), message("Choose a name of the list"))
    if len(roles) > 1:
        raise AnnotatorError(doing, message("this person has several roles"), message("Say as what: specialist or annotator"))
    given, told = list[str](), list[Message]()
    for case in cases:
        try:
            _give(project, case, to, mode, acting, time, roles[0])
            given.append(case)
        except AnnotatorError as error:
            told.append(error.message)
    return tuple(given), tuple(told)


def drawn_cases(root: Path, name: str = "") -> tuple[str, ...]:
    """Return the cases that have a version by somebody (empty: by anybody); raises OSError."""
    folder = root / ".annotator" / "cases"
    cases = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    return tuple(case for case in cases if _is_drawn_by(root, case, name))


def _give(project: ProjectFolder, case: str, to: str, mode: str, acting: Acting, time: str, role: Role) -> None:
    doing = message("Giving the case {case} once more", case=case)
    try:
        heads, _ = revisions.heads(project.root, case, keep=True)
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("See that the folder can be reached")) from error
    if not heads:
        raise AnnotatorError(doing, message("nothing is saved of it"), message("Give a case that was drawn"))
    standing = steps.standing(project.root, case)
    if rereading.again_for(standing, Acting(to, role)) is not None:
        raise AnnotatorError(doing, message("{name} has it already", name=to), message("Nothing was changed"))
    given = rereading.given(case, to, role, mode, heads[0].digest, time)
    steps.take(project.root, given, acting, ())


def _is_drawn_by(root: Path, case: str, name: str) -> bool:
    heads, _ = revisions.heads(root, case, keep=True)
    if not heads or not name:
        return bool(heads)
    for _, path in sorted(revisions.listed(root, case).items(), reverse=True):
        try:
            if revisions.decode(path.read_bytes()).author == name:
                return True
        except (record.Damaged, record.Newer):
            continue
    return False


def named(results_of: Iterable[Result]) -> dict[tuple[str, str, str], tuple[Result, ...]]:
    """Return results by person, role and mode."""
    found: dict[tuple[str, str, str], tuple[Result, ...]] = {}
    for result in results_of:
        key = result.person, result.role, result.mode
        found[key] = (*found.get(key, ()), result)
    return found
