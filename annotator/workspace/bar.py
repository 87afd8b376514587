"""Let the bar act: measure finished cases against their agreed version, and send those below it back, or leave them, each by a step.

Nothing is sent back silently: either a manager says so of cases that were shown (`send_back`), or the project says that a case below the
bar is not accepted (`[review] below = "automatic"`, see `accepting`).  What was sent back can be taken back as long as nobody drew on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from annotator.domain import bar, course
from annotator.domain.bar import CATEGORY, EXTRA, FINISHED, MISSED, Against, Lost, Measured, facts_of, measured_of
from annotator.domain.course import LEAVE, MEASURE, MOVE, Standing, State, Step
from annotator.domain.image import ImageKey
from annotator.domain.patterns import matcher
from annotator.domain.person import Acting, known
from annotator.domain.project import Project
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, language, mark, message, say
from annotator.progress import Report
from annotator.workspace import agreeing, log, people, revisions, steps
from annotator.workspace.agreeing import Pictured
from annotator.workspace.patients import choices
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.revisions import Revision
from annotator.workspace.worklist import Worklist

_FIGURE = "figure"
"""What the step tells that sends a case back for the bar."""
Images = Mapping[str, Mapping[ImageKey, Pictured]]
_OF_IMAGES = ("iou", "dice")
"""Measures that are means over all images, also those on which nobody drew."""
_TOLD = 5
"""So many lesions stand in the reason; all are in the list of the bar."""
_LOST = {
    MISSED: mark("missed: {category} (image {image})"),
    EXTRA: mark("extra: {category} (image {image})"),
    CATEGORY: mark("{category} instead of {right} (image {image})"),
}


def images_of(folder: ProjectFolder) -> Images:
    """Return all images of the project's cases, where the bar's measure is one of images; else none.  Raises AnnotatorError."""
    return agreeing.images_of(folder) if folder.project.reviewing.measure in _OF_IMAGES else {}


def measure(folder: ProjectFolder, case: str, standing: Standing, images: Images) -> Measured | None:
    """Return the figures of who drew the last pass of a case against its newest version; None where no reading of theirs is there.

    Raises AnnotatorError where the case cannot be read.
    """
    person = standing.drew.get(State.SECOND_PASS) or standing.drew.get(State.FIRST_PASS, "")
    newest, own = _readings(folder.root, case, person)
    if newest is None or own is None:
        return None
    found = agreeing.compare(folder.root, folder.project, (person, own), ("", newest), images.get(case, {}).values())
    named = [(_called(folder.project, pictured, newest, own), str(pictured.key), image) for pictured, image in found.images]
    return bar.measured(case, person, named)


def stand(folder: ProjectFolder, only: str = "") -> tuple[Against, ...]:
    """Return how everybody stands against the bar, with those of their cases below it that may be sent back now; raises AnnotatorError.

    `only`: one person's figure alone, without how their cases stand now.
    """
    try:
        rows = log.read(folder.root, holding=b'"agreement"')
        found = [one for row in rows if (one := measured_of(row.case, row.time, row.facts)) is not None]
    except OSError as error:
        raise AnnotatorError(message("Reading the log of the project"), system_cause(error), message("See that the folder can be reached")
                             ) from error  # fmt: skip
    people_of = bar.against((one for one in found if only in ("", one.person)), folder.project.reviewing)
    return tuple(replace(one, below=()) if only else _as_it_is(folder.root, one) for one in people_of)


def unmeasured(folder: ProjectFolder) -> tuple[str, ...]:
    """Return the finished cases whose agreed version was not measured yet, as the log tells; raises OSError."""
    finished, states, seen = dict[str, int](), {state.value for state in FINISHED}, dict[str, int]()
    for row in log.read(folder.root, holding=b"agree"):
        step = int(row.facts.get("step", "0")) if row.facts.get("step", "0").isdecimal() else 0
        if row.action == MOVE and row.facts.get("to state") == State.AGREED.value:
            finished[row.case] = max(step, finished.get(row.case, 0))
        if measured_of(row.case, row.time, row.facts) is not None:
            seen[row.case] = max(step, seen.get(row.case, 0))
    open_now = [case for case, step in finished.items() if seen.get(case, 0) < step]
    return tuple(sorted(case for case in open_now if course.standing(steps.read(folder.root, case)[0]).state.value in states))


def measure_missing(folder: ProjectFolder, acting: Acting, time: str, report: Report) -> tuple[Message, ...]:
    """Measure the finished cases that were not; returns why some could not be.  Raises OSError, AnnotatorError and Cancelled."""
    cases, told = unmeasured(folder), list[Message]()
    images = images_of(folder) if cases else {}
    report.total = len(cases)
    for case in cases:
        try:
            standing = steps.standing(folder.root, case)
            found = measure(folder, case, standing, images)
            if found is not None:
                step = Step(case, 0, MEASURE, "", "", time, facts=facts_of(found))
                steps.take(folder.root, step, acting, (), expected=standing.state)
        except AnnotatorError as error:
            told.append(error.message)
        report.advance(subject=case)
    return tuple(told)


def send_back(folder: ProjectFolder, cases: Sequence[Measured], acting: Acting, time: str, report: Report
              ) -> tuple[tuple[str, ...], tuple[Message, ...]]:  # fmt: skip
    """Send finished cases back to who drew them; returns those that went, and why others did not.

    The worklist knows it afterwards.  Raises OSError, and Cancelled by `report` with what was sent until then sent.
    """
    there = {case.case: case for case in cases}
    return _each(folder, tuple(there), report, lambda case: _send(folder, there[case], acting, time))


def leave(folder: ProjectFolder, cases: Sequence[str], reason: str, acting: Acting, time: str, report: Report
          ) -> tuple[tuple[str, ...], tuple[Message, ...]]:  # fmt: skip
    """Leave cases as they are although they lie below the bar, with the reason; they are not proposed again.  As `send_back`."""

    def one(case: str) -> None:
        steps.take(folder.root, Step(case, 0, LEAVE, "", "", time, reason=reason), acting, ())

    return _each(folder, tuple(cases), report, one)


def take_back(folder: ProjectFolder, cases: Sequence[str], acting: Acting, time: str, report: Report
              ) -> tuple[tuple[str, ...], tuple[Message, ...]]:  # fmt: skip
    """Let cases that were sent back be again what they were, where nothing was saved of them since.  As `send_back`."""
    return _each(folder, tuple(cases), report, lambda case: _take_back(folder, case, acting, time))


def returning(folder: ProjectFolder, found: Measured, standing: Standing, time: str) -> Step:
    """Return the step that sends a finished case back to who drew it; raises AnnotatorError where its versions cannot be read."""
    to = State.SECOND_PASS if State.SECOND_PASS in standing.drew else State.FIRST_PASS
    there = known(people.read(folder.root), found.person) is not None
    figure = f"{found.measure(folder.project.reviewing.measure):.4f}"
    images = " ".join(dict.fromkeys(one.key for one in found.lost if one.key))
    facts = {"to": to.value, "person": found.person if there else "", "bar": f"{folder.project.reviewing.bar:g}", _FIGURE: figure,
             course.IMAGES: images}  # fmt: skip
    return Step(found.case, 0, MOVE, "", "", time, after=State.REWORK, reason=reason(found, folder.project), facts=facts,
                revision=_newest(folder.root, found.case))  # fmt: skip


def reason(found: Measured, project: Project) -> str:
    """Say in the language of the moment why a case goes back, with the lesions that cost it."""
    rules = project.reviewing
    told = [say(lost_words(one, project)) for one in found.lost[:_TOLD]]
    more = max(0, found.missed + found.extra + found.matched - found.right - len(told))
    told += [say(message("{count} more", count=more))] if told and more else []
    figure, least = f"{100 * found.measure(rules.measure):.0f}", f"{100 * rules.bar:g}"
    head = say(message("Below the bar: {figure} % of {bar} %", figure=figure, bar=least))
    return f"{head} – {'; '.join(told)}" if told else head


def lost_words(lost: Lost, project: Project) -> Message:
    """Say which lesion cost agreement, and how."""
    names = {c.key: (c.name_en if language() == "en" and c.name_en else c.name).replace("_", " ") for c in project.categories}
    category, right = names.get(lost.category, lost.category), names.get(lost.right, lost.right)
    return Message(_LOST[lost.how], (("category", category), ("right", right), ("image", lost.image)))


def _each(folder: ProjectFolder, cases: tuple[str, ...], report: Report, one: Callable[[str], None]
          ) -> tuple[tuple[str, ...], tuple[Message, ...]]:  # fmt: skip
    done, told = list[str](), dict[Message, None]()
    report.total = len(cases)
    try:
        for case in cases:
            try:
                one(case)
                done.append(case)
            except AnnotatorError as error:
                told[error.message] = None
            report.advance(subject=case)
    finally:
        Worklist(folder).refresh(only=done)
    return tuple(done), tuple(told)


def _send(folder: ProjectFolder, found: Measured, acting: Acting, time: str) -> None:
    standing = steps.standing(folder.root, found.case)
    steps.take(folder.root, returning(folder, found, standing, time), acting, (), expected=standing.state)


def _take_back(folder: ProjectFolder, case: str, acting: Acting, time: str) -> None:
    standing = steps.standing(folder.root, case)
    returned, doing = standing.returned, message("Taking the return of the case {case} back", case=case)
    if standing.state is not State.REWORK or returned is None or not returned.revision:
        raise AnnotatorError(doing, message("it was not sent back from the list of the bar"), message("Nothing was changed"))
    if _newest(folder.root, case) != returned.revision:
        raise AnnotatorError(doing, message("somebody has drawn on it since"), message("Let it go through the passes again"))
    step = Step(case, 0, MOVE, "", "", time, after=returned.before, revision=returned.revision)
    steps.take(folder.root, step, acting, (), expected=State.REWORK)


def left(taken: Sequence[Step]) -> bool:
    """Whether somebody said of a case that it is left as it is, since it moved last."""
    moves = [step.number for step in taken if step.kind == MOVE]
    return any(step.kind == LEAVE and step.number > max(moves, default=0) for step in taken)


def _as_it_is(root: Path, found: Against) -> Against:
    """Whoever's cases below the bar, as those cases stand now."""
    below, returned = list[Measured](), list[Measured]()
    for case in found.below:
        try:
            taken, _ = steps.read(root, case.case)
        except OSError:
            continue  # said where the case is opened
        standing = course.standing(taken)
        if standing.state in FINISHED and not left(taken) and not _moved_since(taken, case.step):
            below.append(case)
        if standing.state is State.REWORK and standing.returned is not None and _FIGURE in standing.returned.facts:
            returned.append(case)
    return replace(found, below=tuple(below), returned=tuple(returned))


