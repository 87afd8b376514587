"""Turn the masks of a series into one volume of numbers, and such a volume back into the marks of each image."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.annotation import Annotation
from annotator.domain.category import Category
from annotator.domain.delivered import category_masks, delivered
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Chosen, Item, Label, Mark, Page, Reference
from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.raster import Mask
from annotator.domain.shapes import trace
from annotator.domain.volume import SAME_LATTICE, Floats, Place, numbered, place_of, sampled, stacks, stem_of
from annotator.errors import AnnotatorError
from annotator.formats.nifti_file import ENDINGS, Volume
from annotator.i18n import Message, message

_NAMES = {"PT": {"PT", "PET"}, "MR": {"MR", "MRI"}}
_MOST_LABELS = 200
"""So many numbers on one image are grey values."""


@dataclass(frozen=True)
class Listed:
    """What a data set says of its own volumes: what each number means, and which image each slice of a file is."""

    labels: Mapping[int, Label] = field(default_factory=dict)
    slices: Mapping[str, Mapping[int, ImageKey]] = field(default_factory=dict)


def numbered_labels(items: Sequence[Item], number: Callable[[Category], int], kind: np.dtype[Any]) -> NDArray[Any]:
    """Return the numbers of a stack's categories as an array (columns, rows, slices), 0 for none; where they overlap the later one wins.

    Raises AnnotatorError for a category that the project does not have for this modality.
    """
    image = items[0].sheet.image
    volume = np.zeros((image.columns, image.rows, len(items)), dtype=kind, order="F")
    for place, item in enumerate(items):
        categories = {category.key: category for category in item.sheet.categories}
        for key, mask in category_masks(item.sheet, delivered(item.sheet)).items():
            if key not in categories:
                raise refused(item.sheet, message("the project has no category {category} for this modality", category=key))
            volume[:, :, place][mask.array().T] = number(categories[key])
    return volume


def held(sheet: Sheet, annotation: Annotation, chosen: Chosen) -> Mask | None:
    """Return the pixels of an annotation's category that a label volume holds: without those that a later category has taken."""
    masks = category_masks(sheet, delivered(sheet))
    mask = masks.get(annotation.category)
    order = list(masks)
    for later in order[order.index(annotation.category) + 1 :] if mask is not None else ():
        mask = mask - masks[later] if mask is not None else None
    return None if mask is None or mask.empty else mask


def refused(sheet: Sheet, cause: Message, remedy: Message | None = None) -> AnnotatorError:
    """Say why the volume of a series cannot be written."""
    doing = message("Writing the volume of series {series} of {patient}", series=sheet.names.series, patient=sheet.names.patient)
    return AnnotatorError(doing, cause, remedy or message("Correct the project's definition; nothing that was drawn is lost"))


def distinct(items: Sequence[Item]) -> dict[ImageKey, Item]:
    """Return the items by their images; of two copies of one image that which is annotated."""
    known: dict[ImageKey, Item] = {}
    for item in items:
        if item.sheet.image.key not in known or item.sheet.annotations:
            known[item.sheet.image.key] = item
    return known


def stacked(items: Sequence[Item]) -> list[tuple[str, tuple[Item, ...]]]:
    """Return the stacks of a series, each with the name of its files without ending; an image without a place is alone and has its own."""
    known = distinct(items)
    called = numbered(stem_of([(item.stem, item.sheet.names.image) for item in items]))
    found = [tuple(known[image.key] for image in stack) for stack in stacks(item.sheet.image for item in known.values())]
    return [(there[0].stem if there[0].sheet.image.plane is None else called(n), there) for n, there in enumerate(found)]


def pages(volume: Volume, name: str, images: Sequence[Image], listed: Listed, split: str = "") -> Iterator[Page | AnnotatorError]:
    """Yield a page for each image on which a volume has something; where no image fits, for each of its slices.

    An image fits where its pixels are the volume's voxels, however the volume is turned; of several series the one that fits most.
    """
    base = bare(name)
    own = listed.slices.get(base, {})
    known = {image.key: image for image in images}
    meant = [known[key] for key in own.values() if key in known]
    found = _named(volume, own, known)
    if not found:
        placed = [(image, place) for image in meant or images for place in [_place(volume, image)] if place is not None]
        chosen = _one_series(placed, base)
        if chosen is None:
            yield _ambiguous(name)
            return
        found = [(Reference(key=image.key), part, place.off) for image, place, part in _parts(volume, chosen)]
    try:
        for where, values, off in found or _slices(volume, base):
            marks, remarks = _marks(values, listed.labels, name)
            if marks and off > SAME_LATTICE:
                remarks = (*remarks, _beside(off))
            if marks or remarks:
                yield Page(where, marks, (*volume.remarks, *remarks), name, split)
    except AnnotatorError as error:
        yield error


