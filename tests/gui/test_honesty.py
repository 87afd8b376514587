"""The line below the picture says what may mislead, and a click says it in sentences."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from annotator.gui.panels.honesty import HonestySheet, HonestyStrip
from annotator.gui.theme import dark
from annotator.present.honesty import Note

NOTES = (Note("Window beside the values", "Nothing is seen", True), Note("Reduced", "Means of pixels"), Note("MONOCHROME2", "As it is"))


def strip_of(qtbot, notes=NOTES, width=600) -> HonestyStrip:
    strip = HonestyStrip(dark(), lambda: notes)
    qtbot.addWidget(strip)
    strip.resize(width, strip.height())
    with qtbot.waitExposed(strip):
        strip.show()
    strip.look()
    strip.repaint()
    return strip


def test_each_word_has_its_sentence_under_the_pointer(qtbot):
    strip = strip_of(qtbot)
    assert strip.note_at(QPoint(20, 10)) == NOTES[0]
    assert strip.note_at(QPoint(590, 10)) is None


def test_what_does_not_fit_is_left_out_whole(qtbot):
    strip = strip_of(qtbot, width=200)
    under = {strip.note_at(QPoint(x, 10)) for x in range(200)}
    assert NOTES[0] in under and NOTES[2] not in under


def test_a_click_opens_all_sentences_and_another_one_closes_them(qtbot):
    strip = strip_of(qtbot)
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    (sheet,) = strip.findChildren(HonestySheet)
    assert sheet.isVisible()
    assert {label.text() for label in sheet.findChildren(QLabel)} == {text for note in NOTES for text in (note.short, note.sentence)}
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert not sheet.isVisible()


def test_the_window_says_at_once_that_nothing_can_be_seen(window, qtbot):
    assert window.honesty.notes and not any(note.warning for note in window.honesty.notes)
    window.session.set_window(50_000, 10)
    qtbot.waitUntil(lambda: window.honesty.notes[0].short == "Window beside the values")
    window.commands.actions["view.explain"].trigger()
    (sheet,) = window.findChildren(HonestySheet)
    assert sheet.isVisible() and sheet.geometry().bottom() < window.honesty.mapTo(window, QPoint(0, 0)).y()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible() and window.view.hasFocus()
