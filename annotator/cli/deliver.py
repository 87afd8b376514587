"""Make a delivery of the accepted cases, with all that inspectors ask for."""

from __future__ import annotations

import datetime
import getpass
import os
import sys
from dataclasses import replace
from pathlib import Path

from annotator.errors import AnnotatorError, told
from annotator.i18n import mark, message, say, translate
from annotator.present.arguments import PROGRAM, SCHEDULER, Arguments, Command, Option

_SHOWN = 20


def _run(arguments: Arguments) -> int:
    from annotator.present.progress import hearing_silence

    try:
        with hearing_silence(sys.stderr):
            return _deliver(arguments)
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print(translate(mark("Stopped. The same command goes on from here")), file=sys.stderr)
    return 2


def _deliver(arguments: Arguments) -> int:
    from annotator.domain.person import Role
    from annotator.present.case_names import by_patient
    from annotator.present.progress import watching
    from annotator.progress import Report
    from annotator.workspace import people
    from annotator.workspace.checking.running import checked
    from annotator.workspace.executor import asked
    from annotator.workspace.handover.carrying import Ordered, deliver
    from annotator.workspace.projects import open_project
    from annotator.workspace.reporting.all_papers import write_all
    from annotator.workspace.reporting.papers import Said
    from annotator.workspace.worklist import Worklist, find_cases

    folder = open_project((arguments.path("project") or Path()).absolute())
    acting = people.sign_in(folder.root, arguments.text("user") or getpass.getuser(), arguments.text("role") or "",
                            os.environ.get("ANNOTATOR_PIN", ""))  # fmt: skip
    if not acting.may(Role.MANAGER):
        raise AnnotatorError(message("Delivering to {folder}", folder=arguments.path("out") or ""),
                             message("only a manager delivers"), message("Sign in as a manager"))  # fmt: skip
    jobs = asked(arguments.text("jobs"), arguments.text("scheduler"))
    found, time = Worklist(folder), datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    find_cases(folder, found)
    found.refresh()
    out = (arguments.path("out") or Path()).absolute()
    ordered = Ordered(arguments.text("version") or "", out / safe_version(arguments.text("version") or ""), acting.name,
                      acting.role.value if acting.role else "", time, arguments.path("form"), jobs=jobs)  # fmt: skip
    with checked(folder, Report(watching(sys.stderr)), jobs=jobs, resume=True) as seen:
        ordered = replace(ordered, papers=lambda place: write_all(place, folder, seen, Said(day=time[:10]), time[:19]))
        done = deliver(folder, found, ordered, tuple(seen.findings()), Report(watching(sys.stderr)))
    names = {entry.case: f"{entry.patient} {entry.series}".strip() for entry in found.entries()} if done.problems else {}
    for problem in done.problems[:_SHOWN]:
        print(f"{translate(mark('error'))}  {say(by_patient(problem, names))}")
    if done.problems:
        print(translate(mark("Nothing was delivered: {count} errors on accepted cases"), count=len(done.problems)))
        return 1
    for name in done.unknown:
        print(translate(mark("The form asks for “{name}”, which nothing is known for"), name=name))
    for one in done.absent[:_SHOWN]:
        print(f"{one.entry.patient or one.entry.case}  {one.entry.series}  {say(one.why)}")
    said = mark("Delivered to {folder}: {cases} cases, {images} images, {files} files; {absent} cases are absent")
    print(translate(said, folder=ordered.out, cases=done.cases, images=done.images, files=done.files, absent=len(done.absent)))
    if done.changed:
        changed = mark("Since the last delivery: {added} files added, {changed} changed, {removed} removed")
        print(translate(changed, **{kind: done.changed.get(kind, 0) for kind in ("added", "changed", "removed")}))
    return 0


def safe_version(version: str) -> str:
    """Return the folder name of a version; raises AnnotatorError for an empty one."""
    from annotator.paths import safe_name

    if not version.strip():
        raise AnnotatorError(message("Reading the command line"), message("{name} is missing", name="--version"),
                             message("Name the version, as 1.0"))  # fmt: skip
    return safe_name(version.strip())


COMMAND = Command(
    name="deliver",
    text=mark("Deliver the accepted cases: a frozen copy with manifest and papers. Exit code: 0 done, 1 errors on cases, 2 could not."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("--out", "DIR", mark("folder in which the delivery's folder is made"), required=True),
        Option("--version", "V", mark("version of the delivery, which is the name of its folder"), required=True),
        Option("--form", "FILE", mark("Excel form of an agency whose named cells are filled")),
        Option("--jobs", "N", mark("processes that share the work"), number=True),
        SCHEDULER,
        Option("--user", "NAME", mark("who delivers: a manager (PIN: ANNOTATOR_PIN)")),
        Option("--role", "ROLE", mark("as what, where that person has several roles")),
    ),
    run=_run,
)
