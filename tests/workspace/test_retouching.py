"""Commands on the selection in a session: one undo step, remembered amounts, and cut, copy and paste from image to image."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.phantom.pet_ct import pet_ct
from annotator.domain import morphology
from annotator.domain.annotation import Annotation
from annotator.domain.grid import on_grid
from annotator.domain.merge import Mode
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.i18n import say
from annotator.workspace import amounts, projects
from annotator.workspace.amounts import Amounts
from annotator.workspace.retouching import Retouch
from annotator.workspace.session import Session
from tests.workspace import brain, mammograms
from tests.workspace.study import box, free, line, lung_project, opened, small_ct


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A small chest CT at its third slice, the freehand tool in hand."""
    session = opened(lung_project(tmp_path / "project").root, small_ct(tmp_path / "images"))[0]
    session.show(2)
    session.choose_tool("tool.free")
    return session


def masks(session: Session) -> list[Mask]:
    image = session.image
    assert image is not None
    return [region_mask(a.shape, image.rows, image.columns) for a in session.annotations if isinstance(a.shape, Region)]


def said(session: Session) -> str:
    assert session.said is not None
    return say(session.said.message)


def drawn(session: Session, *corners: tuple[float, float, float, float]) -> tuple[Annotation, ...]:
    session.choose_tool("tool.box")
    for one in corners:
        session.perform(box(*one))
    return session.annotations


def ragged(session: Session) -> None:
    """One annotation with a hole, an island and a vertex in excess."""
    session.perform(free((10, 10), (25, 10.1), (40, 10), (40, 30), (10, 30)))
    session.choose_mode(Mode.SUB)
    session.perform(free((15, 15), (20, 15), (20, 20), (15, 20)))
    session.choose_mode(Mode.ADD)
    session.select([1])
    session.perform(free((50, 50), (53, 50), (53, 53), (50, 53)))
    session.select(())


@pytest.mark.parametrize("how", [how for how in Retouch if how not in (Retouch.MERGE, Retouch.INTERSECT)])
def test_each_command_is_one_undo_step_on_the_only_annotation(session: Session, how: Retouch) -> None:
    ragged(session)
    session.use_amounts(Amounts(grow=8.0, smooth=8.0, islands=1000.0))
    before = session.annotations
    assert session.retouch(how)
    after = session.annotations
    assert after != before
    assert after[0].id == 1
    assert session.said is not None and session.said.undo
    session.undo()
    assert session.annotations == before
    session.redo()
    assert session.annotations == after


def test_a_hole_is_filled_an_island_removed_and_a_part_split_off(session: Session) -> None:
    ragged(session)
    assert session.retouch(Retouch.FILL)
    assert sorted(len(part) for part in session.annotations[0].shape.parts) == [1, 1]
    assert session.retouch(Retouch.SPLIT)
    assert said(session) == "Split; new annotations: 1"
    assert [(a.id, a.parent) for a in session.annotations] == [(1, None), (2, 1)]
    session.undo()
    session.use_amounts(replace(session.amounts, islands=10_000.0))
    assert session.retouch(Retouch.ISLANDS)
    assert len(session.annotations[0].shape.parts) == 1


def test_growing_counts_millimetres_of_the_image(session: Session) -> None:
    drawn(session, (20, 20, 30, 30))
    assert session.image is not None and session.image.spacing is not None
    down, right = session.image.spacing
    session.use_amounts(replace(session.amounts, grow=2.5 * max(down, right)))
    (before,) = masks(session)
    assert session.retouch(Retouch.GROW)
    (after,) = masks(session)
    row, column = np.indices((after.rows, after.columns))
    away = np.hypot(np.maximum(np.maximum(20 - row, row - 29), 0) * down, np.maximum(np.maximum(20 - column, column - 29), 0) * right)
    assert np.array_equal(after.array(), away <= session.amounts.grow)
    assert before.count == 100
    assert session.undo_name is not None and say(session.undo_name).startswith("Grow by ")


def test_merged_and_intersected_are_the_selected_ones_only(session: Session) -> None:
    drawn(session, (10, 10, 20, 20))
    session.choose_category("CCT2")
    drawn(session, (15, 15, 25, 25), (18, 18, 40, 40))
    assert not session.retouch(Retouch.MERGE)
    assert "two or more" in said(session)
    session.select([1, 2])
    assert session.retouch(Retouch.MERGE)
    assert said(session) == "2 annotations became one: #1, 악성", "whose category is lost is said"
    assert [a.id for a in session.annotations] == [1, 3]
    assert session.selection == frozenset({1})
    session.undo()
    session.select([1, 2])
    assert session.retouch(Retouch.INTERSECT)
    assert said(session) == "What 2 annotations share became one: #1, 악성"
    assert [a.id for a in session.annotations] == [1, 3]
    assert masks(session)[0].count == 25


