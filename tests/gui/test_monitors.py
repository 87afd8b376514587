"""The arrangement of the windows is remembered for each person and set of monitors, and no window ever stays off the screens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from annotator import settings
from annotator.gui.desktop import screens
from annotator.gui.torn import TornWindow, box_of
from annotator.gui.window import MainWindow
from annotator.present.screens import Box, outer, set_name
from annotator.workspace.arrangement import Arrangement
from tests.gui.conftest import Open, until_painted
from tests.gui.test_panes import draw, until_shown, views
from tests.pixels.scaled import SCREENS, Screens, run_on_screens

DESK = (("wide", (0, 0, 1920, 1080), 1.0), ("upright", (1920, 0, 1620, 2880), 1.5))
TURNED = (("wide", (0, 0, 1920, 1080), 1.0), ("upright", (1920, 0, 2880, 1620), 1.5))
LAPTOP = (("laptop", (0, 0, 1280, 800), 1.0),)
PORTRAIT = (("portrait", (0, 0, 1080, 1920), 1.0),)
HOME = "ANNOTATOR_TEST_HOME"
HERE = f"tests/gui/{Path(__file__).name}"
needs_screens = pytest.mark.skipif(SCREENS not in os.environ, reason="needs screens of its own: the last tests run it there")


@pytest.fixture
def desk(open_window: Open, project: Path, two_series: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """The window on two series; what is remembered stays from one run to the next."""
    if HOME in os.environ:
        monkeypatch.setenv("ANNOTATOR_HOME", os.environ[HOME])
    opened = open_window("--project", project, two_series)
    until_painted(qtbot, opened)
    yield opened


def torn_windows(window: MainWindow) -> list[TornWindow]:
    return list(window.torn.windows)


def on_screens(window: MainWindow) -> bool:
    """Whether all of all windows is on the screens there are."""
    left = [outer(box_of(own)) for own in (window, *torn_windows(window))]
    for screen in screens():
        left = [piece for box in left for piece in box.without(screen.free)]
    return not left


def tear_the_right_view(window: MainWindow, qtbot: QtBot) -> TornWindow:
    first, second = (series.uid for series in window.session.catalogue.in_order)
    window.session.hang(Arrangement.grid(1, 2), [(first, None), (second, None)], active=1)
    until_shown(qtbot, window)
    if not window.torn.view_torn:
        window.commands.actions["torn.view"].trigger()
    until_shown(qtbot, window)
    own = window.area.torn.window(1)
    assert own is not None
    return own


@needs_screens
def test_desk_a_view_takes_the_other_monitor_and_is_drawn_on_there(desk: MainWindow, qtbot: QtBot) -> None:
    own = tear_the_right_view(desk, qtbot)
    assert (own.screen().name(), desk.screen().name(), own.isMaximized()) == ("upright", "wide", True)
    view = views(desk)[1]
    assert view is desk.view and view.devicePixelRatioF() == 1.5
    desk.commands.actions["tool.box"].trigger()
    for zoom in (7.5, 11.0):
        view.look_at(zoom, 16.0, 16.0)
        draw(view, (12, 13), (19, 22))
        assert desk.session.annotations[-1].shape.bounds == pytest.approx((12, 13, 19, 22), abs=1e-9)
    own.showNormal()
    own.setGeometry(QRect(100, 80, 500, 400))
    qtbot.waitUntil(lambda: view.devicePixelRatioF() == 1.0)
    view.repaint()
    for x, y in ((0.0, 0.0), (31.97, 7.03)):
        assert view.widget_to_image(view.image_to_widget(x, y)) == pytest.approx((x, y), abs=1e-6)
    assert on_screens(desk)


@needs_screens
def test_desk_everything_is_put_somewhere_and_remembered(desk: MainWindow, qtbot: QtBot) -> None:
    own = tear_the_right_view(desk, qtbot)
    desk.commands.actions["torn.annotation_list"].trigger()
    own.showNormal()
    own.setGeometry(QRect(2000, 300, 700, 900))
    desk.setGeometry(QRect(60, 70, 1500, 900))
    desk._columns.want(300, 1500, 280)
    desk.close()
    remembered = settings.read("window.arrangements", dict[str, settings.Value]())
    assert set_name(screens()) in str(remembered)


@needs_screens
def test_desk_again_everything_is_where_it_was(desk: MainWindow, qtbot: QtBot) -> None:
    """The layout too, as there were other monitors in between."""
    assert box_of(desk).width == 1500 and desk._columns.sizes()[0] == 300
    assert desk.torn.panel_torn("annotation_list")
    own = desk.area.torn.window(1)
    assert own is not None and own.screen().name() == "upright"
    assert (own.width(), own.height()) == (700, 900) and on_screens(desk)


@needs_screens
def test_fewer_screens_leave_nothing_off_screen(desk: MainWindow, qtbot: QtBot) -> None:
    assert on_screens(desk) and torn_windows(desk) == []
    tear_the_right_view(desk, qtbot)
    desk.commands.actions["torn.series_tree"].trigger()
    assert on_screens(desk)
    desk.commands.actions["torn.gather"].trigger()


@needs_screens
def test_portrait_is_filled_across_and_leaves_most_room_to_the_picture(desk: MainWindow) -> None:
    assert box_of(desk).width == 1080 and on_screens(desk)
    left, middle, right = desk._columns.sizes()
    assert middle > left + right
    assert desk.view.width() > 450


@needs_screens
def test_portrait_windows_that_the_desktop_throws_off_come_back_when_monitors_change(desk: MainWindow, qtbot: QtBot) -> None:
    own = tear_the_right_view(desk, qtbot)
    own.showNormal()
    own.move(5000, 4000)
    desk.move(-3000, 100)
    assert not on_screens(desk)
    QGuiApplication.instance().screenRemoved.emit(QGuiApplication.screens()[0])
    qtbot.waitUntil(lambda: on_screens(desk))


def near(*windows: QWidget) -> list[tuple[str, int, int, int, int]]:
    """Where windows are, to a few pixels: on a scaled screen a frame's edge falls between two of them."""
    boxes = [(window.screen().name(), box_of(window)) for window in windows]
    return [(name, *(round(v / 25) for v in (b.left, b.top, b.width, b.height))) for name, b in boxes]


