"""A table of annotations for people: `annotations.xlsx` and `annotations.csv`, a row for each; it is only written.

Headings are in the language of the person who writes, or in English.  Texts stay texts: a cell that begins with `=`, `+`, `-`, `@` or a tab
is never a formula (in the workbook it is typed as text, in the CSV an apostrophe stands before it).  Coordinates are image coordinates, the
box that of the geometry; all else is measured on the mask as it is delivered (`annotator.domain.mask_measures`), a line has a length
instead.  Values are those of the mask's pixels in the image's unit (HU, SUV), σ is that of all of them; of a line those of its stroke.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from annotator.domain.annotation import Annotation
from annotator.domain.delivered import delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Written
from annotator.domain.losses import Trait
from annotator.domain.mask_measures import MaskMeasures, sized
from annotator.domain.measure import Statistics
from annotator.domain.path import Path
from annotator.domain.picture import Picture
from annotator.domain.spreadsheet import harmless
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from annotator.formats.listing import category_of
from annotator.i18n import Message, mark, message, translate

HEADINGS = Choice(
    "headings",
    mark("The language of the headings"),
    (
        ("program", mark("that of the program")),
        ("english", mark("English")),
    ),
)
VALUES = Choice(
    "values",
    mark("Values of the pixels (mean, σ, lowest, highest)"),
    (
        ("yes", mark("written along")),
        ("no", mark("left out")),
    ),
)
COLUMNS = (
    *(mark("Patient id"), mark("Series id"), mark("Image id"), mark("Class folder"), mark("Split of the data"), mark("Modality code")),
    *(mark("Category group"), mark("Category id"), mark("Category name"), mark("Category name (English)")),
    *(mark("Annotation id"), mark("Toolname"), mark("Left x1"), mark("Top y1"), mark("Right x2"), mark("Bottom y2")),
    *(mark("Width (pixels)"), mark("Height (pixels)"), mark("Width (mm)"), mark("Height (mm)"), mark("Length (mm)")),
    *(mark("Area (pixels)"), mark("Area (mm²)"), mark("Number of parts"), mark("Number of holes")),
    *(mark("Note on the annotation"), mark("Drawn by"), mark("Drawn at"), mark("SOP Instance UID"), mark("Frame number")),
    *(mark("Perimeter (mm)"), mark("Long axis (mm)"), mark("Short axis (mm)")),
    *(mark("Mean value"), mark("Standard deviation (σ)"), mark("Lowest value"), mark("Highest value"), mark("Unit of the values")),
)
XLSX, CSV = "annotations.xlsx", "annotations.csv"
Cell = str | int | float | None
_ROWS_OF_A_SHEET = 1_048_575
_LONGEST = 32_767
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class _Row:
    """The cells of an annotation under `COLUMNS`, and its attributes."""

    cells: tuple[Cell, ...]
    attributes: tuple[tuple[str, str], ...]


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return the rows of an image as a part of the tables; raises AnnotatorError where the project has no such category."""
    (item,) = items
    annotations = delivered(item.sheet)
    picture, remarks = _picture(item.sheet) if annotations and chosen.value(VALUES) == "yes" else (None, ())
    rows = tuple(_row(item, annotation, picture) for annotation in annotations)
    return Written({}, rows, {item.sheet.image.key: (XLSX, CSV)}, remarks)


def finish(parts: Sequence[object], chosen: Chosen) -> Mapping[str, bytes]:
    """Return the workbook and the CSV of the whole data set."""
    rows = [row for part in parts if isinstance(part, tuple) for row in part if isinstance(row, _Row)]
    attributes = tuple(dict.fromkeys(name for row in rows for name, _ in row.attributes))
    told = chosen.value(HEADINGS) == HEADINGS.values[0]
    head = (*(translate(column) if told else column for column in COLUMNS), *attributes)
    return {XLSX: _workbook(head, attributes, rows), CSV: _text(head, attributes, rows)}


def _picture(sheet: Sheet) -> tuple[Picture | None, tuple[Message, ...]]:
    """Return the pixels of an image, or what there is to say where they cannot be read."""
    if not sheet.image.path:
        return None, (message("Values are missing: there are no DICOM files to read them from"),)
    from annotator.dicom.pixels import picture  # what decodes is loaded where something is decoded

    try:
        return picture(sheet.image), ()
    except AnnotatorError as error:
        return None, (message("{image}: the values are missing: {reason}", image=sheet.names.image, reason=error.cause),)


