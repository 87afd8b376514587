"""Cut an evenly spaced series along its other two directions, or look through all of it: images to find one's way by, never drawn on.

A cut has a pixel for each voxel it meets; what lies between voxels is interpolated when it is shown.  Rows run to the left or to the back,
columns down the body (of a cut across it: to the back), as images of that direction are usually shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from annotator.domain.honesty import Honesty
from annotator.domain.image import Image, ImageKey, Plane, Vector
from annotator.domain.picture import Picture
from annotator.domain.volume import Floats, grid_of, stacks
from annotator.i18n import Message, mark, message

_DIRECTIONS = (mark("Sagittal"), mark("Coronal"), mark("Axial"))
"""What a cut is called by the patient's axis it lies across: left, back, head."""


class Along(Enum):
    """What is fixed in a cut: the row of each slice, or its column."""

    ROW = "row"
    COLUMN = "column"


@dataclass(frozen=True, eq=False)
class Cutting:
    """How a series is cut: its slices in spatial order, what is fixed, whether the cut's axes are turned and exchanged, and its images.

    `maximum`: one image, which shows the highest value along the fixed axis.
    """

    slices: tuple[Image, ...]
    along: Along
    turned: tuple[bool, bool]
    """Whether the in-plane axis and the slices run the other way in the cut."""
    upright: bool
    """Slices are the cut's rows; else its columns."""
    images: tuple[Image, ...]
    name: str
    """Sagittal, coronal or axial, as a marked text."""
    maximum: bool = False


def cutting_of(images: Sequence[Image], along: Along, uid: str, *, maximum: bool = False) -> Cutting | Message:
    """Return how a series is cut, or why it cannot be: no positions, a single slice, uneven steps, a tilted gantry.

    `uid` names the series of the cuts; their keys are made from it.
    """
    stack = max(stacks(images), key=len, default=())
    if not stack or stack[0].plane is None:
        return message("it does not say where it lies in the patient")
    if len(stack) < 2:
        return message("it is a single slice")
    grid = grid_of(stack)
    if isinstance(grid, Message):
        return grid
    if grid.sheared:
        return message("its slices are shifted against one another, as with a tilted gantry")
    fixed, across = (1, 0) if along is Along.ROW else (0, 1)
    steps = grid.affine[:3, :3]
    ways = np.stack([steps[:, across], steps[:, 2]], axis=1) / np.linalg.norm(steps[:, [across, 2]], axis=0)
    main = np.abs(ways).argmax(axis=0)
    upright = bool(main[1] > main[0])
    turned = tuple(bool((ways[main[n], n] > 0) == (main[n] == 2)) for n in (0, 1))
    name = _DIRECTIONS[int(np.abs(steps[:, fixed]).argmax())]
    count = grid.shape[fixed]
    made = Cutting(stack, along, (turned[0], turned[1]), upright, (), name, maximum)
    places = [(count - 1) / 2] if maximum else range(count)
    cut = tuple(_image(made, grid.affine, grid.shape, place, number, uid) for number, place in enumerate(places, 1))
    return replace(made, images=cut)


def cut_picture(cutting: Cutting, place: int, pictures: Sequence[Picture | None]) -> Picture | None:
    """Return the pixels of a cut from the slices' pictures; slices that are not there stay dark.  None without any grey one."""
    there = [picture for picture in pictures if picture is not None and not picture.colour]
    if not there:
        return None
    first = there[0]
    alike = all(_stored_as(picture) == _stored_as(first) for picture in there) and first.modality_table is None
    lines: list[NDArray[np.generic] | None] = []
    for picture in pictures:
        lines.append(None if picture is None or picture.colour else _line(cutting, place, picture, stored=alike))
    known = [line for line in lines if line is not None]
    kind = first.stored.dtype if alike else np.dtype(np.float32)
    lowest = min((line.min() for line in known), key=float)
    dark = np.full(known[0].shape, lowest, dtype=kind)
    section = np.stack([dark if line is None else line for line in lines]).astype(kind, copy=False)
    if cutting.turned[0]:
        section = section[:, ::-1]
    if cutting.turned[1]:
        section = section[::-1]
    if not cutting.upright:
        section = section.T
    own = first.honesty
    facts = Honesty(mapping=own.mapping, photometric=own.photometric, frame_of_reference=own.frame_of_reference, derived=True)
    shown = replace(first, key=cutting.images[place].key, stored=np.ascontiguousarray(section), honesty=facts, graphics=())
    return shown if alike else replace(shown, slope=1.0, intercept=0.0, modality_table=None, padding=None)


def _line(cutting: Cutting, place: int, picture: Picture, *, stored: bool) -> NDArray[np.generic]:
    """One slice's part of a cut."""
    whole: NDArray[np.generic] = picture.stored if stored else picture.values()
    if cutting.maximum:
        axis = 0 if cutting.along is Along.ROW else 1
        highest = whole.max if not stored or picture.slope > 0 else whole.min
        return np.asarray(highest(axis=axis))
    return np.asarray(whole[place] if cutting.along is Along.ROW else whole[:, place])


def _image(cutting: Cutting, affine: Floats, shape: tuple[int, int, int], place: float, number: int, uid: str) -> Image:
    across, fixed = (0, 1) if cutting.along is Along.ROW else (1, 0)
    corner = np.zeros(4)
    corner[[across, 2, fixed, 3]] = (shape[across] - 1 if cutting.turned[0] else 0, shape[2] - 1 if cutting.turned[1] else 0, place, 1.0)
    start = affine @ corner
    ways = [-affine[:3, axis] if turned else affine[:3, axis] for axis, turned in zip((across, 2), cutting.turned, strict=True)]
    steps = [float(np.linalg.norm(way)) for way in ways]
    units = [_vector(way / step) for way, step in zip(ways, steps, strict=True)]
    (row, column), spacing, size = units, (steps[1], steps[0]), (shape[2], shape[across])
    if not cutting.upright:
        (column, row), spacing, size = units, (steps[0], steps[1]), (shape[across], shape[2])
    source = cutting.slices[0]
    return replace(
        source,
        key=ImageKey(uid, number), frames=1, rows=size[0], columns=size[1], series_uid=uid,
        plane=Plane(_vector(start[:3]), row, column, spacing), spacing=spacing, instance_number=number,
        directions=("", ""), view="", thickness=None, problem=None, contradiction=None,
    )  # fmt: skip


def _vector(values: Floats) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z


def _stored_as(picture: Picture) -> tuple[object, ...]:
    """What must be equal so that stored values can stand side by side as they are."""
    return picture.stored.dtype, picture.stored.shape, picture.slope, picture.intercept, picture.modality_table, picture.unit
