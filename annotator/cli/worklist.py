"""List a project's cases, give them out, and write the list as a file."""

from __future__ import annotations

import datetime
import getpass
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.errors import AnnotatorError
from annotator.i18n import mark, message, say, translate
from annotator.present.arguments import Arguments, Command, Option
from annotator.present.narrowing import NARROWING, narrowed

if TYPE_CHECKING:
    from annotator.domain.queue import Entry
    from annotator.workspace.projects import ProjectFolder
    from annotator.workspace.worklist import Worklist


def _run(arguments: Arguments) -> int:
    from annotator.workspace.projects import open_project
    from annotator.workspace.worklist import Worklist, find_cases

    project = open_project(arguments.path("project") or Path())
    found = Worklist(project)
    if arguments.folders or not found.count():
        find_cases(project, found, arguments.folders)
    found.refresh()
    if arguments.has("accept"):
        return _accept(project, found, arguments)
    if arguments.has("give") or arguments.has("shares"):
        return _give(project, found, arguments)
    if arguments.has("counts"):
        _count(project, found, arguments)
        return 0
    entries = found.entries(narrowed(arguments))
    out = arguments.path("out")
    if out is not None:
        _write(out, entries)
        print(translate(mark("{count} cases written to {file}"), count=len(entries), file=out))
    elif arguments.has("json"):
        print(json.dumps([_plain(entry) for entry in entries], ensure_ascii=False, indent=1))
    else:
        _show(entries)
    return 0


def _count(project: ProjectFolder, found: Worklist, arguments: Arguments) -> None:
    """Say how much there is of what, among the wanted cases."""
    from annotator.present.holdings import as_json, told

    held = found.held(narrowed(arguments))
    if arguments.has("json"):
        print(json.dumps(as_json(project.project, held), ensure_ascii=False, indent=1))
    else:
        print("\n".join(told(project.project, held)))


def _give(project: ProjectFolder, found: Worklist, arguments: Arguments) -> int:
    """Give the wanted cases to one person, or share them out."""
    from annotator.domain.queue import shared
    from annotator.progress import Report
    from annotator.workspace import people
    from annotator.workspace.assigning import assign, to_one

    acting = people.sign_in(project.root, arguments.text("user") or getpass.getuser(), arguments.text("role") or "",
                            os.environ.get("ANNOTATOR_PIN", ""))  # fmt: skip
    entries = found.entries(narrowed(arguments))
    if arguments.has("shares"):
        seed = arguments.text("seed")
        wanted = shared(entries, _shares(arguments.text("shares") or ""), None if seed is None else int(seed))
    else:
        wanted = to_one((entry.case for entry in entries), arguments.text("give") or "")
    time = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    given, told = assign(project, wanted, acting, time, Report())
    print(translate(mark("{count} of {all} cases given out"), count=given, all=len(wanted)))
    for sentence in told:
        print(say(sentence))
    return 0 if given == len(wanted) else 1


def _accept(project: ProjectFolder, found: Worklist, arguments: Arguments) -> int:
    """Accept those of the wanted cases that both reviewers agree on."""
    from annotator.domain.course import State
    from annotator.progress import Report
    from annotator.workspace import people
    from annotator.workspace.accepting import accept

    acting = people.sign_in(project.root, arguments.text("user") or getpass.getuser(), arguments.text("role") or "",
                            os.environ.get("ANNOTATOR_PIN", ""))  # fmt: skip
    entries = [entry for entry in found.entries(narrowed(arguments)) if entry.state is State.AGREED]
    time = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    accepted, told = accept(project, [entry.case for entry in entries], acting, time, Report())
    print(translate(mark("{count} of {all} agreed cases accepted"), count=accepted, all=len(entries)))
    for sentence in told:
        print(say(sentence))
    return 0 if accepted == len(entries) else 1


def _shares(text: str) -> dict[str, float]:
    """The shares of `name=weight,name=weight`; a name alone has the weight 1."""
    found = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        name, _, weight = word.partition("=")
        try:
            found[name.strip()] = float(weight or 1)
        except ValueError as error:
            cause = message("“{value}” is no number", value=weight)
            raise AnnotatorError(message("Reading the command line"), cause, message("Write for example: 김=2,이=1")) from error
    if not any(weight > 0 for weight in found.values()):
        cause = message("no share is above zero")
        raise AnnotatorError(message("Reading the command line"), cause, message("Write for example: 김=2,이=1"))
    return found


def _show(entries: tuple[Entry, ...]) -> None:
    from annotator.domain.course import STATES

    for entry in entries:
        asked = f"  ? {', '.join(entry.asked)}" if entry.asked else ""
        words = (entry.patient or "–", entry.series or "–", entry.modality, entry.class_folder or "–", translate(STATES[entry.state]),
                 entry.assignee or "–", str(entry.images), str(entry.annotations), entry.changed[:16].replace("T", " "))  # fmt: skip
        print("  ".join(words) + asked + (f"  {entry.returned}" if entry.returned else ""))
    print(translate(mark("{count} cases"), count=len(entries)))


def _plain(entry: Entry) -> dict[str, object]:
    return {**asdict(entry), "state": entry.state.value}


def _write(out: Path, entries: tuple[Entry, ...]) -> None:
    from annotator.domain.course import STATES
    from annotator.formats.sheets import workbook
    from annotator.workspace import durable

    headings = (mark("Patient"), mark("Series"), mark("Modality"), mark("Class"), mark("State"), mark("Assignee"), mark("Images"),
                mark("Annotations"), mark("Last change"), mark("Reason"), *(mark("Plane"), mark("Device"), mark("Sex"), mark("Age")),
                mark("Description"), mark("Study finding"), mark("Case"))  # fmt: skip
    rows = [
        (e.patient, e.series, e.modality, e.class_folder, translate(STATES[e.state]), e.assignee, e.images, e.annotations, e.changed,
         e.returned, e.plane, e.device, e.sex, e.age, e.description, e.finding, e.case)
        for e in entries
    ]  # fmt: skip
    durable.write(out, workbook([(translate(mark("Worklist")), tuple(map(translate, headings)), rows)]))


COMMAND = Command(
    name="worklist",
    text=mark("List the cases of a project with their states, write the list as Excel, or give the listed cases out."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("folder", "FOLDER", mark("folders of images whose cases are added; the project's own tree is read by itself"), many=True,
               optional=True),
        *NARROWING,
        Option("--out", "FILE", mark("Excel file to write the list to")),
        Option("--json", "", mark("print the list as JSON"), switch=True),
        Option("--counts", "", mark("say instead how many patients, studies, cases and images these are, by what"), switch=True),
        Option("--give", "NAME", mark("give the listed cases to this person")),
        Option("--accept", "", mark("accept those of the listed cases that both reviewers agree on"), switch=True),
        Option("--shares", "SHARES", mark("share the listed cases out, as 김=2,이=1; a patient's cases stay together")),
        Option("--seed", "N", mark("with --shares: deal patients in a random order that comes again with the same number"), number=True),
        Option("--user", "NAME", mark("who gives them out (PIN: ANNOTATOR_PIN)")),
        Option("--role", "ROLE", mark("as what, where that person has several roles")),
    ),
    run=_run,
)  # fmt: skip
