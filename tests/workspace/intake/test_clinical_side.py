"""The team's clinical sheet gives class, sex and age while an export is taken in; what does not fit is said of each patient."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pydicom
import pytest

from annotator.cli.main import main
from annotator.errors import AnnotatorError
from annotator.i18n import say
from annotator.workspace import clinical
from annotator.workspace.intake import running
from annotator.workspace.projects import ProjectFolder
from tests.workspace.intake import exports
from tests.workspace.intake.test_running import everything_in

HEAD = "등록번호,나이,성별,양성/악성,병리결과\n"


def sheet(path: Path, *rows: str, head: str = HEAD) -> Path:
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def surveyed(project: ProjectFolder, export: Path, tmp_path: Path, clinical: Path, mapping: Path | None = None) -> running.Course:
    from annotator.progress import Report

    course = running.begin(project, export, mapping, tmp_path / "kept", clinical)
    running.gather(course, Report(), 1)
    return course


def said(course: running.Course) -> dict[str, str]:
    return {number: " / ".join(map(say, texts)) for number, texts in running.said_of(course).items()}


def test_the_class_of_each_patient_comes_from_the_sheet(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "a", "0012", "A")
    exports.ct(export / "a2", "0012", "A", series=2, thickness=1.0, seed=5)
    exports.ct(export / "b", "0013", "B", seed=2)
    project = exports.project(tmp_path / "p")
    course = surveyed(project, export, tmp_path, sheet(tmp_path / "c.csv", "0012,61,여,악성,adeno", "0013,61,F,양성,", "0099,40,M,정상,"))
    assert [row.class_folder for row in course.rows] == ["malignant", "malignant", "benign"]
    assert said(course) == {} and course.fitted.problems == ()
    told = exports.taken(course)
    assert told.clinical == 2 and (project.root / "lung_cancer/chest-ct/malignant/P000001").is_dir() is not (
        project.root / "lung_cancer/chest-ct/malignant/P000002"
    ).is_dir()
    kept = clinical.newest(project.root).rows
    whose = {row.values["class"]: name for name, row in kept.items()}
    assert sorted(kept) == ["P000001", "P000002"] and (project.root / "lung_cancer/chest-ct/malignant" / whose["malignant"]).is_dir()
    assert kept[whose["malignant"]].values == {"age": "61", "sex": "F", "class": "malignant", "pathology": "adeno"}
    assert not [number for number in (b"0012", b"0013", b"0099") if number in everything_in(project.root / ".annotator" / "clinical")]


def test_what_contradicts_is_said_and_nobody_s_class_is_guessed(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "benign", "0012", "A")
    exports.ct(export / "b", "0013", "B", seed=2)
    exports.ct(export / "c", "0014", "C", seed=3)
    rows = ("0012,61,F,악성,x", "0013,40,M,양성,", "14,61,F,양성,", "0012,61,F,악성,x")
    course = surveyed(exports.project(tmp_path / "p"), export, tmp_path, sheet(tmp_path / "c.csv", *rows))
    assert [row.class_folder for row in course.rows] == ["", "benign", ""]
    told = said(course)
    assert "class: benign by folder or mapping sheet, malignant by the clinical sheet" in told["0012"]
    assert told["0013"] == "sex: F in the header, M in the clinical sheet / age: 61 in the header, 40 in the clinical sheet"
    assert "“14” is nobody; 0014 may be meant" in told["0014"]
    assert all(row.verdict.taken for row in course.rows), "it is said, and does not stop the images"
    assert course.fitted.missing == ("0014",)


def test_a_patient_without_a_row_and_values_that_are_missing_are_said(tmp_path: Path) -> None:
    export = tmp_path / "export"
    for number in ("1", "2", "3"):
        exports.ct(export / number, number, f"N{number}", seed=int(number))
    rows = ("1,61,F,악성,", "3,61,F,양성,", "3,61,F,악성,x")
    told = said(surveyed(exports.project(tmp_path / "p"), export, tmp_path, sheet(tmp_path / "c.csv", *rows)))
    assert told["1"] == "clinical sheet, row 2: Pathology: a value is missing"
    assert told["2"] == "the clinical sheet has no row of this patient"
    assert "which say different things; none of them is used" in told["3"]


def test_numbers_that_excel_has_made_something_else_of_are_said(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export", "1", "A")
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (HEAD.strip().split(","), ["1.2E+11", 61, "F", "악성", "x"], ["1", 61, "F", "양성", ""]):
        page.append(row)
    book.save(tmp_path / "c.xlsx")
    course = surveyed(exports.project(tmp_path / "p"), tmp_path / "export", tmp_path, tmp_path / "c.xlsx")
    assert [str(problem) for problem in course.fitted.problems] == [
        "row 2: “1.2E+11” is what Excel made of a number; format the column as text and enter it again"
    ]
    assert course.rows[0].class_folder == "benign"


def test_a_sheet_of_new_ids_is_understood_with_a_mapping_sheet(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export", "0012", "A")
    (tmp_path / "ids.csv").write_text("환자번호,비식별 ID\n0012,LC00012\n", encoding="utf-8")
    rows = sheet(tmp_path / "c.csv", "LC00012,61,F,정상", head="비식별 ID,나이,성별,양성/악성\n")
    course = surveyed(exports.project(tmp_path / "p"), tmp_path / "export", tmp_path, rows, tmp_path / "ids.csv")
    assert course.rows[0].class_folder == "normal" and said(course) == {}


def test_a_header_without_sex_and_age_gets_them_from_the_sheet_and_another_keeps_its_own(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "a", "1", "A")
    exports.ct(export / "b", "2", "B", seed=2)
    for path in (export / "b").iterdir():
        bare = pydicom.dcmread(path)
        del bare.PatientSex, bare.PatientAge
        bare.save_as(path)
    project = exports.project(tmp_path / "p")
    exports.taken(surveyed(project, export, tmp_path, sheet(tmp_path / "c.csv", "1,62,F,양성,", "2,7,M,악성,x")))
    found = {(made.PatientSex, made.PatientAge) for made in map(pydicom.dcmread, project.root.rglob("*.dcm"))}
    assert found == {("F", "061Y"), ("M", "007Y")}


def test_a_second_intake_keeps_the_rows_of_the_first(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export" / "a", "1", "A")
    project, rows = exports.project(tmp_path / "p"), sheet(tmp_path / "c.csv", "1,61,F,양성,", "2,61,F,악성,x")
    exports.taken(surveyed(project, tmp_path / "export", tmp_path, rows))
    exports.ct(tmp_path / "export2" / "b", "2", "B", seed=2)
    exports.taken(surveyed(project, tmp_path / "export2", tmp_path, rows))
    assert sorted(clinical.newest(project.root).rows) == ["P000001", "P000002"]


def test_a_sheet_without_a_column_of_numbers_and_a_project_without_one_are_refused(tmp_path: Path) -> None:
    project = exports.project(tmp_path / "p")
    with pytest.raises(AnnotatorError, match="no heading names a column with the patients' numbers"):
        running.begin(project, tmp_path, None, tmp_path / "kept", sheet(tmp_path / "c.csv", "61,F", head="나이,성별\n"))


def test_the_command_says_it_patient_by_patient(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports.ct(tmp_path / "export", "1", "A")
    exports.ct(tmp_path / "export", "2", "B", seed=2)
    project = exports.project(tmp_path / "p")
    words = ["intake", str(project.root), str(tmp_path / "export"), "--jobs", "1", "--no-look"]
    rows = sheet(tmp_path / "c.csv", "1,30,F,양성,", ",5,F,양성,")
    assert main([*words, "--clinical", str(rows)]) == 0
    told = capsys.readouterr().out
    assert "1 patients have a row, 1 have none" in told and "  2: the clinical sheet has no row of this patient" in told
    assert "  1: age: 61 in the header, 30 in the clinical sheet" in told and "row 3: the row has no id" in told
    assert main([*words, "--clinical", str(rows), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["clinical"]["missing"] == ["2"]
