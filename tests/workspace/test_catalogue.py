"""A catalogue grows by what is new, and the images of a known folder are built only when somebody looks at them."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from annotator.dicom.found import Found, Lot, Skipped
from annotator.dicom.known import opened, packed, unpacked
from annotator.domain.image import Image, ImageKey, Owner, Plane
from annotator.i18n import message
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.projects import scratch
from annotator.workspace.work import case_of, members_of
from tests.formats.cases import BREAST
from tests.workspace.study import box, into_the_tree, lung_project, small_ct
from tests.workspace.study import opened as session_on

PROJECT = scratch().project


def image(series: str, number: int, modality: str = "CT", view: str = "", folder: str = "f") -> Image:
    plane = Plane((0.0, 0.0, float(number)), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0))
    path = os.path.join(folder, f"{series}.{number}.dcm")
    return Image(ImageKey(f"{series}.{number}"), path, 1, 8, 8, modality, "1.9", series, f"study {series[:1]}", "frame", plane, view=view)


def lots_of(folder: Path, images: list[Image], owner: Owner | None = None) -> list[Lot]:
    (folder / os.path.basename(images[0].path)).write_bytes(b"what seals it")
    found = [(os.path.basename(one.path), (1, 2, 3), Found((one,), owner or Owner("P", series_number=1))) for one in images]
    lots = opened(packed(found, str(folder)), str(folder)).lots
    assert lots is not None
    return list(lots)


def same(one: Catalogue, other: Catalogue) -> bool:
    def said(catalogue: Catalogue) -> list[object]:
        return [
            (p.key, s.uid, s.description, n.uid, n.images, n.project_modality)
            for p in catalogue.patients
            for s in p.studies
            for n in s.series
        ]

    return said(one) == said(other) and one.image_count == other.image_count


def test_images_of_a_lot_are_built_when_they_are_looked_at(tmp_path: Path) -> None:
    images = [image("1", number, folder=str(tmp_path)) for number in (3, 1, 2)]
    catalogue = Catalogue().with_found(lots_of(tmp_path, images), PROJECT)
    (series,) = catalogue.in_order
    assert (series.count, catalogue.image_count, series.labels, series.frame, series.built) == (3, 3, False, "frame", False)
    assert series.lies_in({str(tmp_path)}) and not series.lies_in({"elsewhere"}) and not series.built
    assert [one.key.uid for one in series.images] == ["1.1", "1.2", "1.3"] and series.built
    assert series.images is series.images and series.images == tuple(sorted(images, key=lambda one: one.key.uid))


def test_what_is_read_joins_a_lot_of_the_same_series(tmp_path: Path) -> None:
    lots = lots_of(tmp_path, [image("1", 1), image("1", 3)])
    read = Found((image("1", 2),), Owner("P", series_number=1))
    for batches in ([lots, [read]], [[read], lots], [[*lots, read]]):
        catalogue = Catalogue()
        for batch in batches:
            catalogue = catalogue.with_found(batch, PROJECT)
        (series,) = catalogue.in_order
        assert series.count == catalogue.image_count == 3
        assert [one.key.uid for one in series.images] == ["1.1", "1.2", "1.3"]


def test_views_of_a_known_mammography_come_as_they_are_read(tmp_path: Path) -> None:
    views = ("L MLO", "R MLO", "L CC", "R CC")
    lots = []
    for number, view in enumerate(views):
        (tmp_path / view).mkdir()
        lots += lots_of(tmp_path / view, [image(f"1{number}", 1, "MG", view)])
    catalogue = Catalogue().with_found(lots, BREAST)
    assert [found.images[0].view for found in catalogue.in_order] == ["R CC", "L CC", "R MLO", "L MLO"]
    assert all(found.project_modality == BREAST.modalities[0] for found in catalogue.in_order)


@pytest.mark.parametrize("seed", range(6))
def test_a_catalogue_that_grew_is_the_same_as_one_made_at_once(seed: int) -> None:
    chance = random.Random(seed)
    entries: list[Found | Skipped] = [
        Found(
            (image(f"{chance.randrange(9)}{chance.randrange(30)}", number, chance.choice(["CT", "PT", "MG"])),),
            Owner(f"P{chance.randrange(40)}", study_description="study"),
        )  # fmt: skip
        for number in range(300)
    ]
    entries.append(Skipped("x", message("no image")))
    whole, grown, place = Catalogue().with_found(entries, PROJECT), Catalogue(), 0
    while place < len(entries):
        step = chance.choice([1, 2, 60])
        grown, place = grown.with_found(entries[place : place + step], PROJECT), place + step
    assert grown.skipped == whole.skipped and len(grown.by_uid) > 100
    assert same(grown, Catalogue(grown.by_uid)) and set(grown.by_uid) == set(whole.by_uid)
    assert grown.image_count == whole.image_count == 300


def test_another_project_and_other_paths_build_only_what_they_must(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    lots = [
        *lots_of(tmp_path, [image("1", 1, folder=str(tmp_path))]),
        *lots_of(tmp_path / "b", [image("2", 1, folder=str(tmp_path / "b"))]),
    ]
    catalogue = Catalogue().with_found(lots, PROJECT).for_project(BREAST)
    assert [series.project_modality for series in catalogue.in_order] == [None, None]
    moved = catalogue.with_paths({str(tmp_path / "1.1.dcm"): "new"})
    assert [one.path for one in moved.by_uid["1"].images] == ["new"] and not moved.by_uid["2"].built
    assert moved.patients[0].studies[0].series[0] is moved.by_uid["1"]


def test_other_series_are_put_in_beside_those_that_were_found() -> None:
    found = Catalogue().with_found([Found((image("1", 1),), Owner("P"))], PROJECT)
    more = found.with_series([Series("2", "study 2", "CT", Owner("O"), (image("2", 1), image("2", 2)))])
    assert [patient.id for patient in more.patients] == ["O", "P"] and more.image_count == 3


def test_a_known_folder_is_not_built_until_it_is_looked_at(tmp_path: Path) -> None:
    root = lung_project(tmp_path / "project").root
    for size in range(32, 80, 8):
        for path in small_ct(tmp_path / "images" / str(size), slices=2, size=size).rglob("*.dcm"):
            os.utime(path, (1_577_836_800, 1_577_836_800))
    for built in (True, False):
        session, _ = session_on(root, tmp_path / "images")
        assert [series.count for series in session.catalogue.in_order] == [2] * 6
        assert all(series.built for series in session.catalogue.in_order) is built
        assert len(session.images) == 2
        session.close()


def test_delivered_masks_of_a_known_tree_are_no_images(tmp_path: Path) -> None:
    root = lung_project(tmp_path / "project").root
    tree = into_the_tree(small_ct(tmp_path / "images", slices=2), root)
    session, _ = session_on(root, tree)
    session.choose_tool("tool.box")
    session.perform(box(10, 10, 30, 30), 1.0)
    session.save()
    session.close()
    for path in tree.rglob("*.dcm"):
        os.utime(path, (1_577_836_800, 1_577_836_800))
    for _ in range(2):
        session, _ = session_on(root, root)
        assert session.catalogue.image_count == 2
        session.close()


def test_what_a_part_says_file_by_file_is_what_its_lots_build(tmp_path: Path) -> None:
    images = [image(series, number, folder=str(tmp_path)) for number in (1, 2) for series in ("1", "2")]
    (tmp_path / "1.1.dcm").write_bytes(b"what seals it")
    part = packed([(os.path.basename(one.path), (1, 2, 3), Found((one,), Owner("P"))) for one in images], str(tmp_path))
    lots = opened(part, str(tmp_path)).lots
    assert lots is not None and [(lot.series_uid, lot.count) for lot in lots] == [("1", 2), ("2", 2)]
    found = [said for _, said in unpacked(part, str(tmp_path)).values()]
    assert {one for lot in lots for one in lot.build()} == {one for said in found if isinstance(said, Found) for one in said.images}


def test_the_series_of_a_case_are_found_without_going_through_all(tmp_path: Path) -> None:
    rng, catalogue = random.Random(5), Catalogue()
    for turn in range(40):
        number = f"{rng.randrange(4)}{rng.randrange(9)}"
        owner = Owner(f"P{rng.randrange(3)}", series_number=rng.randrange(5))
        catalogue = catalogue.with_found([Found((image(number, turn),), owner)], PROJECT)
    for uid in {one.study_uid for one in catalogue.in_order}:
        assert catalogue.of_study(uid) == tuple(one for one in catalogue.in_order if one.study_uid == uid)
    for case in {case_of(one) for one in catalogue.in_order} | {"nobody"}:
        assert members_of(catalogue, case) == tuple(one for one in catalogue.in_order if case_of(one) == case)


def test_what_is_odd_is_known_when_it_was_worked_out(tmp_path: Path) -> None:
    (series,) = Catalogue().with_found([Found((image("1", number),), Owner("P")) for number in (1, 2, 5)], PROJECT).in_order
    assert not series.examined
    assert series.oddities and series.examined
