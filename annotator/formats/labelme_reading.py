"""Read labelme's JSON of any version: shapes become annotations, parts with one group and one label become one annotation."""

from __future__ import annotations

import math
import struct
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from annotator.domain.annotation import Shape
from annotator.domain.exchange import Label, Mark, Page, Reference, Source
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region, Ring
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.extra import reference, toolname_of, with_said
from annotator.formats.foreign import (
    LARGEST_MASK,
    LONGEST_SIDE,
    Unclear,
    box_region,
    placed,
    points,
    region_of,
    side,
    size_for,
    united,
    whole,
    words,
)  # fmt: skip
from annotator.formats.json_text import broken, load
from annotator.formats.picture import png_size
from annotator.i18n import Message, message
from annotator.strict_json import SIZE_LIMIT

_CIRCLE = 256
_MOST_GROUPED = 5000
_POLYGONS = ("polygon", "oriented_rectangle", "")
_SPLITS = {"train": "train", "training": "train", "test": "test", "val": "val", "valid": "val", "validation": "val"}


def read(source: Source) -> Iterator[Page | AnnotatorError]:
    """Yield a page for each labelme file, an error for each other JSON."""
    for name in source.names:
        if name.lower().endswith(".json"):
            try:
                found = load(source.read(name), name, 4 * SIZE_LIMIT)
                if not isinstance(found, dict) or not isinstance(found.get("shapes"), list):
                    raise broken(name, message("it has no list of shapes"))
            except AnnotatorError as error:
                yield error
                continue
            yield _page(found, name)


def _page(found: Mapping[str, Any], name: str) -> Page:
    picture = words(found.get("imagePath")).replace("\\", "/")
    where = reference(found, picture, found.get("imageHeight"), found.get("imageWidth"))
    groups: dict[tuple[str, int], list[tuple[int, Mapping[str, Any]]]] = {}
    remarks: list[Message] = []
    for place, entry in enumerate(found["shapes"], start=1):
        if not isinstance(entry, dict):
            remarks.append(message("shape {place} was left out: {why}", place=place, why=message("it is no object")))
            continue
        group = whole(entry.get("group_id"))
        alone = ("", place) if group is None else (f"{words(entry.get('label'))}/{_is_line(entry)}", group)
        groups.setdefault(alone, []).append((place, entry))
    marks = [mark for shapes in groups.values() if (mark := _mark(shapes, where, remarks)) is not None]
    return Page(where, tuple(marks), tuple(remarks), name, _SPLITS.get(name.lower().rpartition("/")[0].rpartition("/")[2], ""))


def _mark(shapes: Sequence[tuple[int, Mapping[str, Any]]], where: Reference, remarks: list[Message]) -> Mark | None:
    """One annotation out of the shapes of a group; None, and a remark, where nothing of it can be understood."""
    found: list[Shape] = []
    for place, entry in shapes[:_MOST_GROUPED]:
        try:
            shape, odd = _shape(entry, where)
        except Unclear as unclear:
            remarks.append(message("shape {place} was left out: {why}", place=place, why=unclear.args[0]))
            continue
        found.append(shape)
        if odd is not None:
            remarks.append(message("shape {place}: {why}", place=place, why=odd))
    place, first = shapes[0]
    if not found:
        return None
    try:
        shape = _joined(found, where)
    except Unclear as unclear:
        remarks.append(message("shape {place} was left out: {why}", place=place, why=unclear.args[0]))
        return None
    label = Label(name=words(first.get("label")), key=words(first.get("category")))
    bare = with_said(Mark(label, shape, toolname_of(shape, first)), first)
    mark, cut = placed(replace(bare, note=words(first.get("description"))), where.rows, where.columns)
    if cut is not None:
        cut_off = message("shape {place}: {why}", place=place, why=cut)
        remarks.append(cut_off if mark is not None else message("shape {place} was left out: {why}", place=place, why=cut))
    return mark


def _is_line(entry: Mapping[str, Any]) -> bool:
    return words(entry.get("shape_type")) in ("line", "linestrip")


