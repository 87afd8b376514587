"""Labelme: one JSON an image, beside its picture; a shape for each part of an annotation.

Labelme's window counts as the product does, from the top-left corner of the first pixel, and our numbers are written as they are.  What
labelme makes of a shape as a *mask* is another thing: `shape_to_mask` fills with Pillow, whose numbers are centres of pixels and which also
sets every pixel that the outline runs through, so a rectangle from 10 to 20 becomes 11 pixels wide.  Only the shape `mask` (a PNG of its
box; the last row and column count) is the same pixels everywhere.  Labelme has no holes; so a region with holes is written as `mask`, and
on wish (`shapes=mask`) every region is.

Several parts are several shapes with one `group_id`.  A region is `polygon`, a box `rectangle` (two corners), a line `line` or `linestrip`.
The keys of `annotator.formats.extra` stand in the file (image) and in the first shape of an annotation; `category` is the category's key in
each shape, `outline` the vertices as drawn beside a `mask`.  Labelme keeps keys that it does not know.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image as Pillow

from annotator.domain.annotation import BOX, Annotation
from annotator.domain.delivered import box_of, delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Written
from annotator.domain.losses import Trait
from annotator.domain.path import Path, Point
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.segmentation import flat
from annotator.formats.extra import image_keys, said_of
from annotator.formats.format import Exchange
from annotator.formats.json_text import dump
from annotator.formats.labelme_reading import read
from annotator.formats.listing import category_of
from annotator.formats.picture import PICTURES, png, with_picture
from annotator.i18n import mark, message

SHAPES = Choice(
    "shapes",
    mark("What outlines become"),
    (
        ("auto", mark("outlines; masks where there are holes")),
        ("mask", mark("masks")),
    ),
)
VERSION = "5.4.1"
"""The version of labelme whose layout this is; later ones read it."""
TRAPS = (
    mark("Coordinates count from the corner of the first pixel; labelme's own masks also hold the pixels that an outline touches."),
    mark("Shapes with one group_id and one label are the parts of one annotation."),
    mark("A shape of the kind mask is a picture of its box: the second point is its last pixel, not the corner after it."),
)


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return the JSON of an image and its picture; only the picture where nothing is delivered.

    Raises AnnotatorError where the project has no such category or the picture cannot be made.
    """
    (item,) = items
    sheet, folder = item.sheet, f"{item.split}/" if item.split else ""
    pictures, remarks = with_picture(item, f"{folder}{item.stem}.png", chosen)
    shapes = [shape for one in delivered(sheet) for shape in _shapes(sheet, one, chosen)]
    files: dict[str, bytes] = {}
    if shapes:
        files[f"{folder}{item.stem}.json"] = dump({
            "version": VERSION,
            "flags": {},
            "shapes": shapes,
            "imagePath": f"{item.stem}.{'png' if pictures else 'dcm'}",
            "imageData": None,
            "imageHeight": sheet.image.rows,
            "imageWidth": sheet.image.columns,
            **image_keys(sheet),
        })  # fmt: skip
    return Written(files | pictures, remarks=remarks)


def held(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> Mask | None:
    """The pixels of an annotation by the product's rule; a line has none, as labelme knows no width of it."""
    shape = annotation.shape
    return region_mask(shape, sheet.image.rows, sheet.image.columns) if isinstance(shape, Region) else None


def _shapes(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> list[dict[str, object]]:
    category = category_of(sheet, annotation.category, message("Writing labelme for image {name}", name=sheet.names.image))
    kinds = _kinds(sheet, annotation, chosen)
    said = {key: value for key, value in said_of(annotation).items() if key != "note"}
    return [
        {
            "label": category.name,
            **kind,
            "group_id": annotation.id if len(kinds) > 1 else None,
            "description": annotation.note if place == 0 else "",
            "flags": {},
            "category": category.key,
            **(said if place == 0 else {}),
        }
        for place, kind in enumerate(kinds)
    ]


def _kinds(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> list[dict[str, object]]:
    """The kind and the points of each shape of an annotation."""
    shape = annotation.shape
    if isinstance(shape, Path):
        return [_points("line" if len(part) == 2 else "linestrip", part) for part in shape.parts]
    if chosen.value(SHAPES) == "mask" or any(len(part) > 1 for part in shape.parts):
        masked = _masked(shape, sheet.image.rows, sheet.image.columns)
        if masked:
            return [masked]
    if annotation.toolname == BOX and shape.is_box:
        x1, y1, x2, y2 = shape.bounds
        return [_points("rectangle", ((x1, y1), (x2, y2)))]
    return [_points("polygon", part[0]) for part in shape.parts]


def _points(kind: str, points: Sequence[Point]) -> dict[str, object]:
    return {"shape_type": kind, "points": [[float(x), float(y)] for x, y in points]}


def _masked(region: Region, rows: int, columns: int) -> dict[str, object]:
    """A region as labelme's mask; nothing where it sets no pixel."""
    mask = region_mask(region, rows, columns)
    if mask.empty:
        return {}
    x1, y1, x2, y2 = box_of(mask)
    picture = png(Pillow.fromarray(mask.array()[y1:y2, x1:x2].astype(np.uint8)))
    found: dict[str, Any] = _points("mask", ((x1, y1), (x2 - 1, y2 - 1)))
    return {**found, "mask": b64encode(picture).decode("ascii"), "outline": flat(region)}


EXCHANGE = Exchange(
    id="labelme",
    name=mark("Labelme (JSON and picture)"),
    cannot_hold=(Trait.FACTS,),
    write=write,
    splits=True,
    read=read,
    choices=(SHAPES, PICTURES),
    traps=TRAPS,
    held=held,
)
