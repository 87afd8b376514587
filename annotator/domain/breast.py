"""Where the breast lies in a mammogram: at which edge the chest wall is, how the image is hung, and what speaks against its side.

On the screen the chest walls of both breasts meet in the middle: the right breast is hung with its chest wall at the right edge, the left
one with it at the left edge, lateral or cranial at the top.  What is said here of edges means those of the stored image.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.domain.display_filter import background_limit
from annotator.domain.honesty import Doubt
from annotator.domain.image import Image
from annotator.domain.mammography import in_header, in_name, view_in
from annotator.domain.path import Point
from annotator.domain.picture import Picture
from annotator.i18n import Message, mark, message

LEFT, RIGHT = "left", "right"
EDGES: Mapping[str, str] = {LEFT: mark("left edge"), RIGHT: mark("right edge")}
_STEP = 16
"""Tissue is looked for among means over so many pixels squared."""
_MORE = 1.6
"""The half with the chest wall holds so many times as much tissue as the other one, or it is not told from it."""


@dataclass(frozen=True)
class Tissue:
    """Which blocks of an image show tissue: the breast alone, without letters and clips; the blocks share the image evenly."""

    mask: NDArray[np.bool_]

    @property
    def wall(self) -> str:
        """The edge at which the chest wall is: on whose side most of the tissue lies; empty where that cannot be told."""
        half = self.mask.shape[1] // 2
        left, right = int(self.mask[:, :half].sum()), int(self.mask[:, -half:].sum())
        if max(left, right) < _MORE * min(left, right) or not max(left, right):
            return ""
        return LEFT if left > right else RIGHT


def tissue_of(picture: Picture) -> Tissue | None:
    """Return where a mammogram shows tissue: what is brighter than its background; None for colours and tiny images."""
    stored = picture.stored
    step = min(_STEP, max(min(stored.shape[:2]) // 24, 1))
    if picture.colour or min(stored.shape) < 24:
        return None
    rows, columns = (length // step for length in stored.shape)
    apart = max(step // 2, 1)
    sample = stored[: rows * step : apart, : columns * step : apart]
    means = sample.reshape(rows, sample.shape[0] // rows, columns, sample.shape[1] // columns).mean(axis=(1, 3), dtype=np.float32)
    bright = -means if picture.inverted != (picture.slope < 0) else means
    return Tissue(_largest(bright > background_limit(bright)))


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the largest part that hangs together, by edges: runs of a row are joined with those below that they touch."""
    runs: list[tuple[int, int, int]] = []
    parents: list[int] = []

    def root(run: int) -> int:
        while parents[run] != run:
            parents[run] = run = parents[parents[run]]
        return run

    above: range = range(0)
    for row, line in enumerate(np.pad(mask, ((0, 0), (1, 1))).view(np.int8)):
        changes = np.flatnonzero(np.diff(line)).tolist()
        first = len(runs)
        for start, stop in zip(changes[::2], changes[1::2], strict=True):
            parents.append(len(runs))
            for other in above:
                if runs[other][1] < stop and start < runs[other][2]:
                    parents[root(other)] = root(len(runs))
            runs.append((row, start, stop))
        above = range(first, len(runs))
    sizes: Counter[int] = Counter()
    for number, (_, start, stop) in enumerate(runs):
        sizes[root(number)] += stop - start
    found, most = np.zeros_like(mask), max(sizes, key=sizes.__getitem__, default=-1)
    for number, (row, start, stop) in enumerate(runs):
        if root(number) == most:
            found[row, start:stop] = True
    return found


def usual_wall(view: str) -> str:
    """Return the edge of the screen at which a view's chest wall belongs; empty for what is no side."""
    return {"R": RIGHT, "L": LEFT}.get(view[:1], "")


def wall_said(image: Image) -> str:
    """Return the edge at which the chest wall is as PatientOrientation says: rows run to the front, or to the back; empty: not said."""
    return {"A": LEFT, "P": RIGHT}.get(image.directions[0][:1], "")


