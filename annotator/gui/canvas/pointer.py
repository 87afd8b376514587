"""Say what the pointer looks like: a cross to draw with, a hand to move the image, and under Select what a press would take hold of."""

from __future__ import annotations

from PySide6.QtCore import Qt

from annotator.domain.measure import Grip
from annotator.tools.gesture import Hit, Tool


def cursor(tool: Tool, hit: Hit | Grip | None, *, panning: bool, moving: bool) -> Qt.CursorShape:
    """Return the shape for a tool, what lies under the pointer, and whether Space is held or a drag moves the image."""
    if moving:
        return Qt.CursorShape.ClosedHandCursor
    if panning:
        return Qt.CursorShape.OpenHandCursor
    if isinstance(hit, Grip):
        return Qt.CursorShape.SizeAllCursor if hit.handle is None else Qt.CursorShape.PointingHandCursor
    if tool.toolname or tool.measures:
        return Qt.CursorShape.CrossCursor
    if hit is None:
        return Qt.CursorShape.ArrowCursor
    return Qt.CursorShape.SizeAllCursor if hit.vertex is None and hit.edge is None else Qt.CursorShape.PointingHandCursor
