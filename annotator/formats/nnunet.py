"""Exchange data sets for training as nnU-Net (version 2) takes them: a folder of images and one of labels for each kind of image.

`Dataset<nnn>_<modality>_<DICOM modality>/` holds `imagesTr/<case>_0000.nii.gz` (grey values in the image's unit), `labelsTr/<case>.nii.gz`,
the same as `…Ts` for the test split, `dataset.json`, and `splits_final.json` where some cases are there for validation.  A case is a stack
of images.  Numbers are those of the modality's categories, counted from 1 without a gap, as nnU-Net wants them; what is said beyond its
format stands under `annotator` in `dataset.json`, which it passes over.  What cannot be held is what label volumes cannot hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.dicom.pixels import picture
from annotator.domain.category import Category
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Choice, Chosen, Item, Label, Page, Source, Written
from annotator.domain.image import ImageKey
from annotator.domain.losses import Trait
from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.formats.format import SERIES, Exchange
from annotator.formats.json_text import load
from annotator.formats.label_volume import Listed, bare, held, numbered_labels, pages, refused, stacked
from annotator.formats.nifti import described, even_grid, labels_in, listed_images, slices_in
from annotator.formats.nifti_file import ENDINGS, read_volume, volume_bytes
from annotator.i18n import Message, mark, message

EMPTY = Choice(
    "empty",
    mark("Series on which nothing is drawn"),
    (
        ("leave-out", mark("left out")),
        ("include", mark("taken as showing nothing")),
    ),
)
_KINDS = ("CT", "MR", "PT", "CR", "DX", "MG", "US", "XA", "OT")
_CHANNELS = {"PT": "PET", "MR": "MRI"}
_OWN = "annotator"


@dataclass(frozen=True)
class _Case:
    """One case that was written: its folder, what it is called, its split, and what goes into the folder's description."""

    folder: str
    name: str
    split: str
    modality: str
    channel: str
    images: list[dict[str, object]]


def write(items: Sequence[Item], chosen: Chosen) -> Written:
    """Return the volumes of a series, images and labels.

    Raises AnnotatorError where the slices are not evenly spaced, are in colour or cannot be decoded.
    """
    files: dict[str, bytes] = {}
    holds: dict[ImageKey, tuple[str, ...]] = {}
    cases: list[_Case] = []
    remarks: list[Message] = []
    for stem, there in stacked(items):
        sheet, placed = there[0].sheet, there[0].sheet.image.plane is not None
        numbers = {category.key: number for number, category in enumerate(sheet.categories, start=1)}
        labels = _labels(there, numbers)
        if not labels.any() and chosen.value(EMPTY) == "leave-out":
            continue
        grid = even_grid(there, remarks)
        case = stem.replace("/", "_")
        folder, end = folder_of(chosen.project, sheet), "Ts" if there[0].split == "test" else "Tr"
        own = f"{folder}/labels{end}/{case}.nii.gz", f"{folder}/images{end}/{case}_0000.nii.gz"
        files[own[0]] = volume_bytes(labels, grid, placed=placed, labels=True)
        files[own[1]] = volume_bytes(_values(there), grid, placed=placed, labels=False)
        holds |= {item.sheet.image.key: own for item in there if item.sheet.annotations}
        channel = _CHANNELS.get(sheet.image.modality, sheet.image.modality) or "unknown"
        cases.append(_Case(folder, case, there[0].split, sheet.modality.code, channel, listed_images(there)))
    return Written(files, cases, holds, tuple(remarks))


def folder_of(project: Project, sheet: Sheet) -> str:
    """Return the folder for one kind of image: nnU-Net gives each data set a number of three digits and trains on one kind at a time."""
    place = [modality.code for modality in project.modalities].index(sheet.modality.code)
    kind = sheet.image.modality
    number = 1 + len(_KINDS) * place + (_KINDS.index(kind) if kind in _KINDS else len(_KINDS) - 1)
    return f"Dataset{number:03d}_{sheet.modality.code}_{kind or 'OT'}"


def _labels(items: Sequence[Item], numbers: Mapping[str, int]) -> NDArray[Any]:
    def number(category: Category) -> int:
        return numbers[category.key]

    return numbered_labels(items, number, np.min_scalar_type(max(len(numbers), 1)))


def _values(items: Sequence[Item]) -> NDArray[Any]:
    """The grey values (columns, rows, slices): whole numbers of 16 bits where they are such, else float32."""
    image = items[0].sheet.image
    volume = np.zeros((image.columns, image.rows, len(items)), dtype=np.float32, order="F")
    for place, item in enumerate(items):
        shown = picture(item.sheet.image)
        if shown.colour:
            cause = message("image {image} is in colour, and a channel holds single numbers", image=item.sheet.names.image)
            raise refused(item.sheet, cause, message("Use PNG or COCO, which keep colours"))
        volume[:, :, place] = shown.values().T
    limits = np.iinfo(np.int16)
    whole = bool(limits.min <= volume.min() and volume.max() <= limits.max and (volume == np.rint(volume)).all())
    return volume.astype(np.int16) if whole else volume


