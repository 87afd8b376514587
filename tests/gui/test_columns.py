"""What is needed at the same time is seen at the same time on the screens that hospitals have; panels fold, and that is remembered."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from annotator.gui import theme
from annotator.gui.panels.rows import RowList
from annotator.gui.section import Section
from annotator.gui.side import Side
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from tests.gui.conftest import Open, draw_box, named, until_painted

ASKED = "".join(
    f"""
[[attribute]]
key = "{key}"
name = "{korean}"
name_en = "{english}"
kind = "{kind}"
required = {required}
"""
    for key, korean, english, kind, required in (
        ("margin", "경계", "Margin", "yes-no", "true"),
        ("density", "음영", "Density", "yes-no", "true"),
        ("calcified", "석회화", "Calcified", "yes-no", "true"),
        ("certainty", "확신도", "Certainty", "number", "false"),
    )
)
LEFT = Qt.MouseButton.LeftButton
FRAME, TASKBAR = 31, 48
"""Lines that the title bar and the task bar take of a screen."""


@pytest.fixture
def asking(open_window: Open, project: Path, chest: Path, qtbot: QtBot) -> MainWindow:
    """The window in a project that asks four things of each annotation, three of them required."""
    text = (project / "project.toml").read_text("utf-8")
    (project / "project.toml").write_text(text + ASKED, "utf-8")
    opened = open_window("--project", project, chest)
    until_painted(qtbot, opened)
    return opened


def draw_many(window: MainWindow, count: int) -> None:
    for place in range(count):
        left = 2.0 + 4 * place
        draw_box(window, Stroke(Makes.BOX, ((left, 10.0), (left + 3, 22.0))))


def rows_seen(shown: RowList) -> list[int]:
    """The rows of which nothing is hidden, by whatever."""
    seen = shown.viewport().visibleRegion().boundingRect()
    rects = [shown.visualRect(shown.rows.index(row)) for row in range(shown.rows.rowCount())]
    return [row for row, rect in enumerate(rects) if seen.contains(rect)]


def wholly_seen(widget: QWidget) -> bool:
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def cut_labels(window: MainWindow) -> list[str]:
    """What stands in the right column and has less room than it needs."""
    labels = [label for label in window._right.findChildren(QLabel) if label.isVisible() and label.objectName() != "heading_beside"]
    return [label.text() for label in labels if label.width() < label.minimumSizeHint().width()]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(("width", "height", "least"), [(1440, 900, 8), (1280, 800, 6), (1366, 768, 5)])
def test_categories_questions_measures_and_annotations_stand_together(
    asking: MainWindow, qtbot: QtBot, language: str, width: int, height: int, least: int
) -> None:
    asking.commands.actions[f"language.{language}"].trigger()
    asking.torn.fold_only(() if height == 900 else ("window_level",))
    asking.resize(width, height - FRAME - TASKBAR)
    draw_many(asking, 12)
    asking.session.select([12])
    shown = named(asking, "annotation_list", RowList)
    assert isinstance(shown, RowList)
    qtbot.waitUntil(lambda: 11 in rows_seen(shown))
    assert len(rows_seen(shown)) >= least
    assert len(rows_seen(asking.categories)) == 9
    assert asking._right.verticalScrollBar().maximum() == 0
    for name in ("measures", "attributes", "window.center", "window.width"):
        assert wholly_seen(named(asking, name)), name
    qtbot.waitUntil(lambda: cut_labels(asking) == [])


def test_where_every_name_has_room_twice_the_categories_stand_in_two_columns(asking: MainWindow, qtbot: QtBot) -> None:
    shown = asking.categories
    qtbot.waitUntil(lambda: shown.columns == 2)
    rects = [shown.visualRect(shown.rows.index(row)) for row in range(9)]
    assert [rect.left() for rect in rects[:5]] == [0] * 5 and len({rect.left() for rect in rects[5:]}) == 1
    assert rects[5].top() == rects[0].top() and rects[5].left() >= rects[0].right()
    assert all(shown.indexAt(rect.center()).row() == row for row, rect in enumerate(rects))
    QTest.mouseClick(shown.viewport(), LEFT, pos=rects[7].center())
    assert asking.session.category is asking.session.categories[7]
    QTest.mouseClick(shown.viewport(), LEFT, pos=rects[1].center())
    assert asking.session.category is asking.session.categories[1]
    shown.setFocus()
    for key, place in ((Qt.Key.Key_Down, 2), (Qt.Key.Key_Right, 7), (Qt.Key.Key_Up, 6), (Qt.Key.Key_Left, 1), (Qt.Key.Key_End, 8)):
        QTest.keyClick(shown, key)
        assert asking.session.category is asking.session.categories[place]


def test_a_name_that_has_no_room_twice_keeps_them_in_one_column(open_window: Open, project: Path, chest: Path, qtbot: QtBot) -> None:
    table = project / "categories.csv"
    longer = "Pleural effusion of whatever origin with many septa"
    table.write_text(table.read_text("utf-8-sig").replace("Pleural effusion", longer), "utf-8")
    window = open_window("--project", project, chest)
    until_painted(qtbot, window)
    shown = window.categories
    assert shown.columns == 1 and [shown.visualRect(shown.rows.index(row)).left() for row in range(9)] == [0] * 9


def heading(section: Section) -> QPoint:
    return section.line.name.geometry().center()


def test_a_click_on_a_heading_folds_the_panel_and_that_is_remembered(
    asking: MainWindow, open_window: Open, project: Path, chest: Path, qtbot: QtBot
) -> None:
    section, finding = asking._left.section("finding"), named(asking, "finding")
    asking.torn.fold_only(())
    room = asking.tree.height()
    QTest.mouseClick(section.line, LEFT, pos=heading(section))
    assert not finding.isVisible() and section.isVisible() and named(asking, "fold.finding", QAction).isChecked()
    qtbot.waitUntil(lambda: asking.tree.height() > room)
    asking.close()
    again = open_window("--project", project, chest)
    until_painted(qtbot, again)
    assert not named(again, "finding").isVisible()
    assert [name for side in (again._left, again._right) for name in side.names if side.is_folded(name)] == ["finding"]
    again.commands.actions["fold.finding"].trigger()
    assert named(again, "finding").isVisible() and not named(again, "fold.finding", QAction).isChecked()


def test_the_window_fields_stay_when_the_presets_are_folded(asking: MainWindow) -> None:
    presets = named(asking, "button.window.full")
    asking.torn.fold_only(())
    assert presets.isVisible()
    (arrow,) = [button for button in asking._right.section("window_level").line.findChildren(QToolButton) if button.isVisible()][:1]
    QTest.mouseClick(arrow, LEFT)
    assert not presets.isVisible() and named(asking, "window.center").isVisible() and named(asking, "window.width").isVisible()


def test_every_preset_is_seen_and_no_panel_leaves_a_gap(asking: MainWindow, qtbot: QtBot) -> None:
    asking.torn.fold_only(())
    asking.resize(1440, 1000)
    buttons = [button for button in asking.levels.findChildren(QPushButton) if not button.isHidden()]
    assert len({button.y() for button in buttons}) > 2
    sections = [asking._right.section(name) for name in ("category_list", "window_level", "annotation_list")]
    qtbot.waitUntil(lambda: all(wholly_seen(button) for button in buttons))
    qtbot.waitUntil(lambda: all(upper.geometry().bottom() + 1 == lower.y() for upper, lower in pairwise(sections)))


def test_what_is_asked_for_unfolds(asking: MainWindow) -> None:
    draw_many(asking, 1)
    asking.torn.fold_only(["attributes", "finding"])
    assert not named(asking, "attributes").isVisible()
    QTest.keyClick(asking.view, Qt.Key.Key_Q)
    assert named(asking, "attributes").isVisible() and QApplication.focusWidget() is named(asking, "attribute.margin")
    asking.commands.actions["finding.write"].trigger()
    assert named(asking, "finding").isVisible()


def test_a_panel_with_a_window_of_its_own_is_never_folded_there(asking: MainWindow) -> None:
    asking.torn.fold_only(["finding"])
    asking.torn.tear_panel("finding")
    assert named(asking, "finding").isVisible()
    asking.torn.tear_panel("finding")
    assert not named(asking, "finding").isVisible()


def test_the_note_of_a_project_that_asks_nothing_is_headed_as_a_note(window: MainWindow) -> None:
    draw_many(window, 1)
    window.session.select([1])
    section = window._right.section("attributes")
    assert section.isVisible() and section.line.name.text() == "Note" and section.windowTitle() == "Note"
    assert section.line.beside.text() == "#1  Malignant"
    window.commands.actions["language.ko"].trigger()
    assert section.line.name.text() == "메모"


def test_a_project_that_asks_heads_its_questions_as_attributes(asking: MainWindow) -> None:
    draw_many(asking, 1)
    assert asking._right.section("attributes").line.name.text() == "Attributes"


@pytest.fixture
def column(qtbot: QtBot) -> Side:
    """A column of a narrow panel and of a wide one, which is hidden so far."""
    narrow, wide = QWidget(), QWidget()
    narrow.setObjectName("narrow")
    wide.setObjectName("wide")
    wide.setMinimumWidth(300)
    side = Side([("Narrow", narrow, 0), ("Wide", wide, 0)], theme.dark())
    qtbot.addWidget(side)
    side.show_panel(wide, False)
    assert side.minimumSizeHint().width() < 300
    return side


def test_a_column_stays_as_wide_as_a_panel_needed_that_comes_and_goes(column: Side) -> None:
    wide = column.findChild(QWidget, "wide")
    column.show_panel(wide, True)
    needed = column.minimumSizeHint().width()
    assert needed >= 300
    column.show_panel(wide, False)
    assert column.minimumSizeHint().width() == needed
    column.fold("narrow", True)
    assert column.minimumSizeHint().width() < 300
