"""A way that is too long to be painted anew is painted once, and looks as it is."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform
from pytestqt.qtbot import QtBot

from annotator.gui.canvas import ink, trail
from annotator.gui.canvas.ink import Ink
from annotator.gui.canvas.trail import Trail
from annotator.gui.canvas.transform import Placed, Transform
from annotator.tools.gesture import Draft, Makes
from tests.gui.canvas.test_panning import bits

AREA, COLOUR = QRectF(0, 0, 120, 90), QColor(220, 40, 40)
WAY = [(float(10 + 7 * n % 100), float(10 + 11 * n % 70)) for n in range(30)]


@pytest.fixture
def sheet(qtbot: QtBot) -> QImage:
    made = QImage(120, 90, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(0)
    return made


def polygon(count: int) -> QPolygonF:
    return QPolygonF([QPointF(*place) for place in WAY[:count]])


def painted(sheet: QImage, made: Trail, count: int, move: float = 0.0) -> int:
    sheet.fill(0)
    painter = QPainter(sheet)
    new = made.paint(painter, polygon(count), QTransform.fromTranslate(move, 0), QPen(COLOUR, 1.0), AREA)
    painter.end()
    return new


def test_only_what_came_new_is_painted(sheet: QImage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "_PIECE", 4)
    grown, whole = Trail(), Trail()
    assert [painted(sheet, grown, count) for count in (1, 2, 2, 20, 30)] == [1, 1, 0, 18, 10]
    by_and_by = bits(sheet).any(axis=2)
    assert painted(sheet, whole, 30) == 30
    at_once = bits(sheet).any(axis=2)
    assert at_once.sum() > 300
    assert (at_once != by_and_by).sum() <= 8  # where one piece ends and the next begins


def test_another_place_or_another_way_is_painted_anew(sheet: QImage) -> None:
    made = Trail()
    painted(sheet, made, 30)
    assert painted(sheet, made, 30, move=5.0) == 30
    moved = bits(sheet)
    assert painted(sheet, made, 12, move=5.0) == 12
    assert not np.array_equal(bits(sheet), moved)


@pytest.mark.parametrize("makes", [Makes.REGION, Makes.PATH, Makes.SWEEP])
def test_a_long_draft_costs_only_its_new_points_and_is_seen_where_it_goes(
    sheet: QImage, monkeypatch: pytest.MonkeyPatch, makes: Makes
) -> None:
    news, paint = list[int](), Trail.paint
    monkeypatch.setattr(ink, "_LONG", 50.0)
    monkeypatch.setattr(Trail, "paint", lambda *given, **named: news.append(paint(*given, **named)))
    hand, at = Ink(), Transform(Placed(90, 120), 1.0, 0.0, 0.0)
    for count in (2, 10, 11, 12):
        sheet.fill(0)
        painter = QPainter(sheet)
        hand.paint(painter, Draft(makes, tuple(WAY[:count]), radii=(2.0, 1.0)), at, COLOUR, "", AREA)
        painter.end()
    assert news == [10, 1, 1]
    for (ax, ay), (bx, by) in zip(WAY[:11], WAY[1:12], strict=True):
        middle = sheet.pixelColor(round((ax + bx) / 2), round((ay + by) / 2))
        beside = [sheet.pixelColor(round((ax + bx) / 2) + dx, round((ay + by) / 2)).alpha() for dx in (-1, 1)]
        assert max(middle.alpha(), *beside) > 0


def test_the_way_home_is_filled_and_not_drawn(sheet: QImage) -> None:
    draft = Draft(Makes.REGION, ((20.0, 20.0), (80.0, 20.0), (80.0, 60.0)), home=((20.0, 60.0),))
    painter = QPainter(sheet)
    Ink().paint(painter, draft, Transform(Placed(90, 120), 1.0, 0.0, 0.0), COLOUR, "", AREA)
    painter.end()
    inside, drawn, home, outside = (sheet.pixelColor(*place).alpha() for place in ((30, 50), (50, 20), (50, 60), (10, 50)))
    assert 0 < inside < drawn
    assert home <= inside
    assert outside == 0
