"""Paint the annotations into a transparent layer, and keep it until one of them or the view changes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QTransform

from annotator.domain.path import Point
from annotator.gui.canvas import labels, look
from annotator.gui.canvas.lately import Lately
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.scene import Drawn, Numbers, Scene, drawn
from annotator.gui.canvas.spread import Spread
from annotator.gui.canvas.transform import Transform

_MOST_PLATES, _MOST_DRAWN = 500, 5_000
_LIFT = 6.0
"""Logical pixels between an outline and its label."""
_STEP = 1.3
"""By how much one zooms until labels look for their sides anew."""
_MOST_LATELY = 16
"""Of so many scenes is remembered where labels stood."""
_Sides = dict[Transform, NDArray[np.intp]]
_Asked = tuple[Numbers, Numbers, Numbers, float, Numbers | None]


@dataclass(frozen=True, eq=False)
class _Plate:
    """A painted label, the same one for all that look alike."""

    image: QImage
    size: tuple[float, float]
    """Width and height in device pixels."""

    def at(self, left: float, top: float) -> QRectF:
        """Return what it covers there."""
        return QRectF(left, top, *self.size)


_Labels = list[tuple[float, float, _Plate]]
"""Labels and their left upper corners (whole device pixels)."""
_Plates = tuple[list[_Plate], Numbers]
"""Labels and their sizes (n, 2)."""


@dataclass(frozen=True)
class _View:
    """What is to be painted for a view of `size` device pixels; `without` names annotations that are being changed."""

    overlays: tuple[Overlay, ...]
    transform: Transform
    size: QSize
    without: frozenset[int]


class Layer:
    """The annotations of one image, painted over a view.

    Path, box and extreme vertices are kept per annotation, so that a zoom works out none of them.  Outlines and labels are separate: of
    the outlines more is painted than the view shows, as soon as it is panned, and an edit paints only where something differs.  Labels
    stay inside the view and are put on each time that it is another.
    """

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, ...], Drawn] = {}
        self._scene = Scene((), (), np.empty((0, 4)), np.empty((0, 4, 2)))
        self._shown: _View | None = None
        self._plates: dict[tuple[str, str, tuple[int, int, int], float], _Plate] = {}
        self._outlines: Spread | None = None
        self._labels: _Labels = []
        self._result, self._once = QImage(), True
        """All of what was painted last, where nothing changed since; and whether it is the first time that it is painted."""
        self._asked_last: tuple[Scene, tuple[list[int], float], _Plates] = self._scene, ([], 0.0), ([], np.empty((0, 2)))
        self._pens, self._lately_painted = look.USUAL, Lately()
        self._here: tuple[Scene, _Sides] = self._scene, {}
        self._stood_lately: dict[tuple[object, ...], tuple[_Sides, tuple[QPainterPath, ...]]] = {}
        """On which sides labels stood lately, for what one sees again, as after an edit that is taken back; by the identity of paths, which
        are kept so that no other has it."""

    def take(self, pens: look.Pens) -> None:
        """Paint with these from now on."""
        if pens != self._pens:
            self._pens, self._shown = pens, None
            self._lately_painted.forget()

    def paint(
        self, painter: QPainter, overlays: tuple[Overlay, ...], transform: Transform, size: QSize, without: frozenset[int] = frozenset()
    ) -> None:
        """Paint the annotations of a view of `size` device pixels (painter: logical pixels), all but those that are being changed."""
        outlines, _ = self._prepared(_View(overlays, transform, size, without))
        if not self._once:
            if self._result.isNull():
                self._result = self._labelled(outlines, transform)
            painter.drawImage(QPointF(), self._result)
            return
        self._once, ratio = False, transform.ratio
        outlines.image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(), outlines.image, QRectF(outlines.seen(transform)))
        outlines.image.setDevicePixelRatio(1.0)
        painter.save()
        painter.scale(1.0 / ratio, 1.0 / ratio)
        _put(painter, self._labels)
        painter.restore()

    def differing(self, overlays: tuple[Overlay, ...], transform: Transform, size: QSize) -> QRect | None:
        """Return the area of a view (device pixels) outside which it looks as it was painted last; None: all of it may be another."""
        before, labels_before = self._shown, self._labels
        if before is None or before.without or (before.transform, before.size) != (transform, size):
            return None
        outlines, bare = self._prepared(_View(overlays, transform, size, frozenset()))
        corner, found = outlines.seen(transform).topLeft(), QRect()
        for area in bare:
            found |= area.translated(-corner)
        for left, top, plate in {*labels_before} ^ {*self._labels}:
            found |= plate.at(left, top).toRect()
        return found

    def _prepared(self, wanted: _View) -> tuple[Spread, tuple[QRect, ...]]:
        """Return the outlines of a view, and which areas of them were another view's before; its labels have their places then."""
        if wanted == self._shown and self._outlines is not None:
            return self._outlines, ()
        outlines, bare = self._bare(wanted)
        for area in bare:
            self._paint(outlines, area)
        self._shown, self._outlines, self._result, self._once = wanted, outlines, QImage(), True
        self._labels = self._placed(QRect(QPoint(), wanted.size), wanted.transform)
        return outlines, bare

    def _labelled(self, outlines: Spread, transform: Transform) -> QImage:
        """What a view shows, for all that is painted while nothing of it changes."""
        found = outlines.image.copy(outlines.seen(transform))
        painter = QPainter(found)
        _put(painter, self._labels)
        painter.end()
        found.setDevicePixelRatio(transform.ratio)
        return found

    def sketch(self, painter: QPainter, overlays: tuple[Overlay, ...], transform: Transform, size: QSize) -> None:
        """Paint the annotations where they are, but with plain thin outlines, for one of many steps of a zoom (painter: logical pixels)."""
        if self._scene.overlays != overlays:
            self._set(overlays)
            self._shown = None
        matrix, area = look.matrix(transform), QRect(QPoint(), size)
        places = self._scene.within(area, transform)
        seen = [(self._scene.overlays[place], self._scene.paths[place]) for place in places]
        painter.save()
        outline(painter, seen, matrix, transform.ratio, self._pens, rough=True)
        for overlay in (overlay for overlay, _ in seen if overlay.selected and not overlay.locked):
            corners = (transform.to_widget(x, y) for ring in overlay.rings for x, y in ring)
            look.handles(painter, corners, QColor(*overlay.colour), self._pens.handle)
        painter.scale(1.0 / transform.ratio, 1.0 / transform.ratio)
        _put(painter, self._placed(area, transform, places))
        painter.restore()

    def boxes(self, transform: Transform, size: QSize) -> list[QRectF]:
        """Return what the annotations painted last take of the view, in logical pixels."""
        found = self._scene.shown_boxes(self._scene.within(QRect(QPoint(), size), transform), transform) / transform.ratio
        return [QRectF(QPointF(left, top), QPointF(right, low)) for left, top, right, low in found.tolist()]

    def _bare(self, wanted: _View) -> tuple[Spread, tuple[QRect, ...]]:
        """Return the outlines with what of them still is right, and what must be painted anew, which is empty."""
        shown, before, outlines = self._shown, self._scene, self._outlines
        same = shown is not None and (shown.overlays, shown.without) == (wanted.overlays, wanted.without)
        if not same:
            self._set(tuple(o for o in wanted.overlays if o.annotation_id not in wanted.without))
        if shown is not None and outlines is not None:
            bare = outlines.follow(wanted.transform, wanted.size) if same else None
            if bare is not None:
                return outlines, bare
            if (shown.transform, shown.size) == (wanted.transform, wanted.size):
                areas = [area & outlines.area for area in before.differing(self._scene, outlines.transform)]
                for area in areas:
                    self._lately_painted.keep(outlines.transform, before.overlays, area, outlines.image)
                return outlines, outlines.clear(areas)
        outlines = Spread(wanted.transform, wanted.size)
        return outlines, (outlines.area,)

    def _set(self, overlays: tuple[Overlay, ...]) -> None:
        if len(self._drawn) > _MOST_DRAWN + 2 * len(overlays):  # most of them are of images that were left
            used = {tuple(map(id, overlay.rings)) for overlay in overlays}
            self._drawn = {same: found for same, found in self._drawn.items() if same in used}
        known = [self._known(overlay) for overlay in overlays]
        boxes = np.array([found.box for found in known], dtype=np.float64).reshape(-1, 4)
        extremes = np.array([found.extremes for found in known], dtype=np.float64).reshape(-1, 4, 2)
        self._scene = Scene(overlays, tuple(found.path for found in known), boxes, extremes)

    def _known(self, overlay: Overlay) -> Drawn:
        """Return what was worked out for the very same outlines, also when another image was shown in between."""
        same = tuple(map(id, overlay.rings))  # what is kept keeps them alive, so that no other has their place
        found = self._drawn.get(same)
        if found is None:
            found = self._drawn[same] = drawn(overlay)
        return found

    def _paint(self, outlines: Spread, area: QRect) -> None:
        transform = outlines.transform
        lately = self._lately_painted.find(transform, self._scene.overlays, area)
        if lately is not None:
            outlines.put(lately, area)
            return
        painter, matrix = QPainter(outlines.image), look.matrix(transform, transform.ratio)
        painter.setClipRect(area)
        seen = [(self._scene.overlays[place], self._scene.paths[place]) for place in self._scene.within(area, transform)]
        outline(painter, [pair for pair in seen if not pair[0].selected], matrix, transform.ratio, self._pens)
        for overlay, path in seen:
            if overlay.selected:
                outline(painter, [(overlay, path)], matrix, transform.ratio, self._pens)
                if overlay.locked:
                    continue
                across, right, down, low = matrix.m11(), matrix.dx(), matrix.m22(), matrix.dy()
                places = ((x * across + right, y * down + low) for ring in overlay.rings for x, y in ring)
                look.handles(painter, places, QColor(*overlay.colour), transform.ratio * self._pens.handle)
        painter.end()

    def _placed(self, area: QRect, transform: Transform, seen: list[int] | None = None) -> _Labels:
        """Return the labels and where they go (device pixels, whole ones); all of each is inside the view and beside its lesion.

        `seen` are the places of those in the area, where that is known.
        """
        scene = self._scene
        seen = scene.within(area, transform) if seen is None else seen
        labelled = [place for place in seen if scene.overlays[place].label]
        if not labelled:
            return []
        plates, sizes = self._plates_of(labelled, transform.ratio)
        room, asked = (float(area.width()), float(area.height())), self._asked(labelled, sizes, transform)
        corners = labels.corners(self._sides_at(transform)[labelled], *asked[:3], room, *asked[3:]).tolist()
        found = [(x, y, plate) for (x, y), plate in zip(corners, plates, strict=True) if not math.isnan(x)]
        if len(found) == len(plates):
            return found
        taken = [plate.at(x, y) for x, y, plate in found]
        for row in (row for row, (x, _) in enumerate(corners) if math.isnan(x)):
            at = _off(scene.paths[labelled[row]], plates[row], room, transform, taken)
            found += [(*at, plates[row])] if at is not None else []
        return found

    def _sides_at(self, transform: Transform) -> NDArray[np.intp]:
        """Return on which side the label of each annotation stands: the same at all zooms between two steps, wherever one looks."""
        scene, level = self._scene, _STEP ** round(math.log(transform.zoom, _STEP))
        base = replace(transform, zoom=level, offset_x=0.0, offset_y=0.0)
        if self._here[0] is not scene:
            told = ((id(path), overlay.label, overlay.name, overlay.end) for overlay, path in zip(scene.overlays, scene.paths, strict=True))
            asked = tuple(told)
            self._here = scene, self._stood_lately.pop(asked, ({}, scene.paths))[0]
            self._stood_lately[asked] = self._here[1], scene.paths
            if len(self._stood_lately) > _MOST_LATELY:
                del self._stood_lately[next(iter(self._stood_lately))]
        known = self._here[1]
        if base not in known:
            labelled = [place for place, overlay in enumerate(scene.overlays) if overlay.label]
            own, extremes, sizes, gap, ends = self._asked(labelled, self._plates_of(labelled, base.ratio)[1], base)
            known[base] = np.zeros(len(scene.overlays), dtype=np.intp)
            known[base][labelled] = labels.sides(own, extremes, sizes, scene.shown_boxes(slice(None), base), gap, ends)
        return known[base]

    def _asked(self, labelled: list[int], sizes: Numbers, transform: Transform) -> _Asked:
        """What `labels` asks of some annotations: boxes, extremes, sizes of the labels, gap, and ends of strokes if there are any."""
        scene, ends = self._scene, None
        if any(scene.overlays[place].end for place in labelled):
            ends = np.array([_end(scene.overlays[place], transform) for place in labelled])
        shown = scene.shown_boxes(labelled, transform), scene.shown_extremes(labelled, transform)
        return *shown, sizes, _LIFT * transform.ratio, ends

    def _plates_of(self, labelled: list[int], ratio: float) -> _Plates:
        """Return the labels of some annotations; kept, because a pan asks for the same ones again and again."""
        scene, asked = self._scene, (labelled, ratio)
        if self._asked_last[0] is not scene or self._asked_last[1] != asked:
            plates = [self._plate(scene.overlays[place], ratio) for place in labelled]
            sizes = np.array([plate.size for plate in plates], dtype=np.float64).reshape(-1, 2)
            self._asked_last = scene, asked, (plates, sizes)
        return self._asked_last[2]

    def _plate(self, overlay: Overlay, ratio: float) -> _Plate:
        """Return an annotation's label, painted once for all that look alike."""
        key = (overlay.label, overlay.name, overlay.colour, ratio)
        plate = self._plates.get(key)
        if plate is None:
            if len(self._plates) > _MOST_PLATES:
                self._plates.clear()
            colour = QColor(*overlay.colour)
            image = look.plate(overlay.name or overlay.label, ratio, colour, colour if overlay.name else look.TEXT)
            plate = self._plates[key] = _Plate(image, (float(image.width()), float(image.height())))
        return plate


