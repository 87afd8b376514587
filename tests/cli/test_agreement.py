"""`annotator agreement` prints who agrees how far, writes Excel, CSV and JSON, and ends with 1 below the bar and 2 where it cannot."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from annotator.cli.main import main
from annotator.workspace import projects
from tests.workspace.test_agreeing import root

__all__ = ["root"]


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["agreement", *map(str, words)])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_who_lies_below_the_bar_ends_with_one(root, capsys):
    """Kim found 2 of 3: below 90 %."""
    code, out, _ = said(capsys, root)
    assert code == 1
    assert "Reader: Kim" in out and "Figure of the bar: 0.667" in out and "Met: below" in out
    assert "HD95 = the larger of the two directed 95th percentiles" in out


def test_two_readers_are_compared_and_nobody_is_held_against_the_bar(root, capsys):
    code, out, _ = said(capsys, root, "--readings", "Lee", "Kim")
    assert code == 0
    assert "Reader: Lee  Compared with: Kim  Agreement: 0.667" in out


def test_json_holds_the_same_figures(root, capsys):
    code, out, _ = said(capsys, root, "--json")
    found = json.loads(out)
    assert code == 1 and found["bar"]["below"] == ["Kim"]
    kim, lee = found["annotators"]
    assert (kim["reader"], kim["right"], kim["missed"], kim["extra"]) == ("Kim", 2, 1, 0)
    assert kim["interval"][0] < kim["agreement"] < kim["interval"][1] and lee["agreement"] == 1.0
    assert [(entry["one"], entry["other"]) for entry in found["pairs"]] == [("Kim", "Lee")]
    assert len(found["images"]) == 3 * 3 and len(found["cases"]) == 3


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_workbook_has_a_page_for_each_table(root, tmp_path, capsys, language):
    said(capsys, root, "--out", tmp_path / "a.xlsx", "--language", language)
    book = load_workbook(tmp_path / "a.xlsx")
    english = ["Annotators", "Pairs", "Cases", "Images", "By category", "Confusion", "Formulas"]
    korean = ["어노테이터", "판독자 쌍", "케이스", "영상", "카테고리별", "혼동 행렬", "계산식"]
    assert book.sheetnames == (korean if language == "ko" else english)
    rows = list(book.worksheets[3].iter_rows(values_only=True))
    assert len(rows) == 1 + 3 * 3 and rows[1][1] == "P000001"
    assert any("IoU ≥ 0.5" in row[0] for row in book.worksheets[6].iter_rows(values_only=True))


def test_the_csv_has_all_tables(root, tmp_path, capsys):
    said(capsys, root, "--out", tmp_path / "a.csv")
    rows = list(csv.reader(StringIO((tmp_path / "a.csv").read_text("utf-8-sig"))))
    assert [row[0] for row in rows if len(row) == 1][:3] == ["Annotators", "Pairs", "Cases"]
    json_too = said(capsys, root, "--out", tmp_path / "a.json")
    assert json_too[0] == 1 and json.loads((tmp_path / "a.json").read_text("utf-8"))["bar"]["bar"] == 0.9


def test_what_cannot_be_done_ends_with_two(root, tmp_path, capsys):
    assert said(capsys, tmp_path)[0] == 2
    code, _, err = said(capsys, root, "--out", tmp_path / "a.pdf")
    assert code == 2 and ".xlsx, .csv, .json" in err
    code, _, err = said(capsys, root, "--readings", "Kim", "Nobody")
    assert code == 2 and "no case has a reading of both" in err
    code, _, err = said(capsys, root, "--readings", "Kim")
    assert code == 2 and "needs a value" in err


def test_a_project_without_work_has_nothing_to_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    projects.create("lung-cancer", tmp_path / "p")
    code, out, _ = said(capsys, tmp_path / "p")
    assert code == 0 and "nothing to compare" in out
