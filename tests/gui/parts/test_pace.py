"""F12 says how fast the program is, without covering the picture or taking the keyboard, and bounds the memory of the images."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from annotator import settings
from annotator.gui.covers.pace import PacePart
from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from annotator.pace import FRAMES, Pace
from annotator.paths import local_folder
from annotator.workspace.looking import MEMORY


@pytest.fixture
def pace(bare: MainWindow, qtbot: QtBot) -> Iterator[PacePart]:
    """The open panel of an empty window."""
    bare.resize(1440, 900)
    qtbot.keyClick(bare.view, Qt.Key.Key_F12)
    found = bare.parts.widget("pace")
    assert isinstance(found, PacePart)
    yield found


def said(pace: PacePart) -> list[str]:
    return [label.text() for label in pace.findChildren(QLabel)]


def test_f12_shows_it_in_a_corner_and_puts_it_away(bare: MainWindow, pace: PacePart, qtbot: QtBot) -> None:
    assert pace.isVisible() and bare.view.hasFocus()
    assert pace.width() < bare.view.width()
    qtbot.keyClick(bare.view, Qt.Key.Key_F12)
    assert not pace.isVisible()


def test_what_else_is_shown_in_the_corner_stands_below_it_or_above(bare: MainWindow, pace: PacePart, qtbot: QtBot) -> None:
    whole = bare.area.geometry()
    bare.show_part("amounts")
    amounts = bare.parts.widget("amounts")
    qtbot.waitUntil(lambda: amounts.height() > 60 and not pace.geometry().intersects(amounts.geometry()))
    assert pace.height() >= pace.sizeHint().height() and amounts.height() >= amounts.sizeHint().height()
    assert pace.x() == amounts.x() == 0 and min(pace.y(), amounts.y()) == 0 and bare.area.geometry() == whole
    bare.show_part("amounts")
    qtbot.waitUntil(lambda: pace.y() == 0)


def test_in_a_low_window_the_tallest_gives_way(bare: MainWindow, pace: PacePart, qtbot: QtBot) -> None:
    bare.resize(1280, 640)
    for name in ("amounts", "history"):
        bare.show_part(name)
    covers = [bare.parts.widget(name) for name in ("pace", "amounts", "history")]
    qtbot.waitUntil(lambda: 100 <= covers[2].height() < covers[2].sizeHint().height())
    assert all(cover.height() == cover.sizeHint().height() for cover in covers[:2])
    assert sum(cover.height() for cover in covers) <= bare.area.height()
    assert not any(one.geometry().intersects(other.geometry()) for one, other in combinations(covers, 2))


def test_its_figures_follow_what_is_painted(bare: MainWindow, pace: PacePart, qtbot: QtBot) -> None:
    use_language("en")
    FRAMES.forget()
    pace.look()
    assert "—" in said(pace)
    bare.view.repaint()
    assert FRAMES.summary().count > 0
    FRAMES.took(9.0)
    qtbot.waitUntil(lambda: any("worst 9000 ms" in text for text in said(pace)))


def test_the_memory_that_is_allowed_holds_now_and_at_the_next_start(bare: MainWindow, pace: PacePart) -> None:
    pace.memory.setValue(512)
    assert bare.session.stock.most == 512 << 20
    assert settings.read(MEMORY, 0) == 512


def test_the_figures_are_written_to_a_file(bare: MainWindow, pace: PacePart) -> None:
    pace.keep.click()
    (path,) = local_folder().glob("speed-*.json")
    told = json.loads(path.read_text("utf-8"))
    assert told["frame_ms"].keys() == {"count", "median", "late", "worst"}
    assert told["pictures"]["most"] == bare.session.stock.most


def test_the_figures_are_the_median_the_95th_percentile_and_the_worst_of_the_last() -> None:
    pace = Pace(100)
    for milliseconds in (999, *range(1, 101)):
        pace.took(milliseconds / 1000)
    found = pace.summary()
    assert (found.count, round(found.median), round(found.late), round(found.worst)) == (100, 50, 95, 100)
