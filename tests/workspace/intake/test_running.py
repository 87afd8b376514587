"""An export becomes cases of a project: what fits is taken without anybody's identity, what does not is left out and the reason said."""

from __future__ import annotations

import hashlib
import json
import stat
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from annotator.domain.intake import WEIGHTINGS, weighting_of
from annotator.domain.person import Acting, Person, Role
from annotator.errors import AnnotatorError
from annotator.progress import Report
from annotator.workspace import log, people
from annotator.workspace.intake import deciding, mapping, mapping_sheet, running, table
from annotator.workspace.register import Register
from tests.workspace.intake import exports


def rules(course: running.Course) -> Counter[str]:
    return Counter(row.verdict.rule or "taken" for row in course.rows)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() + str(path).encode() for path in sorted(folder.rglob("*")) if path.is_file())


def test_each_rule_leaves_out_what_does_not_fit_and_says_why(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "good", "1", "A")
    exports.ct(export / "thin", "2", "B", thickness=1.0)
    exports.ct(export / "gap", "3", "C", slices=8, left_out=(4,))
    exports.ct(export / "spare", "1", "A", series=2, slices=3)
    exports.ct(export / "mpr", "4", "D", series=3, SOPClassUID="1.2.840.10008.5.1.4.1.1.2")
    for path in (export / "mpr").iterdir():
        made = pydicom.dcmread(path)
        made.ImageType = ["DERIVED", "SECONDARY", "MPR"]
        made.save_as(path)
    exports.xray(export / "pa.dcm")
    exports.xray(export / "ap.dcm", view="AP", seed=8)
    exports.capture(export / "capture.dcm")
    (export / "notes.txt").write_text("no DICOM")
    course = exports.surveyed(exports.project(tmp_path / "p"), export, tmp_path)
    assert rules(course) == {"taken": 2, "thickness": 1, "gaps": 1, "study": 1, "derived": 1, "view": 1, "capture": 1}
    thin = next(row for row in course.rows if row.verdict.rule == "thickness")
    assert str(thin.verdict.reason) == "1.0 mm, 2.0–10.0 mm are asked"
    assert [Path(path).name for path, _ in course.survey.refused] == ["notes.txt"]


def test_a_series_with_a_scout_among_its_slices_is_left_out(tmp_path: Path) -> None:
    export = tmp_path / "export"
    path = exports.ct(export, slices=5)[0]
    made = pydicom.dcmread(path)
    made.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
    made.save_as(path)
    course = exports.surveyed(exports.project(tmp_path / "p"), export, tmp_path)
    assert rules(course) == {"plane": 1} and "2 directions" in str(course.rows[0].verdict.reason)


def test_what_is_taken_lies_in_the_tree_by_its_names_and_names_nobody(tmp_path: Path) -> None:
    export = tmp_path / "export"
    before = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in exports.ct(export)}
    project = exports.project(tmp_path / "p")
    told = exports.taken(exports.surveyed(project, export, tmp_path))
    files = sorted(path.relative_to(project.root).as_posix() for path in project.root.rglob("*.dcm"))
    assert files[0] == "lung_cancer/chest-ct/unclassified/P000001/S001/dcm/cct_P000001_S001_0001.dcm" and len(files) == told.written == 4
    whole = everything_in(project.root)
    for name in (b"Kim", b"Minsu", b"00123", b"Seoul", b"19600102", b"20230105"):
        assert name not in whole
    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in before} == before
    made = pydicom.dcmread(project.root / files[0])
    assert (made.PatientID, made.PatientAge, made.PatientSex, made.SliceThickness) == ("P000001", "061Y", "F", 5)
    assert made.SeriesDescription == "CHEST LUNG"


