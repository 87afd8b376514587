"""Decoded images at hand: the looked-at one first, small ones together, never more than allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from annotator import settings
from annotator.dicom import pixels
from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.scan import Found, scan
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.i18n import Message
from annotator.progress import Report
from annotator.workspace.looking import MEMORY, Looking
from annotator.workspace.pixels import Pictures, Wish
from annotator.workspace.tasks import Immediate

T = TypeVar("T")


class Waiting(Immediate):
    """Tasks whose jobs run when told to, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Callable[[], None]] = []
        self.hurried: list[bool] = []

    def run(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        self.jobs.append(lambda: Immediate.run(self, job, done, failed))
        self.hurried.append(True)

    def unhurried(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        self.run(job, done, failed)
        self.hurried[-1] = False

    def work(self) -> None:
        """Run the job that was given first."""
        self.jobs.pop(0)()


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> tuple[Image, ...]:
    """Twelve slices of 64 × 64 (8 kB of pixels each)."""
    folder = tmp_path_factory.mktemp("pixels")
    chest_ct(folder, slices=12, size=64)
    return tuple(image for entry in scan(folder, Report()) if isinstance(entry, Found) for image in entry.images)


def kept(pictures: Pictures, images: tuple[Image, ...]) -> list[int]:
    """Which of the images are there."""
    return [place for place, image in enumerate(images) if isinstance(pictures.get(image.key), Picture)]


def test_the_image_looked_at_comes_first_and_alone(images: tuple[Image, ...]) -> None:
    tasks, arrived = Waiting(), list[ImageKey]()
    pictures = Pictures(tasks, arrived.append)
    pictures.want(images, 5)
    tasks.work()
    assert arrived == [images[5].key] and kept(pictures, images) == [5]


def test_small_images_come_together_nearest_first(images: tuple[Image, ...]) -> None:
    tasks, arrived = Waiting(), list[ImageKey]()
    pictures = Pictures(tasks, arrived.append)
    pictures.want(images, 5)
    tasks.work()
    tasks.work()
    assert arrived[1:5] == [images[place].key for place in (6, 4, 7, 3)]
    assert pictures.hold(images) and not tasks.jobs


def test_turning_elsewhere_changes_what_comes_next(images: tuple[Image, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.workspace.pixels._TOGETHER", 1)
    tasks, arrived = Waiting(), list[ImageKey]()
    pictures = Pictures(tasks, arrived.append)
    pictures.want(images, 0)
    pictures.want(images, 11)
    while len(arrived) < 4:
        tasks.work()
    assert [images.index(next(i for i in images if i.key == key)) for key in arrived] == [0, 1, 11, 10]


def test_no_more_is_kept_than_allowed_and_the_image_looked_at_stays(images: tuple[Image, ...]) -> None:
    pictures = Pictures(Immediate(), lambda key: None, capacity=6 * 64 * 64 * 2)
    pictures.want(images, 0)
    pictures.want(images, 8)
    held = kept(pictures, images)
    assert 8 in held and len(held) <= 6


def test_what_is_decoded_for_a_folder_that_was_left_is_not_kept(images: tuple[Image, ...]) -> None:
    tasks, arrived = Waiting(), list[ImageKey]()
    pictures = Pictures(tasks, arrived.append)
    pictures.want(images, 0)
    pictures.forget()
    while tasks.jobs:
        tasks.work()
    assert arrived == [] and kept(pictures, images) == []


def test_an_image_that_cannot_be_shown_leaves_the_others_alone(images: tuple[Image, ...], tmp_path: Path) -> None:
    lost = replace(images[1], path=str(tmp_path / "lost.dcm"))
    row = (images[0], lost, *images[2:])
    pictures = Pictures(Immediate(), lambda key: None)
    pictures.want(row, 0)
    assert pictures.hold(row) and isinstance(pictures.get(lost.key), Message)
    assert kept(pictures, row) == [0, *range(2, 12)]


def test_a_decoder_that_fails_unexpectedly_fails_one_image(images: tuple[Image, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    real = pixels.picture

    def broken(image: Image) -> Picture:
        if image.key == images[3].key:
            raise ZeroDivisionError("by a table of no entries")
        return real(image)

    monkeypatch.setattr(pixels, "picture", broken)
    pictures = Pictures(Immediate(), lambda key: None)
    pictures.want(images, 0)
    found = pictures.get(images[3].key)
    assert isinstance(found, Message) and "ZeroDivisionError" in str(dict(found.values))
    assert kept(pictures, images) == [0, 1, 2, *range(4, 12)]


def test_other_views_come_second_and_what_is_ahead_last(images: tuple[Image, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.workspace.pixels._TOGETHER", 1)
    tasks, arrived = Waiting(), list[ImageKey]()
    pictures = Pictures(tasks, arrived.append)
    pictures.want(images[:4], 0, [Wish(images[4:8], 3)], images[8:10])
    while tasks.jobs:
        tasks.work()
    assert [[image.key for image in images].index(key) for key in arrived] == [0, 7, 1, 6, 2, 5, 3, 4, 8, 9]


def test_what_is_ahead_gets_a_quarter_of_the_memory(images: tuple[Image, ...]) -> None:
    pictures = Pictures(Immediate(), lambda key: None, capacity=8 * 64 * 64 * 2)
    pictures.want(images[:2], 0, ahead=images[4:])
    assert kept(pictures, images) == [0, 1, 4, 5]


def test_what_another_view_shows_is_not_dropped_by_paging(images: tuple[Image, ...]) -> None:
    pictures = Pictures(Immediate(), lambda key: None, capacity=6 * 64 * 64 * 2)
    for place in range(11):
        pictures.want(images[:11], place, [Wish(images, 11)])
        assert {place, 11} <= set(kept(pictures, images))


def test_a_view_without_images_wants_nothing(images: tuple[Image, ...]) -> None:
    pictures = Pictures(Immediate(), lambda key: None)
    pictures.want((), -1, [Wish(images, 2), Wish((), -1)])
    assert pictures.hold(images)


def test_a_thousand_images_need_no_deep_stack(images: tuple[Image, ...]) -> None:
    many = tuple(replace(images[n % 12], key=ImageKey(f"1.2.{n}")) for n in range(3000))
    pictures = Pictures(Immediate(), lambda key: None)
    pictures.want(many, 1500)
    assert pictures.hold(many)


def test_a_setting_bounds_the_memory(images: tuple[Image, ...]) -> None:
    settings.remember({MEMORY: 0})
    looking = Looking(Immediate())
    looking._pictures.want(images, 0)
    assert len(kept(looking._pictures, images)) == 1


def test_what_is_ahead_is_prepared_where_it_is_large(images: tuple[Image, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.workspace.pixels._TOGETHER", 1)
    seen: list[ImageKey] = []
    pictures = Pictures(Immediate(), lambda key: None)
    pictures.prepare = lambda picture: seen.append(picture.key)
    pictures.want(images[:1], 0, ahead=images[1:3])
    assert seen == [image.key for image in images[1:3]]


def test_only_what_is_looked_at_is_in_a_hurry(images: tuple[Image, ...]) -> None:
    tasks = Waiting()
    pictures = Pictures(tasks, lambda _: None)
    pictures.want(images[:4], 1, beside=[Wish(images[6:], 2)], ahead=images[10:])
    while tasks.jobs:
        tasks.work()
    assert kept(pictures, images) == [0, 1, 2, 3, 6, 7, 8, 9, 10, 11]
    assert tasks.hurried[:2] == [True, True] and not any(tasks.hurried[2:])
