"""Paint the annotations into a transparent layer, and keep it until one of them or the view changes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QTransform

from annotator.domain.path import Polyline
from annotator.gui.canvas import look
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.transform import Transform

_MOST_PLATES = 500


class Layer:
    """The annotations of one image as an image of the view's size.

    The path and the topmost vertex, where the label goes, are kept per annotation, so that a zoom works out neither.
    """

    def __init__(self) -> None:
        self._paths: dict[int, tuple[tuple[Polyline, ...], QPainterPath, QPointF]] = {}
        self._shown: tuple[tuple[Overlay, ...], Transform, QSize, int | None] | None = None
        self._plates: dict[tuple[str, tuple[int, int, int], float], QImage] = {}
        self._result = QImage()

    def image(self, overlays: tuple[Overlay, ...], transform: Transform, size: QSize, without: int | None = None) -> QImage:
        """Return the layer for a view of `size` device pixels; `without` names an annotation that is being changed."""
        if self._shown is None or self._shown[1:] != (transform, size, without) or self._shown[0] != overlays:
            if self._result.size() != size:
                self._result = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._result.setDevicePixelRatio(1.0)  # the last paint gave it the screen's; here it is filled in device pixels
            self._result.fill(Qt.GlobalColor.transparent)
            self._paint(tuple(o for o in overlays if o.annotation_id != without), transform)
            self._shown = (overlays, transform, size, without)
        return self._result

    def _paint(self, overlays: tuple[Overlay, ...], transform: Transform) -> None:
        painter, area, matrix = QPainter(self._result), QRectF(self._result.rect()), look.matrix(transform, transform.ratio)
        paths = {o.annotation_id: self._path(o) for o in overlays}
        boxes = {number: matrix.mapRect(path.controlPointRect()) for number, path in paths.items()}
        seen = [o for o in overlays if _meets(boxes[o.annotation_id], area)]
        plain, chosen = [o for o in seen if not o.selected], [o for o in seen if o.selected]
        outline(painter, [(o, paths[o.annotation_id]) for o in plain], matrix, transform.ratio)
        for overlay in chosen:
            outline(painter, [(overlay, paths[overlay.annotation_id])], matrix, transform.ratio)
            places = (matrix.map(QPointF(x, y)).toTuple() for ring in overlay.rings for x, y in ring)
            look.handles(painter, places, QColor(*overlay.colour), transform.ratio)
        for overlay in seen:
            if overlay.label:
                corner = matrix.map(self._paths[overlay.annotation_id][2]) - QPointF(0.0, 6 * transform.ratio)
                painter.drawImage(*self._plate(overlay, corner, area, transform.ratio))
        painter.end()
        self._paths = {number: self._paths[number] for number in paths}

    def _plate(self, overlay: Overlay, corner: QPointF, area: QRectF, ratio: float) -> tuple[QPointF, QImage]:
        """Return where an annotation's label goes, and the label, painted once for all that look alike."""
        key = (overlay.label, overlay.colour, ratio)
        plate = self._plates.get(key)
        if plate is None:
            if len(self._plates) > _MOST_PLATES:
                self._plates.clear()
            plate = self._plates[key] = look.plate(overlay.label, ratio, QColor(*overlay.colour))
        return look.within(plate, corner, area), plate

    def _path(self, overlay: Overlay) -> QPainterPath:
        kept = self._paths.get(overlay.annotation_id)
        if kept is None or kept[0] != overlay.rings:
            x, y = min((p for ring in overlay.rings for p in ring), key=lambda p: (p[1], p[0]), default=(0.0, 0.0))
            kept = (overlay.rings, look.path(overlay.rings, closed=overlay.closed), QPointF(x, y))
            self._paths[overlay.annotation_id] = kept
        return kept[1]


def outline(painter: QPainter, overlays: list[tuple[Overlay, QPainterPath]], matrix: QTransform, ratio: float) -> None:
    """Paint annotations and their paths; `matrix` takes paths to the painter's coordinates, `ratio` is the device pixels of a logical one.

    The outlines of those that look alike are painted in one go.
    """
    alike: dict[tuple[tuple[int, int, int], bool, bool], QPainterPath] = {}
    for overlay, path in overlays:
        if overlay.closed:
            look.fill(painter, path, matrix, QColor(*overlay.colour))
        alike.setdefault((overlay.colour, overlay.selected, overlay.locked), QPainterPath()).addPath(path)
    for (colour, selected, locked), path in alike.items():
        width = look.SELECTED if selected else look.OUTLINE
        look.trace(painter, path, matrix, QColor(*colour), width * ratio, dashed=locked)


def _meets(box: QRectF, area: QRectF) -> bool:
    """Whether a box reaches into the area; unlike QRectF.intersects, one without width or height may."""
    reach = 8.0
    return (
        box.left() <= area.right() + reach
        and box.right() >= area.left() - reach
        and box.top() <= area.bottom() + reach
        and box.bottom() >= area.top() - reach
    )
