"""Read the pages of an Excel workbook (.xlsx) as rows of texts, with bounds on what it may unfold to."""

from __future__ import annotations

import datetime
import io
import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from annotator.domain.clinical_table import Leaf, Line
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.paths import nfc

INFLATED_LIMIT, RATIO_LIMIT = 512 << 20, 200
"""Bytes that the parts of a workbook may have unpacked, and how much larger than packed (above one megabyte)."""
_CELLS = 4_000_000
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, LookupError, ValueError, TypeError,
    AttributeError, SyntaxError, OverflowError,
)  # fmt: skip
"""What the library raises for a workbook that is damaged or was never one; a SyntaxError is how its XML parser says so."""
_LEADING = re.compile(r'"?(?P<sign>[A-Za-z]{0,8})"?(?P<zeros>0+)')


def pages(content: bytes, name: str, rows: int, columns: int) -> tuple[Leaf, ...]:
    """Return the pages of a workbook that have cells; raises AnnotatorError for a broken, hostile or foreign one."""
    import openpyxl

    with_formulas = _inspected(content, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that the library does not know are none of a reader's business
        try:
            books = [openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)]
            if with_formulas:
                books.append(openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False))
            bound = _Bound(name, rows, columns)
            leaves = tuple(_leaf([book[page.title] for book in books], bound) for page in books[0].worksheets)
            for book in books:
                book.close()
        except _UNREADABLE as error:
            raise _broken(name) from error
    return tuple(leaf for leaf in leaves if leaf.lines)


class _Bound:
    """Counts the cells of a workbook, and refuses one that has too many."""

    def __init__(self, name: str, rows: int, columns: int) -> None:
        self._name, self._rows, self._columns, self._cells = name, rows, columns, 0

    def count(self, lines: int, width: int) -> None:
        self._cells += width
        if lines > self._rows or width > self._columns or self._cells > _CELLS:
            cause = message("it has more than {rows} rows or {columns} columns", rows=self._rows, columns=self._columns)
            raise refused(self._name, cause, message("See that it is the right file"))


def _inspected(content: bytes, name: str) -> bool:
    """Refuse what is no workbook or unfolds beyond measure; return whether it holds formulas."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
    except _UNREADABLE:
        raise _broken(name) from None
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names or "content.xml" in names:
        cause = message("it is a workbook of another format (.xlsb or .ods)")
        raise refused(name, cause, message("Open it in Excel and save it as an Excel workbook (.xlsx)"))
    inflated, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if inflated > INFLATED_LIMIT or inflated > max(1 << 20, RATIO_LIMIT * max(packed, 1)):
        cause = message("it unfolds to {size} MB, as no sheet of patients does", size=inflated >> 20)
        raise refused(name, cause, message("Copy the table alone into a new workbook"))
    if not any(part.filename.startswith("xl/worksheets/") for part in parts):
        raise _broken(name)
    try:
        return any(_holds(archive, part, b"<f") for part in parts if part.filename.startswith("xl/worksheets/sheet"))
    except _UNREADABLE:
        raise _broken(name) from None


def _holds(archive: zipfile.ZipFile, part: zipfile.ZipInfo, sign: bytes) -> bool:
    before = b""
    with archive.open(part) as stream:
        while block := stream.read(1 << 20):
            if sign in before + block:
                return True
            before = block[-len(sign) :]
    return False


def _leaf(sheets: list[Any], bound: _Bound) -> Leaf:
    """One page; `sheets` holds it with the results of its formulas and, where it has some, with the formulas."""
    lines: list[Line] = []
    for number, cells, formulas in _rows(sheets):
        kept: list[str] = []
        odd: dict[int, Message] = {}
        for place, (cell, formula) in enumerate(zip_longest(cells, formulas)):
            text, remark = _said(cell, formula)
            kept.append(text)
            if remark is not None:
                odd[place] = remark
        while kept and not kept[-1] and len(kept) - 1 not in odd:
            kept.pop()
        if kept:
            lines.append(Line(number, tuple(kept), odd))
            bound.count(len(lines), len(kept))
    return Leaf(nfc(str(sheets[0].title)), tuple(lines))


def _rows(sheets: list[Any]) -> Iterator[tuple[int, Any, Any]]:
    for sheet in sheets:
        sheet.reset_dimensions()  # what the file says of its extent is often wrong
    readers = [sheet.iter_rows() for sheet in sheets]
    for number, found in enumerate(zip_longest(*readers, fillvalue=()), 1):
        yield number, found[0], found[1] if len(found) > 1 else ()


def _said(cell: Any, formula: Any) -> tuple[str, Message | None]:
    """The text of a cell as a person sees it, and what is odd about it."""
    value = None if cell is None else cell.value
    if value is None:
        missing = formula is not None and formula.data_type == "f"
        return "", message("a formula without a result; open the workbook in Excel and save it") if missing else None
    if cell.data_type == "e":
        return "", message("the cell holds the error {text}", text=value)
    return nfc(_text(value, cell)).strip(), None


def _text(value: Any, cell: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        whole = int(value) if math.isfinite(value) and float(value).is_integer() else None
        zeros = _LEADING.fullmatch(str(cell.number_format)) if whole is not None and whole >= 0 else None
        if zeros:  # a number that is shown as 0012 or P000012 is meant as that
            return f"{zeros['sign']}{whole:0{len(zeros['zeros'])}d}"
        return repr(value) if whole is None else str(whole)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _broken(name: str) -> AnnotatorError:
    cause = message("the workbook is damaged, or was not copied to its end")
    return refused(name, cause, message("Open it in Excel and save it again, or ask for another copy"))


def refused(name: str, cause: Message, remedy: Message) -> AnnotatorError:
    """Make the error of a sheet that cannot be read."""
    return AnnotatorError(message("Reading the clinical sheet {name}", name=name), cause, remedy)
