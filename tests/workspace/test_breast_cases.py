"""A mammography study is one case: four views, one JSON, a discard mark, views that a person may correct."""

from __future__ import annotations

import shutil
from datetime import datetime

import pytest

from annotator.domain.coordinates import Coordinates
from annotator.domain.facts import DISCARD, view
from annotator.domain.grid import on_grid
from annotator.domain.merge import Mode
from annotator.i18n import message, say
from annotator.progress import Report
from annotator.tools.gesture import Move, Reshape
from annotator.workspace import projects
from annotator.workspace.batch import check_project
from annotator.workspace.notice import SavedState
from tests.workspace.mammograms import FILE, VIEWS, four_views, go_to, opened, said
from tests.workspace.study import free

TRIANGLE = free((20.3, 20.7), (50.9, 25.2), (30.1, 60.8))
SQUARE = free((10.2, 10.9), (40.7, 10.1), (40.2, 40.3), (10.9, 40.6))


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    return four_views(tmp_path_factory.mktemp("mammograms"))


@pytest.fixture
def project(tmp_path):
    return projects.create("breast-cancer", tmp_path / "project").root


@pytest.fixture
def session(project, images):
    session = opened(project, images)
    yield session
    session.close()


def findings(project):
    return [str(finding.message) for finding in check_project(projects.open_project(project), Report())]


def test_the_views_come_in_the_order_in_which_they_are_read(session):
    assert tuple(series.images[0].view.replace(" ", "") for series in session.catalogue.in_order) == VIEWS
    assert [image.view.replace(" ", "") for image in session.case_images] == list(VIEWS)


def test_strokes_on_two_views_make_one_file_and_come_back_without_a_drift(session, project, images):
    for name in ("LCC", "RMLO"):
        go_to(session, name)
        session.perform(TRIANGLE)
    session.save()
    assert session.saved_state is SavedState.SAVED
    drawn = [a for found in session.document.annotations.values() for a in found]
    made = [str(round(datetime.fromisoformat(a.drawn.time).timestamp() * 1000)) for a in drawn]
    assert {v: list(lesions) for v, lesions in said(project)["contour_list"]["cancer"].items()} == {"lcc": made[:1], "rmlo": made[1:]}
    drawn, content = session.document, (project / FILE).read_bytes()
    session.close()
    shutil.rmtree(project / ".annotator" / "cases")  # what is left is the delivered file
    again = opened(project, images)
    assert {key: [a.shape for a in found] for key, found in again.document.annotations.items()} == {
        key: [a.shape for a in found] for key, found in drawn.annotations.items()
    }
    go_to(again, "LCC")
    again.perform(SQUARE)
    again.undo()
    again.save()
    assert (project / FILE).read_bytes() == content
    again.close()


def test_an_image_is_named_by_its_view_and_a_study_is_a_case(session, project, images, tmp_path):
    session.perform(SQUARE)
    session.save()
    four_views(tmp_path / "more", seed=5)
    session.open_folder([images, tmp_path / "more"])
    cases = {series.study_uid for series in session.catalogue.in_order}
    assert len(cases) == 2
    other = next(s for s in session.catalogue.in_order if s.study_uid != session.series.study_uid)
    session.open_series(other.uid)
    session.perform(SQUARE)
    session.save()
    assert sorted(p.name for p in (project / "breast_cancer").rglob("*.json")) == ["Cancer_00001.json", "Cancer_00002.json"]
    assert findings(project) == []


def test_every_tool_ends_at_whole_numbers_and_is_saved_as_it_is_seen(session, project):
    session.perform(SQUARE)
    slit, hole = free((25.1, 5.3), (33.8, 50.2), (29.6, 51.1)), free((12.2, 15.1), (18.7, 15.9), (15.3, 22.2))
    for mode, stroke in ((Mode.ADD, TRIANGLE), (Mode.SUB, slit), (Mode.SUB, hole)):
        session.choose_mode(mode)
        session.perform(stroke)
    session.perform(Move(1, 3.4, -2.7))
    session.perform(Reshape(1, (0, 0, 0), (22.3, 1.9)))
    assert all(on_grid(a.shape, Coordinates(), 96, 80) for a in session.annotations)
    session.save()
    assert session.saved_state is SavedState.SAVED
    assert findings(project) == []


