"""Filtered pictures are made beside the window, one at a time, kept within bounds, and the picture is shown meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from annotator.domain.display_filter import Filter
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture, Window
from annotator.workspace.display import Displays
from annotator.workspace.tasks import Immediate

WINDOW = Window(500.0, 1000.0)


class Slow(Immediate):
    """Tasks that wait until they are told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Callable[[], None]] = []

    def run(self, job: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        self.jobs.append(lambda: done(job()))

    def go_on(self) -> None:
        self.jobs.pop(0)()


def image(number: int, modality: str = "CT") -> Image:
    return Image(ImageKey(f"1.2.{number}"), f"{number}.dcm", 1, 64, 64, modality, "1.2.840", "1.9", "1.8")


def picture(of: Image) -> Picture:
    rows, columns = np.mgrid[:64, :64]
    return Picture(of.key, np.where(columns < 40, 400 + rows + columns, 3).astype(np.uint16))


def test_the_picture_is_shown_until_the_filtered_one_is_there() -> None:
    tasks, told = Slow(), []
    displays = Displays(tasks, lambda: told.append(True), told.append)
    here = image(1)
    shown = picture(here)
    assert displays.display(here, shown, WINDOW) == (shown, WINDOW)
    displays.choose("1.9", Filter.EQUALISED)
    assert displays.display(here, shown, WINDOW) == (shown, WINDOW)
    tasks.go_on()
    made, window = displays.display(here, shown, WINDOW)
    assert told == [True]
    assert made is not shown
    assert made is displays.display(here, shown, WINDOW)[0]
    assert window != WINDOW
    other = Window(510.0, 1000.0)
    assert displays.display(here, shown, other)[0] is made  # until the one under the other window is there
    displays.choose("1.9", Filter.NONE)
    assert displays.display(here, shown, WINDOW) == (shown, WINDOW)


def test_only_what_was_asked_for_last_is_made_next() -> None:
    tasks = Slow()
    displays = Displays(tasks, lambda: None, lambda error: None)
    displays.choose("1.9", Filter.LOCAL)
    images = [image(number) for number in range(6)]
    pictures = [picture(each) for each in images]
    for each, shown in zip(images, pictures, strict=True):
        displays.display(each, shown, WINDOW)
    assert len(tasks.jobs) == 1
    tasks.go_on()
    tasks.go_on()
    assert tasks.jobs == []
    assert displays.display(images[5], pictures[5], WINDOW)[0] is not pictures[5]


def test_filtered_pictures_are_kept_within_bounds() -> None:
    displays = Displays(Immediate(), lambda: None, lambda error: None, capacity=3 * 64 * 64)
    displays.choose("1.9", Filter.SHARPENED)
    for number in range(8):
        displays.display(image(number), picture(image(number)), WINDOW)
    assert sum(made.stored.nbytes for made in displays._kept.values()) <= 3 * 64 * 64


def test_an_inverted_mammogram_dazzles_nobody() -> None:
    tasks = Slow()
    displays = Displays(tasks, lambda: None, lambda error: None)
    here = image(1, "MG")
    shown, inverted = picture(here), Window(500.0, 1000.0, inverted=True)
    assert displays.display(here, shown, inverted) == (shown, WINDOW)
    tasks.go_on()
    made, window = displays.display(here, shown, inverted)
    assert window == inverted
    assert (made.stored[:, 50:] == 65535).mean() > 0.9
    assert np.array_equal(made.stored[:, :32], shown.stored[:, :32])
