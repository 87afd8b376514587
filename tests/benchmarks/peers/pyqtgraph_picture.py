"""Change the levels of a mammogram in pyqtgraph, pan it and zoom it with outlines on it; the seconds until the view is painted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable

import numpy as np
import pydicom
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QGraphicsPathItem

from tests.benchmarks.peers import tell
from tests.benchmarks.scenes import VIEW, grid

path, count, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
pg.setConfigOptions(imageAxisOrder="row-major")
application = QApplication([])
stored = np.ascontiguousarray(pydicom.dcmread(path).pixel_array)
view = pg.GraphicsView()
view.resize(*VIEW)
box = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
view.setCentralItem(box)
view.setAntialiasing(True)
picture = pg.ImageItem(stored, levels=(250, 3750))
box.addItem(picture)
view.show()
application.processEvents()


class Paints(QObject):
    """Counts how often the view was painted."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt."""
        self.count += event.type() is QEvent.Type.Paint
        return False


paints = Paints()
view.viewport().installEventFilter(paints)


def paint() -> None:
    """Let the event loop turn until the view was painted, once."""
    before = paints.count
    while paints.count == before:
        application.processEvents()


def timed(change: Callable[[int], object]) -> list[float]:
    """Return the seconds that each step took."""
    found = []
    for step in range(steps):
        start = time.perf_counter()
        change(step)
        paint()
        found.append(time.perf_counter() - start)
    return found[2:]


def outlines(points: Iterable[list[tuple[float, float]]]) -> None:
    """Put closed, filled outlines on the picture, smooth as the product paints them (but without its dark rim and labels)."""
    for outline in points:
        shape = QPainterPath()
        shape.addPolygon(QPolygonF([QPointF(x, y) for x, y in outline]))
        shape.closeSubpath()
        item = QGraphicsPathItem(shape)
        pen = QPen(QColor(255, 214, 10), 1.75)
        pen.setCosmetic(True)
        item.setPen(pen)
        item.setBrush(QColor(255, 214, 10, 51))
        box.addItem(item)


def actual_size() -> None:
    """Show one pixel of the picture on one of the screen."""
    rows, columns = stored.shape
    across, down = view.width() / 2, view.height() / 2
    box.setRange(xRange=(columns / 2 - across, columns / 2 + across), yRange=(rows / 2 - down, rows / 2 + down), padding=0)
    paint()


def levels(step: int) -> None:
    """One step of the window."""
    picture.setLevels((250 + 4 * step, 3750 - 4 * step))


figures = {"levels": timed(levels)}
actual_size()
figures["levels_close"] = timed(levels)
outlines(grid(*stored.shape, count))
figures["pan_close"] = timed(lambda step: box.translateBy(x=3 if step % 2 else -3, y=2))
figures["zoom_close"] = timed(lambda step: box.scaleBy((0.96, 0.96) if step % 2 else (1 / 0.96, 1 / 0.96)))
box.autoRange(padding=0)
paint()
figures["pan"] = timed(lambda step: box.translateBy(x=8 if step % 2 else -8, y=5))
figures["zoom"] = timed(lambda step: box.scaleBy((0.96, 0.96) if step % 2 else (1 / 0.96, 1 / 0.96)))
tell(**figures)
