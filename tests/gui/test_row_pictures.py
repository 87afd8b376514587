"""Rows of lists are kept as they were painted: they look as they would be painted now, and only those that changed are painted."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QWidget
from pytestqt.qtbot import QtBot

from annotator.gui.panels.lines import LinePainter
from annotator.gui.panels.long_list import LongList
from annotator.gui.panels.rows import ListRow, RowPainter
from annotator.gui.theme import dark, font

_STATE = QStyle.StateFlag
_GROUND = QColor("#10302a")
_PLAIN = ListRow(1, (200, 60, 40), "Nodule", "12.3 mm · Box", "#1")
_ROWS = (
    _PLAIN,
    replace(_PLAIN, colour=(20, 160, 90)),
    replace(_PLAIN, text="Mass"),
    replace(_PLAIN, note="9.1 mm"),
    replace(_PLAIN, note="", later=lambda: "30.0 mm"),
    replace(_PLAIN, right="#2"),
    replace(_PLAIN, sign="2?"),
    replace(_PLAIN, line=True),
    replace(_PLAIN, faint=True),
    replace(_PLAIN, text="결절 " * 30),
)
"""No two of these look alike in a row of one line."""
_STATES = (_STATE.State_None, _STATE.State_Selected, _STATE.State_MouseOver, _STATE.State_Selected | _STATE.State_MouseOver)
_PLACES = tuple(QRect(*place) for place in ((0, 0, 240, 24), (0, 24, 240, 24), (0, 31, 300, 24), (4, 7, 430, 30)))


def bare(qtbot: QtBot) -> QWidget:
    """On which rows are painted."""
    made = QWidget()
    qtbot.addWidget(made)
    palette = made.palette()
    palette.setColor(QPalette.ColorRole.Base, _GROUND)
    made.setPalette(palette)
    return made


def shown(rows: RowPainter, row: ListRow, state: QStyle.StateFlag, place: QRect, ratio: float) -> QImage:
    """A list's ground with one row in its place."""
    made = QImage(round(440 * ratio), round(80 * ratio), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(ratio)
    made.fill(_GROUND)
    painter = QPainter(made)
    painter.setFont(font())
    rows.paint_row(painter, place, state, row)
    painter.end()
    return made


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("kind", [RowPainter, LinePainter])
def test_a_row_that_is_painted_again_looks_as_painted_first(qtbot: QtBot, kind: type[RowPainter], ratio: float) -> None:
    ground = bare(qtbot)
    kept = kind(dark(), ground)
    for _ in range(2):
        for row, state, place in product(_ROWS, _STATES, _PLACES):
            assert shown(kept, row, state, place, ratio) == shown(kind(dark(), ground), row, state, place, ratio), (row, state, place)


def test_what_looks_otherwise_has_a_picture_of_its_own(qtbot: QtBot) -> None:
    kept = LinePainter(dark(), bare(qtbot))
    states = _STATES[:3]  # what is selected looks the same under the pointer
    found = [shown(kept, row, state, _PLACES[0], 1.0) for row in _ROWS for state in states]
    assert all(one != other for place, one in enumerate(found) for other in found[:place])


def test_a_row_has_the_ground_of_its_list(qtbot: QtBot) -> None:
    image = shown(LinePainter(dark(), bare(qtbot)), _PLAIN, _STATE.State_None, _PLACES[0], 1.0)
    assert image.pixelColor(236, 2) == _GROUND == image.pixelColor(300, 60)


@pytest.mark.parametrize(("width", "said"), [(400, "slices 20–28 · ⌀ 55.8 mm · 46.01 ml"), (215, "20–28 · ⌀ 55.8 mm · 46.01 ml")])
def test_a_note_that_has_no_room_is_said_in_few_words_before_a_clause_is_left_out(qtbot: QtBot, width: int, said: str) -> None:
    ground, place = bare(qtbot), QRect(0, 0, width, 42)
    row = replace(_PLAIN, note="slices 20–28 · ⌀ 55.8 mm · 46.01 ml", brief=lambda: "20–28 · ⌀ 55.8 mm · 46.01 ml")
    wide = QRect(0, 0, 400, 42)
    whole = shown(RowPainter(dark(), ground), replace(_PLAIN, note=said, right=""), _STATE.State_None, wide, 1.0)
    found = shown(RowPainter(dark(), ground), replace(row, right=""), _STATE.State_None, place, 1.0)
    lower = QRect(0, 21, width, 21)
    assert found.copy(lower) == whole.copy(lower)


@pytest.mark.parametrize("ratio", [1.5, 2.0])
def test_letters_are_as_sharp_as_the_screen(qtbot: QtBot, ratio: float) -> None:
    """Also between two pixels of the screen, where a picture of the row would be blurred: as many bright pixels as elsewhere."""
    kept = LinePainter(dark(), bare(qtbot))
    bright = []
    for place in (QRect(0, 24, 240, 24), QRect(0, 25, 240, 24)):
        image = shown(kept, replace(_PLAIN, colour=(30, 30, 30)), _STATE.State_None, place, ratio)
        bright.append(sum(image.pixelColor(x, y).lightness() > 150 for x in range(image.width()) for y in range(image.height())))
    assert bright[1] > 0.8 * bright[0] > 20


class Painted(QObject):
    """Notes where a widget is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.areas: list[QRect] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(event.rect())
        return False


def test_only_rows_that_say_something_else_are_painted(qtbot: QtBot) -> None:
    view, painted = LongList("rows", dark()), Painted()
    qtbot.addWidget(view)
    view.resize(240, 300)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    rows = tuple(replace(_PLAIN, key=n, right=f"#{n}") for n in range(7))
    view.rows.take(rows)
    view.show()
    qtbot.waitExposed(view)
    QApplication.processEvents()
    view.viewport().installEventFilter(painted)
    others = (*rows[:3], replace(rows[3], text="Mass"), rows[4], replace(rows[5], text="Cyst"), *rows[6:])
    seen = []
    for said in (others, rows):
        painted.areas.clear()
        view.rows.take(said)
        QApplication.processEvents()
        assert painted.areas == [view.visualRect(view.rows.index(3)).united(view.visualRect(view.rows.index(5)))]
        seen.append(view.viewport().grab().toImage())
    fresh = LongList("fresh", dark())
    qtbot.addWidget(fresh)
    fresh.resize(240, 300)
    fresh.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    fresh.show()
    qtbot.waitExposed(fresh)
    for said, found in zip((others, rows), seen, strict=True):
        fresh.rows.put(said)
        QApplication.processEvents()
        assert fresh.viewport().grab().toImage() == found


def test_rows_that_are_out_of_sight_paint_nothing(qtbot: QtBot) -> None:
    view, painted = LongList("rows", dark()), Painted()
    qtbot.addWidget(view)
    view.resize(240, 100)
    rows = tuple(replace(_PLAIN, key=n) for n in range(90))
    view.rows.take(rows)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    view.show()
    qtbot.waitExposed(view)
    QApplication.processEvents()
    view.viewport().installEventFilter(painted)
    view.rows.take((*rows[:50], *(replace(row, text="Mass") for row in rows[50:60]), *rows[60:]))
    QApplication.processEvents()
    assert painted.areas == []
