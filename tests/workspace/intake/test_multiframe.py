"""A file of several frames is a series of images: judged by its frames' geometry, taken frame by frame, gone on with where it ended."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from annotator.progress import Report
from annotator.workspace.intake import running
from annotator.workspace.register import Register
from tests.dicom.enhanced import enhanced_ct, pixels
from tests.workspace.intake import exports
from tests.workspace.intake.test_running import everything_in, rules


def test_each_frame_is_an_image_of_the_tree_in_its_place(tmp_path: Path) -> None:
    enhanced_ct(tmp_path / "export" / "a.dcm")
    project = exports.project(tmp_path / "p")
    course = exports.surveyed(project, tmp_path / "export", tmp_path)
    facts = course.rows[0].facts
    assert (facts.images, facts.frames, facts.thickness, facts.plane, facts.gaps) == (4, 4, 5.0, "axial", 0)
    told = exports.taken(course)
    files = sorted(project.root.rglob("*.dcm"))
    assert told.written == 4 and [path.name for path in files] == [f"cct_P000001_S001_{n:04d}.dcm" for n in (1, 2, 3, 4)]
    lowest_first = [pydicom.dcmread(path) for path in files]
    assert [made.ImagePositionPatient[2] for made in lowest_first] == [-15, -10, -5, 0]
    assert all((made.pixel_array == pixels(4)[3 - n]).all() for n, made in enumerate(lowest_first))
    assert not [name for name in (b"Kim", b"Minsu", b"00123") if name in everything_in(project.root)]
    again = exports.surveyed(project, project.root / "lung_cancer", tmp_path)
    (series,) = again.survey.series.values()
    names = [Register(project).in_tree(image) for image in series.images]
    assert sorted(name.image for name in names if name is not None) == ["0001", "0002", "0003", "0004"]


@pytest.mark.parametrize(("why", "change"), [
    ("thickness", {"thickness": 1.0}), ("gaps", {"frames": 8, "left_out": (4,)}),
    ("frames", {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.12.1"}), ("derived", {"ImageType": ["DERIVED", "PRIMARY", "VOLUME", "MPR"]}),
])  # fmt: skip
def test_the_rules_look_at_the_frames(tmp_path: Path, why: str, change: dict[str, object]) -> None:
    enhanced_ct(tmp_path / "export" / "a.dcm", **change)  # type: ignore[arg-type]
    course = exports.surveyed(exports.project(tmp_path / "p"), tmp_path / "export", tmp_path)
    assert rules(course) == {why: 1}


def test_an_intake_goes_on_in_the_middle_of_a_file_and_knows_it_afterwards(tmp_path: Path) -> None:
    enhanced_ct(tmp_path / "export" / "a.dcm", 6)
    project = exports.project(tmp_path / "p")
    exports.taken(exports.surveyed(project, tmp_path / "export", tmp_path))
    files = sorted(project.root.rglob("*.dcm"))
    before = {path: path.read_bytes() for path in files}
    for path in (*files[2:5], *(project.root / ".annotator/intake/taken").iterdir()):
        path.unlink()
    told = exports.taken(exports.surveyed(project, tmp_path / "export", tmp_path))
    assert (told.written, told.there) == (3, 3) and {path: path.read_bytes() for path in files} == before
    assert rules(exports.surveyed(project, tmp_path / "export", tmp_path)) == {"before": 1}


def test_it_is_looked_at_once_and_found_again_by_its_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from annotator.workspace.intake import burned_in

    asked: list[object] = []
    monkeypatch.setattr(burned_in, "text_in", lambda values: (asked.append(values.shape), ())[1])
    enhanced_ct(tmp_path / "export" / "a.dcm", BurnedInAnnotation="YES")
    enhanced_ct(tmp_path / "export" / "b.dcm", SOPInstanceUID="1.2.8.2", SeriesInstanceUID="1.2.8.10", SeriesNumber=2)
    course = exports.surveyed(exports.project(tmp_path / "p"), tmp_path / "export", tmp_path)
    running.look_at(course, Report(), 1)
    assert set(asked) <= {(8, 8)} and len(asked) == len(course.looks)


def test_a_real_enhanced_file_is_taken(data_folder: Path, tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    for name in ("awkward/enhanced_mr_agfa_25f.dcm", "awkward/ect_supplemental.dcm"):
        (export / Path(name).name).write_bytes((data_folder / name).read_bytes())
    course = exports.surveyed(exports.project(tmp_path / "p"), export, tmp_path)
    seen = {row.facts.modality: (row.facts.images, row.facts.thickness, row.facts.plane) for row in course.rows}
    assert seen == {"MR": (25, 3.0, "axial"), "CT": (2, 10.0, "axial")}
    assert rules(course)["frames"] == 0
