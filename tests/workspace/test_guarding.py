"""What is odd about the open series is known when the scan is over, with what only decoding and comparing files shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import JPEG2000Lossless

from annotator.dicom.twins import twin_difference
from annotator.i18n import say
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.dicom.written import compressed, dataset, saved
from tests.workspace.study import lung_project, opened, small_ct


@pytest.fixture
def place(tmp_path: Path) -> Path:
    small_ct(tmp_path / "images", slices=5)
    lung_project(tmp_path / "project")
    return tmp_path


def start(place: Path) -> tuple[Session, Immediate]:
    return opened(place / "project", place / "images")


def rules(session: Session) -> list[str]:
    return [oddity.rule for oddity in session.oddities]


def files(place: Path) -> list[Path]:
    return sorted((place / "images").rglob("*.dcm"))


def test_nothing_is_said_of_a_regular_series(place: Path) -> None:
    assert rules(start(place)[0]) == []


def test_a_missing_slice_is_told_with_its_place(place: Path) -> None:
    session, _ = start(place)
    path = Path(session.images[2].path)
    path.unlink()
    session, _ = start(place)
    assert rules(session) == ["gaps"] and session.oddities[0].images == (session.images[1].key,)


def test_a_copy_of_a_file_is_no_oddity(place: Path) -> None:
    shutil.copy(files(place)[0], place / "images" / "zz_copy.dcm")
    session, _ = start(place)
    assert rules(session) == [] and len(session.catalogue.twins) == 1


def test_another_image_under_the_same_uid_is_told_with_what_differs(place: Path) -> None:
    made = pydicom.dcmread(files(place)[0])
    pixels = made.pixel_array.copy()
    pixels[3, 4] += 9
    made.PixelData = pixels.tobytes()
    made.save_as(place / "images" / "zz_other.dcm")
    session, _ = start(place)
    assert rules(session) == ["twins"]
    assert "other values at 1 pixels, by up to 9, first at x 5, y 4" in say(session.oddities[0].text)


def test_a_frame_that_cannot_be_decoded_is_told_when_that_is_tried(place: Path) -> None:
    session, _ = start(place)
    image = session.images[4]
    compressed(Path(image.path), JPEG2000Lossless, [b"\xff\x4f\xff\x51 nothing of use"], (64, 64), SOPInstanceUID=image.key.uid,
               SeriesInstanceUID=image.series_uid, StudyInstanceUID=image.study_uid)  # fmt: skip
    heard: list[Topic] = []
    session, tasks = start(place)
    session.subscribe(heard.append)
    session.show(4)
    tasks.elapse()
    assert "broken" in rules(session) and Topic.GUARD in heard


def test_files_of_one_uid_are_compared_by_their_pixels(tmp_path: Path) -> None:
    pixels = np.arange(16, dtype=np.uint16).reshape(4, 4)
    first = saved(dataset(pixels), tmp_path / "a.dcm")
    same = saved(dataset(pixels, PatientID="P2"), tmp_path / "b.dcm")
    small = saved(dataset(pixels[:2]), tmp_path / "c.dcm")
    broken = tmp_path / "d.dcm"
    broken.write_bytes(first.read_bytes()[:-8])
    assert twin_difference(str(first), str(same)) is None
    assert str(twin_difference(str(first), str(small))) == "size 4 × 4 → 4 × 2"
    assert twin_difference(str(first), str(broken)) is not None
    assert str(twin_difference(str(first), str(tmp_path / "gone.dcm"))) == "it is not there"
