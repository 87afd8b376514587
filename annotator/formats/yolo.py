"""Write what YOLO programs learn from, one text file an image; the reader is in `yolo_reading`.

`labels/<split>/<stem>.txt` has a line for each annotation: the class number, then what `task` asks for, in shares of the image's width
and height: `detect` the centre, width and height of the box, `segment` the vertices of one outline.  `images/<split>/<stem>.png` are the
pictures, `data.yaml` names the classes and folders; `classes.csv` says which category a class is, `images.csv` which image a file is about.

Several parts, and holes, become one outline with bridges that enclose nothing.  Shares are written with as few decimals, from eight on,
as give the annotation's mask back to the pixel, rounded towards the image's first pixel, so that a centre on an edge stays on its side;
where no number of decimals does, the outline follows the pixels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction

from annotator.domain.annotation import Annotation
from annotator.domain.delivered import delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Written
from annotator.domain.joined import joined
from annotator.domain.losses import Trait
from annotator.domain.path import Path
from annotator.domain.project import Project
from annotator.domain.raster import Mask, fill, region_mask
from annotator.domain.region import Region, Ring
from annotator.domain.shapes import clipped, trace
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from annotator.formats.listing import CLASSES, IMAGES, category_of, class_number, classes_csv, folder_of, image_part, images_csv
from annotator.formats.picture import PICTURES, with_picture
from annotator.formats.yolo_reading import read
from annotator.i18n import mark, message

DETECT, SEGMENT = "detect", "segment"
TASK = Choice(
    "task",
    mark("What a line holds"),
    (
        (DETECT, mark("the box (detect)")),
        (SEGMENT, mark("the outline (segment)")),
    ),
)
_DECIMALS = (8, 10, 12, 14)
_ALWAYS_LOST = (Trait.LINES, Trait.ATTRIBUTES, Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS)
_LOST = {DETECT: (Trait.HOLES, Trait.PARTS, Trait.OUTLINES, *_ALWAYS_LOST), SEGMENT: (Trait.BOXES, *_ALWAYS_LOST)}


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return the label file of an image (empty without annotations), and its picture where one is wanted.

    Raises AnnotatorError where a category is not one of the image's modality, or the picture cannot be made.
    """
    (item,) = items
    path = f"{folder_of('labels', item.split)}{item.stem}.txt"
    files, remarks = with_picture(item, f"{folder_of('images', item.split)}{item.stem}.png", chosen)
    drawn = [a for a in delivered(item.sheet) if not isinstance(a.shape, Path)]
    lines = "".join(_line(item.sheet, annotation, chosen) for annotation in drawn)
    return Written({path: lines.encode(), **files}, image_part(item), {item.sheet.image.key: (path,)}, remarks)


def finish(parts: Sequence[object], chosen: Chosen) -> Mapping[str, bytes]:
    """Return `data.yaml` and the two tables."""
    return {
        "data.yaml": _data_yaml(chosen.project, chosen.splits).encode(),
        CLASSES: classes_csv(chosen.project, 0),
        IMAGES: images_csv(parts),
    }


def cannot_hold(chosen: Chosen) -> tuple[Trait, ...]:
    """Return what a task loses."""
    return _LOST[chosen.value(TASK)]


