"""What is drawn on one series is seen on the other at the same millimetres, and copied there as one step."""

from __future__ import annotations

import shutil
from pathlib import Path

import pydicom
import pytest

from annotator.dicom.phantom.pet_ct import pet_ct
from annotator.domain.region import Region
from annotator.i18n import say
from annotator.present.overlay import Overlay, Overlays
from annotator.present.shadows import shadows
from annotator.workspace import projects
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.session import Session
from tests.workspace.study import box, opened

SLICES = 6


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copied")
    pet_ct(folder, slices=SLICES, size=64)
    return folder


def hung(tmp_path: Path, images: Path) -> Session:
    session = opened(projects.create("lung-cancer", tmp_path / "project").root, images)[0]
    session.open_series(next(s.uid for s in session.catalogue.in_order if s.modality == "CT"), 3)
    session.hang_pet_ct()
    session.choose_tool("tool.box")
    return session


@pytest.fixture
def session(tmp_path: Path, images: Path) -> Session:
    """CT, PET and fused, the box in hand."""
    return hung(tmp_path, images)


def draw_on(session: Session, pane: int, x1: float, y1: float, x2: float, y2: float) -> None:
    session.activate(pane)
    session.perform(box(x1, y1, x2, y2))
    session.select([session.annotations[-1].id])


def millimetres(session: Session, pane: int, bounds: tuple[float, float, float, float]) -> list[float]:
    image = session.panes[pane].image
    assert image is not None and image.plane is not None
    return [*image.plane.to_patient(*bounds[:2]), *image.plane.to_patient(*bounds[2:])]


def bounds_of(overlay: Overlay) -> tuple[float, float, float, float]:
    xs, ys = zip(*(point for ring in overlay.rings for point in ring), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def test_a_box_on_the_pet_is_seen_on_ct_and_fused_at_the_same_millimetres(session: Session) -> None:
    draw_on(session, 1, 20, 24, 30, 40)
    for pane in (0, 2):
        (seen,) = shadows(session, session.panes[pane])
        assert seen.locked and not seen.selected and not seen.closed and seen.annotation_id < 0 and seen.label == "1 · PT"
        assert millimetres(session, pane, bounds_of(seen)) == pytest.approx(millimetres(session, 1, (20, 24, 30, 40)))
    assert shadows(session, session.panes[1]) == ()


def test_a_box_on_the_fused_view_belongs_to_the_ct(session: Session) -> None:
    draw_on(session, 2, 100, 100, 140, 130)
    assert session.annotations[0].image == session.panes[0].image.key  # type: ignore[union-attr]
    assert [o.annotation_id for o in Overlays(session, session.panes[0])()] == [1]
    (seen,) = shadows(session, session.panes[1])
    assert seen.label == "1 · CT"


def test_a_box_is_seen_on_its_own_slice_only(session: Session) -> None:
    draw_on(session, 1, 20, 24, 30, 40)
    session.page(1)
    assert shadows(session, session.panes[0]) == ()
    session.page(-1)
    assert len(shadows(session, session.panes[0])) == 1


def test_a_box_is_copied_to_the_other_series_as_one_step(session: Session) -> None:
    draw_on(session, 0, 100, 100, 140, 130)
    session.perform(box(160, 100, 180, 130))
    session.annotate([1], "경계가 흐림")
    session.select([1, 2])
    before = session.annotations
    assert session.copy_across()
    assert session.active == 1 and session.series is not None and session.series.modality == "PT"
    assert [(a.category, a.drawn.author, a.toolname) for a in session.annotations] == [("PCT1", "판독자", "Box")] * 2
    assert [a.note for a in session.annotations] == ["경계가 흐림", ""]
    copied = session.annotations[0].shape
    assert isinstance(copied, Region) and copied.is_box
    assert millimetres(session, 1, copied.bounds) == pytest.approx(millimetres(session, 0, before[0].shape.bounds))
    session.undo()
    assert session.annotations == () and session.undo_name is None
    session.activate(0)
    assert session.annotations == before


def test_a_copy_is_clipped_to_the_other_image(session: Session, tmp_path: Path) -> None:
    draw_on(session, 0, 0, 0, 40, 30)
    assert session.copy_across()
    x1, y1, _, _ = session.annotations[0].shape.bounds
    assert x1 >= 0 and y1 >= 0


def test_nothing_is_copied_without_a_selection_or_without_another_series(session: Session) -> None:
    assert not session.copy_across()
    draw_on(session, 0, 100, 100, 140, 130)
    session.arrange(Arrangement())
    assert not session.copy_across()
    assert session.said is not None and "no other series" in say(session.said.message)


def test_other_frames_show_nothing_and_take_nothing(tmp_path: Path, images: Path) -> None:
    shutil.copytree(images, tmp_path / "study")
    for path in (tmp_path / "study" / "PT").iterdir():
        dataset = pydicom.dcmread(path)
        dataset.FrameOfReferenceUID = "1.2.3.4"
        dataset.save_as(path)
    session = hung(tmp_path, tmp_path / "study")
    session.arrange(Arrangement.grid(1, 2))
    draw_on(session, 0, 100, 100, 140, 130)
    assert shadows(session, session.panes[1]) == ()
    assert not session.copy_across()
    assert session.said is not None and "frames of reference differ" in say(session.said.message)
    assert len(session.annotations) == 1
