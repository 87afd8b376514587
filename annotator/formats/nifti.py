"""Exchange label volumes as NIfTI: one `<series>.nii.gz` for each stack of images, and `labels.json` that says what the numbers mean.

A voxel holds the number of its category: the categories of the whole project counted from 1, in the order of their table.  Axes are
column, row, slice; sform and qform say where they lie.  What cannot be held: lines (they leave their stroke), single annotations of one
category, categories that overlap (the later one wins), and slices that are not evenly spaced (such a series is refused).  An image that
does not say where it lies has a volume of its own, its first pixel at the origin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from annotator.domain.category import Category
from annotator.domain.exchange import Chosen, Item, Label, Page, Source, Written
from annotator.domain.image import ImageKey
from annotator.domain.losses import Trait
from annotator.domain.volume import Grid, grid_of
from annotator.errors import AnnotatorError
from annotator.formats.format import SERIES, Exchange
from annotator.formats.json_text import dump, load
from annotator.formats.label_volume import Listed, bare, held, numbered_labels, pages, refused, stacked
from annotator.formats.nifti_file import ENDINGS, read_volume, volume_bytes
from annotator.i18n import Message, mark, message

LABELS = "labels.json"


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return the label volumes of a series; none of a stack on which nothing is drawn.

    Raises AnnotatorError for a stack with annotations whose slices are not evenly spaced.
    """
    files: dict[str, bytes] = {}
    holds: dict[ImageKey, tuple[str, ...]] = {}
    listing: list[dict[str, object]] = []
    remarks: list[Message] = []
    numbers = {category.key: number for number, category in enumerate(chosen.project.categories, start=1)}
    for stem, there in stacked(items):
        volume = numbered_labels(there, lambda category: numbers[category.key], np.min_scalar_type(len(numbers)))
        if not volume.any():
            continue
        grid = even_grid(there, remarks)
        path = f"{stem}.nii.gz"
        files[path] = volume_bytes(volume, grid, placed=there[0].sheet.image.plane is not None, labels=True)
        holds |= {item.sheet.image.key: (path,) for item in there if item.sheet.annotations}
        listing.append({"file": path, "images": listed_images(there)})
    return Written(files, listing, holds, tuple(remarks))


def even_grid(items: Sequence[Item], remarks: list[Message]) -> Grid:
    """Return the grid of a stack and say what is special about it; raises AnnotatorError where its slices are not evenly spaced."""
    sheet, stack = items[0].sheet, [item.sheet.image for item in items]
    grid = grid_of(stack)
    if isinstance(grid, Message):
        raise refused(sheet, grid, message("Use DICOM SEG or RTSTRUCT, which hold each slice by itself"))
    if stack[0].plane is None:
        remarks.append(message("{image} does not say where it lies: its volume begins at the origin", image=sheet.names.image))
    if grid.sheared:
        name = sheet.names.series
        remarks.append(message("series {series} has sheared slices (tilted gantry): readers that need right angles refuse it", series=name))
    return grid


def listed_images(items: Sequence[Item]) -> list[dict[str, object]]:
    """Say which image each slice of a volume is."""
    return [
        {"slice": index, "image": item.sheet.names.image, "uid": item.sheet.image.key.uid, "frame": item.sheet.image.key.frame}
        for index, item in enumerate(items)
    ]


def finish(parts: Sequence[object], chosen: Chosen) -> Mapping[str, bytes]:
    """Return the list of numbers and images; none where there is no volume."""
    volumes = [volume for part in parts if isinstance(part, list) for volume in part]
    labels = [described(number, category) for number, category in enumerate(chosen.project.categories, start=1)]
    return {LABELS: dump({"labels": labels, "volumes": volumes})} if volumes else {}


def described(number: int, category: Category) -> dict[str, object]:
    """Say what a number means."""
    return {
        "value": number,
        "key": category.key,
        "supercategory": category.supercategory,
        "id": category.id,
        "name": category.name,
        "name_en": category.name_en,
        "colour": category.colour,
    }


def read(source: Source) -> Iterator[Page | AnnotatorError]:
    """Yield what each volume says of the images; a number without a description in `labels.json` is a label of that id."""
    listed, errors = _listed(source)
    yield from errors
    for name in source.names:
        if not name.lower().endswith(ENDINGS):
            continue
        try:
            volume = read_volume(source.read(name), name)
        except AnnotatorError as error:
            yield error
        else:
            yield from pages(volume, name, source.images, listed)


def _listed(source: Source) -> tuple[Listed, list[AnnotatorError]]:
    labels: dict[int, Label] = {}
    slices: dict[str, Mapping[int, ImageKey]] = {}
    errors: list[AnnotatorError] = []
    for name in source.names:
        if name.rsplit("/", 1)[-1] != LABELS:
            continue
        try:
            blocks = load(source.read(name), name)
        except AnnotatorError as error:
            errors.append(error)
        else:
            labels |= labels_in(blocks)
            slices |= slices_in(blocks)
    return Listed(labels, slices), errors


def labels_in(blocks: object) -> dict[int, Label]:
    """Return what the numbers mean, out of the list `labels` of a description; entries that say nothing are left out."""
    entries = blocks.get("labels") if isinstance(blocks, dict) else None
    found: dict[int, Label] = {}
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("value"), int):
            continue
        told = {field: str(entry.get(field) or "") for field in ("name", "supercategory", "key", "name_en", "colour")}
        number = entry.get("id")
        found[entry["value"]] = Label(id=number if isinstance(number, int) else None, **told)
    return found


def slices_in(blocks: object) -> dict[str, Mapping[int, ImageKey]]:
    """Return which image each slice of each file is, out of the list `volumes` of a description."""
    volumes = blocks.get("volumes") if isinstance(blocks, dict) else None
    found: dict[str, Mapping[int, ImageKey]] = {}
    for volume in volumes if isinstance(volumes, list) else []:
        images = volume.get("images") if isinstance(volume, dict) else None
        kept: dict[int, ImageKey] = {}
        for entry in images if isinstance(images, list) else []:
            told = entry if isinstance(entry, dict) else {}
            index, uid, frame = told.get("slice"), told.get("uid"), told.get("frame", 1)
            if isinstance(index, int) and isinstance(uid, str) and isinstance(frame, int):
                kept[index] = ImageKey(uid, frame)
        if isinstance(volume, dict) and kept:
            found[bare(str(volume.get("file", "")))] = kept
    return found


EXCHANGE = Exchange(
    id="nifti",
    name=mark("NIfTI label volume"),
    cannot_hold=(
        *(Trait.SINGLES, Trait.OVERLAPS, Trait.SUBPIXEL, Trait.STROKES, Trait.BOXES, Trait.ATTRIBUTES),
        *(Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS),
    ),
    write=write,
    finish=finish,
    read=read,
    unit=SERIES,
    traps=(
        mark("The array's axes are column, row, slice: transpose a slice before you lay it over an image."),
        mark("NIfTI counts to the right and forwards, DICOM to the left and backwards: x and y change their sign."),
        mark("Where two categories overlap a voxel holds the later one of the table; what the earlier one lost is not in the file."),
    ),
    held=held,
)