def _put(painter: QPainter, found: _Labels) -> None:
    for left, top, plate in found:
        painter.drawImage(QPointF(left, top), plate.image)


def _end(overlay: Overlay, transform: Transform) -> Point:
    """Return the point (device pixels) that a label is to be near to, NaN where it stands where it usually does."""
    if overlay.end is None:
        return math.nan, math.nan
    x, y = transform.to_widget(*overlay.end)
    return x * transform.ratio, y * transform.ratio


def _off(path: QPainterPath, plate: _Plate, room: tuple[float, float], transform: Transform, taken: list[QRectF]) -> Point | None:
    """Return where a label goes whose lesion leaves no room beside it in the view, and take that; None where it would cover it."""
    shown = look.matrix(transform, transform.ratio).map(path)

    def covers(x: float, y: float) -> bool:
        there = plate.at(x, y)
        return shown.intersects(there) or any(there.intersects(other) for other in taken)

    found = labels.elsewhere(plate.size, room, covers)
    if found is None:
        return None
    corner = float(round(found[0])), float(round(found[1]))
    taken.append(plate.at(*corner))
    return corner


def outline(
    painter: QPainter, overlays: list[tuple[Overlay, QPainterPath]], matrix: QTransform, ratio: float, pens: look.Pens = look.USUAL,
    *, rough: bool = False,
) -> None:  # fmt: skip
    """Paint annotations and their paths; `matrix` takes paths to the painter's coordinates, `ratio` is the device pixels of a logical one.

    The outlines of those that look alike are painted in one go, `rough` ones thin and without a rim.
    """
    alike: dict[tuple[tuple[int, int, int], bool, bool, bool], QPainterPath] = {}
    look.wash(painter, ((path, overlay.colour) for overlay, path in overlays if overlay.closed and not overlay.other), matrix, pens)
    for overlay, path in overlays:
        alike.setdefault((overlay.colour, overlay.selected, overlay.locked, overlay.other), QPainterPath()).addPath(path)
    for (colour, selected, locked, other), path in alike.items():
        width = pens.selected if selected else pens.outline
        look.trace(painter, path, matrix, QColor(*colour), width * ratio, dashed=locked, dotted=other, rough=rough)
