"""All studies of a patient are found with what is annotated on them, also those that only the project knows, and visited."""

from __future__ import annotations

import shutil
from pathlib import Path

import pydicom
import pytest

from annotator.progress import Report
from annotator.workspace.session import Session
from annotator.workspace.visiting import Answer
from tests.workspace.study import box, into_the_tree, lung_project, opened, small_ct


def study(folder: Path, number: int, patient: str = "P1", slices: int = 2) -> Path:
    """Write a small CT as a study of its own on a day of its own."""
    small_ct(folder, slices=slices, size=32)
    for path in folder.rglob("*.dcm"):
        made = pydicom.dcmread(path)
        made.PatientID, made.PatientName, made.StudyDate = patient, f"{patient}^A", f"2026010{number}"
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
            setattr(made, keyword, f"{getattr(made, keyword)[:50]}.{number}")
        made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
        made.save_as(path)
    return folder


def draw(session: Session) -> None:
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 12, 12), 1.0)


def looked_for(session: Session) -> Answer:
    heard: list[object] = []
    session.look_for_studies(Report(), heard.append)
    (answer,) = heard
    assert isinstance(answer, tuple)
    return answer


def told(session: Session) -> list[tuple[str, dict[str, int], bool]]:
    return [(found.study.date, dict(found.counts), found.here) for found in looked_for(session)[0]]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for number in (1, 2):
        study(tmp_path / "images" / str(number), number)
    study(tmp_path / "images" / "other", 3, "P2")
    lung_project(tmp_path / "project")
    return tmp_path


def start(place: Path, images: str = "images") -> Session:
    session, _ = opened(place / "project", place / images)
    return session


def test_the_studies_of_the_open_folder_come_by_date_with_their_counts(place: Path) -> None:
    session = start(place)
    draw(session)
    assert told(session) == [("20260101", {"CCT1": 1}, True), ("20260102", {}, True)]


def test_a_study_that_lies_elsewhere_is_known_from_what_was_saved_of_it(place: Path) -> None:
    session = start(place)
    for uid in [series.uid for series in session.catalogue.in_order]:
        session.open_series(uid)
        draw(session)
    session.close()
    session = start(place, "images/2")
    assert told(session) == [("20260101", {"CCT1": 1}, False), ("20260102", {"CCT1": 1}, True)]
    found, elsewhere = looked_for(session)
    here = session.series
    session.visit(found[0], elsewhere, beside=False)
    assert session.series is not None and session.series.study_uid == found[0].study.uid
    assert session.annotations != () or session.index > 0
    session.back()
    assert session.series is not None and here is not None and session.series.uid == here.uid


def test_a_study_opens_beside_the_shown_one(place: Path) -> None:
    session = start(place)
    shown = session.series
    found, elsewhere = looked_for(session)
    session.visit(found[1], elsewhere, beside=True)
    assert session.arrangement.count == 2 and shown is not None and session.series is not None
    assert session.series.study_uid == found[1].study.uid
    assert {pane.place.series.uid for pane in session.shown_panes if pane.place.series} >= {shown.uid, session.series.uid}


def test_images_in_the_tree_are_found_by_the_patients_folder(tmp_path: Path) -> None:
    root = lung_project(tmp_path / "project").root
    first = into_the_tree(study(tmp_path / "a", 1, "P000007"), root, series="S001")
    into_the_tree(study(tmp_path / "b", 2, "P000007"), root, series="S002")
    shutil.rmtree(tmp_path / "a")
    session, _ = opened(root, first)
    assert told(session) == [("20260101", {}, True), ("20260102", {}, False)]
