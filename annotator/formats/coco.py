"""COCO instances: one JSON for each split of a data set, which says of every annotation exactly what COCO's own decoder must make of it.

Conventions of COCO: coordinates begin at the top-left corner of the first pixel, as the product's do; `bbox` is x, y, width, height of the
geometry; `area` is the number of pixels of the mask.  `segmentation` holds polygons where COCO's decoder fills them with exactly the
product's mask, else compressed run lengths; several polygons are the parts of one annotation, a hole has no polygon form that every reader
understands.  A line is the stroke that the project asks for, as run lengths (none: an empty mask), and never a closed polygon.

Keys of our own, beside those of COCO.  In an image: `sop_instance_uid`, `frame` (from 1), `series_uid`, `patient`, `series`, `image`,
`class`, `modality`.  In a category: `key`, `code` (its id in the project, which is unique only within its supercategory), `name_en`,
`colour`, `grp_id`, `grp_name`.  In an annotation: `annotation_id` (from 1 in its image), `toolname`, `outline` (the vertices as drawn,
where the segmentation does not say them: a flat list, for several parts a list of such lists, holes joined by bridges), `polyline` (a list
of flat lists), `attributes`, `note`, `author`, `time`, `tool`, `parent` and `window` (centre, width, zoom, slice).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from annotator.domain.annotation import Annotation
from annotator.domain.delivered import box_of, delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Written
from annotator.domain.losses import Trait
from annotator.domain.path import Path
from annotator.domain.project import Project
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.formats.coco_reading import read
from annotator.formats.coco_rle import counts_of, encode, transposed
from annotator.formats.coco_seen import keep_seen, outlines_text, seen
from annotator.formats.extra import image_keys, said_of
from annotator.formats.format import Exchange
from annotator.formats.json_text import numbers_text
from annotator.formats.listing import category_of
from annotator.formats.picture import PICTURES, with_picture
from annotator.i18n import mark, message

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
SEGMENTATION = Choice(
    "segmentation",
    mark("How outlines are written"),
    (
        ("auto", mark("polygon, run lengths where needed")),
        ("polygon", mark("polygon")),
        ("rle", mark("run lengths (RLE)")),
        ("box", mark("box alone")),
    ),
)
TRAPS = (
    mark("bbox is x, y, width and height, not two corners; area is the number of pixels, not the area of the box."),
    mark("An outline that pycocotools would fill differently is written as run lengths (RLE), even where iscrowd is 0."),
    mark("Category ids are unique in the data set; the project's own id is under code, the key of the category under key."),
    mark("Lines are under polyline; their segmentation is the stroke, or empty where the project asks for none."),
)


@dataclass(frozen=True)
class _Part:
    """One image for the file of its split: JSON objects without their opening brace and ids, which are given when all are known."""

    split: str
    time: str
    image: str
    annotations: tuple[tuple[str, str], ...]
    """Each with the key of its category."""


def ready(items: Sequence[Item], chosen: Chosen) -> None:
    """Find out how COCO's decoder sees the regions of many images."""
    way, sizes = chosen.value(SEGMENTATION), dict[tuple[int, int], list[Region]]()
    for item in items if way != "box" else ():
        shapes = (annotation.shape for annotation in delivered(item.sheet))
        sizes.setdefault((item.sheet.image.rows, item.sheet.image.columns), []).extend(one for one in shapes if isinstance(one, Region))
    for (rows, columns), regions in sizes.items():
        keep_seen(regions, rows, columns, polygons=way != "rle")


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return the picture of an image, if wanted, and its entries for the file of its split.

    Raises AnnotatorError where the project has no such category or the picture cannot be made.
    """
    (item,) = items
    sheet = item.sheet
    files, remarks = with_picture(item, f"images/{item.stem}.png", chosen)
    named = f"{item.stem}.{'png' if files else 'dcm'}"
    entries = tuple(_annotation(sheet, one, chosen) for one in delivered(sheet))
    part = _Part(item.split, sheet.time, _rest(_image(sheet, named)), entries)
    return Written(files, part, {sheet.image.key: (path_of(item.split), *files)}, remarks)


def held(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> Mask | None:
    """The pixels that COCO's decoder makes of an annotation."""
    return _meant(sheet, annotation, chosen)[1]


def cannot_hold(chosen: Chosen) -> tuple[Trait, ...]:
    """What is lost: outlines where only boxes are wanted."""
    only_boxes = (Trait.HOLES, Trait.PARTS, Trait.OUTLINES, Trait.SUBPIXEL)
    return (*(only_boxes if chosen.value(SEGMENTATION) == "box" else ()), Trait.FACTS)


def finish(parts: Sequence[object], chosen: Chosen) -> Mapping[str, bytes]:
    """Return the JSON of each split; ids of images and annotations count through the whole data set."""
    known = [part for part in parts if isinstance(part, _Part)]
    splits = dict.fromkeys((*chosen.splits, *(part.split for part in known))) if known else dict.fromkeys(chosen.splits or ("",))
    images: dict[str, list[str]] = {split: [] for split in splits}
    annotations: dict[str, list[str]] = {split: [] for split in splits}
    numbers, drawn = numbers_of(chosen.project), 0
    for place, part in enumerate(known, start=1):
        images[part.split].append(f'{{"id": {place}, {part.image}')
        for key, entry in part.annotations:
            drawn += 1
            annotations[part.split].append(f'{{"id": {drawn}, "image_id": {place}, "category_id": {numbers[key]}, {entry}')
    head = _head(chosen.project, max((part.time for part in known), default=""))
    return {
        path_of(split): "".join(_text(head, {"images": images[split], "annotations": annotations[split]})).encode() for split in splits
    }