def test_discarding_alone_writes_the_file_and_is_undone_like_a_stroke(session, project, images):
    assert session.say_of_case(message("Discard the case: {reason}", reason="영상 불량"), {DISCARD: "영상 불량"})
    session.save()
    assert (said(project)["discard_yn"], said(project)["contour_list"]) == (1, {"cancer": {}})
    assert findings(project) == []
    session.undo()
    session.save()
    assert not (project / FILE).exists()
    session.redo()
    session.save()
    session.close()
    again = opened(project, images)
    assert again.document.facts == {DISCARD: "영상 불량"}
    again.close()


def test_a_mark_that_others_changed_is_asked_about_and_the_reason_stays(session, project, images):
    session.perform(SQUARE)
    session.say_of_case(message("Discard the case: {reason}", reason="영상 불량"), {DISCARD: "영상 불량"})
    session.save()
    session.close()
    content = (project / FILE).read_bytes()
    (project / FILE).write_bytes(content.replace(b'"discard_yn": 1', b'"discard_yn": 0'))
    again = opened(project, images)
    assert again.question is not None
    assert "Others changed the delivered files of this case: case data" in say(again.question.text)
    again.question.answer("json")
    assert again.document.facts == {}
    assert again.document.count() == 1
    again.close()


def test_a_view_corrected_by_hand_moves_its_lesions_in_the_file(session, project):
    go_to(session, "LCC")
    session.perform(SQUARE)
    key = session.image.key
    session.save()
    assert set(said(project)["contour_list"]["cancer"]) == {"lcc"}
    session.say_of_case(message("View of an image: {view}", view="RMLO"), {view(key): "RMLO"})
    session.save()
    assert set(said(project)["contour_list"]["cancer"]) == {"rmlo"}
    assert findings(project) == []


def test_deleting_the_last_lesion_takes_the_file_away(session, project):
    session.perform(SQUARE)
    session.save()
    session.select([1])
    session.delete()
    session.save()
    assert not (project / FILE).exists()
    assert findings(project) == []


def test_images_of_the_tree_are_marked_in_place(project, images):
    folder = project / "breast_cancer" / "malignant" / "Cancer_00042" / "dcm"
    folder.mkdir(parents=True)
    for path in images.rglob("*.dcm"):
        shutil.copy(path, folder / path.name)
    session = opened(project, project / "breast_cancer")
    go_to(session, "LMLO")
    session.perform(SQUARE)
    session.save()
    file = "breast_cancer/malignant/Cancer_00042/json/Cancer_00042.json"
    assert (said(project, file)["case_id"], set(said(project, file)["contour_list"]["cancer"])) == ("Cancer_00042", {"lmlo"})
    assert findings(project) == []
    session.close()


def test_what_is_wrong_with_a_file_is_found(session, project):
    go_to(session, "RCC")
    session.perform(SQUARE)
    session.save()
    good = (project / FILE).read_text(encoding="utf-8")
    for old, new, told in (
        ("Cancer_00001", "Cancer_00009", "it names the case Cancer_00009 instead of Cancer_00001"),
        ('"discard_yn": 0', '"discard_yn": 1', "its discard mark is not the one that was saved"),
        ('"discard_yn": 0', '"discard_yn": "0"', "discard_yn is no integer"),
        ('"y"', '"z"', "is missing"),
        ('"rcc"', '"rccx"', "contour_list.cancer.rccx is not known"),
        ("}]}", '}, {"y": 1, "x": 1}]}', "does not end where it begins"),
    ):
        (project / FILE).write_text(good.replace(old, new, 1), encoding="utf-8")
        assert any(told in text for text in findings(project)), told
