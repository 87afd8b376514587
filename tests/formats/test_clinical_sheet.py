"""A clinical sheet is read whatever it was saved as; what cannot be read is named for what it is."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.errors import AnnotatorError
from annotator.formats import clinical_sheet, clinical_workbook
from annotator.formats.clinical_sheet import read
from annotator.i18n import say
from annotator.paths import nfc
from tests.formats.clinical_files import HEADINGS, ROWS, bomb, compound, text, workbook

TABLE = (HEADINGS, *ROWS)


def cells(content: bytes, name: str = "시트.csv") -> list[tuple[str, ...]]:
    """The rows of the only page, padded to the width of the first."""
    (leaf,) = read(content, name)
    return [tuple(line.cell(place) for place in range(len(leaf.lines[0].cells))) for line in leaf.lines]


def refusal(content: bytes, name: str = "시트.xlsx") -> str:
    with pytest.raises(AnnotatorError) as told:
        read(content, name)
    assert name in say(told.value.doing)
    return say(told.value.cause)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_is_read_in_every_encoding_and_with_every_separator(encoding, separator):
    assert cells(text(TABLE, separator, encoding)) == list(TABLE)


def test_a_workbook_says_the_same_as_a_text():
    assert cells(workbook(("임상", TABLE))) == list(TABLE)


CELL = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=8)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=2, max_size=6))
def test_whatever_excel_writes_as_csv_comes_back(rows):
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([["ID", "나이", "a", "b"], ["1", "2", "3", "4"], *rows])
    (leaf,) = read(stream.getvalue().encode("utf-8-sig"), "x.csv")
    wanted = [tuple(nfc(cell).strip() for cell in row) for row in rows]
    got = [line.cells for line in leaf.lines[2:]]
    assert got == [row for row in wanted if any(row)]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows():
    (leaf,) = read(workbook(("1", [["임상 데이터"], [], HEADINGS, ROWS[0]])), "a.xlsx")
    assert [line.number for line in leaf.lines] == [1, 3, 4]
    (leaf,) = read('ID,비고\r\n1,"두\r\n줄"\r\n\r\n2,x\r\n'.encode(), "a.csv")
    assert [line.number for line in leaf.lines] == [1, 2, 5]


def test_cells_are_read_as_a_person_sees_them():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([12, 1.8, 3.0, datetime.date(2019, 3, 4), datetime.datetime(2019, 3, 4, 5, 6), True, "  둘  ", "가"])
    sheet.append([7, 7, -7, 7, 7, 7, 7, 7])
    sheet["A2"].number_format, sheet["B2"].number_format, sheet["C2"].number_format = '"P"000000', "0000", "0000"
    stream = io.BytesIO()
    book.save(stream)
    first, second = cells(stream.getvalue())
    assert first == ("12", "1.8", "3", "2019-03-04", "2019-03-04 05:06:00", "TRUE", "둘", "가")
    assert second[:4] == ("P000007", "0007", "-7", "7")


def test_a_formula_without_a_result_and_an_error_are_told_in_their_cells():
    (leaf,) = read(workbook(("1", [["ID", "나이", "b"], ["1", "=A1+1", "#N/A"]])), "a.xlsx")
    odd = {place: say(told) for place, told in leaf.lines[1].odd.items()}
    assert "without a result" in odd[1] and "#N/A" in odd[2]
    assert leaf.lines[1].cells == ("1", "", "")


def test_every_page_of_a_workbook_is_there_and_empty_ones_are_not():
    leaves = read(workbook(("X-ray", TABLE), ("빈 시트", []), ("CT", TABLE)), "a.xlsx")
    assert [leaf.name for leaf in leaves] == ["X-ray", "CT"]


def test_a_locked_workbook_is_called_encrypted():
    assert "encrypted with a password" in refusal(compound("EncryptionInfo", "EncryptedPackage"))


def test_an_old_workbook_is_called_old():
    assert "(.xls)" in refusal(compound("Workbook"), "환자.xls")
    assert refusal(compound("WordDocument")) == "it is no Excel workbook"


def test_a_web_page_that_bears_the_name_of_a_workbook_is_told():
    assert "web page" in refusal(b"\r\n<html><table><tr><td>ID</td></tr></table></html>")


@pytest.mark.parametrize("rest", [0, 10, 100, 1000])
def test_a_workbook_that_was_not_copied_to_its_end_is_called_damaged(rest):
    whole = workbook(("1", TABLE))
    assert "damaged" in refusal(whole[: len(whole) - 200] if rest == 0 else whole[: 4 + rest])


def test_an_archive_that_is_no_workbook_is_called_damaged():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "b")
    assert "damaged" in refusal(stream.getvalue())
    with zipfile.ZipFile(stream := io.BytesIO(), "w") as archive:
        archive.writestr("xl/workbook.bin", "b")
    assert ".xlsb" in refusal(stream.getvalue())


def test_every_flipped_byte_is_read_or_told():
    whole = bytearray(workbook(("1", TABLE)))
    for place in range(0, len(whole), 97):
        whole[place] ^= 0xFF
        try:
            read(bytes(whole), "a.xlsx")
        except AnnotatorError as error:
            assert say(error.message)
        whole[place] ^= 0xFF


def test_a_workbook_that_unfolds_beyond_measure_is_refused_before_it_does():
    assert "unfolds to 64 MB" in refusal(bomb(64))


def test_an_entity_that_multiplies_is_not_followed():
    stream = io.BytesIO(workbook(("1", TABLE)))
    with zipfile.ZipFile(stream) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    lol = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b"Adenocarcinoma" in sheet
    parts["xl/worksheets/sheet1.xml"] = lol + sheet.replace(b"Adenocarcinoma", b"&b;")
    with zipfile.ZipFile(stream := io.BytesIO(), "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert "damaged" in refusal(stream.getvalue())


def test_too_many_rows_columns_and_cells_are_refused(monkeypatch):
    monkeypatch.setattr(clinical_sheet, "ROW_LIMIT", 2)
    assert "more than 2 rows" in refusal(text(TABLE), "a.csv")
    assert "more than 2 rows" in refusal(workbook(("1", TABLE)))
    monkeypatch.undo()
    monkeypatch.setattr(clinical_workbook, "_CELLS", 10)
    assert "more than" in refusal(workbook(("1", TABLE)))
    assert "columns" in refusal(text([["x"] * 600] * 2), "a.csv")


def test_an_empty_file_and_one_of_bytes_are_told():
    assert refusal(b" \r\n") == "it is empty"
    assert "neither UTF-8" in refusal(bytes(range(128, 256)) * 3)


def test_an_unclosed_quote_is_told_with_its_row():
    long = "x" * 140_000
    assert "row" in refusal(f'ID,나이\r\n1,"{long}'.encode(), "a.csv")


def test_a_separator_that_excel_names_itself_is_taken():
    assert cells("sep=;\r\nID;나이\r\n1;2\r\n".encode())[0] == ("ID", "나이")
