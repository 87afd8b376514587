"""The clinical sheet in the project: previewed, kept as revisions, mapped once, and there for every patient."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.errors import AnnotatorError
from annotator.i18n import say
from annotator.workspace import clinical, ids, patients, projects
from tests.conftest import ROOT
from tests.formats.clinical_files import HEADINGS, ROWS, compound, text, workbook

TIME = "2026-03-04T05:06:07.000+09:00"


@pytest.fixture
def project(tmp_path: Path):
    """A lung project that gave two patients ids, and has a third one in its tree."""
    made = projects.create("lung-cancer", tmp_path / "과제")
    known = {f"P00000{n}": ids.Patient(f"sha256:{n}", "unclassified", {"S001": f"1.2.{n}"}) for n in (1, 2)}
    ids.write_patients(ids.ids_path(made.root), known)
    (made.root / "lung_cancer" / "pet-ct" / "normal" / "P000007" / "S001" / "dcm").mkdir(parents=True)
    (made.root / "lung_cancer" / "pet-ct" / "somewhere" / "P000009").mkdir(parents=True)
    return made


def sheet(folder: Path, content: bytes, name: str = "임상.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def applied(project, path: Path, **chosen: str):
    return clinical.apply(project, clinical.preview(project, path, chosen=chosen), "김관리", TIME)


def test_the_patients_are_those_with_ids_and_those_in_the_tree(project):
    assert patients.patients_of(project.root, project.project) == {
        "P000001": "unclassified", "P000002": "unclassified", "P000007": "normal",
    }  # fmt: skip


def test_a_sheet_is_previewed_and_nothing_is_kept(project, tmp_path):
    seen = clinical.preview(project, sheet(tmp_path, workbook(("표지", [["비고"]]), ("CT", (HEADINGS, *ROWS)))))
    assert (seen.table.page, dict(seen.columns)["class"], seen.remembered) == ("CT", "양성/악성", False)
    assert (list(seen.joined.rows), seen.joined.missing) == (["P000001", "P000002"], ("P000007",))
    assert seen.joined.sorted == {"P000001": "malignant", "P000002": "benign"}
    assert not clinical.folder_of(project.root).exists()


def test_a_sheet_that_is_kept_answers_for_each_patient_with_its_source(project, tmp_path):
    made = applied(project, sheet(tmp_path, text((HEADINGS, *ROWS), encoding="cp949"), "임상.csv"))
    assert (made.number, made.author, made.time, made.source) == (1, "김관리", TIME, "임상.csv")
    kept = clinical.newest(project.root).rows
    row = kept["P000001"]
    assert (row.source, row.row) == ("임상.csv", 2)
    assert row.values == {"age": "63", "sex": "M", "class": "malignant", "pathology": "Adenocarcinoma", "smoking": "30갑년"}
    assert "P000007" not in kept
    assert clinical.newest(project.root).digest == made.digest != ""


def test_only_the_columns_that_the_project_names_are_kept(project, tmp_path):
    rows = [(*HEADINGS, "이름", "주민등록번호"), (*ROWS[0], "홍길동", "600101-1234567")]
    applied(project, sheet(tmp_path, workbook(("1", rows))))
    kept = b"".join(path.read_bytes() for path in clinical.folder_of(project.root).glob("rev-*"))
    assert "홍길동".encode() not in kept and b"1234567" not in kept


def test_the_row_of_an_id_that_is_not_written_as_the_projects_are_is_not_kept(project, tmp_path):
    rows = (HEADINGS, ROWS[0], ("900101-1234567", *ROWS[1][1:]), ("P000044", *ROWS[1][1:]))
    made = applied(project, sheet(tmp_path, workbook(("1", rows))))
    assert sorted(made.rows) == ["P000001", "P000044"]


def test_rows_that_contradict_one_another_are_not_kept(project, tmp_path):
    made = applied(project, sheet(tmp_path, workbook(("1", (HEADINGS, ROWS[0], ("P000001", "64", *ROWS[0][2:]), ROWS[1])))))
    assert sorted(made.rows) == ["P000002"]


def test_a_sheet_that_comes_again_replaces_its_own_rows_and_leaves_those_of_others(project, tmp_path):
    applied(project, sheet(tmp_path, workbook(("1", (HEADINGS, ROWS[0]))), "xray.xlsx"))
    applied(project, sheet(tmp_path, workbook(("1", (HEADINGS, ROWS[1]))), "ct.xlsx"))
    assert sorted(clinical.newest(project.root).rows) == ["P000001", "P000002"]
    made = applied(project, sheet(tmp_path, workbook(("1", (HEADINGS, ("P000007", "70", "남", "정상", "", "")))), "ct.xlsx"))
    assert (made.number, sorted(clinical.newest(project.root).rows)) == (3, ["P000001", "P000007"])


def test_columns_are_mapped_once(project, tmp_path):
    odd = ("코드", "age at exam", "성별", "양성/악성", "병리결과", "흡연력")
    path = sheet(tmp_path, workbook(("1", (odd, *ROWS))))
    first = clinical.preview(project, path)
    assert "id" not in first.columns and first.joined.rows == {}
    with pytest.raises(AnnotatorError, match="no heading is chosen for the id"):
        clinical.apply(project, first, "", TIME)
    applied(project, path, id="코드", age="age at exam")
    other = sheet(tmp_path, text((odd[::-1], *(row[::-1] for row in ROWS))), "next.csv")
    again = clinical.preview(project, other)
    assert again.remembered and again.columns["id"] == "코드" and sorted(again.joined.rows) == ["P000001", "P000002"]


def test_a_column_can_be_left_out(project, tmp_path):
    made = applied(project, sheet(tmp_path, workbook(("1", (HEADINGS, *ROWS)))), smoking="")
    assert "smoking" not in made.rows["P000001"].values


@pytest.mark.parametrize(
    ("chosen", "said"), [({"ag": "나이"}, "no column “ag”"), ({"age": "연세"}, "no heading “연세”")]
)
def test_a_column_or_heading_that_is_not_there_is_told_with_those_that_are(project, tmp_path, chosen, said):
    with pytest.raises(AnnotatorError) as error:
        clinical.preview(project, sheet(tmp_path, workbook(("1", (HEADINGS, *ROWS)))), chosen=chosen)
    assert said in say(error.value.cause) and "Name one of:" in say(error.value.remedy)


def test_a_page_that_is_not_there_a_locked_file_and_a_missing_one_are_told(project, tmp_path):
    with pytest.raises(AnnotatorError, match="no sheet"):
        clinical.preview(project, sheet(tmp_path, workbook(("CT", (HEADINGS, *ROWS)))), "MR")
    with pytest.raises(AnnotatorError, match="encrypted"):
        clinical.preview(project, sheet(tmp_path, compound("EncryptionInfo", "EncryptedPackage")))
    with pytest.raises(AnnotatorError, match="it is not there"):
        clinical.preview(project, tmp_path / "none.xlsx")
    with pytest.raises(AnnotatorError, match="no clinical sheet"):
        clinical.preview(projects.create("scratch", tmp_path / "scratch"), tmp_path / "none.xlsx")


def test_a_damaged_revision_gives_way_to_the_one_before(project, tmp_path):
    path = sheet(tmp_path, workbook(("1", (HEADINGS, *ROWS))))
    applied(project, path)
    applied(project, path, smoking="")
    newest = clinical.folder_of(project.root) / "rev-000002.json"
    newest.write_bytes(newest.read_bytes()[:-40] + b"x" * 40)
    found = clinical.newest(project.root)
    assert found.number == 1 and "smoking" in found.rows["P000001"].values
    assert [say(remark) for remark in found.remarks] == ["Revision 2 of the clinical sheet is damaged; the one before it is used"]
    assert applied(project, path).number == 3
    (clinical.folder_of(project.root) / "mapping.json").write_text("{", encoding="utf-8")
    assert not clinical.preview(project, path).remembered


def test_the_columns_stand_in_the_project_as_plain_json(project, tmp_path):
    applied(project, sheet(tmp_path, workbook(("1", (HEADINGS, *ROWS)))))
    (columns,) = json.loads((clinical.folder_of(project.root) / "mapping.json").read_text("utf-8")).values()
    assert columns["id"] == "환자ID"


PROGRAM = """
import sys
from pathlib import Path
from annotator.workspace import clinical, projects
project = projects.open_project(Path(sys.argv[1]))
clinical.apply(project, clinical.preview(project, Path(sys.argv[2])), "", "2026-03-04T05:06:07+09:00")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot kill itself with a signal there")
@pytest.mark.parametrize("point", [*clinical.POINTS, "write.half:1", "create.before_link", "create.after_link", "write.before_rename"])
def test_a_process_killed_while_it_keeps_a_sheet_leaves_one_whole_revision(project, tmp_path, point):
    path = sheet(tmp_path, workbook(("1", (HEADINGS, ROWS[0]))))
    applied(project, path)
    path = sheet(tmp_path, workbook(("1", (HEADINGS, *ROWS))))
    arguments = [sys.executable, "-c", PROGRAM, str(project.root), str(path)]
    killed = subprocess.run(arguments, cwd=ROOT, env={**os.environ, "ANNOTATOR_FAULT": point}, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    found = clinical.newest(project.root)
    assert (found.number, len(found.rows), found.remarks) in ((1, 1, ()), (2, 2, ()))
    assert applied(project, path).number == found.number + 1
