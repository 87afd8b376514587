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

from annotator.domain.annotation import Annotation
from annotator.domain.delivered import box_of, delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Written
from annotator.domain.losses import Trait, on_pixel_edges
from annotator.domain.path import Path
from annotator.domain.project import Project
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.region import Region
from annotator.domain.segmentation import flat
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.coco_reading import read
from annotator.formats.coco_rle import counts_of, encode, polygon_mask, transposed
from annotator.formats.extra import image_keys, said_of
from annotator.formats.format import Exchange
from annotator.i18n import Message, mark, message

SEGMENTATION = Choice("segmentation", mark("How outlines are written"), ("auto", "polygon", "rle", "box"))
PICTURES = Choice("pictures", mark("Pictures of the images"), ("none", "png"))
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
    annotations: tuple[str, ...]


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return the picture of an image, if wanted, and its entries for the file of its split.

    Raises AnnotatorError where the project has no such category or the picture cannot be made.
    """
    (item,) = items
    sheet, numbers = item.sheet, numbers_of(chosen.project)
    files: dict[str, bytes] = {}
    named = f"{item.stem}.dcm"
    if chosen.value(PICTURES) == "png":
        from annotator.formats.picture import png_of  # what draws is loaded where something is drawn

        named = f"{item.stem}.png"
        files[f"images/{named}"] = png_of(sheet)
    entries = tuple(_rest(_annotation(sheet, one, numbers, chosen)) for one in delivered(sheet))
    part = _Part(item.split, sheet.time, _rest(_image(sheet, named)), entries)
    return Written(files, part, {sheet.image.key: (path_of(item.split), *files)}, _boxed_only(item, chosen))


def _boxed_only(item: Item, chosen: Chosen) -> tuple[Message, ...]:
    number = sum(isinstance(one.shape, Region) and not one.shape.is_box for one in delivered(item.sheet))
    if not number or chosen.value(SEGMENTATION) != "box":
        return ()
    return (message("of {n} outlines of {name} only the boxes are written", n=number, name=item.stem),)


def finish(parts: Sequence[object], chosen: Chosen) -> Mapping[str, bytes]:
    """Return the JSON of each split; ids of images and annotations count through the whole data set."""
    known = [part for part in parts if isinstance(part, _Part)]
    splits = dict.fromkeys((*chosen.splits, *(part.split for part in known))) if known else dict.fromkeys(chosen.splits or ("",))
    images: dict[str, list[str]] = {split: [] for split in splits}
    annotations: dict[str, list[str]] = {split: [] for split in splits}
    drawn = 0
    for place, part in enumerate(known, start=1):
        images[part.split].append(f'{{"id": {place}, {part.image}')
        for entry in part.annotations:
            drawn += 1
            annotations[part.split].append(f'{{"id": {drawn}, "image_id": {place}, {entry}')
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


def _annotation(sheet: Sheet, annotation: Annotation, numbers: Mapping[str, int], chosen: Chosen) -> dict[str, object]:
    if annotation.category not in numbers:
        cause = message("the project has no category {category}", category=annotation.category)
        doing = message("Writing COCO for image {name}", name=sheet.names.image)
        raise AnnotatorError(doing, cause, message("Correct the project's definition; nothing that was drawn is lost"))
    mask = shape_mask(annotation.shape, sheet.image.rows, sheet.image.columns, chosen.project.mask.line_width)
    way = chosen.value(SEGMENTATION)
    boxed = way == "box" and isinstance(annotation.shape, Region) and not mask.empty
    shape = Region.box(*map(float, box_of(mask))) if boxed else annotation.shape
    if boxed:
        mask = shape_mask(shape, mask.rows, mask.columns, None)
    x1, y1, x2, y2 = (float(value) for value in shape.bounds)
    segmentation = _segmentation(shape, mask, way)
    found: dict[str, object] = {
        "category_id": numbers[annotation.category],
        "iscrowd": 0,
        "bbox": [x1, y1, x2 - x1, y2 - y1],
        "area": mask.count,
        "segmentation": segmentation,
    }
    return found | _drawn_as(annotation, segmentation, boxed=boxed) | said_of(annotation)


def _segmentation(shape: Region | Path, mask: Mask, way: str) -> object:
    """Polygons, or run lengths where they would be filled with other pixels, or are wanted."""
    if isinstance(shape, Region) and way != "rle":
        holed = any(len(part) > 1 for part in shape.parts)
        if not holed and _filled_alike(shape, mask):
            return _rings(shape)
        if way == "polygon" and not mask.empty:
            return _rings(trace(mask))  # outlines along pixel edges are filled alike, bridges to holes with them
    return {"size": [mask.rows, mask.columns], "counts": encode(counts_of(mask))}


def _filled_alike(region: Region, mask: Mask) -> bool:
    """Whether COCO's decoder makes the mask of these outlines without holes: always, where they run along pixel edges."""
    rings = [part[0] for part in region.parts]
    return bool(rings) and (on_pixel_edges(region) or polygon_mask(rings, mask.rows, mask.columns) == transposed(mask))


def _rings(region: Region) -> list[list[float]]:
    found = flat(region)
    return [part for part in found if isinstance(part, list)] or [[v for v in found if isinstance(v, float)]]


def _drawn_as(annotation: Annotation, segmentation: object, *, boxed: bool) -> dict[str, object]:
    """The vertices as drawn, where the segmentation does not say them and they are meant to stay."""
    shape = annotation.shape
    if isinstance(shape, Path):
        return {"polyline": [[float(v) for point in part for v in point] for part in shape.parts]}
    if boxed and not shape.is_box:
        return {}
    drawn = _rings(shape)
    return {} if drawn == segmentation else {"outline": drawn if len(drawn) > 1 else drawn[0]}


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
    return json.dumps(found, ensure_ascii=False, allow_nan=False)[1:]


EXCHANGE = Exchange(
    id="coco",
    name=mark("COCO instances (polygons, RLE, boxes)"),
    cannot_hold=(Trait.FACTS,),
    write=write,
    finish=finish,
    read=read,
    choices=(SEGMENTATION, PICTURES),
    traps=TRAPS,
)
