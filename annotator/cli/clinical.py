"""Join a clinical sheet with a project's patients: show what fits and what does not, and keep it where that is asked for."""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.errors import AnnotatorError
from annotator.i18n import language, mark, message, say, translate
from annotator.present.arguments import Arguments, Command, Option

if TYPE_CHECKING:
    from annotator.domain.clinical_definition import Column
    from annotator.workspace.clinical import Preview
    from annotator.workspace.projects import ProjectFolder

_SHOWN = 20


def _run(arguments: Arguments) -> int:
    from annotator.workspace import clinical
    from annotator.workspace.class_change import sort
    from annotator.workspace.projects import open_project

    project, file = open_project(arguments.path("project") or Path()), arguments.path("file") or Path()
    seen = clinical.preview(project, file, arguments.text("sheet") or "", _chosen(arguments.values.get("column", ())))
    for line in _told(project, seen):
        print(line)
    if arguments.has("apply"):
        author = arguments.text("user") or getpass.getuser()
        time = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
        made = clinical.apply(project, seen, author, time)
        kept = mark("Kept as revision {number} of the clinical sheet, {count} rows in all")
        print(translate(kept, number=made.number, count=len(made.rows)))
        for patient, moved in sort(project, seen.joined.sorted, author, time):
            print(translate(mark("{patient} → {folder}: {count} files moved"), patient=patient, folder=moved.to, count=len(moved.files)))
            for remark in moved.remarks:
                print(say(remark))
    return 1 if seen.joined.errors else 0


def _chosen(words: Iterable[str]) -> dict[str, str]:
    """The columns that were named: `key=heading`; without a heading the column is left out."""
    found = {}
    for word in words:
        key, equals, heading = word.partition("=")
        if not equals:
            cause = message("“{value}” is no column=heading", value=word)
            remedy = message("Write for example: {example}", example="--column age=나이")
            raise AnnotatorError(message("Reading the command line"), cause, remedy)
        found[key.strip()] = heading.strip()
    return found


def _told(project: ProjectFolder, seen: Preview) -> list[str]:
    """The preview in words: mapping, problems with their places, counts."""
    from annotator.domain.finding import Severity
    from annotator.workspace.clinical import definition_of

    definition, joined = definition_of(project), seen.joined
    place = mark("{file}, sheet {sheet}, headings in row {row}")
    lines = [translate(place, file=seen.source, sheet=seen.table.page, row=seen.table.heading_row)]
    if seen.table.others:
        lines.append(translate(mark("  other sheets were passed over: {names}"), names=", ".join(seen.table.others)))
    for column in definition.columns:
        lines.append(f"  {column.key} ({_name(column)}) ← {seen.columns.get(column.key, '–')}")
    for problem in joined.problems:
        kind = translate(mark("error")) if problem.severity is Severity.ERROR else translate(mark("remark"))
        heading = seen.columns.get(problem.column, "")
        where = translate(mark("row {row}"), row=problem.row) + (f", {heading}" if heading else "")
        lines.append(f"{kind}  {seen.source}, {seen.table.page}, {where}: {say(problem.text)}")
    counted = (
        (mark("joined: {count}"), tuple(joined.rows)),
        (mark("missing, patients without a row: {count}"), joined.missing),
        (mark("double: {count}"), tuple(joined.double)),
        (mark("unknown, rows of nobody: {count}"), tuple(entry.id for entry in joined.unknown)),
        (mark("class contradicts the folder: {count}"), tuple(joined.classes)),
        (mark("class from the sheet, to be moved: {count}"), tuple(joined.sorted)),
    )
    for number, (text, names) in enumerate(counted):
        listed = "" if number == 0 or not names else f"  {', '.join(names[:_SHOWN])}{' …' if len(names) > _SHOWN else ''}"
        lines.append(translate(text, count=len(names)) + listed)
    lines.append(translate(mark("{errors} errors, {remarks} remarks"), errors=joined.errors, remarks=len(joined.problems) - joined.errors))
    return lines


def _name(column: Column) -> str:
    return column.name_en if language() == "en" else column.name


COMMAND = Command(
    name="clinical",
    text=mark("Join a clinical sheet with the patients of a project; the exit code is 1 where there is at least one error."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("file", "FILE", mark("the sheet: an Excel workbook (.xlsx) or a text file (.csv)")),
        Option("--sheet", "NAME", mark("page of the workbook (default: the one that fits best)")),
        Option("--column", "KEY=HEADING", mark("which heading is a column of the project; may be given several times")),
        Option("--apply", "", mark("keep the sheet in the project, and move patients without a class to the class it says"), switch=True),
        Option("--user", "NAME", mark("who does it (default: the system's user)")),
    ),
    run=_run,
)
