"""Verify what a project keeps, repair what can be repaired, and say both."""

from __future__ import annotations

import datetime
import getpass
import json
import sys
from collections import Counter
from pathlib import Path

from annotator.i18n import mark, say, translate
from annotator.present.arguments import Arguments, Command, Option


def _run(arguments: Arguments) -> int:
    from annotator.domain.finding import Severity
    from annotator.progress import Report
    from annotator.workspace.projects import open_project
    from annotator.workspace.verifying import REPAIRED, verify

    folder = open_project(arguments.path("project") or Path())
    plain, report, found = arguments.has("json"), Report(), Counter[str]()
    time = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    for finding in verify(folder, report, by=getpass.getuser(), time=time, repair=not arguments.has("look")):
        kind = REPAIRED if finding.check == REPAIRED else finding.severity.value
        found[kind] += 1
        if plain:
            row = {"kind": kind, "check": finding.check, "path": finding.path, "message": say(finding.message)}
            print(json.dumps(row, ensure_ascii=False))
        else:
            names = {REPAIRED: mark("repaired"), Severity.ERROR.value: mark("error"), Severity.REMARK.value: mark("remark")}
            print(f"{translate(names[kind])}  {finding.check}  {finding.path}: {say(finding.message)}")
    counted = mark("{cases} cases verified: {errors} errors, {remarks} remarks, {repaired} repairs")
    told = translate(counted, cases=report.done, errors=found["error"], remarks=found["remark"], repaired=found[REPAIRED])
    print(told, file=sys.stderr if plain else sys.stdout)
    return 1 if found["error"] else 0


COMMAND = Command(
    name="verify",
    text=mark("Verify what a project keeps (log, revisions, steps, delivered files) and repair what can be repaired; exit code 1: errors."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("--look", "", mark("only look, repair nothing"), switch=True),
        Option("--json", "", mark("print a row of JSON for each finding"), switch=True),
    ),
    run=_run,
)
