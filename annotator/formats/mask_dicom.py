"""Write and read binary masks as DICOM: one Secondary Capture file for each category that has something drawn on an image."""

from __future__ import annotations

import re
from collections.abc import Mapping

from annotator.dicom.derive import file_bytes, mask_dataset
from annotator.dicom.elements import Malformed
from annotator.dicom.header import read_header
from annotator.dicom.mask_file import MaskFile, mask_pixels, open_mask, source_of
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.category import Category
from annotator.domain.delivered import category_masks, delivered
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.image import ImageKey
from annotator.domain.losses import Trait
from annotator.domain.raster import Mask, keeping
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.format import Format
from annotator.i18n import Message, mark, message


def paths(sheet: Sheet) -> tuple[str, ...]:
    """Return the path of each category's mask."""
    return tuple(sheet.path("mask", category) for category in sheet.categories)


def write(sheet: Sheet) -> Mapping[str, bytes]:
    """Return a file for each category that sets a pixel: regions, and lines as strokes where the project asks for them.

    Raises AnnotatorError where a category is not one of the image's modality or the image cannot be read.
    """
    return {path: content for path, (content, _) in _files(sheet).items()}


def mended(sheet: Sheet) -> tuple[Message, ...]:
    """Return what of the source image had to be mended or left out of its masks, each thing once; raises as `write`."""
    return tuple(dict.fromkeys(remark for _, remarks in _files(sheet).values() for remark in remarks))


def read(sheet: Sheet, files: Mapping[str, bytes]) -> Reading:
    """Return one free region for each mask that sets a pixel, its outline along the pixels' edges.

    A file is of the category that its path names, else of the one that its description names.  Raises AnnotatorError for a file that is
    no mask, is damaged, or has another size than the image.
    """
    named = {sheet.path("mask", category): category for category in sheet.categories}
    masks: dict[str, Mask] = {}
    remarks: list[Message] = []
    for path in sorted(path for path in files if path in named or path.lower().endswith(".dcm")):
        file = _opened(sheet, path, files[path])
        category = named.get(path) or _described(sheet, file)
        if category is None:
            remarks.append(message("{name} names no category of this project and was left out", name=_name(path)))
            continue
        mask = _mask(path, file)
        if mask.empty:
            remarks.append(message("{name} is empty", name=_name(path)))
        else:
            masks[category.key] = masks[category.key] | mask if category.key in masks else mask
    found = [key for key in (category.key for category in sheet.categories) if key in masks]
    annotations = (Annotation(n, sheet.image.key, key, FREE, keeping(trace(masks[key]), masks[key])) for n, key in enumerate(found, 1))
    return Reading(tuple(annotations), tuple(remarks))


def fits(sheet: Sheet, files: Mapping[str, bytes]) -> bool | None:
    """Whether the masks among `files` name the sheet's image as their source; None where there is no mask, or none that says."""
    answers = set()
    for path in files:
        if path.lower().endswith(".dcm"):
            source = _source(files[path])
            answers |= {source == sheet.image.key} if source else set()
    return None if not answers else answers == {True}


def _source(content: bytes) -> ImageKey | None:
    """The image that a mask names as its source; a damaged file, or one of another kind, names none."""
    try:
        return source_of(open_mask(content))
    except Malformed:
        return None


def _files(sheet: Sheet) -> dict[str, tuple[bytes, tuple[Message, ...]]]:
    masks = category_masks(sheet, delivered(sheet))
    if not masks:
        return {}
    categories = {category.key: category for category in sheet.categories}
    unknown = next((key for key in masks if key not in categories), None)
    if unknown is not None:
        raise _refused(sheet, message("the project has no category {category} for this modality", category=unknown))
    source = read_header(sheet.image.path)
    found = {}
    for key, mask in masks.items():
        try:
            made = mask_dataset(source, sheet, categories[key], mask.array())
        except ValueError:
            raise _refused(sheet, message("the project holds a value that is not legal in DICOM")) from None
        found[sheet.path("mask", categories[key])] = (file_bytes(made.dataset), made.remarks)
    return found


def _opened(sheet: Sheet, path: str, content: bytes) -> MaskFile:
    """A mask file of the image's size; the size is compared before anything is decoded."""
    try:
        file = open_mask(content)
    except Malformed as error:
        raise _unusable(path, error.cause) from None
    rows, columns = file.size
    if file.size != (sheet.image.rows, sheet.image.columns):
        own = message("{columns} × {rows}", columns=sheet.image.columns, rows=sheet.image.rows)
        cause = message("it has {columns} × {rows} pixels and its image {own}", columns=columns, rows=rows, own=own)
        raise _unusable(path, cause)
    return file


def _mask(path: str, file: MaskFile) -> Mask:
    try:
        return Mask.of(mask_pixels(file))
    except Malformed as error:
        raise _unusable(path, error.cause) from None


def _described(sheet: Sheet, file: MaskFile) -> Category | None:
    """The category that stands as `<id> <name>` in SeriesDescription: the one of the id, if the name is not another's."""
    found = re.match(r"0*(\d{1,4})(?:\s|$)\s*(.*)", file.description)
    if found is None:
        return None
    name = sheet.project.accepted_names.get(found[2], found[2])
    return next((c for c in sheet.categories if str(c.id) == found[1] and name in ("", c.name)), None)


def _refused(sheet: Sheet, cause: Message) -> AnnotatorError:
    doing = message("Writing the masks of image {image}", image=sheet.names.image)
    return AnnotatorError(doing, cause, message("Correct the project's definition; nothing that was drawn is lost"))


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _unusable(path: str, cause: Message) -> AnnotatorError:
    remedy = message("The file stays as it is; restore it from a copy, or draw again")
    return AnnotatorError(message("Reading the mask {name}", name=_name(path)), cause, remedy)


FORMAT = Format(
    id="mask-dicom",
    name=mark("Binary-mask DICOM"),
    cannot_hold=(
        *(Trait.SINGLES, Trait.SUBPIXEL, Trait.STROKES, Trait.BOXES, Trait.ATTRIBUTES),
        *(Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS),
    ),
    paths=paths,
    write=write,
    read=read,
    fits=fits,
    traps=(
        mark("A file holds one category of one image, its id stands in the file name: annotations of one category share a mask"),
        mark("A pixel is 0 outside and above 0 inside (255, or what the project says): compare with > 0"),
        mark("Files may be compressed (RLE); their geometry is that of the source image, which SourceImageSequence names"),
        mark("An image without a file for a category has nothing of it; there are no empty masks"),
    ),
)
