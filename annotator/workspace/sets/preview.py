"""Show what a recipe does to one case: an image on which something is drawn, before and after, with the outlines of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.domain.annotation import Annotation
from annotator.domain.delivery import Sheet
from annotator.domain.frozen_set import Member
from annotator.domain.path import Polyline
from annotator.domain.queue import Wanted
from annotator.domain.recipe import Recipe
from annotator.domain.region import Region
from annotator.domain.volume import stacks
from annotator.errors import AnnotatorError
from annotator.i18n import Message
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.sets.case_images import images_of
from annotator.workspace.sets.preparing import sheets_of
from annotator.workspace.sets.ready import Ready, bright, ready
from annotator.workspace.sets.shelf import revision_of
from annotator.workspace.worklist import Worklist

Rgb = tuple[int, int, int]
_WHITE: Rgb = (255, 255, 255)


@dataclass(frozen=True)
class Outline:
    """A closed outline or an open line on an image, in image coordinates."""

    colour: Rgb
    points: Polyline
    closed: bool


@dataclass(frozen=True, eq=False)
class Shown:
    """An image to look at: brightness (rows, columns) or colours (rows, columns, 3),
    what is drawn on it, (row, column) spacing in mm, how many there are of it."""

    pixels: NDArray[np.uint8]
    outlines: tuple[Outline, ...]
    spacing: tuple[float, float] | None
    count: int
    name: str


@dataclass(frozen=True, eq=False)
class Preview:
    """An image before and after."""

    before: Shown
    after: Shown


def preview(folder: ProjectFolder, worklist: Worklist, member: Member, recipe: Recipe) -> Preview | Message:
    """Return what a recipe does to the image in the middle of what is drawn on a case; or why that cannot be shown."""
    try:
        places = [entry.place for entry in worklist.entries(Wanted(cases=(member.case,)))]
        found = _found(folder, member, places[0] if places else "")
        made = ready(found, "preview", recipe, "preview")
        return made if isinstance(made, Message) else _shown(made)
    except AnnotatorError as error:
        return error.cause


def _found(folder: ProjectFolder, member: Member, place: str) -> list[Sheet]:
    """The stack of the case on which most is drawn."""
    best, revision = list[Sheet](), revision_of(folder.root, member)
    for placed in images_of(folder, member, place):
        sheets = {sheet.image.key: sheet for sheet in sheets_of(folder, member, placed, revision)}
        for stack in stacks(sheet.image for sheet in sheets.values()):
            own = [sheets[image.key] for image in stack]
            if not best or _drawn(own) > _drawn(best):
                best = own
    return best


def _drawn(sheets: list[Sheet]) -> int:
    return sum(bool(sheet.annotations) for sheet in sheets)


def _shown(made: Ready) -> Preview:
    there = [number for number in range(made.count) if made.sources(number)[0].annotations] or list(range(made.count))
    number = there[len(there) // 2]
    place = int(made.plan.whole.slices.nearest()[number])
    source, drawn = made.sheets[place], made.drawn(number, made.sheets[place].image.key)
    size = source.image.spacing
    return Preview(
        Shown(bright(made.before, place), _outlines(source, source.annotations), size, len(made.sheets), source.names.image),
        Shown(bright(made.after, number), _outlines(source, drawn), made.spacing, made.count, f"{number + 1}"),
    )


def _outlines(sheet: Sheet, drawn: tuple[Annotation, ...]) -> tuple[Outline, ...]:
    found = []
    for annotation in drawn:
        category = sheet.category(annotation.category)
        colour = category.rgb if category is not None else _WHITE
        shape = annotation.shape
        lines = tuple(shape.rings) if isinstance(shape, Region) else shape.parts
        found += [Outline(colour, line, isinstance(shape, Region)) for line in lines]
    return tuple(found)
