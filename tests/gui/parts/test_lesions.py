"""Lesions in the window: keys set ranges and interpolate, the list names, jumps and deletes, the strip shows and goes to slices."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.domain.raster import region_mask
from annotator.gui.fields import LineField
from annotator.gui.panels.rows import Letters, RowList
from annotator.gui.panels.slice_strip import SliceStrip
from annotator.gui.parts.lesions import LesionsPart
from annotator.gui.section import Section
from annotator.gui.window import MainWindow
from annotator.i18n import say, use_language
from annotator.present.lesions import lesion_row
from annotator.present.measures import volume_text
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.lesion_sizing import LesionSizing
from annotator.workspace.tasks import Immediate
from tests.gui.conftest import BOX, draw_box, named

CONTROL, ALT, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.view, key, modifier)


def ellipse(size: float) -> Stroke:
    turns = [2 * math.pi * n / 24 for n in range(24)]
    return Stroke(Makes.REGION, tuple((30 + size * math.cos(t), 30 + 0.7 * size * math.sin(t)) for t in turns))


def draw(window: MainWindow, place: int, size: float) -> None:
    window.session.show(place)
    window.commands.actions["tool.free"].trigger()
    window.session.perform(ellipse(size))


def lesions(window: MainWindow) -> list[tuple[int | None, int]]:
    return [(lesion.number, len(lesion.members)) for lesion in window.session.listed_lesions()]


def strip(window: MainWindow) -> SliceStrip:
    return named(window, "slice_strip", SliceStrip)  # type: ignore[return-value]


def list_of(window: MainWindow) -> RowList:
    return named(window, "lesion_list", RowList)  # type: ignore[return-value]


@pytest.fixture
def korean() -> Iterator[None]:
    use_language("ko")
    yield
    use_language("en")


def test_brackets_let_a_box_stand_on_every_slice_and_one_undo_takes_each_back(window: MainWindow) -> None:
    window.session.show(2)
    draw_box(window)
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_BracketRight)
    assert lesions(window) == [(1, 3)] and window.session.index == 4
    press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_BracketLeft)
    assert lesions(window) == [(1, 5)]
    press(window, Qt.Key.Key_Z, CONTROL)
    press(window, Qt.Key.Key_Z, CONTROL)
    assert lesions(window) == [(None, 1)]


def test_an_outline_that_reaches_on_says_that_it_is_filled_by_interpolating(window: MainWindow) -> None:
    draw(window, 0, 20)
    press(window, Qt.Key.Key_End)
    press(window, Qt.Key.Key_BracketRight)
    assert window.session.said is not None
    assert say(window.session.said.message) == "Lesion 1: slices 1–6, filled when it is interpolated"
    press(window, Qt.Key.Key_I, SHIFT)
    assert lesions(window) == [(1, 6)]
    press(window, Qt.Key.Key_BracketRight)
    assert say(window.session.said.message) == "Lesion 1: slices 1–6"


def test_a_lesion_that_ends_on_its_only_slice_is_said_to_lie_on_that_slice(window: MainWindow) -> None:
    draw(window, 2, 20)
    press(window, Qt.Key.Key_BracketRight)
    assert window.session.said is not None
    assert say(window.session.said.message) == "Lesion 1: slice 3"


def test_shift_i_interpolates_and_keys_copy_and_part(window: MainWindow) -> None:
    draw(window, 0, 20)
    draw(window, 3, 10)
    press(window, Qt.Key.Key_I, SHIFT)
    assert lesions(window) == [(1, 4)]
    press(window, Qt.Key.Key_BracketRight, ALT)
    assert lesions(window) == [(1, 5)] and window.session.index == 4
    press(window, Qt.Key.Key_U, SHIFT)
    assert lesions(window) == [(1, 4), (None, 1)]
    press(window, Qt.Key.Key_PageUp, CONTROL)
    press(window, Qt.Key.Key_PageDown, CONTROL)
    press(window, Qt.Key.Key_J, CONTROL)
    assert lesions(window) == [(1, 5)]


def test_carrying_on_follows_the_image(window: MainWindow, qtbot: QtBot) -> None:
    draw(window, 2, 8)
    qtbot.waitUntil(lambda: window.session.all_decoded, timeout=10_000)
    press(window, Qt.Key.Key_BracketRight, CONTROL)
    assert lesions(window) == [(1, 2)] and window.session.index == 3


def test_the_volume_in_the_list_is_the_sum_of_the_masks_times_the_spacing(window: MainWindow) -> None:
    draw(window, 0, 20)
    draw(window, 4, 10)
    press(window, Qt.Key.Key_I, SHIFT)
    session, (lesion,) = window.session, window.session.listed_lesions()
    image, positions = session.image, session.slices.positions
    count = sum(region_mask(a.shape, image.rows, image.columns).count for a in lesion.members)
    volume = count * image.spacing[0] * image.spacing[1] * (positions[1] - positions[0])
    found = LesionSizing(Immediate(), lambda: None).of(lesion, session.series)
    assert found is not None and found.volume == pytest.approx(volume, rel=1e-9)
    row = lesion_row(session, LesionSizing(Immediate(), lambda: None), lesion)
    assert volume_text(volume) in row.note and row.number == "1" and "slices 1–5" in row.note


def test_the_list_goes_to_a_lesion_and_follows_the_picture(window: MainWindow) -> None:
    draw(window, 0, 10)
    window.session.choose_category(window.session.categories[1].key)
    window.session.show(4)
    draw_box(window)
    shown = list_of(window)
    assert shown.isVisible() and [row.right for row in shown.rows.rows] == ["", ""]
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=shown.visualRect(shown.rows.index(0)).center())
    assert (window.session.index, window.session.selection) == (0, {1})
    QTest.keyClick(shown, Qt.Key.Key_Down)
    assert (window.session.index, window.session.selection) == (4, {1})
    window.session.show(0)
    window.session.select([1])
    assert shown.currentIndex().row() == 0


def test_of_several_that_are_selected_the_list_shows_that_they_are_all_meant(window: MainWindow) -> None:
    for left in (10.0, 22.0, 34.0, 46.0):
        draw_box(window, Stroke(Makes.BOX, ((left, 10.0), (left + 6, 16.0))))
    rows = list_of(window)
    for chosen in ([1, 2, 4], [1, 2, 3, 4], [3], []):
        window.session.select(chosen)
        meant = sorted(index.row() + 1 for index in rows.selectedIndexes())
        assert meant == (chosen or [3]) == [lesion.members[0].id for lesion in window.session.chosen_lesions]
    press(window, Qt.Key.Key_A, CONTROL)
    assert not named(window, "lesion_name", LineField).isEnabled(), "which one would have the name?"
    change, name, lock, delete = named(window, "lesions", LesionsPart).menu().actions()  # type: ignore[attr-defined]
    assert (change.text(), name.isEnabled(), lock.text()) == ("Change the whole lesion to (4)", False, "Lock (4)")
    window.session.select([2, 3])
    named(window, "lesions", LesionsPart).menu().actions()[-1].trigger()  # type: ignore[attr-defined]
    assert [a.id for a in window.session.annotations] == [1, 4]
    press(window, Qt.Key.Key_A, CONTROL)
    press(window, Qt.Key.Key_Delete, CONTROL)
    assert lesions(window) == []


def test_a_lesion_is_named_in_the_field_and_changed_and_deleted_in_the_menu(window: MainWindow) -> None:
    draw(window, 1, 10)
    draw(window, 2, 10)
    window.session.select([1])
    part: LesionsPart = named(window, "lesions", LesionsPart)  # type: ignore[assignment]
    field = named(window, "lesion_name", LineField)
    field.setFocus()
    QTest.keyClicks(field, "target 1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert list_of(window).rows.rows[0].text.startswith("target 1 · ") and window.view.hasFocus()
    menu = part.menu()
    menu.actions()[0].menu().actions()[2].trigger()
    (lesion,) = window.session.listed_lesions()
    assert {a.category for a in lesion.members} == {window.session.categories[2].key}
    menu.actions()[2].trigger()
    assert all(a.locked for a in window.session.listed_lesions()[0].members)
    menu = part.menu()
    menu.actions()[2].trigger()
    menu.actions()[3].trigger()
    assert lesions(window) == [] and not part.isVisible()
    menu.close()


def test_a_lesion_is_named_changed_and_deleted_by_keys_alone(window: MainWindow) -> None:
    draw(window, 0, 20)
    draw(window, 2, 15)
    press(window, Qt.Key.Key_I, SHIFT)
    press(window, Qt.Key.Key_N, CONTROL | SHIFT)
    name = named(window, "lesion_name", LineField)
    assert QApplication.focusWidget() is name
    QTest.keyClicks(name, "left upper")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is window.view
    assert window.session.listed_lesions()[0].name == "left upper"
    press(window, Qt.Key.Key_3)
    press(window, Qt.Key.Key_C, SHIFT)
    assert {a.category for a in window.session.listed_lesions()[0].members} == {"CCT3"}
    press(window, Qt.Key.Key_Delete, CONTROL)
    assert lesions(window) == []
    press(window, Qt.Key.Key_Z, CONTROL)
    assert lesions(window) == [(1, 3)]


def test_ctrl_and_del_or_backspace_take_words_of_a_name_and_nothing_else(window: MainWindow) -> None:
    draw(window, 0, 20)
    press(window, Qt.Key.Key_N, CONTROL | SHIFT)
    name = named(window, "lesion_name", LineField)
    QTest.keyClicks(name, "left upper lobe")
    QTest.keyClick(name, Qt.Key.Key_Backspace, CONTROL)
    assert name.text() == "left upper "
    QTest.keyClick(name, Qt.Key.Key_Home)
    QTest.keyClick(name, Qt.Key.Key_Delete, CONTROL)
    assert name.text() == "upper "
    assert lesions(window) == [(None, 1)]


def test_a_lesion_that_is_out_of_sight_is_brought_into_it(window: MainWindow) -> None:
    draw_box(window, Stroke(Makes.BOX, ((2.0, 2.0), (6.0, 6.0))), Stroke(Makes.BOX, ((56.0, 56.0), (62.0, 62.0))))
    for _ in range(12):
        window.commands.actions["view.zoom_in"].trigger()
    shown = list_of(window)
    for row, (x, y) in ((1, (59.0, 59.0)), (0, (4.0, 4.0))):
        QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=shown.visualRect(shown.rows.index(row)).center())
        assert window.view.rect().contains(window.view.image_to_widget(x, y).toPoint())


def test_the_menu_changes_and_deletes_the_lesion_of_what_was_drawn_last(window: MainWindow) -> None:
    draw(window, 1, 10)
    draw(window, 2, 10)
    window.session.choose_category(window.session.categories[3].key)
    window.commands.actions["lesion.recategorise"].trigger()
    (lesion,) = window.session.listed_lesions()
    assert {a.category for a in lesion.members} == {window.session.categories[3].key}
    window.commands.actions["lesion.delete"].trigger()
    assert lesions(window) == [] and not window.commands.actions["lesion.delete"].isEnabled()


def test_rows_are_said_in_korean(window: MainWindow, korean: None) -> None:
    draw(window, 1, 10)
    draw(window, 2, 10)
    row = lesion_row(window.session, LesionSizing(Immediate(), lambda: None), window.session.listed_lesions()[0])
    assert row.note.startswith("단면 2–3 · ") and row.brief == row.note.removeprefix("단면 ").replace("⌀ ", "")


@pytest.mark.parametrize(("language", "said"), [("en", "slices 2–4 (2 of 3) · "), ("ko", "단면 2–4(3장 중 2장) · ")])
def test_where_a_lesion_is_not_drawn_on_all_its_slices_the_row_says_on_how_many(
    window: MainWindow, language: str, said: str, korean: None
) -> None:
    """The volume is that of the drawn ones."""
    draw(window, 1, 10)
    draw(window, 3, 10)
    session = window.session
    session.select([1])
    session.join()
    use_language(language)
    row = lesion_row(session, LesionSizing(Immediate(), lambda: None), session.listed_lesions()[0])
    assert row.note.startswith(said) and row.brief.startswith("2–4 (2/3) · ")


def test_the_volume_of_a_lesion_stands_in_its_row_on_a_hospitals_screen(window: MainWindow) -> None:
    """Also of a large one on slices of three digits, which has no room for the word “slices”."""
    window.resize(1280, 800)
    draw(window, 1, 10)
    draw(window, 2, 10)
    rows = list_of(window)
    painter, row = rows.painter_of_rows, rows.rows.rows[0]
    large = replace(row, note="slices 120–128 · ⌀ 55.8 mm · 46.0 ml", brief=lambda: "120–128 · 55.8 mm · 46.0 ml")
    letters = Letters(rows.font())
    assert row.brief is not None and row.brief() == row.note.removeprefix("slices ").replace("⌀ ", "")
    assert painter.note(large, rows.viewport().width(), letters) == "120–128 · 55.8 mm · 46.0 ml"
    assert painter.note(row, 1_000, letters) == row.note


def test_the_strip_shows_what_each_slice_carries_and_a_press_goes_there(window: MainWindow) -> None:
    draw(window, 0, 20)
    draw(window, 3, 10)
    press(window, Qt.Key.Key_I, SHIFT)
    own, colour = strip(window), window.session.categories[0].rgb
    drawn, made = ((colour, True),), ((colour, False),)
    assert own.isVisible() and own.height() <= 10
    assert [mark.colours for mark in own.marks.marks] == [drawn, made, made, drawn, (), ()]
    assert own.marks.reach == (0, 3, colour)
    QTest.mouseClick(own, Qt.MouseButton.LeftButton, pos=own.rectangle(1).center())
    assert window.session.index == 1
    QTest.mousePress(own, Qt.MouseButton.LeftButton, pos=own.rectangle(1).center())
    QTest.mouseMove(own, own.rectangle(5).center())
    QTest.mouseRelease(own, Qt.MouseButton.LeftButton, pos=own.rectangle(5).center())
    assert window.session.index == 5


def test_the_strip_is_painted_in_the_categories_colour_where_something_is_drawn(window: MainWindow) -> None:
    draw(window, 0, 20)
    own, (red, green, blue) = strip(window), window.session.categories[0].rgb
    window.session.show(3)
    found = own.grab().toImage()
    pixel = found.pixelColor(own.rectangle(0).center().x(), 4)
    assert (pixel.red(), pixel.green(), pixel.blue()) == (red, green, blue)
    assert own.place_at(-5) == 0 and own.place_at(1e6) == 5


def test_a_single_image_has_no_strip(window: MainWindow) -> None:
    own = strip(window)
    session = window.session
    session.series = replace(session.series, stock=session.series.images[:1])
    own.refresh()
    assert not own.isVisible()


def test_masks_of_a_lesion_on_one_slice_count_once(window: MainWindow) -> None:
    draw_box(window, BOX, Stroke(Makes.BOX, ((15.0, 10.0), (25.0, 22.0))))
    session = window.session
    session.select([1, 2])
    press(window, Qt.Key.Key_J, CONTROL)
    (lesion,) = session.listed_lesions()
    union = reduce(or_, (region_mask(a.shape, 64, 64) for a in lesion.members)).count
    positions = session.slices.positions
    found = LesionSizing(Immediate(), lambda: None).of(lesion, session.series)
    assert found.volume == pytest.approx(union * math.prod(session.image.spacing) * (positions[1] - positions[0]))


def test_nothing_jumps_when_the_lesion_that_is_meant_goes(window: MainWindow, qtbot: QtBot) -> None:
    draw(window, 1, 10)
    draw(window, 2, 10)
    field = named(window, "lesion_name", LineField)
    below = [part.geometry() for part in window.findChildren(Section)]
    assert field.isVisible() and field.isEnabled()
    window.session.select([])
    window.session.undo()
    qtbot.waitUntil(lambda: not field.isEnabled())
    assert field.isVisible() and [part.geometry() for part in window.findChildren(Section)] == below
