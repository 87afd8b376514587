"""Paint the long and the short axis of what is selected, as they are measured on its saved pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QTransform

from annotator.domain.annotation import Annotation
from annotator.domain.image import Image
from annotator.domain.mask_measures import Axis, region_measures
from annotator.domain.region import Region
from annotator.gui.canvas import look
from annotator.gui.canvas.gauge import COLOUR
from annotator.gui.canvas.model import CanvasModel, Overlay
from annotator.gui.canvas.transform import Transform
from annotator.present.measures import pair_text

_WIDTH, _TICK, _ASIDE = 1.25, 4.0, QPointF(10.0, 6.0)


def selected(model: CanvasModel, overlays: Iterable[Overlay], image: Image) -> tuple[Annotation, ...]:
    """Return the selected annotations of what is painted; none while that is not the model's image."""
    numbers = {overlay.annotation_id for overlay in overlays if overlay.selected and not overlay.other}
    current = model.image is not None and model.image.key == image.key
    return tuple(annotation for annotation in model.annotations if annotation.id in numbers) if current and numbers else ()


def paint(painter: QPainter, area: QRectF, annotations: Iterable[Annotation], image: Image, transform: Transform) -> None:
    """Paint with a painter in logical pixels; lines have no axes, `area` is the whole widget."""
    painter.save()
    for annotation in annotations:
        shape = annotation.shape
        found = region_measures(shape, image.rows, image.columns, image.spacing) if isinstance(shape, Region) else None
        if found is None:
            continue
        for axis, dashed in ((found.long, False), (found.short, True)):
            look.trace(painter, _line(axis, transform), QTransform(), COLOUR, _WIDTH * transform.ratio, dashed=dashed)
        end = max((QPointF(*transform.to_widget(*point)) for point in (found.long.start, found.long.end)), key=lambda point: point.x())
        look.put_plate(painter, pair_text(found.long.length, found.short.length, image.spacing), end + _ASIDE, area)
    painter.restore()


def _line(axis: Axis, transform: Transform) -> QPainterPath:
    """A line with a short stroke across each of its ends."""
    start, end = (QPointF(*transform.to_widget(*point)) for point in (axis.start, axis.end))
    path = QPainterPath(start)
    path.lineTo(end)
    dx, dy = end.x() - start.x(), end.y() - start.y()
    far = math.hypot(dx, dy)
    if far > 2 * _TICK:
        aside = QPointF(-dy, dx) * (_TICK / far)
        for point in (start, end):
            path.moveTo(point - aside)
            path.lineTo(point + aside)
    return path
