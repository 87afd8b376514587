"""What a busy hand draws: every tool in every mode, shapes that cross themselves, leave the image, touch, nest, cut and vanish.

Points are fractions of the image's width and height; the oracle's set algebra says what each category must hold afterwards.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, Qt

from tests.pixels import oracle
from tests.pixels.readers import LINE_WIDTH
from tests.pixels.room import CONTROL, PLAIN, Hand

NEW, ADD, SUB = "mode.new", "mode.add", "mode.sub"
LINE, FREE, BOX = "tool.line", "tool.free", "tool.box"
ELLIPSE, BRUSH, ERASER, GROW, WIRE = "tool.ellipse", "tool.brush", "tool.eraser", "tool.grow", "tool.livewire"
DELIVERED = (ELLIPSE, BRUSH, ERASER, GROW, WIRE)
"""Tools whose area no set of points says exactly: it is what the same stroke delivers under New."""
TURNED = {NEW: NEW, ADD: SUB, SUB: ADD}


@dataclass(frozen=True)
class Step:
    """One stroke; `clicks`: vertex by vertex, closed by a double click; `count`: how many annotations its category has afterwards."""

    category: int
    mode: str
    tool: str
    points: tuple[tuple[float, float], ...]
    clicks: bool = False
    control: bool = False
    count: int | None = None


def star(x, y, radius, corners=5, leap=2):
    """A star that crosses itself."""
    turns = [2 * math.pi * leap * i / corners - math.pi / 2 for i in range(corners)]
    return tuple((x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns)


def eight(x, y, radius, steps=40):
    """A figure of eight: one loop winds one way, the other the other way."""
    turns = [2 * math.pi * i / steps for i in range(steps)]
    return tuple((x + radius * math.sin(2 * t), y + 1.3 * radius * math.sin(t)) for t in turns)


def ring(x, y, radius, steps=32):
    """A round outline."""
    turns = [2 * math.pi * i / steps for i in range(steps)]
    return tuple((x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns)


def scribble(seed, steps=120):
    """A wild stroke that crosses itself many times and leaves the image on every side."""
    chance, x, y, points = random.Random(seed), 0.5, 0.5, []
    for _ in range(steps):
        x, y = (min(max(v + chance.uniform(-0.16, 0.16), -0.15), 1.15) for v in (x, y))
        points.append((x, y))
    return tuple(points)


AROUND = ((-0.2, -0.3), (1.3, -0.2), (1.2, 1.4), (-0.4, 1.2))
STEPS = (
    Step(1, NEW, FREE, star(0.27, 0.27, 0.2), count=1),
    Step(1, NEW, FREE, eight(0.72, 0.27, 0.14), count=2),
    Step(1, ADD, FREE, ((0.3, 0.2), (0.75, 0.22), (0.74, 0.3), (0.31, 0.33)), count=1),
    Step(1, SUB, FREE, ring(0.27, 0.27, 0.07), count=1),
    Step(1, ADD, BOX, ((0.24, 0.24), (0.3, 0.31)), count=2),
    Step(1, SUB, BOX, ((0.45, -0.2), (0.55, 1.2)), count=2),
    Step(1, ADD, FREE, ((0.1, 0.95), (0.2, 0.72), (0.4, 0.98), (0.08, 0.8), (0.35, 0.75)), clicks=True, count=3),
    Step(2, NEW, FREE, ((-0.3, 0.1), (0.4, -0.2), (0.3, 0.6), (0.1, 0.2), (-0.1, 0.7)), clicks=True, count=1),
    Step(2, ADD, FREE, ring(1.0, 1.0, 0.3), count=2),
    Step(2, ADD, FREE, ring(0.9, 0.8, 0.12), control=True, count=2),
    Step(2, SUB, FREE, star(0.85, 0.85, 0.1, 7, 3), control=True, count=2),
    Step(2, NEW, BOX, ((0.86, 0.7), (0.98, 0.82)), control=True, count=3),
    Step(3, NEW, BOX, ((0.2, 0.5), (0.4, 0.7)), count=1),
    Step(3, ADD, BOX, ((0.6, 0.7), (0.4, 0.5)), count=1),
    Step(3, SUB, BOX, ((0.3, 0.55), (0.5, 0.65)), count=1),
    Step(3, NEW, BOX, ((0.9, 0.1), (1.4, -0.5)), clicks=True, count=2),
    Step(3, SUB, BOX, ((0.7, -1.0), (2.0, 0.4)), count=1),
    Step(4, NEW, LINE, ((0.1, 0.2), (0.83, 0.71)), count=1),
    Step(4, NEW, LINE, ((0.2, 0.9), (0.8, 0.92), (0.3, 0.35), (0.35, 0.97), (0.77, 0.4)), clicks=True, count=2),
    Step(4, ADD, LINE, ((-0.3, 0.63), (1.4, 0.51)), count=1),
    Step(4, SUB, LINE, ((0.52, -0.2), (0.49, 1.3)), count=1),
    Step(4, NEW, LINE, ((0.65, 0.2), (0.6, 0.9)), control=True, count=2),
    Step(4, NEW, FREE, ring(0.5, 0.75, 0.25, 8), clicks=True, count=3),
    Step(5, NEW, FREE, scribble(7), count=1),
    Step(5, SUB, FREE, scribble(11)),
    Step(5, ADD, FREE, scribble(13)),
    Step(6, NEW, FREE, AROUND, clicks=True, count=1),
    Step(6, SUB, FREE, scribble(17), count=1),
    Step(6, SUB, FREE, eight(0.5, 0.5, 0.2), count=1),
    Step(7, NEW, FREE, ring(0.3, 0.7, 0.1), count=1),
    Step(7, SUB, BOX, ((0.1, 0.5), (0.5, 0.9)), count=0),
    Step(7, SUB, FREE, ring(0.3, 0.7, 0.1), count=0),
    Step(8, NEW, FREE, star(0.5, 0.5, 0.3, 9, 4), count=1),
    Step(8, ADD, FREE, star(0.53, 0.52, 0.33, 11, 5), count=1),
    Step(8, SUB, FREE, star(0.47, 0.5, 0.2, 7, 3), count=1),
)
"""Box corners and stars stand so that touching, nesting and cutting are certain at any zoom and for images of 64 pixels and more."""
CURVE = ((0.35, 0.3), (0.5, 0.6), (0.62, 0.35), (0.8, 0.7))
EDGES = ((0.3, 0.3), (0.62, 0.22), (0.75, 0.6), (0.4, 0.75))
ROUND = (
    *(Step(1, mode, ELLIPSE, ((0.2, 0.25), (0.4, 0.5), (0.65, 0.72))) for mode in (NEW, SUB)),
    *(Step(1, mode, BRUSH, CURVE) for mode in (ADD, NEW, SUB)),
    Step(1, ADD, ELLIPSE, ((0.5, 0.1), (0.9, 0.6)), control=True),
    Step(1, ADD, ELLIPSE, ((0.55, 0.2), (1.2, 0.8))),
    Step(2, NEW, FREE, ring(0.5, 0.5, 0.3)),
    *(Step(2, mode, ERASER, CURVE) for mode in (NEW, ADD, SUB)),
    Step(2, NEW, ERASER, ((0.1, 0.1), (0.5, 0.4)), control=True),
    *(Step(3, mode, WIRE, EDGES, clicks=True) for mode in (NEW, SUB, ADD)),
    Step(3, SUB, FREE, ring(0.5, 0.5, 0.12)),
    *(Step(3, mode, GROW, ((0.5, 0.5), (0.56, 0.5))) for mode in (ADD, NEW, SUB)),
)
"""Every tool whose area is not its points, in every mode."""


def ties(seed: int, strokes: int) -> tuple[Step, ...]:
    """Coarse random outlines for half-pixel grids: corners on centres, edges through centres, new corners where outlines cross."""
    chance, steps = random.Random(seed), []
    for number in range(strokes):
        mode = NEW if number < 3 else chance.choice((ADD, ADD, SUB))
        points = tuple((chance.uniform(0.1, 0.9), chance.uniform(0.1, 0.9)) for _ in range(chance.randrange(4, 9)))
        steps.append(Step(number % 3 + 1, mode, FREE, points))
    return tuple(steps)


SOME = tuple(STEPS[i] for i in (0, 1, 2, 3, 4, 5, 7, 8, 10, 12, 14, 16, 17, 18, 19, 20, 23, 24))
"""Every tool in every mode once, for large images."""


@dataclass(frozen=True)
class Grid:
    """Where a hand can be: widget places are multiples of `step`, or anywhere, moved off a little, without one."""

    step: float | None = None

    def snap(self, place: QPointF) -> QPointF:
        if self.step is None:
            return place + QPointF(0.137, -0.291)
        return QPointF(round(place.x() / self.step) * self.step, round(place.y() / self.step) * self.step)


class Expected:
    """What each category of one image must hold, by the oracle alone: `regions` and `lines` as masks."""

    def __init__(self, rows: int, columns: int) -> None:
        self.size = rows, columns
        self.regions: dict[int, np.ndarray] = {}
        self.lines: dict[int, np.ndarray] = {}

    def take(self, step: Step, points) -> None:
        """Take a stroke into account: its image points, or what it delivers under New."""
        mode = SUB if step.tool == ERASER else step.mode
        mode = TURNED[mode] if step.control else mode
        held = (self.lines if step.tool == LINE else self.regions).setdefault(step.category, np.zeros(self.size, dtype=bool))
        if step.tool == LINE:
            if mode != SUB:
                for piece in oracle.clipped(points, *self.size):
                    held |= oracle.stroke(piece, LINE_WIDTH, *self.size)
            return
        if step.tool == BOX:
            (ax, ay), (bx, by) = points[0], points[-1]
            points = [(ax, ay), (bx, ay), (bx, by), (ax, by)]
        drawn = points if step.tool in DELIVERED else oracle.nonzero([points], *self.size)
        held[...] = held & ~drawn if mode == SUB else held | drawn

    def mask(self, category: int) -> np.ndarray:
        """What the category's mask file must hold."""
        nothing = np.zeros(self.size, dtype=bool)
        return self.regions.get(category, nothing) | self.lines.get(category, nothing)

    @property
    def masks(self) -> dict[int, np.ndarray]:
        """The categories that hold a pixel, and which."""
        return {c: self.mask(c) for c in sorted({*self.regions, *self.lines}) if self.mask(c).any()}


def draw(hand: Hand, step: Step, grid: Grid):
    """Draw one stroke with mouse events; return the image points that were sent, or what it delivers under New (`DELIVERED`)."""
    if step.tool not in DELIVERED:
        return _sent(hand, step, grid)
    before, image = {a.id for a in hand.session.annotations}, hand.session.image
    _sent(hand, replace(step, mode=NEW, control=False, tool=BRUSH if step.tool == ERASER else step.tool), grid)
    (made,) = (a for a in hand.session.annotations if a.id not in before)
    hand.do("edit.undo")
    _sent(hand, step, grid)
    return oracle.even_odd(list(made.shape.rings), image.rows, image.columns)


def _sent(hand: Hand, step: Step, grid: Grid):
    image = hand.session.image
    hand.do(step.mode)
    hand.do(step.tool)
    hand.key(Qt.Key(ord("0") + step.category), str(step.category))
    places = [grid.snap(hand.place(x * image.columns, y * image.rows)) for x, y in step.points]
    modifiers = CONTROL if step.control else PLAIN
    if not step.clicks:
        return hand.drag(places, modifiers=modifiers)
    return hand.click(places, modifiers, double=step.tool != BOX)
