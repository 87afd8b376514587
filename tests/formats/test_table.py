"""The table says what was drawn, in Excel and in any reader of CSV, and no cell is a formula."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats import table
from annotator.formats.table import COLUMNS, CSV, EXCHANGE, XLSX
from annotator.i18n import use_language
from tests.formats.items import WINDOW, described, files_of, item
from tests.formats.sheets import TWO_PARTS

EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "=cmd|' /C calc'!A0")
BOXED = Region.box(10, 12.5, 20, 30)


def as_csv(files):
    return list(csv.reader(io.StringIO(files[CSV].decode("utf-8-sig"), newline="")))


def as_xlsx(files):
    return list(load_workbook(io.BytesIO(files[XLSX])).active.iter_rows())


def test_a_row_says_all_of_an_annotation():
    one = described(item(("CCT4", BOXED), TWO_PARTS, split="train"), drawn=WINDOW, note="흉막", attributes=(("크기", "3 mm"),))
    files = files_of(EXCHANGE, [one, item(number=2)])
    head, first, second = (tuple(cell.value for cell in row) for row in as_xlsx(files))
    assert head == (*COLUMNS, "크기")
    assert first == (
        "P000001", "S001", "0001", "malignant", "train", "CCT", "CCT", 4, "섬유화반흔", "Fibrotic scar", 1, "Box",
        10, 12.5, 20, 30, 10, 17.5, 7.5, 8.75, None, 180, 180 * 0.375, 1, 0, "흉막", "김판독", WINDOW.time, "1.2.826.0.1.1", 1, "3 mm",
    )  # fmt: skip
    assert (second[21:25], second[11]) == ((second[21], second[21] * 0.375, 2, 2), "Free")
    lines = as_csv(files)
    assert files[CSV].startswith(b"\xef\xbb\xbf") and lines[0] == list(head)
    assert lines[1] == ["" if value is None else value if isinstance(value, str) else lines[1][n] for n, value in enumerate(first)]
    assert [float(lines[1][n]) for n in range(12, 20)] == [10, 12.5, 20, 30, 10, 17.5, 7.5, 8.75]


def test_a_line_has_a_length_and_no_area():
    (_, row) = as_xlsx(files_of(EXCHANGE, [item(Path((((0.0, 0.0), (4.0, 8.0)),)))]))
    assert [cell.value for cell in row[20:25]] == [5.0, None, None, 1, 0]


@pytest.mark.parametrize("evil", EVIL)
def test_no_cell_is_ever_a_formula(evil):
    one = described(item(BOXED), note=evil, attributes=((evil, evil),))
    files = files_of(EXCHANGE, [one])
    head, row = as_xlsx(files)
    assert all(cell.data_type != "f" for cell in (*head, *row))
    if "\r" not in evil:
        assert (row[25].value, row[30].value, head[30].value) == (evil, evil, evil)
    assert as_csv(files)[1][25] == f"'{evil}" == as_csv(files)[0][30]


def test_signs_that_no_workbook_can_hold_are_left_out():
    one = described(item(BOXED), note="a\x00b\x1b\ud800" + "긴" * 40_000)
    cell = as_xlsx(files_of(EXCHANGE, [one]))[1][25].value
    assert cell.startswith("ab긴") and len(cell) == 32_767


def test_headings_are_korean_where_the_program_is():
    use_language("ko")
    assert as_csv(files_of(EXCHANGE, [item(BOXED)]))[0][:3] == ["환자 ID", "시리즈 ID", "영상 ID"]
    assert as_csv(files_of(EXCHANGE, [item(BOXED)], headings="english"))[0] == list(COLUMNS)


def test_what_does_not_fit_on_a_sheet_goes_on_on_the_next(monkeypatch):
    monkeypatch.setattr(table, "_ROWS_OF_A_SHEET", 2)
    book = load_workbook(io.BytesIO(files_of(EXCHANGE, [item(BOXED, BOXED, BOXED)])[XLSX]))
    assert [sheet.max_row for sheet in book] == [3, 2] and len(as_csv(files_of(EXCHANGE, [item()]))) == 1


def test_a_category_that_the_project_does_not_know_is_refused():
    with pytest.raises(AnnotatorError, match="no category XXX9"):
        files_of(EXCHANGE, [item(("XXX9", BOXED))])