def wall_of(image: Image, view: str, tissue: Tissue | None) -> str:
    """Return the edge at which the chest wall is: by the pixels, else by the header, else where it is usual for the view."""
    return (tissue.wall if tissue else "") or wall_said(image) or usual_wall(view)


def turned_over(image: Image, view: str, tissue: Tissue | None) -> tuple[bool, bool]:
    """Return whether an image must be mirrored, and put upside down, to be hung as its view is.

    CC: lateral at the top, so that columns run to the other side; MLO: the head at the top (PatientOrientation, PS3.3 C.7.6.1.1.1).
    """
    usual = usual_wall(view)
    mirrored = bool(usual) and wall_of(image, view, tissue) != usual
    down = image.directions[1]
    against = "H" if "MLO" in view or "ML" in view or "LM" in view else view[:1] if "CC" in view else ""
    return mirrored, bool(down and against) and down.startswith(against)


def contradictions(image: Image, description: str, picture: Picture | None, tissue: Tissue | None) -> tuple[Message, ...]:
    """Return what speaks against side or view of a mammogram: header, file name, description of the series, orientation and pixels.

    A person's word settles all of them; that is for the caller to know.
    """
    said = [
        (Message(mark("the header")), in_header(image)),
        (Message(mark("the file name")), in_name(image)),
        (Message(mark("the description of the series")), view_in(description)),
    ]
    named = [(source, view) for source, view in said if view]
    found = [
        message("{one} says {view}, {other} says {against}", one=named[0][0], view=named[0][1], other=other, against=view)
        for other, view in named[1:]
        if view != named[0][1]
    ]
    found += [caution.said for caution in picture.honesty.cautions if caution.kind is Doubt.SIDE] if picture else []
    expected = wall_said(image) or usual_wall(named[0][1] if named else "")
    seen = tissue.wall if tissue else ""
    if expected and seen and expected != seen:
        edges = {"expected": Message(EDGES[expected]), "seen": Message(EDGES[seen])}
        if wall_said(image):
            found.append(
                message("by its orientation the header puts the chest wall at the {expected}, but the breast lies at the {seen}", **edges)
            )
        else:
            edges["view"] = Message(named[0][1])
            found.append(message("the chest wall of {view} belongs at the {expected}, but the breast lies at the {seen}", **edges))
    return tuple(dict.fromkeys(found))


def mirrored_look(one: tuple[Image, str], centre: Point, other: tuple[Image, str]) -> tuple[Point, float] | None:
    """Return which point of another mammogram belongs in the middle of its view, and by what its zoom differs.

    Each comes with the edge of its chest wall: as far from the chest wall, and from the middle of the height, in millimetres.  None where
    only one of them has a spacing.  The zoom is in screen pixels per image pixel along the finer axis.
    """
    (image, wall), (there, far_wall) = one, other
    if (image.spacing is None) != (there.spacing is None):
        return None
    (down, right), (other_down, other_right) = image.spacing or (1.0, 1.0), there.spacing or (1.0, 1.0)
    away = (image.columns - centre[0] if wall == RIGHT else centre[0]) * right / other_right
    x = there.columns - away if far_wall == RIGHT else away
    y = there.rows / 2 + (centre[1] - image.rows / 2) * down / other_down
    return (x, y), min(other_down, other_right) / min(down, right)


def nipple_distance(image: Image, nipple: Point, point: Point) -> float | None:
    """Return how far a point is from the nipple, in mm as the spacing says; None without a spacing."""
    if image.spacing is None:
        return None
    down, right = image.spacing
    return float(np.hypot((point[0] - nipple[0]) * right, (point[1] - nipple[1]) * down))


def nipple_band(image: Image, nipple: Point, outline: tuple[Point, ...], middle: Point) -> tuple[float, float, float] | None:
    """Return the nearest and the farthest distance of an outline's vertices from the nipple and that of its middle, in mm."""
    found = [distance for point in outline if (distance := nipple_distance(image, nipple, point)) is not None]
    centre = nipple_distance(image, nipple, middle)
    return (min(*found, centre), max(*found, centre), centre) if found and centre is not None else None
