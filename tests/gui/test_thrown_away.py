"""A window that was closed leaves nothing behind in the process, whatever was about to happen in it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.i18n import message
from annotator.workspace.notice import Severity
from tests.pixels.room import Hand, room


def nothing(hand: Hand) -> None:
    """Close it as it is."""


def fold(hand: Hand) -> None:
    """The column is about to bring into sight what has the keyboard."""
    hand.window._right.fold("category_list", True)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


def warn(hand: Hand) -> None:
    """A warning is about to go."""
    hand.session.say(message("Nothing was found"), Severity.WARNING)
    assert hand.window.notice_open


@pytest.mark.parametrize("begin", [nothing, fold, warn])
def test_a_window_that_was_closed_is_thrown_away(qtbot: QtBot, project: Path, chest: Path, begin) -> None:
    seen = opened_and_closed(qtbot, begin, "--project", project, chest)
    gc.unfreeze()  # the scan said that what was there stays
    gc.collect()
    assert seen() is None


def opened_and_closed(qtbot: QtBot, begin, *arguments: object) -> weakref.ref:
    with room(qtbot, *arguments) as hand:
        hand.until_painted()
        begin(hand)
        return weakref.ref(hand.window)
