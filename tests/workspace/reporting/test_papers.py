"""The quality report, the two papers, the contour pictures with their sheet, and the log say what is in the project."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from annotator.cli.main import main
from annotator.domain.course import INSPECT, MOVE, VERDICT, State, Step
from annotator.domain.person import Acting
from annotator.errors import AnnotatorError
from annotator.formats import korean_font
from annotator.formats.papers import InspectedCase, InspectionSheet, inspection_pdf
from annotator.formats.picture import png_size
from annotator.progress import Report
from annotator.workspace import log, projects, revisions, steps
from annotator.workspace.checking.running import checked
from annotator.workspace.reporting.contour_files import SHEET, write_contours
from annotator.workspace.reporting.contour_import import read_sheet, send_back
from annotator.workspace.reporting.counting import counted, verdict_of
from annotator.workspace.reporting.log_files import write_log
from tests.workspace.checking.trees import amend, clean_project, move, revision_of, the

TIME = "2026-03-04T05:06:07+09:00"
DRAWER, REVIEWER = Acting("김판독"), Acting("이검수")


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return clean_project(tmp_path_factory.mktemp("clean"))


@pytest.fixture
def root(clean, tmp_path):
    return Path(shutil.copytree(clean, tmp_path / "project"))


def case_of(root):
    return revisions.decode(revision_of(root).read_bytes()).case


def verdict(root, word, person=REVIEWER):
    steps.take(root, Step(case_of(root), 0, VERDICT, "", "", TIME, facts={"verdict": word}), person, ())


def in_review(root):
    move(root, case_of(root), State.SECOND_PASS, State.MACHINE_CHECK, State.REVIEW)


def report(root, out, *more):
    return main(["report", str(root), "--out", str(out), "--jobs", "1", "--number", "LC-001", "--author", "김판독", *more])


def values_of(out):
    """Figures of the report by key."""
    found = json.loads((out / "quality-report.json").read_text("utf-8"))
    return {figure["key"]: figure for section in found["sections"] for figure in section["figures"]}


def text_of(path):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext")
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()


def test_the_report_counts_what_is_there(root, tmp_path):
    in_review(root)
    verdict(root, "pass")
    assert report(root, tmp_path / "out") == 1, "far fewer images than were promised"
    found = values_of(tmp_path / "out")
    assert (found["syntactic"]["value"], found["syntactic"]["met"]) == (100, True)
    assert (found["semantic"]["value"], found["semantic"]["met"]) == (100, True)
    assert 20 < found["semantic_low"]["value"] < 21 and found["semantic_high"]["value"] == 100, "Wilson, one of one"
    assert found["duplicates"]["met"] and found["identity"]["met"] and not found["amount"]["met"]


def test_an_error_lowers_the_syntactic_accuracy(root, tmp_path):
    the(root, "*.json").write_text("{}", "utf-8")
    report(root, tmp_path / "out")
    found = values_of(tmp_path / "out")["syntactic"]
    assert found["value"] == pytest.approx(100 * 5 / 6, abs=0.01) and found["met"] is False


def test_a_correction_is_no_right_case_and_a_case_without_a_verdict_is_open(root):
    assert verdict_of(root, case_of(root)) is None
    in_review(root)
    verdict(root, "pass")
    verdict(root, "corrected", Acting("박검수"))
    assert verdict_of(root, case_of(root)) is False


def test_a_case_that_was_sent_back_is_wrong(root):
    in_review(root)
    move(root, case_of(root), State.REWORK)
    assert verdict_of(root, case_of(root)) is False


def test_diversity_counts_people_and_lesions(root):
    for path in (root / "lung_cancer").rglob("dcm/*.dcm"):
        amend(path, PatientSex="F", PatientAge="067Y", Manufacturer="Maker", ManufacturerModelName="One")
    with checked(projects.open_project(root), Report()) as found:
        counts = counted(projects.open_project(root), found)
    assert counts.diversity["sex"] == {"F": 1} and counts.diversity["age"] == {"60-69": 1}
    assert counts.diversity["device"] == {"Maker One": 3} and counts.diversity["category"] == {"CCT3": 1, "CCT4": 1}
    assert sum(counts.diversity["size"].values()) == 2


def test_targets_of_the_project_are_held_against_the_shares(root, tmp_path):
    path = root / "project.toml"
    path.write_text(path.read_text("utf-8") + '\n[[quality.target]]\nwhat = "sex"\nvalue = "F"\nleast = 40\nmost = 60\n', "utf-8")
    for image in (root / "lung_cancer").rglob("dcm/*.dcm"):
        amend(image, PatientSex="M")
    report(root, tmp_path / "out")
    found = values_of(tmp_path / "out")["sex:F"]
    assert (found["value"], found["met"]) == (0, False)


def test_the_workbooks_and_pages_speak_both_languages(root, tmp_path):
    report(root, tmp_path / "out")
    for code, words in (("ko", ("완전성", "구문 정확성", "의미 정확성", "다양성")), ("en", ("Completeness", "Syntactic accuracy"))):
        book = openpyxl.load_workbook(tmp_path / "out" / f"quality-report.{code}.xlsx")
        said = " ".join(str(cell.value) for page in book for row in page.iter_rows() for cell in row)
        page = (tmp_path / "out" / f"quality-report.{code}.html").read_text("utf-8")
        assert all(word in said and word in page for word in words)


def test_the_papers_have_their_items_in_korean(root, tmp_path):
    step = Step(case_of(root), 0, INSPECT, "", "", TIME, facts={"tilt": "yes", "other": "호흡 흔들림", "result": "fail"})
    steps.take(root, step, REVIEWER, ())
    report(root, tmp_path / "out", "--evaluator", "최평가", "--remarks", "1차 납품")
    sheet = text_of(tmp_path / "out" / "image-inspection-sheet.pdf")
    words = ("검수확인서", "자료유형", "관리번호", "청구기호", "기울기", "판독불능", "여백", "회전", "노이즈", "기타", "서명")
    assert all(word in sheet for word in (*words, "LC-001", "호흡", "부적합", "이검수", "2026-03-04", "P000007"))
    paper = text_of(tmp_path / "out" / "quality-certificate.pdf")
    words = ("품질확인서", "사업명", "관리번호", "작성자명", "작성일", "평가결과", "작업유형", "대상자료", "수량", "비고", "평가자")
    assert all(word in paper for word in (*words, "김판독", "최평가", "1차 납품", "제목", "파일명", "해상도", "화면비", "QC"))


def test_every_font_that_is_used_is_embedded(tmp_path):
    if shutil.which("pdffonts") is None:
        pytest.skip("no pdffonts")
    path = tmp_path / "sheet.pdf"
    path.write_bytes(inspection_pdf(InspectionSheet("과제", "CCT", cases=tuple(InspectedCase(f"P{n:06d}") for n in range(200)))))
    listed = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True).stdout.decode().splitlines()[2:]
    used = [line for line in listed if not line.startswith("Helvetica ")]
    assert len(used) == 2 and all(" yes yes yes " in line for line in used)


def test_without_a_korean_font_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr(korean_font, "_fonts", lambda: iter(()))
    with pytest.raises(AnnotatorError, match="fonts-nanum"):
        korean_font.korean_font()


def contours(root, out):
    return write_contours(projects.open_project(root), out, Report())


def fill_in(path, *rows):
    """Write into rows (from 2) of the sheet: column → value."""
    book = openpyxl.load_workbook(path)
    page = book.active
    for number, values in rows:
        for column, value in values.items():
            page[f"{column}{number}"] = value
    book.save(path)


def test_contours_are_pictures_pages_and_a_sheet(root, tmp_path):
    out = tmp_path / "out"
    written = contours(root, out)
    assert (written.pictures, written.pages, written.left) == (1, 1, ())
    (picture,) = (out / "pictures").iterdir()
    rows, columns = png_size(picture.read_bytes())
    assert rows == columns >= 64
    assert f"pictures/{picture.name}" in (out / "index.html").read_text("utf-8")
    page = openpyxl.load_workbook(out / SHEET).active
    assert [cell.value for cell in page[2]][2:8] == ["P000007", "S003", "0001", "Benign, Fibrotic scar", 2, f"pictures/{picture.name}"]


def test_a_marked_row_becomes_rework_with_its_reason(root, tmp_path):
    contours(root, tmp_path / "out")
    in_review(root)
    fill_in(tmp_path / "out" / SHEET, (2, {"I": "O", "J": "경계가 크다"}))
    assert main(["contours", str(root), "--import", str(tmp_path / "out" / SHEET), "--user", "이검수"]) == 0
    held = steps.standing(root, case_of(root))
    assert held.state is State.REWORK and held.returned is not None and held.returned.reason == "경계가 크다"


def test_a_sheet_without_marks_changes_nothing(root, tmp_path):
    contours(root, tmp_path / "out")
    assert read_sheet(projects.open_project(root), tmp_path / "out" / SHEET) == ()


@pytest.mark.parametrize("values", [{"A": "1.2.3.999", "I": "O", "J": "x"}, {"B": "1.2.3.4#1", "I": "O", "J": "x"}])
def test_a_foreign_id_is_refused_with_its_row(root, tmp_path, values):
    contours(root, tmp_path / "out")
    in_review(root)
    fill_in(tmp_path / "out" / SHEET, (2, values))
    with pytest.raises(AnnotatorError, match="row 2"):
        read_sheet(projects.open_project(root), tmp_path / "out" / SHEET)
    assert steps.standing(root, case_of(root)).state is State.REVIEW


def test_a_mark_without_a_reason_is_refused_with_its_row(root, tmp_path):
    contours(root, tmp_path / "out")
    fill_in(tmp_path / "out" / SHEET, (2, {"I": "O"}))
    with pytest.raises(AnnotatorError, match="row 2"):
        read_sheet(projects.open_project(root), tmp_path / "out" / SHEET)


def test_a_case_that_cannot_go_back_is_told_and_stays(root, tmp_path):
    contours(root, tmp_path / "out")
    fill_in(tmp_path / "out" / SHEET, (2, {"I": "O", "J": "x"}))
    project = projects.open_project(root)
    returned = send_back(project, read_sheet(project, tmp_path / "out" / SHEET), REVIEWER, TIME)
    assert returned.cases == () and len(returned.refused) == 1


def test_another_table_is_no_review_sheet(root, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(AnnotatorError, match="no columns"):
        read_sheet(projects.open_project(root), path)


@pytest.mark.parametrize("words", [[], ["--out", "x", "--import", "y"]])
def test_one_of_out_and_import_is_needed(root, words):
    assert main(["contours", str(root), *words]) == 2


def logged(root):
    facts = {"image": "1.2#1", "annotation": "3", "kind": "changed", "area before (mm2)": "10.0", "area after (mm2)": "12.5"}
    log.append(root, "이검수", "reviewer", TIME, log.Done("correct", "1.2", '=HYPERLINK("http://x")', facts=facts))
    log.append(root, "@김", "annotator", TIME, log.Done(MOVE, "1.2", "+1"))


def test_the_log_is_a_workbook_without_formulas(root, tmp_path):
    logged(root)
    assert main(["log", str(root), "--export", str(tmp_path / "log.xlsx")]) == 0
    with zipfile.ZipFile(tmp_path / "log.xlsx") as parts:
        assert all(b"<f>" not in parts.read(name) for name in parts.namelist() if "worksheets" in name)
    book = openpyxl.load_workbook(tmp_path / "log.xlsx")
    everything, corrections = book.worksheets
    assert (everything.max_row, corrections.max_row) == (1 + len(list(log.read(root))), 2)
    reason = next(cell for cell in corrections[2] if str(cell.value).startswith("=HYP"))
    assert reason.data_type == "s" and "12.5" in [cell.value for cell in corrections[2]]


def test_the_log_is_a_table_that_no_program_takes_for_formulas(root, tmp_path):
    logged(root)
    assert write_log(root, tmp_path / "log.csv") == (len(list(log.read(root))), 1)
    rows = list(csv.reader((tmp_path / "log.csv").read_text("utf-8-sig").splitlines()))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert (tmp_path / "log-corrections.csv").exists()


def test_an_altered_log_is_written_and_told(root, tmp_path, capsys):
    logged(root)
    logged(root)
    path = next(path for path in (root / ".annotator" / "log").iterdir() if b"HYPERLINK" in path.read_bytes())
    path.write_bytes(path.read_bytes().replace(b"HYPERLINK", b"hyperlink", 1))
    assert main(["log", str(root), "--export", str(tmp_path / "log.xlsx")]) == 1
    assert "line 1" in capsys.readouterr().err


def test_the_log_goes_to_excel_or_csv_only(root, tmp_path):
    assert main(["log", str(root), "--export", str(tmp_path / "log.txt")]) == 2
