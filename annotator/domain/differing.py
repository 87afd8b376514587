"""Say what differs between two readings of one image: annotations only the one has, or both have and not alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.annotation import Annotation, Shape
from annotator.domain.raster import region_mask
from annotator.domain.region import Region

Numbers = tuple[int, ...]


@dataclass(frozen=True)
class Differing:
    """Ids of annotations, each in order: only here, only there, and both have but with another shape, category, or attributes and note."""

    here: Numbers = ()
    there: Numbers = ()
    shape: Numbers = ()
    category: Numbers = ()
    answers: Numbers = ()

    @property
    def none(self) -> bool:
        """Whether both say the same."""
        return self == Differing()


def differing(own: Sequence[Annotation], other: Sequence[Annotation], rows: int, columns: int) -> Differing:
    """Compare two readings of an image of `rows` × `columns` pixels; annotations are matched by id."""
    here, there = {a.id: a for a in own}, {a.id: a for a in other}
    both = [(here[n], there[n]) for n in sorted(here.keys() & there.keys())]
    return Differing(
        tuple(sorted(here.keys() - there.keys())),
        tuple(sorted(there.keys() - here.keys())),
        tuple(a.id for a, b in both if not same_shape(a.shape, b.shape, rows, columns)),
        tuple(a.id for a, b in both if a.category != b.category),
        tuple(a.id for a, b in both if (a.attributes, a.note) != (b.attributes, b.note)),
    )


def same_shape(one: Shape, other: Shape, rows: int, columns: int) -> bool:
    """Whether two shapes are the same: areas by the pixels of their masks, however their outlines are written; lines by their points."""
    if one == other:
        return True
    if not isinstance(one, Region) or not isinstance(other, Region):
        return False
    return region_mask(one, rows, columns) == region_mask(other, rows, columns)


def same(one: Annotation, other: Annotation, rows: int, columns: int) -> bool:
    """Whether two annotations say the same of the image, whoever drew them and whatever their ids are."""
    said, told = ((a.category, a.attributes, a.note) for a in (one, other))
    return said == told and same_shape(one.shape, other.shape, rows, columns)
