"""A dementia study from its regions to its label files, as a session does it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from annotator.domain import facts
from annotator.domain.labels import LABELS, plane_of
from annotator.domain.merge import Mode
from annotator.i18n import say
from annotator.progress import Report
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace import delivering, projects, redefinition
from annotator.workspace.batch import check_project
from annotator.workspace.class_change import change_class
from annotator.workspace.labels import effective_annotations
from annotator.workspace.session import Session
from tests.workspace.brain import dementia, label_series, nifti, opened, small_brain

BOX = Stroke(Makes.BOX, ((0.0, 0.0), (64.0, 64.0)), False)


@pytest.fixture(scope="session")
def brain(tmp_path_factory: pytest.TempPathFactory):
    return small_brain(tmp_path_factory.mktemp("brain") / "mr")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return dementia(tmp_path / "project").root


def loaded(project: Path, images: Path, labels: Path) -> Session:
    session, _ = opened(project, images)
    session.load_regions([labels])
    return session


def true_labels(session: Session, images: Path, values: np.ndarray) -> np.ndarray:
    """The truth in the order of the session's images."""
    names = sorted(path.name for path in images.glob("*.dcm"))
    return np.stack([values[names.index(Path(image.path).name)] for image in session.images])


def labels_now(session: Session) -> np.ndarray:
    """The category ids that count on the image that is open."""
    return plane_of(session.annotations, session.image.rows, session.image.columns, session.categories)


@pytest.mark.parametrize("kind", ["numbers", "codes", "nifti", "nifti.gz"])
def test_regions_are_loaded_by_geometry(brain, project: Path, tmp_path: Path, kind: str) -> None:
    images, values = brain
    if kind.startswith("nifti"):
        labels = nifti(images, values, tmp_path / f"labels.{kind.replace('nifti', 'nii')}")
    else:
        labels = label_series(images, values, tmp_path / "labels", codes=(9,) if kind == "codes" else ())
    session = loaded(project, images, labels)
    assert session.regions is not None
    assert np.array_equal(session.regions.values, true_labels(session, images, values))
    assert "voxel for pixel" in say(session.said.message)
    proposed = {name for name, value in session.document.facts.items() if name.startswith("proposal.") and value == "1"}
    assert proposed == ({"proposal.MRI9"} if kind == "codes" else set())
    assert not session._works[session._case].document.annotations, "no annotation is made for a region that nobody touched"


