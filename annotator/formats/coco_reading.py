"""Read COCO instances as many programs write them: polygons, run lengths (plain and as text), boxes; what cannot be understood is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np

from annotator.domain.annotation import Shape
from annotator.domain.exchange import Label, Mark, Page, Reference, Source
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.coco_rle import decode, mask_of
from annotator.formats.extra import reference, toolname_of, with_said
from annotator.formats.foreign import LARGEST_MASK, Unclear, box_region, number, placed, points, region_of, side, size_for, whole, words
from annotator.formats.json_text import broken, load
from annotator.i18n import Message, message

SIZE_LIMIT = 512 * 2**20
_SPLITS = {"train": "train", "training": "train", "test": "test", "val": "val", "valid": "val", "validation": "val"}
_MOST_NAMED = 5


@dataclass
class _Leaf:
    """An image's entry while its annotations are gathered."""

    where: Reference
    marks: list[Mark] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)


def read(source: Source) -> Iterator[Page | AnnotatorError]:
    """Yield a page for each image that a COCO file lists, and an error for each file, or group of annotations, that is of no use."""
    for name in source.names:
        if name.lower().endswith(".json"):
            try:
                found = _lists(load(source.read(name), name, SIZE_LIMIT), name)
            except AnnotatorError as error:
                yield error
                continue
            yield from _pages(found, name)


def _lists(found: Any, name: str) -> dict[str, list[Any]]:
    keys = ("images", "annotations", "categories")
    if not isinstance(found, dict) or not any(isinstance(found.get(key), list) for key in keys[:2]):
        raise broken(name, message("it has no lists of images and annotations"))
    return {key: value if isinstance(value := found.get(key), list) else [] for key in keys}


def _pages(found: Mapping[str, list[Any]], name: str) -> Iterator[Page | AnnotatorError]:
    labels, odd = _labels(found["categories"], name)
    leaves = _leaves(found["images"], odd)
    lost: list[str] = []
    for place, entry in enumerate(found["annotations"], start=1):
        leaf = leaves.get(_identity(entry.get("image_id"))) if isinstance(entry, dict) else None
        if leaf is None:
            lost.append(str(place))
            continue
        try:
            mark, remark = _mark(entry, leaf.where, labels)
        except Unclear as unclear:
            mark, remark = None, unclear.args[0]
        if mark is not None:
            leaf.marks.append(mark)
        if remark is not None:
            leaf.remarks.append(_told(place, remark, left_out=mark is None))
    if lost:
        named = ", ".join(lost[:_MOST_NAMED]) + (" …" if len(lost) > _MOST_NAMED else "")
        yield broken(name, message("{n} annotations belong to no image of the file ({places})", n=len(lost), places=named))
    split = _split(name)
    for first, leaf in zip(count(), leaves.values(), strict=False):
        remarks = (*(odd if first == 0 else ()), *leaf.remarks)
        yield Page(leaf.where, tuple(leaf.marks), remarks, name, split)
    if odd and not leaves:
        yield broken(name, odd[0])


def _told(place: int, why: Message, *, left_out: bool) -> Message:
    if left_out:
        return message("annotation {place} was left out: {why}", place=place, why=why)
    return message("annotation {place}: {why}", place=place, why=why)


def _labels(entries: Sequence[Any], name: str) -> tuple[dict[str, Label], list[Message]]:
    """A label for each category id of the file, and what was odd."""
    labels: dict[str, Label] = {}
    odd: list[Message] = []
    for place, entry in enumerate(entries, start=1):
        identity = _identity(entry.get("id")) if isinstance(entry, dict) else ""
        if not identity:
            odd.append(message("category {place} of {name} has no id and was left out", place=place, name=name))
        elif identity in labels:
            odd.append(message("category id {id} stands twice in {name}; the first counts", id=identity, name=name))
        else:
            code = whole(entry.get("code"))
            labels[identity] = Label(
                name=words(entry.get("name")),
                id=code if code is not None else whole(entry.get("id")),
                supercategory=words(entry.get("supercategory")),
                key=words(entry.get("key")),
                name_en=words(entry.get("name_en")),
                colour=_colour(entry),
            )
    return labels, odd


def _colour(entry: Mapping[str, Any]) -> str:
    said = words(entry.get("colour") or entry.get("color"))
    return said.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", said) else ""


def _leaves(entries: Sequence[Any], odd: list[Message]) -> dict[str, _Leaf]:
    leaves: dict[str, _Leaf] = {}
    for place, entry in enumerate(entries, start=1):
        identity = _identity(entry.get("id")) if isinstance(entry, dict) else ""
        if not identity:
            odd.append(message("image {place} has no id and was left out", place=place))
            continue
        if identity in leaves:
            odd.append(message("image id {id} stands twice; the first counts", id=identity))
            continue
        leaves[identity] = leaf = _Leaf(reference(entry, words(entry.get("file_name")), entry.get("height"), entry.get("width")))
        for key, own in (("width", leaf.where.columns), ("height", leaf.where.rows)):
            if entry.get(key) is not None and not own:
                leaf.remarks.append(message("the file says {key} {said}, which no image has", key=key, said=str(entry[key])[:40]))
    return leaves


