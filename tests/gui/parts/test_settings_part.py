"""The settings over the picture: each counts at once, and is there at the next start."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox

from annotator import settings
from annotator.gui.window import MainWindow
from annotator.workspace.hand import Deed, recall
from annotator.workspace.levels import Keep
from annotator.workspace.looking import MEMORY
from tests.gui.conftest import named


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
