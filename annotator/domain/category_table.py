"""Read a category definition (카테고리 정의서): a table of text, as Excel or an editor saved it, into categories.

The first row names the columns.  An unknown column is kept and remarked; everything else that is odd is an error with line and column.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.annotation import BOX, FREE, LINE
from annotator.domain.category import Category
from annotator.domain.spreadsheet import harmless, meant
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.paths import nfc

COLUMNS = ("supercategory", "supercategory_name", "grp_id", "grp_name", "id", "name", "name_en", "colour", "key", "tools")
TOOLNAMES = (LINE, FREE, BOX)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\\]")


def decode_table(content: bytes, name: str = "categories.csv") -> str:
    """Return the text of a table: UTF-8 with or without a byte-order mark, UTF-16 with one, else cp949 (Korean Windows); NFC."""
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp949"):
        try:
            return nfc(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise AnnotatorError(
        message("Reading {file}", file=name),
        message("its characters are neither UTF-8 nor Korean Windows text (cp949)"),
        message("Save the file again as UTF-8 (in Excel: “CSV UTF-8”)"),
    )


def raw_table(text: str, file: str = "categories.csv") -> tuple[tuple[str, ...], tuple[dict[str, str], ...]]:
    """Return the columns of a table and its rows as they are written, right or wrong; raises AnnotatorError where it is no table."""
    heading, rows = _rows(text, file)
    return heading, tuple(dict(row.cells) for row in rows)


def write_table(heading: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return a table as Excel writes and reads it without damage to Korean: UTF-8 with a byte-order mark, CRLF, commas."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([harmless(row.get(column, "")) for column in heading] for row in rows)
    return codecs.BOM_UTF8 + nfc(stream.getvalue()).encode("utf-8")


@dataclass(frozen=True)
class _Row:
    """One row of the table with its place; cells are stripped."""

    file: str
    line: int
    cells: Mapping[str, str]

    def error(self, column: str, cause: Message, remedy: Message) -> AnnotatorError:
        place = message("Reading {file}, line {line}, column “{column}”", file=self.file, line=self.line, column=column)
        return AnnotatorError(place, cause, remedy)

    def text(self, column: str, longest: int | None, *, required: bool) -> str:
        value = self.cells[column]
        if required and not value:
            raise self.error(column, message("the cell is empty"), message("Fill it in"))
        if _UNWRITABLE.search(value):
            cause = message("it holds a character that DICOM and JSON readers do not take")
            raise self.error(column, cause, message("Take line breaks, tabs and backslashes out"))
        if longest is not None and len(value) > longest:
            cause = message("“{value}” has {count} characters, {limit} are allowed", value=value, count=len(value), limit=longest)
            raise self.error(column, cause, message("Shorten it"))
        return value

    def number(self, column: str) -> int:
        value = self.cells[column]
        if not re.fullmatch(r"[0-9]{1,9}", value):
            cause = message("“{value}” is no whole number", value=value)
            raise self.error(column, cause, message("Write a whole number, as 1"))
        return int(value)

    def one_of(self, column: str, choices: Collection[str]) -> str:
        value = self.cells[column]
        if value not in choices:
            cause = message("“{value}” is not known", value=value)
            raise self.error(column, cause, message("Write one of: {choices}", choices=", ".join(choices)))
        return value


def parse_table(
    text: str, file: str, supercategories: Collection[str], limits: Mapping[str, int]
) -> tuple[tuple[Category, ...], tuple[Message, ...]]:
    """Return the categories of a table and remarks about it; raises AnnotatorError.

    `supercategories` are those of the project's modalities; `limits` are the project's, in characters (`grp_name`, `name`).
    """
    heading, rows = _rows(text, file)
    categories: list[Category] = []
    lines: list[int] = []
    for row in rows:
        category = _category(row, supercategories, limits)
        for earlier, line in zip(categories, lines, strict=True):
            _refuse_clash(row, category, earlier, line)
        categories.append(category)
        lines.append(row.line)
    if not categories:
        raise AnnotatorError(message("Reading {file}", file=file), message("it lists no category"), message("Add a row for each category"))
    unknown = tuple(
        message("{file}: the column “{column}” is not known; it is kept and has no effect", file=file, column=column)
        for column in heading
        if column not in COLUMNS
    )
    return tuple(categories), unknown + _likenesses(file, categories, lines)


def _category(row: _Row, supercategories: Collection[str], limits: Mapping[str, int]) -> Category:
    colour, shortcut = row.cells["colour"], row.cells["key"]
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        cause = message("“{value}” is no colour", value=colour)
        raise row.error("colour", cause, message("Write # and six hexadecimal digits, as {example}", example="#ff2200"))
    if not re.fullmatch(r"[0-9]?", shortcut):
        raise row.error("key", message("“{value}” is no key", value=shortcut), message("Write one digit, or leave the cell empty"))
    name = row.text("name", limits.get("name"), required=True)
    return Category(
        supercategory=row.one_of("supercategory", supercategories),
        supercategory_name=row.text("supercategory_name", None, required=False),
        grp_id=row.number("grp_id"),
        grp_name=row.text("grp_name", limits.get("grp_name"), required=False),
        id=row.number("id"),
        name=name,
        name_en=row.text("name_en", None, required=False) or name,
        colour=colour.lower(),
        shortcut=shortcut,
        tools=_tools(row),
        extra=tuple((column, value) for column, value in row.cells.items() if column not in COLUMNS),
    )


def _tools(row: _Row) -> tuple[str, ...]:
    named = tuple(word for word in re.split(r"[\s,;|+/]+", row.cells["tools"]) if word)
    wrong = next((word for word in named if word not in TOOLNAMES), None)
    if wrong is not None:
        remedy = message("Write any of: {choices} with a space between, or leave the cell empty for all", choices=", ".join(TOOLNAMES))
        raise row.error("tools", message("there is no tool “{value}”", value=wrong), remedy)
    return tuple(dict.fromkeys(named))


def _refuse_clash(row: _Row, new: Category, old: Category, line: int) -> None:
    if new.key == old.key:
        told = {"supercategory": new.supercategory, "line": line}
        cause = message("the id {id} stands twice in {supercategory}, first in line {line}", id=new.id, **told)
        raise row.error("id", cause, message("Give each category of a supercategory an id of its own"))
    if new.shortcut and (new.supercategory, new.shortcut) == (old.supercategory, old.shortcut):
        told = {"supercategory": new.supercategory, "line": line}
        cause = message("the key {key} stands twice in {supercategory}, first in line {line}", key=new.shortcut, **told)
        raise row.error("key", cause, message("Give each category of a supercategory a key of its own, or none"))


def _likenesses(file: str, categories: Sequence[Category], lines: Sequence[int]) -> tuple[Message, ...]:
    """Remark on categories of one supercategory that a person cannot tell apart."""
    remarks = []
    for index, (new, line) in enumerate(zip(categories, lines, strict=True)):
        for old, first in zip(categories[:index], lines, strict=False):
            if new.supercategory != old.supercategory:
                continue
            place = {"file": file, "first": first, "line": line}
            if new.name == old.name:
                remarks.append(message("{file}: lines {first} and {line} have the same name “{name}”", **place, name=new.name))
            if new.colour == old.colour:
                remarks.append(message("{file}: lines {first} and {line} have the same colour", **place))
    return tuple(remarks)


def _rows(text: str, file: str) -> tuple[tuple[str, ...], tuple[_Row, ...]]:
    """Return the heading and the rows that are not empty."""
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    heading: tuple[str, ...] = ()
    rows: list[_Row] = []
    begin = 1
    try:
        for cells in reader:
            stripped = tuple(meant(cell.strip()) for cell in cells)
            if not heading:
                heading = _heading(stripped, file)
            elif any(stripped):
                rows.append(_row(stripped, heading, file, begin))
            begin = reader.line_num + 1
    except csv.Error:
        place = message("Reading {file}, line {line}", file=file, line=begin)
        raise AnnotatorError(
            place, message("a quotation mark has no partner"), message("Write each quotation mark inside a cell twice")
        ) from None
    if not heading:
        raise AnnotatorError(message("Reading {file}", file=file), message("it is empty"), _columns_wanted())
    return heading, tuple(rows)


def _heading(cells: tuple[str, ...], file: str) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    place = message("Reading {file}, line {line}", file=file, line=1)
    missing = [column for column in COLUMNS if column not in cells]
    if missing:
        raise AnnotatorError(place, message("the column {columns} is missing", columns=", ".join(missing)), _columns_wanted())
    twice = next((cell for cell in cells if cells.count(cell) > 1), None)
    if twice is not None:
        raise AnnotatorError(place, message("the column “{column}” stands twice", column=twice), _columns_wanted())
    return cells


def _columns_wanted() -> Message:
    return message("The first row names the columns: {columns}", columns=", ".join(COLUMNS))


def _row(cells: tuple[str, ...], heading: tuple[str, ...], file: str, line: int) -> _Row:
    if any(cells[len(heading) :]):
        place = message("Reading {file}, line {line}", file=file, line=line)
        remedy = message("Put a cell that holds a separator between double quotes")
        raise AnnotatorError(place, message("the row has more cells than the first row has columns"), remedy)
    filled = cells + ("",) * (len(heading) - len(cells))
    return _Row(file, line, dict(zip(heading, filled, strict=False)))