def test_what_cannot_be_done_is_said_and_nothing_changes(session: Session) -> None:
    assert not session.retouch(Retouch.GROW)
    assert "Nothing is selected" in said(session)
    session.choose_tool("tool.line")
    session.perform(line((5, 5), (20, 20)))
    assert not session.retouch(Retouch.GROW)
    assert "Lines have no area" in said(session)
    assert not session.paste()
    assert "copy them first" in said(session)


def test_the_amounts_are_remembered_and_nonsense_is_not_believed(session: Session, tmp_path: Path) -> None:
    session.use_amounts(Amounts(grow=2.5, smooth=0.5, islands=7.0, tolerance=1.25))
    assert amounts.recall() == Amounts(2.5, 0.5, 7.0, 1.25)
    amounts.remember(Amounts(grow=-3.0, smooth=1e9, islands=7.0, tolerance=float("nan")))
    assert amounts.recall() == Amounts(islands=7.0)


def test_copied_annotations_are_pasted_on_another_slice_to_the_last_digit(session: Session) -> None:
    session.perform(free((10.3, 10.7), (40.1, 10.2), (33.33, 30.9)))
    drawn(session, (20, 40, 30, 50))
    source = session.annotations
    session.select([1, 2])
    assert session.copy()
    session.page(1)
    assert session.paste()
    step = abs(session.images[3].plane.distance() - session.images[2].plane.distance())  # type: ignore[union-attr]
    assert said(session).endswith(f"Pasted: 2, at the same millimetres of a slice {step:.1f} mm away") and step > 1
    assert [a.shape for a in session.annotations] == [a.shape for a in source]
    assert [(a.id, a.category, a.toolname, a.drawn.author, a.drawn.slice) for a in session.annotations] == [
        (n, a.category, a.toolname, "판독자", 3) for n, a in enumerate(source, start=1)
    ]
    assert session.selection == frozenset({1, 2})
    session.undo()
    assert session.annotations == ()
    session.page(-1)
    assert session.annotations == source


def test_cut_annotations_are_gone_here_and_come_back_where_they_are_pasted(session: Session) -> None:
    (source,) = drawn(session, (20, 40, 30, 50))
    assert session.cut()
    assert session.annotations == ()
    assert session.undo_name is not None and say(session.undo_name) == "Cut"
    assert session.paste()
    (back,) = session.annotations
    assert (back.shape, back.id) == (source.shape, 2)


def test_a_copy_on_the_same_image_is_moved_aside_until_there_is_no_room(session: Session) -> None:
    drawn(session, (30, 30, 40, 40))
    assert session.copy()
    for place in (40.0, 50.0):
        assert session.paste()
        assert "moved aside" in said(session)
        assert session.annotations[-1].shape.bounds[:2] == (place, place)
    assert session.paste()
    assert session.annotations[-1].shape.bounds == (60.0, 60.0, 64.0, 64.0)
    assert not session.paste()
    assert "lies there already" in said(session)


def test_the_only_annotation_is_not_meant_while_it_is_hidden(session: Session) -> None:
    drawn(session, (30, 30, 40, 40))
    session.select([1])
    session.hide_selected()
    before = session.document
    assert not session.cut()
    assert not session.copy()
    assert not session.retouch(Retouch.FLIP)
    assert said(session) == "Nothing is selected: choose an annotation first"
    session.recategorise_last("CCT3")
    assert session.document == before
    session.hide_selected()
    assert session.retouch(Retouch.FLIP)


def test_locked_ones_are_copied_but_not_cut(session: Session) -> None:
    drawn(session, (30, 30, 40, 40))
    session.select([1])
    session.lock()
    assert session.copy()
    assert not session.cut()
    assert len(session.annotations) == 1
    session.page(1)
    assert session.paste()
    assert not session.annotations[0].locked


