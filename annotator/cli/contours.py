"""Write contour pictures for a review outside the program, or read the filled review sheet back."""

from __future__ import annotations

import datetime
import getpass
import os
import sys
from pathlib import Path

from annotator.errors import AnnotatorError, told
from annotator.i18n import mark, message, say, translate
from annotator.present.arguments import PROGRAM, SCHEDULER, Arguments, Command, Option

_PIN = "ANNOTATOR_PIN"


def _run(arguments: Arguments) -> int:
    try:
        if arguments.has("import") == arguments.has("out"):
            cause = message("one of --out and --import is needed, and not both")
            raise AnnotatorError(message("Reading the command line"), cause, message("See: annotator contours --help"))
        return _read_back(arguments) if arguments.has("import") else _write(arguments)
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print(translate(mark("Stopped. The same command begins again")), file=sys.stderr)
    return 2


def _write(arguments: Arguments) -> int:
    from annotator.present.progress import watching
    from annotator.progress import Report
    from annotator.workspace.executor import asked
    from annotator.workspace.projects import open_project
    from annotator.workspace.reporting.contour_files import SHEET, write_contours

    project, out = open_project(arguments.path("project") or Path()), arguments.path("out") or Path()
    written = write_contours(project, out, Report(watching(sys.stderr)), asked(arguments.text("jobs"), arguments.text("scheduler")))
    for left in written.left:
        print(say(left), file=sys.stderr)
    text = mark("{pictures} pictures on {pages} pages: {page}; to be filled in: {sheet}")
    print(translate(text, pictures=written.pictures, pages=written.pages, page=out / "index.html", sheet=out / SHEET))
    return 1 if written.left else 0


def _read_back(arguments: Arguments) -> int:
    from annotator.workspace import people
    from annotator.workspace.projects import open_project
    from annotator.workspace.reporting.contour_import import read_sheet, send_back

    project = open_project(arguments.path("project") or Path())
    user = arguments.text("user") or getpass.getuser()
    acting = people.sign_in(project.root, user, arguments.text("role") or "", os.environ.get(_PIN, ""))
    marked = read_sheet(project, arguments.path("import") or Path())
    time = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    returned = send_back(project, marked, acting, time)
    for one in marked:
        if one.case in returned.cases:
            print(translate(mark("{case} is to be done again: {reason}"), case=one.case, reason=one.reason))
    for refused in returned.refused:
        print(say(refused), file=sys.stderr)
    print(translate(mark("{count} of {total} marked cases are to be done again"), count=len(returned.cases), total=len(marked)))
    return 1 if returned.refused else 0


COMMAND = Command(
    name="contours",
    text=mark("Write pictures with contours and a review sheet, or read the filled sheet back: marked cases are to be done again."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("--out", "DIR", mark("folder that pictures, pages and sheet are written to")),
        Option("--jobs", "N", mark("how many processes work (default: one for each core)"), number=True),
        SCHEDULER,
        Option("--import", "SHEET", mark("the filled sheet (review.xlsx)")),
        Option("--user", "NAME", mark("who does it (default: the system's user)")),
        Option("--role", "ROLE", mark("in which role, for a person with several; a PIN stands in ANNOTATOR_PIN")),
    ),
    run=_run,
)
