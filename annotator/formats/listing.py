"""Say beside files that hold only numbers and pixels what they are about: which class a number means, which image a name means.

`classes.csv` and `images.csv` are ours, and a data set of others does without them: then images are known by the names of files, and their
sizes by the pictures that lie beside or by the images that are open.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from annotator.domain.category import Category
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Item, Label, Reference, Source
from annotator.domain.image import Image, ImageKey
from annotator.domain.project import Project
from annotator.domain.spreadsheet import harmless, meant
from annotator.errors import AnnotatorError
from annotator.formats.foreign import side, whole
from annotator.i18n import Message, message

CLASSES, IMAGES = "classes.csv", "images.csv"
TABLE_LIMIT = 64 * 2**20
_CLASS_COLUMNS = ("number", "supercategory", "category_id", "name", "name_en", "colour")
_IMAGE_COLUMNS = ("stem", "split", "rows", "columns", "image", "supercategory")
_SPLITS = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val", "test": "test", "testing": "test"}
_ENDINGS = ("png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff", "webp", "dcm", "dicom")
_UID = re.compile(r"[0-2](\.(0|[1-9]\d*)){3,}|2\.25\.[1-9]\d*")


@dataclass(frozen=True)
class Listed:
    """A row of `images.csv`: how the image is named there, and its categories' supercategory."""

    where: Reference
    split: str
    supercategory: str


def classes_csv(project: Project, first: int) -> bytes:
    """Return the table of a project's categories, numbered from `first` in the order of its definition."""
    rows = ((n, c.supercategory, c.id, c.name, c.name_en, c.colour) for n, c in enumerate(project.categories, first))
    return _table(_CLASS_COLUMNS, rows)


def class_number(project: Project, key: str, first: int) -> int | None:
    """Return the number of a category in `classes.csv`."""
    return next((n for n, category in enumerate(project.categories, first) if category.key == key), None)


def images_csv(parts: Sequence[object]) -> bytes:
    """Return the table of the images that were written, out of what `image_part` made of each."""
    return _table(_IMAGE_COLUMNS, (part for part in parts if isinstance(part, tuple)))


def image_part(item: Item) -> tuple[str | int, ...]:
    """Return the row of `images.csv` for an image."""
    image = item.sheet.image
    return item.stem, item.split, image.rows, image.columns, str(image.key), item.sheet.modality.supercategory


def labels_of(source: Source) -> dict[int, Label]:
    """Return what each number of a data set's `classes.csv` means; nothing where there is none.  Raises AnnotatorError for a broken one."""
    found: dict[int, Label] = {}
    for row in _rows(source, CLASSES):
        n, category_id = whole(row["number"]), whole(row["category_id"])
        if n is not None and 0 <= n < 1 << 16:
            key = f"{row['supercategory']}{category_id}" if category_id is not None and row["supercategory"] else ""
            found.setdefault(n, Label(row["name"], category_id, row["supercategory"], key, row["name_en"], row["colour"]))
    return found


def listed_in(source: Source) -> dict[tuple[str, str], Listed]:
    """Return the rows of a data set's `images.csv` by split and stem; raises AnnotatorError for a broken one."""
    found: dict[tuple[str, str], Listed] = {}
    for row in _rows(source, IMAGES):
        where = Reference(key_of(row["image"]), file_named(row["stem"]), side(row["rows"]), side(row["columns"]))
        found.setdefault((row["split"], row["stem"]), Listed(where, row["split"], row["supercategory"]))
    return found


def stem_of(path: str) -> str:
    """Return the name of a file without its folder and its ending."""
    name = path.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] if "." in name else name


def file_named(name: str) -> str:
    """Return a name with an ending where it would be cut at a dot of its own, as a UID would; others stay as they are."""
    return name if "." not in name or name.rsplit(".", 1)[-1].lower() in _ENDINGS else f"{name}.png"


def split_of(path: str) -> str:
    """Return the split that a folder of a path names: `train`, `val`, `test` or nothing."""
    return next((_SPLITS[part.lower()] for part in reversed(path.split("/")[:-1]) if part.lower() in _SPLITS), "")


def uid_in(text: str) -> ImageKey | None:
    """Return the image whose SOPInstanceUID a name is, perhaps with a frame behind it, as `1.2.840.1#2`."""
    uid = text.partition("#")[0]
    return key_of(text) if len(uid) <= 64 and _UID.fullmatch(uid) else None


def by_name(images: Iterable[Image]) -> dict[str, Image]:
    """Return the images by SOPInstanceUID (with the frame where it is not the first) and by the names of their files.

    A name that means two images is left out.
    """
    found: dict[str, Image | None] = {}
    for image in images:
        own = image.key.uid if image.key.frame == 1 else str(image.key)
        for name in {own, stem_of(image.path.replace("\\", "/"))} if image.frames == 1 else {own}:
            found[name] = None if name in found and found[name] is not image else image
    return {name: image for name, image in found.items() if image is not None}


def folder_of(kind: str, split: str) -> str:
    """Return the folder of a kind of files and a split, with `/` at its end."""
    return f"{kind}/{split}/" if split else f"{kind}/"


def category_of(sheet: Sheet, key: str, doing: Message) -> Category:
    """Return the category of an annotation; raises AnnotatorError where the image's modality has no such category."""
    category = sheet.category(key)
    if category is not None:
        return category
    cause = message("the project has no category {category} for this modality", category=key)
    raise AnnotatorError(doing, cause, message("Correct the project's definition; nothing that was drawn is lost"))


def decoded(content: bytes) -> str:
    """Return a text in UTF-8, with or without mark, else in cp949; raises UnicodeDecodeError for neither."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp949")


def unreadable(name: str, cause: Message) -> AnnotatorError:
    """Say that a file of a data set cannot be used, and why."""
    remedy = message("The rest is read; see that this file is whole, and read it again")
    return AnnotatorError(message("Reading {name}", name=name), cause, remedy)


def key_of(text: str) -> ImageKey | None:
    """Return the image that a text names as we write it, None for anything else."""
    try:
        key = ImageKey.parse(text.strip())
    except ValueError:
        return None
    return key if key.uid and key.frame > 0 else None


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _rows(source: Source, table: str) -> Iterable[Mapping[str, str]]:
    """The rows of the data set's own table, every column there, as text."""
    name = min((n for n in source.names if n.rsplit("/", 1)[-1].lower() == table), key=len, default=None)
    if name is None:
        return
    content = source.read(name)
    columns = _CLASS_COLUMNS if table == CLASSES else _IMAGE_COLUMNS
    if len(content) > TABLE_LIMIT:
        raise unreadable(name, message("it is larger than {size} MB", size=TABLE_LIMIT // 2**20))
    try:
        for row in csv.DictReader(StringIO(decoded(content))):
            yield {column: meant((row.get(column) or "").strip()) if isinstance(row.get(column), str) else "" for column in columns}
    except UnicodeDecodeError:
        raise unreadable(name, message("it is not written in UTF-8")) from None
    except csv.Error:
        raise unreadable(name, message("it is no table")) from None