def _joined(shapes: Sequence[Shape], where: Reference) -> Shape:
    """The parts of a group as one shape."""
    lines = [part for shape in shapes if isinstance(shape, Path) for part in shape.parts]
    if lines:
        return Path(tuple(lines))
    regions = [shape for shape in shapes if isinstance(shape, Region)]
    return regions[0] if len(regions) == 1 else united([part for region in regions for part in region.parts], where.rows, where.columns)


def _shape(entry: Mapping[str, Any], where: Reference) -> tuple[Shape, Message | None]:
    """The shape of an entry, and what is to be said of it; raises Unclear."""
    listed, kind = entry.get("points"), words(entry.get("shape_type"))
    if not isinstance(listed, list) or not all(isinstance(point, list) and len(point) == 2 for point in listed):
        raise Unclear(message("its coordinates are no pairs of numbers"))
    ring = points([value for point in listed for value in point])
    if _is_line(entry):
        if len(set(ring)) < 2:
            raise Unclear(message("a line needs two points"))
        return Path((ring,)), None
    if kind == "mask":
        return _masked(entry, ring, where)
    if kind == "rectangle" and len(ring) in (2, 4):
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        return box_region(min(xs), min(ys), max(xs), max(ys)), None
    if kind == "circle" and len(ring) == 2:
        return region_of([_circle(*ring)], where.rows, where.columns), message("a circle became an outline of {n} points", n=_CIRCLE)
    if kind in _POLYGONS:
        return region_of([ring], where.rows, where.columns), None
    raise Unclear(message("a shape of the kind “{kind}” is neither a line nor an outline", kind=kind[:40]))


def _circle(centre: tuple[float, float], edge: tuple[float, float]) -> Ring:
    radius = math.dist(centre, edge)
    turns = [2 * math.pi * n / _CIRCLE for n in range(_CIRCLE)]
    return tuple((centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)) for turn in turns)


def _masked(entry: Mapping[str, Any], ring: Ring, where: Reference) -> tuple[Region, Message | None]:
    """The region of a mask: its outline as drawn, where that still sets the pixels of the picture, else along their edges."""
    pixels = _pixels(entry.get("mask"))
    if len(ring) != 2:
        raise Unclear(message("its mask has no two corners"))
    left, top = int(ring[0][0]), int(ring[0][1])
    corners = ((left + pixels.shape[1], top + pixels.shape[0]),)
    rows, columns = size_for([corners], where.rows, where.columns)
    if rows * columns > LARGEST_MASK or not (-LONGEST_SIDE <= left < columns and -LONGEST_SIDE <= top < rows):
        raise Unclear(message("it lies outside the image"))
    there = pixels[max(-top, 0) : rows - top, max(-left, 0) : columns - left]
    array = np.zeros((rows, columns), dtype=bool)
    array[max(top, 0) : max(top, 0) + there.shape[0], max(left, 0) : max(left, 0) + there.shape[1]] = there
    mask = Mask.of(array)
    if mask.empty:
        raise Unclear(message("its mask is empty"))
    cut = message("it reached beyond the image and was cut") if there.shape != pixels.shape else None
    drawn = _outline(entry.get("outline"), rows, columns)
    if drawn is not None and region_mask(drawn, rows, columns) == mask:
        return drawn, cut
    return trace(mask), cut if drawn is None else message("its mask is not that of its outline any more and was taken")


def _outline(value: Any, rows: int, columns: int) -> Region | None:
    if not isinstance(value, list) or not value:
        return None
    try:
        return region_of([points(part) for part in (value if isinstance(value[0], list) else [value])], rows, columns)
    except Unclear:
        return None


def _pixels(value: Any) -> NDArray[np.bool_]:
    """The pixels of a mask's picture (rows, columns); raises Unclear."""
    if not isinstance(value, str):
        raise Unclear(message("its mask is no PNG picture"))
    try:
        content = b64decode(value, validate=True)
        rows, columns = png_size(content) or (0, 0)
        if not side(rows) or not side(columns) or rows * columns > LARGEST_MASK:
            raise Unclear(message("its mask is no PNG picture"))
        array = np.asarray(Pillow.open(BytesIO(content), formats=("PNG",)))
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, zlib.error, Pillow.DecompressionBombError):
        raise Unclear(message("its mask is no PNG picture")) from None
    found: NDArray[np.bool_] = (array if array.ndim == 2 else array[..., 0]) != 0
    return found