def test_the_class_comes_from_a_folder_of_the_export_that_is_called_so(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export" / "Malignant" / "a")
    project = exports.project(tmp_path / "p")
    exports.taken(exports.surveyed(project, tmp_path / "export", tmp_path))
    assert (project.root / "lung_cancer/chest-ct/malignant/P000001").is_dir()


def test_the_register_knows_what_was_taken_by_its_place(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export")
    project = exports.project(tmp_path / "p")
    exports.taken(exports.surveyed(project, tmp_path / "export", tmp_path))
    again = exports.surveyed(project, project.root / "lung_cancer", tmp_path)
    image = next(iter(again.survey.series.values())).images[0]
    names = Register(project).in_tree(image)
    assert names is not None and names.patient == "P000001"


def test_the_mapping_lies_apart_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export")
    course = exports.surveyed(exports.project(tmp_path / "p"), tmp_path / "export", tmp_path)
    exports.taken(course)
    path = course.who.place / mapping.FILE
    assert json.loads(path.read_bytes())["patients"]["00123"]["id"] == "P000001"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with pytest.raises(AnnotatorError, match="inside the project"):
        mapping.load(course.project, course.project.root / "secret")


def test_a_second_intake_adds_only_what_is_new(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "one", "1", "A")
    project = exports.project(tmp_path / "p")
    exports.taken(exports.surveyed(project, export, tmp_path))
    exports.ct(export / "two", "2", "B", seed=2)
    course = exports.surveyed(project, export, tmp_path)
    assert rules(course) == {"before": 1, "taken": 1}
    assert exports.taken(course).written == 4
    assert sorted(path.name for path in (project.root / "lung_cancer/chest-ct/unclassified").iterdir()) == ["P000001", "P000002"]


def test_another_series_of_a_study_stays_out_when_one_was_taken_before(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export", "1", "A", series=1)
    exports.ct(tmp_path / "export", "1", "A", series=2, slices=3, seed=2)
    project = exports.project(tmp_path / "p")
    course = exports.surveyed(project, tmp_path / "export", tmp_path)
    assert rules(course) == {"taken": 1, "study": 1}
    exports.taken(course)
    running.judge(course)
    assert rules(course) == {"before": 1, "study": 1}
    assert rules(exports.surveyed(project, tmp_path / "export", tmp_path)) == {"before": 1, "study": 1}


def test_a_run_that_was_stopped_goes_on_where_it_ended(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export", slices=6)
    project = exports.project(tmp_path / "p")
    exports.taken(exports.surveyed(project, tmp_path / "export", tmp_path))
    files = sorted(project.root.rglob("*.dcm"))
    for path in (*files[3:], *(project.root / ".annotator/intake/taken").iterdir()):
        path.unlink()
    stayed = {path: path.stat().st_mtime_ns for path in files[:3]}
    told = exports.taken(exports.surveyed(project, tmp_path / "export", tmp_path))
    assert (told.written, told.there) == (3, 3) and sorted(project.root.rglob("*.dcm")) == files
    assert {path: path.stat().st_mtime_ns for path in stayed} == stayed


def test_worker_processes_do_the_same(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export")
    (tmp_path / "export" / "text.txt").write_text("nothing")
    project = exports.project(tmp_path / "p")
    course = running.begin(project, tmp_path / "export", None, tmp_path / "kept")
    running.gather(course, Report(), 2)
    assert exports.taken(course, 2).written == 4


def test_two_people_must_confirm_and_stand_in_the_log(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export")
    project = exports.project(tmp_path / "p")
    course = exports.surveyed(project, tmp_path / "export", tmp_path)
    for names in ((), ("A",), ("A", " A ")):
        with pytest.raises(AnnotatorError, match="two different people"):
            running.carry_out(course, names, lambda: "now", Report(), 1)
    assert not list(project.root.rglob("*.dcm"))
    exports.taken(course)
    rows = list(log.read(project.root))
    assert [row.person for row in rows if row.action == "intake.confirmed"] == ["A", "B"]
    assert {row.after for row in rows} == {table.digest(course.rows)}


def test_a_patient_who_cannot_be_told_apart_is_left_out(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "a", "1", "Kim^Minsu")
    exports.ct(export / "b", "1", "Park^Jisung", series=2)
    exports.ct(export / "c", "2", "Choi^Bora", seed=2)
    exports.ct(export / "d", "3", "CHOI BORA", seed=3)
    exports.ct(export / "e", "4", "Jung^Hana", seed=4)
    course = exports.surveyed(exports.project(tmp_path / "p"), export, tmp_path)
    assert rules(course) == {"patient": 4, "taken": 1}


def test_an_image_twice_is_taken_once(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "a", "1", "A")
    for path in list((export / "a").iterdir()):
        (export / "copies").mkdir(exist_ok=True)
        (export / "copies" / path.name).write_bytes(path.read_bytes())
    course = exports.surveyed(exports.project(tmp_path / "p"), export, tmp_path)
    assert rules(course) == {"taken": 1} and len(course.survey.refused) == 4


def test_the_same_pixels_under_other_identifiers_are_a_duplicate(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "a", "1", "A")
    exports.ct(export / "b", "9", "A^A")
    for one, other in zip(sorted((export / "a").iterdir()), sorted((export / "b").iterdir()), strict=True):
        twin = pydicom.dcmread(other)
        twin.PixelData = pydicom.dcmread(one).PixelData
        twin.save_as(other)
    course = exports.surveyed(exports.project(tmp_path / "p"), export, tmp_path)
    running.look_at(course, Report(), 1)
    assert rules(course) == {"taken": 1, "duplicate": 1}


def test_images_of_one_place_with_the_same_pixels_leave_a_series_out_and_others_do_not(tmp_path: Path) -> None:
    for patient, twice in (("1", True), ("2", False)):
        paths = exports.ct(tmp_path / "export" / patient, patient, f"N{patient}", seed=int(patient))
        one, other = pydicom.dcmread(paths[2]), pydicom.dcmread(paths[3])
        other.ImagePositionPatient = one.ImagePositionPatient
        if twice:
            other.PixelData = one.PixelData
        other.save_as(paths[3])
    course = exports.surveyed(exports.project(tmp_path / "p"), tmp_path / "export", tmp_path)
    running.look_at(course, Report(), 1)
    assert [row.verdict.rule for row in course.rows] == ["duplicate", ""]
    assert str(course.rows[0].verdict.reason) == "1 of its images have the pixels of another one"


def test_a_file_that_changes_or_breaks_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    paths = exports.ct(tmp_path / "export", slices=4)
    project = exports.project(tmp_path / "p")
    course = exports.surveyed(project, tmp_path / "export", tmp_path)
    paths[1].write_bytes(paths[1].read_bytes() + b"\0\0")
    paths[2].unlink()
    told = exports.taken(course)
    said = sorted(str(cause) for _, cause in told.failed)
    assert told.written == 2 and said == ["it is not there", "the file has changed since the export was surveyed"]
    assert not list((project.root / ".annotator/intake/taken").glob("*")) and len(list(project.root.rglob("*.dcm"))) == 2


def test_the_table_goes_to_excel_and_comes_back(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "a", "0012", "=cmd()")
    exports.ct(export / "b", "0013", "B", thickness=1.0, seed=2)
    project = exports.project(tmp_path / "p")
    course = exports.surveyed(project, export, tmp_path)
    import openpyxl

    path = tmp_path / "table.xlsx"
    path.write_bytes(table.workbook(course.rows))
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None and [page.cell(2, n).value for n in (1, 2)] == ["0012", "=cmd()"] and page.cell(2, 2).data_type == "s"
    heads = [cell.value for cell in page[1]]
    page.cell(3, heads.index("Taken") + 1).value = "yes"
    page.cell(2, heads.index("Class") + 1).value = "malignant"
    page.cell(3, heads.index("Class") + 1).value = "nonsense"
    book.save(path)
    rows, problems = table.edited(course.rows, path.read_bytes(), "table.xlsx", project.project.classes)
    assert len(problems) == 1 and "nonsense" in str(problems[0])
    running.change(course, rows)
    assert [row.class_folder for row in course.rows] == ["malignant", ""]
    exports.taken(course)
    assert (project.root / "lung_cancer/chest-ct/malignant/P000001").is_dir()


def test_the_team_s_own_sheet_gives_the_ids(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export / "a", "0012", "A")
    exports.ct(export / "b", "0013", "B", seed=2)
    exports.ct(export / "c", "0014", "C", seed=3)
    sheet = tmp_path / "ids.csv"
    sheet.write_text("환자번호,비식별 ID,분류\n0012,LC00012,양성\n13,LC00013,\n", encoding="utf-8")
    course = exports.surveyed(exports.project(tmp_path / "p"), export, tmp_path, sheet)
    found = [(row.new_id, row.class_folder, row.verdict.rule) for row in course.rows]
    assert found == [("LC00012", "benign", ""), ("", "", "id"), ("", "", "id")]
    assert "zeros" in str(course.rows[1].verdict.reason)


def test_what_is_wrong_with_a_mapping_sheet_is_said_row_by_row(tmp_path: Path) -> None:
    sheet = tmp_path / "ids.csv"
    sheet.write_text("EMR ID,New ID\n1,A1\n1E5,A2\n3,A1\n4,\n,A5\n1,A9\n6,too-long-id\n7,../x\n8,A8\n8,A8\n", encoding="utf-8")
    found = mapping_sheet.read(sheet, 7)
    assert dict(found.ids) == {"8": "A8"}
    assert [int(str(problem).split()[1].rstrip(":")) for problem in found.problems] == [3, 4, 5, 6, 7, 8, 9, 11]
    sheet.write_text("a,b\n1,2\n")
    with pytest.raises(AnnotatorError, match="no row names a column"):
        mapping_sheet.read(sheet, 7)


def test_text_in_the_pixels_waits_for_a_person_and_is_blacked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from annotator.workspace.intake import burned_in

    exports.xray(tmp_path / "export" / "a.dcm", BurnedInAnnotation="YES", Manufacturer="SIEMENS")
    project = exports.project(tmp_path / "p")
    course = exports.surveyed(project, tmp_path / "export", tmp_path)
    monkeypatch.setattr(burned_in, "text_in", lambda values: ((1, 2, 3, 4),))
    running.look_at(course, Report(), 1)
    row = course.rows[0]
    assert (row.verdict.rule, row.burned, row.found) == ("burned-in", table.LOOK, ((1, 2, 3, 4),))
    running.change(course, [table.by_hand(row, True)])
    running.judge(course)
    assert not course.rows[0].verdict.taken
    running.change(course, [replace(course.rows[0], burned="1,2,3,4")])
    running.judge(course)
    told = exports.taken(course)
    made = pydicom.dcmread(next(project.root.rglob("*.dcm")))
    black = made.pixel_array[2:6, 1:4]
    assert (black == made.pixel_array.min()).all() and made.ImageType[0] == "DERIVED" and made.BurnedInAnnotation == "NO"
    assert "113101" in [code.CodeValue for code in made.DeidentificationMethodCodeSequence] and told.blackened == 1
    assert list(mapping.load(project, tmp_path / "kept").boxes.values()) == [[(1, 2, 3, 4)]]


def test_without_anybody_to_read_it_an_x_ray_waits_for_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from annotator.workspace.intake import burned_in

    exports.xray(tmp_path / "export" / "a.dcm")
    course = exports.surveyed(exports.project(tmp_path / "p"), tmp_path / "export", tmp_path)
    made = pydicom.dcmread(tmp_path / "export" / "a.dcm")
    assert made.BurnedInAnnotation == "NO"
    monkeypatch.setattr(burned_in, "languages", lambda: "")
    running.look_at(course, Report(), 1)
    assert course.rows[0].burned == table.LOOK and course.rows[0].verdict.rule == "burned-in"


def test_the_report_counts_and_names_nobody(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export")
    (tmp_path / "export" / "Kim Minsu.txt").write_text("x")
    project = exports.project(tmp_path / "p")
    exports.taken(exports.surveyed(project, tmp_path / "export", tmp_path))
    told = json.loads((project.root / ".annotator/intake/report-001.json").read_bytes())
    assert (told["files read"], told["series taken"], told["files written"], told["table of PS3.15"]) == (5, 1, 4, "2026c")
    assert {"tag": "00100030", "keyword": "PatientBirthDate", "action": "emptied", "count": 4} in told["actions"]
    page = (project.root / ".annotator/intake/report-001.html").read_text(encoding="utf-8")
    assert "Kim" not in page and "PatientBirthDate" in page


def test_a_project_without_rules_takes_nothing_in(tmp_path: Path) -> None:
    with pytest.raises(AnnotatorError, match=r"no table \[intake\]"):
        running.begin(exports.project(tmp_path / "p", "scratch"), tmp_path, None, tmp_path / "kept")


@pytest.mark.parametrize(("texts", "times", "weighting"), [
    ("t1_mprage_sag", (2300, 3), "T1"), ("AX T2 FLAIR", (9000, 90), "T2"), ("IR_3DFGRE", (8, 3), "T1"), ("", (0, 0), ""),
    ("pd", (0, 0), "PD"),
])  # fmt: skip
def test_an_mr_series_is_weighted_as_its_texts_say_else_its_times(texts: str, times: tuple[float, float], weighting: str) -> None:
    assert weighting_of(texts, *times) == weighting and (not weighting or weighting in WEIGHTINGS)


def test_in_a_project_with_people_both_sign_with_their_pin(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export")
    project = exports.project(tmp_path / "p")
    for name, role in (("A", Role.MANAGER), ("B", Role.REVIEWER)):
        people.change(project.root, Person(name, frozenset({role})), Acting("A", Role.MANAGER), "now", pin="1234")
    for names, pins, why in ((("A", "Z"), ("1234", ""), "nobody called"), (("A", "B"), ("1234", "9999"), "PIN is not right")):
        with pytest.raises(AnnotatorError, match=why):
            deciding.signed(project, names, pins)
    assert deciding.signed(project, ("A", "B"), ("1234", "1234")) == ("A", "B")


def test_the_report_says_why_files_hold_no_image_without_their_names(tmp_path: Path) -> None:
    export = tmp_path / "export"
    exports.ct(export, "1", "A")
    first = min(export.rglob("*.dcm"))
    (export / "again-secret.dcm").write_bytes(first.read_bytes())
    (export / "notes.txt").write_text("no image")
    course = exports.surveyed(exports.project(tmp_path / "p"), export, tmp_path)
    _, page = running.carry_out(course, ("A", "B"), lambda: "2026-01-01T00:00:00+09:00", Report())
    told = json.loads(page.with_suffix(".json").read_bytes())["files without an image"]
    assert told == {"the same UID as …": 1, "it is not a DICOM file": 1}
    assert "the same UID as …" in page.read_text("utf-8") and "{" not in page.read_text("utf-8").partition("</style>")[2]


def test_a_date_of_the_old_kind_is_shown_and_ordered_as_the_others(tmp_path: Path) -> None:
    exports.ct(tmp_path / "export", "1", "A", series=1)
    for path in exports.ct(tmp_path / "old", "2", "B", series=1, seed=2):
        one = pydicom.dcmread(path)
        one["StudyDate"]._value = "1997.04.24"
        one.save_as(tmp_path / "export" / f"old-{path.name}")
    course = exports.surveyed(exports.project(tmp_path / "p"), tmp_path / "export", tmp_path)
    assert [row.facts.date for row in course.rows] == ["20230105", "19970424"]
