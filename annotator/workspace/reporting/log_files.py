"""Write the log of a project as a table, the corrections on a page of their own: Excel, or CSV by the name's ending."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from annotator.errors import AnnotatorError, system_cause
from annotator.i18n import mark, message, translate
from annotator.workspace import durable, log
from annotator.workspace.checking.findings_files import harmless
from annotator.workspace.log import Row
from annotator.workspace.reporting.report_files import workbook_bytes

HEADINGS = (
    *(mark("Time"), mark("Person"), mark("Role"), mark("Computer"), mark("What"), mark("Case"), mark("Reason"), mark("Details")),
    *(mark("Before"), mark("After"), mark("Writer"), mark("Row"), mark("Digest")),
)
CORRECTION = (
    *(mark("Time"), mark("Person"), mark("Role"), mark("Case"), mark("Image"), mark("Annotation"), mark("Kind"), mark("Category before")),
    *(mark("Category after"), mark("IoU"), mark("Area before"), mark("Area after"), mark("Difference of area"), mark("Unit")),
    mark("Reason"),
)
_CORRECT = "correct"
_ENDINGS = (".xlsx", ".csv")


def write_log(root: Path, path: Path) -> tuple[int, int]:
    """Write the log of a project to a file and return how many rows and how many corrections it has; raises AnnotatorError.

    A CSV holds the rows, and the corrections in a second file beside it (`<name>-corrections.csv`).
    """
    doing = message("Writing the log to {file}", file=path)
    if path.suffix.lower() not in _ENDINGS:
        raise AnnotatorError(doing, message("its name ends neither with .xlsx nor with .csv"), message("Give it one of these endings"))
    try:
        rows = sorted(log.read(root), key=lambda row: (row.time, row.writer, row.number))
        corrections = [row for row in rows if row.action == _CORRECT]
        pages = ((translate(mark("Log")), _headings(HEADINGS), map(_row, rows)),
                 (translate(mark("Corrections")), _headings(CORRECTION), map(_correction, corrections)))  # fmt: skip
        if path.suffix.lower() == ".xlsx":
            durable.write(path, _workbook(pages))
        else:
            for place, (_, headings, values) in zip((path, path.with_name(f"{path.stem}-corrections.csv")), pages, strict=True):
                durable.write(place, _table(headings, values))
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Choose a file that you may write")) from None
    return len(rows), len(corrections)


def _headings(marked: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(translate, marked))


def _row(row: Row) -> tuple[str, ...]:
    details = "; ".join(f"{name}: {value}" for name, value in row.facts.items() if value)
    return (row.time, row.person, row.role, row.machine, row.action, row.case, row.reason, details, row.before, row.after, row.writer,
            str(row.number), row.digest)  # fmt: skip


def _correction(row: Row) -> tuple[str, ...]:
    facts = row.facts
    unit = next((unit for unit in ("mm2", "pixels") if f"area before ({unit})" in facts), "")
    areas = tuple(facts.get(f"{name} ({unit})", "") for name in ("area before", "area after", "area difference"))
    return (row.time, row.person, row.role, row.case, facts.get("image", ""), facts.get("annotation", ""), facts.get("kind", ""),
            facts.get("category before", ""), facts.get("category after", ""), facts.get("iou", ""), *areas, unit, row.reason)  # fmt: skip


def _workbook(pages: Sequence[tuple[str, tuple[str, ...], Iterator[tuple[str, ...]]]]) -> bytes:
    book = Workbook(write_only=True)
    for title, headings, rows in pages:
        page = book.create_sheet(title)
        page.freeze_panes = "A2"
        page.append([_cell(page, heading, bold=True) for heading in headings])
        for row in rows:
            page.append([_cell(page, value) for value in row])
    return workbook_bytes(book)


def _cell(page: Any, value: str, *, bold: bool = False) -> Any:
    """A cell that holds a text, whatever that begins with; what a workbook cannot hold is left out of it."""
    made = WriteOnlyCell(page, "".join(letter for letter in value if letter.isprintable() or letter in "\n\t"))
    made.data_type = "s"
    if bold:
        made.font = Font(bold=True)
    return made


def _table(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig", "backslashreplace")
