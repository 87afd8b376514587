"""Look through all of a series from the front, or from where its rows look: at each place the highest value along the line of sight.

It is for finding one's way and never drawn on.  It has a pixel for each voxel it looks through; rows run to the left or to the back,
columns down the body (where the body is looked at along it: to the back), as images of that direction are usually shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from annotator.domain.honesty import Honesty
from annotator.domain.image import Image, ImageKey, Plane, Vector
from annotator.domain.picture import Picture
from annotator.domain.volume import Floats, grid_of, stacks
from annotator.i18n import Message, mark, message

_DIRECTIONS = (mark("Sagittal"), mark("Coronal"), mark("Axial"))
"""What a view is called by the patient's axis it looks along: left, back, head."""


@dataclass(frozen=True, eq=False)
class Frontal:
    """How a series is looked through: its slices in spatial order, and the one image that is seen, in the middle of them."""

    slices: tuple[Image, ...]
    turned: tuple[bool, bool]
    """Whether the rows of the slices, and the slices, run the other way in the image."""
    upright: bool
    """Slices are the image's rows; else its columns."""
    image: Image
    name: str
    """Sagittal, coronal or axial, as a marked text."""


def frontal_of(images: Sequence[Image], uid: str) -> Frontal | Message:
    """Return how a series is looked through along the columns of its slices, or why it cannot be: `uid` is that of the series seen.

    It must have positions, more than one slice, even steps and no tilted gantry.
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
    steps = grid.affine[:3, :3]
    ways = np.stack([steps[:, 0], steps[:, 2]], axis=1) / np.linalg.norm(steps[:, [0, 2]], axis=0)
    main = np.abs(ways).argmax(axis=0)
    right, along = (bool((ways[main[n], n] > 0) == (main[n] == 2)) for n in (0, 1))
    upright = bool(main[1] > main[0])
    seen = _image(stack[0], grid.affine, grid.shape, (right, along), uid, upright=upright)
    return Frontal(stack, (right, along), upright, seen, _DIRECTIONS[int(np.abs(steps[:, 1]).argmax())])


def frontal_picture(frontal: Frontal, pictures: Sequence[Picture | None]) -> Picture | None:
    """Return what is seen of the slices' pictures (grey values in their unit); slices that are not there are dark.  None without any."""
    lines = [None if picture is None or picture.colour else _highest(picture) for picture in pictures]
    there = [(picture, line) for picture, line in zip(pictures, lines, strict=True) if picture is not None and line is not None]
    if not there:
        return None
    first = there[0][0]
    dark = np.full_like(there[0][1], min(float(line.min()) for _, line in there))
    seen = np.stack([dark if line is None else line for line in lines])
    seen = seen[:: -1 if frontal.turned[1] else 1, :: -1 if frontal.turned[0] else 1]
    own = first.honesty
    facts = Honesty(mapping=own.mapping, photometric=own.photometric, frame_of_reference=own.frame_of_reference, derived=True)
    stored = np.ascontiguousarray(seen if frontal.upright else seen.T)
    plain = replace(first, slope=1.0, intercept=0.0, modality_table=None, padding=None, windows=(), graphics=())
    return replace(plain, key=frontal.image.key, stored=stored, honesty=facts)


def _highest(picture: Picture) -> NDArray[np.float32]:
    """The highest value of each column of a slice."""
    return np.asarray(picture.values().max(axis=0), dtype=np.float32)


def _image(source: Image, affine: Floats, shape: tuple[int, int, int], turned: tuple[bool, bool], uid: str, *, upright: bool) -> Image:
    corner = (shape[0] - 1 if turned[0] else 0, (shape[1] - 1) / 2, shape[2] - 1 if turned[1] else 0, 1.0)
    start = affine @ corner
    ways = [-affine[:3, axis] if back else affine[:3, axis] for axis, back in zip((0, 2), turned, strict=True)]
    steps = [float(np.linalg.norm(way)) for way in ways]
    units = [_vector(way / step) for way, step in zip(ways, steps, strict=True)]
    (row, column), spacing, size = units, (steps[1], steps[0]), (shape[2], shape[0])
    if not upright:
        (column, row), spacing, size = units, (steps[0], steps[1]), (shape[0], shape[2])
    return replace(
        source,
        key=ImageKey(uid), frames=1, rows=size[0], columns=size[1], series_uid=uid, directions=("", ""), view="",
        plane=Plane(_vector(start[:3]), row, column, spacing), spacing=spacing, thickness=None, problem=None, contradiction=None,
    )  # fmt: skip


def _vector(values: Floats) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z
