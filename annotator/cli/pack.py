"""Make an exchange pack: cases for one person on a closed network, without the work of the other readers."""

from __future__ import annotations

import datetime
import getpass
import os
import sys
from pathlib import Path

from annotator.errors import AnnotatorError, told
from annotator.i18n import mark, say, translate
from annotator.present.arguments import PROGRAM, Arguments, Command, Option
from annotator.present.narrowing import NARROWING, narrowed

_SHOWN = 20


def _run(arguments: Arguments) -> int:
    try:
        return _pack(arguments)
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print(translate(mark("Stopped: no exchange pack was made")), file=sys.stderr)
    return 2


def _pack(arguments: Arguments) -> int:
    from annotator.present.progress import watching
    from annotator.progress import Report
    from annotator.workspace import people
    from annotator.workspace.packs.making import Ordered, make, role_of
    from annotator.workspace.projects import open_project
    from annotator.workspace.worklist import Worklist, find_cases

    folder = open_project(arguments.path("project") or Path())
    by = people.sign_in(folder.root, arguments.text("user") or getpass.getuser(), "manager", os.environ.get("ANNOTATOR_PIN", ""))
    name = arguments.text("for") or ""
    role = role_of(folder.root, name, arguments.text("role") or "")
    time = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    ordered = Ordered(arguments.path("out") or Path(), name, role, by, time)
    found = Worklist(folder)
    find_cases(folder, found)
    found.refresh()
    made = make(folder, found.entries(narrowed(arguments)), ordered, Report(watching(sys.stderr)))
    for one in made.absent[:_SHOWN]:
        print(f"{one.entry.patient or one.entry.case}  {one.entry.series}  {say(one.why)}")
    said = mark("Exchange pack for {name} in {folder}: {cases} cases, {files} files; {absent} cases are absent")
    print(translate(said, name=name, folder=ordered.out, cases=made.cases, files=made.files, absent=len(made.absent)))
    print(translate(mark("It is worked in with: annotator --project {folder}"), folder=ordered.out / "project"))
    return 1 if made.absent else 0


COMMAND = Command(
    name="pack",
    text=mark("Pack cases for one person on a closed network, blind to other readers. Exit code: 0 done, 1 some are absent, 2 could not."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("--out", "DIR", mark("folder that is made; it must not be there yet"), required=True),
        Option("--for", "NAME", mark("for whom: nobody else works in it"), required=True),
        Option("--role", "ROLE", mark("as what, where that person has several roles")),
        *NARROWING,
        Option("--user", "NAME", mark("who packs: a manager (PIN: ANNOTATOR_PIN)")),
    ),
    run=_run,
)
