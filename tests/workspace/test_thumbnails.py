"""Thumbnails show the middle image under its start window; they are made one after the other, and only so many are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from annotator.dicom.pixels import picture
from annotator.domain.image import Image, Owner
from annotator.domain.thumbnail import middle_of, thumbnail
from annotator.workspace.catalogue import Series
from annotator.workspace.tasks import Immediate
from annotator.workspace.thumbnails import Thumbnails, cases_with_work
from tests.dicom.written import dataset, images, saved
from tests.workspace.study import box, lung_project, opened, small_ct


class Held(Immediate):
    """Tasks that wait until they are let go, one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Callable[[], None]] = []

    def run(self, job, done, failed):  # type: ignore[no-untyped-def]  # as in `Tasks`
        self.jobs.append(lambda: Immediate.run(self, job, done, failed))

    def let_go_one(self) -> None:
        """Run the only one that waits."""
        (job,), self.jobs = self.jobs, []
        job()


def series(folder: Path, number: int, count: int = 3) -> Series:
    made = []
    for n in range(count):
        pixels = np.full((256, 128), 100 * n, dtype=np.uint16)
        pixels[:128] = 400
        written = dataset(pixels, SOPInstanceUID=f"1.{number}.{n}", WindowCenter=200, WindowWidth=400)
        made += images(saved(written, folder / f"{number}_{n}.dcm"))
    return Series(f"1.{number}", "1", "CT", Owner(), tuple(made))


def test_the_middle_image_that_can_be_shown_stands_for_a_series(tmp_path: Path) -> None:
    found = series(tmp_path, 1, 5)
    assert middle_of(found.images) is found.images[2]
    broken: tuple[Image, ...] = (replace(found.images[0], problem=found.images[0].problem), *found.images[1:])
    assert middle_of(broken[:1]) is not None and middle_of(()) is None


def test_a_thumbnail_is_small_and_under_the_start_window(tmp_path: Path) -> None:
    image = series(tmp_path, 1).images[1]
    made = thumbnail(picture(image), replace(image, spacing=(1.0, 0.5)), 64)
    assert made.shades.shape == (64, 32) and made.aspect == 2.0
    assert set(made.shades[:32].ravel()) == {255} and set(made.shades[32:].ravel()) == {64}


def test_only_what_is_wanted_last_is_made_one_at_a_time(tmp_path: Path) -> None:
    tasks, told = Held(), []
    thumbs = Thumbnails(tasks, lambda: told.append(1))
    first, second, third = (series(tmp_path, n) for n in (1, 2, 3))
    thumbs.want([first, second])
    thumbs.want([third])
    tasks.let_go_one()  # its images are looked at
    tasks.let_go_one()
    assert first.examined and thumbs.get(first) is not None
    tasks.let_go_one()
    tasks.let_go_one()
    assert tasks.jobs == [] and thumbs.get(second) is None and thumbs.get(third) is not None and len(told) == 2
    thumbs.want([first, third])
    assert tasks.jobs == [] and not second.examined


def test_only_so_many_are_kept_and_what_cannot_be_shown_is_tried_once(tmp_path: Path) -> None:
    thumbs = Thumbnails(Immediate(), lambda: None, most=2)
    three = [series(tmp_path, n) for n in (1, 2, 3)]
    thumbs.want(three)
    assert [thumbs.get(found) is not None for found in three] == [False, True, True]
    gone = series(tmp_path, 4)
    Path(gone.images[1].path).unlink()
    tasks = Held()
    thumbs = Thumbnails(tasks, lambda: None)
    thumbs.want([gone])
    tasks.let_go_one()
    tasks.let_go_one()
    thumbs.want([gone])
    assert thumbs.get(gone) is None and tasks.jobs == []


def test_cases_with_saved_work_are_known(tmp_path: Path) -> None:
    small_ct(tmp_path / "images", slices=2)
    root = lung_project(tmp_path / "project").root
    assert cases_with_work(root) == cases_with_work(tmp_path / "nowhere") == frozenset()
    session, _ = opened(root, tmp_path / "images")
    session.choose_tool("tool.box")
    session.perform(box(10, 10, 30, 30), 1.0)
    session.close()
    assert cases_with_work(root) == {session.images[0].series_uid}


@pytest.mark.parametrize("name", ["mg_rmlo_gh133_jpegll_voilut.dcm", "us_ybr422_30frames_jpeg.dcm", "cr_chest_mono1_rg1_j2k.dcm"])
def test_real_images_have_thumbnails(data_folder: Path, name: str) -> None:
    found = images(data_folder / "single" / name)
    middle = middle_of(found)
    assert middle is not None
    made = thumbnail(picture(middle), middle, 96)
    assert 96 <= max(made.shades.shape[:2]) < 192 and made.shades.std() > 5
