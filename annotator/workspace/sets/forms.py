"""Make the files of a prepared stack in each form that a set goes out in: DICOM, PNG, NIfTI, and every annotation format there is.

Each form has a folder of its own.  `dicom`: derived images and a binary mask for each category; `png`: pictures of 8 or 16 bits and masks;
`nifti`: volumes and label volumes.  All others are the formats of `annotator.formats`: they are written on the prepared images, which they
find as derived DICOM files.  Where a format's own layout does not say in which part an image is, each part has a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.dicom.derive import file_bytes, mask_dataset
from annotator.dicom.derived_image import Derivation, image_dataset
from annotator.dicom.header import read_header
from annotator.domain.delivered import category_masks, delivered
from annotator.domain.exchange import Chosen, Item, Written
from annotator.domain.prepared import Kind
from annotator.domain.quantised import Scale, needs_range, scale_of
from annotator.domain.volume import grid_of
from annotator.errors import AnnotatorError
from annotator.formats.format import CASE, IMAGE, Exchange, Format
from annotator.formats.label_volume import stacked
from annotator.formats.listing import folder_of
from annotator.formats.nifti_file import volume_bytes
from annotator.formats.png import CONTOURS, KIND
from annotator.i18n import Message, message
from annotator.workspace.exchange.offered import Any as AnyFormat
from annotator.workspace.sets.ready import Ready

DICOM, PNG, NIFTI = "dicom", "png", "nifti"
OWN = (DICOM, PNG, NIFTI)
"""The forms that are made here; of the others a format makes the files."""
Put = Callable[[str, bytes], None]
"""Writes a file of a case; the path is relative with `/`."""


@dataclass(frozen=True)
class Form:
    """A form as it is wanted: its id, the format that writes annotations (None: `dicom`), and what was chosen of that."""

    id: str
    format: AnyFormat | None
    chosen: Chosen

    @property
    def reads(self) -> bool:
        """Whether its files are made from the DICOM files of the prepared images."""
        return self.id != NIFTI and not (self.id == PNG and self.chosen.values.get(KIND.key) != CONTOURS)

    @property
    def apart(self) -> bool:
        """Whether each part needs a folder of its own."""
        return self.id == NIFTI or not (isinstance(self.format, Exchange) and self.format.splits)


def scale_for(ready: Ready, *, signed: bool, upright: bool = False) -> Scale:
    """Return how the values of a stack are stored as whole numbers."""
    kind = ready.after.kind
    return scale_of(kind, ready.range if needs_range(kind) else None, signed=signed, upright=upright and ready.after.inverted)


def dicom_bytes(ready: Ready, item: Item, number: int, description: str, scale: Scale) -> tuple[bytes, tuple[Message, ...]]:
    """Return the derived DICOM file of an image, and what had to be mended of its sources; raises AnnotatorError."""
    sources = [(read_header(sheet.image.path), sheet) for sheet in ready.sources(number)]
    stored = scale.stored(ready.after.values(number))
    how = Derivation(description, ready.resampled, scale, ready.after.window, ready.unit, ready.after.inverted, ready.distances[1])
    try:
        dataset, remarks = image_dataset(sources, item.sheet, stored, how)
        return file_bytes(dataset), remarks
    except (ValueError, TypeError) as error:
        raise _not_written(item, error) from error


def dicom_masks(item: Item, path: str) -> Mapping[str, bytes]:
    """Return the binary mask files of an image that goes out as DICOM and is there; `path` is their path without category and ending."""
    sheet = item.sheet
    files: dict[str, bytes] = {}
    for key, mask in category_masks(sheet, delivered(sheet)).items():
        category = sheet.category(key)
        if category is not None:
            made = mask_dataset(read_header(sheet.image.path), sheet, category, mask.array())
            files[f"{path}_{category.id}.dcm"] = file_bytes(made.dataset)
    return files


def png_bytes(stored: NDArray[Any]) -> bytes:
    """Return a grey picture of 8 or 16 bits, or one in colour."""
    from PIL import Image as Pillow

    stream = BytesIO()
    Pillow.fromarray(stored).save(stream, "PNG", compress_level=4)
    return stream.getvalue()


def nifti_bytes(ready: Ready, items: Sequence[Item]) -> bytes:
    """Return the volume of a stack: 8 bits, whole numbers of 16 bits, or float32; raises AnnotatorError where slices are not even."""
    if ready.after.kind is Kind.COLOUR:
        cause = message("the images are in colour, and a volume holds single numbers")
        raise AnnotatorError(message("Writing a volume"), cause, message("Choose DICOM or PNG, which keep colours"))
    grid = grid_of([item.sheet.image for item in items])
    if isinstance(grid, Message):
        raise AnnotatorError(message("Writing a volume"), grid, message("Choose DICOM or PNG, which hold each slice by itself"))
    kind: Any = np.float32
    if ready.after.kind is Kind.BRIGHT:
        kind = np.uint8
    elif ready.after.kind is Kind.VALUES and scale_for(ready, signed=True) == Scale("int16"):
        kind = np.int16
    volume = np.zeros((ready.after.columns, ready.after.rows, ready.count), kind, order="F")
    for number in range(ready.count):
        values = ready.after.values(number)
        volume[:, :, number] = (values if kind is np.float32 else np.rint(values)).T
    return volume_bytes(volume, grid, placed=items[0].sheet.image.plane is not None, labels=False)


def nifti_name(items: Sequence[Item]) -> str:
    """Return what the files of a stack are called, without ending: the label volume is called so, too."""
    return stacked(items)[0][0]


def annotation_files(form: Form, units: Sequence[Sequence[Item]], put: Put) -> list[object]:
    """Write the annotations of prepared images (stack by stack) with the form's format; returns its parts for the whole data set.

    Raises AnnotatorError before something wrong is written, and whatever `put` raises.
    """
    parts, used = list[object](), form.format
    for unit in _units(form, units):
        try:
            written = _written(used, [replace(item, split="") for item in unit] if form.apart else unit, form.chosen)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _not_written(unit[0], error) from error
        for path, content in written.files.items():
            put(f"{form.id}/{inside(form, unit[0].split, path)}", content)
        parts += [] if written.part is None else [written.part]
    return parts


def inside(form: Form, split: str, path: str) -> str:
    """Return where a file of a format lies in the folder of its form."""
    if form.id == NIFTI:
        return f"{folder_of('labels', split)}{path}"
    return f"{split}/{path}" if form.apart and split else path


def _units(form: Form, stacks: Sequence[Sequence[Item]]) -> list[Sequence[Item]]:
    used = form.format
    if used is not None and used.unit == CASE:
        return [[item for stack in stacks for item in stack]]
    if used is not None and used.unit == IMAGE:
        return [[item] for stack in stacks for item in stack]
    return list(stacks)


def _written(used: AnyFormat | None, unit: Sequence[Item], chosen: Chosen) -> Written:
    if isinstance(used, Exchange):
        used.ready(unit, chosen)
        return used.write(unit, chosen)
    if not isinstance(used, Format):
        return Written()
    files: dict[str, bytes] = {}
    siblings = tuple(item.sheet for item in unit) if used.unit == CASE else ()
    for item in unit[:1] if used.unit == CASE else unit:
        files |= used.write(replace(item.sheet, siblings=siblings))
    return Written(files)


def _not_written(item: Item, error: Exception) -> AnnotatorError:
    doing = message("Writing the image {image}", image=item.stem)
    return AnnotatorError(doing, message("{text}", text=str(error)), message("The other images are not affected"))

