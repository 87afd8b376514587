"""`annotator clinical` says what fits and what does not, keeps the sheet where asked, and moves patients whose class becomes known."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.workspace import clinical, projects
from annotator.workspace.patients import patients_of
from tests.formats.clinical_files import HEADINGS, ROWS, text, workbook
from tests.workspace.study import box, lung_project, opened, small_ct


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A lung project with one patient, P000001, drawn on and without a class."""
    small_ct(tmp_path / "영상", slices=2)
    lung_project(tmp_path / "과제")
    session, _ = opened(tmp_path / "과제", tmp_path / "영상")
    session.choose_tool("tool.box")
    session.perform(box(10, 10, 30, 28))
    session.close()
    return tmp_path / "과제"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["clinical", *words])
    return code, capsys.readouterr().out


def test_a_sheet_is_shown_and_nothing_is_kept(root, tmp_path, capsys):
    (tmp_path / "a.csv").write_bytes(text((HEADINGS, *ROWS), encoding="cp949"))
    code, out = said(capsys, str(root), str(tmp_path / "a.csv"))
    assert code == 0
    assert "class (Benign/malignant) ← 양성/악성" in out
    assert "joined: 1" in out and "unknown, rows of nobody: 1  P000002" in out
    assert "class from the sheet, to be moved: 1  P000001" in out
    assert clinical.newest(root).number == 0


def test_a_sheet_is_kept_and_the_patient_moves(root, tmp_path, capsys):
    (tmp_path / "a.xlsx").write_bytes(workbook(("CT", (HEADINGS, ROWS[0]))))
    code, out = said(capsys, str(root), str(tmp_path / "a.xlsx"), "--apply", "--user", "김관리", "--language", "ko")
    assert code == 0 and "P000001 → malignant: 파일 2개를 옮겼습니다" in out
    assert clinical.newest(root).author == "김관리"
    assert patients_of(root, projects.open_project(root).project) == {"P000001": "malignant"}
    assert main(["check", str(root)]) == 0
    assert " 0 errors, 0 remarks" in capsys.readouterr().out


def test_an_error_in_a_cell_ends_with_one_and_names_file_sheet_row_and_column(root, tmp_path, capsys):
    (tmp_path / "a.xlsx").write_bytes(workbook(("CT", (HEADINGS, ("P000001", "예순", *ROWS[0][2:])))))
    code, out = said(capsys, str(root), str(tmp_path / "a.xlsx"), "--sheet", "CT")
    assert code == 1
    assert "error  a.xlsx, CT, row 2, 나이: “예순” is no number" in out


def test_columns_are_named_on_the_command_line(root, tmp_path, capsys):
    (tmp_path / "a.csv").write_bytes(text((("코드", *HEADINGS[1:]), *ROWS)))
    assert "joined: 0" in said(capsys, str(root), str(tmp_path / "a.csv"))[1]
    assert "joined: 1" in said(capsys, str(root), str(tmp_path / "a.csv"), "--column", "id=코드")[1]
    assert main(["clinical", str(root), str(tmp_path / "a.csv"), "--column", "id"]) == 1
    assert "“id” is no column=heading" in capsys.readouterr().err
