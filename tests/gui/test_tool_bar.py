"""The line above the picture: the options of the tool in hand, by mouse and keyboard, in both languages."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QLabel
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.phantom.chest_xray import chest_xray
from annotator.gui.panels.elided import Clauses, whole_clauses
from annotator.gui.window import MainWindow
from tests.gui.conftest import Open, named, until_painted


def choose(window: MainWindow, tool: str) -> None:
    window.commands.actions[tool].trigger()


def test_the_size_of_the_brush_is_typed_and_enter_gives_the_keyboard_back(window: MainWindow) -> None:
    choose(window, "tool.brush")
    size = named(window, "tool_options.size", QDoubleSpinBox)
    size.setFocus()
    size.selectAll()
    QTest.keyClicks(size, "12.5")
    QTest.keyClick(size, Qt.Key.Key_Return)
    assert window.session.options["size"] == 12.5
    assert window.view.hasFocus()


def test_what_is_typed_when_another_tool_is_taken_is_of_the_tool_it_was_typed_for(window: MainWindow) -> None:
    def take(tool: str) -> dict[str, object]:
        choose(window, tool)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return dict(window.session.options)

    for other in ("tool.box", "tool.eraser"):
        there, before = take(other), take("tool.brush")
        size = named(window, "tool_options.size", QDoubleSpinBox)
        size.setFocus()
        size.selectAll()
        QTest.keyClicks(size, str(float(str(before["size"])) + 3))
        assert take(other) == there
        assert take("tool.brush") == {**before, "size": float(str(before["size"])) + 3}


def test_each_tool_has_its_own_options_and_all_say_how_they_are_used(window: MainWindow) -> None:
    for tool in window.session.tools:
        choose(window, tool.id)
        assert window.tool_bar.isVisible()
        shown = {field.objectName().split(".")[1] for field in window.tool_bar.children() if field.objectName().startswith("tool_options.")}
        assert shown >= {option.name for option in tool.options}
        assert any(label.toolTip() == tool.hint for label in window.tool_bar.findChildren(QLabel))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_in_a_window_of_1280_pixels_every_hint_says_whole_clauses(window: MainWindow, qtbot: QtBot, language: str) -> None:
    window.resize(1280, 800)
    window.speak(language)
    hint = window.tool_bar.findChildren(Clauses)[0]
    for tool in window.session.tools:
        choose(window, tool.id)
        qtbot.waitUntil(lambda: hint.geometry().right() <= window.tool_bar.width() and hint.width() > 100)
        assert hint.shown and not hint.shown.endswith("…"), tool.id
        assert hint.text().removeprefix(hint.shown)[:1] in ("", ";", " ", "."), tool.id
        assert hint.toolTip() == hint.text()
    window.speak("en")


def test_a_line_of_clauses_leaves_out_the_last_ones(qtbot: QtBot) -> None:
    line = Clauses(Qt.TextElideMode.ElideRight)
    qtbot.addWidget(line)
    line.say("Hold to paint; Shift+wheel: size; Esc drops")
    width = line.fontMetrics().horizontalAdvance
    assert line.fitted(width(line.text())) == line.text()
    assert line.fitted(width(line.text()) - 1) == "Hold to paint; Shift+wheel: size"
    assert line.fitted(width("Hold to paint; Shift")) == "Hold to paint"
    assert line.fitted(width("Hold t")).endswith("…")


def test_of_a_series_it_is_said_how_many_images_it_has_before_what_is_saved_of_it(window: MainWindow) -> None:
    letters = QFontMetrics(window.font())
    for text, kept in (("64 images · saved work", "64 images"), ("영상 64장 · 작업 있음", "영상 64장")):
        assert whole_clauses(text, letters, letters.horizontalAdvance(text)) == text
        assert whole_clauses(text, letters, letters.horizontalAdvance(text) - 1) == kept


def test_choices_and_ticks_are_kept(window: MainWindow) -> None:
    choose(window, "tool.brush")
    unit = named(window, "tool_options.unit", QComboBox)
    unit.setCurrentIndex(1)
    unit.activated.emit(1)
    named(window, "tool_options.limited", QCheckBox).setChecked(True)
    choose(window, "tool.line")
    choose(window, "tool.brush")
    assert (window.session.options["unit"], window.session.options["limited"]) == ("px", True)


def test_keys_make_the_brush_larger_and_smaller(window: MainWindow) -> None:
    choose(window, "tool.brush")
    window.commands.actions["brush.larger"].trigger()
    assert window.session.options["size"] > 5.0
    assert named(window, "tool_options.size", QDoubleSpinBox).value() == round(window.session.options["size"], 1)
    window.commands.actions["brush.smaller"].trigger()
    window.commands.actions["brush.smaller"].trigger()
    assert window.session.options["size"] < 5.0
    choose(window, "tool.box")
    assert not window.commands.actions["brush.larger"].isEnabled()


def test_it_speaks_korean(window: MainWindow) -> None:
    choose(window, "tool.brush")
    window.speak("ko")
    assert "지름" in {label.text() for label in window.tool_bar.findChildren(QLabel)}


def test_an_option_that_means_nothing_now_is_not_shown(window: MainWindow) -> None:
    choose(window, "tool.brush")
    low = named(window, "tool_options.low", QDoubleSpinBox)
    assert not low.isVisible()
    named(window, "tool_options.limited", QCheckBox).setChecked(True)
    assert low.isVisible()


def test_every_option_that_depends_on_another_names_one_of_its_tool(window: MainWindow) -> None:
    for tool in window.session.tools:
        own = {option.name: option for option in tool.options}
        assert all(option.when is None or option.when[0] in own for option in tool.options)
        assert not tool.stepped or isinstance(own[tool.stepped].default, float)


def test_a_brush_is_measured_in_pixels_where_the_image_does_not_say_how_large_they_are(
    open_window: Open, project: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    chest_ct(tmp_path / "said", slices=1, size=32)
    chest_xray(tmp_path / "unsaid", size=64)
    for path in (tmp_path / "unsaid").rglob("*.dcm"):
        dataset = pydicom.dcmread(path)
        for name in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
            if name in dataset:
                del dataset[name]
        dataset.save_as(path)
    window = open_window("--project", project, tmp_path / "said", tmp_path / "unsaid")
    until_painted(qtbot, window)
    session = window.session
    choose(window, "tool.brush")
    for modality, words in (("CT", "mm"), ("DX", "pixels"), ("CT", "mm")):
        session.open_series(next(s.uid for s in session.catalogue.in_order if s.modality == modality))
        until_painted(qtbot, window)
        assert (session.image.spacing is None) is (modality == "DX")
        field = named(window, "tool_options.unit", QComboBox)
        assert (field.currentText(), field.isEnabled()) == (words, modality == "CT")
        assert ("how large its pixels are" in field.toolTip()) is (modality == "DX")
    assert session.options["unit"] == "mm", "what was chosen is kept for the next image"
    choose(window, "tool.grow")
    for modality, unit in (("CT", " mm"), ("DX", " px")):
        session.open_series(next(s.uid for s in session.catalogue.in_order if s.modality == modality))
        until_painted(qtbot, window)
        assert named(window, "tool_options.limit", QDoubleSpinBox).suffix() == unit
