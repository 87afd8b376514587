"""Check everything that was saved in a project, and say what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from annotator.i18n import mark, say, translate
from annotator.present.arguments import Arguments, Command, Option


def _run(arguments: Arguments) -> int:
    from annotator.domain.finding import Severity
    from annotator.progress import Report
    from annotator.workspace.batch import check_project
    from annotator.workspace.projects import open_project

    report, errors, remarks = Report(), 0, 0
    for finding in check_project(open_project(arguments.path("project") or Path()), report):
        bad = finding.severity is Severity.ERROR
        errors, remarks = errors + bad, remarks + (not bad)
        kind = translate(mark("error")) if bad else translate(mark("remark"))
        print(f"{kind}  {finding.check}  {finding.path}: {say(finding.message)}")
    counts = translate(
        mark("{images} images checked, {errors} errors, {remarks} remarks"), images=report.done, errors=errors, remarks=remarks
    )
    print(counts)
    return 1 if errors else 0


COMMAND = Command(
    name="check",
    text=mark("Check everything that was saved in a project; the exit code is 1 where there is at least one error."),
    options=(Option("project", "PROJECT", mark("folder of the project")),),
    run=_run,
)
