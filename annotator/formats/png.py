"""Write masks as PNG pictures, and pictures with outlines for a review outside the program; the reader of the masks is in `png_reading`.

`kind` says which.  `category`: `masks/<split>/<stem>_<category id>.png`, one for each category that sets a pixel, 8-bit grey, 255 inside
and 0 outside.  `index`: `index/<split>/<stem>.png`, one for each image, whose pixel value is the number of a category in `classes.csv`
(0: none), with the categories' colours as its palette; where categories overlap, the later one in the order of the definition is seen.
`contours`: `contours/<split>/<stem>.png`, for each image with annotations.  `images/<split>/<stem>.png` are the pictures of the images,
`images.csv` says which image a file is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from annotator.domain.annotation import Annotation
from annotator.domain.delivered import category_masks, delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Written
from annotator.domain.losses import Trait
from annotator.domain.project import Project
from annotator.domain.raster import Mask
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from annotator.formats.listing import CLASSES, IMAGES, category_of, class_number, classes_csv, folder_of, image_part, images_csv
from annotator.formats.picture import PICTURES, contour_png, png, with_picture
from annotator.formats.png_reading import read
from annotator.i18n import Message, mark, message

CATEGORY, INDEX, CONTOURS = "category", "index", "contours"
KIND = Choice(
    "kind",
    mark("What the pictures are"),
    (
        (CATEGORY, mark("a mask for each category")),
        (INDEX, mark("one mask with all categories")),
        (CONTOURS, mark("outlines on the image, to look at")),
    ),
)
_MOST_NUMBERS = 255
_LOST = (
    *(Trait.SINGLES, Trait.SUBPIXEL, Trait.STROKES, Trait.BOXES, Trait.ATTRIBUTES),
    *(Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS),
)


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return the masks of an image, or its picture with outlines; nothing but its picture where nothing is drawn.

    Raises AnnotatorError where a category is not one of the image's modality, there are more categories than numbers, or a picture cannot
    be made.
    """
    (item,) = items
    kind, sheet = chosen.value(KIND), item.sheet
    drawn = delivered(sheet)
    for annotation in drawn:
        category_of(sheet, annotation.category, _doing(sheet))
    if kind == CONTOURS:
        path = f"{folder_of('contours', item.split)}{item.stem}.png"
        return Written({path: contour_png(sheet)} if drawn else {}, image_part(item))
    masks = category_masks(sheet, drawn)
    made, remarks = _of_categories(item, masks) if kind == CATEGORY else _of_numbers(item, masks)
    files, missing = with_picture(item, f"{folder_of('images', item.split)}{item.stem}.png", chosen)
    return Written({**made, **files}, image_part(item), {sheet.image.key: tuple(made)}, (*remarks, *missing))


def finish(parts: Sequence[object], chosen: Chosen) -> Mapping[str, bytes]:
    """Return the tables of classes and images; contour pictures say themselves what they show."""
    if chosen.value(KIND) == CONTOURS:
        return {}
    return {CLASSES: classes_csv(chosen.project, 1), IMAGES: images_csv(parts)}


def cannot_hold(chosen: Chosen) -> tuple[Trait, ...]:
    """Return what a kind loses; pictures with outlines are not read back, but show everything but what is said in words."""
    kind = chosen.value(KIND)
    if kind == CONTOURS:
        return (Trait.ATTRIBUTES, Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS)
    return (Trait.OVERLAPS, *_LOST) if kind == INDEX else _LOST


def held(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> Mask | None:
    """Return the pixels of an annotation's category that its file holds; None where there are none, and for pictures with outlines."""
    kind = chosen.value(KIND)
    masks = category_masks(sheet, delivered(sheet))
    mask = masks.get(annotation.category)
    if mask is None or kind == CONTOURS:
        return None
    if kind == INDEX:
        order = list(masks)
        for later in order[order.index(annotation.category) + 1 :]:
            mask = mask - masks[later]
    return None if mask.empty else mask


def palette_of(project: Project) -> list[int]:
    """Return the colours of the numbers 0 to 255, three bytes each: black for none, then the categories in order, grey for the rest."""
    colours = [(0, 0, 0), *(category.rgb for category in project.categories)][: _MOST_NUMBERS + 1]
    return [byte for colour in (*colours, *[(128, 128, 128)] * (_MOST_NUMBERS + 1 - len(colours))) for byte in colour]


def _of_categories(item: Item, masks: Mapping[str, Mask]) -> tuple[dict[str, bytes], tuple[Message, ...]]:
    folder = folder_of("masks", item.split)
    named = {f"{folder}{item.stem}_{category_of(item.sheet, key, _doing(item.sheet)).id}.png": mask for key, mask in masks.items()}
    return {path: png(Pillow.fromarray(mask.array() * np.uint8(255))) for path, mask in named.items()}, ()


def _of_numbers(item: Item, masks: Mapping[str, Mask]) -> tuple[dict[str, bytes], tuple[Message, ...]]:
    project, image = item.sheet.project, item.sheet.image
    if not masks:
        return {}, ()
    numbers: NDArray[np.uint8] = np.zeros((image.rows, image.columns), dtype=np.uint8)
    covered = 0
    for key, mask in masks.items():
        number = class_number(project, key, 1)
        if number is None or number > _MOST_NUMBERS:
            cause = message("a picture has numbers for {count} categories only", count=_MOST_NUMBERS)
            raise AnnotatorError(_doing(item.sheet), cause, message("Write one mask for each category"))
        inside = mask.array()
        covered += int(np.count_nonzero(numbers[inside]))
        numbers[inside] = number
    made = Pillow.fromarray(numbers)
    made.putpalette(palette_of(project))
    told = message("{name}: in {count} pixels categories overlap; only the last one is written", name=item.stem, count=covered)
    stream = BytesIO()
    made.save(stream, "PNG", bits=8)
    return {f"{folder_of('index', item.split)}{item.stem}.png": stream.getvalue()}, (told,) if covered else ()


def _doing(sheet: Sheet) -> Message:
    return message("Writing the masks of image {image}", image=sheet.names.image)


EXCHANGE = Exchange(
    id="png",
    name=mark("PNG masks and pictures"),
    cannot_hold=_LOST,
    cannot_hold_when=cannot_hold,
    write=write,
    splits=True,
    finish=finish,
    read=read,
    choices=(KIND, PICTURES),
    traps=(
        mark("A mask holds all annotations of a category; an image without annotations has no mask"),
        mark("Take the pixel value of an index picture as a number of classes.csv, not as a colour: open it without converting it to RGB"),
        mark("In an index picture overlapping categories hide one another: the last of the definition is seen"),
        mark("Pictures with outlines are magnified and for the eye only: no mask can be taken from them"),
    ),
    held=held,
)