def test_a_label_series_beside_the_images_is_taken_by_itself(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    shutil.copytree(images, tmp_path / "study" / "z-mr")
    label_series(images, values, tmp_path / "study" / "a-labels", codes=(1,))
    session, _ = opened(project, tmp_path / "study")
    assert session.series.description == "T1 MPRAGE SAG", "the labels are no images to be judged"
    assert np.array_equal(session.regions.values, true_labels(session, images, values))


def test_a_volume_beside_the_images_is_taken_by_itself(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    shutil.copytree(images, tmp_path / "study" / "mr")
    nifti(images, values, tmp_path / "study" / "regions.nii.gz")
    session, _ = opened(project, tmp_path / "study")
    assert session.regions is not None


def test_a_mirrored_volume_and_one_of_another_place_are_refused(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = loaded(project, images, nifti(images, values, tmp_path / "mirrored.nii", flip=True))
    assert session.regions is None and "mirrored" in say(session.said.message)
    session.load_regions([label_series(images, values, tmp_path / "shifted", shift=60.0)])
    assert session.regions is None and "-60.0 mm" in say(session.said.message)


def test_damaged_volumes_are_told(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    whole = nifti(images, values, tmp_path / "whole.nii.gz").read_bytes()
    session, _ = opened(project, images)
    for name, content in (("empty.nii", b""), ("cut.nii.gz", whole[:2000]), ("text.nii", b"no volume" * 100), ("cut2.nii.gz", whole[:40])):
        (tmp_path / name).write_bytes(content)
        session.load_regions([tmp_path / name])
        assert session.regions is None and name in say(session.said.message), name
    session.load_regions([tmp_path / "nowhere"])
    assert session.regions is None and "nowhere" in say(session.said.message)


def test_values_of_others_are_asked_about(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = loaded(project, images, nifti(images, np.where(values, values.astype(np.int16) + 1000, 0), tmp_path / "other.nii"))
    assert session.regions is None and session.question is not None and "1001" in say(session.question.text)
    choices = dict(session.question.choices)
    assert set(choices) == {"also", "none"} and "1010 = 우측 해마" in say(choices["also"])
    session.question.answer("also")
    assert session.question is None and np.array_equal(session.regions.values, true_labels(session, images, values))


def test_the_first_stroke_takes_a_slice_in_and_one_undo_gives_it_back(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = loaded(project, images, label_series(images, values, tmp_path / "labels"))
    truth = true_labels(session, images, values)
    session.show(5)
    before, work = session.annotations, session._works[session._case].document
    assert [a.id for a in before] == [int(n) for n in np.unique(truth[5]) if n]
    session.choose_category("MRI2")
    session.choose_tool("tool.box")
    session.perform(Stroke(Makes.BOX, ((20.0, 20.0), (30.0, 30.0)), False))
    drawn = labels_now(session)
    expected = truth[5].copy()
    expected[20:30, 20:30] = 2
    assert np.array_equal(drawn, expected), "the newer region wins"
    other = session.images[6].key
    assert effective_annotations(project, session.project.project, session.document, other), "other slices stay the volume's"
    assert not session._works[session._case].document.on(other)
    session.undo()
    assert session._works[session._case].document.annotations == work.annotations and session.annotations == before
    session.redo()
    assert np.array_equal(labels_now(session), expected)


def test_deleting_every_region_of_a_slice_leaves_it_empty(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = loaded(project, images, label_series(images, values, tmp_path / "labels"))
    session.show(5)
    session.select(a.id for a in session.annotations)
    session.delete()
    assert session.annotations == ()
    session.close()
    again, _ = opened(project, images)
    again.show(5)
    assert again.annotations == () and again.regions is not None
    again.show(6)
    assert again.annotations


def test_sizes_and_the_largest_slice_count_corrections(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = loaded(project, images, label_series(images, values, tmp_path / "labels"))
    truth, voxel = true_labels(session, images, values), 4.0 * 4.0 * 8.0 / 1000
    assert session.millilitres()[9] == pytest.approx((values == 9).sum() * voxel)
    assert session.largest()[9] == int((truth == 9).sum(axis=(1, 2)).argmax())
    session.show(2)
    session.choose_category("MRI9")
    session.choose_tool("tool.box")
    session.perform(BOX)
    assert session.largest()[9] == 2
    assert session.millilitres()[9] == pytest.approx(((truth == 9).sum() - (truth[2] == 9).sum() + 64 * 64) * voxel)


def test_judging_shows_the_region_and_every_step_can_be_undone(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = loaded(project, images, label_series(images, values, tmp_path / "labels"))
    session.judge(9)
    assert session.document.facts[facts.judgement("MRI9")] == "1" and session.index == session.largest()[9]
    session.judge(9)
    assert session.document.facts[facts.judgement("MRI9")] == "0"
    assert session.judge_rest() and session.judged and not session.judge_rest()
    session.undo()
    assert not session.judged
    session.undo()
    session.undo()
    assert facts.judgement("MRI9") not in session.document.facts and LABELS in session.document.facts


def test_a_case_leaves_only_when_all_is_judged(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session, _ = opened(project, images)
    assert not session.done() and "좌측 해마" in say(session.said.message)
    session.judge_rest()
    assert not session.done() and "no regions" in say(session.said.message)
    session.load_regions([label_series(images, values, tmp_path / "labels")])
    assert not list((project / "dementia").rglob("*")) if (project / "dementia").exists() else True
    assert session.done()
    assert len(list(project.rglob("label/*.dcm"))) == len(list(project.rglob("json/*.json"))) == len(session.images)


def finished(project: Path, images: Path, labels: Path) -> Session:
    session = loaded(project, images, labels)
    session.judge(9)
    session.judge_rest()
    assert session.done()
    return session


def test_the_delivered_series_is_read_by_others_at_the_right_millimetres(brain, project: Path, tmp_path: Path) -> None:
    import SimpleITK

    images, values = brain
    finished(project, images, label_series(images, values, tmp_path / "labels")).close()
    folder = str(next(project.rglob("label")))
    labels = SimpleITK.ReadImage(SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(folder))
    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(images))
    mr = SimpleITK.ReadImage(names)
    assert labels.GetSize() == mr.GetSize()
    for measure in ("GetOrigin", "GetSpacing", "GetDirection"):
        assert getattr(labels, measure)() == pytest.approx(getattr(mr, measure)(), abs=1e-6), measure
    order = [sorted(path.name for path in images.glob("*.dcm")).index(Path(name).name) for name in names]
    codes = values.astype(int) * 10 + (values == 9)
    assert np.array_equal(SimpleITK.GetArrayFromImage(labels), codes[order])


def test_only_what_changed_is_delivered_again(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = finished(project, images, label_series(images, values, tmp_path / "labels"))
    before = {path: path.read_bytes() for path in project.rglob("label/*.dcm")}
    session.show(8)
    session.choose_category("MRI2")
    session.choose_tool("tool.box")
    session.perform(Stroke(Makes.BOX, ((20.0, 20.0), (30.0, 30.0)), False))
    assert session.done()
    changed = [path for path, content in before.items() if path.read_bytes() != content]
    assert len(changed) == 1 and (dcmread(changed[0]).pixel_array[20:30, 20:30] == 20).all()
    session.judge(1)
    assert session.done()
    seen = {path for path in before if 11 in np.unique(dcmread(path).pixel_array)}
    assert len(seen) == int((values == 1).any(axis=(1, 2)).sum())


def test_a_finished_patient_may_change_its_class(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = finished(project, images, label_series(images, values, tmp_path / "labels"))
    session.close()
    change_class(projects.open_project(project), "P000001", "mci", "판독자", "2026-03-05T05:06:07.000+09:00")
    assert list(check_project(projects.open_project(project), Report())) == []
    before = {path: path.read_bytes() for path in project.rglob("label/*.dcm")}
    assert {path.parts[-4] for path in before} == {"mci"}
    again, _ = opened(project, images)
    assert again.done(), "nothing is missing"
    assert {path: path.read_bytes() for path in before} == before, "what did not change is not written again"
    again.judge(1)
    assert again.done()
    assert any(path.read_bytes() != content for path, content in before.items())
    assert list(check_project(projects.open_project(project), Report())) == []


def test_files_of_others_are_left_alone(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = finished(project, images, label_series(images, values, tmp_path / "labels"))
    other = next(project.rglob("P000001_0008.json"))
    other.write_text("mine")
    session.judge(1)
    told = list[str]()
    session.subscribe(lambda _topic: told.append(say(session.said.message)) if session.said else None)
    session.done()
    assert other.read_text() == "mine" and any("P000001_0008.json" in sentence for sentence in told)


def test_a_finished_study_passes_the_checks_and_damage_is_found(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    finished(project, images, label_series(images, values, tmp_path / "labels")).close()
    assert list(check_project(projects.open_project(project), Report())) == []
    paths = sorted(project.rglob("label/*.dcm"))
    damaged = next(path for path in paths if 91 in dcmread(path).pixel_array)
    whole = dcmread(damaged)
    stored = whole.pixel_array.copy()
    stored[stored == 91], stored[0, 0] = 90, 12
    whole.PixelData = stored.tobytes()
    whole.save_as(damaged)
    paths[0].unlink()
    found = [f for f in check_project(projects.open_project(project), Report()) if f.check == "label-is-code"]
    said = " ".join(str(f.message) for f in found)
    assert "region 9 was judged otherwise" in said and "value 12, which is no region" in said and "is not there" in said
    assert {Path(f.path).name for f in found} == {damaged.name, paths[0].name}


def test_a_damaged_label_volume_is_told_and_nothing_else_is_lost(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    loaded(project, images, label_series(images, values, tmp_path / "labels")).close()
    kept = next((project / ".annotator" / "labels").iterdir())
    kept.write_bytes(kept.read_bytes()[:-5])
    from annotator.workspace.labels import load

    load.cache_clear()
    session, _ = opened(project, images)
    assert session.regions is None and "damaged" in say(session.said.message)
    assert any(f.check == "regions-can-be-read" for f in check_project(projects.open_project(project), Report()))


KILLED = """
import sys
from pathlib import Path
from tests.workspace.brain import opened
session, _ = opened(Path(sys.argv[1]), Path(sys.argv[2]))
session.load_regions([Path(sys.argv[3])])
session.judge(9); session.judge_rest(); session.done()
"""


@pytest.mark.parametrize("point", ["deliver.before_file:1", "deliver.before_file:17", "deliver.before_state:2", "deliver.before_end:1"])
def test_a_killed_delivery_is_finished_by_the_next_start(brain, project: Path, tmp_path: Path, point: str) -> None:
    assert point.partition(":")[0] in delivering.POINTS
    images, values = brain
    labels = label_series(images, values, tmp_path / "labels")
    where = {**os.environ, "ANNOTATOR_FAULT": point, "PYTHONPATH": str(Path(__file__).parents[2])}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(project), str(images), str(labels)], env=where, capture_output=True)
    assert killed.returncode != 0 and delivering.unfinished(project), killed.stderr.decode()
    session, _ = opened(project, images)
    assert delivering.unfinished(project) == ()
    found = sorted(project.rglob("label/*.dcm"))
    assert len(found) == len(session.images) == len(list(project.rglob("json/*.json")))
    assert sum(int((dcmread(path).pixel_array == 91).sum()) for path in found) == int((values == 9).sum())
    assert list(check_project(projects.open_project(project), Report())) == []
    session.close()


def test_labels_of_the_own_tree_are_taken_where_no_revision_speaks_of_them(brain, tmp_path: Path) -> None:
    images, values = brain
    project = dementia(tmp_path / "project").root
    own = project / "dementia" / "mci" / "P000007" / "dcm"
    own.mkdir(parents=True)
    for number, path in enumerate(sorted(images.glob("*.dcm")), 1):
        shutil.copy(path, own / f"P000007_{number:04d}.dcm")
    finished(project, own, label_series(images, values, tmp_path / "labels")).close()
    assert list(check_project(projects.open_project(project), Report())) == []
    shutil.rmtree(project / ".annotator")
    session, _ = opened(project, project / "dementia")
    assert session.regions is not None and len(session.catalogue.by_uid) == 1
    assert session.document.facts["proposal.MRI9"] == "1"


def test_a_category_of_a_label_volume_counts_as_used(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    loaded(project, images, label_series(images, values, tmp_path / "labels")).close()
    found = redefinition.usage(project, projects.open_project(project).project.judging)
    assert found.annotations["MRI9"] == int((values == 9).any(axis=(1, 2)).sum()) and found.cases["MRI9"] == 1


def test_new_regions_leave_what_was_drawn(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = loaded(project, images, label_series(images, values, tmp_path / "labels"))
    session.show(5)
    session.choose_category("MRI2")
    session.choose_tool("tool.box")
    session.perform(Stroke(Makes.BOX, ((20.0, 20.0), (30.0, 30.0)), False))
    drawn, told = session.annotations, list[str]()
    session.subscribe(lambda _topic: told.append(say(session.said.message)) if session.said else None)
    session.load_regions([label_series(images, np.where(values == 3, 4, values), tmp_path / "others")])
    assert session.annotations == drawn and any("On 1 slices" in sentence for sentence in told)
    assert 3 not in session.largest() or session.largest()[3] == 5, "the other slices are those of the new regions"
    session.undo()
    assert session.annotations == drawn


def test_adding_and_taking_away_work_on_a_slice_that_nobody_drew_on(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = loaded(project, images, label_series(images, values, tmp_path / "labels"))
    truth = true_labels(session, images, values)
    place = int((truth == 1).sum(axis=(1, 2)).argmax())
    session.show(place)
    session.choose_category("MRI1")
    session.choose_tool("tool.box")
    session.choose_mode(Mode.SUB)
    session.perform(BOX)
    left = labels_now(session)
    assert np.array_equal(left, np.where(truth[place] == 1, 0, truth[place]))
    session.undo()
    session.choose_mode(Mode.ADD)
    session.perform(BOX)
    assert (labels_now(session) == 1).all()
    assert [a.category for a in session.annotations] == ["MRI1"]


def test_an_edit_survives_a_crash(brain, project: Path, tmp_path: Path) -> None:
    images, values = brain
    session = loaded(project, images, label_series(images, values, tmp_path / "labels"))
    session.show(5)
    session.choose_category("MRI2")
    session.choose_tool("tool.box")
    session.perform(Stroke(Makes.BOX, ((20.0, 20.0), (30.0, 30.0)), False))
    session.judge(9)
    session._keeping.close()  # the process is gone: nothing was saved
    again, _ = opened(project, images)
    again.show(5)
    assert again.document.facts[facts.judgement("MRI9")] == "1"
    found = labels_now(again)
    assert (found[20:30, 20:30] == 2).all() and again.regions is not None
