"""Bring an exchange pack back into its project."""

from __future__ import annotations

import datetime
import getpass
import os
import sys
from pathlib import Path

from annotator.errors import AnnotatorError, told
from annotator.i18n import mark, say, translate
from annotator.present.arguments import PROGRAM, Arguments, Command, Option


def _run(arguments: Arguments) -> int:
    try:
        return _merge(arguments)
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print(translate(mark("Stopped. The same command goes on from here")), file=sys.stderr)
    return 2


def _merge(arguments: Arguments) -> int:
    from annotator.present.progress import watching
    from annotator.progress import Report
    from annotator.workspace import people
    from annotator.workspace.packs.merging import merge
    from annotator.workspace.projects import open_project

    folder = open_project(arguments.path("project") or Path())
    by = people.sign_in(folder.root, arguments.text("user") or getpass.getuser(), "manager", os.environ.get("ANNOTATOR_PIN", ""))
    time = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    done = merge(folder, arguments.path("pack") or Path(), by, time, Report(watching(sys.stderr)))
    for sentence in done.conflicts:
        print(f"{translate(mark('conflict'))}  {say(sentence)}")
    for sentence in done.refused:
        print(f"{translate(mark('not taken'))}  {say(sentence)}")
    counted = mark("{cases} cases changed: {revisions} revisions, {readings} revisions of readings, {steps} steps, "
                   "{findings} findings of studies; {agreed} cases agreed")  # fmt: skip
    print(translate(counted, cases=done.cases, revisions=done.revisions, readings=done.readings, steps=done.steps,
                    findings=done.findings, agreed=done.agreed))  # fmt: skip
    return 1 if done.conflicts or done.refused else 0


COMMAND = Command(
    name="merge",
    text=mark("Bring an exchange pack back into its project. Exit code: 0 done, 1 conflicts or something was not taken, 2 could not."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("pack", "DIR", mark("folder of the exchange pack")),
        Option("--user", "NAME", mark("who merges: a manager (PIN: ANNOTATOR_PIN)")),
    ),
    run=_run,
)
