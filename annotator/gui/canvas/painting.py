"""Put the layers of one view on top of each other: picture, annotations, what is being drawn, words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPainter

from annotator.domain.edit import Edit
from annotator.domain.merge import steps
from annotator.gui.canvas import axes, guides, held_back, look, pins, signs
from annotator.gui.canvas import frame as frame_of
from annotator.gui.canvas import ghost as ghosts
from annotator.gui.canvas.fused import Fused, paint_bar
from annotator.gui.canvas.gauge import Gauge
from annotator.gui.canvas.ghost import Ghost
from annotator.gui.canvas.graphics import Graphics
from annotator.gui.canvas.ink import Ink, changed, rings_of
from annotator.gui.canvas.layer import Layer, outline
from annotator.gui.canvas.legend import KeyOf, Legend
from annotator.gui.canvas.measure import beside_pointer, change_bounds, changed_text, pulled_to
from annotator.gui.canvas.model import CanvasModel, Overlay
from annotator.gui.canvas.render import GROUND, Motion, Renderer
from annotator.gui.canvas.shade import Shade
from annotator.gui.canvas.shown import Shown
from annotator.gui.canvas.slab import Slabs, Through
from annotator.gui.canvas.transform import Transform
from annotator.present.annotations import category_name
from annotator.present.fusion import fusion_notes, through_note
from annotator.present.honesty import Note, filter_notes
from annotator.tools.gesture import Change, Draft, Hover, Makes, Measured, Move, Preview, Redraw
from annotator.tools.select import Band

_NO_CATEGORY = (255, 214, 10)
_MANY = 8
"""So many annotations are painted sharply also while a zoom goes on."""


class Sheet(Protocol):
    """What lies over a picture beside its annotations, such as what a mammogram's other views say of it; a value."""

    def paint(self, painter: QPainter, area: QRectF, shown: Shown, transform: Transform, legend: Legend | None) -> None:
        """Paint with a painter in logical pixels; `area` is the whole widget."""


