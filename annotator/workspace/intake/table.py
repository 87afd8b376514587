"""The table of an intake: a row a series with its verdict, class and new id, to Excel and back with what people changed."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotator.domain.intake import SeriesFacts
from annotator.domain.intake_judging import RULES, TAKEN, Verdict, left_out
from annotator.errors import AnnotatorError
from annotator.formats import clinical_sheet
from annotator.i18n import Message, mark, message, say, translate
from annotator.paths import nfc

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""
COLUMNS: Mapping[str, str] = {
    "patient": mark("Patient number"),
    "name": mark("Name"),
    "date": mark("Date"),
    "modality": mark("Modality"),
    "description": mark("Description"),
    "plane": mark("Plane"),
    "thickness": mark("Thickness (mm)"),
    "images": mark("Images"),
    "gaps": mark("Gaps"),
    "odd": mark("What is odd"),
    "verdict": mark("Taken"),
    "rule": mark("Left out because"),
    "class": mark("Class"),
    "burned": mark("Text in the pixels"),
    "id": mark("New id"),
    "series": mark("Series"),
}
"""The columns in their order, and what they are called."""
PLANES: Mapping[str, str] = {"axial": mark("Axial"), "coronal": mark("Coronal"), "sagittal": mark("Sagittal"), "oblique": mark("Oblique")}
NONE, LOOK = "none", "look"
"""What the column of burned-in text says besides rectangles: there is none; somebody must look."""
_YES = {"taken", "yes", "y", "o", "1", "true", "예", "포함", "채택"}
_NO = {"", "no", "n", "x", "0", "false", "아니요", "아니오", "제외", "left out"}


@dataclass(frozen=True)
class Row:
    """A series with what was decided about it."""

    facts: SeriesFacts
    verdict: Verdict
    modality: str = ""
    """The project's code."""
    class_folder: str = ""
    new_id: str = ""
    burned: str = NONE
    """`none`, `look`, or rectangles as `x,y,width,height; …`."""
    found: tuple[Box, ...] = ()
    """Where text was seen in the pixels."""
    by_hand: bool = False

    @property
    def mark(self) -> str:
        """A short name of the series that says nothing, by which its row is found again."""
        return mark_of(self.facts.uid)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The rectangles that are to be blacked out."""
        return boxes_in(self.burned)


def mark_of(uid: str) -> str:
    """Return the short name of a series."""
    return hashlib.sha256(uid.encode()).hexdigest()[:12]


def boxes_in(text: str) -> tuple[Box, ...]:
    """Return the rectangles that a cell names; raises ValueError for anything else than `none`, `look` and rectangles."""
    if text in (NONE, LOOK, ""):
        return ()
    found = []
    for part in filter(str.strip, text.split(";")):
        x, y, width, height = (int(number) for number in part.split(","))
        if min(x, y) < 0 or min(width, height) < 1:
            raise ValueError(part)
        found.append((x, y, width, height))
    return tuple(found)


def cells(row: Row) -> dict[str, str | int | float]:
    """Return the cells of a row in the current language, by column."""
    facts = row.facts
    reason = say(row.verdict.reason) if row.verdict.reason is not None else ""
    rule = translate(RULES[row.verdict.rule]) if row.verdict.rule else ""
    thickness: str | float = "" if facts.thickness is None else round(facts.thickness, 3)
    return {
        "patient": facts.patient_id, "name": facts.patient_name, "date": facts.date, "modality": facts.modality,
        "description": facts.description,
        "plane": translate(PLANES[facts.plane]) if facts.plane in PLANES else facts.plane or facts.traits.view, "thickness": thickness,
        "images": facts.images, "gaps": facts.gaps, "odd": " / ".join(map(say, facts.odd)),
        "verdict": translate(mark("yes")) if row.verdict.taken else translate(mark("no")),
        "rule": f"{rule}: {reason}" if reason else rule, "class": row.class_folder, "burned": row.burned, "id": row.new_id,
        "series": row.mark,
    }  # fmt: skip


def workbook(rows: Iterable[Row]) -> bytes:
    """Return the table as an Excel workbook; every text stays a text, whatever sign it begins with."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(translate(mark("Intake")))
    page.freeze_panes = "A2"
    for place, width in enumerate((14, 16, 11, 9, 28, 10, 12, 8, 7, 40, 8, 40, 13, 18, 10, 14)):
        page.column_dimensions[chr(65 + place)].width = width

    def cell(value: str | int | float, bold: bool = False) -> Any:
        made = WriteOnlyCell(page, value=_legal(value))
        if isinstance(value, str):
            made.data_type = "s"
            made.number_format = "@"
        if bold:
            made.font = Font(bold=True)
        return made

    page.append([cell(translate(name), bold=True) for name in COLUMNS.values()])
    for row in rows:
        page.append([cell(value) for value in cells(row).values()])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def edited(rows: Sequence[Row], content: bytes, name: str, classes: Sequence[str]) -> tuple[tuple[Row, ...], tuple[Message, ...]]:
    """Return the rows as a workbook that came back says, and what of it cannot be understood.

    What people may change is whether a series is taken, its class, and the rectangles; everything else is as it was found.  Rows that are
    missing in the workbook stay as they are.  Raises AnnotatorError where it is no table of an intake.
    """
    said = _lines(content, name)
    problems, found = list[Message](), list[Row]()
    for row in rows:
        line = said.pop(row.mark, None)
        if line is None:
            found.append(row)
            continue
        changed, flaw = _changed(row, line, classes)
        found.append(changed)
        if flaw is not None:
            problems.append(message("{series}: {problem}", series=row.mark, problem=flaw))
    problems += [message("{series}: there is no such series in this export", series=mark) for mark in said]
    return tuple(found), tuple(problems)


