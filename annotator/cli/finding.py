"""Write in free words what a study shows, and list what was written."""

from __future__ import annotations

import datetime
import getpass
import json
import os
from pathlib import Path

from annotator.errors import AnnotatorError
from annotator.i18n import mark, message, say, translate
from annotator.present.arguments import Arguments, Command, Option
from annotator.present.narrowing import NARROWING, narrowed


def _run(arguments: Arguments) -> int:
    from annotator.workspace import study_findings
    from annotator.workspace.projects import open_project
    from annotator.workspace.worklist import Worklist, find_cases

    project = open_project(arguments.path("project") or Path())
    worklist = Worklist(project)
    if not worklist.count():
        find_cases(project, worklist)
    worklist.refresh()
    study = arguments.text("study") or ""
    named = {entry.study: entry for entry in worklist.entries(narrowed(arguments)) if entry.study and study in ("", entry.study)}
    text = "" if arguments.has("take-back") else arguments.text("write")
    if text is None:
        found = [(entry, study_findings.read(project.root, study)) for study, entry in named.items()]
        _show([(entry.patient, versions if arguments.has("history") else versions[-1:]) for entry, versions in found if versions],
              json_wanted=arguments.has("json"))  # fmt: skip
        return 0
    if len(named) != 1:
        cause = message("{count} studies are meant", count=len(named))
        remedy = message("Narrow them to one, for example by --find and a patient's id, or name it by --study")
        raise AnnotatorError(message("Writing the finding of the study"), cause, remedy)
    _write(project.root, next(iter(named)), text, arguments)
    worklist.refresh(only=())
    return 0


def _write(root: Path, study: str, text: str, arguments: Arguments) -> None:
    """Keep a text as the finding of a study."""
    from annotator.domain.study_finding import composed, remark
    from annotator.workspace import people, study_findings
    from annotator.workspace.projects import open_project

    acting = people.sign_in(root, arguments.text("user") or getpass.getuser(), arguments.text("role") or "",
                            os.environ.get("ANNOTATOR_PIN", ""))  # fmt: skip
    before = study_findings.read(root, study)
    time = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    study_findings.write(open_project(root), study, text, acting, time, before[-1].digest if before else "")
    print(translate(mark("The finding of the study is kept")))
    odd = remark(composed(text))
    if odd is not None:
        print(say(odd))


def _show(found: list[tuple[str, tuple[object, ...]]], *, json_wanted: bool) -> None:
    rows = [{"patient": patient, **vars(version)} for patient, versions in found for version in versions]
    if json_wanted:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        said = row["text"] or translate(mark("(taken back)"))
        print(f"{row['patient'] or '–'}  {row['study']}  {row['time'][:16].replace('T', ' ')}  {row['person']}: {said}")
    print(translate(mark("{count} findings"), count=len(rows)))


COMMAND = Command(
    name="finding",
    text=mark("List what was written of the studies of a project in free words, or write of one; no delivered file holds it."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        *NARROWING,
        Option("--study", "UID", mark("only the study with this UID")),
        Option("--write", "TEXT", mark("write this of the one study that is meant")),
        Option("--take-back", "", mark("take back what was written of the one study that is meant"), switch=True),
        Option("--history", "", mark("list earlier versions too"), switch=True),
        Option("--json", "", mark("print the list as JSON"), switch=True),
        Option("--user", "NAME", mark("who writes it (PIN: ANNOTATOR_PIN)")),
        Option("--role", "ROLE", mark("as what, where that person has several roles")),
    ),
    run=_run,
)  # fmt: skip