class Painting:
    """Paints one view; `overlays` are the annotations of what is shown, `hidden` while they are held back, `legend` the signs on it.

    `frame` is a rectangle that is being dragged, in widget coordinates, `through` the slab that was looked through in the last paint.
    """

    def __init__(self, model: CanvasModel) -> None:
        self._model = model
        self.legend: Legend | None = None
        self.guides: guides.Guides | None = None
        self.sheet: Sheet | None = None
        self.held_back: Callable[[KeyOf], str] | None = None
        self.pins: Callable[[], Iterable[pins.Sign]] | None = None
        self._slabs, self.fused = Slabs(), Fused()
        self.through: Through | None = None
        self._renderer, self._layer, self._ink, self._gauge = Renderer(), Layer(), Ink(), Gauge()
        self._graphics, self._shade = Graphics(), Shade()
        self.overlays: tuple[Overlay, ...] = ()
        self.ghost: Ghost | None = None
        self.hidden = False
        self.frame: QRectF | None = None
        self._signs: tuple[tuple[pins.Sign, ...], str] = (), ""

    def paint(
        self,
        painter: QPainter,
        area: QRectF,
        shown: Shown | None,
        transform: Transform | None,
        preview: Preview | None,
        *,
        rough: bool = False,
    ) -> None:
        """Paint with a painter in logical pixels; `area` is the whole widget, `rough` asks for many outlines to be painted roughly."""
        hover, preview = (preview, None) if isinstance(preview, Hover) else (None, preview)
        if shown is None:
            painter.fillRect(area, GROUND)
        elif shown.picture is None or transform is None:
            painter.fillRect(area, GROUND)
            if shown.problem is not None:
                signs.problem(painter, area, shown.problem)
        else:
            size = _device(area, transform)
            self.through = self._slabs.through(self.legend.slab, shown, self._model) if self.legend and preview is None else None
            seen = self.through.picture if self.through else None
            window = self._model.window
            looked_at = (seen, window) if seen else self._model.display(shown.image, shown.picture, window)
            moving, rough = rough, rough and preview is None and not self.hidden and len(self.overlays) > _MANY
            if moving:
                self._renderer.sketch(painter, *looked_at, transform, size, Motion.ROUGH if rough else Motion.SMOOTH)
            else:
                self._renderer.paint(painter, *looked_at, transform, size)
            fusion = self._model.fusion
            if fusion is not None:
                self.fused.paint(painter, fusion, shown, self._model, transform, size)
            if not self.hidden and (self.legend is None or self.legend.graphics):
                graphics = self._graphics.image(shown.picture, transform, size)
                graphics.setDevicePixelRatio(transform.ratio)
                painter.drawImage(QPointF(), graphics)
            if self.legend is not None:
                self.legend.paint(painter, area, shown, self._model, transform)
            if fusion is not None:
                paint_bar(painter, area, fusion, transform.ratio)
            if self.sheet is not None and not self.hidden:
                self.sheet.paint(painter, area, shown, transform, self.legend)
            self._paint_work(painter, area, shown, transform, preview, rough=rough)
            if hover is not None:
                self._ink.hover(painter, hover, transform, self._colour)
            measuring, key = self._model.measuring, shown.image.key
            moved = preview if isinstance(preview, Measured) else None
            found = measuring.on(key), measuring.chosen_on(key)
            self._gauge.paint(painter, area, (shown.image, shown.picture), transform, *found, moved, self._lesions(transform, size))
            self._signs = stuck, text = self._signs_now()
            if not self.hidden:
                pins.paint(painter, stuck, transform)
            if text:
                held_back.paint(painter, area, text)
            if self.guides is not None:
                guides.paint(painter, area, self.guides, transform)
            if self.frame is not None:
                frame_of.paint(painter, self.frame)

    def differing(
        self, overlays: tuple[Overlay, ...], area: QRectF, shown: Shown, transform: Transform, preview: Preview | None
    ) -> QRect | None:
        """Return the area (logical pixels) in which a view will look otherwise with other annotations and nothing else new; None: anywhere.

        Whatever else stands on the picture because of annotations lets all of it be painted.
        """
        measured, axes_shown = self._model.measuring.on(shown.image.key), self.legend is not None and self.legend.axes
        drawn = not (preview is None or isinstance(preview, Hover))
        if drawn or self.hidden or measured or axes_shown or not overlays or not self.overlays or self._signs != self._signs_now():
            return None
        found, ratio = self._layer.differing(overlays, transform, _device(area, transform)), transform.ratio
        if found is None:
            return None
        return QRectF(found.x() / ratio, found.y() / ratio, found.width() / ratio, found.height() / ratio).toAlignedRect()

    def _signs_now(self) -> tuple[tuple[pins.Sign, ...], str]:
        """The pins, and what is said of annotations that are held back."""
        text = self.held_back(self.legend.key_of) if self.held_back is not None and self.legend is not None else ""
        return tuple(self.pins()) if self.pins is not None else (), text

    def _lesions(self, transform: Transform, size: QSize) -> Callable[[], Iterable[QRectF]]:
        return lambda: () if self.hidden else self._layer.boxes(transform, size)

    @property
    def _colour(self) -> QColor:
        """Of the ink: the active category's."""
        return QColor(*(self._model.category.rgb if self._model.category else _NO_CATEGORY))

    def _paint_work(
        self, painter: QPainter, area: QRectF, shown: Shown, transform: Transform, preview: Preview | None, *, rough: bool
    ) -> None:
        """Paint the annotations, what is being done to them, and what that will come to."""
        pens = look.pens_of(self._model.appearance)
        self._layer.take(pens)
        self._ink.pens = pens
        edit = self.ghost.edit if self.ghost is not None and preview is not None else None
        if isinstance(preview, Redraw) and self._ink.goes_on(preview.points, transform):
            preview = Draft(Makes.PATH, preview.points)  # an outline that crosses itself so often takes its time at every move
        self._paint_annotations(painter, area, transform, preview, edit, rough=rough)
        if self.legend is not None and self.legend.axes and not self.hidden and preview is None:
            axes.paint(painter, area, axes.selected(self._model, self.overlays, shown.image), shown.image, transform)
        if isinstance(preview, Band):
            frame_of.paint(painter, QRectF(*(QPointF(*transform.to_widget(*corner)) for corner in preview.points)).normalized())
        elif isinstance(preview, Draft | Change):
            self._paint_preview(painter, area, shown, transform, preview, edit)

    def _paint_preview(
        self, painter: QPainter, area: QRectF, shown: Shown, transform: Transform, preview: Draft | Change, edit: Edit | None
    ) -> None:
        """Paint what is being drawn, and say beside the pointer what comes of that or of a change."""
        unknown = self.ghost is not None and self.ghost.given_up
        names = {} if edit is None else {c.key: category_name(c) for c in self._model.categories}
        if isinstance(preview, Draft):
            text = beside_pointer(preview, edit, shown.image, names, unknown=unknown, as_drawn=self._model.as_drawn)
            self._ink.paint(painter, preview, transform, self._colour, text, area)
            return
        place, text = pulled_to(preview, self._model.annotations), changed_text(preview, edit, shown.image, names, unknown=unknown)
        if place is not None and text:
            left, top, right, low = change_bounds(edit, preview) or (*place, *place)
            drawn = QRectF(QPointF(*transform.to_widget(left, top)), QPointF(*transform.to_widget(right, low))).normalized()
            look.put_aside(painter, text, QPointF(*transform.to_widget(*place)), drawn, area)

    def notes(self) -> tuple[Note, ...]:
        """Return what is to be said of what was done to the display: a slab, a filter, something laid over it."""
        fusion = self._model.fusion
        fused = fusion_notes(fusion, self.fused.missing) if fusion is not None else ()
        seen = self._model.through
        fused = fused if seen is None else (through_note(seen), *fused)
        return (*fused, *((self.through.note,) if self.through else filter_notes(self._model.filter)))

    def _paint_annotations(
        self, painter: QPainter, area: QRectF, transform: Transform, preview: Preview | None, edit: Edit | None, *, rough: bool
    ) -> None:
        image, size = self._model.image, _device(area, transform)
        if self.hidden or image is None or not (self.overlays or edit):
            return
        if rough:
            self._layer.sketch(painter, self.overlays, transform, size)
            return
        changing = preview if isinstance(preview, Change) else None
        numbers, own = self._changing(changing), changing.annotation if changing else None
        self._layer.paint(painter, self.overlays, transform, size, numbers | ghosts.hidden(edit, image.key, own))
        if edit is not None:
            self._shade.paint(painter, area, edit, image.key, transform, self._model.colours, own, self._ink.pens)
        if changing is not None:
            if isinstance(changing, Move):
                dx, dy = steps((a.shape for a in self._model.annotations if a.id in numbers), changing.dx, changing.dy)
                changing = replace(changing, dx=dx, dy=dy)
            for number in sorted(numbers):
                self._paint_changing(painter, transform, replace(changing, annotation=number))

    def _changing(self, changing: Change | None) -> frozenset[int]:
        """Which annotations are on their way: of several that are selected a move takes all."""
        selection = self._model.selection
        if isinstance(changing, Move) and changing.annotation in selection:
            return selection
        return frozenset({changing.annotation}) if changing else frozenset()

    def _paint_changing(self, painter: QPainter, transform: Transform, changing: Change) -> None:
        shape = changed(self._model.annotations, changing)
        overlay = next((o for o in self.overlays if o.annotation_id == changing.annotation), None)
        if shape is None or overlay is None:
            return
        rings, pens = rings_of(shape), self._ink.pens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline(painter, [(overlay, look.path(rings, closed=overlay.closed))], look.matrix(transform), transform.ratio, pens)
        if overlay.selected:
            look.handles(painter, (transform.to_widget(x, y) for ring in rings for x, y in ring), QColor(*overlay.colour), pens.handle)
        painter.restore()


def _device(area: QRectF, transform: Transform) -> QSize:
    """The size of the widget in device pixels."""
    return QSize(math.ceil(area.width() * transform.ratio), math.ceil(area.height() * transform.ratio))
