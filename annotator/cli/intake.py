"""Take an export of images into a project: survey it, show the table, and when two people have confirmed it, de-identify and write."""

from __future__ import annotations

import datetime
import getpass
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import mark, message, say, translate
from annotator.present.arguments import SCHEDULER, Arguments, Command, Option

if TYPE_CHECKING:
    from annotator.workspace.intake.running import Course


_SHOWN = ("patient", "date", "modality", "description", "plane", "thickness", "images", "verdict", "rule")


def _run(arguments: Arguments) -> int:
    from annotator.present.progress import hearing_silence

    with hearing_silence(sys.stderr):
        return _intake(arguments)


def _intake(arguments: Arguments) -> int:
    from annotator.present.progress import watching
    from annotator.progress import Report
    from annotator.workspace.executor import asked
    from annotator.workspace.intake import running
    from annotator.workspace.projects import open_project

    project = open_project((arguments.path("project") or Path()).absolute())
    course = running.begin(project, (arguments.path("folder") or Path()).absolute(), arguments.path("mapping"), arguments.path("keep"),
                           arguments.path("clinical"))  # fmt: skip
    jobs = asked(arguments.text("jobs"), arguments.text("scheduler"))
    report = Report(watching(sys.stderr))
    running.gather(course, report, jobs)
    if not arguments.has("no-look"):
        running.look_at(course, report, jobs)
    sheet = arguments.path("table")
    if sheet is not None and sheet.exists():
        _take_edits(course, sheet)
        if not arguments.has("no-look"):
            running.look_at(course, report, jobs)
    elif sheet is not None:
        _write_table(course, sheet)
    _tell(course, as_json=arguments.has("json"))
    names = arguments.values.get("confirmed-by", ())
    if not names:
        if not arguments.has("json"):
            hint = mark("Nothing was written: look the table through; two people confirm it with --confirmed-by A --confirmed-by B")
            print(translate(hint))
        return 0
    _let_sign(project.root, running.require_confirmed(project, names))
    report = Report(watching(sys.stderr))
    told, page = running.carry_out(course, names, _now, report, jobs)
    if arguments.has("json"):
        from annotator.workspace.intake.proof import facts

        print(json.dumps(facts(told), ensure_ascii=False))
    else:
        done = mark("{written} files written, {there} were there already, {failed} could not be taken; report: {page}")
        print(translate(done, written=told.written, there=told.there, failed=len(told.failed), page=page))
        for whose, cause in told.failed[:20]:
            print(f"  {whose}: {say(cause)}")
    return 1 if told.failed or told.cancelled else 0


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def _let_sign(root: Path, names: tuple[str, ...]) -> None:
    """In a project with people each of the two gives the PIN: from ANNOTATOR_PIN and ANNOTATOR_SECOND_PIN, else typed."""
    from annotator.workspace import people

    there = {person.name: person for person in people.read(root)}
    for name, variable in zip(names, ("ANNOTATOR_PIN", "ANNOTATOR_SECOND_PIN"), strict=False):
        person = there.get(name)
        if person is not None:
            pin = (os.environ.get(variable) or _typed(name)) if person.pin else ""
            people.sign_in(root, name, sorted(role.value for role in person.roles)[0], pin)


def _typed(name: str) -> str:
    """The PIN that somebody types; raises AnnotatorError where nobody can."""
    if sys.stdin.isatty():
        with suppress(EOFError):
            return getpass.getpass(f"PIN {name}: ")
    doing, cause = message("Signing in as “{name}”", name=name), message("nobody is there to type the PIN")
    raise AnnotatorError(doing, cause, message("Give the PINs as ANNOTATOR_PIN and ANNOTATOR_SECOND_PIN"))


def _take_edits(course: Course, path: Path) -> None:
    from annotator.workspace.intake import running, table

    try:
        content = path.read_bytes()
    except OSError as error:
        doing = message("Reading the table {name}", name=path.name)
        raise AnnotatorError(doing, system_cause(error), message("Name the table again")) from error
    project = course.project.project
    rows, problems = table.edited(course.rows, content, path.name, (*project.classes, project.unclassified))
    running.change(course, rows)
    for problem in problems:
        print(say(message("{name}: {problem}", name=path.name, problem=problem)), file=sys.stderr)


def _write_table(course: Course, path: Path) -> None:
    from annotator.workspace import durable
    from annotator.workspace.intake import table

    try:
        durable.write(path, table.workbook(course.rows))
        os.chmod(path, 0o600)
    except OSError as error:
        remedy = message("Choose a folder that you may write to")
        raise AnnotatorError(message("Writing the table {name}", name=path.name), system_cause(error), remedy) from error


def _tell(course: Course, *, as_json: bool) -> None:
    from annotator.domain.intake_judging import RULES
    from annotator.workspace.intake import running, table

    counts = running.summary(course.rows)
    if as_json:
        rows = [{**table.cells(row), "taken": row.verdict.taken, "by rule": row.verdict.rule} for row in course.rows]
        whole: dict[str, object] = {"files": course.survey.files, "refused": len(course.survey.refused), "series": rows}
        if course.clinical is not None:
            fit = course.fitted
            whole |= {"clinical": {"joined": len(fit.rows), "missing": fit.missing, "problems": [say(problem) for problem in fit.problems]}}
        print(json.dumps(whole, ensure_ascii=False))
        return
    for row in course.rows:
        told = table.cells(row)
        print("  ".join(str(told[key]) for key in _SHOWN))
    counted = mark("{files} files, {series} series: {taken} are taken")
    print(translate(counted, files=course.survey.files, series=len(course.rows), taken=counts.get("", 0)))
    for rule, count in sorted(counts.items()):
        if rule:
            print(f"  {translate(RULES[rule])}: {count}")
    for problem in course.sheet.problems if course.sheet is not None else ():
        print(say(problem))
    if course.clinical is not None:
        joined = mark("Clinical sheet: {count} patients have a row, {missing} have none")
        print(translate(joined, count=len(course.fitted.rows), missing=len(course.fitted.missing)))
        for number, sentences in sorted(running.said_of(course).items()):
            print(f"  {number}: " + " · ".join(map(say, sentences)))
        for problem in course.fitted.problems:
            print(f"  {say(problem)}")


COMMAND = Command(
    name="intake",
    text=mark("Take an export of images into a project, without identity; it is shown first, and written when two people confirm it."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("folder", "FOLDER", mark("the export; it is only read")),
        Option("--mapping", "SHEET", mark("the team's own sheet of hospital numbers and new ids (.xlsx or .csv)")),
        Option("--clinical", "SHEET", mark("the team's clinical sheet: class, sex and age by the hospital's number or the new id")),
        Option("--table", "XLSX", mark("the table: written if it is not there, else read with what people changed in it")),
        Option("--confirmed-by", "NAME", mark("who confirms table and mapping; given twice, by two people, the intake is carried out")),
        Option("--keep", "DIR", mark("where the mapping is kept (default: this person's own folder, never the project)")),
        Option("--jobs", "N", mark("how many processes work (default: one for each core)"), number=True),
        SCHEDULER,
        Option("--no-look", "", mark("do not look for text in the pixels"), switch=True),
        Option("--json", "", mark("say everything as JSON"), switch=True),
    ),
    run=_run,
)
