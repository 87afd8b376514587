"""A whole segmentation as one volume of category ids on the grid of a series, beside which only corrected slices are drawn anew.

As long as nobody has drawn on a slice its annotations are made from the volume; the first edit there takes them into the document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from annotator.domain import facts
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.category import Category
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.image import ImageKey
from annotator.domain.judging import NO, Judging, judgement_of
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.shapes import trace

LABELS = "labels"
"""The fact that names a case's label volume, by the digest of its file."""
TOOL = "labels"
"""The tool of an annotation that was made from a label volume."""
Labels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class LabelVolume:
    """Category ids of the voxels of a series: (slices, rows, columns) uint8, 0 where there is none; slice n is image n."""

    images: tuple[ImageKey, ...]
    values: Labels
    digest: str = ""

    @cached_property
    def places(self) -> Mapping[ImageKey, int]:
        """Where each image's slice stands in the volume."""
        return {key: place for place, key in enumerate(self.images)}

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many voxels of each id (0 to 255) each slice has: (slices, 256)."""
        return np.stack([np.bincount(plane.ravel(), minlength=256) for plane in self.values]).astype(np.int64)

    def on(self, image: ImageKey) -> Labels | None:
        """Return an image's slice, None where the volume does not have it."""
        place = self.places.get(image)
        return None if place is None else self.values[place]


def drawn_fact(image: ImageKey) -> str:
    """The name of the fact that says that a slice's regions are drawn now."""
    return f"slice.{image}"


def is_drawn(document: Document, image: ImageKey) -> bool:
    """Whether what the document holds of an image counts, and not the label volume."""
    return drawn_fact(image) in document.facts or bool(document.on(image))


def annotations_of(volume: LabelVolume, image: ImageKey, categories: Sequence[Category]) -> tuple[Annotation, ...]:
    """Return the regions of a slice as annotations, one a category, whose ids are those of the categories; by id."""
    plane = volume.on(image)
    if plane is None:
        return ()
    counts = volume.counts[volume.places[image]]
    found = sorted((category for category in categories if 0 < category.id < 256 and counts[category.id]), key=lambda c: c.id)
    return tuple(Annotation(c.id, image, c.key, FREE, trace(Mask.of(plane == c.id)), tool=TOOL) for c in found)


def taken_in(edit: Edit, document: Document, regions: Sequence[Annotation], image: ImageKey) -> Edit:
    """Return an edit of a document with `regions` on `image` as one of the document without them: they come in with the same step."""
    told = FactChange(drawn_fact(image), document.facts.get(drawn_fact(image)), "1")
    return replace(edit, changes=(*(Change(None, a) for a in regions), *edit.changes), facts=(*edit.facts, told))


def with_regions(document: Document, image: ImageKey, regions: Sequence[Annotation]) -> Document:
    """Return the document as if the regions had been drawn on an image."""
    issued = max([document.issued.get(image, 0), *(a.id for a in regions)])
    return Document({**document.annotations, image: tuple(regions)}, {**document.issued, image: issued}, document.facts)


def plane_of(annotations: Sequence[Annotation], rows: int, columns: int, categories: Sequence[Category]) -> Labels:
    """Return the category ids of an image's pixels, (rows, columns); where two categories meet, the later one of the file counts."""
    plane = np.zeros((rows, columns), dtype=np.uint8)
    for category in categories:
        for annotation in annotations:
            if annotation.category == category.key and category.id < 256:
                plane[shape_mask(annotation.shape, rows, columns, None).array()] = category.id
    return plane


def codes_of(labels: Labels, categories: Sequence[Category], judging: Judging | None, said: Mapping[str, str]) -> NDArray[np.uint16]:
    """Return the pixel values of a label image: category id × factor + judgement (none given: 0); 0 where there is no region."""
    factor = judging.factor if judging else 10
    table = np.zeros(256, dtype=np.uint16)
    for category in categories:
        if category.id < 256:
            table[category.id] = category.id * factor + int(judgement_of(said, category.key) or NO)
    codes: NDArray[np.uint16] = table[labels]
    return codes


def counts_of(document: Document, volume: LabelVolume, categories: Sequence[Category]) -> NDArray[np.int64]:
    """Return how many pixels of each category id each slice of the volume really has, corrections counted: (slices, 256)."""
    counts = volume.counts.copy()
    drawn = {ImageKey.parse(name.removeprefix("slice.")) for name in document.facts if name.startswith("slice.")}
    for image in drawn | document.annotations.keys():
        place = volume.places.get(image)
        if place is not None:
            rows, columns = volume.values.shape[1:]
            plane = plane_of(document.on(image), rows, columns, categories)
            counts[place] = np.bincount(plane.ravel(), minlength=256)
    return counts


def judged_facts(document: Document) -> Mapping[str, str]:
    """Return the judgements among a document's facts."""
    prefix = facts.judgement("")
    return {name: value for name, value in document.facts.items() if name.startswith(prefix)}