def _changed(row: Row, line: Mapping[str, str], classes: Sequence[str]) -> tuple[Row, Message | None]:
    wish, kind, burned = line["verdict"].strip().casefold(), line["class"].strip(), line["burned"].strip()
    if wish not in _YES | _NO:
        return row, message("“{text}” is neither yes nor no", text=wish)
    if kind and kind not in classes:
        return row, message("“{text}” is no class of the project", text=kind)
    try:
        boxes_in(burned)
    except ValueError:
        return row, message("“{text}” names no rectangles: write x,y,width,height; …", text=burned)
    row = replace(row, class_folder=kind, burned=burned or row.burned)
    return (row if (wish in _YES) == row.verdict.taken else by_hand(row, wish in _YES)), None


def by_hand(row: Row, taken: bool) -> Row:
    """Return the row as a person decided."""
    return replace(row, verdict=TAKEN if taken else left_out("person"), by_hand=True)


def digest(rows: Sequence[Row]) -> str:
    """Return the SHA-256 of what two people confirm: the series that are taken, whose they are, their class and their rectangles."""
    taken = [row for row in rows if row.verdict.taken]
    told = sorted([r.facts.uid, r.facts.patient_id, r.new_id, r.class_folder, r.burned, r.facts.images] for r in taken)
    return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()


def _lines(content: bytes, name: str) -> dict[str, Mapping[str, str]]:
    headings = {key: {nfc(translate(text)).casefold(), text.casefold(), key} for key, text in COLUMNS.items()}
    for leaf in clinical_sheet.read(content, name):
        for line in leaf.lines[:5]:
            there = [cell.casefold() for cell in line.cells]
            places = {key: next((there.index(word) for word in words if word in there), None) for key, words in headings.items()}
            wanted = {key: place for key, place in places.items() if place is not None}
            if {"series", "verdict", "class", "burned"} <= wanted.keys():
                below = (other for other in leaf.lines if other.number > line.number)
                return {other.cell(wanted["series"]): {key: other.cell(place) for key, place in wanted.items()} for other in below}
    raise AnnotatorError(
        message("Reading the table {name}", name=name),
        message("it has not the columns of an intake's table"),
        message("Write the table to Excel again, and change it there"),
    )


def _legal(value: str | int | float) -> str | int | float:
    """Without the control characters that a workbook cannot hold."""
    return "".join(c for c in value if c >= " " or c in "\t\n") if isinstance(value, str) else value
