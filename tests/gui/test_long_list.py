"""A long list behaves and looks like Qt's own list of the same rows, at whatever place and with whatever hand."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QHoverEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication
from pytestqt.qtbot import QtBot

from annotator.gui.panels.long_list import LongList
from annotator.gui.panels.rows import ListRow, RowList
from annotator.gui.theme import dark

_SIZE = (240, 150)
_FLAG = QItemSelectionModel.SelectionFlag
_HINT = QAbstractItemView.ScrollHint


@dataclass(frozen=True)
class Both:
    """The same rows in both lists."""

    long: LongList
    qts: RowList

    def each(self) -> tuple[RowList, RowList]:
        return self.long, self.qts

    def show(self, count: int) -> None:
        rows = [ListRow(n, (n * 37 % 256, 90, 200), f"Row {n} " + "long " * (n % 9), f"note {n}", f"#{n}") for n in range(count)]
        for view in self.each():
            view.rows.put(rows)
        QApplication.processEvents()

    def alike(self) -> None:
        """Both look alike and have the same chosen."""
        for view in self.each():  # one alone of them can have the keyboard, and shows it
            view.clearFocus()
        QApplication.processEvents()
        assert chosen(self.long) == chosen(self.qts)
        assert self.long.currentIndex().row() == self.qts.currentIndex().row()
        assert self.long.verticalScrollBar().value() == self.qts.verticalScrollBar().value()
        assert self.long.viewport().grab().toImage() == self.qts.viewport().grab().toImage()


def chosen(view: RowList) -> list[int]:
    return sorted(index.row() for index in view.selectedIndexes())


@pytest.fixture(params=[QAbstractItemView.SelectionMode.SingleSelection, QAbstractItemView.SelectionMode.ExtendedSelection])
def both(qtbot: QtBot, request: pytest.FixtureRequest) -> Both:
    made = Both(LongList("long", dark()), RowList("qts", dark()))
    for view in made.each():
        qtbot.addWidget(view)
        view.setSelectionMode(request.param)
        view.setUniformItemSizes(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.resize(*_SIZE)
        view.move(500, 400)  # away from the pointer
        view.show()
        qtbot.waitExposed(view)
    return made


@pytest.mark.parametrize("count", [0, 1, 3, 4, 500])
def test_rows_look_as_in_a_list_of_qt(both: Both, count: int) -> None:
    both.show(count)
    both.alike()
    assert both.long.verticalScrollBar().maximum() == both.qts.verticalScrollBar().maximum()


@pytest.mark.parametrize("hint", list(_HINT))
@pytest.mark.parametrize("row", [0, 1, 2, 250, 499])
def test_a_row_is_brought_into_sight_as_in_a_list_of_qt(both: Both, hint: QAbstractItemView.ScrollHint, row: int) -> None:
    both.show(500)
    for start in (0, 240, 499):
        for view in both.each():
            view.scrollTo(view.rows.index(start), _HINT.PositionAtTop)
            view.scrollTo(view.rows.index(row), hint)
        both.alike()


def test_rows_that_come_and_go_leave_what_is_chosen_and_the_picture_right(both: Both) -> None:
    both.show(60)
    dice, rows = random.Random(7), list(both.long.rows.rows)
    for turn in range(60):
        begin = dice.randrange(len(rows) + 1)
        gone = min(dice.choice([0, 1, 1, 5]), len(rows) - begin)
        come = [ListRow(1000 * turn + n, (200, n * 20, 90), f"New {turn}.{n}", "note") for n in range(dice.choice([0, 1, 1, 5]))]
        rows[begin : begin + gone] = come
        for view in both.each():
            view.rows.follow(list(rows), begin, gone, len(come))
            if rows and turn % 3 == 0:
                view.selectionModel().setCurrentIndex(view.rows.index(turn % len(rows)), _FLAG.ClearAndSelect)
        both.alike()


def test_keys_go_where_they_go_in_a_list_of_qt(both: Both) -> None:
    both.show(40)
    dice = random.Random(3)
    keys = [Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End]
    shift, none = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
    for _ in range(80):
        key, modifier = dice.choice([*keys, Qt.Key.Key_Down]), dice.choice([none, none, shift])
        for view in both.each():
            QTest.keyClick(view, key, modifier)
        both.alike()


def test_a_page_of_rows_is_turned_by_key_and_stops_at_the_ends(both: Both) -> None:
    both.show(40)
    view = both.long
    page = view.viewport().height() // view.row_height - 1
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert chosen(view) == [page]
    for _ in range(40):
        QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert chosen(view) == [39]
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert chosen(view) == [39 - page]


def test_a_key_in_an_empty_list_chooses_nothing(both: Both) -> None:
    both.show(0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_PageUp):
        QTest.keyClick(both.long, key)
    both.alike()


def test_clicks_choose_what_they_choose_in_a_list_of_qt(both: Both) -> None:
    both.show(40)
    dice = random.Random(5)
    held = [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier]
    for _ in range(40):
        place, modifier = QPoint(dice.randrange(5, 200), dice.randrange(2, 148)), dice.choice(held)
        for view in both.each():
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place)
        both.alike()


def test_a_click_below_the_last_row_meets_none(both: Both) -> None:
    both.show(1)
    assert both.long.indexAt(QPoint(10, 100)).row() == -1
    assert both.long.indexAt(QPoint(10, 5)).row() == 0


def test_the_row_under_the_pointer_is_marked_until_it_leaves(both: Both) -> None:
    both.show(10)
    view = both.long
    plain = view.viewport().grab().toImage()
    away, on = QPointF(-1, -1), QPointF(60, 70)
    QApplication.sendEvent(view.viewport(), QHoverEvent(QEvent.Type.HoverMove, on, view.mapToGlobal(on), away))
    marked = view.viewport().grab().toImage()
    row = view.visualRect(view.rows.index(1))
    assert marked.copy(row) != plain.copy(row)
    assert marked.copy(view.visualRect(view.rows.index(0))) == plain.copy(view.visualRect(view.rows.index(0)))
    view.verticalScrollBar().setValue(view.row_height)
    assert view.viewport().grab().toImage().copy(view.visualRect(view.rows.index(2))) != plain.copy(view.visualRect(view.rows.index(1)))
    view.verticalScrollBar().setValue(0)
    QApplication.sendEvent(view.viewport(), QHoverEvent(QEvent.Type.HoverLeave, away, away, on))
    assert view.viewport().grab().toImage() == plain


def test_the_region_of_what_is_chosen_is_what_is_in_sight_of_it(both: Both) -> None:
    both.show(5000)
    view = both.long
    view.scrollTo(view.rows.index(100), _HINT.PositionAtTop)
    everything = QItemSelection(view.rows.index(0), view.rows.index(4999))
    assert view.visualRegionForSelection(everything).boundingRect().height() <= view.viewport().height() + 2 * view.row_height
    assert view.visualRegionForSelection(QItemSelection(view.rows.index(0), view.rows.index(50))).isEmpty()


def test_a_row_that_comes_costs_what_is_in_sight(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 5 000 rows only a handful are looked at when one comes and is chosen, and the whole is painted anew."""
    both.show(5000)
    asked: list[int] = []
    find = type(both.long.rows).index

    def counted(model: object, row: int, *rest: object) -> object:
        asked.append(row)
        return find(both.long.rows, row, *rest)  # type: ignore[arg-type]

    both.long.rows.follow([*both.long.rows.rows, ListRow("new", (1, 2, 3), "New")], 5000, 0, 1)
    monkeypatch.setattr(type(both.long.rows), "index", counted)
    both.long.doItemsLayout()
    both.long.viewport().repaint()
    assert len(asked) < 50
