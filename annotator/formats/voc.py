"""Write boxes as Pascal VOC does, one XML file an image; the reader is in `voc_reading`.

`Annotations/<stem>.xml`, `JPEGImages/<stem>.png`, `ImageSets/Main/<split>.txt` (VOC 2012 development kit, 3.2 and 4).  VOC counts the
pixels from 1 and both ends belong to the box: the box of the image's first pixel alone is 1, 1, 1, 1.  Most drawing programs (labelImg)
and most libraries of today write and take corners counted from 0 instead: the same box is 0, 0, 1, 1.  Files of both kinds look alike,
so the file says which it is, in an element of its own: `<pixel_origin>`.  Beside a category's name stand its supercategory and id, and
the annotation's id.  Numbers are whole: a box is that of the pixels whose centres lie in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from annotator.dicom.header import read_header
from annotator.domain.annotation import Annotation
from annotator.domain.delivered import delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Written
from annotator.domain.losses import Trait
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from annotator.formats.listing import category_of
from annotator.formats.picture import PICTURES, with_picture
from annotator.formats.voc_reading import read
from annotator.i18n import mark, message

ORIGIN = Choice(
    "origin",
    mark("What the numbers of a box count"),
    (
        ("1", mark("pixels from 1, both ends inside")),
        ("0", mark("corners from 0")),
    ),
)
_FORBIDDEN = {n: None for n in range(32) if chr(n) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}
"""Characters that XML 1.0 (2.2) cannot hold."""


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return the XML of an image, with or without boxes, and its picture where one is wanted.

    Raises AnnotatorError where a category is not one of the image's modality, or the picture cannot be made.
    """
    (item,) = items
    sheet = item.sheet
    path = f"Annotations/{item.stem}.xml"
    files, remarks = with_picture(item, f"JPEGImages/{item.stem}.png", chosen)
    content = _document(item, int(chosen.value(ORIGIN)))
    return Written({path: content, **files}, (item.stem, item.split), {sheet.image.key: (path,)}, remarks)


def finish(parts: Sequence[object], chosen: Chosen) -> Mapping[str, bytes]:
    """Return the lists of images: one a split, and `trainval` of what is learnt from."""
    pairs = [(part[0], part[1]) for part in parts if isinstance(part, tuple)]
    lists = {split: [stem for stem, own in pairs if own == split] for split in chosen.splits}
    lists["trainval"] = [stem for stem, own in pairs if own in ("train", "val") or not chosen.splits]
    return {f"ImageSets/Main/{name}.txt": "".join(f"{stem}\n" for stem in stems).encode() for name, stems in lists.items()}


def pixel_box(region: Region, rows: int, columns: int) -> tuple[int, int, int, int] | None:
    """Return the corners (x1, y1, x2, y2) of the image's pixels whose centres lie in the box around a region; None where there are none."""
    x1, y1, x2, y2 = (math.ceil(value - 0.5) for value in region.bounds)
    x1, y1, x2, y2 = max(x1, 0), max(y1, 0), min(x2, columns), min(y2, rows)
    return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None


def held(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> Mask | None:
    """Return the pixels of an annotation's box; None for a line, which is left out."""
    rows, columns = sheet.image.rows, sheet.image.columns
    box = None if isinstance(annotation.shape, Path) else pixel_box(annotation.shape, rows, columns)
    return None if box is None else region_mask(Region.box(*box), rows, columns)


def _document(item: Item, origin: int) -> bytes:
    sheet, image = item.sheet, item.sheet.image
    boxes = [_box(sheet, annotation, annotation.shape, origin) for annotation in delivered(sheet) if isinstance(annotation.shape, Region)]
    return "".join(
        (
            "<annotation>\n  <folder>JPEGImages</folder>\n",
            f"  <filename>{_text(item.stem)}.png</filename>\n",
            f"  <source>\n    <database>{_text(sheet.project.name)}</database>\n    <image>{_text(str(image.key))}</image>\n  </source>\n",
            f"  <size>\n    <width>{image.columns}</width>\n    <height>{image.rows}</height>\n",
            f"    <depth>{_depth(sheet)}</depth>\n  </size>\n",
            f"  <segmented>0</segmented>\n  <pixel_origin>{origin}</pixel_origin>\n",
            *boxes,
            "</annotation>\n",
        )
    ).encode()


def _box(sheet: Sheet, annotation: Annotation, region: Region, origin: int) -> str:
    category = category_of(sheet, annotation.category, message("Writing the boxes of image {image}", image=sheet.names.image))
    box = pixel_box(region, sheet.image.rows, sheet.image.columns)
    if box is None:
        return ""
    x1, y1, x2, y2 = box
    corners = zip(("xmin", "ymin", "xmax", "ymax"), (x1 + origin, y1 + origin, x2, y2), strict=True)
    return "".join(
        (
            f"  <object>\n    <name>{_text(category.name)}</name>\n    <pose>Unspecified</pose>\n",
            "    <truncated>0</truncated>\n    <difficult>0</difficult>\n    <bndbox>\n",
            *(f"      <{name}>{value}</{name}>\n" for name, value in corners),
            f"    </bndbox>\n    <id>{annotation.id}</id>\n    <supercategory>{_text(category.supercategory)}</supercategory>\n",
            f"    <category_id>{category.id}</category_id>\n  </object>\n",
        )
    )


def _text(text: str) -> str:
    return escape(text.translate(_FORBIDDEN))


def _depth(sheet: Sheet) -> int:
    """Samples per pixel of the picture: 3 for colour, else 1, also where there is no source image to look at."""
    if not sheet.image.path:
        return 1
    try:
        header = read_header(sheet.image.path)
    except AnnotatorError:
        return 1
    return 3 if header.get("SamplesPerPixel") == 3 or header.get("PhotometricInterpretation") == "PALETTE COLOR" else 1


EXCHANGE = Exchange(
    id="voc",
    name=mark("Pascal VOC"),
    cannot_hold=(
        *(Trait.HOLES, Trait.PARTS, Trait.LINES, Trait.OUTLINES, Trait.SUBPIXEL),
        *(Trait.ATTRIBUTES, Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS),
    ),
    write=write,
    splits=True,
    finish=finish,
    read=read,
    choices=(ORIGIN, PICTURES),
    traps=(
        mark("VOC counts pixels from 1 and both ends belong to the box: its left edge is xmin − 1, its width xmax − xmin + 1"),
        mark("Where <pixel_origin> is 0, xmin and xmax are the left and the right edge: the width is xmax − xmin"),
        mark("Files of others do not say how they count: of labelImg, or with a 0 or a fraction, they are corners from 0, else VOC's own"),
        mark("A name may mean two classes, one a modality: <supercategory> and <category_id> tell them apart"),
    ),
    held=held,
)
