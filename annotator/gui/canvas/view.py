"""The widget that shows one image and lets the hand draw on it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from annotator.domain.picture import Picture
from annotator.gui.canvas.eye import Eye
from annotator.gui.canvas.keyboard import Keyboard
from annotator.gui.canvas.model import CanvasModel, HitTest, Overlays
from annotator.gui.canvas.mouse import ZOOM_STEP, Mouse
from annotator.gui.canvas.painting import Painting
from annotator.gui.canvas.pointer import cursor
from annotator.gui.canvas.shown import Shown, ready
from annotator.gui.canvas.talk import Talk
from annotator.i18n import translate
from annotator.tools.gesture import Event, Kind
from annotator.tools.select import TOOL as SELECT

PATIENCE = 150
"""Milliseconds after which a picture that is still being decoded is said to be."""
