"""A delivery holds the accepted cases and nothing else: no lines, no names, nothing half-written; a killed one goes on."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pydicom
import pytest

from annotator.domain.course import MOVE, State, Step
from annotator.domain.finding import Finding, Severity
from annotator.domain.person import Acting
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.progress import Cancelled, Report
from annotator.workspace import log, steps
from annotator.workspace.handover import carried, carrying, manifest
from annotator.workspace.handover.carrying import Done, Ordered, deliver
from annotator.workspace.projects import ProjectFolder
from tests.workspace.handover.accepted import READER, TIME, accept, listed, made, redraw
from tests.workspace.intake.test_faults import away_once


@pytest.fixture
def folder(tmp_path: Path) -> ProjectFolder:
    """Two patients, of whom the first is accepted."""
    project = made(tmp_path / "project", tmp_path / "images")
    accept(project, listed(project, tmp_path / "list.sqlite").entries()[0].case)
    return project


def order(tmp_path: Path, version: str = "1.0", **more: object) -> Ordered:
    return Ordered(version, tmp_path / "out" / version, READER, "", TIME, **more)  # type: ignore[arg-type]


def delivered(folder: ProjectFolder, tmp_path: Path, version: str = "1.0", findings: tuple[Finding, ...] = (), **more: object) -> Done:
    return deliver(folder, listed(folder, tmp_path / "list.sqlite"), order(tmp_path, version, **more), findings, Report())


def tree(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_only_accepted_cases_go_and_the_others_are_named(folder: ProjectFolder, tmp_path: Path) -> None:
    done = delivered(folder, tmp_path)
    files = tree(tmp_path / "out" / "1.0")
    assert (done.cases, done.images, len(done.absent)) == (1, 3, 1)
    assert sum(path.endswith(".dcm") and "/dcm/" in path for path in files) == 3
    assert not any("P000002" in path for path in files)
    assert done.absent[0].entry.patient == "P000002" and "not accepted" in str(done.absent[0].why)
    book = openpyxl.load_workbook(io.BytesIO(files["description.xlsx"]))
    assert [cell.value for cell in book.worksheets[-1][2]][0] == "P000002"


def test_images_are_bit_for_bit_and_lines_and_names_stay_behind(folder: ProjectFolder, tmp_path: Path) -> None:
    delivered(folder, tmp_path)
    out = tmp_path / "out" / "1.0"
    for path, content in tree(out).items():
        assert READER.encode() not in content and READER.encode("cp949") not in content, path
        if "/dcm/" in path:
            assert content == (folder.root / path).read_bytes()
    (told,) = [json.loads(content) for path, content in tree(out).items() if "/json/" in path]
    assert [a["toolname"] for a in told["annotations"]] == ["Free"]
    (mask,) = out.rglob("*_binary.dcm")
    assert 0 < (pydicom.dcmread(mask).pixel_array > 0).sum() < 32 * 32
    assert ".annotator" not in {part for path in tree(out) for part in path.split("/")}


def test_a_copy_is_verified_from_its_manifest_alone(folder: ProjectFolder, tmp_path: Path) -> None:
    delivered(folder, tmp_path)
    copy = shutil.copytree(tmp_path / "out" / "1.0", tmp_path / "elsewhere")
    assert list(manifest.verify(copy, Report())) == []
    checked = subprocess.run(["sha256sum", "--check", "--quiet", manifest.MANIFEST], cwd=copy, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    target = next(copy.rglob("*_binary.dcm"))
    target.write_bytes(target.read_bytes()[:-1])
    next(copy.rglob("json/*.json")).unlink()
    (copy / "more.txt").write_text("x")
    assert sorted(str(f.message) for f in manifest.verify(copy, Report())) == [
        "the file does not belong to the delivery", "the file is missing", "the file was changed",
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["x", "0" * 64 + "  ../../etc/passwd", "0" * 64 + " one blank"])
def test_a_manifest_that_was_tampered_with_is_no_way_out(folder: ProjectFolder, tmp_path: Path, line: str) -> None:
    delivered(folder, tmp_path)
    out = tmp_path / "out" / "1.0"
    (out / manifest.MANIFEST).write_text(line + "\n")
    try:
        found = [str(f.message) for f in manifest.verify(out, Report())]
    except AnnotatorError as error:
        found = [str(error)]
    assert found


def test_an_error_on_an_accepted_case_stops_it_and_one_on_another_does_not(folder: ProjectFolder, tmp_path: Path) -> None:
    base = "lung_cancer/chest-ct/benign"
    other = Finding("x", Severity.ERROR, message("wrong"), f"{base}/P000002/S001/json/a.json")
    own = Finding("x", Severity.ERROR, message("wrong"), f"{base}/P000001/S001/json/a.json")
    assert delivered(folder, tmp_path, findings=(own, other)).problems
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").glob("1.0"))
    assert not delivered(folder, tmp_path, findings=(other,)).problems


def test_a_case_whose_class_is_not_known_stops_it_with_a_sentence(tmp_path: Path) -> None:
    project = made(tmp_path / "project", tmp_path / "images", patients=1)
    for path in sorted((project.root / "lung_cancer" / "chest-ct").glob("benign")):
        path.rename(path.with_name("unclassified"))
    accept(project, listed(project, tmp_path / "list.sqlite").entries()[0].case)
    done = delivered(project, tmp_path)
    assert "class is not known" in str(done.problems[0]) and not (tmp_path / "out" / "1.0").exists()


def test_the_next_delivery_tells_what_changed(folder: ProjectFolder, tmp_path: Path) -> None:
    delivered(folder, tmp_path)
    case = listed(folder, tmp_path / "list.sqlite").entries()[0]
    steps.take(folder.root, Step(case.case, 0, MOVE, "", "", TIME, after=State.REWORK, reason="x"), Acting(READER), ())
    redraw(folder, Path(case.place))
    accept(folder, case.case)
    accept(folder, listed(folder, tmp_path / "list.sqlite").entries()[1].case)
    done = delivered(folder, tmp_path, "1.1")
    assert done.changed["added"] >= 3 + 2 and done.changed["changed"] >= 1
    told = json.loads((tmp_path / "out" / "1.1" / "description.json").read_text())
    assert [v["version"] for v in told["history"]] == ["1.0"]
    assert [row.facts["version"] for row in log.read(folder.root) if row.action == "deliver"] == ["1.0", "1.1"]


def test_nothing_accepted_and_a_taken_folder_are_refused(folder: ProjectFolder, tmp_path: Path) -> None:
    (tmp_path / "out" / "2.0").mkdir(parents=True)
    with pytest.raises(AnnotatorError):
        delivered(folder, tmp_path, "2.0")
    case = listed(folder, tmp_path / "list.sqlite").entries()[0].case
    steps.take(folder.root, Step(case, 0, MOVE, "", "", TIME, after=State.DISCARDED, reason="x"), Acting(READER), ())
    with pytest.raises(AnnotatorError):
        delivered(folder, tmp_path, "2.1")


def test_a_cancelled_delivery_leaves_no_final_folder_and_goes_on(folder: ProjectFolder, tmp_path: Path) -> None:
    report = Report()
    report.cancel()
    with pytest.raises(Cancelled):
        deliver(folder, listed(folder, tmp_path / "list.sqlite"), order(tmp_path), (), report)
    assert not (tmp_path / "out" / "1.0").exists()
    assert delivered(folder, tmp_path).cases == 1


KILLED = """
import sys
from pathlib import Path
from annotator.progress import Report
from annotator.workspace.handover.carrying import Ordered, deliver
from annotator.workspace.projects import open_project
from annotator.workspace.worklist import Worklist
root, out, worklist = map(Path, sys.argv[1:])
folder = open_project(root)
deliver(folder, Worklist(folder, worklist), Ordered("1.0", out, "x", "", "2026-03-04T05:06:07.000+09:00"), (), Report())
"""


@pytest.mark.parametrize("point", carrying.POINTS)
def test_killed_at_any_point_it_goes_on_and_is_the_same(
    folder: ProjectFolder, tmp_path: Path, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(folder, tmp_path / "list.sqlite")
    monkeypatch.setenv("ANNOTATOR_FAULT", point)
    out = tmp_path / "out" / "1.0"
    ended = subprocess.run([sys.executable, "-c", KILLED, folder.root, out, tmp_path / "list.sqlite"], capture_output=True, check=False)
    assert ended.returncode == -9, ended.stderr
    monkeypatch.delenv("ANNOTATOR_FAULT")
    if point != "handover.after_name":
        assert not out.exists()
        delivered(folder, tmp_path)
    assert list(manifest.verify(out, Report())) == []
    assert not list((tmp_path / "out").glob("*.part"))


def test_an_agencys_form_is_filled_through_its_named_cells(folder: ProjectFolder, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "양식"
    for name, place in (("IMAGES_CCT_BENIGN", "B2"), ("Version", "B3"), ("NOBODY_KNOWS", "B4")):
        book.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(name, attr_text=f"'양식'!${place[0]}${place[1]}")
    book.save(tmp_path / "form.xlsx")
    done = delivered(folder, tmp_path, form=tmp_path / "form.xlsx")
    assert done.unknown == ("NOBODY_KNOWS",)
    filled = openpyxl.load_workbook(tmp_path / "out" / "1.0" / "papers" / "form.xlsx")["양식"]
    assert (filled["B2"].value, filled["B3"].value) == (3, "1.0")


def test_a_form_that_is_none_is_refused(folder: ProjectFolder, tmp_path: Path) -> None:
    (tmp_path / "form.xlsx").write_bytes(b"PK no")
    with pytest.raises(AnnotatorError):
        delivered(folder, tmp_path, form=tmp_path / "form.xlsx")


def test_a_delivery_goes_on_when_the_project_is_back(folder: ProjectFolder, tmp_path: Path) -> None:
    accept(folder, listed(folder, tmp_path / "list.sqlite").entries()[1].case)
    with away_once(folder.root) as taking_away:
        done = deliver(folder, listed(folder, tmp_path / "list.sqlite"), order(tmp_path), (), Report(taking_away))
    assert (done.cases, done.images, done.problems) == (2, 6, ())
    assert not [path for path in tree(tmp_path / "out" / "1.0") if path.endswith(".half")]
    assert list(manifest.verify(tmp_path / "out" / "1.0", Report())) == []


def test_a_target_that_goes_away_is_said_and_not_made_again(folder: ProjectFolder, tmp_path: Path) -> None:
    entry = next(entry for entry in listed(folder, tmp_path / "list.sqlite").entries() if entry.patient == "P000001")
    made_of = carried.carry(folder, entry, tmp_path / "nowhere" / "1.0.part", {}, TIME)
    assert "it is not there" in str(made_of.why) and not (tmp_path / "nowhere").exists()


def test_a_delivery_goes_on_when_its_target_is_back(folder: ProjectFolder, tmp_path: Path) -> None:
    accept(folder, listed(folder, tmp_path / "list.sqlite").entries()[1].case)
    (tmp_path / "out").mkdir()
    with away_once(tmp_path / "out") as taking_away:
        done = deliver(folder, listed(folder, tmp_path / "list.sqlite"), order(tmp_path), (), Report(taking_away))
    assert (done.cases, done.images, done.problems) == (2, 6, ())
    assert list(manifest.verify(tmp_path / "out" / "1.0", Report())) == [] and not list(tmp_path.glob("out*.away"))
