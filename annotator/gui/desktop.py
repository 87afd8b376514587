"""The screens there are now, as values."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QScreen

from annotator.present.screens import Box, Screen


def screens() -> list[Screen]:
    """Return the screens of the desktop, the first one first."""
    return [screen_of(screen) for screen in QGuiApplication.screens()]


def screen_of(screen: QScreen) -> Screen:
    """Return one screen as a value."""
    return Screen(screen.name(), _box(screen.geometry()), _box(screen.availableGeometry()), screen.devicePixelRatio())


def _box(rect: QRect) -> Box:
    return Box(rect.x(), rect.y(), rect.width(), rect.height())
