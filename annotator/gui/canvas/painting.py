"""Put the layers of one view on top of each other: picture, annotations, what is being drawn, words."""

from __future__ import annotations

import math
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter

from annotator.gui.canvas import frame as frame_of
from annotator.gui.canvas import guides, look, signs
from annotator.gui.canvas.fused import Fused, paint_bar
from annotator.gui.canvas.gauge import Gauge
from annotator.gui.canvas.graphics import Graphics
from annotator.gui.canvas.ink import Ink, changed, rings_of
from annotator.gui.canvas.layer import Layer, outline
from annotator.gui.canvas.legend import Legend
from annotator.gui.canvas.measure import measured
from annotator.gui.canvas.model import CanvasModel, Overlay
from annotator.gui.canvas.render import GROUND, Renderer
from annotator.gui.canvas.shown import Shown
from annotator.gui.canvas.slab import Slabs, Through
from annotator.gui.canvas.transform import Transform
from annotator.present.fusion import fusion_notes, through_note
from annotator.present.honesty import Note, filter_notes
from annotator.tools.gesture import Draft, Measured, Move, Preview, Reshape

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
        self._slabs, self.fused = Slabs(), Fused()
        self.through: Through | None = None
        self._renderer, self._layer, self._ink, self._gauge = Renderer(), Layer(), Ink(), Gauge()
        self._graphics = Graphics()
        self.overlays: tuple[Overlay, ...] = ()
        self.hidden = False
        self.frame: QRectF | None = None

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
        if shown is None:
            painter.fillRect(area, GROUND)
        elif shown.picture is None or transform is None:
            painter.fillRect(area, GROUND)
            if shown.problem is not None:
                signs.problem(painter, area, shown.problem)
        else:
            size = QSize(math.ceil(area.width() * transform.ratio), math.ceil(area.height() * transform.ratio))
            self.through = self._slabs.through(self.legend.slab, shown, self._model) if self.legend and preview is None else None
            seen = self.through.picture if self.through else None
            window = self._model.window
            looked_at = (seen, window) if seen else self._model.display(shown.image, shown.picture, window)
            rough = rough and preview is None and not self.hidden and len(self.overlays) > _MANY
            frame = self._renderer.image(*looked_at, transform, size, rough=rough)
            frame.setDevicePixelRatio(transform.ratio)
            painter.drawImage(QPointF(), frame)
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
            self._paint_annotations(painter, transform, size, preview, rough=rough)
            if isinstance(preview, Draft):
                colour = QColor(*(self._model.category.rgb if self._model.category else _NO_CATEGORY))
                self._ink.paint(painter, preview, transform, colour, measured(preview, shown.image), area)
            measuring, key = self._model.measuring, shown.image.key
            moved = preview if isinstance(preview, Measured) else None
            found = measuring.on(key), measuring.chosen_on(key)
            self._gauge.paint(painter, area, (shown.image, shown.picture), transform, *found, moved)
            if self.guides is not None:
                guides.paint(painter, area, self.guides, transform)
            if self.frame is not None:
                frame_of.paint(painter, self.frame)

    def notes(self) -> tuple[Note, ...]:
        """Return what is to be said of what was done to the display: a slab, a filter, something laid over it."""
        fusion = self._model.fusion
        fused = fusion_notes(fusion, self.fused.missing) if fusion is not None else ()
        seen = self._model.through
        fused = fused if seen is None else (through_note(seen), *fused)
        return (*fused, *((self.through.note,) if self.through else filter_notes(self._model.filter)))

    def _paint_annotations(self, painter: QPainter, transform: Transform, size: QSize, preview: Preview | None, *, rough: bool) -> None:
        if self.hidden or not self.overlays:
            return
        if rough:
            self._layer.sketch(painter, self.overlays, transform, size)
            return
        changing = preview if isinstance(preview, Move | Reshape) else None
        self._layer.paint(painter, self.overlays, transform, size, changing.annotation if changing else None)
        if changing is not None:
            self._paint_changing(painter, transform, changing)

    def _paint_changing(self, painter: QPainter, transform: Transform, changing: Move | Reshape) -> None:
        shape = changed(self._model.annotations, changing)
        overlay = next((o for o in self.overlays if o.annotation_id == changing.annotation), None)
        if shape is None or overlay is None:
            return
        rings = rings_of(shape)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline(painter, [(overlay, look.path(rings, closed=overlay.closed))], look.matrix(transform), transform.ratio)
        if overlay.selected:
            look.handles(painter, (transform.to_widget(x, y) for ring in rings for x, y in ring), QColor(*overlay.colour), 1.0)
        painter.restore()
