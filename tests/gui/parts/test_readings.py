"""The readings of a case: chosen from a list by key, shown beside to look at only, and one annotation taken over with the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from annotator.gui.canvas.view import ImageView
from annotator.gui.covers.drawn_images import DrawnImages
from annotator.gui.panels.reading_bar import reading_menu
from annotator.gui.panels.rows import RowList
from annotator.gui.window import MainWindow
from annotator.i18n import use_language
from annotator.workspace import projects
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.gui.conftest import Open, named, until_painted
from tests.workspace.study import box

KIM, LEE = box(8, 8, 24, 24), box(36, 36, 56, 56)


@pytest.fixture
def window(open_window: Open, project: Path, chest: Path, qtbot: QtBot) -> MainWindow:
    """Kim drew one box and saved; who works now went on from that and drew another."""
    kim = Session(projects.open_project(project), Immediate(), author="Kim", clock=lambda: "2026-03-01T05:06:07.000+09:00")
    kim.open_folder([chest])
    kim.choose_tool("tool.box")
    kim.perform(KIM)
    kim.close()
    opened = open_window("--project", project, chest)
    until_painted(qtbot, opened)
    opened.commands.actions["tool.box"].trigger()
    opened.session.perform(LEE)
    opened.session.select([1])
    opened.session.delete()
    return opened


@pytest.fixture
def compared(window: MainWindow, qtbot: QtBot) -> ImageView:
    """The view with Kim's reading, painted."""
    QTest.keyClick(window.view, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    found = named(window, "readings.list", RowList)
    assert isinstance(found, RowList)
    qtbot.waitUntil(lambda: found.rows.rowCount() == 1)
    QTest.keyClick(found, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.compared is not None)
    view = window.area.frames[1].view
    image = window.session.image
    assert image is not None
    qtbot.waitUntil(lambda: view.property("image_uid") == image.key.uid)
    return view


def at(view: ImageView, x: float, y: float) -> QPoint:
    """Where an image point is in a view."""
    transform = view.eye.transform
    assert transform is not None
    return QPointF(*transform.to_widget(x, y)).toPoint()


def hover(view: ImageView, x: float, y: float, held: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """Move the pointer to an image point of a view."""
    place = QPointF(at(view, x, y))
    none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, place, QPointF(view.mapToGlobal(place)), none, held, plain))


def differences(window: MainWindow) -> str:
    label = named(window, "reading.differences", QLabel)
    assert isinstance(label, QLabel)
    return label.text()


def test_the_list_says_who_when_and_what(window: MainWindow, compared: ImageView) -> None:
    found = named(window, "readings.list", RowList)
    assert isinstance(found, RowList)
    (row,) = found.rows.rows
    assert (row.text, row.said, row.right) == ("1 · 2026-03-01 05:06 · Kim", "+1 Malignant", "open here")
    assert window.parts.widget("readings").isHidden() and window.view.hasFocus()


def test_the_header_says_whose_reading_it_is_and_what_differs(window: MainWindow, compared: ImageView) -> None:
    frame = window.area.frames[1]
    titles = [label.text() for label in frame.line.findChildren(QLabel)]
    assert "Reading of Kim, 2026-03-01 05:06 – read only" in titles
    assert differences(window) == "Only yours #2 · Only this one #1"
    use_language("ko")
    window.retranslate()
    assert differences(window) == "내 판독만 #2 · 이 판독만 #1"
    use_language("en")
    window.retranslate()
    window.session.undo()
    window.session.undo()
    assert differences(window) == "This image is read alike"


def test_its_annotations_are_drawn_dotted_and_not_washed(window: MainWindow, compared: ImageView) -> None:
    left = window.area.frames[0].view
    window.session.undo()

    def inside(view: ImageView) -> tuple[QImage, QImage]:
        """What a view shows inside of Kim's box and along its upper edge, with the annotations and then without."""
        shots = []
        for hidden in (False, True):
            view.set_overlays_hidden(hidden)
            shots.append(view.grab().toImage())
        view.set_overlays_hidden(False)
        return shots[0], shots[1]

    for view, washed in ((left, True), (compared, False)):
        drawn, bare = inside(view)
        middle = at(view, 18, 18)
        assert (drawn.pixelColor(middle) != bare.pixelColor(middle)) is washed
        edge = {drawn.pixelColor(at(view, 8, 10) + QPoint(0, step)).rgb() for step in range(24)}
        assert len(edge) > 3 or washed


