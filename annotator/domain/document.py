"""All annotations of one case, as a value: an edit makes a new document and leaves the old one as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.domain.annotation import Annotation
from annotator.domain.image import ImageKey


@dataclass(frozen=True)
class Document:
    """A case's annotations per image, oldest first; `issued` holds the highest id ever given on each image, so that none comes twice."""

    annotations: Mapping[ImageKey, tuple[Annotation, ...]] = field(default_factory=dict)
    issued: Mapping[ImageKey, int] = field(default_factory=dict, compare=False)
    facts: Mapping[str, str] = field(default_factory=dict)
    """What a person said of the case as a whole, in words of `annotator.domain.facts`: a discard mark, a judgement, a view."""

    def on(self, image: ImageKey) -> tuple[Annotation, ...]:
        """Return the annotations of one image, in order of id."""
        return self.annotations.get(image, ())

    def find(self, image: ImageKey, number: int) -> Annotation | None:
        """Return the annotation with this id, None where there is none."""
        return next((a for a in self.on(image) if a.id == number), None)

    def next_id(self, image: ImageKey) -> int:
        """Return the id a new annotation of this image gets."""
        return max([self.issued.get(image, 0), *(a.id for a in self.on(image))]) + 1

    def count(self) -> int:
        """Return how many annotations the case has."""
        return sum(len(found) for found in self.annotations.values())
