"""Check everything that was saved in a project, and say what is wrong with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.errors import AnnotatorError, told
from annotator.i18n import mark, say, translate
from annotator.present.arguments import PROGRAM, SCHEDULER, Arguments, Command, Option

if TYPE_CHECKING:
    from annotator.workspace.checking.running import Checked


def _run(arguments: Arguments) -> int:
    from annotator.present.progress import hearing_silence

    try:
        with hearing_silence(sys.stderr):
            return _check(arguments)
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print(translate(mark("Stopped. With --resume the next run goes on from here")), file=sys.stderr)
    return 2


def _check(arguments: Arguments) -> int:
    from annotator.present.progress import watching
    from annotator.progress import Report
    from annotator.workspace.checking.findings_files import write_findings
    from annotator.workspace.checking.running import checked
    from annotator.workspace.executor import asked
    from annotator.workspace.projects import open_project

    project = open_project((arguments.path("project") or Path()).absolute())
    jobs = asked(arguments.text("jobs"), arguments.text("scheduler"))
    with checked(project, Report(watching(sys.stderr)), jobs=jobs, resume=arguments.has("resume")) as found:
        _tell(found, json_wanted=arguments.has("json"))
        folder = arguments.path("report")
        if folder is not None:
            for path in write_findings(folder, found, project.project.name):
                print(translate(mark("Written: {path}"), path=path), file=sys.stderr)
        return 1 if found.tally.errors else 0


def _tell(found: Checked, *, json_wanted: bool) -> None:
    from annotator.workspace.checking.findings_files import as_values, severity_name, summary_of

    if json_wanted:
        tally = found.tally
        head = {"images": tally.images, "errors": tally.errors, "remarks": tally.remarks}
        print(json.dumps(head)[:-1] + ', "findings": [')
        before = ""
        for finding in found.findings():
            print(before + json.dumps(as_values(finding), ensure_ascii=False), end="")
            before = ",\n"
        print("]}")
        return
    for finding in found.findings():
        print(f"{severity_name(finding.severity)}  {finding.check}  {finding.path}: {say(finding.message)}")
    print(summary_of(found))


COMMAND = Command(
    name="check",
    text=mark("Check all that was saved in a project. Exit code: 0 clean (remarks do not count), 1 at least one error, 2 could not."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("--report", "DIR", mark("write the findings as table, JSON and page into a folder")),
        Option("--jobs", "N", mark("processes that share the work (default: one for each processor)"), number=True),
        SCHEDULER,
        Option("--resume", "", mark("go on with a run that was stopped; what is as it was is not looked at again"), switch=True),
        Option("--json", "", mark("print the findings as JSON"), switch=True),
    ),
    run=_run,
)