def bare(name: str) -> str:
    """Return a file's name without folder and ending."""
    base = name.rsplit("/", 1)[-1]
    return next((base[: -len(end)] for end in ENDINGS if base.lower().endswith(end)), base)


def _place(volume: Volume, image: Image) -> Place | None:
    return None if image.plane is None else place_of(image.plane, image.rows, image.columns, volume.affine)


def _named(volume: Volume, own: Mapping[int, ImageKey], known: Mapping[ImageKey, Image]) -> list[tuple[Reference, NDArray[Any], float]]:
    """The slices of images that do not say where they lie, by the data set's own list."""
    found = []
    for index, key in own.items():
        image = known.get(key)
        fits = image is not None and image.plane is None and volume.array.shape[:2] == (image.columns, image.rows)
        if fits and 0 <= index < volume.array.shape[2]:
            found.append((Reference(key=key), volume.array[:, :, index].T, 0.0))
    return found


def _one_series(placed: Sequence[tuple[Image, Place]], base: str) -> list[tuple[Image, Place]] | None:
    """The images of the series that most of them belong to, of several the one whose modality the file is named by; None in doubt."""
    ordered = sorted(placed, key=lambda pair: pair[0].series_uid)
    series = [list(group) for _, group in groupby(ordered, key=lambda pair: pair[0].series_uid)]
    fitting = [one for one in series if len(one) == max(map(len, series))]
    if len(fitting) > 1:
        words = set(re.split(r"[^A-Z0-9]+", base.upper()))
        fitting = [one for one in fitting if words & _NAMES.get(one[0][0].modality, {one[0][0].modality})]
    return fitting[0] if len(fitting) == 1 else None if series else []


def _parts(volume: Volume, placed: Sequence[tuple[Image, Place]]) -> Iterator[tuple[Image, Place, NDArray[Any]]]:
    for image, place in placed:
        part = sampled(volume.array, place, image.rows, image.columns)
        if part is not None:
            yield image, place, part


def _slices(volume: Volume, base: str) -> Iterator[tuple[Reference, NDArray[Any], float]]:
    """The slices as they stand in the file, each with its plane where its axes are at right angles."""
    columns, rows, count = volume.array.shape
    for index in range(count):
        name = base if count == 1 else f"{base}_{index + 1:04d}"
        plane = _plane(volume.affine, index)
        yield Reference(file_name=name, rows=rows, columns=columns, plane=plane), volume.array[:, :, index].T, 0.0


def _plane(affine: Floats, index: int) -> Plane | None:
    right, down = affine[:3, 0], affine[:3, 1]
    across, along = float(np.linalg.norm(right)), float(np.linalg.norm(down))
    if abs(float(right @ down)) > 1e-3 * across * along:
        return None
    place, row, column = ((float(v[0]), float(v[1]), float(v[2])) for v in (affine @ (0, 0, index, 1), right / across, down / along))
    return Plane(place, row, column, (along, across))


def _marks(values: NDArray[Any], labels: Mapping[int, Label], name: str) -> tuple[tuple[Mark, ...], tuple[Message, ...]]:
    """One free region for each number above 0 of an image; raises AnnotatorError where these are no labels."""
    if not values.any():
        return (), ()
    small = values.dtype.kind == "u" and values.dtype.itemsize <= 2
    numbers = np.flatnonzero(np.bincount(values.ravel())) if small else np.unique(values)
    if len(numbers) > _MOST_LABELS or not np.isfinite(numbers).all() or (numbers != np.rint(numbers)).any():
        doing, remedy = message("Reading the volume {name}", name=name), message("Choose the volume that holds the segmentation")
        raise AnnotatorError(doing, message("its values are those of an image and no labels"), remedy)
    marks = []
    for number in (int(value) for value in numbers if value > 0):
        shape = trace(Mask.of(values == number))
        marks.append(Mark(labels.get(number, Label(id=number)), shape))
    negative = message("values below 0 were left out") if (numbers < 0).any() else None
    return tuple(marks), (negative,) if negative else ()


def _beside(off: float) -> Message:
    return message("the voxels lie up to {off} of a voxel beside the image's pixels; each pixel took the nearest one", off=f"{off:.2f}")


def _ambiguous(name: str) -> AnnotatorError:
    cause = message("several series have exactly its voxels, and nothing says which one is meant")
    remedy = message("Open only the series that it belongs to, or put the file labels.json beside it")
    return AnnotatorError(message("Reading the volume {name}", name=name), cause, remedy)
