"""Lay lesions out as tiles, page after page, and say which of them must be looked at in full and which cases are passed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from annotator.domain.annotation import Annotation
from annotator.domain.image import Image
from annotator.domain.region import Region

PER_PAGE = 12
_OF = 1 << 32


@dataclass(frozen=True)
class GalleryTile:
    """A lesion as a tile: the case, the image and annotation that show it, on how many images it is, and what it is called in the project.

    `full`: the project wants it to be looked at in full.
    """

    case: str
    image: Image
    annotation: Annotation
    images: int = 1
    patient: str = ""
    full: bool = False

    @property
    def id(self) -> tuple[str, str, int]:
        """What it is known by."""
        return self.case, str(self.image.key), self.annotation.id


Name = tuple[str, str, int]
"""Case, image and annotation of a tile."""


def tiles_of(
    case: str, drawn: Sequence[tuple[Image, Sequence[Annotation]]], share: float = 0.0, patient: str = ""
) -> tuple[GalleryTile, ...]:
    """Return the lesions of a case as tiles: one with members on several images by its largest outline; lines are none.

    `share`: of how many of them it is wanted that they are looked at in full (0 to 1).
    """
    found = list[GalleryTile]()
    largest, counts = dict[int, GalleryTile](), dict[int, int]()
    for image, there in drawn:
        for annotation in there:
            if not isinstance(annotation.shape, Region):
                continue
            tile = GalleryTile(case, image, annotation, 1, patient, in_share((case, str(image.key), annotation.id), share))
            if annotation.lesion is None:
                found.append(tile)
                continue
            counts[annotation.lesion] = counts.get(annotation.lesion, 0) + 1
            known = largest.get(annotation.lesion)
            if known is None or _area(tile) > _area(known):
                largest[annotation.lesion] = tile
    lesions = [GalleryTile(case, t.image, t.annotation, counts[number], patient, t.full) for number, t in sorted(largest.items())]
    return (*lesions, *found)


def in_share(name: Name, share: float) -> bool:
    """Whether a tile is among the share that is looked at in full: decided by its name, so that nobody chooses and nothing changes it."""
    content = "\n".join(map(str, name)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(content).digest()[:4], "big") < share * _OF


def pages(tiles: Sequence[GalleryTile], per_page: int = PER_PAGE) -> tuple[tuple[GalleryTile, ...], ...]:
    """Return the pages of a gallery; none where there are no tiles."""
    return tuple(tuple(tiles[start : start + per_page]) for start in range(0, len(tiles), per_page))


def passed_cases(tiles: Sequence[GalleryTile], seen: Collection[Name], flagged: Collection[Name]) -> tuple[str, ...]:
    """Return the cases of which every tile was seen and none is flagged, in their order."""
    cases = dict.fromkeys(tile.case for tile in tiles)
    left = {tile.case for tile in tiles if tile.id not in seen or tile.id in flagged}
    return tuple(case for case in cases if case not in left)


def _area(tile: GalleryTile) -> float:
    shape = tile.annotation.shape
    return shape.area(tile.image.spacing or (1.0, 1.0)) if isinstance(shape, Region) else 0.0