def held(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> Mask | None:
    """Return the pixels of an annotation's line: of its box, or its own; None for a drawn line, which is left out."""
    shape, rows, columns = annotation.shape, sheet.image.rows, sheet.image.columns
    if isinstance(shape, Path):
        return None
    mask = region_mask(_meant(shape, chosen, rows, columns), rows, columns)
    return None if mask.empty else mask


def _meant(region: Region, chosen: Chosen, rows: int, columns: int) -> Region:
    """What a line is about: the box around a region, or the region; what of it lies in the image."""
    return clipped(Region.box(*region.bounds) if chosen.value(TASK) == DETECT else region, rows, columns)


def _line(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> str:
    """A line of the label file; empty for what sets no pixel of the image."""
    rows, columns = sheet.image.rows, sheet.image.columns
    category = category_of(sheet, annotation.category, message("Writing the label file of image {image}", image=sheet.names.image))
    number = class_number(sheet.project, category.key, 0)
    if isinstance(annotation.shape, Path):
        return ""
    region = _meant(annotation.shape, chosen, rows, columns)
    wanted = region_mask(region, rows, columns)
    if wanted.empty:
        return ""
    written = _box if chosen.value(TASK) == DETECT else _outline
    for decimals in _DECIMALS:
        values, back = written(region, rows, columns, decimals)
        if all(fill([back], rows, columns, even_odd=rule) == wanted for rule in (False, True)):
            return f"{number} {' '.join(values)}\n"
    values, back = written(trace(wanted), rows, columns, _DECIMALS[0])
    if fill([back], rows, columns) != wanted:
        cause = message("annotation {id} does not come back to the pixel", id=annotation.id)
        doing = message("Writing the label file of image {image}", image=sheet.names.image)
        raise AnnotatorError(doing, cause, message("Write it as COCO or as masks, which hold it"))
    return f"{number} {' '.join(values)}\n"


def _outline(region: Region, rows: int, columns: int, decimals: int) -> tuple[list[str], Ring]:
    """The shares of the vertices, as text, and the outline that a reader gets back from them."""
    units = [(_units(x, columns, decimals), _units(y, rows, decimals)) for x, y in joined(region)]
    values = [_share(value, decimals) for vertex in units for value in vertex]
    return values, tuple((float(x) * columns, float(y) * rows) for x, y in zip(values[::2], values[1::2], strict=True))


def _box(region: Region, rows: int, columns: int, decimals: int) -> tuple[list[str], Ring]:
    """The shares of centre and size, as text, and the box that a reader gets back from them; a centre has a decimal more."""
    x1, y1, x2, y2 = region.bounds
    left, right = _units(x1, columns, decimals), _units(x2, columns, decimals)
    top, bottom = _units(y1, rows, decimals), _units(y2, rows, decimals)
    centres = [_share(5 * (left + right), decimals + 1), _share(5 * (top + bottom), decimals + 1)]
    values = [*centres, _share(right - left, decimals), _share(bottom - top, decimals)]
    cx, cy, w, h = map(float, values)
    x1, x2, y1, y2 = (cx - w / 2) * columns, (cx + w / 2) * columns, (cy - h / 2) * rows, (cy + h / 2) * rows
    return values, ((x1, y1), (x2, y1), (x2, y2), (x1, y2))


def _units(value: float, size: int, decimals: int) -> int:
    """A coordinate as a share of the size, in units of the last decimal, rounded down."""
    part = Fraction(value)
    return int(part * 10**decimals // size)


def _share(units: int, decimals: int) -> str:
    digits = f"{units:0{decimals + 1}d}"
    return f"{digits[:-decimals]}.{digits[-decimals:]}"


def _data_yaml(project: Project, splits: Sequence[str]) -> str:
    """The description that ultralytics reads; folders count from where it lies, and `train` and `val` have to be there."""
    folders = {split: f"images/{split}" for split in splits} or {"train": "images"}
    train = folders.get("train", next(iter(folders.values())))
    spoken = {"train": train, "val": folders.get("val") or folders.get("test") or train, **folders}
    lines = [f"{split}: {folder}" for split, folder in spoken.items()]
    names = [f"  {n}: {json.dumps(category.name, ensure_ascii=False)}" for n, category in enumerate(project.categories)]
    return "\n".join([*lines, f"nc: {len(names)}", "names:", *names, ""])


EXCHANGE = Exchange(
    id="yolo",
    name=mark("YOLO"),
    cannot_hold=_LOST[DETECT],
    cannot_hold_when=cannot_hold,
    write=write,
    splits=True,
    finish=finish,
    read=read,
    choices=(TASK, PICTURES),
    traps=(
        mark("Numbers are shares of the picture's width and height, and its size stands in no label file"),
        mark("Class numbers count from 0, in the order of classes.csv; a name may stand there twice, once a modality"),
        mark("One line is one annotation: its parts and holes are joined by bridges without width, which show where outlines are painted"),
        mark("An empty label file says that nothing is there; an image without one was not looked at"),
    ),
    held=held,
)
