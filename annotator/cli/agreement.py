"""Say how far the readings of a project agree: by image, case, category, annotator and pair, with the formulas."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.errors import AnnotatorError, told
from annotator.i18n import mark, message, say, translate
from annotator.present.arguments import PROGRAM, Arguments, Command, Option

if TYPE_CHECKING:
    from annotator.present.agreement import Page

SUFFIXES = (".xlsx", ".csv", ".json")
_NEWEST = "newest"


def _run(arguments: Arguments) -> int:
    try:
        return _compare(arguments)
    except AnnotatorError as error:
        print(f"{PROGRAM}: {told(error)}", file=sys.stderr)
        return 2


def _compare(arguments: Arguments) -> int:
    from annotator.i18n import Message
    from annotator.present import agreement
    from annotator.progress import Report
    from annotator.workspace.agreeing import REFERENCE, Compared, comparisons
    from annotator.workspace.projects import open_project

    out = arguments.path("out")
    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise AnnotatorError(message("Writing {file}", file=out), message("its name does not say in which form"),
                             message("Let the name end in one of: {choices}", choices=", ".join(SUFFIXES)))  # fmt: skip
    named = arguments.values.get("readings", ())
    wanted = (_reader(named[0], REFERENCE), _reader(named[1], REFERENCE)) if named else None
    folder = open_project(arguments.path("project") or Path())
    found = list[Compared]()
    for entry in comparisons(folder, Report(), wanted):
        if isinstance(entry, Message):
            print(f"{translate(mark('remark'))}  {say(entry)}", file=sys.stderr)
        else:
            found.append(entry)
    if named and not found:
        raise AnnotatorError(message("Comparing {one} with {other}", one=named[0], other=named[1]),
                             message("no case has a reading of both"), message("Write the names as the readings have them"))  # fmt: skip
    pages, content = agreement.pages(found, folder.project), agreement.as_json(found, folder.project)
    if out is not None:
        _write(out, pages, content)
    if arguments.has("json"):
        print(json.dumps(content, ensure_ascii=False, allow_nan=False))
    else:
        _tell(pages)
    return 1 if agreement.below_the_bar(found, folder.project) else 0


def _reader(name: str, reference: str) -> str:
    return reference if name == _NEWEST else name


def _write(out: Path, pages: Sequence[Page], content: object) -> None:
    from annotator.errors import system_cause
    from annotator.formats import sheets
    from annotator.workspace import durable

    tables = [(page.name, page.headings, page.rows) for page in pages]
    forms = {
        ".xlsx": lambda: sheets.workbook(tables),
        ".csv": lambda: sheets.comma_separated(tables),
        ".json": lambda: json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1).encode(),
    }
    try:
        durable.write(out, forms[out.suffix.lower()]())
    except OSError as error:
        cause = system_cause(error)
        raise AnnotatorError(message("Writing {file}", file=out), cause, message("Choose a folder that you may write to")) from None


def _tell(pages: Sequence[Page]) -> None:
    """Print readers, pairs, categories and formulas; cases and images are for the file."""
    for page in (*pages[:2], pages[4], pages[-1]):
        if not page.rows:
            continue
        print(f"\n{page.name}")
        for row in page.rows:
            if len(row) == 1:
                print(f"  {row[0]}")
                continue
            print("  " + "  ".join(f"{heading}: {_shown(cell)}" for heading, cell in zip(page.headings, row, strict=True)))
    if not any(page.rows for page in pages[:2]):
        print(translate(mark("Nothing was saved of any case yet: there is nothing to compare")))


def _shown(cell: object) -> str:
    return "–" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell)


COMMAND = Command(
    name="agreement",
    text=mark("Compare the readings of a project; the exit code is 1 where an annotator lies below the bar, 2 where it cannot be done."),
    options=(
        Option("project", "PROJECT", mark("folder of the project")),
        Option("--readings", "A B", mark("two annotators to compare, “newest” for the newest version (default: everybody)"), count=2),
        Option("--out", "FILE", mark("file to write, as .xlsx, .csv or .json")),
        Option("--json", "", mark("print everything as JSON"), switch=True),
    ),
    run=_run,
)
