"""Say what of a painted view is kept when it only moves by whole screen pixels, and which stripes at the edges are bare then."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize

from annotator.gui.canvas.transform import Transform

_WHOLE = 1e-6


def stripes(before: Transform, after: Transform, size: QSize) -> tuple[tuple[int, int], tuple[QRect, ...]] | None:
    """Return by how much (right, down) the second view shows everything moved, and what must be painted anew; all in device pixels.

    None where nothing of the first view can be kept: another zoom, half a pixel, or a leap out of the view of this `size`.
    """
    if (before.placed, before.zoom, before.ratio) != (after.placed, after.zoom, after.ratio):
        return None
    across, down = ((b - a) * after.ratio for a, b in ((before.offset_x, after.offset_x), (before.offset_y, after.offset_y)))
    dx, dy, width, height = round(across), round(down), size.width(), size.height()
    if max(abs(across - dx), abs(down - dy)) > _WHOLE or abs(dx) >= width or abs(dy) >= height:
        return None
    beside = QRect(0 if dx > 0 else width + dx, 0, abs(dx), height)
    above = QRect(max(dx, 0), 0 if dy > 0 else height + dy, width - abs(dx), abs(dy))
    return (dx, dy), tuple(stripe for stripe in (beside, above) if not stripe.isEmpty())
