"""The form asks what the project asks, each answer is one edit, and a case is not done before the required ones are given."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.gui.fields import ChoiceField, LineField
from annotator.gui.panels.slice_strip import SliceStrip
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from tests.gui.conftest import BOX, Open, draw_box, named, until_painted

ATTRIBUTES = """
[[attribute]]
key = "margin"
name = "경계"
name_en = "Margin"
kind = "choice"
choices = [{ value = "smooth", name = "매끈함", name_en = "Smooth" }, { value = "spiculated", name = "침상", name_en = "Spiculated" }]
required = true

[[attribute]]
key = "axis"
name = "장경"
name_en = "Long axis"
kind = "number"
unit = "mm"
max = 300

[[attribute]]
key = "calcified"
name = "석회화"
name_en = "Calcified"
kind = "yes-no"
categories = ["CCT2"]

[[attribute]]
key = "depth"
name = "깊이"
name_en = "Depth"
kind = "number"
categories = ["CCT3"]
"""
Key = Qt.Key
OTHER = Stroke(Makes.BOX, ((30.0, 30.0), (40.0, 40.0)))


@pytest.fixture
def asking(open_window: Open, project: Path, two_series: Path, qtbot: QtBot) -> MainWindow:
    """The window on two chest CTs in a project that asks about annotations."""
    with (project / "project.toml").open("a", encoding="utf-8") as stream:
        stream.write(ATTRIBUTES)
    opened = open_window("--project", project, two_series)
    until_painted(qtbot, opened)
    return opened


def given(window: MainWindow, number: int = 1) -> dict[str, str]:
    (annotation,) = (a for a in window.session.annotations if a.id == number)
    return dict(annotation.attributes)


def test_the_form_is_there_only_where_something_is_asked(asking: MainWindow, open_window: Open) -> None:
    assert not named(asking, "attributes").isVisible()
    draw_box(asking)
    assert named(asking, "attributes").isVisible()
    assert not named(open_window(), "attributes").isVisible()


def test_a_digit_answers_and_enter_goes_on_to_the_next_question(asking: MainWindow) -> None:
    draw_box(asking)
    QTest.keyClick(asking.view, Key.Key_Q)
    margin, axis = named(asking, "attribute.margin", ChoiceField), named(asking, "attribute.axis", LineField)
    assert QApplication.focusWidget() is margin
    QTest.keyClick(margin, Key.Key_2)
    assert QApplication.focusWidget() is axis
    QTest.keyClicks(axis, "12,5")
    QTest.keyClick(axis, Key.Key_Return)
    assert given(asking) == {"margin": "spiculated", "axis": "12.5"}
    assert QApplication.focusWidget() is asking.view
    assert asking.session.category is asking.session.categories[0]


def test_enter_in_a_line_goes_on_to_the_next_question_too(asking: MainWindow) -> None:
    asking.session.choose_category("CCT3")
    draw_box(asking)
    QTest.keyClick(asking.view, Key.Key_Q)
    QTest.keyClick(named(asking, "attribute.margin"), Key.Key_1)
    axis, depth = named(asking, "attribute.axis", LineField), named(asking, "attribute.depth", LineField)
    QTest.keyClicks(axis, "12")
    QTest.keyClick(axis, Key.Key_Return)
    assert QApplication.focusWidget() is depth
    QTest.keyClick(depth, Key.Key_Return)
    assert QApplication.focusWidget() is asking.view


def test_each_answer_is_one_edit(asking: MainWindow) -> None:
    draw_box(asking)
    QTest.keyClick(named(asking, "attribute.margin"), Key.Key_1)
    QTest.keyClick(named(asking, "attribute.margin"), Key.Key_2)
    assert "Margin" in asking.commands.actions["edit.undo"].text()
    asking.commands.actions["edit.undo"].trigger()
    assert given(asking) == {"margin": "smooth"}
    assert named(asking, "attribute.margin").currentData() == "smooth"
    asking.commands.actions["edit.undo"].trigger()
    assert given(asking) == {}


def test_backspace_takes_an_answer_back(asking: MainWindow) -> None:
    draw_box(asking)
    QTest.keyClick(named(asking, "attribute.margin"), Key.Key_1)
    QTest.keyClick(named(asking, "attribute.margin"), Key.Key_Backspace)
    assert given(asking) == {}


def test_a_number_out_of_range_is_refused_with_a_sentence(asking: MainWindow) -> None:
    draw_box(asking)
    axis = named(asking, "attribute.axis", LineField)
    axis.setFocus()
    QTest.keyClicks(axis, "301")
    QTest.keyClick(axis, Key.Key_Return)
    assert given(asking) == {}
    assert "301 is more than 300" in " ".join(asking.notices.texts)
    assert axis.text() == "", "what was not taken does not look as if it were"


def test_a_locked_annotation_shows_what_it_holds_and_not_what_was_refused(asking: MainWindow) -> None:
    draw_box(asking)
    margin, note = named(asking, "attribute.margin", ChoiceField), named(asking, "attribute.note", LineField)
    QTest.keyClick(margin, Key.Key_1)
    asking.session.select([1])
    QTest.keyClick(asking.view, Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(margin, Key.Key_2)
    QTest.keyClicks(note, "again")
    QTest.keyClick(note, Key.Key_Return)
    assert given(asking) == {"margin": "smooth"}
    assert (margin.currentData(), note.text()) == ("smooth", "")


def test_only_what_belongs_to_the_category_is_asked(asking: MainWindow) -> None:
    draw_box(asking)
    assert asking.findChild(ChoiceField, "attribute.calcified") is None
    asking.session.choose_category("CCT2")
    draw_box(asking, OTHER)
    assert named(asking, "attribute.calcified", ChoiceField).isVisible()
    QTest.keyClick(named(asking, "attribute.calcified"), Key.Key_2)
    assert given(asking, 2) == {"calcified": "no"}
    assert given(asking, 1) == {}


def test_several_selected_annotations_are_answered_at_once(asking: MainWindow) -> None:
    draw_box(asking, BOX, OTHER)
    asking.session.select([1])
    QTest.keyClick(named(asking, "attribute.margin"), Key.Key_1)
    asking.session.select([1, 2])
    margin = named(asking, "attribute.margin", ChoiceField)
    assert margin.currentText() == "(different)"
    QTest.keyClick(margin, Key.Key_2)
    assert given(asking, 1) == given(asking, 2) == {"margin": "spiculated"}


def test_a_case_is_not_done_before_what_is_required_is_answered(asking: MainWindow) -> None:
    asking.session.show(2)
    draw_box(asking)
    asking.session.show(0)
    here = asking.session.series
    QTest.keyClick(asking.view, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asking.session.series is here
    assert (asking.session.index, asking.session.selection) == (2, {1})
    assert "annotation 1 lacks Margin" in " ".join(asking.notices.texts)
    margin = QApplication.focusWidget()
    assert margin is named(asking, "attribute.margin")
    QTest.keyClick(margin, Key.Key_1)
    assert "Margin" not in " ".join(asking.notices.texts)  # it is no news any more
    QTest.keyClick(asking.view, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asking.session.series is not here


def test_where_nothing_is_asked_the_key_leads_to_the_note_of_what_was_drawn_last(window: MainWindow) -> None:
    draw_box(window, BOX, OTHER)
    assert window.session.selection == frozenset()
    QTest.keyClick(window.view, Key.Key_Q)
    note = named(window, "attribute.note", LineField)
    assert QApplication.focusWidget() is note
    QTest.keyClicks(note, "near the hilum")
    QTest.keyClick(note, Key.Key_Return)
    assert QApplication.focusWidget() is window.view
    assert [a.note for a in window.session.annotations] == ["", "near the hilum"]


def test_the_list_says_what_is_to_be_answered_and_that_there_is_a_note(asking: MainWindow) -> None:
    draw_box(asking)
    rows = asking.annotations.rows
    assert rows.rows[0].said.startswith("1 to answer · Box · ")
    QTest.keyClick(named(asking, "attribute.margin"), Key.Key_1)
    assert rows.rows[0].said.startswith("Box · ")
    note = named(asking, "attribute.note", LineField)
    QTest.keyClicks(note, "again")
    QTest.keyClick(note, Key.Key_Return)
    assert rows.rows[0].right == "note · #1"


def test_a_note_that_is_being_typed_counts_when_a_command_runs(asking: MainWindow) -> None:
    draw_box(asking)
    note = named(asking, "attribute.note", LineField)
    note.setFocus()
    QTest.keyClicks(note, "again")
    QTest.keyClick(note, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert asking.session.annotations[0].note == "again"


def test_a_key_that_the_note_leaves_over_takes_it_along(window: MainWindow, qtbot: QtBot, two_series: Path) -> None:
    session = window.session
    session.open_folder([two_series])
    until_painted(qtbot, window)
    here = session.series.uid
    draw_box(window)
    QTest.keyClick(window.view, Key.Key_Q)
    QTest.keyClicks(QApplication.focusWidget(), "near the hilum")
    QTest.keyClick(QApplication.focusWidget(), Key.Key_PageDown)
    assert session.series.uid != here
    session.open_series(here)
    assert [a.note for a in session.annotations] == ["near the hilum"]


@pytest.mark.parametrize("way", ["wheel", "button", "slices"])
def test_what_is_being_typed_is_kept_when_the_mouse_leads_on(window: MainWindow, way: str) -> None:
    draw_box(window)
    QTest.keyClick(window.view, Key.Key_Q)
    QTest.keyClicks(QApplication.focusWidget(), "near the hilum")
    if way == "wheel":
        middle = QPointF(window.view.rect().center())
        turn = (middle, window.view.mapToGlobal(middle), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton)
        QApplication.sendEvent(
            window.view, QWheelEvent(*turn, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
        )
    elif way == "button":
        window.commands.actions["image.next"].trigger()
    else:
        strip = window.findChild(SliceStrip)
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.rectangle(1).center())
    assert window.session.index == 1
    window.session.show(0)
    assert [a.note for a in window.session.annotations] == ["near the hilum"]


def test_a_note_is_gone_on_with_and_not_written_over(window: MainWindow) -> None:
    draw_box(window)
    for words in ("near the hilum", ", spiculated"):
        QTest.keyClick(window.view, Key.Key_Q)
        QTest.keyClicks(QApplication.focusWidget(), words)
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Return)
    assert [a.note for a in window.session.annotations] == ["near the hilum, spiculated"]
    QTest.keyClick(window.view, Key.Key_Q)
    QTest.keyClicks(QApplication.focusWidget(), "; small")
    QTest.keyClick(QApplication.focusWidget(), Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(QApplication.focusWidget(), ", round")
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Return)
    assert [a.note for a in window.session.annotations] == ["near the hilum, spiculated; small, round"]


def test_escape_in_the_note_drops_what_was_typed_and_goes_back(asking: MainWindow) -> None:
    draw_box(asking)
    note = named(asking, "attribute.note", LineField)
    note.setFocus()
    QTest.keyClicks(note, "lost")
    QTest.keyClick(note, Key.Key_Escape)
    assert asking.session.annotations[0].note == ""
    assert QApplication.focusWidget() is asking.view


def test_answers_are_there_after_opening_again(asking: MainWindow, open_window: Open, qtbot: QtBot) -> None:
    draw_box(asking)
    QTest.keyClick(named(asking, "attribute.margin"), Key.Key_2)
    root = asking.session.project.root
    asking.close()
    again = open_window("--project", root)
    until_painted(qtbot, again)
    assert given(again) == {"margin": "spiculated"}


def test_the_form_speaks_korean(asking: MainWindow) -> None:
    draw_box(asking)
    asking.commands.actions["language.ko"].trigger()
    margin = named(asking, "attribute.margin", ChoiceField)
    assert [margin.itemText(n) for n in range(3)] == ["—", "1  매끈함", "2  침상"]


def test_nothing_is_asked_of_a_line_that_is_a_reference(asking: MainWindow) -> None:
    session, rows = asking.session, asking.annotations.rows
    session.choose_pass("specialist")
    session.perform(Stroke(Makes.PATH, ((10.0, 10.0), (20.0, 20.0))))
    session.select([1])
    margin = named(asking, "attribute.margin")
    assert rows.rows[0].said.startswith("1 to answer") and margin.property("state") == "missing"
    session.choose_pass("annotator")
    session.select([1])
    assert "to answer" not in rows.rows[0].said and margin.property("state") == ""
