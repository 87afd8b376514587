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
    from annotator.paths import local_folder
    from annotator.present.kept_aside import sums
    from annotator.progress import Report
    from annotator.workspace.handover import manifest
    from annotator.workspace.kept_aside import kept
    from annotator.workspace.projects import open_project
    from annotator.workspace.verifying import REPAIRED, verify

    place = arguments.path("project") or Path()
    if manifest.is_delivery(place):
        return _verify_delivery(place, plain=arguments.has("json"))
    folder = open_project(place)
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
    out = sys.stderr if plain else sys.stdout
    for which, line in sums(kept(folder.root, local_folder())):
        print(f"{translate(mark('kept aside'))}  {which.value}  {line}", file=out)
    print(told, file=out)
    return 1 if found["error"] else 0


def _verify_delivery(place: Path, *, plain: bool) -> int:
    """Verify a delivery, or a copy of one, from its manifest."""
    from annotator.progress import Report
    from annotator.workspace.handover import manifest

    report, errors = Report(), 0
    for finding in manifest.verify(place, report):
        errors += 1
        if plain:
            print(json.dumps({"kind": "error", "path": finding.path, "message": say(finding.message)}, ensure_ascii=False))
        else:
            print(f"{translate(mark('error'))}  {finding.path}: {say(finding.message)}")
    told = translate(mark("{files} files of the delivery verified: {errors} errors"), files=report.done, errors=errors)
    print(told, file=sys.stderr if plain else sys.stdout)
    return 1 if errors else 0


COMMAND = Command(
    name="verify",
    text=mark("Verify a project (log, revisions, steps, files), repairing what can be, or a delivery; exit code 1: errors."),
    options=(
        Option("project", "FOLDER", mark("folder of a project, or of a delivery")),
        Option("--look", "", mark("only look, repair nothing"), switch=True),
        Option("--json", "", mark("print a row of JSON for each finding"), switch=True),
    ),
    run=_run,
)
