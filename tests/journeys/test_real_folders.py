"""Real folders: everything opens and pages, and what does not decode says why in one sentence and stops nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from annotator.i18n import say, use_language
from tests.journeys.conftest import Open
from tests.pixels.room import Hand

KOREAN = re.compile("[가-힣]")


def page_through(hand: Hand) -> int:
    """Go through every series with the wheel, image by image; return how many images said that they cannot be shown."""
    problems = 0
    for series in hand.session.catalogue.in_order:
        hand.session.open_series(series.uid)
        for index, image in enumerate(series.images):
            hand.until_shows(image.key.uid, index)
            assert hand.view.property("image_count") == len(series.images)
            assert (hand.session.picture is None) == (hand.session.picture_problem is not None)
            if hand.session.picture_problem is not None:
                problems += 1
                use_language("ko")
                assert KOREAN.search(say(hand.session.picture_problem)), image.path
                use_language("en")
                assert len(say(hand.session.picture_problem)) > 10
            hand.wheel(1)
    return problems


def test_the_whole_of_the_series_opens_and_pages(open_window: Open, data_folder: Path, project: Path) -> None:
    hand = open_window("--project", project, data_folder / "series")
    hand.until_painted()
    files = [path for path in (data_folder / "series").rglob("*") if path.is_file()]
    assert hand.session.catalogue.image_count == len(files) > 300
    assert page_through(hand) == 0
    for series in hand.session.catalogue.in_order:
        places = [image.plane.distance() for image in series.images]
        assert places == sorted(places)


@pytest.mark.parametrize("name", ["single", "awkward"])
def test_every_file_is_shown_or_says_why_not(open_window: Open, data_folder: Path, project: Path, name: str) -> None:
    hand = open_window("--project", project, data_folder / name)
    hand.until_painted()
    shown = {Path(image.path) for series in hand.session.catalogue.in_order for image in series.images}
    skipped = {Path(entry.path): say(entry.reason) for entry in hand.session.catalogue.skipped}
    files = {path for path in (data_folder / name).rglob("*") if path.is_file()}
    assert shown | set(skipped) == files
    assert all(len(reason) > 10 for reason in skipped.values())
    page_through(hand)
    assert hand.window.isVisible()