def _row(item: Item, annotation: Annotation, picture: Picture | None) -> _Row:
    sheet, shape = item.sheet, annotation.shape
    category = category_of(sheet, annotation.category, message("Writing the table for image {image}", image=sheet.names.image))
    names, drawn, spacing = sheet.names, annotation.drawn, sheet.image.spacing
    x1, y1, x2, y2 = (float(value) for value in shape.bounds)
    found = sized([shape], sheet.image, sheet.project.mask.line_width, picture)
    cells: tuple[Cell, ...] = (
        *(names.patient, names.series, names.image, names.class_folder, item.split, sheet.modality.code),
        *(category.supercategory, category.id, category.name, category.name_en, annotation.id, annotation.toolname),
        *(x1, y1, x2, y2, x2 - x1, y2 - y1),
        *((x2 - x1) * spacing[1] if spacing else None, (y2 - y1) * spacing[0] if spacing else None),
        *(found.length if spacing else None, *_extent(sheet, annotation, found.measures)),
        *(annotation.note, drawn.author, drawn.time, sheet.image.key.uid, sheet.image.key.frame),
        *_axes(found.measures),
        *_values(found.values, picture.unit if picture is not None else ""),
    )
    return _Row(cells, annotation.attributes)


def _extent(sheet: Sheet, annotation: Annotation, measures: MaskMeasures | None) -> tuple[Cell, ...]:
    """Pixels and mm² of a region's mask, none of a line; parts and holes."""
    shape = annotation.shape
    if isinstance(shape, Path):
        return None, None, len(shape.parts), 0
    pixels, area = (measures.count, measures.area) if measures is not None else (0, 0.0)
    return pixels, area if sheet.image.spacing else None, len(shape.parts), sum(len(part) - 1 for part in shape.parts)


def _axes(measures: MaskMeasures | None) -> tuple[Cell, ...]:
    """Perimeter, long and short axis of a region's mask in mm."""
    if measures is None or measures.spacing is None:
        return None, None, None
    return measures.perimeter, measures.long.length, measures.short.length


def _values(values: Statistics | None, unit: str) -> tuple[Cell, ...]:
    return (values.mean, values.deviation, values.least, values.most, unit) if values is not None else (None, None, None, None, "")


def _cells(row: _Row, attributes: Sequence[str]) -> Iterator[Cell]:
    said = dict(row.attributes)
    for cell in chain(row.cells, (said.get(name) for name in attributes)):
        yield _CONTROL.sub("", cell)[:_LONGEST] if isinstance(cell, str) else cell


def _text(head: Sequence[str], attributes: Sequence[str], rows: Sequence[_Row]) -> bytes:
    """UTF-8 with a mark, so that Excel shows Korean."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_harmless(name) for name in head])
    writer.writerows([_harmless(cell) for cell in _cells(row, attributes)] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _harmless(cell: Cell) -> str:
    if isinstance(cell, str):
        return harmless(cell)
    return "" if cell is None else repr(cell)


def _workbook(head: Sequence[str], attributes: Sequence[str], rows: Sequence[_Row]) -> bytes:
    """A workbook whose texts are typed as texts; what does not fit on one sheet goes on on the next."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for start in range(0, max(len(rows), 1), _ROWS_OF_A_SHEET):
        sheet = book.create_sheet()
        sheet.freeze_panes = "A2"
        sheet.append([_typed(WriteOnlyCell(sheet), _CONTROL.sub("", name)) for name in head])
        for row in rows[start : start + _ROWS_OF_A_SHEET]:
            sheet.append([_typed(WriteOnlyCell(sheet), cell) for cell in _cells(row, attributes)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _typed(cell: Any, value: Cell) -> Any:
    """A cell of a workbook; a text is one whatever it begins with."""
    cell.value = value if value != "" else None
    if isinstance(value, str) and value:
        cell.data_type = "s"
    return cell


EXCHANGE = Exchange(
    id="table",
    name=mark("Table of annotations (Excel and CSV)"),
    cannot_hold=(Trait.HOLES, Trait.PARTS, Trait.COURSES, Trait.OUTLINES, Trait.SUBPIXEL, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS),
    write=write,
    splits=True,
    finish=finish,
    choices=(HEADINGS, VALUES),
)