def finish(parts: Sequence[object], chosen: Chosen) -> Mapping[str, bytes]:
    """Return each folder's description, and its split where some of its cases are there for validation."""
    folders: dict[str, list[_Case]] = {}
    for part in parts:
        for case in part if isinstance(part, list) else ():
            folders.setdefault(case.folder, []).append(case)
    files: dict[str, bytes] = {}
    for folder, cases in folders.items():
        files[f"{folder}/dataset.json"] = _text(_description(cases, chosen.project))
        training = [case for case in cases if case.split != "test"]
        if any(case.split == "val" for case in training):
            split = {"train": [c.name for c in training if c.split != "val"], "val": [c.name for c in training if c.split == "val"]}
            files[f"{folder}/splits_final.json"] = _text([split])
    return files


def _description(cases: Sequence[_Case], project: Project) -> dict[str, object]:
    modality = next(modality for modality in project.modalities if modality.code == cases[0].modality)
    categories = list(enumerate(project.categories_of(modality), start=1))
    names = [category.name for _, category in categories]
    labels = {"background": 0}
    for number, category in categories:
        single = names.count(category.name) == 1 and category.name not in ("", "background", "ignore")
        labels[category.name if single else f"{category.name} {category.id}".strip()] = number
    return {
        "channel_names": {"0": cases[0].channel},
        "labels": labels,
        "numTraining": sum(case.split != "test" for case in cases),
        "file_ending": ".nii.gz",
        _OWN: {
            "labels": [described(number, category) for number, category in categories],
            "volumes": [{"file": f"{case.name}.nii.gz", "images": case.images} for case in cases],
        },
    }


def _text(value: object) -> bytes:
    """JSON in ASCII: nnU-Net reads it in whatever encoding the system has."""
    return (json.dumps(value, indent=1, allow_nan=False) + "\n").encode("ascii")


def read(source: Source) -> Iterator[Page | AnnotatorError]:
    """Yield what each label volume says of the images; images are found by geometry, their volumes are not read."""
    described_by: dict[str, tuple[Listed, Mapping[str, str]]] = {}
    for name in source.names:
        folder, _, base = name.rpartition("/")
        if base == "dataset.json":
            try:
                described_by[folder] = _listed(load(source.read(name), name)), _splits(source, f"{folder}/" if folder else "")
            except AnnotatorError as error:
                yield error
    for name in source.names:
        folder, _, kind = name.rpartition("/")[0].rpartition("/")
        if kind not in ("labelsTr", "labelsTs") or not name.lower().endswith(ENDINGS):
            continue
        listed, splits = described_by.get(folder, (Listed(), {}))
        try:
            volume = read_volume(source.read(name), name)
        except AnnotatorError as error:
            yield error
        else:
            yield from pages(volume, name, source.images, listed, "test" if kind == "labelsTs" else splits.get(bare(name), "train"))


def _listed(blocks: object) -> Listed:
    """What the numbers mean: by our own words where they stand there, else `name: number` (or `number: name`, as version 1 has it)."""
    own = blocks.get(_OWN) if isinstance(blocks, dict) else None
    labels = labels_in(own)
    told = blocks.get("labels") if isinstance(blocks, dict) else None
    for key, value in told.items() if isinstance(told, dict) and not labels else ():
        number, name = (int(key), value) if re.fullmatch(r"[0-9]{1,5}", key) and isinstance(value, str) else (value, key)
        if isinstance(number, int) and not isinstance(number, bool) and number > 0:
            labels[number] = Label(name=name, id=number)
    return Listed(labels, slices_in(own))


def _splits(source: Source, folder: str) -> Mapping[str, str]:
    """The cases that are there for validation, by the first fold."""
    name = f"{folder}splits_final.json"
    folds = load(source.read(name), name) if name in source.names else []
    first = folds[0] if isinstance(folds, list) and folds and isinstance(folds[0], dict) else {}
    return {case: "val" for case in first.get("val", ()) if isinstance(case, str)}


EXCHANGE = Exchange(
    id="nnunet",
    name=mark("nnU-Net data set"),
    cannot_hold=(
        *(Trait.SINGLES, Trait.OVERLAPS, Trait.SUBPIXEL, Trait.STROKES, Trait.BOXES, Trait.ATTRIBUTES),
        *(Trait.AUTHORS, Trait.TOOLS, Trait.ORIGINS, Trait.FACTS),
    ),
    write=write,
    splits=True,
    finish=finish,
    read=read,
    unit=SERIES,
    choices=(EMPTY,),
    traps=(
        mark("Numbers count the categories of one modality from 1 on: they are not the ids of the categories."),
        mark("nnU-Net looks for splits_final.json in its folder of preprocessed data: copy it there before training."),
        mark("The array's axes are column, row, slice: transpose a slice before you lay it over an image."),
    ),
    needs_source=True,
    held=held,
)
