"""Write the log of a project, with all corrections, as a table for Excel."""

from __future__ import annotations

import sys
from pathlib import Path

from annotator.errors import AnnotatorError, told
from annotator.i18n import mark, say, translate
from annotator.present.arguments import PROGRAM, Arguments, Command, Option


def _run(arguments: Arguments) -> int:
    from annotator.domain.finding import Severity
    from annotator.workspace import log
    from annotator.workspace.projects import open_project
    from annotator.workspace.reporting.log_files import write_log

    try:
        project, path = open_project(arguments.path("project") or Path()), arguments.path("export") or Path()
        rows, corrections = write_log(project.root, path)
        wrong = list(log.verify(project.root))
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
        return 2
    for finding in wrong:
        print(f"{finding.path}: {say(finding.message)}", file=sys.stderr)
    print(translate(mark("{rows} rows, {corrections} of them corrections: {path}"), rows=rows, corrections=corrections, path=path))
    return 1 if any(finding.severity is Severity.ERROR for finding in wrong) else 0


COMMAND = Command(
    name="log",
    text=mark("Write the log of a project and its corrections as a table (.xlsx or .csv). Exit code 1: the log was altered, 2: could not."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("--export", "FILE", mark("the table to write: .xlsx or .csv"), required=True),
    ),
    run=_run,
)
