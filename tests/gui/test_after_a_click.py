"""After a click in the tree or among the categories the arrows go through the slices: they open no other case and change no category."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication

from annotator.gui.window import MainWindow
from tests.gui.conftest import named

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def click(view: QAbstractItemView, index: QModelIndex) -> None:
    QTest.mouseClick(view.viewport(), LEFT, NONE, view.visualRect(index).center())


def press(key: Qt.Key) -> None:
    """Press a key wherever the keyboard is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key)


def test_a_clicked_category_stays_while_arrows_page(window: MainWindow) -> None:
    shown = named(window, "category_list", QAbstractItemView)
    assert isinstance(shown, QAbstractItemView)
    click(shown, shown.model().index(2, 0))
    press(Qt.Key.Key_Down)
    assert window.session.category is not None
    assert (window.session.category.key, window.session.index) == ("CCT3", 1)


def test_by_keys_alone_one_still_walks_through_the_categories(window: MainWindow) -> None:
    shown = named(window, "category_list")
    shown.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Down)
    assert window.session.category is not None and window.session.category.key == "CCT2"
    press(Qt.Key.Key_Return)
    assert window.view.hasFocus()


def test_a_clicked_series_is_paged_by_arrows(window: MainWindow) -> None:
    tree, series = window.tree, window.session.series
    assert series is not None
    click(tree, tree.model().series_index(series.uid))
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    assert (window.session.index, window.view.hasFocus()) == (2, True)


def test_a_click_on_a_patient_leaves_the_keyboard_in_the_tree(window: MainWindow) -> None:
    tree = window.tree
    tree.setFocus()
    click(tree, tree.model().index(0, 0))
    assert tree.hasFocus()
