"""How views look comes back at the next start: what lay over them, what was looked through, a PET in inverse grey."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.dicom.phantom.pet_ct import pet_ct
from annotator.paths import local_folder
from annotator.workspace import projects
from annotator.workspace.session import Session
from annotator.workspace.views import Look, View, recall, remember
from tests.workspace.study import opened

SLICES = 12


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("returning")
    pet_ct(folder, slices=SLICES, size=64)
    return folder


@pytest.fixture
def session(tmp_path: Path, images: Path) -> Session:
    """A PET/CT of which the sixth CT slice is looked at."""
    session = opened(projects.create("lung-cancer", tmp_path / "project").root, images)[0]
    session.open_series(uid_of(session, "CT"), 5)
    return session


def uid_of(session: Session, modality: str) -> str:
    return next(series.uid for series in session.catalogue.in_order if series.modality == modality)


def again(session: Session, images: Path) -> Session:
    """The next start."""
    session.close()
    return opened(session.project.root, images)[0]


def standing(session: Session) -> list[object]:
    """What each view shows, and how."""
    return [
        (
            pane.series and pane.series.uid,
            pane.index,
            pane.place.over and pane.place.over.series.uid,
            pane.through is not None,
            pane.image is not None and pane.place.levels.inverted(pane.image),
        )
        for pane in session.shown_panes
    ]


def test_a_hung_pet_ct_comes_back_with_its_fusion_and_inverse_grey(session: Session, images: Path) -> None:
    session.hang_pet_ct()
    before = standing(session)
    later = again(session, images)
    assert standing(later) == before and later.fused_panes == (2,) and before[1][4]


@pytest.mark.parametrize("active", range(4))
def test_the_pet_from_the_front_comes_back_whichever_view_was_worked_in(session: Session, images: Path, active: int) -> None:
    session.hang_four()
    session.activate(active)
    before = standing(session)
    later = again(session, images)
    assert standing(later) == before and later.active == active
    assert later.panes[3].through is not None and later.panes[3].picture is not None


def test_a_pet_over_a_single_view_comes_back(session: Session, images: Path) -> None:
    session.fuse()
    later = again(session, images)
    assert later.fused_panes == (0,) and later.index == 5
    later.fuse()
    assert again(later, images).fused_panes == ()


def test_the_planes_come_back_too(session: Session, images: Path) -> None:
    session.show_planes(True)
    later = again(session, images)
    assert later.planes is not None
    later.show_planes(False)
    assert again(later, images).planes is None


def test_another_folder_is_not_fused(session: Session, images: Path, tmp_path: Path) -> None:
    session.hang_four()
    session.close()
    pet_ct(tmp_path / "other", slices=SLICES, size=64, seed=9)
    later = opened(session.project.root, tmp_path / "other")[0]
    assert later.fused_panes == () and all(pane.through is None for pane in later.shown_panes)


def test_what_changed_on_the_disk_meanwhile_is_shown_plainly(session: Session, images: Path, tmp_path: Path) -> None:
    session.hang_four()
    view = recall_after_closing(session)
    gone = tuple(Look(look.pane, look.series, "1.2.3" if look.over else "", look.through, look.inverse) for look in view.looks)
    remember(session.project.root, View(**{**view.__dict__, "looks": gone}))
    later = opened(session.project.root, images)[0]
    assert later.fused_panes == () and later.panes[3].through is not None


def recall_after_closing(session: Session) -> View:
    session.close()
    return recall(session.project.root)


def test_a_view_remembered_before_looks_were_is_understood(session: Session) -> None:
    view = recall_after_closing(session)
    (path,) = (local_folder() / "views").glob("*.json")
    known = json.loads(path.read_text())
    del known["looks"]
    path.write_text(json.dumps(known))
    assert recall(session.project.root) == View(**{**view.__dict__, "looks": ()})


def test_looks_are_remembered_while_the_next_scan_still_runs(session: Session) -> None:
    look = Look(0, "1.2", "3.4")
    session._seek_looks([look])
    assert session._looking() == (look,)