def _moved_since(taken: Sequence[Step], number: int) -> bool:
    """Whether a case was drawn on anew since it was measured: it went through a pass or a review."""
    return any(s.kind == MOVE and s.number > number and s.after not in (*FINISHED, State.REWORK) for s in taken)


def _readings(root: Path, case: str, person: str) -> tuple[Revision | None, Revision | None]:
    """The newest version of a case, and the newest one that a person saved in it; readings beside the case do not count."""
    doing, newest = message("Comparing the versions of the case {case}", case=case), None
    try:
        for _, path in sorted(revisions.listed(root, case).items(), reverse=True):
            try:
                found = revisions.decode(path.read_bytes())
            except (record.Damaged, record.Newer):
                continue
            newest = newest or found
            if found.author == person:
                return newest, found
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("See that the folder can be reached")) from error
    return newest, None


def _newest(root: Path, case: str) -> str:
    newest, _ = _readings(root, case, "")
    return newest.digest if newest is not None else ""


def _called(project: Project, pictured: Pictured, *found: Revision) -> str:
    """How an image is called: by its number in the project, as its files have it, else by its UID."""
    if pictured.names is not None:
        return pictured.names.image
    pattern = matcher(project.patterns["json"], choices(project)) if "json" in project.patterns else None
    files = [path for one in found if pictured.key in one.images for path in sorted(one.images[pictured.key].files)]
    said = (match.groupdict() for path in files if pattern is not None and (match := pattern.fullmatch(path)))
    return next((groups["image"] for groups in said if groups.get("image")), str(pictured.key))
