"""Say beside the data what is there: a row for each stack with its part, patient, class and plane, and its size before and after."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields

from annotator.domain.exchange import Item
from annotator.domain.frozen_set import Member
from annotator.domain.quantised import Scale
from annotator.domain.spreadsheet import harmless
from annotator.workspace.sets.ready import Ready

WORKBOOK, PLAIN, LEFT_OUT = "list.xlsx", "list.csv", "left_out"
Cell = str | int | float | None


@dataclass(frozen=True)
class Row:
    """One stack of a set as it went out; lengths in mm are empty where the images do not say them.

    `slope` and `intercept` say what a PNG's numbers mean: value = number × slope + intercept; DICOM and NIfTI files say that themselves.
    """

    part: str
    patient: str
    series: str
    class_folder: str
    modality: str
    stem: str
    plane: str
    images_before: int
    images: int
    columns_before: int
    rows_before: int
    columns: int
    rows: int
    row_spacing_before: float | None
    column_spacing_before: float | None
    row_spacing: float | None
    column_spacing: float | None
    slice_distance_before: float | None
    slice_distance: float | None
    annotated_images: int
    annotations: int
    values: str
    unit: str
    slope: float | None
    intercept: float | None

    @staticmethod
    def of(found: Ready, member: Member, items: Sequence[Item], annotations: int, flat: Scale | None) -> Row:
        """Return the row of a prepared stack."""
        first = found.sheets[0]
        before, after, far = first.image.spacing or (None, None), found.spacing or (None, None), found.distances
        return Row(
            part=member.part,
            patient=member.patient,
            series=first.names.series,
            class_folder=member.class_folder,
            modality=member.modality,
            stem=found.stem,
            plane=found.plane,
            images_before=len(found.sheets),
            images=len(items),
            columns_before=first.image.columns,
            rows_before=first.image.rows,
            columns=found.after.columns,
            rows=found.after.rows,
            row_spacing_before=_short(before[0]),
            column_spacing_before=_short(before[1]),
            row_spacing=_short(after[0]),
            column_spacing=_short(after[1]),
            slice_distance_before=_short(far[0]),
            slice_distance=_short(far[1]),
            annotated_images=sum(bool(item.sheet.annotations) for item in items),
            annotations=annotations,
            values=found.after.kind.value,
            unit=found.unit,
            slope=None if flat is None else flat.slope,
            intercept=None if flat is None else flat.intercept,
        )


COLUMNS = tuple(field.name for field in fields(Row))


def workbook(rows: Iterable[Row], left: Sequence[tuple[str, str]]) -> bytes:
    """Return the list as an Excel workbook, with a page that says who was left out and why."""
    from annotator.formats import sheets

    return sheets.workbook([("list", COLUMNS, [astuple(row) for row in rows]), (LEFT_OUT, ("patient", "why"), left)])


def plain(rows: Iterable[Row]) -> bytes:
    """Return the list as CSV: UTF-8 with a mark, so that Excel shows Korean; no cell that Excel would take for a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else "" if cell is None else repr(cell) for cell in astuple(row)])
    return stream.getvalue().encode("utf-8-sig")


def _short(length: float | None) -> float | None:
    return None if length is None else round(length, 6)
