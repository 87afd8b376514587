"""Show what was moved aside and is kept, and remove of it what a person names, after asking."""

from __future__ import annotations

import datetime
import getpass
import json
import os
import sys
import time
from pathlib import Path

from annotator.errors import AnnotatorError, told
from annotator.i18n import mark, translate
from annotator.present.arguments import PROGRAM, Arguments, Command, Option

_OF_PROJECT = ("draft", "edits", "damaged", "replaced")
_KINDS = (*_OF_PROJECT, "journal", "history")
"""The last two may be of several projects: they go only where they are named."""
_DAY = 86_400


def _run(arguments: Arguments) -> int:
    try:
        return _aside(arguments)
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
        return 2


def _aside(arguments: Arguments) -> int:
    from annotator.paths import local_folder
    from annotator.present.kept_aside import size_text, sums
    from annotator.workspace import kept_aside, people
    from annotator.workspace.projects import open_project

    root = open_project(arguments.path("project") or Path()).root
    usual = _OF_PROJECT if arguments.has("remove") else _KINDS
    kinds, days = arguments.values.get("kind", usual), int(arguments.text("older") or 0)
    found = [one for one in kept_aside.kept(root, local_folder()) if one.kind.value in kinds and time.time() - one.written >= days * _DAY]
    if arguments.has("json"):
        for one in found:
            written = datetime.datetime.fromtimestamp(one.written).astimezone().isoformat(timespec="seconds")
            print(json.dumps({"kind": one.kind.value, "path": str(one.path), "bytes": one.size, "written": written}, ensure_ascii=False))
    else:
        for kind, line in sums(found):
            print(f"{kind.value}  {line}")
        print(translate(mark("Kept aside: {count} files, {size}"), count=len(found), size=size_text(sum(one.size for one in found))))
    if not arguments.has("remove") or not found:
        return 0
    acting = people.sign_in(root, arguments.text("user") or getpass.getuser(), arguments.text("role") or "",
                            os.environ.get("ANNOTATOR_PIN", ""))  # fmt: skip
    if not arguments.has("yes") and not _agreed(len(found)):
        print(translate(mark("Nothing was removed")), file=sys.stderr)
        return 1
    now = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    count = kept_aside.remove(root, found, acting, now)
    print(translate(mark("{count} files were removed; the log names them"), count=count), file=sys.stderr)
    return 0


def _agreed(count: int) -> bool:
    """Ask whoever sits there; where nobody does, the answer is no."""
    print(translate(mark("Remove these {count} files for good? Type yes: "), count=count), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("yes", translate(mark("yes")).casefold())


COMMAND = Command(
    name="aside",
    text=mark(
        "Show what was moved aside and is kept, with size and age; remove it only if told so. Exit code 1: not confirmed, 2: could not."
    ),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("--kind", "|".join(_KINDS), mark("only of this kind"), choices=_KINDS),
        Option("--older", "DAYS", mark("only what was written so many days ago or earlier"), number=True),
        Option("--remove", "", mark("remove it for good, after a question"), switch=True),
        Option("--yes", "", mark("do not ask"), switch=True),
        Option("--json", "", mark("print a row of JSON for each file"), switch=True),
        Option("--user", "NAME", mark("who removes it: a manager, once the project has people (PIN: ANNOTATOR_PIN)")),
        Option("--role", "ROLE", mark("as what, where that person has several roles")),
    ),
    run=_run,
)