def _mark(entry: Mapping[str, Any], where: Reference, labels: Mapping[str, Label]) -> tuple[Mark | None, Message | None]:
    """An annotation, cut to its image, and what is to be said of it; raises Unclear."""
    said = entry.get("category_id")
    identity = _identity(said)
    if not identity:
        raise Unclear(message("it has no category"))
    remark = None if identity in labels or not labels else message("the file has no category {category}", category=identity)
    shape, changed = _shape(entry, where)
    bare = Mark(
        label=labels.get(identity, Label(id=whole(said), name="" if whole(said) is not None else identity)),
        shape=shape,
        toolname=toolname_of(shape, entry),
    )
    mark, cut = placed(with_said(bare, entry), where.rows, where.columns)
    return mark, cut or changed or remark


def _shape(entry: Mapping[str, Any], where: Reference) -> tuple[Shape, Message | None]:
    """What was drawn: the vertices that the product itself has put down, where they still say what the segmentation says."""
    lines = entry.get("polyline")
    if isinstance(lines, list) and lines:
        parts = [points(part) for part in (lines if isinstance(lines[0], list) else [lines])]
        if any(len(set(part)) < 2 for part in parts):
            raise Unclear(message("a line needs two points"))
        return Path(tuple(parts)), None
    segmentation, drawn = entry.get("segmentation"), _outline(entry, where)
    if isinstance(segmentation, dict):
        mask = _mask(segmentation, where)
        if drawn is not None and region_mask(drawn, mask.rows, mask.columns) == mask:
            return drawn, None
        region = trace(mask)
        if region.empty:
            raise Unclear(message("its mask is empty"))
    elif segmentation:
        region = _polygons(segmentation, where)
        rows, columns = size_for(tuple(region.rings), where.rows, where.columns)
        if drawn is not None and region_mask(drawn, rows, columns) == region_mask(region, rows, columns):
            return drawn, None
    else:
        region, drawn = _box(entry.get("bbox")), None
    return region, None if drawn is None else message("its segmentation is not that of its outline any more and was taken")


def _outline(entry: Mapping[str, Any], where: Reference) -> Region | None:
    try:
        return _polygons(entry["outline"], where) if entry.get("outline") else None
    except Unclear:
        return None


def _polygons(value: Any, where: Reference) -> Region:
    if not isinstance(value, list):
        raise Unclear(message("its coordinates are no list"))
    lists = value if all(isinstance(part, list) for part in value) else [value]
    return region_of([points(part) for part in lists], where.rows, where.columns)


def _mask(segmentation: Mapping[str, Any], where: Reference) -> Mask:
    """The mask of run lengths; raises Unclear."""
    size = segmentation.get("size")
    rows, columns = (side(v) for v in size) if isinstance(size, list) and len(size) == 2 else (where.rows, where.columns)
    if not rows or not columns or rows * columns > LARGEST_MASK:
        raise Unclear(message("its mask has no size, or one that is too large"))
    if (where.rows or rows, where.columns or columns) != (rows, columns):
        raise Unclear(message("its mask is {columns} × {rows} and not of the image's size", columns=columns, rows=rows))
    counts = segmentation.get("counts")
    try:
        if isinstance(counts, list):
            known = [whole(value) for value in counts]
            return mask_of(np.array([-1 if v is None else v for v in known], dtype=np.int64), rows, columns)
        if isinstance(counts, str):
            return mask_of(decode(counts), rows, columns)
    except ValueError:
        pass
    raise Unclear(message("its run lengths cannot be understood"))


def _box(value: Any) -> Region:
    numbers = [number(v) for v in value] if isinstance(value, list) and len(value) == 4 else []
    known = [v for v in numbers if v is not None]
    if len(known) < 4:
        raise Unclear(message("it has neither an outline nor a box"))
    x, y, width, height = known
    if width <= 0 or height <= 0:
        raise Unclear(message("its outline encloses nothing"))
    return box_region(x, y, x + width, y + height)


def _identity(value: Any) -> str:
    """An id as a text, so that 3, 3.0 and "3" are one; empty for none."""
    found = whole(value)
    return str(found) if found is not None else words(value)


def _split(name: str) -> str:
    """The split that a path names: `instances_train.json`, `train2017.json`, `valid/_annotations.coco.json`."""
    found = [_SPLITS[word] for word in re.findall(r"[a-z]+", name.lower()) if word in _SPLITS]
    return found[-1] if found else ""