@needs_screens
def test_plug_the_arrangement_of_other_monitors_is_not_touched(desk: MainWindow, qtbot: QtBot) -> None:
    """What is at rest when monitors change belongs to those there were; on those that come back it is taken up again."""
    own = tear_the_right_view(desk, qtbot)
    own.showNormal()
    own.setGeometry(QRect(2110, 260, 610, 710))
    before = near(desk, own)
    qtbot.waitUntil(lambda: not desk.places._settling.isActive())  # while news of a monitor settles, nothing is taken for wanted
    desk.places.keep()
    desk.places._set = "others that are gone now"
    desk.move(300, 200)
    own.move(310, 210)
    QGuiApplication.instance().screenAdded.emit(QGuiApplication.screens()[0])
    qtbot.waitUntil(lambda: near(desk, own) == before)
    assert own.screen().name() == "upright"


def test_damaged_places_are_usual_places(open_window: Open, qtbot: QtBot) -> None:
    import getpass

    name = set_name(screens())
    panels: dict[str, settings.Value] = {"panels": {"nobody": [1, 2, 3, 4, True]}}
    for damaged in ({"window": [1, 2, "x", 4]}, {"window": [10**12, 0, 5, 5]}, {"views": 3, "panels": [1]}, panels):
        settings.remember({"window.arrangements": {getpass.getuser(): {"last": 3, "sets": {name: damaged}}}})
        window = open_window()
        assert on_screens(window) and torn_windows(window) == []
        settings.remember({"window.arrangements": {getpass.getuser(): [name]}})
        window.close()


def test_two_persons_have_two_arrangements(open_window: Open) -> None:
    places = {"kim": Box(10, 20, 760, 600), "lee": Box(20, 60, 770, 640)}
    for person, box in places.items():
        window = open_window("--user", person)
        window.resize(box.width, box.height)
        window.move(box.left, box.top)
        window.close()
    for person, box in places.items():
        window = open_window("--user", person)
        assert box_of(window) == box
        window.close()


@pytest.mark.skipif(SCREENS in os.environ, reason="this is the run on other screens")
def test_two_monitors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME, str(tmp_path / "home"))
    runs: tuple[tuple[Screens, str], ...] = (
        (DESK, "test_desk_a_view or test_desk_everything"),
        (LAPTOP, "test_fewer"),
        (DESK, "test_desk_again"),
        (TURNED, "test_fewer"),
        (DESK, "test_plug"),
        (PORTRAIT, "test_portrait"),
    )
    for known, chosen in runs:
        run_on_screens(known, HERE, tmp_path, chosen)
