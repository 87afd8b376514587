"""The words beside the pointer stand on the outer side of what is drawn: what it is drawn around stays in sight."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from annotator.gui.canvas import look

AREA, DRAWN = QRectF(0, 0, 600, 500), QRectF(200, 150, 200, 200)
SAID = "47.5 × 41.7 mm · 1149.0 mm²"


def where(end: tuple[float, float], ratio: float = 1.0) -> QRectF:
    """The plate of words beside a pointer, in logical pixels."""
    paper = QImage(round(600 * ratio), round(500 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    paper.setDevicePixelRatio(ratio)
    paper.fill(Qt.GlobalColor.transparent)
    painter = QPainter(paper)
    look.put_aside(painter, SAID, QPointF(*end), DRAWN, AREA)
    painter.end()
    rows, columns = np.nonzero(np.frombuffer(paper.bits(), np.uint8).reshape(paper.height(), paper.width(), 4)[..., 3])
    left, top = columns.min() / ratio, rows.min() / ratio
    return QRectF(left, top, (columns.max() + 1) / ratio - left, (rows.max() + 1) / ratio - top)


@pytest.mark.parametrize("ratio", [1.0, 1.5])
@pytest.mark.parametrize("end", [(200, 150), (300, 150), (400, 150), (400, 250), (400, 350), (300, 350), (200, 350), (200, 250)])
def test_words_stand_off_what_is_drawn(end: tuple[float, float], ratio: float) -> None:
    plate = where(end, ratio)
    assert not plate.intersects(DRAWN)
    assert AREA.contains(plate)
    assert abs(plate.center().x() - end[0]) < plate.width()


def test_words_stay_in_the_view() -> None:
    assert AREA.contains(where((5, 250)))


def test_a_hand_that_trembles_on_a_straight_line_does_not_throw_its_words_about() -> None:
    drawn = [where((300 + shake, 150)) for shake in (-4, 0, 4)]
    assert len({plate.left() - shake for plate, shake in zip(drawn, (-4, 0, 4), strict=True)}) == 1
