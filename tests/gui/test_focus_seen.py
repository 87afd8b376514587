"""A person without a mouse sees in which list, and on which row of it, the keyboard is."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView

from annotator.gui import theme
from annotator.gui.window import MainWindow
from tests.gui.conftest import draw_box, named

LISTS = ["category_list", "lesion_list", "annotation_list", "series_tree"]


def framed(view: QAbstractItemView) -> bool:
    """Whether the current row of a list has a frame in the colour of what has the keyboard: all of its topmost line."""
    rect, accent = view.visualRect(view.currentIndex()), QColor(theme.dark().colour("accent"))
    seen = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(seen.constBits(), np.uint8).reshape(seen.height(), -1)[:, : seen.width() * 3].reshape(seen.height(), -1, 3)
    line = pixels[rect.top(), rect.left() + 6 : rect.right() - 6]
    return bool((line == (accent.red(), accent.green(), accent.blue())).all())


@pytest.mark.parametrize("name", LISTS)
def test_the_row_that_has_the_keyboard_is_framed(window: MainWindow, name: str) -> None:
    draw_box(window)
    window.session.select([1])
    view = named(window, name, QAbstractItemView)
    assert isinstance(view, QAbstractItemView)
    assert not framed(view)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view, Qt.Key.Key_Home)
    if name == "series_tree":
        QTest.keyClick(view, Qt.Key.Key_Down)
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert framed(view)
    window.view.setFocus()
    assert not framed(view)
