"""Show what will be before the button is let go: the union, the remainder, the deletion, and what other annotations lose.

Ink comes first: the ghost is worked out when the events that are waiting have been painted, and where it takes long, only when the hand
rests; where it would hold up the hand, as of a stroke that goes on and on, not at all until the stroke has ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import pairwise

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QTransform

from annotator.domain.annotation import Shape
from annotator.domain.edit import Change, Edit
from annotator.domain.image import ImageKey
from annotator.domain.merge import Refusal
from annotator.domain.path import Polyline
from annotator.domain.region import Region
from annotator.gui.canvas import look
from annotator.gui.canvas.ink import rings_of
from annotator.gui.canvas.transform import Transform
from annotator.tools import gesture

Outcome = gesture.Stroke | gesture.Change
Propose = Callable[[Outcome], Edit | Refusal | None]
_QUICK, _SOON, _REST = 0.004, 24, 60
"""Seconds that a ghost may take to follow the hand; milliseconds from one to the next, and of rest before a slower one is worked out."""
_BLOCKS, _MOST_POINTS, _MOST_ROWS = 0.15, 5_000, 100_000
"""Seconds after which a ghost is given up; points of a stroke, and rows of pixels that it goes through, up to which one is begun."""
_GONE = QColor(255, 92, 80)
_NOTHING = (255, 214, 10)


class Ghost(QObject):
    """What an outcome would change; `edit` is None while that is not known, or nothing."""

    def __init__(self, propose: Propose, known: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.edit: Edit | None = None
        self.given_up = False
        """What this stroke comes to is not worked out before it has ended."""
        self._propose, self._known = propose, known
        self._wanted: Outcome | None = None
        self._slow = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)

    def follow(self, outcome: Outcome | None) -> None:
        """Ask what this outcome would change; None: there is nothing to come."""
        if outcome is None:
            self._timer.stop()
            self.edit, self._wanted, self._slow, self.given_up = None, None, False, False
        elif self.given_up:
            return
        elif outcome != self._wanted:
            self._wanted = outcome
            if self._slow:
                self.edit = None
                self._timer.start(_REST)
            elif not self._timer.isActive():
                self._timer.start(_SOON)

    def _look(self) -> None:
        if self._wanted is None:
            return
        found, begun = None, time.perf_counter()
        self.given_up = isinstance(self._wanted, gesture.Stroke | gesture.Redraw) and _is_endless(self._wanted.points)
        if not self.given_up:
            found = self._propose(self._wanted)
            spent = time.perf_counter() - begun
            self._slow, self.given_up = spent > _QUICK, spent > _BLOCKS
        self.edit = found if isinstance(found, Edit) else None
        self._known()


def _is_endless(points: Polyline) -> bool:
    """Whether working out what a stroke encloses could hold up the hand."""
    return len(points) > _MOST_POINTS or sum(abs(by - ay) for (_, ay), (_, by) in pairwise(points)) > _MOST_ROWS


def hidden(edit: Edit | None, key: ImageKey, keep: int | None) -> frozenset[int]:
    """Return the annotations of an image in whose place the ghost stands; `keep` is painted by somebody else."""
    found = () if edit is None else edit.changes
    return frozenset(c.before.id for c in found if c.before is not None and c.before.image == key and c.before.id != keep)


def paint(
    painter: QPainter, edit: Edit, key: ImageKey, transform: Transform, colours: Mapping[str, tuple[int, int, int]], keep: int | None,
    pens: look.Pens = look.USUAL,
) -> None:  # fmt: skip
    """Paint what an edit would leave of an image's annotations (painter: logical pixels); `colours`: of the categories, by key."""
    matrix = look.matrix(transform)
    painter.save()
    for change in edit.changes:
        if change.subject.image == key and change.subject.id != keep:
            _paint(painter, change, matrix, QColor(*colours.get(change.subject.category, _NOTHING)), transform.ratio, pens)
    painter.restore()


def _paint(painter: QPainter, change: Change, matrix: QTransform, colour: QColor, ratio: float, pens: look.Pens) -> None:
    before, after = (found.shape if found is not None else None for found in (change.before, change.after))
    lost = _lost(before, after)
    if lost is not None:
        painter.fillPath(matrix.map(lost), QBrush(_GONE, Qt.BrushStyle.BDiagPattern))
    if after is not None:
        path = _path(after)
        if isinstance(after, Region) and before is not None:  # what is new is washed by the ink already
            look.fill(painter, path, matrix, colour, pens)
        look.trace(painter, path, matrix, colour, pens.outline * ratio, dashed=before is None)
    elif before is not None:
        look.trace(painter, _path(before), matrix, _GONE, pens.outline * ratio, dashed=True)


def _lost(before: Shape | None, after: Shape | None) -> QPainterPath | None:
    """What an area loses: where exactly one of both outlines is around, as what is left lies inside what was there."""
    if not isinstance(before, Region) or (after is not None and not _inside(after, before)):
        return None
    path = _path(before)
    if after is not None:
        path.addPath(_path(after))
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


def _inside(after: Shape, before: Region) -> bool:
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = after.bounds, before.bounds
    return isinstance(after, Region) and bx1 <= ax1 and by1 <= ay1 and ax2 <= bx2 and ay2 <= by2 and after.area() < before.area()


def _path(shape: Shape) -> QPainterPath:
    return look.path(rings_of(shape), closed=isinstance(shape, Region))
