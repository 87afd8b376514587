"""Find out which image a contour lies on: the one that it names, else by frame of reference and geometry, else by geometry alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.dicom.stand_in import by_reference
from annotator.domain.image import Image, ImageKey
from annotator.domain.volume import HARMLESS, Floats
from annotator.i18n import Message, message

_ALONE = 0.5


@dataclass(frozen=True, eq=False)
class Contour:
    """A contour of a structure: its points (n, 3) in mm, the image that it names, and the frame of reference of its structure."""

    roi: int
    kind: str
    points: Floats
    key: ImageKey | None
    frame: str


@dataclass(frozen=True)
class _Stack:
    """The images of a series that have a plane: their places, their normals, and how far from one a contour may lie, in mm."""

    images: tuple[Image, ...]
    places: Floats
    normals: Floats
    allowed: float

    def nearest(self, points: Floats) -> Image | None:
        """The image in whose plane all of the points lie; None where there is none."""
        away = np.abs(((points.mean(axis=0) - self.places) * self.normals).sum(axis=1))
        for index in np.argsort(away, kind="stable")[:2].tolist():
            if away[index] <= self.allowed and float(np.abs((points - self.places[index]) @ self.normals[index]).max()) <= self.allowed:
                return self.images[int(index)]
        return None


def lay_out(contours: Sequence[Contour], images: Sequence[Image], series: Sequence[str]) -> tuple[list[Image | None], list[Message]]:
    """Return the image of each contour, None where there is none, and remarks on how they were found; `series` are those the file names."""
    stacks = _stacks(images)
    known = {key: (image, stacks[image.series_uid]) for key, image in by_reference(images).items() if image.plane is not None}
    found: list[Image | None] = []
    for contour in contours:
        named = known.get(contour.key) if contour.key is not None else None
        found.append(named[0] if named is not None and _lies_on(contour, *named) else None)
    left = [n for n, image in enumerate(found) if image is None]
    frames = {image.frame_of_reference_uid for image in images}
    remarks: list[Message] = []
    for alone in (False, True):
        some = [n for n in left if (contours[n].frame not in frames or not contours[n].frame) is alone]
        fitting = {uid: s for uid, s in stacks.items() if some and (alone or s.images[0].frame_of_reference_uid == contours[some[0]].frame)}
        stack = _meant(contours, some, fitting, series)
        placed = [(n, stack.nearest(contours[n].points)) for n in some] if stack is not None else []
        for n, image in placed:
            found[n] = image
        count = sum(image is not None for _, image in placed)
        if count and alone:
            remarks.append(message("{count} contours were laid on the images by geometry alone", count=count))
        elif count:
            remarks.append(message("{count} contours were laid on the images by frame of reference and geometry", count=count))
    lost = found.count(None)
    if lost:
        remarks.append(message("{count} contours lie on no image and were left out", count=lost))
    return found, remarks


def _stacks(images: Sequence[Image]) -> dict[str, _Stack]:
    series: dict[str, list[Image]] = {}
    for image in images:
        if image.plane is not None:
            series.setdefault(image.series_uid, []).append(image)
    made = {}
    for uid, members in series.items():
        planes = [image.plane for image in members if image.plane is not None]
        normals = np.array([plane.normal for plane in planes])
        places = np.array([plane.position for plane in planes])
        steps = np.diff(np.unique(np.round(places @ normals[0], 3)))
        allowed = HARMLESS * float(np.median(steps)) if len(steps) else _ALONE
        made[uid] = _Stack(tuple(members), places, normals, allowed)
    return made


def _lies_on(contour: Contour, image: Image, stack: _Stack) -> bool:
    place = stack.images.index(image)
    return float(np.abs((contour.points - stack.places[place]) @ stack.normals[place]).max()) <= stack.allowed


def _meant(
    contours: Sequence[Contour], some: Sequence[int], stacks: Mapping[str, _Stack], series: Sequence[str]
) -> _Stack | None:
    """The series that the file names, else the one on which most contours lie; None where two have equally many."""
    named = [stacks[uid] for uid in series if uid in stacks]
    if named:
        return named[0]
    hits = Counter({uid: sum(stack.nearest(contours[n].points) is not None for n in some) for uid, stack in stacks.items()})
    best = hits.most_common(2)
    if not best or best[0][1] == 0 or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return stacks[best[0][0]]
