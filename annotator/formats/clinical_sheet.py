"""Read a clinical sheet as hospitals hand it in: an Excel workbook or a text file with separators, whatever its encoding.

What it really is is seen from its bytes, never from its name.  A file that cannot be read is named for what it is: encrypted, of the old
format, damaged.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from annotator.domain.clinical_table import Leaf, Line
from annotator.errors import AnnotatorError
from annotator.formats.clinical_workbook import pages, refused
from annotator.i18n import message
from annotator.paths import nfc

SIZE_LIMIT = 64 << 20
"""Bytes."""
ROW_LIMIT, COLUMN_LIMIT = 200_000, 500
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",;\t"
_LOOKED_AT = 30


def read(content: bytes, name: str) -> tuple[Leaf, ...]:
    """Return the pages of a clinical sheet; raises AnnotatorError that says what the file is and what to do."""
    if len(content) > SIZE_LIMIT:
        raise refused(name, message("it is larger than {size} MB", size=SIZE_LIMIT >> 20), message("See that it is the right file"))
    if not content.strip():
        raise refused(name, message("it is empty"), message("See that it is the right file"))
    if content.startswith(_OLE):
        raise _compound(content, name)
    if content.startswith(b"PK"):
        return pages(content, name, ROW_LIMIT, COLUMN_LIMIT)
    if content.lstrip()[:1] == b"<":
        cause = message("it is a web page or XML that only bears the name of a workbook")
        raise refused(name, cause, message("Open it in Excel and save it as an Excel workbook (.xlsx)"))
    return (_text_page(content, name),)


def _compound(content: bytes, name: str) -> AnnotatorError:
    """An OLE compound file (MS-CFB) names its streams in UTF-16: `EncryptedPackage` (MS-OFFCRYPTO 2.3.4), `Workbook` or `Book` (MS-XLS)."""
    streams = {stream for stream in ("EncryptedPackage", "Workbook", "Book") if stream.encode("utf-16-le") + b"\0\0" in content}
    if "EncryptedPackage" in streams:
        cause = message("the workbook is encrypted with a password")
        return refused(name, cause, message("Open it in Excel, remove the password (File – Info – Protect Workbook) and save it again"))
    if streams:
        cause = message("it is a workbook of the old Excel format (.xls)")
        return refused(name, cause, message("Open it in Excel and save it as an Excel workbook (.xlsx)"))
    return refused(name, message("it is no Excel workbook"), message("Give an Excel workbook (.xlsx) or a text file (.csv)"))


def _text_page(content: bytes, name: str) -> Leaf:
    text = _decoded(content, name)
    separator = _separator(text)
    if text[:4].casefold() == "sep=" and text[4:5] and text[5:6] in ("\r", "\n"):  # Excel's own way to name it
        separator, text = text[4], " " * 4 + text[5:]
    lines: list[Line] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        begin = 0
        for cells in reader:
            begin, number = reader.line_num, begin + 1
            kept = tuple(cell.strip() for cell in cells)
            if not any(kept):
                continue
            if len(lines) >= ROW_LIMIT or len(kept) > COLUMN_LIMIT:
                cause = message("it has more than {rows} rows or {columns} columns", rows=ROW_LIMIT, columns=COLUMN_LIMIT)
                raise refused(name, cause, message("See that it is the right file"))
            lines.append(Line(number, kept))
    except csv.Error:
        cause = message("row {row} cannot be read as cells between “{separator}”", row=reader.line_num, separator=separator)
        raise refused(name, cause, message("Open it in Excel and save it as an Excel workbook (.xlsx)")) from None
    return Leaf(name, tuple(lines))


def _decoded(content: bytes, name: str) -> str:
    """Return the text: UTF-8 or UTF-16, with a byte-order mark or without, else cp949 (Korean Windows); NFC."""
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    blind = _unmarked_utf16(content)
    for encoding in (marked,) if marked else (*blind, "utf-8", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return nfc(text)
    cause = message("its characters are neither UTF-8, UTF-16 nor Korean Windows text (cp949)")
    raise refused(name, cause, message("Save the file again as UTF-8 (in Excel: “CSV UTF-8”)"))


def _unmarked_utf16(content: bytes) -> tuple[str, ...]:
    """Text in UTF-16 has separators and line ends whose one byte is zero, always on the same side."""
    even, odd = (content[side : 4096 : 2].count(0) for side in (0, 1))
    if max(even, odd) < 4 or min(even, odd) > max(even, odd) // 8:
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _separator(text: str) -> str:
    """Return the separator that gives most of the first rows the same number of cells, more than one."""
    best, found = (0, 0), ","
    for separator in _SEPARATORS:
        widths = Counter(len(cells) for cells in _first_rows(text, separator) if len(cells) > 1)
        if not widths:
            continue
        width, rows = max(widths.items(), key=lambda entry: (entry[1], entry[0]))
        if (rows, width) > best:
            best, found = (rows, width), separator
    return found


def _first_rows(text: str, separator: str) -> Iterator[list[str]]:
    head = text[: 1 << 16]
    try:
        for count, cells in enumerate(csv.reader(io.StringIO(head, newline=""), delimiter=separator)):
            if count >= _LOOKED_AT:
                return
            if any(cells):
                yield cells
    except csv.Error:
        return
