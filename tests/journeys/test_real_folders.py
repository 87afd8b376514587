"""Real folders: everything opens and pages, and what does not decode says why in one sentence and stops nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from annotator.i18n import say, use_language
from tests.journeys.conftest import Open
from tests.pixels.room import Hand

KOREAN = re.compile("[가-힣]")


def page_through(hand: Hand) -> tuple[int, int]:
    """Go through every series with the wheel, image by image; return how many were painted and how many say why they cannot be."""
    painted, problems = 0, 0
    for series in hand.session.catalogue.in_order:
        hand.session.open_series(series.uid, 0)
        for index, image in enumerate(series.images):
            hand.until_shows(image.key.uid, index)
            assert hand.view.property("image_count") == len(series.images)
            problem = hand.session.picture_problem or image.problem
            assert (hand.session.picture is None) == (problem is not None), image.path
            painted += hand.session.picture is not None
            if problem is not None:
                problems += 1
                use_language("ko")
                assert KOREAN.search(say(problem)), image.path
                use_language("en")
                assert len(say(problem)) > 10
            hand.wheel(1)
    return painted, problems


def test_the_whole_of_the_series_opens_and_pages(open_window: Open, data_folder: Path, project: Path) -> None:
    hand = open_window("--project", project, data_folder / "series")
    hand.until_painted()
    files = [path for path in (data_folder / "series").rglob("*") if path.is_file()]
    assert hand.session.catalogue.image_count == len(files) > 300
    assert page_through(hand) == (len(files), 0)
    for series in hand.session.catalogue.in_order:
        places = [image.plane.distance() for image in series.images]
        assert places == sorted(places)


@pytest.mark.parametrize(("name", "least"), [("single", 30), ("awkward", 100)])
def test_every_file_is_shown_or_says_why_not(open_window: Open, data_folder: Path, project: Path, name: str, least: int) -> None:
    hand = open_window("--project", project, data_folder / name)
    hand.until_painted()
    shown = {Path(image.path) for series in hand.session.catalogue.in_order for image in series.images}
    skipped = {Path(entry.path): say(entry.reason) for entry in hand.session.catalogue.skipped}
    files = {path for path in (data_folder / name).rglob("*") if path.is_file()}
    assert shown | set(skipped) == files
    assert all(len(reason) > 10 for reason in skipped.values())
    painted, problems = page_through(hand)
    assert painted >= least
    assert painted + problems == hand.session.catalogue.image_count


def test_each_file_alone_is_shown_or_says_why_not(open_window: Open, data_folder: Path, project: Path) -> None:
    """Twins of one image in other encodings too, which a whole folder shows once."""
    hand = open_window("--project", project)
    shown, broken, without = [], [], []
    for path in sorted(path for name in ("single", "awkward") for path in (data_folder / name).rglob("*") if path.is_file()):
        if path.name.startswith("DICOMDIR"):
            continue  # it stands for the folder around it
        hand.window.open_paths([path])
        hand.until(lambda: hand.session.scanning is None)
        if hand.session.image is None:
            assert any(str(path) in text for text in hand.window.notices.texts), path
            without.append(path)
            continue
        hand.until(lambda: (hand.session.picture is None) == (hand.session.picture_problem is not None))
        hand.until_shows(hand.session.image.key.uid, 0)
        (shown if hand.session.picture else broken).append(path)
    told = {path.name for path in broken}
    assert len(shown) > 120
    assert {"ct_truncated_half.dcm", "ct_jpegls_truncated.dcm", "mr_truncated.dcm"} <= told
    assert {"empty.dcm", "html_page.dcm", "README.txt", "sr_reportsi.dcm"} <= {path.name for path in without}
