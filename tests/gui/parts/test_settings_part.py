"""The settings over the picture: each counts at once, and is there at the next start."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox

from annotator import settings
from annotator.domain.palette import SAFE
from annotator.gui.window import MainWindow
from annotator.workspace import appearance
from annotator.workspace.hand import Deed, recall
from annotator.workspace.levels import Keep
from annotator.workspace.looking import MEMORY
from tests.gui.canvas.test_looking import pixels
from tests.gui.conftest import draw_box, named


def choose(field: QComboBox, value: str) -> None:
    field.setCurrentIndex(field.findData(value))
    field.activated.emit(field.currentIndex())


def test_settings_count_at_once_and_are_kept(bare: MainWindow) -> None:
    QTest.keyClick(bare.view, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    part = bare.parts.widget("settings")
    assert part.isVisible()
    choose(named(bare, "settings.drag.right", QComboBox), Deed.PAN.value)
    assert bare.session.hand.deed("right", "") is Deed.PAN
    check = named(bare, "settings.wheel_reversed", QCheckBox)
    check.setFocus()
    QTest.keyClick(check, Qt.Key.Key_Space)
    assert bare.session.hand.wheel_reversed
    assert recall() == bare.session.hand
    choose(named(bare, "settings.keep", QComboBox), Keep.SERIES.value)
    assert bare.session.kept.keep is Keep.SERIES
    memory = named(bare, "settings.memory", QSpinBox)
    memory.setValue(2048)
    memory.editingFinished.emit()
    assert settings.read(MEMORY, 0) == 2048
    choose(named(bare, "settings.language", QComboBox), "ko")
    assert part.title.text() == "설정"
    choose(named(bare, "settings.language", QComboBox), "en")
    assert part.title.text() == "Settings"
    QTest.keyClick(part, Qt.Key.Key_Escape)
    assert not part.isVisible()


def test_how_annotations_look_counts_at_once_and_is_kept(window: MainWindow) -> None:
    draw_box(window)
    window.session.select([1])
    before, category = pixels(window.view), window.session.category
    QTest.keyClick(window.view, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    named(window, "settings.line", QDoubleSpinBox).setValue(4.0)
    named(window, "settings.fill", QSpinBox).setValue(0)
    named(window, "settings.vertex", QSpinBox).setValue(11)
    assert appearance.recall() == window.session.appearance == appearance.Appearance(4.0, 0, 11)
    thick = pixels(window.view)
    x, y = (round(part) for part in window.view.image_to_widget(15, 16).toTuple())
    assert (thick[y - 4 : y + 4, x - 4 : x + 4] != before[y - 4 : y + 4, x - 4 : x + 4]).any(), "the wash is gone"
    left, _ = (round(part) for part in window.view.image_to_widget(10, 16).toTuple())
    assert red(thick[y, left - 6 : left + 7]) > red(before[y, left - 6 : left + 7]) > 0, "the outline is wider"
    safe = named(window, "settings.safe", QCheckBox)
    safe.click()
    shown = tuple(int(SAFE[0][at : at + 2], 16) for at in (1, 3, 5))
    assert window.categories.rows.rows[0].colour == window.annotations.rows.rows[0].colour == shown
    assert appearance.recall().safe and window.session.category == category and category.colour != SAFE[0], "files keep the project's own"
    safe.click()
    assert window.categories.rows.rows[0].colour == category.rgb


def red(line: np.ndarray) -> int:
    """How many pixels of a line are of the strong red of the first category."""
    return int(((line[:, 0] > 150) & (line[:, 1] < 90)).sum())


def test_damaged_choices_are_the_usual_ones(bare: MainWindow) -> None:
    for stored in ({"line": "thick", "fill": None, "vertex": [], "safe": 1}, {}):
        settings.remember({"appearance": stored})
        assert appearance.recall() == appearance.Appearance()
    settings.remember({"appearance": {"line": 99, "fill": -4, "vertex": 1}})
    assert appearance.recall() == appearance.Appearance(4.0, 0, 4)
