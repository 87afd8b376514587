"""Read masks that are PNG pictures: one for a category, or one whose pixel values are numbers of categories, of any depth.

Which kind a picture is: in our own data sets the folder says it, `masks` or `index`.  Elsewhere one whose name ends with `_<category id>`
is a category's mask; of the others those with a palette or several values hold numbers, and one with a single value is of the category
that its folder names.  The size is looked at before anything is decoded.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from annotator.domain.annotation import FREE
from annotator.domain.exchange import Label, Mark, Page, Reference, Source
from annotator.domain.raster import Mask
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.listing import Listed, file_named, labels_of, listed_in, split_of, stem_of, uid_in, unreadable
from annotator.formats.picture import png_size
from annotator.i18n import Message, message
from annotator.paths import nfc

MOST_PIXELS = 1 << 26
"""Below the size at which Pillow warns of a bomb."""
_MOST_BYTES = 256 * 2**20
_MOST_NUMBERS = 256
_MOST_COLOURS = 4096
_MOST_RUNS = 400_000
_COLOURED = (2, 4, 6)
"""Colour types (PNG, 11.2.2): RGB, grey and RGB with transparency."""
_NO_MASKS = ("images", "contours", "jpegimages", "image")
_NO_CLASSES = ("", "masks", "mask", "labels", "label", "segmentationclass", "train", "val", "valid", "test")
_NUMBERED = re.compile(r"(.+)_(\d{1,6})")


@dataclass
class _About:
    """What was found of one image: its marks, in the order of files, and what was odd."""

    where: Reference
    place: str
    split: str
    marks: list[Mark] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class _Tables:
    labels: dict[int, Label]
    listed: dict[tuple[str, str], Listed]
    ids: frozenset[int]
    """Category ids that may stand at the end of a name."""


def read(source: Source) -> Iterator[Page | AnnotatorError]:
    """Yield a page for each image that has masks, an AnnotatorError for each picture that cannot be used."""
    found: list[AnnotatorError] = []
    tables = _tables(source, found)
    yield from found
    groups: dict[tuple[str, str], list[tuple[str, int | None]]] = {}
    for name in source.names:
        if name.lower().endswith(".png") and not set(name.lower().split("/")[:-1]) & set(_NO_MASKS):
            stem, category_id = _parted(name, tables)
            groups.setdefault((split_of(name), stem), []).append((name, category_id))
    for (split, stem), files in groups.items():
        listed = tables.listed.get((split, stem))
        about = _About(listed.where if listed else Reference(uid_in(stem), file_named(stem)), files[0][0], split)
        broken = 0
        for name, category_id in files:
            try:
                _take(about, name, source.read(name), category_id, tables, listed)
            except AnnotatorError as error:
                broken += 1
                yield error
        if broken < len(files):
            yield Page(about.where, tuple(about.marks), tuple(about.remarks), about.place, split)


def _tables(source: Source, found: list[AnnotatorError]) -> _Tables:
    labels: dict[int, Label] = {}
    listed: dict[tuple[str, str], Listed] = {}
    try:
        labels = labels_of(source)
    except AnnotatorError as error:
        found.append(error)
    try:
        listed = listed_in(source)
    except AnnotatorError as error:
        found.append(error)
    ids = {label.id for label in labels.values() if label.id is not None}
    if not ids and source.project is not None:
        ids = {category.id for category in source.project.categories}
    return _Tables(labels, listed, frozenset(ids))


def _parted(name: str, tables: _Tables) -> tuple[str, int | None]:
    """The stem of the image that a picture is about, and the category that its name says."""
    stem = nfc(stem_of(name))
    if tables.listed and "index" in name.lower().split("/")[:-1]:
        return stem, None
    numbered = _NUMBERED.fullmatch(stem)
    if numbered is None or int(numbered[2]) not in tables.ids or str(int(numbered[2])) != numbered[2]:
        return stem, None
    if tables.listed and (split_of(name), numbered[1]) not in tables.listed:
        return stem, None
    return numbered[1], int(numbered[2])


def _take(about: _About, name: str, content: bytes, category_id: int | None, tables: _Tables, listed: Listed | None) -> None:
    """Add what a picture holds; raises AnnotatorError where it cannot be used."""
    numbers, palette = decoded(name, content)
    rows, columns = (int(side) for side in numbers.shape[:2])
    where = about.where
    if where.rows and (where.rows, where.columns) != (rows, columns):
        own = message("{columns} × {rows}", columns=where.columns, rows=where.rows)
        cause = message("it has {columns} × {rows} pixels and its image {own}", columns=columns, rows=rows, own=own)
        raise unreadable(name, cause)
    about.where = replace(where, rows=rows, columns=columns)
    if content[24] == 16 and content[25] in _COLOURED:
        about.remarks.append(message("{name} has colours of 16 bits, of which the upper 8 were looked at", name=name))
    if numbers.ndim == 3 and category_id is None and tables.labels:
        numbers = _by_colour(about, name, numbers, tables.labels)
    elif numbers.ndim == 3:
        numbers = np.asarray(numbers.any(axis=2))
    values = np.unique(numbers)
    values = values[values > 0]
    if not len(values):
        about.remarks.append(message("{name} is empty", name=name))
    elif category_id is not None:
        supercategory = listed.supercategory if listed else ""
        label = next((known for known in tables.labels.values() if (known.id, known.supercategory) == (category_id, supercategory)), None)
        label = label or Label(id=category_id, supercategory=supercategory)
        about.marks.append(_mark(name, label, numbers > 0))
    elif len(values) == 1 and not palette and int(values[0]) not in tables.labels:
        folder = nfc(name.split("/")[-2]) if "/" in name else ""
        about.marks.append(_mark(name, Label(name="" if folder.lower() in _NO_CLASSES else folder), numbers > 0))
    elif len(values) > _MOST_NUMBERS:
        raise unreadable(name, message("it has {count} values: it is a picture and no mask", count=len(values)))
    else:
        for value in (int(v) for v in values):
            label = tables.labels.get(value, Label(id=value))
            about.marks.append(_mark(name, label, numbers == value))


def _mark(name: str, label: Label, inside: NDArray[np.bool_]) -> Mark:
    mask = Mask.of(inside)
    if len(mask.bounds) > _MOST_RUNS:
        raise unreadable(name, message("its outline is too tangled"))
    return Mark(label, trace(mask), FREE)


def decoded(name: str, content: bytes) -> tuple[NDArray[Any], bool]:
    """Return the values of a PNG picture, (rows, columns) or (rows, columns, 3) for colours, and whether they number a palette.

    Whatever is transparent is 0.  Raises AnnotatorError for what is no PNG, too large, or damaged.
    """
    size = png_size(content[:32])
    if size is None:
        raise unreadable(name, message("it is no PNG picture") if content else message("the file is empty"))
    if size[0] * size[1] > MOST_PIXELS or len(content) > _MOST_BYTES:
        raise unreadable(name, message("its {columns} × {rows} pixels are too many", columns=size[1], rows=size[0]))
    try:
        with Pillow.open(BytesIO(content), formats=("PNG",)) as opened:
            opened.load()
            return _values(opened)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, zlib.error, Pillow.DecompressionBombError):
        raise unreadable(name, message("its pixels are damaged")) from None


def _values(opened: Pillow.Image) -> tuple[NDArray[Any], bool]:
    if opened.mode == "P":
        return np.asarray(opened), True
    if opened.mode in ("1", "L") or opened.mode.startswith("I"):
        return np.asarray(opened), False
    if opened.mode in ("LA", "RGBA", "PA"):
        whole = np.asarray(opened.convert("RGBA"))
        return whole[..., :3] * (whole[..., 3:] > 0), False
    return np.asarray(opened.convert("RGB")), False


def _by_colour(about: _About, name: str, colours: NDArray[Any], labels: dict[int, Label]) -> NDArray[Any]:
    """The numbers of the classes whose colours the pixels have; a pixel in a colour that no class has is of none, which is said."""
    known = {int(label.colour[1:], 16): n for n, label in labels.items() if re.fullmatch("#[0-9a-fA-F]{6}", label.colour)}
    packed = (colours.astype(np.int32) << np.array([16, 8, 0], dtype=np.int32)).sum(axis=2, dtype=np.int32)
    values, places = np.unique(packed, return_inverse=True)
    if len(values) > _MOST_COLOURS:
        raise unreadable(name, message("it has {count} values: it is a picture and no mask", count=len(values)))
    numbers = np.array([known.get(value, 0) for value in values.tolist()], dtype=np.uint16)[places].reshape(packed.shape)
    strange = int(np.count_nonzero((packed > 0) & (numbers == 0)))
    if strange:
        about.remarks.append(message("{name}: {count} pixels have a colour of no class and were left out", name=name, count=strange))
    return numbers
