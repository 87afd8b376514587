"""Write and read the labels of a dementia study: a 16-bit label DICOM an image (region × 10 + judgement), and its DICOM JSON model."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from annotator.dicom.derive import file_bytes
from annotator.dicom.elements import Malformed
from annotator.dicom.header import read_header
from annotator.dicom.label_file import json_model, label_dataset
from annotator.dicom.mask_file import open_mask, source_of, stored_pixels
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.judging import Judging
from annotator.domain.labels import Labels, codes_of, plane_of
from annotator.domain.losses import Trait
from annotator.domain.raster import Mask
from annotator.domain.shapes import trace
from annotator.errors import AnnotatorError
from annotator.formats.format import Format
from annotator.i18n import Message, mark, message

LABEL, JSON = "label", "json"
_NO_JUDGEMENT = Judging("", (), (), factor=10)


def paths(sheet: Sheet) -> tuple[str, ...]:
    """Return the path of an image's label file, and of its JSON where the project names one."""
    return tuple(sheet.path(kind) for kind in (LABEL, JSON) if kind in sheet.project.patterns)


def write(sheet: Sheet) -> Mapping[str, bytes]:
    """Return the label file of an image and its JSON model, also where no region meets the image: a study is delivered whole.

    A region that nobody judged counts as one without atrophy.  Raises AnnotatorError where the image cannot be read.
    """
    image = sheet.image
    return files_of(sheet, plane_of(sheet.annotations, image.rows, image.columns, sheet.categories))


def files_of(sheet: Sheet, labels: Labels) -> Mapping[str, bytes]:
    """Return the files of an image whose category ids are known already, (rows, columns); raises as `write`."""
    try:
        codes = codes_of(labels, sheet.categories, sheet.project.judging, sheet.facts)
        dataset, _ = label_dataset(read_header(sheet.image.path), sheet, codes)
    except ValueError:
        doing = message("Writing the labels of image {image}", image=sheet.names.image)
        cause = message("the project holds a value that is not legal in DICOM")
        raise AnnotatorError(doing, cause, message("Correct the project's definition; nothing that was drawn is lost")) from None
    contents = {LABEL: file_bytes(dataset), JSON: json_model(dataset)}
    return {sheet.path(kind): contents[kind] for kind in (LABEL, JSON) if kind in sheet.project.patterns}


def read(sheet: Sheet, files: Mapping[str, bytes]) -> Reading:
    """Return one region for each category of an image's label file; values that are no code are left out, with a remark.

    Raises AnnotatorError for a file that is no label image, is damaged, or has another size than the image.
    """
    path = sheet.path(LABEL)
    if path not in files:
        return Reading()
    values = pixel_values(sheet, files[path])
    judging = sheet.project.judging or _NO_JUDGEMENT
    known = {category.id: category.key for category in sheet.categories}
    found: dict[int, Mask] = {}
    remarks: list[Message] = []
    for value in (int(v) for v in np.unique(values) if v):
        number, judgement = divmod(value, judging.factor)
        if number not in known or judgement > 1:
            remarks.append(message("{name}: the value {value} is no region's code and was left out", name=_name(path), value=value))
            continue
        mask = Mask.of(values == value)
        if number in found:
            remarks.append(message("{name}: region {region} is judged in two ways", name=_name(path), region=number))
            mask = mask | found[number]
        found[number] = mask
    json = sheet.path(JSON) if JSON in sheet.project.patterns else ""
    if json in files and json_of(files[path]) != files[json]:
        remarks.append(message("{name} is not the header of its label file", name=_name(json)))
    drawn = (Annotation(number, sheet.image.key, known[number], FREE, trace(found[number])) for number in sorted(found))
    return Reading(tuple(drawn), tuple(remarks), values=values)


def pixel_values(sheet: Sheet, content: bytes) -> NDArray[np.int64]:
    """Return the stored values of a label file, (rows, columns); raises AnnotatorError as `read`."""
    path = sheet.path(LABEL)
    try:
        file = open_mask(content)
        rows, columns = file.size
        if file.size != (sheet.image.rows, sheet.image.columns):
            own = message("{columns} × {rows}", columns=sheet.image.columns, rows=sheet.image.rows)
            raise Malformed(message("it has {columns} × {rows} pixels and its image {own}", columns=columns, rows=rows, own=own))
        return stored_pixels(file).astype(np.int64)
    except Malformed as error:
        remedy = message("The file stays as it is; restore it from a copy, or finish the case again")
        raise AnnotatorError(message("Reading the labels {name}", name=_name(path)), error.cause, remedy) from None


def json_of(content: bytes) -> bytes:
    """Return the JSON model of a label file; raises AnnotatorError where it cannot be read."""
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    try:
        return json_model(dcmread(BytesIO(content)))
    except (InvalidDicomError, ValueError, KeyError, EOFError, OSError, NotImplementedError):
        doing, cause = message("Reading the labels"), message("it is not a DICOM file, or is damaged")
        raise AnnotatorError(doing, cause, message("Restore it from a copy")) from None


def fits(sheet: Sheet, files: Mapping[str, bytes]) -> bool | None:
    """Whether the label file names the sheet's image as its source; None where there is none, or it does not say."""
    content = files.get(sheet.path(LABEL))
    try:
        source = None if content is None else source_of(open_mask(content))
    except Malformed:
        return None
    return None if source is None else source == sheet.image.key


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


FORMAT = Format(
    id="label-dicom",
    name=mark("Label DICOM with its DICOM JSON model"),
    cannot_hold=(
        *(Trait.SINGLES, Trait.OVERLAPS, Trait.SUBPIXEL, Trait.LINES, Trait.BOXES, Trait.ATTRIBUTES),
        *(Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS),
    ),
    paths=paths,
    write=write,
    read=read,
    fits=fits,
    at_done=True,
    traps=(
        mark("The pixel value is region × 10 + judgement: 91 is the left hippocampus with atrophy, 90 the same without."),
        mark("The JSON is the header of the label image (DICOM JSON model), not the outline of anything."),
        mark("A judgement is of the whole study; it stands in every image in which the region is seen."),
    ),
)
