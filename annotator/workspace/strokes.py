"""Make of what a tool returned the shape that is meant, or the edit of the annotation that it changes."""

from __future__ import annotations

from annotator.domain import merge, redrawing
from annotator.domain.annotation import Shape
from annotator.domain.coordinates import Coordinates
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.growing import limited
from annotator.domain.image import Image
from annotator.domain.merge import Refusal
from annotator.domain.picture import Picture
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import box_of_stroke, path_of_stroke, region_of_stroke
from annotator.domain.simplify import drawn_around
from annotator.domain.strokes import ellipse_outline, swept, within
from annotator.tools.gesture import Change, Makes, Move, Redraw, Remove, Reshape, Shift, Stroke


def shape_of(stroke: Stroke, image: Image, picture: Picture | None) -> Shape | None:
    """Return the shape that a stroke encloses inside the image; None where that is nothing."""
    rows, columns = image.rows, image.columns
    if stroke.makes is Makes.PATH:
        return path_of_stroke(stroke.points, rows, columns)
    if stroke.makes is Makes.BOX:
        found = box_of_stroke(stroke.points[0], stroke.points[-1], rows, columns)
    elif stroke.makes is Makes.ELLIPSE:
        found = region_of_stroke(ellipse_outline(stroke.points[0], stroke.points[-1]), rows, columns)
    elif stroke.makes is Makes.SWEEP:
        found = swept(stroke.points, stroke.radii, rows, columns)
        if stroke.between is not None and picture is not None and not found.empty:
            found = within(found, _in_range(found, picture, stroke.between))
    elif stroke.makes is Makes.PIXELS:
        found = drawn_around(stroke.mask) if stroke.mask is not None else Region(())
    else:
        found = region_of_stroke(stroke.points, rows, columns)
    return None if found.empty else found


def change_of(
    change: Change, document: Document, image: Image, grid: Coordinates | None, *, deliver_boxes: bool
) -> Edit | Refusal:
    """Return the edit of the annotation that a tool changes; `grid`: coordinates are whole numbers of it."""
    number = change.annotation
    if isinstance(change, Move | Shift):
        dx, dy = (round(change.dx), round(change.dy)) if grid is not None else (change.dx, change.dy)
        if isinstance(change, Move):
            return merge.move(document, image, number, dx, dy)
        edge = change.edge
        return redrawing.changed(
            document, image, number, lambda shape: redrawing.with_edge_moved(shape, edge, dx, dy), deliver_boxes=deliver_boxes
        )
    if isinstance(change, Reshape):
        to = grid.nearest(change.to, image.rows, image.columns) if grid else change.to
        return merge.reshape(document, image, number, change.vertex, to, insert=change.insert, deliver_boxes=deliver_boxes)
    if isinstance(change, Redraw):
        ring, points = change.ring, change.points
        return redrawing.changed(
            document, image, number, lambda shape: redrawing.with_stretch(shape, ring, points), deliver_boxes=deliver_boxes
        )
    return _without(change, document, image, deliver_boxes=deliver_boxes)


def _without(change: Remove, document: Document, image: Image, *, deliver_boxes: bool) -> Edit | Refusal:
    vertex, edge = change.vertex, change.edge
    return redrawing.changed(
        document, image, change.annotation, lambda shape: redrawing.without_vertex(shape, vertex, edge=edge), deliver_boxes=deliver_boxes
    )


def _in_range(region: Region, picture: Picture, between: tuple[float, float]) -> Mask:
    """The pixels of a region whose values (of colours: the brightness) lie in a range."""
    mask = region_mask(region, picture.rows, picture.columns)
    return limited(mask, picture.brightness_of(picture.stored[mask.pixels()]), *between)
