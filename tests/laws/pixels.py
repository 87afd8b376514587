"""Which pixels a document sets, reckoned from the rule alone: plain numpy, nothing of the product's own rasteriser."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pydicom

from annotator.domain.annotation import Annotation, Shape
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.region import Region

Bits = np.ndarray
Masks = Mapping[tuple[int, str], Bits]
"""Set pixels by place in the series (from 0) and category key; a mask without a pixel is left out."""

LINE_WIDTH = 2.0
_KEPT: dict[tuple[int, int, int], tuple[Shape, Bits]] = {}


def winding(ring: Sequence[tuple[float, float]], rows: int, columns: int) -> Bits:
    """How often a closed outline goes round each pixel's centre; left and top edges belong to it."""
    x, y = np.arange(columns)[None, :] + 0.5, np.arange(rows)[:, None] + 0.5
    total = np.zeros((rows, columns), dtype=int)
    for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]):
        if ay == by:
            continue
        sign, (top_x, top_y), (low_x, low_y) = (1, (ax, ay), (bx, by)) if ay < by else (-1, (bx, by), (ax, ay))
        beyond = (x - top_x) * (low_y - top_y) >= (y - top_y) * (low_x - top_x)
        total += sign * ((top_y <= y) & (y < low_y) & beyond)
    return total


def enclosed(ring: Sequence[tuple[float, float]], rows: int, columns: int) -> Bits:
    """What a stroke encloses."""
    return winding(ring, rows, columns) != 0


def even_odd(rings: Iterable[Sequence[tuple[float, float]]], rows: int, columns: int) -> Bits:
    """What an odd number of outlines encloses."""
    return sum((winding(ring, rows, columns) for ring in rings), np.zeros((rows, columns), dtype=int)) % 2 != 0


def beside(line: Sequence[tuple[float, float]], rows: int, columns: int) -> Bits:
    """The centres at most half a line's width away from it."""
    x, y = np.arange(columns)[None, :] + 0.5, np.arange(rows)[:, None] + 0.5
    found = np.zeros((rows, columns), dtype=bool)
    for (ax, ay), (bx, by) in pairwise(line):
        dx, dy = bx - ax, by - ay
        along = np.clip(((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-30), 0.0, 1.0)
        found |= np.hypot(x - ax - along * dx, y - ay - along * dy) <= LINE_WIDTH / 2
    return found


def bits(annotation: Annotation, rows: int, columns: int) -> Bits:
    """The pixels of one annotation; those of the shapes that were asked for last are kept."""
    known = _KEPT.get((id(annotation.shape), rows, columns))
    if known is None:
        mask = _bits(annotation.shape, rows, columns)
        mask.setflags(write=False)
        while len(_KEPT) > 500:
            del _KEPT[next(iter(_KEPT))]
        known = _KEPT[id(annotation.shape), rows, columns] = annotation.shape, mask
    return known[1]


def _bits(shape: Shape, rows: int, columns: int) -> Bits:
    if isinstance(shape, Region):
        return even_odd(shape.rings, rows, columns)
    return np.logical_or.reduce([beside(part, rows, columns) for part in shape.parts])


def together(found: Iterable[tuple[tuple[int, str], Bits]]) -> Masks:
    """Unite what belongs to one image and category."""
    masks: dict[tuple[int, str], Bits] = {}
    for which, mask in found:
        masks[which] = masks[which] | mask if which in masks else mask
    return {which: mask for which, mask in masks.items() if mask.any()}


def masks_of(document: Document, places: Mapping[ImageKey, int], rows: int, columns: int, *, lines: bool = True) -> Masks:
    """The masks of a document; `places` says where its images stand in their series."""
    return together(
        ((places[key], a.category), bits(a, rows, columns))
        for key, there in document.annotations.items()
        for a in there
        if lines or isinstance(a.shape, Region)
    )


def same(one: Masks, other: Masks) -> bool:
    """Whether two sets of masks are equal."""
    return one.keys() == other.keys() and all(np.array_equal(mask, other[which]) for which, mask in one.items())


def delivered_masks(folder: Path) -> Masks:
    """What the mask files of one series (`…/P000001/S001`) say; reading fails if one is torn."""
    return together(_mask(path) for path in sorted(folder.glob("binary/*.dcm")))


def _mask(path: Path) -> tuple[tuple[int, str], Bits]:
    modality, _, _, image, category, _ = path.stem.split("_")
    return (int(image) - 1, f"{modality.upper()}{category}"), pydicom.dcmread(path).pixel_array > 0


def delivered_json(folder: Path, rows: int, columns: int) -> tuple[Masks, dict[int, dict[int, tuple[str, str]]]]:
    """What the JSON files of one series say: the masks of the outlines in them, and id → (category, toolname) of every entry by place."""
    contents = {int(path.stem.split("_")[-1]) - 1: json.loads(path.read_bytes()) for path in sorted(folder.glob("json/*.json"))}
    entries = {}
    for place, content in contents.items():
        keys = {c["id"]: f"{c['supercategory']}{c['id']}" for c in content["categories"]}
        entries[place] = {a["id"]: (keys[a["category_id"]], a["toolname"]) for a in content["annotations"]}
    masks = together(((place, entries[place][number][0]), mask)
                     for place, content in contents.items() for number, mask in _outlines(content["annotations"], rows, columns))
    return masks, entries


def _outlines(annotations: Iterable[Mapping[str, object]], rows: int, columns: int) -> Iterator[tuple[int, Bits]]:
    for entry in annotations:
        if entry["toolname"] == "Line":
            continue
        flat = entry["segmentation"]
        rings = [list(zip(part[::2], part[1::2], strict=True)) for part in (flat if isinstance(flat[0], list) else [flat])]
        yield entry["id"], np.logical_or.reduce([even_odd([ring], rows, columns) for ring in rings])


def entries_of(document: Document, places: Mapping[ImageKey, int]) -> dict[int, dict[int, tuple[str, str]]]:
    """What the JSON files of a document have to list: id → (category, toolname) by place."""
    return {places[key]: {a.id: (a.category, a.toolname) for a in there} for key, there in document.annotations.items() if there}
