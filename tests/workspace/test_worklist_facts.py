"""What a manager asks of the images is in the worklist: headers, the clinical sheet or a delivered file say it, and it names nobody."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pydicom
import pytest

from annotator.domain.course import State
from annotator.domain.holdings import Count
from annotator.domain.queue import Entry, Wanted
from annotator.workspace import clinical, worklist_table
from annotator.workspace.projects import ProjectFolder, open_project
from annotator.workspace.worklist import Worklist
from tests.formats.clinical_files import workbook
from tests.workspace.study import box, into_the_tree, lung_project, opened, small_ct

DEVICE = "GE MEDICAL SYSTEMS, Inc. LightSpeed"
SHEET = ["ID", "나이", "성별", "양성/악성"]


def header(folder: Path, **said: str) -> None:
    """Let all images of a folder say something else."""
    for path in folder.rglob("*.dcm"):
        made = pydicom.dcmread(path)
        for keyword, value in said.items():
            setattr(made, keyword, value)
        made.save_as(path)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = small_ct(tmp_path / "images", slices=2, size=32)
    header(folder, PatientName="Hong^Gildong", PatientID="20041234", PatientSex="F", PatientAge="067Y")
    header(folder, Manufacturer="GE MEDICAL SYSTEMS, Inc.", ManufacturerModelName="LightSpeed")
    header(folder, StudyDescription="CHEST CT Hong 20041234", SeriesDescription="LUNG 5.0 B70f axial")
    return folder


def listed(project: ProjectFolder, images: Path, file: Path) -> tuple[Worklist, Entry]:
    session, _ = opened(project.root, images)
    found = Worklist(project, file)
    found.add(session.catalogue.by_uid.values())
    found.refresh()
    (entry,) = found.entries()
    return found, entry


def sheet(project: ProjectFolder, *rows: list[str], name: str = "임상.xlsx") -> None:
    path = project.root.parent / name
    path.write_bytes(workbook(("CT", (SHEET, *rows))))
    clinical.apply(project, clinical.preview(project, path), "최", "2026-01-01T00:00:00")


def test_headers_say_plane_device_sex_age_and_study_and_a_description_in_place_names_nobody(tmp_path: Path, images: Path) -> None:
    found, entry = listed(lung_project(tmp_path / "project"), images, tmp_path / "list")
    assert (entry.plane, entry.device, entry.sex, entry.age) == ("axial", DEVICE, "F", "60-69")
    assert entry.study == pydicom.dcmread(next(images.rglob("*.dcm"))).StudyInstanceUID
    assert "CHEST CT" in entry.description and "LUNG 5.0 B70f axial" in entry.description
    kept = (tmp_path / "list").read_bytes() + b"".join(path.read_bytes() for path in tmp_path.glob("list-*"))
    assert b"Hong" not in kept and b"20041234" not in kept


def test_the_description_of_an_image_in_the_tree_is_told_as_it_is(tmp_path: Path, images: Path) -> None:
    header(images, StudyDescription="검진 흉부 CT")
    project = lung_project(tmp_path / "project")
    into_the_tree(images, project.root)
    assert listed(project, project.root / "lung_cancer", tmp_path / "list")[1].description == "검진 흉부 CT · LUNG 5.0 B70f axial"


def test_the_clinical_sheet_goes_before_the_header_and_what_it_no_longer_says_the_header_says_again(tmp_path: Path, images: Path) -> None:
    project = lung_project(tmp_path / "project")
    into_the_tree(images, project.root)
    found, entry = listed(project, project.root / "lung_cancer", tmp_path / "list")
    sheet(project, ["P000007", "92", "남", "양성"])
    found.refresh()
    assert [(e.sex, e.age) for e in found.entries()] == [("M", "90+")]
    sheet(project, ["P000007", "", "남", "양성"])
    found.refresh()
    assert [(e.sex, e.age) for e in found.entries()] == [("M", "60-69")]
    sheet(project, ["P000009", "40", "남", "양성"])
    found.refresh()
    assert found.entries() == (entry,)


def test_a_list_that_grew_in_any_order_is_the_one_that_is_made_anew(tmp_path: Path, images: Path) -> None:
    whole = set()
    for number, order in enumerate(permutations(("images", "sheet", "drawn"))):
        place = tmp_path / str(number)
        project = lung_project(place / "project")
        found = Worklist(project, place / "list")
        for what in order:
            session, _ = opened(project.root, images)
            if what == "images":
                found.add(session.catalogue.by_uid.values())
            elif what == "sheet":
                sheet(project, ["P000001", "31", "남", "양성"])
            else:
                session.choose_tool("tool.box")
                session.perform(box(5, 5, 12, 12))
                session.close()
            found.refresh()
        session, _ = opened(project.root, images)
        found.add(session.catalogue.by_uid.values())
        anew = Worklist(project, place / "anew")
        anew.refresh()
        anew.add(session.catalogue.by_uid.values())
        assert found.entries() == anew.entries()
        assert found.held() == anew.held() and found.entries(Wanted("p000001 lightspeed")) == anew.entries()
        whole |= {(e.patient, e.sex, e.age, e.plane, e.annotations) for e in found.entries()}
    assert whole == {("P000001", "M", "30-39", "axial", 1)}


def test_a_delivered_file_tells_the_device_of_a_case_whose_images_are_not_open(tmp_path: Path, images: Path) -> None:
    lung_project(tmp_path / "project")
    session, _ = opened(tmp_path / "project", images)
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 12, 12))
    session.close()
    found = Worklist(open_project(tmp_path / "project"), tmp_path / "list")
    found.refresh()
    assert [entry.device for entry in found.entries()] == [DEVICE]


def many(tmp_path: Path) -> Worklist:
    found = Worklist(lung_project(tmp_path / "project"), tmp_path / "list")
    woman = {"sex": "F", "age": "60-69"}
    entries = [
        Entry("1", "P1", "S1", "CCT", "benign", images=3, study="a", plane="axial", device="A 1", description="흉부 CT", **woman),
        Entry("2", "P1", "S2", "CCT", "benign", images=4, study="a", plane="oblique", device="A 10", **woman),
        Entry("3", "P2", "S1", "XRY", "", images=1, study="b", device="B", sex="", age=""),
        Entry("4", "P3", "S1", "CCT", "", State.DISCARDED, images=9, study="c", plane="axial"),
    ]
    with found._open() as database, database:
        worklist_table.put(database, entries)
    return found


@pytest.mark.parametrize(
    ("wanted", "cases"),
    [
        (Wanted(planes=("axial", "oblique")), "124"),
        (Wanted(planes=("",)), "3"),
        (Wanted(devices=("A 1",)), "1"),
        (Wanted(sexes=("F",), planes=("axial",)), "1"),
        (Wanted(ages=("60-69", "")), "1234"),
        (Wanted("흉부"), "1"),
        (Wanted("\u1112\u1172\u11bc\u1107\u116e ct"), "1"),
        (Wanted("a 10"), "2"),
        (Wanted(written=True), ""),
    ],
)
def test_any_of_them_narrows_the_list_and_words_are_found_however_they_are_composed(tmp_path: Path, wanted: Wanted, cases: str) -> None:
    found = many(tmp_path)
    assert "".join(entry.case for entry in found.entries(wanted)) == cases
    assert found.first(wanted, 2) == (found.entries(wanted, 2), len(cases))


def test_what_there_is_is_counted_once_and_what_was_discarded_by_its_state_alone(tmp_path: Path) -> None:
    held = many(tmp_path).held()
    assert held.whole == Count(2, 2, 3, 8)
    assert held.by["plane"] == {"axial": Count(1, 1, 1, 3), "oblique": Count(1, 1, 1, 4), "": Count(1, 1, 1, 1)}
    assert held.by["state"] == {"new": Count(2, 2, 3, 8), "discarded": Count(1, 1, 1, 9)}
    assert held.classes == {("CCT", "benign"): Count(1, 1, 2, 7), ("XRY", ""): Count(1, 1, 1, 1)}
    assert many(tmp_path / "other").held(Wanted(planes=("oblique",))).whole == Count(1, 1, 1, 4)


def test_the_values_that_cases_are_narrowed_by_are_all_those_of_the_list_with_their_cases(tmp_path: Path) -> None:
    found = many(tmp_path).values()
    assert found.by["plane"] == {"axial": Count(cases=2, images=12), "oblique": Count(cases=1, images=4), "": Count(cases=1, images=1)}
    assert {value: count.cases for value, count in found.by["device"].items()} == {"A 1": 1, "A 10": 1, "B": 1, "": 1}


def test_words_are_looked_for_in_the_class_unless_it_is_a_secret(tmp_path: Path) -> None:
    open_to_all = many(tmp_path)
    assert open_to_all.count(Wanted("Benign")) == 2 and open_to_all.held(Wanted("benign")).whole.cases == 2
    project = open_project(tmp_path / "project")
    secret = Worklist(replace(project, project=replace(project.project, blind=True)), tmp_path / "list")
    assert secret.count(Wanted("benign")) == 0 and secret.held(Wanted("benign")).whole.cases == 0
    assert secret.entries(Wanted("benign")) == () and secret.count(Wanted(class_folder="benign")) == 2
