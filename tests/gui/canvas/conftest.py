"""A desk with a short series on it, and the view that shows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from annotator.gui.canvas.view import ImageView
from tests.gui.canvas.desk import Desk, Mouse, image


@pytest.fixture
def desk() -> Desk:
    """Five images of 128 rows × 160 columns."""
    return Desk(tuple(image(n) for n in range(1, 6)))


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., ImageView]:
    """Show a desk in a view of 400 × 320 (or another size)."""

    def shown(desk: Desk, width: int = 400, height: int = 320) -> ImageView:
        view = desk.view(width, height)
        qtbot.addWidget(view)
        with qtbot.waitExposed(view):
            view.show()
        view.repaint()
        return view

    return shown


@pytest.fixture
def view(desk: Desk, show: Callable[..., ImageView]) -> ImageView:
    """The desk's view; the picture is fitted at a zoom of 2.5."""
    return show(desk)


@pytest.fixture
def mouse(view: ImageView) -> Mouse:
    """A hand on the view."""
    return Mouse(view)
