"""Read YOLO label files, also those of others: boxes and outlines in shares of an image whose size has to be found first.

The size comes from `images.csv`, else from the picture that lies beside, else from an open image of that name.  A line of five numbers is a
box, one of seven or more an outline.  A coordinate that, with the decimals it has, may be a whole or half pixel is one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO

from PIL import Image as Pillow

from annotator.domain.annotation import BOX, FREE
from annotator.domain.exchange import Label, Mark, Page, Reference, Source
from annotator.domain.image import Image
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats.foreign import Unclear, box_region, placed, region_of
from annotator.formats.listing import Listed, by_name, decoded, file_named, labels_of, listed_in, split_of, stem_of, uid_in, unreadable
from annotator.formats.picture import png_size
from annotator.formats.yolo_names import names_of
from annotator.i18n import Message, message
from annotator.paths import nfc

_LIMIT = 32 * 2**20
_MOST_LINES = 20_000
_PICTURES = ("png", "jpg", "jpeg", "bmp", "tif", "tiff", "webp")
_NOT_LABELS = ("classes.txt", "readme.txt", "train.txt", "val.txt", "valid.txt", "test.txt", "labels.txt", "names.txt", "requirements.txt")
_NEAREST = 0.01
_FARTHEST = 100.0


@dataclass
class _Known:
    """What the data set says besides its label files."""

    labels: dict[int, Label]
    listed: dict[tuple[str, str], Listed]
    pictures: dict[str, list[str]]
    images: dict[str, Image]
    remarks: list[Message] = field(default_factory=list)


def read(source: Source) -> Iterator[Page | AnnotatorError]:
    """Yield a page for each label file, an AnnotatorError for each that cannot be used."""
    known = _Known({}, {}, _pictures(source), by_name(source.images))
    try:
        known.listed = listed_in(source)
    except AnnotatorError as error:
        yield error
    try:
        known.labels = labels_of(source) or {n: Label(name) for n, name in names_of(source).items()}
    except AnnotatorError as error:
        yield error
    for name in _label_files(source):
        try:
            yield _page(source, name, known)
        except AnnotatorError as error:
            yield error


def _label_files(source: Source) -> list[str]:
    """The label files: those below a folder `labels`, where there is one."""
    texts = [name for name in source.names if name.lower().endswith(".txt") and name.rsplit("/", 1)[-1].lower() not in _NOT_LABELS]
    return [name for name in texts if "labels" in name.lower().split("/")[:-1]] or texts


def _pictures(source: Source) -> dict[str, list[str]]:
    """The pictures of a data set by stem."""
    found: dict[str, list[str]] = {}
    for name in source.names:
        if name.rsplit(".", 1)[-1].lower() in _PICTURES:
            found.setdefault(stem_of(name), []).append(name)
    return found


def _page(source: Source, name: str, known: _Known) -> Page:
    content = source.read(name)
    if len(content) > _LIMIT:
        raise unreadable(name, message("it is larger than {size} MB", size=_LIMIT // 2**20))
    try:
        lines = decoded(content).splitlines()
    except UnicodeDecodeError:
        raise unreadable(name, message("it is not written in UTF-8")) from None
    split = split_of(name)
    where = _where(source, name, split, known)
    if not where.rows or not where.columns:
        if not any(line.strip() for line in lines):
            return Page(where, place=name, split=split)
        raise unreadable(name, message("the size of its image is not known: neither the picture nor the image is there"))
    marks: list[Mark] = []
    remarks: list[Message] = []
    for place, line in enumerate(lines, 1):
        if place > _MOST_LINES:
            remarks.append(message("{name} holds more than {count} lines; the rest was left out", name=name, count=_MOST_LINES))
            break
        if not line.strip():
            continue
        try:
            mark, told = placed(_mark(line, where.rows, where.columns, known), where.rows, where.columns)
        except Unclear as unclear:
            remarks.append(message("line {line} of {name} was left out: {why}", line=place, name=name, why=unclear.args[0]))
            continue
        if told is not None:
            remarks.append(message("line {line} of {name}: {what}", line=place, name=name, what=told))
        if mark is not None:
            marks.append(mark)
    return Page(where, tuple(marks), tuple(remarks), name, split)


def _where(source: Source, name: str, split: str, known: _Known) -> Reference:
    """Which image a label file is about, and how large that is: 0 where nobody says."""
    stem = nfc(stem_of(name))
    listed = known.listed.get((split, stem)) or known.listed.get(("", stem))
    if listed is not None and listed.where.rows and listed.where.columns:
        return listed.where
    where = listed.where if listed is not None else Reference(uid_in(stem), file_named(stem))
    picture = _picture_of(name, known.pictures.get(stem_of(name), []))
    if picture is not None:
        rows, columns = picture_size(source.read(picture))
        return replace(where, rows=rows, columns=columns, file_name=where.file_name or file_named(stem))
    image = known.images.get(where.key.uid if where.key and where.key.frame == 1 else str(where.key or stem)) or known.images.get(stem)
    return replace(where, key=image.key, rows=image.rows, columns=image.columns) if image is not None else where


def _picture_of(name: str, pictures: list[str]) -> str | None:
    """The picture of a label file: under `images` where that lies under `labels`, else the only one of its name."""
    twin = stem_path(name.replace("labels/", "images/") if name.startswith("labels/") else name.replace("/labels/", "/images/"))
    beside = [picture for picture in pictures if stem_path(picture) in (twin, stem_path(name))]
    return beside[0] if beside else pictures[0] if len(pictures) == 1 else None


def stem_path(path: str) -> str:
    """A path without its ending."""
    return path.rsplit(".", 1)[0]


def picture_size(content: bytes) -> tuple[int, int]:
    """Return (rows, columns) of a picture as its header says; 0, 0 for what is none."""
    size = png_size(content[:32])
    if size is not None:
        return size
    try:
        with Pillow.open(BytesIO(content)) as opened:
            return opened.height, opened.width
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        return 0, 0


def _mark(line: str, rows: int, columns: int, known: _Known) -> Mark:
    """One annotation out of one line; raises Unclear."""
    words = line.split()
    try:
        values = [float(word) for word in words]
    except ValueError:
        raise Unclear(message("it holds a word that is no number")) from None
    if not all(map(math.isfinite, values)) or not values[0].is_integer() or not 0 <= values[0] < 1 << 16:
        raise Unclear(message("it holds a word that is no number"))
    label = known.labels.get(int(values[0]), Label(name=str(int(values[0]))))
    if any(abs(value) > _FARTHEST for value in values[1:]):
        raise Unclear(message("its numbers are no shares of the image"))
    if len(values) in (5, 6):
        return Mark(label, _box(words[1:5], values[1:5], rows, columns), BOX)
    if len(values) < 7 or len(values) % 2 == 0:
        raise Unclear(message("it holds {count} numbers, neither a box nor an outline", count=len(values) - 1))
    finer = [_decimals(word) for word in words[1:]]
    sizes = [columns, rows] * (len(values) // 2)
    placed_at = [_near(value * size, size * 10.0**-digits) for value, size, digits in zip(values[1:], sizes, finer, strict=True)]
    return Mark(label, region_of([tuple(zip(placed_at[::2], placed_at[1::2], strict=True))], rows, columns), FREE)


def _box(words: list[str], values: list[float], rows: int, columns: int) -> Region:
    cx, cy, w, h = values
    if w < 0 or h < 0:
        raise Unclear(message("its width or height is negative"))
    doubt = 10.0 ** -min(map(_decimals, words))
    x1, x2 = (_near((cx + side * w / 2) * columns, columns * doubt) for side in (-1, 1))
    y1, y2 = (_near((cy + side * h / 2) * rows, rows * doubt) for side in (-1, 1))
    return box_region(x1, y1, x2, y2)


def _near(value: float, doubt: float) -> float:
    """The whole or half pixel that a coordinate may be with the decimals it has, else the coordinate."""
    reach = min(max(doubt * 1.0001, 1e-9), _NEAREST)
    for steps in (1, 2):
        near = round(value * steps) / steps
        if abs(value - near) <= reach:
            return near
    return value


def _decimals(word: str) -> int:
    """How many decimals a number was written with; an exponent counts."""
    mantissa, _, exponent = word.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    return min(max(digits - (int(exponent) if exponent else 0), 0), 17)
