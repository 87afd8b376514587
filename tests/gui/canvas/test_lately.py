"""An edit that is taken back is put on the screen again, not painted again; it must look as if it had been painted."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from annotator.gui.canvas import layer as layer_module
from annotator.gui.canvas.lately import Lately
from annotator.gui.canvas.layer import Layer
from annotator.gui.canvas.look import Pens
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.scene import Drawn
from annotator.gui.canvas.transform import Placed, Transform, fitted
from tests.gui.canvas.desk import Outline, layered
from tests.gui.canvas.test_panning import SIZE, bits, outlines

LOOK = fitted(Placed(128, 160), 240, 180, 1.0)
Counted = Callable[[], int]


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Says how many outlines were painted since one asked last."""
    found: list[int] = []
    plain = layer_module.outline

    def counted(painter: QPainter, overlays: list[tuple[Overlay, QPainterPath]], *arguments: object) -> None:
        found.append(len(overlays))
        plain(painter, overlays, *arguments)  # type: ignore[arg-type]

    def since() -> int:
        number = sum(found)
        found.clear()
        return number

    monkeypatch.setattr(layer_module, "outline", counted)
    return since


def edits(before: tuple[Outline, ...]) -> list[tuple[Outline, ...]]:
    """One edit after another: gone, another colour, moved, selected, one more."""
    moved = replace(before[8], rings=(tuple((x + 5, y - 3) for x, y in before[8].rings[0]),))
    red, picked = replace(before[2], colour=(250, 10, 10)), replace(before[4], selected=True)
    steps = [before, before[:7] + before[8:]]
    steps += [(*steps[-1][:2], red, *steps[-1][3:])]
    steps += [(*steps[-1][:7], moved, *steps[-1][8:])]
    steps += [(*steps[-1][:4], picked, *steps[-1][5:])]
    return [*steps, (*steps[-1], replace(moved, annotation_id=99, rings=(tuple((x - 30, y) for x, y in moved.rings[0]),)))]


def test_what_is_taken_back_and_done_again_is_not_painted_again(qapp: object, painted: Counted) -> None:
    layer, steps = Layer(), edits(outlines(20))
    for shown in steps:
        layered(layer, shown, LOOK, SIZE)
        assert painted()
    back = [*steps[-2::-1], *steps[1:]]
    for place, shown in enumerate(back):
        again = tuple(replace(overlay) for overlay in shown)  # the same by value, as the session makes them
        seen, wanted = bits(layered(layer, again, LOOK, SIZE)), bits(layered(Layer(), shown, LOOK, SIZE))
        assert painted() == len(shown), f"only the other layer paints at {place}"
        assert abs(seen - wanted).max() <= 64 and abs(seen - wanted).mean() < 0.01


def test_the_very_bits_come_back(qapp: object) -> None:
    layer, steps = Layer(), edits(outlines(20))
    seen = [bits(layered(layer, shown, LOOK, SIZE)) for shown in steps]
    for shown, wanted in [*zip(steps, seen, strict=True)][::-1]:
        assert (bits(layered(layer, shown, LOOK, SIZE)) == wanted).all()


def test_whatever_one_does_in_between_it_looks_as_if_painted_anew(qapp: object) -> None:
    chance, layer, steps, there = random.Random(7), Layer(), edits(outlines(20)), LOOK
    pens = Pens()
    for _ in range(120):
        match chance.randrange(5):
            case 0:
                there = there.moved(chance.randint(-40, 40), chance.randint(-30, 30))
            case 1:
                there = chance.choice([LOOK, LOOK.zoomed(3.0, 120.0, 90.0), replace(there, ratio=1.0)])
            case 2 if chance.random() < 0.4:
                pens = chance.choice([Pens(), Pens(3.0, 4.0, 90)])
                layer.take(pens)
        shown, fresh = chance.choice(steps), Layer()
        fresh.take(pens)
        seen, wanted = bits(layered(layer, shown, there, SIZE)), bits(layered(fresh, shown, there, SIZE))
        assert abs(seen - wanted).max() <= 80 and abs(seen - wanted).mean() < 0.02


def test_what_was_worked_out_of_thousands_is_kept_while_they_are_shown(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer_module, "_MOST_DRAWN", 4)
    worked_out: list[int] = []
    plain = layer_module.drawn

    def counted(overlay: Overlay) -> Drawn:
        worked_out.append(overlay.annotation_id)
        return plain(overlay)

    monkeypatch.setattr(layer_module, "drawn", counted)
    layer, there = Layer(), outlines(20)
    layered(layer, there, LOOK, SIZE)
    worked_out.clear()
    for number in range(1, 21):
        moved = replace(there[8], rings=(tuple((x + number / 7, y) for x, y in there[8].rings[0]),))
        layered(layer, (*there[:8], moved, *there[9:]), LOOK, SIZE)
    assert worked_out == [9] * 20
    for number in range(40):
        layered(layer, (replace(there[8], rings=(tuple((x, y + number / 7) for x, y in there[8].rings[0]),)),), LOOK, SIZE)
    assert len(layer._drawn) < 10, "what is not shown any more is let go"


def test_with_other_pens_everything_is_painted(qapp: object, painted: Counted) -> None:
    layer, (before, after, *_) = Layer(), edits(outlines(20))
    for shown in (before, after, before):
        layered(layer, shown, LOOK, SIZE)
    layer.take(Pens(4.0, 5.0))
    layered(layer, before, LOOK, SIZE)
    painted()
    layered(layer, after, LOOK, SIZE)
    assert painted()


def picture(side: int, grey: int = 9) -> QImage:
    made = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(grey)
    return made


def test_a_place_is_found_by_value_and_no_other() -> None:
    kept, drawn, area = Lately(), outlines(3), QRect(2, 3, 10, 12)
    kept.keep(LOOK, drawn, area, picture(40))
    found = kept.find(replace(LOOK), tuple(replace(o) for o in drawn), QRect(area))
    assert found is not None and found.size() == QSize(10, 12)
    assert kept.find(LOOK.moved(1, 0), drawn, area) is None
    assert kept.find(LOOK, drawn[:2], area) is None
    assert kept.find(LOOK, drawn, area.adjusted(0, 0, 1, 0)) is None
    kept.forget()
    assert kept.find(LOOK, drawn, area) is None


def test_what_was_seen_first_stays_as_it_was() -> None:
    kept, area = Lately(), QRect(0, 0, 4, 4)
    image = picture(4)
    kept.keep(LOOK, (), area, image)
    image.fill(Qt.GlobalColor.white)
    assert kept.find(LOOK, (), area) == picture(4)


def test_little_is_kept() -> None:
    kept, whole = Lately(), picture(1024)
    area = QRect(0, 0, 1024, 1024)
    looks: list[Transform] = [LOOK.moved(n, 0) for n in range(60)]
    for there in looks[:6]:
        kept.keep(there, (), area, whole)
    assert [kept.find(there, (), area) is not None for there in looks[:6]] == [False, False, True, True, True, True]
    kept.keep(looks[7], (), area.adjusted(0, 0, 1, 0), picture(1025))
    assert kept.find(looks[7], (), area.adjusted(0, 0, 1, 0)) is None, "too large"
    kept.keep(looks[7], (), QRect(), whole)
    assert kept.find(looks[7], (), QRect()) is None
    for there in looks:
        kept.keep(there, (), QRect(0, 0, 2, 2), whole)
    assert sum(kept.find(there, (), QRect(0, 0, 2, 2)) is not None for there in looks) == 32
