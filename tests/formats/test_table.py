"""The table says what was drawn, in Excel and in any reader of CSV, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from annotator.dicom.phantom import write_study
from annotator.dicom.pixels import picture
from annotator.domain.exchange import Chosen, Item
from annotator.domain.mask_measures import mask_measures
from annotator.domain.path import Path
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats import table
from annotator.formats.table import COLUMNS, CSV, EXCHANGE, XLSX
from annotator.i18n import use_language
from tests.formats.items import WINDOW, described, files_of, item
from tests.formats.sheets import TWO_PARTS, sheet_of

EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "=cmd|' /C calc'!A0")
BOXED = Region.box(10, 12.5, 20, 30)


@pytest.fixture(scope="session")
def slice_of_ct(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("phantoms"), ("chest-ct",), small=True)[3].path


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
        10, 12.5, 20, 30, 10, 17.5, 7.5, 8.75, None, 180, 180 * 0.375, 1, 0, "흉막", "김판독", WINDOW.time, "1.2.826.0.1.1", 1,
        pytest.approx(2 * (7.5 + 9.0)), pytest.approx(math.hypot(7.5, 9.0)), first[32], None, None, None, None, None, "3 mm",
    )  # fmt: skip
    assert (second[21:25], second[11]) == ((second[21], second[21] * 0.375, 2, 2), "Free")
    lines = as_csv(files)
    assert files[CSV].startswith(b"\xef\xbb\xbf") and lines[0] == list(head)
    assert lines[1] == ["" if value is None else value if isinstance(value, str) else lines[1][n] for n, value in enumerate(first)]
    assert [float(lines[1][n]) for n in range(12, 20)] == [10, 12.5, 20, 30, 10, 17.5, 7.5, 8.75]


def test_a_line_has_a_length_and_no_area():
    (_, row) = as_xlsx(files_of(EXCHANGE, [item(Path((((0.0, 0.0), (4.0, 8.0)),)))]))
    assert [cell.value for cell in row[20:25]] == [5.0, None, None, 1, 0]


def test_the_values_are_those_of_the_pixels_in_the_unit_of_the_image(slice_of_ct):
    """Of a CT's file: HU; the same figures as on the screen, from the same masks; without them where they are not wanted."""
    free = Region(((((10.0, 10.0), (40.5, 12.25), (38.0, 30.0)),),))
    sheet = sheet_of(slice_of_ct, free, BOXED)
    one = Item(sheet, "one")
    shown, spacing = picture(sheet.image), sheet.image.spacing
    for row, shape in zip(as_xlsx(files_of(EXCHANGE, [one]))[1:], (free, BOXED), strict=True):
        mask = region_mask(shape, shown.rows, shown.columns)
        inside, found = shown.values()[mask.array()].astype(float), mask_measures(mask, spacing)
        cells = [cell.value for cell in row[30:38]]
        assert cells[:3] == pytest.approx([found.perimeter, found.long.length, found.short.length])
        assert cells[3:7] == pytest.approx([inside.mean(), inside.std(), inside.min(), inside.max()]) and cells[7] == "HU"
    without = as_xlsx(files_of(EXCHANGE, [one], values="no"))[1]
    assert [cell.value for cell in without[33:38]] == [None] * 5 and without[31].value is not None


def test_values_that_cannot_be_read_are_missing_and_that_is_said(tmp_path):
    (tmp_path / "broken.dcm").write_bytes(b"no DICOM")
    chosen = Chosen(item(BOXED).sheet.project, {})
    gone = item(BOXED)
    broken = replace(gone, sheet=replace(gone.sheet, image=replace(gone.sheet.image, path=str(tmp_path / "broken.dcm"))))
    assert "no DICOM files" in str(EXCHANGE.write([gone], chosen).remarks[0])
    assert str(EXCHANGE.write([broken], chosen).remarks[0]).startswith("0001: the values are missing: ")
    assert EXCHANGE.write([item()], chosen).remarks == ()


@pytest.mark.parametrize("evil", EVIL)
def test_no_cell_is_ever_a_formula(evil):
    one = described(item(BOXED), note=evil, attributes=((evil, evil),))
    files = files_of(EXCHANGE, [one])
    head, row = as_xlsx(files)
    assert all(cell.data_type != "f" for cell in (*head, *row))
    if "\r" not in evil:
        assert (row[25].value, row[38].value, head[38].value) == (evil, evil, evil)
    shown = evil if evil in ("+1", "-1") else f"'{evil}"  # a number is no formula
    assert as_csv(files)[1][25] == shown == as_csv(files)[0][38]


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