def path_of(split: str) -> str:
    """The path of the file of a split."""
    return f"annotations/instances_{split}.json" if split else "annotations/instances.json"


def numbers_of(project: Project) -> dict[str, int]:
    """A number for each category's key that is unique in the data set: its own id where no other category has that, else its place."""
    own = [category.id for category in project.categories]
    unique = len(set(own)) == len(own) and all(number > 0 for number in own)
    return {category.key: category.id if unique else place for place, category in enumerate(project.categories, start=1)}


def _image(sheet: Sheet, named: str) -> dict[str, object]:
    return {"file_name": named, "width": sheet.image.columns, "height": sheet.image.rows, **image_keys(sheet)}


def _annotation(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> tuple[str, str]:
    """The key of its category, and the entry of an annotation."""
    category = category_of(sheet, annotation.category, message("Writing COCO for image {name}", name=sheet.names.image))
    shape, mask = _meant(sheet, annotation, chosen)
    x1, y1, x2, y2 = (float(value) for value in shape.bounds)
    segmentation = _segmentation(shape, mask, chosen.value(SEGMENTATION))
    bbox = ", ".join(map(repr, (x1, y1, x2 - x1, y2 - y1)))
    keeps = shape is annotation.shape or (isinstance(annotation.shape, Region) and annotation.shape.is_box)
    drawn = _drawn_as(annotation, segmentation) if keeps else ""
    return category.key, (
        f'"iscrowd": 0, "bbox": [{bbox}], "area": {mask.count}, '
        f'"segmentation": {segmentation}, {drawn}{_rest(said_of(annotation))}'
    )


def _meant(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> tuple[Region | Path, Mask]:
    """The shape that is written and its pixels: that which was drawn, or the box of its pixels."""
    rows, columns = sheet.image.rows, sheet.image.columns
    mask = shape_mask(annotation.shape, rows, columns, chosen.project.mask.line_width)
    if chosen.value(SEGMENTATION) != "box" or isinstance(annotation.shape, Path) or mask.empty:
        return annotation.shape, mask
    box = Region.box(*map(float, box_of(mask)))
    return box, shape_mask(box, rows, columns, None)


def _segmentation(shape: Region | Path, mask: Mask, way: str) -> str:
    """JSON of polygons, or run lengths where they would be filled with other pixels, or are wanted."""
    if isinstance(shape, Path):
        counts = encode(counts_of(transposed(mask)))
    else:
        found = seen(shape, mask.rows, mask.columns, polygons=way != "rle")
        if found.alike:
            return outlines_text(shape)
        if way == "polygon" and not mask.empty:
            return outlines_text(trace(mask))  # outlines along pixel edges are filled alike, bridges to holes with them
        counts = found.counts
    return f'{{"size": [{mask.rows}, {mask.columns}], "counts": {_JSON.encode(counts)}}}'


def _drawn_as(annotation: Annotation, segmentation: str) -> str:
    """The entry's part with the vertices as drawn, where the segmentation does not say them."""
    shape = annotation.shape
    if isinstance(shape, Path):
        lines = (numbers_text(list(chain.from_iterable(part))) for part in shape.parts)
        return f'"polyline": [{", ".join(lines)}], '
    drawn = outlines_text(shape)
    if drawn == segmentation:
        return ""
    return f'"outline": {drawn if len(shape.parts) > 1 else drawn[1:-1]}, '


def _head(project: Project, time: str) -> dict[str, object]:
    numbers = numbers_of(project)
    return {
        "info": {
            "description": project.description,
            "version": project.version,
            "contributor": project.contributor,
            "year": int(time[:4]) if time[:4].isdigit() else 0,
            "date_created": time,
        },
        "licenses": [],
        "categories": [
            {
                "id": numbers[category.key],
                "name": category.name,
                "supercategory": category.supercategory,
                "key": category.key,
                "code": category.id,
                "name_en": category.name_en,
                "colour": category.colour,
                "grp_id": category.grp_id,
                "grp_name": category.grp_name,
            }
            for category in project.categories
        ],
    }


def _text(head: Mapping[str, object], lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The JSON of a file, one line for each entry."""
    yield "{\n"
    for key, value in head.items():
        yield f"  {json.dumps(key)}: "
        lines = [json.dumps(one, ensure_ascii=False, allow_nan=False) for one in value] if isinstance(value, list) else None
        yield from _listed(lines) if lines is not None else [json.dumps(value, ensure_ascii=False, allow_nan=False)]
        yield ",\n"
    for place, (key, entries) in enumerate(lists.items(), start=1):
        yield f"  {json.dumps(key)}: "
        yield from _listed(entries)
        yield ",\n" if place < len(lists) else "\n"
    yield "}\n"


def _listed(entries: Sequence[str]) -> Iterator[str]:
    if not entries:
        yield "[]"
        return
    yield "[\n    "
    yield ",\n    ".join(entries)
    yield "\n  ]"


def _rest(found: Mapping[str, object]) -> str:
    return _JSON.encode(found)[1:]


EXCHANGE = Exchange(
    id="coco",
    name=mark("COCO instances (polygons, RLE, boxes)"),
    cannot_hold=(Trait.FACTS,),
    write=write,
    splits=True,
    finish=finish,
    read=read,
    choices=(SEGMENTATION, PICTURES),
    traps=TRAPS,
    cannot_hold_when=cannot_hold,
    held=held,
    ready=ready,
)