def test_a_press_in_it_says_that_it_is_only_looked_at_and_draws_nothing(window: MainWindow, compared: ImageView) -> None:
    before = window.session.document
    QTest.mousePress(compared, Qt.MouseButton.LeftButton, pos=at(compared, 30, 10))
    hover(compared, 50, 30, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(compared, Qt.MouseButton.LeftButton, pos=at(compared, 50, 30))
    assert window.session.document == before
    assert window.session.active == 0 and window.view is window.area.frames[0].view and not compared.drawing
    assert window.session.said is not None and "to look at only" in str(window.session.said.message)


def test_what_the_pointer_is_on_is_taken_over_by_key_and_by_menu(window: MainWindow, compared: ImageView) -> None:
    hover(compared, 16, 16)
    assert window.session.aimed is not None
    window.commands.actions["reading.take_over"].trigger()
    assert [(a.id, a.drawn.author) for a in window.session.annotations][0] == (1, "Kim")
    assert differences(window) == "Only yours #2"
    window.session.undo()
    menu = reading_menu(window.session, window)
    (take,) = [action for action in menu.actions() if action.objectName() == "reading.take_this"]
    assert take.isEnabled()
    take.trigger()
    menu.deleteLater()
    assert [a.id for a in window.session.annotations] == [1, 2] and window.session.active == 0


def test_both_views_page_and_zoom_together_and_closing_goes_back(window: MainWindow, compared: ImageView) -> None:
    QTest.keyClick(window.view, Qt.Key.Key_Down)
    assert window.area.frames[1].pane.index == window.session.index == 1
    assert differences(window) == "This image is read alike"
    window.view.zoom_in()
    assert compared.zoom == pytest.approx(window.view.zoom)
    button = named(window, "reading.away", QToolButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.session.arrangement == Arrangement() and window.session.compared is None
    assert not window.area.frames[0].line.isVisible() and not button.isVisible()


@pytest.fixture
def history(open_window: Open, project: Path, chest: Path, qtbot: QtBot) -> MainWindow:
    """Three saves: Kim drew one box, Lee another, Park took Kim's away; the history lies over the picture."""
    for day, (author, stroke) in enumerate((("Kim", KIM), ("Lee", LEE), ("Park", None)), 1):
        time = f"2026-03-0{day}T05:06:07.000+09:00"
        one = Session(projects.open_project(project), Immediate(), author=author, clock=lambda time=time: time)
        one.open_folder([chest])
        one.choose_tool("tool.box")
        if stroke is not None:
            one.perform(stroke)
        else:
            one.select([1])
            one.delete()
        one.close()
    opened = open_window("--project", project, chest)
    until_painted(qtbot, opened)
    QTest.keyClick(opened.view, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    found = listed(opened)
    qtbot.waitUntil(lambda: [row.said for row in found.rows.rows] == ["−1 Malignant", "+1 Malignant", "+1 Malignant"])
    return opened


def listed(window: MainWindow) -> RowList:
    found = named(window, "readings.list", RowList)
    assert isinstance(found, RowList)
    return found


def shown(window: MainWindow) -> list[tuple[str, str, list[str]]]:
    """The small pictures: which image, what changed on it, and the fate of each outline."""
    found = named(window, "readings.images", DrawnImages)
    assert isinstance(found, DrawnImages)
    return [(one.text, one.note, [outline.fate.value for outline in one.outlines]) for one in found.found]


def test_the_history_shows_what_each_save_changed_with_pictures(history: MainWindow, qtbot: QtBot) -> None:
    assert [row.text for row in listed(history).rows.rows][0] == "3 · 2026-03-03 05:06 · Park"
    qtbot.waitUntil(lambda: shown(history) == [("image 1", "+1", ["same", "new"])])
    told = named(history, "readings.told", QLabel)
    assert isinstance(told, QLabel) and told.text() == "No. 2: +1 Malignant. In all: Malignant 2"
    QTest.keyClick(listed(history), Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: shown(history) == [("image 1", "−1", ["same", "gone"])])
    pictures = named(history, "readings.images", DrawnImages)
    assert isinstance(pictures, DrawnImages)
    image = history.session.image
    assert image is not None
    qtbot.waitUntil(lambda: pictures.thumbnails.of(image.key) is not None)


def test_two_saves_are_compared_and_stand_beside_the_own_work(history: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(listed(history), Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    told = named(history, "readings.told", QLabel)
    assert isinstance(told, QLabel)
    qtbot.waitUntil(lambda: told.text() == "From no. 1 (Kim) to no. 2 (Lee): +1 Malignant")
    QTest.keyClick(listed(history), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(history.session.others) == 2)
    assert history.session.arrangement == Arrangement.grid(1, 3)
    bars = [frame.findChildren(QLabel, "reading.differences") for frame in history.area.frames[1:3]]
    assert [bar.text() for found in bars for bar in found] == ["Only yours #2 · Only this one #1", "Only this one #1"]


def test_a_save_is_restored_by_key_and_taken_back(history: MainWindow, qtbot: QtBot) -> None:
    before = history.session.document
    button = named(history, "readings.restore", QPushButton)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [a.drawn.author for a in history.session.annotations] == ["Kim", "Lee"])
    assert "as Lee saved it" in str(history.session.said.message if history.session.said else "")
    history.commands.actions["edit.undo"].trigger()
    assert history.session.document == before
