"""Read the lung project's JSON as others write it too: what can be understood is taken, and what was odd about it is said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from annotator.domain.annotation import BOX, FREE, LINE, Annotation, Shape
from annotator.domain.category import Category
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.domain.segmentation import unflat
from annotator.errors import AnnotatorError
from annotator.formats.json_text import broken, load
from annotator.i18n import Message, message
from annotator.paths import nfc

_FARTHEST = 1e7
_TOOLNAMES = {"line": LINE, "free": FREE, "polygon": FREE, "box": BOX, "rectangle": BOX, "bbox": BOX}


class _Unclear(ValueError):
    """An annotation that cannot be understood; its one argument is the message that says why."""


def reading(sheet: Sheet, name: str, content: bytes) -> Reading:
    """Return the annotations in a JSON file called `name`, and remarks on what was odd.

    Raises AnnotatorError where the file is no JSON, has no list of annotations, or belongs to an image of another size.
    """
    found = load(content, name)
    if not isinstance(found, dict) or not isinstance(found.get("annotations", []), list):
        raise broken(name, message("it has no list of annotations"))
    remarks: list[Message] = []
    _check_image(sheet, name, found, remarks)
    categories = _categories(sheet, found, remarks)
    taken: dict[int, Annotation] = {}
    without_id: list[tuple[int, Annotation]] = []
    for place, entry in enumerate(found.get("annotations", []), start=1):
        try:
            annotation = _annotation(sheet, entry, categories)
        except _Unclear as unclear:
            remarks.append(message("annotation {place} of {name} was left out: {why}", place=place, name=name, why=unclear.args[0]))
            continue
        if annotation.id < 1 or annotation.id in taken:
            without_id.append((place, annotation))
        else:
            taken[annotation.id] = annotation
    for place, annotation in without_id:
        fresh = max([0, *taken]) + 1
        remarks.append(message("annotation {place} of {name} has no id of its own and is now {id}", place=place, name=name, id=fresh))
        taken[fresh] = replace(annotation, id=fresh)
    remarks += [_outside(number, name) for number, a in taken.items() if not _inside(sheet, a.shape)]
    return Reading(tuple(taken[number] for number in sorted(taken)), tuple(remarks))


def described(content: bytes) -> dict[str, Any] | None:
    """Return what a JSON says of its image; None where it cannot be read or says nothing."""
    try:
        found = load(content, "")
    except AnnotatorError:
        return None
    images = found.get("images") if isinstance(found, dict) else None
    return images[0] if isinstance(images, list) and images and isinstance(images[0], dict) else None


def _check_image(sheet: Sheet, name: str, found: dict[str, Any], remarks: list[Message]) -> None:
    images = found.get("images")
    image = images[0] if isinstance(images, list) and images and isinstance(images[0], dict) else {}
    for key, own in (("width", sheet.image.columns), ("height", sheet.image.rows)):
        said = _number(image.get(key))
        if said is not None and said != own:
            cause = message("it belongs to an image of another size: {key} {said} instead of {own}", key=key, said=int(said), own=own)
            raise broken(name, cause)
    modality = image.get("modality")
    if modality is not None and modality != sheet.modality.code:
        remarks.append(message("{name} was written for modality {said}, not {own}", name=name, said=modality, own=sheet.modality.code))


def _categories(sheet: Sheet, found: dict[str, Any], remarks: list[Message]) -> dict[int, Category]:
    """The project's category for each id of the file: the one of this name, else the one of this id."""
    own = {category.id: category for category in sheet.categories}
    names = {nfc(category.name): category for category in sheet.categories}
    listed = found.get("categories")
    for entry in listed if isinstance(listed, list) else []:
        number, name = (_number(entry.get("id")), entry.get("name")) if isinstance(entry, dict) else (None, None)
        if number is None or not isinstance(name, str) or not number.is_integer():
            continue
        canonical = nfc(sheet.project.accepted_names.get(nfc(name.strip()), name.strip()))
        meant = names.get(canonical) or own.get(int(number))
        if meant is None:
            continue
        if nfc(meant.name) != name:
            remarks.append(message("non-canonical name “{name}” for category {id} {own}", name=name, id=meant.id, own=meant.name))
        if meant.id != number:
            remarks.append(message("category {name} has the id {said} instead of {id}", name=meant.name, said=int(number), id=meant.id))
        own[int(number)] = meant
    return own


def _annotation(sheet: Sheet, entry: Any, categories: dict[int, Category]) -> Annotation:
    if not isinstance(entry, dict):
        raise _Unclear(message("it is no object"))
    number = _number(entry.get("category_id"))
    category = categories.get(int(number)) if number is not None else None
    if category is None:
        raise _Unclear(message("the project has no category {category} for this modality", category=entry.get("category_id")))
    identity = _number(entry.get("id"))
    told = str(entry.get("toolname", "")).strip().lower()
    toolname, shape = _shape(_TOOLNAMES.get(told, FREE), entry)
    return Annotation(int(identity) if identity is not None else 0, sheet.image.key, category.key, toolname, shape)


def _shape(toolname: str, entry: dict[str, Any]) -> tuple[str, Shape]:
    """A line stays a line; a box one while its corners are those of a box; everything else is free."""
    lists = _coordinates(entry.get("segmentation"))
    box = _coordinates(entry.get("bbox"))
    if toolname == LINE:
        parts = [tuple(zip(part[::2], part[1::2], strict=True)) for part in lists]
        if not parts or any(len(part) < 2 for part in parts):
            raise _Unclear(message("a line needs two points"))
        return LINE, Path(tuple(parts))
    if not lists and len(box) == 1 and len(box[0]) == 4:
        corners = Region.box(*box[0])
        return BOX if toolname == BOX else FREE, corners
    try:
        region = unflat(lists[0] if len(lists) == 1 else lists)
    except ValueError:
        raise _Unclear(message("an outline needs three points")) from None
    if region.empty:
        raise _Unclear(message("its outline encloses nothing"))
    if toolname == BOX and region.is_box:
        return BOX, Region.box(*region.bounds)
    return FREE, region


def _coordinates(value: Any) -> list[list[float]]:
    """Flat lists of coordinates: one for a flat list, as many as there are in a list of lists."""
    if value is None or value == []:
        return []
    if not isinstance(value, list):
        raise _Unclear(message("its coordinates are no list"))
    lists = value if all(isinstance(part, list) for part in value) else [value]
    return [_finite(part) for part in lists]


def _finite(values: Sequence[Any]) -> list[float]:
    if _plain(values):
        return list(values)
    numbers = [_number(value) for value in values]
    if len(numbers) % 2 or any(number is None or abs(number) > _FARTHEST for number in numbers):
        raise _Unclear(message("its coordinates are no pairs of numbers"))
    return [number for number in numbers if number is not None]


def _plain(values: Sequence[Any]) -> bool:
    """Whether all are pairs of usual decimal numbers, found out at once: outlines are long, and nearly all are written so."""
    if len(values) % 2 or {type(value) for value in values} != {float}:
        return False
    return min(values) >= -_FARTHEST and max(values) <= _FARTHEST and not any(map(math.isnan, values))


def _number(value: Any) -> float | None:
    """A finite number, also one that is written as a text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _inside(sheet: Sheet, shape: Shape) -> bool:
    x1, y1, x2, y2 = shape.bounds
    return 0 <= x1 and 0 <= y1 and x2 <= sheet.image.columns and y2 <= sheet.image.rows


def _outside(number: int, name: str) -> Message:
    return message("annotation {id} of {name} reaches beyond the image", id=number, name=name)
