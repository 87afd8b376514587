"""Write the lung project's JSON, one file an image, key by key as its table says; the reader is in `lung_reading`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from pydicom.dataset import Dataset

from annotator.dicom.header import read_header
from annotator.dicom.legal import given, legal, text
from annotator.domain.annotation import BOX, FREE, LINE, Annotation
from annotator.domain.category import Category
from annotator.domain.delivered import delivered
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.losses import Trait
from annotator.domain.path import Path
from annotator.domain.segmentation import flat
from annotator.errors import AnnotatorError
from annotator.formats.format import Format
from annotator.formats.json_text import dump
from annotator.formats.lung_reading import described, reading
from annotator.i18n import Message, mark, message

LENGTHS = {
    "description": 50, "version": 5, "contributor": 130, "supercategory": 3, "grp_name": 2, "name": 10, "file_name": 50, "patient_id": 7,
    "series_id": 7, "image_id": 7, "modality": 3, "manufacturer": 300, "manufacturerModelName": 300, "toolname": 300,
}  # fmt: skip
"""Most characters of each text, where the project sets no other limit."""
_IDS = ("patient_id", "series_id", "image_id")
_NEVER_CUT = (*_IDS, "file_name", "modality", "supercategory")
_MOMENT = "%Y-%m-%d %H-%M-%S"


def paths(sheet: Sheet) -> tuple[str, ...]:
    """Return the one path an image's JSON may have."""
    return (sheet.path("json"),)


def write(sheet: Sheet) -> Mapping[str, bytes]:
    """Return the JSON of an image; nothing where nothing is delivered.

    Raises AnnotatorError where an id is too long for the table, a category is not one of the image's modality, or the image cannot be read.
    """
    drawn = delivered(sheet)
    if not drawn:
        return {}
    categories = {category.key: category for category in sheet.categories}
    for annotation in drawn:
        if annotation.category not in categories:
            raise _refused(sheet, message("the project has no category {category} for this modality", category=annotation.category))
    header = read_header(sheet.image.path)
    blocks = {
        "info": _info(sheet),
        "categories": [_category(sheet, category) for category in sheet.categories],
        "images": [_image(sheet, header)],
        "annotations": [_annotation(sheet, annotation, categories[annotation.category]) for annotation in drawn],
    }
    return {sheet.path("json"): dump(blocks)}


def read(sheet: Sheet, files: Mapping[str, bytes]) -> Reading:
    """Return the annotations of an image's JSON; an empty reading where there is none."""
    path = sheet.path("json")
    return reading(sheet, path.rsplit("/", 1)[-1], files[path]) if path in files else Reading()


def fits(sheet: Sheet, files: Mapping[str, bytes]) -> bool | None:
    """Whether the JSON says what it would say of the sheet's image: size, time, device; None where there is none that can be read."""
    content = files.get(sheet.path("json"))
    said = described(content) if content is not None else None
    if said is None:
        return None
    own = _image(sheet, read_header(sheet.image.path))
    told = ("width", "height", "date_captured", "manufacturer", "manufacturerModelName")
    return all(str(said.get(key, "")) == str(own[key]) for key in told)


def captured(header: Dataset) -> str:
    """Return when an image was taken, as `2007-04-04 19-00-47`: its acquisition, else content, series or study; empty if unknown.

    The first of them with both a date and a time counts, else the first with a date (PS3.3 C.7.6.1, C.7.3.1, C.7.2.1).
    """
    whole = re.match(r"\d{8,14}", "".join(given(header, "AcquisitionDateTime")[:1]))
    acquired, *others = (_told(header, kind) for kind in ("Acquisition", "Content", "Series", "Study"))
    told = [acquired, whole[0] if whole else "", *others]
    for enough in (12, 8):
        for digits in told:
            if len(digits) >= enough and (moment := _moment(digits.ljust(14, "0"))):
                return moment
    return ""


def _told(header: Dataset, kind: str) -> str:
    """The digits of a date and the time that belongs to it; without the time if there is none, empty without a date."""
    day, clock = ("".join(legal(kind + part, given(header, kind + part))[:1]) for part in ("Date", "Time"))
    return day + clock.split(".")[0] if day else ""


def _moment(digits: str) -> str:
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").strftime(_MOMENT)
    except ValueError:
        return ""


def _info(sheet: Sheet) -> dict[str, object]:
    project = sheet.project
    return {
        "description": _text(sheet, "description", project.description),
        "version": _text(sheet, "version", project.version),
        "contributor": _text(sheet, "contributor", project.contributor),
        "date_created": datetime.fromisoformat(sheet.time).strftime(_MOMENT),
    }


