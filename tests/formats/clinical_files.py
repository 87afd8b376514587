"""Clinical sheets as hospitals hand them in, made on the spot: workbooks, texts in every encoding, and files that only look like one."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence

import openpyxl

HEADINGS = ("환자ID", "나이", "성별", "양성/악성", "병리결과", "흡연력")
ROWS = (("P000001", "63", "남", "악성", "Adenocarcinoma", "30갑년"), ("P000002", "58", "여", "양성", "", "비흡연"))


def workbook(*pages: tuple[str, Sequence[Sequence[object]]], merged: Sequence[str] = ()) -> bytes:
    """An Excel workbook with these pages; `merged` are ranges of the first page."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in pages:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(rows: Sequence[Sequence[str]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """A text file with separators."""
    return "".join(separator.join(row) + "\r\n" for row in rows).encode(encoding)


def compound(*streams: str) -> bytes:
    """An OLE compound file (MS-CFB) of one directory sector that names these streams: what a locked or an old workbook begins with."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    header = struct.pack("<8s16x5H6x", bytes.fromhex("D0CF11E0A1B11AE1"), 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    allocation = struct.pack("<128I", 0xFFFFFFFD, end, *[free] * 126)
    directory = b""
    for number, name in enumerate(("Root Entry", *streams)):
        spelt = name.encode("utf-16-le") + b"\0\0"
        entry = struct.pack("<64sHBB3I36xIQ", spelt, len(spelt), 5 if number == 0 else 2, 1, free, free, free, end, 0)
        directory += entry.ljust(128, b"\0")
    return header.ljust(512, b"\0") + allocation + directory.ljust(512, b"\0")


def bomb(megabytes: int) -> bytes:
    """A workbook whose one page unfolds to so many megabytes of blanks."""
    stream = io.BytesIO(workbook(("1", [HEADINGS])))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * (megabytes << 20))
    return stream.getvalue()
