"""Stacks of slices and lesions on them, for tests of what goes along the slices."""

from __future__ import annotations

import math

from annotator.domain.annotation import BOX, FREE, Annotation, Drawn
from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply
from annotator.domain.image import Image, ImageKey, Plane
from annotator.domain.merge import Refusal
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.slices import Slices, stacks_of

SIDE = 64
NOW = Drawn("somebody")


def image(place: int, step: float = 3.0, modality: str = "CT") -> Image:
    plane = Plane((0.0, 0.0, place * step), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0))
    return Image(ImageKey(f"1.{place + 1}"), "", 1, SIDE, SIDE, modality, "", "s", "t", plane=plane, spacing=(1.0, 1.0))


def stack(count: int = 9, step: float = 3.0) -> Slices:
    (found,) = stacks_of(image(place, step) for place in range(count))
    return found


def disc(radius: float, x: float = 32.0, y: float = 32.0) -> Region:
    turns = [2 * math.pi * n / 48 for n in range(48)]
    return Region(((tuple((x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns),),))


def part(
    place: int, shape: Region, *, number: int = 1, lesion: int | None = 1, tool: str = "tool.free", category: str = "CCT1"
) -> Annotation:
    named = BOX if shape.is_box else FREE
    return Annotation(number, ImageKey(f"1.{place + 1}"), category, named, shape, tool=tool, lesion=lesion)


def document(*there: Annotation, **said: str) -> Document:
    found: dict[ImageKey, tuple[Annotation, ...]] = {}
    for a in there:
        found[a.image] = (*found.get(a.image, ()), a)
    return Document(found, {}, {name.replace("_", "."): text for name, text in said.items()})


def after(before: Document, edit: Edit | Refusal) -> Document:
    """The document after an edit, which can be taken back."""
    assert isinstance(edit, Edit)
    done = apply(before, edit)
    assert apply(done, edit.inverse()) == before
    return done


def masks(case: Document, slices: Slices) -> dict[int, Mask]:
    """The mask of the one region on each slice."""
    found = {slices.order[key]: there for key, there in case.annotations.items()}
    return {place: region_mask(a.shape, SIDE, SIDE) for place, (a,) in sorted(found.items()) if isinstance(a.shape, Region)}
