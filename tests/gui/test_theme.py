"""The theme is readable, and everything it names is there."""

from __future__ import annotations

import re
from itertools import product

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from annotator.gui.theme import dark, icon, icon_folder
from annotator.gui.window import MainWindow

TEXTS = ("text", "quiet", "accent", "good", "warning", "danger")
GROUNDS = ("ground", "panel", "raised")


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, shade = sorted((luminance(dark().colour(one)), luminance(dark().colour(other))), reverse=True)
    return (light + 0.05) / (shade + 0.05)


@pytest.mark.parametrize(("text", "ground"), [*product(TEXTS, GROUNDS), ("text", "chosen"), ("text", "hover"), ("quiet", "hover")])
def test_texts_stand_out(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("ground", ["warning_ground", "danger_ground"])
def test_messages_stand_out(ground: str) -> None:
    assert contrast("text", ground) >= 4.5


def test_every_colour_of_the_sheet_is_in_the_theme() -> None:
    assert not re.findall(r"@\w+", dark().sheet)


def test_every_icon_of_the_strip_is_drawn(bare: MainWindow) -> None:
    for button in bare.strip.findChildren(QToolButton):
        assert not button.icon().isNull(), button.text()


@pytest.mark.parametrize("path", sorted(icon_folder().glob("*.svg")), ids=lambda path: path.stem)
def test_each_icon_draws_something_in_the_colour_of_the_theme(path, qtbot: QtBot) -> None:
    image = icon(path.name, dark()).pixmap(QSize(20, 20), 1.0, QIcon.Mode.Normal).toImage()
    drawn = [image.pixelColor(x, y) for x, y in product(range(20), range(20)) if image.pixelColor(x, y).alpha() > 200]
    assert drawn
    assert "currentColor" in path.read_text("utf-8")


@pytest.mark.parametrize("code", ["en", "ko"])
@pytest.mark.parametrize("size", [QSize(1280, 800), QSize(2560, 1440)])
def test_nothing_is_clipped(window: MainWindow, code: str, size: QSize, qtbot: QtBot) -> None:
    window.commands.actions[f"language.{code}"].trigger()
    window.resize(size)
    window.key_sheet.show()

    def laid_out() -> None:  # new words are laid out in the next turn of the event loop
        assert (window.size(), _clipped(window)) == (size, [])

    qtbot.waitUntil(laid_out)


def _clipped(window: MainWindow) -> list[object]:
    return [
        (widget.text(), widget.size(), widget.sizeHint())
        for kind in (QLabel, QPushButton, QToolButton)
        for widget in window.findChildren(kind)
        if widget.isVisible() and widget.text() and not (kind is QLabel and widget.wordWrap()) and _too_small(widget)
    ]


def _too_small(widget) -> bool:
    if widget.sizePolicy().horizontalPolicy() == widget.sizePolicy().Policy.Ignored:
        return False
    return widget.width() < widget.sizeHint().width() or widget.height() < widget.sizeHint().height()
