"""Another patient's files in the tree stop nobody from drawing, whatever size they have and however broken they are."""

from pathlib import Path

import pydicom
import pytest

from annotator.workspace.session import Session
from tests.workspace.study import box, lung_project, opened, small_ct


def draw(session: Session) -> int:
    session.choose_tool("tool.box")
    session.perform(box(10, 10, 30, 30), 1.0)
    return len(session.annotations)


def second_patient(folder: Path) -> Path:
    """A CT of another size, of somebody else."""
    for path in small_ct(folder, size=80).rglob("*.dcm"):
        header = pydicom.dcmread(path)
        header.PatientID = "another"
        for name in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
            setattr(header, name, f"{getattr(header, name)}.2")
        header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
        header.save_as(path)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A lung project in which one patient's CT was marked."""
    root = lung_project(tmp_path / "project").root
    session, _ = opened(root, small_ct(tmp_path / "first"))
    assert draw(session) == 1
    session.close()
    return root


def on_the_second(project: Path, images: Path) -> Session:
    """Open both patients' images and, when all are found, the second one's series."""
    second_patient(images / "second")
    session, _ = opened(project, images)
    session.open_series(next(uid for uid in session.catalogue.by_uid if uid.endswith(".2")))
    return session


def test_an_image_of_another_size_can_be_drawn_on(tmp_path: Path, project: Path) -> None:
    session = on_the_second(project, tmp_path)
    assert draw(session) == 1
    session.close()
    assert len(list(project.rglob("*_binary.dcm"))) == 2


def test_a_damaged_mask_of_another_patient_stops_nobody(tmp_path: Path, project: Path) -> None:
    (mask,) = project.rglob("*_binary.dcm")
    mask.write_bytes(mask.read_bytes()[:300])
    session = on_the_second(project, tmp_path)
    assert draw(session) == 1
    session.close()
