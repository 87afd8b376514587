"""An outline that is begun click by click is not lost by a slip: what would take it away waits, and Ctrl+Z takes back its last vertex."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.gui.covers.history import HistoryList
from annotator.gui.dragged import dragged
from annotator.gui.panels.rows import RowList
from annotator.gui.panels.slice_strip import SliceStrip
from annotator.gui.parts.questions import QuestionsPart
from annotator.gui.window import MainWindow
from annotator.i18n import message
from annotator.tools.gesture import Draft, Makes, Stroke
from annotator.workspace.notice import Severity
from tests.gui.conftest import Open, draw_box, until_at_rest, until_painted

LEFT, CONTROL, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
CORNERS = ((30.0, 30.0), (50.0, 30.0), (50.0, 50.0))
UNFINISHED = "Finish the outline first (double click or Enter), or drop it with Esc"


def click(window: MainWindow, *places: tuple[float, float]) -> None:
    for place in places:
        at = window.view.image_to_widget(*place).toPoint()
        QTest.mouseMove(window.view, at)
        QTest.mouseClick(window.view, LEFT, NONE, at)


def begin(window: MainWindow, *places: tuple[float, float]) -> None:
    QTest.keyClick(window.view, Qt.Key.Key_F)
    click(window, *(places or CORNERS))
    assert window.view.drawing


def vertices(window: MainWindow) -> int:
    preview = window.view.talk.preview
    return len(preview.points) if isinstance(preview, Draft) else 0


def said(window: MainWindow) -> str:
    return window.status_line._line.text()


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        *((Qt.Key.Key_Down, NONE), (Qt.Key.Key_Home, NONE), (Qt.Key.Key_End, NONE), (Qt.Key.Key_PageDown, NONE)),
        *((Qt.Key.Key_B, NONE), (Qt.Key.Key_V, NONE), (Qt.Key.Key_M, NONE), (Qt.Key.Key_Y, CONTROL), (Qt.Key.Key_PageDown, CONTROL)),
        *((Qt.Key.Key_BracketRight, CONTROL), (Qt.Key.Key_Down, CONTROL)),
    ],
)
def test_a_key_that_would_take_an_outline_away_waits(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    session = window.session
    draw_box(window)
    draw_box(window)
    session.undo()
    begin(window)
    image, series, steps = session.image, session.series, len(session.history.steps)
    QTest.keyClick(window.view, key, modifiers)
    assert (session.image, session.series, session.tool.id) == (image, series, "tool.free")
    assert window.commands.actions["tool.free"].isChecked()
    assert vertices(window) == 3
    assert said(window) == UNFINISHED
    QTest.keyClick(window.view, Qt.Key.Key_Return)
    assert len(session.history.steps) == steps  # the one that was taken back gave its place to the outline
    assert session.annotations[-1].shape.area() == pytest.approx(200.0, abs=5.0)


@pytest.mark.parametrize("name", ["pass.first", "queue.next", "queue.rejected"])
def test_a_choice_in_the_menu_that_leads_elsewhere_waits(window: MainWindow, name: str) -> None:
    begin(window)
    window.commands.actions[name].trigger()
    assert (vertices(window), said(window), window.session.tool.id) == (3, UNFINISHED, "tool.free")
    assert window.commands.actions["pass.free"].isChecked()


def test_in_the_second_pass_the_next_line_waits_for_the_outline(window: MainWindow) -> None:
    session = window.session
    window.commands.actions["pass.first"].trigger()
    for place in (0, 4):
        session.show(place)
        window.commands.actions["tool.line"].trigger()
        session.perform(Stroke(Makes.PATH, ((30.0, 30.0), (50.0, 50.0))))
    window.commands.actions["pass.second"].trigger()
    here = session.index
    begin(window)
    QTest.keyClick(window.view, Qt.Key.Key_Tab)
    assert (session.index, vertices(window), said(window)) == (here, 3, UNFINISHED)
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    QTest.keyClick(window.view, Qt.Key.Key_Tab)
    assert session.index != here


def test_a_first_click_alone_holds_nothing_up(window: MainWindow) -> None:
    begin(window, (30.0, 30.0))
    QTest.keyClick(window.view, Qt.Key.Key_B)
    assert window.session.tool.id == "tool.box"
    assert not window.view.drawing


def test_the_strip_of_slices_waits_too(window: MainWindow) -> None:
    strip = next(strip for strip in window.findChildren(SliceStrip) if strip.isVisible())
    begin(window)
    index = window.session.index
    QTest.mouseClick(strip, LEFT, NONE, QPoint(strip.width() - 2, 4))
    assert (window.session.index, vertices(window), said(window)) == (index, 3, UNFINISHED)
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    QTest.mouseClick(strip, LEFT, NONE, QPoint(strip.width() - 2, 4))
    assert window.session.index != index


@pytest.mark.parametrize("way", ["mouse", "keys"])
def test_the_tree_waits_too(open_window: Open, project: Path, two_series: Path, qtbot: QtBot, way: str) -> None:
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    tree, session = window.tree, window.session
    here = session.series
    assert here is not None
    (other,) = (series for series in session.catalogue.in_order if series.uid != here.uid)

    def go() -> None:
        row = tree.model().series_index(other.uid)
        if way == "mouse":
            QTest.mouseClick(tree.viewport(), LEFT, NONE, tree.visualRect(row).center())
            return
        step = Qt.Key.Key_Up if tree.visualRect(row).y() < tree.visualRect(tree.currentIndex()).y() else Qt.Key.Key_Down
        tree.setFocus()
        while tree.hasFocus() and tree.currentIndex() != row:
            QTest.keyClick(tree, step)

    begin(window, (10.0, 10.0), (20.0, 10.0), (20.0, 20.0))
    go()
    assert (session.series, vertices(window), said(window)) == (here, 3, UNFINISHED)
    assert window.view.hasFocus()
    qtbot.waitUntil(lambda: tree.model().series_at(tree.currentIndex()) is here)
    QTest.keyClick(window.view, Qt.Key.Key_Return)
    assert len(session.annotations) == 1
    go()
    assert session.series is not here


def test_the_list_of_lesions_waits_too(window: MainWindow, qtbot: QtBot) -> None:
    session, rows = window.session, window.findChildren(RowList, "lesion_list")[0]
    for place, left in ((0, 5.0), (5, 50.0)):
        session.show(place)
        draw_box(window, Stroke(Makes.BOX, ((left, 5.0), (left + 8, 15.0))))
    begin(window)
    meant = [index.row() for index in rows.selectedIndexes()]
    assert 0 not in meant
    QTest.mouseClick(rows.viewport(), LEFT, NONE, rows.visualRect(rows.rows.index(0)).center())
    assert (session.index, vertices(window), said(window)) == (5, 3, UNFINISHED)
    qtbot.waitUntil(lambda: [index.row() for index in rows.selectedIndexes()] == meant)
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    QTest.mouseClick(rows.viewport(), LEFT, NONE, rows.visualRect(rows.rows.index(0)).center())
    assert session.index == 0


@pytest.mark.parametrize("what", ["folder", "series"])
def test_what_is_dropped_waits_too(open_window: Open, project: Path, two_series: Path, qtbot: QtBot, what: str) -> None:
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    session, frame = window.session, window.area.frames[0]
    here, catalogue = session.series, session.catalogue
    (other,) = (series for series in catalogue.in_order if series is not here)
    data, onto = (dragged(other.uid), frame) if what == "series" else (QMimeData(), window)
    if what == "folder":
        data.setUrls([QUrl.fromLocalFile(str(next(path for path in two_series.iterdir())))])

    def drop() -> None:
        QApplication.sendEvent(onto, QDragEnterEvent(QPoint(60, 60), Qt.DropAction.CopyAction, data, LEFT, NONE))
        QApplication.sendEvent(onto, QDropEvent(QPointF(60, 60), Qt.DropAction.CopyAction, data, LEFT, NONE))

    begin(window, (10.0, 10.0), (20.0, 10.0), (20.0, 20.0))
    drop()
    assert (session.series, session.catalogue, vertices(window), said(window)) == (here, catalogue, 3, UNFINISHED)
    QTest.keyClick(window.view, Qt.Key.Key_Return)
    assert len(session.annotations) == 1
    drop()
    until_painted(qtbot, window)
    assert (session.series, session.catalogue) != (here, catalogue)


def test_the_list_of_questions_waits_too(window: MainWindow, qtbot: QtBot) -> None:
    session, panel = window.session, window.findChildren(QuestionsPart)[0]
    for place, words in ((0, "nodule?"), (5, "and here?")):
        session.show(place)
        until_at_rest(qtbot, window)
        session.draft_at(20.0, 30.0)
        session.ask(words, "specialist")
        qtbot.waitUntil(lambda count=place: len(session.pins) > bool(count))
    begin(window)
    row = panel.list.visualRect(panel.list.rows.index(0)).center()
    QTest.mouseClick(panel.list.viewport(), LEFT, NONE, row)
    assert (session.index, vertices(window), said(window)) == (5, 3, UNFINISHED)
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    QTest.mouseClick(panel.list.viewport(), LEFT, NONE, row)
    assert session.index == 0


def test_undo_takes_back_the_last_vertex_and_nothing_else(window: MainWindow) -> None:
    session = window.session
    draw_box(window)
    begin(window)
    for left in (2, 1, 0):
        QTest.keyClick(window.view, Qt.Key.Key_Z, CONTROL)
        assert (vertices(window), session.document.count()) == (left, 1)
    assert not window.view.drawing
    QTest.keyClick(window.view, Qt.Key.Key_Z, CONTROL)
    assert session.document.count() == 0


def test_undo_takes_back_a_vertex_where_nothing_has_been_done_yet(window: MainWindow) -> None:
    begin(window)
    assert not window.session.may_undo
    QTest.keyClick(window.view, Qt.Key.Key_Z, CONTROL)
    assert vertices(window) == 2


@pytest.mark.parametrize(
    ("key", "modifiers", "told"),
    [
        (Qt.Key.Key_V, CONTROL, "Paste: copy an annotation first"),
        (Qt.Key.Key_M, CONTROL, "Merge: nothing is drawn on this image"),
        (Qt.Key.Key_Delete, NONE, "Delete: select an annotation or point at one first"),
        (Qt.Key.Key_Z, CONTROL, "Undo: nothing has been done in this case yet"),
        (Qt.Key.Key_Y, CONTROL, "Redo: nothing was taken back"),
        (Qt.Key.Key_J, CONTROL, "Join to the lesion selected before: select an annotation first"),
        (Qt.Key.Key_Period, Qt.KeyboardModifier.ShiftModifier, "Larger brush: the tool in hand has no number"),
    ],
)
def test_the_key_of_a_command_that_cannot_be_run_is_answered(
    window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier, told: str
) -> None:
    QTest.keyClick(window.view, key, modifiers)
    assert said(window) == told
    assert window.session.document.count() == 0


@pytest.mark.parametrize("fitted", [True, False])
def test_words_that_come_and_go_leave_the_picture_where_it_is(window: MainWindow, qtbot: QtBot, fitted: bool) -> None:
    view = window.view
    if not fitted:
        view.look_at(6.0, 20.0, 40.0)
    before, height = view.eye.transform, view.height()
    begin(window)
    window.session.say(message("no permission"), Severity.WARNING)
    qtbot.waitUntil(lambda: window.notices.isVisible() and view.height() < height)
    view.repaint()
    assert view.eye.transform == before
    window.notices.dismiss()
    qtbot.waitUntil(lambda: view.height() == height)
    view.repaint()
    assert view.eye.transform == before
    assert view.eye.fitted is fitted


def test_a_window_of_another_size_fits_the_picture_also_beside_words(window: MainWindow, qtbot: QtBot) -> None:
    view, before = window.view, window.view.eye.transform
    assert before is not None
    window.session.say(message("no permission"), Severity.WARNING)
    window.resize(window.width() + 300, window.height() + 250)
    qtbot.waitUntil(lambda: view.eye.transform.zoom > before.zoom)
    window.notices.dismiss()
    until_at_rest(qtbot, window)
    view.repaint()
    shown = view.eye.transform
    view.fit()
    assert view.eye.transform == shown


def test_undo_says_what_it_took_back_and_offers_no_undo_of_something_else(window: MainWindow) -> None:
    draw_box(window)
    window.session.select([1])
    QTest.keyClick(window.view, Qt.Key.Key_Delete)
    line = window.status_line
    assert said(window) == "Deleted: 1" and line._undo.isVisibleTo(line)
    QTest.keyClick(window.view, Qt.Key.Key_Z, CONTROL)
    assert said(window) == "Undone: Delete" and not line._undo.isVisibleTo(line)
    QTest.keyClick(window.view, Qt.Key.Key_Y, CONTROL)
    assert said(window) == "Done again: Delete"


def test_the_list_of_edits_waits_too(window: MainWindow) -> None:
    session = window.session
    draw_box(window)
    draw_box(window, Stroke(Makes.BOX, ((40.0, 5.0), (50.0, 15.0))))
    begin(window)
    window.commands.actions["edit.history"].trigger()
    steps = window.findChildren(HistoryList)[0]
    row = steps.visualRect(steps.places.index(1)).center()
    QTest.mouseClick(steps.viewport(), LEFT, NONE, row)
    assert (session.document.count(), vertices(window), said(window)) == (2, 3, UNFINISHED)
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    QTest.mouseClick(steps.viewport(), LEFT, NONE, row)
    assert session.document.count() == 1