def _category(sheet: Sheet, category: Category) -> dict[str, object]:
    return {
        "supercategory": _text(sheet, "supercategory", category.supercategory),
        "grp_id": category.grp_id,
        "grp_name": _text(sheet, "grp_name", category.grp_name),
        "id": category.id,
        "name": _text(sheet, "name", category.name),
    }


def _image(sheet: Sheet, header: Dataset) -> dict[str, object]:
    image, names = sheet.image, sheet.names
    return {
        "id": 1,
        "file_name": _text(sheet, "file_name", sheet.path("image").rsplit("/", 1)[-1]),
        "patient_id": _text(sheet, "patient_id", names.patient),
        "series_id": _text(sheet, "series_id", names.series),
        "image_id": _text(sheet, "image_id", names.image),
        "width": image.columns,
        "height": image.rows,
        "date_captured": captured(header) or sheet.project.placeholder("date_captured"),
        "modality": _text(sheet, "modality", sheet.modality.code),
        "manufacturer": _text(sheet, "manufacturer", " ".join(given(header, "Manufacturer"))),
        "manufacturerModelName": _text(sheet, "manufacturerModelName", " ".join(given(header, "ManufacturerModelName"))),
    }


def _annotation(sheet: Sheet, annotation: Annotation, category: Category) -> dict[str, object]:
    toolname, segmentation = _outline(annotation)
    x1, y1, x2, y2 = (float(v) for v in annotation.shape.bounds)
    return {
        "id": annotation.id,
        "image_id": image_number(sheet),
        "category_id": category.id,
        "iscrowd": int(bool(segmentation) and isinstance(segmentation[0], list)),
        "area": (x2 - x1) * (y2 - y1),
        "bbox": [x1, y1, x2, y2],
        "toolname": toolname,
        "segmentation": segmentation,
        "width": x2 - x1,
        "height": y2 - y1,
    }


def image_number(sheet: Sheet) -> int:
    """Return the number of the image in its series: the digits at the end of its id, else its InstanceNumber, else 1."""
    digits = re.search(r"[0-9]+$", sheet.names.image)
    return int(digits[0]) if digits else sheet.image.instance_number or 1


def _outline(annotation: Annotation) -> tuple[str, list[float] | list[list[float]]]:
    """What stands under `toolname` and `segmentation`: the corners of a box, the vertices of lines, the bridged rings of a region."""
    shape = annotation.shape
    if isinstance(shape, Path):
        lists = [[float(v) for point in part for v in point] for part in shape.parts]
        return LINE, lists[0] if len(lists) == 1 else lists
    if annotation.toolname == BOX and shape.is_box:
        x1, y1, x2, y2 = (float(v) for v in shape.bounds)
        return BOX, [x1, y1, x2, y1, x2, y2, x1, y2]
    return FREE, flat(shape)


def _text(sheet: Sheet, key: str, value: str) -> str:
    """A text within its length: cut, but refused where a cut id would name something else; the project's placeholder for none."""
    whole, limits = text(value, len(value)), sheet.project.limits
    length = sheet.project.id_limit if key in _IDS else limits.get(key, LENGTHS[key])
    if key in _NEVER_CUT and len(whole) > length:
        raise _refused(sheet, message("{key} “{text}” is longer than {length} characters", key=key, text=whole, length=length))
    return text(whole or sheet.project.placeholder(key), length)


def _refused(sheet: Sheet, cause: Message) -> AnnotatorError:
    doing = message("Writing the JSON of {name}", name=sheet.path("json").rsplit("/", 1)[-1])
    return AnnotatorError(doing, cause, message("Correct the project's definition; nothing that was drawn is lost"))


FORMAT = Format(
    id="lung-json",
    name=mark("Lung JSON"),
    cannot_hold=(Trait.ATTRIBUTES, Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS),
    paths=paths,
    write=write,
    read=read,
    fits=fits,
    traps=(
        mark("bbox is x1, y1, x2, y2: two corners, not width and height; area is the area of this box, not of the outline"),
        mark("Coordinates begin at the outer corner of the first pixel: the centre of its first pixel is 0.5, 0.5"),
        mark("A pixel belongs to an outline if its centre is inside; on a left or top edge it is, on a right or bottom edge it is not"),
        mark("segmentation is one flat list, or with iscrowd 1 a list of lists, one for each part; a hole is joined to it by a bridge"),
        mark("toolname Line is an open line, no area; Box has its four corners in segmentation"),
        mark("category_id means another category in each modality; only supercategory and id together name it"),
    ),
)