def test_a_copy_keeps_its_millimetres_in_a_series_of_other_pixels(tmp_path: Path) -> None:
    pet_ct(tmp_path / "images", slices=6, size=64)
    session = opened(projects.create("lung-cancer", tmp_path / "project").root, tmp_path / "images")[0]
    ct, pet = (next(s for s in session.catalogue.in_order if s.modality == modality) for modality in ("CT", "PT"))
    session.open_series(ct.uid, 3)
    drawn(session, (100, 100, 140, 130))
    here = session.image
    session.copy()
    session.open_series(pet.uid, 2)
    there = session.image
    assert session.paste()
    assert "at the same millimetres" in said(session)
    assert here is not None and here.plane is not None and there is not None and there.plane is not None
    x1, y1, x2, y2 = session.annotations[0].shape.bounds
    for point, own in (((100.0, 100.0), (x1, y1)), ((140.0, 130.0), (x2, y2))):
        assert there.plane.to_patient(*own)[:2] == pytest.approx(here.plane.to_patient(*point)[:2])


def test_without_a_common_frame_a_copy_keeps_its_pixels_and_says_so(tmp_path: Path) -> None:
    for number, size in ((1, 64), (2, 48)):
        chest_ct(tmp_path / "images" / str(number), slices=3, size=size, seed=number)
    session = opened(lung_project(tmp_path / "project").root, tmp_path / "images")[0]
    first, second = session.catalogue.in_order[:2]
    session.open_series(first.uid, 1)
    drawn(session, (20, 20, 40, 46))
    source = session.annotations[0].shape
    session.copy()
    session.open_series(second.uid, 1)
    assert session.paste()
    assert "at the same pixels" in said(session)
    assert session.annotations[0].shape == source


def test_what_was_copied_in_another_project_is_not_pasted(session: Session, tmp_path: Path) -> None:
    drawn(session, (30, 30, 40, 40))
    session.copy()
    assert session.copied == 1
    session.open_project(lung_project(tmp_path / "other").root)
    assert session.copied == 0


@pytest.mark.parametrize("how", [Retouch.GROW, Retouch.SHRINK, Retouch.SMOOTH, Retouch.SIMPLIFY, Retouch.FLIP])
def test_where_files_hold_whole_numbers_outlines_do_too_and_masks_come_out_to_the_pixel(tmp_path: Path, how: Retouch) -> None:
    session = mammograms.opened(projects.create("breast-cancer", tmp_path / "project").root, mammograms.four_views(tmp_path / "images"))
    session.perform(free((20.3, 20.7), (50.9, 25.2), (40, 40.5), (30.1, 60.8)))
    image, coordinates = session.image, session.project.project.coordinates
    assert image is not None and image.spacing is not None and coordinates is not None
    session.use_amounts(Amounts(grow=3 * image.spacing[0], smooth=2 * image.spacing[0], tolerance=2.0))
    (before,) = masks(session)
    assert session.retouch(how)
    (after,) = masks(session)
    assert on_grid(session.annotations[0].shape, coordinates, image.rows, image.columns)
    if how is not Retouch.SIMPLIFY:
        wanted = {
            Retouch.GROW: morphology.grown(before, 3.0),
            Retouch.SHRINK: morphology.shrunk(before, 3.0),
            Retouch.SMOOTH: morphology.smoothed(before, 2.0),
            Retouch.FLIP: morphology.mirrored(before),
        }
        assert after == wanted[how]
    session.undo()
    assert masks(session) == [before]
    session.close()


def test_a_region_of_a_label_volume_that_grows_takes_from_its_neighbours(tmp_path: Path) -> None:
    images, values = brain.small_brain(tmp_path / "mr")
    session = brain.opened(brain.dementia(tmp_path / "project").root, images)[0]
    session.load_regions([brain.label_series(images, values, tmp_path / "labels")])
    session.show(len(session.images) // 2)
    assert session.image is not None and session.image.spacing is not None
    largest = max(session.annotations, key=lambda a: a.shape.area() if isinstance(a.shape, Region) else 0.0)
    before = dict(zip((a.id for a in session.annotations), masks(session), strict=True))
    session.select([largest.id])
    session.use_amounts(Amounts(grow=4 * max(session.image.spacing)))
    assert session.retouch(Retouch.GROW)
    after = dict(zip((a.id for a in session.annotations), masks(session), strict=True))
    assert after[largest.id] == morphology.grown(before[largest.id], session.amounts.grow, session.image.spacing)
    others = [number for number in before if number != largest.id]
    assert others and any(number not in after or after[number] != before[number] for number in others)
    for number in others:
        left = before[number] - after[largest.id]
        assert after.get(number, Mask.none(left.rows, left.columns)) == left
    session.undo()
    assert dict(zip((a.id for a in session.annotations), masks(session), strict=True)) == before
    session.close()
