"""The views of a breast case hang by themselves, doubt about one stops drawing on it, and facts tie what one lesion is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pydicom
import pytest

from annotator.domain.image import Image
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.projects import create, open_project
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.mammograms import VIEWS, four_views, go_to, opened, said
from tests.workspace.study import free

TRIANGLE = free((10, 10), (40, 12), (30, 50))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    return four_views(tmp_path / "images")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return create("breast-cancer", tmp_path / "project").root


def shown(session: Session) -> list[str]:
    """The view in each place."""
    return [pane.image.view.replace(" ", "") if pane.image else "" for pane in session.shown_panes]


def shown_image(session: Session) -> Image:
    assert session.image is not None
    return session.image


def test_the_views_hang_in_the_order_of_the_project(project: Path, folder: Path) -> None:
    session = opened(project, folder)
    assert session.arrangement == Arrangement.grid(2, 2)
    assert shown(session) == list(VIEWS) == list(session.hung)
    session.hang_views()
    assert (session.arrangement, shown(session)) == (Arrangement.grid(1, 4), list(VIEWS))
    session.close()


def test_the_order_is_data_of_the_project(project: Path, folder: Path) -> None:
    file = project / "project.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('["RCC LCC", "RMLO LMLO"]', '["RMLO LMLO", "RCC LCC"]'), encoding="utf-8")
    session = opened(project, folder)
    assert shown(session) == ["RMLO", "LMLO", "RCC", "LCC"]
    session.close()


def test_a_missing_view_leaves_its_place_empty(project: Path, folder: Path) -> None:
    (folder / "RMLO.dcm").unlink()
    session = opened(project, folder)
    assert shown(session) == ["RCC", "LCC", "", "LMLO"]
    session.close()


def test_a_person_who_arranges_views_otherwise_is_left_alone_also_next_time(project: Path, folder: Path) -> None:
    session = opened(project, folder)
    session.arrange(Arrangement.grid(1, 1))
    assert session.hung == ()
    session.close()
    again = opened(project, folder)
    assert (again.arrangement.count, again.hung) == (1, ())
    again.hang_views()
    assert shown(again) == list(VIEWS)
    again.close()


def test_going_to_a_view_works_where_it_hangs(project: Path, folder: Path) -> None:
    session = opened(project, folder)
    go_to(session, "LMLO")
    assert (session.active, shown(session)) == (3, list(VIEWS))
    session.step_pane(1)
    assert shown_image(session).view == "R CC"
    session.step_series(1)
    assert shown(session) == list(VIEWS)
    session.close()


def test_the_next_case_hangs_in_the_same_places(project: Path, tmp_path: Path) -> None:
    for number, name in enumerate(("one", "two")):
        (tmp_path / "both" / name).mkdir(parents=True)
        four_views(tmp_path / "both" / name, seed=number + 4)
    session = opened(project, tmp_path / "both")
    before = {pane.image.key for pane in session.shown_panes if pane.image}
    session.done()
    after = {pane.image.key for pane in session.shown_panes if pane.image}
    assert (shown(session), session.hung) == (list(VIEWS), VIEWS)
    assert not before & after
    session.close()


def test_a_view_corrected_by_hand_moves_to_its_place_and_back_on_undo(project: Path, folder: Path) -> None:
    session = opened(project, folder)
    go_to(session, "RMLO")
    session.settle_view(shown_image(session), "LMLO")
    assert (session.active, shown(session)) == (3, ["RCC", "LCC", "", "RMLO"])
    session.undo()
    assert shown(session) == list(VIEWS)
    session.close()


def test_a_contradiction_stops_drawing_until_a_person_settles_it(project: Path, folder: Path) -> None:
    shutil.move(folder / "LCC.dcm", folder / "LCC_.dcm")
    shutil.move(folder / "RCC.dcm", folder / "LCC.dcm")
    session = opened(project, folder)
    go_to(session, "RCC")
    assert len(session.contradictions(shown_image(session))) == 1
    assert session.barred(session.tool) is not None
    session.perform(TRIANGLE)
    assert session.annotations == ()
    session.settle_view(shown_image(session), "RCC")
    assert session.barred(session.tool) is None
    session.perform(TRIANGLE)
    assert len(session.annotations) == 1
    session.undo()
    session.undo()
    assert session.barred(session.tool) is not None
    session.close()


def test_a_breast_on_the_other_side_than_the_header_says_stops_drawing_there_only(project: Path, folder: Path) -> None:
    dataset = pydicom.dcmread(folder / "RCC.dcm")
    dataset.PixelData = dataset.pixel_array[:, ::-1].tobytes()
    dataset.save_as(folder / "RCC.dcm")
    session = opened(project, folder)
    go_to(session, "RCC")
    assert session.turned_over(shown_image(session)) == (False, False)
    session.perform(TRIANGLE)
    assert session.annotations == ()
    go_to(session, "LCC")
    session.perform(TRIANGLE)
    assert len(session.annotations) == 1
    go_to(session, "RCC")
    session.settle_view(shown_image(session), "RCC")
    assert session.turned_over(shown_image(session)) == (True, False)
    session.close()


def test_nipples_and_lesions_are_saved_and_undone_and_never_delivered(project: Path, folder: Path) -> None:
    session = opened(project, folder)
    go_to(session, "LCC")
    session.mark_nipple((60.25, 48.0))
    session.perform(TRIANGLE)
    session.select([1])
    go_to(session, "LMLO")
    session.perform(TRIANGLE)
    session.select([1])
    session.tie()
    partner = session.shown_panes[1]
    assert partner.selection == {1}
    assert set(session.lesions().values()) == {"A"}
    session.save()
    assert set(said(project)) == {"user_id", "case_id", "contour_list", "discard_yn"}
    assert "nipple" not in (project / "breast_cancer/unclassified/Cancer_00001/json/Cancer_00001.json").read_text(encoding="utf-8")
    session.close()
    again = Session(open_project(project), Immediate(), author="판독자")
    again.open_folder([folder])
    go_to(again, "LCC")
    assert again.nipple(shown_image(again)) == (60.2, 48.0)
    assert set(again.lesions().values()) == {"A"}
    again.select([1])
    again.untie()
    assert (dict(again.lesions()), again.shown_panes[3].selection) == ({}, frozenset())
    again.undo()
    assert set(again.lesions().values()) == {"A"}
    again.close()


def test_only_views_of_one_breast_are_tied(project: Path, folder: Path) -> None:
    session = opened(project, folder)
    for view in ("RCC", "LCC"):
        go_to(session, view)
        session.perform(TRIANGLE)
        session.select([1])
    session.tie()
    assert dict(session.lesions()) == {}
    session.close()


def test_inverting_inverts_all_views_that_hang(project: Path, folder: Path) -> None:
    session = opened(project, folder)
    go_to(session, "RCC")
    session.invert()
    assert [pane.window.inverted for pane in session.shown_panes] == [True] * 4
    session.arrange(Arrangement.grid(1, 2))
    session.invert()
    assert [pane.window.inverted for pane in session.shown_panes] == [False, True]
    session.close()


def test_where_no_views_hang_a_contradiction_is_known_and_stops_nobody(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / "RCC.dcm", folder / "other_LCC.dcm")
    session = opened(create("scratch", tmp_path / "any").root, folder)
    session.open_series(next(s.uid for s in session.catalogue.in_order if s.images[0].path.endswith("other_LCC.dcm")))
    assert len(session.contradictions(shown_image(session))) == 1
    assert session.barred(session.tool) is None
    session.perform(TRIANGLE)
    assert len(session.annotations) == 1
    session.close()
