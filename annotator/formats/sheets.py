"""Write tables of plain cells for people and programs: an Excel workbook of several pages, or one CSV; texts are never formulas.

A cell that begins with `=`, `+`, `-`, `@` or a tab is typed as text in the workbook and gets an apostrophe in the CSV.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from annotator.domain.spreadsheet import harmless

Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST, _WIDEST, _NAME = 32_767, 60, 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def workbook(pages: Sequence[tuple[str, Sequence[str], Rows]]) -> bytes:
    """Return an Excel workbook with a page for each (name, headings, rows); headings stay in sight, columns are as wide as cells."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for name, headings, rows in pages:
        sheet = book.create_sheet(_FORBIDDEN.sub("_", name)[:_NAME])
        sheet.freeze_panes = "A2"
        for column, heading in enumerate(headings, 1):
            widest = max([_width(heading), *(_width(row[column - 1]) for row in rows[:200] if len(row) >= column)])
            sheet.column_dimensions[get_column_letter(column)].width = min(widest + 2, _WIDEST)
        head = [_typed(WriteOnlyCell(sheet), heading) for heading in headings]
        for cell in head:
            cell.font = Font(bold=True)
        sheet.append(head)
        for row in rows:
            sheet.append([_typed(WriteOnlyCell(sheet), cell) for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def comma_separated(pages: Sequence[tuple[str, Sequence[str], Rows]]) -> bytes:
    """Return all pages as one CSV, each with its name above it and an empty row below; UTF-8 with a mark, so that Excel shows Korean."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    for name, headings, rows in pages:
        writer.writerow([_harmless(name)])
        writer.writerow([_harmless(heading) for heading in headings])
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
        writer.writerow([])
    return stream.getvalue().encode("utf-8-sig")


def _width(cell: Cell) -> int:
    """About how wide a cell is shown; a Korean letter is as wide as two others."""
    if isinstance(cell, float):
        return 8
    return sum(2 if ord(sign) > 0x10FF else 1 for sign in str(cell if cell is not None else ""))


def _typed(cell: Any, value: Cell) -> Any:
    text = isinstance(value, str)
    cell.value = _CONTROL.sub("", str(value))[:_LONGEST] or None if text else value
    if text and cell.value:
        cell.data_type = "s"
    if isinstance(value, float):
        cell.number_format = "0.000"
    return cell


def _harmless(cell: Cell) -> str:
    if isinstance(cell, str):
        return harmless(_CONTROL.sub("", cell))
    return "" if cell is None else repr(cell)
