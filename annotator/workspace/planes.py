"""Look at a series in three planes: the slices as they are, and two planes across them that meet in one point.

The other planes are for orientation: they are worked out from the slices, nothing is drawn in them and nothing measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Protocol

import numpy as np

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.image import Image, ImageKey
from annotator.domain.labels import LabelVolume, is_drawn
from annotator.domain.picture import Picture
from annotator.domain.project import Project
from annotator.domain.reformat import Cut, Voxel, cuts_of, plane_of, reformatted, whole_stack
from annotator.domain.sections import Cells, cells_of
from annotator.domain.volume import Grid
from annotator.i18n import Message, message
from annotator.workspace.notice import Topic
from annotator.workspace.stacked import Found, Stacked
from annotator.workspace.tasks import Tasks

_FOLLOWED = frozenset({Topic.SERIES, Topic.IMAGE, Topic.LAYOUT, Topic.CATALOGUE, Topic.PROJECT})


class Change(Enum):
    """What of the planes is another."""

    STACK = "stack"
    PIXELS = "pixels"
    POINT = "point"
    HELD = "held"


class Host(Protocol):
    """What the planes need of the session."""

    @property
    def tasks(self) -> Tasks: ...
    @property
    def image(self) -> Image | None: ...
    @property
    def images(self) -> tuple[Image, ...]: ...
    @property
    def reading(self) -> bool: ...
    @property
    def document(self) -> Document: ...
    @property
    def annotations(self) -> tuple[Annotation, ...]: ...
    @property
    def selection(self) -> frozenset[int]: ...
    @property
    def held_back(self) -> object: ...
    @property
    def regions(self) -> LabelVolume | None: ...
    @property
    def definition(self) -> Project: ...
    def subscribe(self, listener: Callable[[Topic], None], /) -> Callable[[], None]: ...
    def seen(self, annotations: Sequence[Annotation], /) -> tuple[Annotation, ...]: ...
    def show(self, index: int, /) -> None: ...


class Planes:
    """The planes of the series that is worked in; `room` tells the decoded images how much the stack takes, in bytes."""

    def __init__(self, host: Host, found: Found, room: Callable[[int], None], most: Callable[[], int]) -> None:
        self._host, self._found, self._room, self._most = host, found, room, most
        self._listeners: list[Callable[[Change], None]] = []
        self._images: tuple[Image, ...] = ()
        self._numbers: Mapping[ImageKey, int] = {}
        self._points: dict[str, Voxel] = {}
        self._views: dict[int, tuple[Image, ...]] = {}
        self._made: dict[int, tuple[tuple[object, ...], Picture]] = {}
        self._drawn: dict[int, tuple[tuple[object, ...], Mapping[str, Cells]]] = {}
        self._stacked: Stacked | None = None
        self._grid: Grid | None = None
        self._step = 0
        self.cuts: tuple[Cut, ...] = ()
        self.point: Voxel = (0, 0, 0)
        self.problem: Message | None = None
        self.held = False
        """Whether the key is held that lets the planes meet under the pointer."""
        self._forget = host.subscribe(lambda topic: self.follow() if topic in _FOLLOWED else None)
        self.follow()

    # what is looked at -----------------------------------------------------------------------------------------------------------

    def images(self, which: int) -> tuple[Image, ...]:
        """Return the planes of a family (a place in `cuts`) as images of which no file is; their keys are nobody else's."""
        if which not in self._views and self._grid is not None:
            cut, first = self.cuts[which], self._images[0]
            uid = f"{first.series_uid}/{cut.name}"
            like = replace(
                first, path="", frames=1, rows=cut.rows, columns=cut.columns, series_uid=uid, spacing=cut.spacing, instance_number=None,
                view="", thickness=None, labels=False, problem=None, contradiction=None,
            )  # fmt: skip
            self._views[which] = tuple(
                replace(like, key=ImageKey(uid, n + 1), plane=plane_of(self._grid, cut, n)) for n in range(cut.count)
            )
        return self._views.get(which, ())

    def index(self, which: int) -> int:
        """Return which plane of a family goes through the point."""
        return self.point[self.cuts[which].across]

    def picture(self, which: int) -> Picture | None:
        """Return the pixels of the plane of a family that goes through the point; None while no slice is there."""
        stacked = self._stacked
        if stacked is None or stacked.array is None or stacked.like is None or not stacked.there.any():
            return None
        index = self.index(which)
        wanted = (index, self._step)
        if which not in self._made or self._made[which][0] != wanted:
            stored = reformatted(stacked.array, self.cuts[which], index, stacked.there, _darkest(stacked))
            key = ImageKey(f"{self._images[0].series_uid}/{self.cuts[which].name}", index + 1)
            self._made[which] = wanted, replace(stacked.like, key=key, stored=stored)
        return self._made[which][1]

    @property
    def missing(self) -> int:
        """How many slices are still to come."""
        return len(self._stacked.missing) if self._stacked is not None else 0

    @property
    def broken(self) -> int:
        """How many slices will not come."""
        return len(self._stacked.broken) if self._stacked is not None else 0

    @property
    def wanted(self) -> tuple[Image, ...]:
        """The slices that must still be decoded."""
        return self._stacked.missing if self._stacked is not None else ()

    @property
    def on_stack(self) -> bool:
        """Whether the image that is worked in is one of the stack's slices."""
        image = self._host.image
        return image is not None and image.key in self._numbers

    def native(self, voxel: Voxel) -> Image | None:
        """Return the slice of a voxel."""
        return self._stacked.stack[voxel[2]] if self._stacked is not None else None

    def cells(self, which: int) -> Mapping[str, Cells]:
        """Return what is drawn on the slices and shown there as cuts in the shown plane of a family, category → cells."""
        host, cut, index = self._host, self.cuts[which], self.index(which)
        document, volume = host.document, host.regions
        wanted = (index, document, volume, host.held_back)
        if which not in self._drawn or self._drawn[which][0] != wanted:
            drawn = ((self._numbers[key], a) for key in document.annotations if key in self._numbers for a in host.seen(document.on(key)))
            found = dict(cells_of(drawn, cut, index, host.definition.mask.line_width or 1.0))
            self._drawn[which] = wanted, found if volume is None else self._with_labels(found, volume, cut, index)
        return self._drawn[which][1]

    def chosen_cells(self, which: int) -> Mapping[str, Cells]:
        """Return the cuts of what is selected on the slice that is shown, category → cells."""
        image, selection = self._host.image, self._host.selection
        if image is None or image.key not in self._numbers or not selection:
            return {}
        drawn = ((self._numbers[image.key], a) for a in self._host.annotations if a.id in selection)
        return cells_of(drawn, self.cuts[which], self.index(which), self._host.definition.mask.line_width or 1.0)

    # what a hand does ------------------------------------------------------------------------------------------------------------

    def go(self, voxel: Voxel) -> None:
        """Let all planes meet in a voxel; the slices' view pages there."""
        before, self.point = self.point, voxel
        image = self.native(voxel)
        if image is not None and (image is not self._host.image):
            place = next((n for n, other in enumerate(self._host.images) if other.key == image.key), None)
            if place is not None:
                self._host.show(place)
        if voxel != before:
            self._tell(Change.POINT)

    def hold(self) -> None:
        """The key that lets the planes meet under the pointer goes down, or comes up."""
        self.held = not self.held
        self._tell(Change.HELD)

    def meet(self, x: float, y: float) -> None:
        """Let the other planes meet at a point of the slice that is shown, the nearest pixel for one beside it."""
        if self._grid is not None and self.on_stack:
            columns, rows, _ = self._grid.shape
            self.go((min(max(math.floor(x), 0), columns - 1), min(max(math.floor(y), 0), rows - 1), self.point[2]))

    def page(self, which: int, step: int) -> None:
        """Go `step` planes of a family on, never out of the stack."""
        cut = self.cuts[which]
        moved = list(self.point)
        moved[cut.across] = min(max(moved[cut.across] + step, 0), cut.count - 1)
        self.go((moved[0], moved[1], moved[2]))

    # what is told ----------------------------------------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Tell `listener` what is another; returns the way to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def arrived(self, key: ImageKey) -> None:
        """An image was decoded."""
        if self._stacked is not None:
            self._stacked.arrived(key)

    def close(self) -> None:
        """Look at nothing any more, and give the memory back."""
        self._forget()
        self._drop()

    def follow(self) -> None:
        """Look at the series that is worked in now."""
        image, images = self._host.image, self._host.images
        if image is None and images:
            return  # a series is being opened, its image is told next
        if images is self._images and images and self.problem is not _READING:
            number = self._numbers.get(image.key) if image is not None else None
            if number is not None and number != self.point[2]:
                self.point = (*self.point[:2], number)
                self._tell(Change.POINT)
            return
        self._drop()
        self._images = images
        if image is None:
            self.problem = message("no series is open")
        elif self._host.reading:
            self.problem = _READING
        else:
            found = whole_stack(images, image)
            if isinstance(found, Message):
                self.problem = found
            else:
                self._open(*found, image)
        self._tell(Change.STACK)

    def _open(self, stack: tuple[Image, ...], grid: Grid, image: Image) -> None:
        self._grid, self.cuts = grid, cuts_of(grid)
        self._numbers = {member.key: number for number, member in enumerate(stack)}
        columns, rows, _ = self._points.get(image.series_uid, (grid.shape[0] // 2, grid.shape[1] // 2, 0))
        self.point = (columns, rows, self._numbers[image.key])
        self._stacked = Stacked(self._host.tasks, stack, self._found, self._filled, self._most())
        self.problem = self._stacked.problem
        self._room(self._stacked.size)
        self._stacked.begin()

    def _filled(self) -> None:
        """Some more slices are there, or there is a reason why none will be."""
        if self._stacked is None:
            return
        self._step += 1
        self._room(self._stacked.size)
        changed, self.problem = self.problem is not self._stacked.problem, self._stacked.problem
        self._tell(Change.STACK if changed else Change.PIXELS)

    def _drop(self) -> None:
        if self._stacked is not None:
            self._points[self._images[0].series_uid] = self.point
            self._stacked.close()
        self._stacked, self._grid, self.problem, self.cuts, self._numbers = None, None, None, (), {}
        self._views, self._made, self._drawn, self._images = {}, {}, {}, ()
        self._room(0)

    def _with_labels(self, found: dict[str, Cells], volume: LabelVolume, cut: Cut, index: int) -> Mapping[str, Cells]:
        """Add what a label volume holds of the slices on which nobody drew."""
        document, size = self._host.document, cut.sizes[0] if cut.across == 1 else cut.sizes[1]
        ids = np.zeros((cut.sizes[2], size), dtype=np.uint8)
        for key, number in self._numbers.items():
            labels = None if is_drawn(document, key) else volume.on(key)
            if labels is not None:
                ids[number] = labels[index] if cut.across == 1 else labels[:, index]
        for category in self._host.definition.categories:
            cells = ids == category.id
            if 0 < category.id < 256 and cells.any():
                found[category.key] = found[category.key] | cells if category.key in found else cells
        return found

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)


_READING = message("the folder is still being read")


def _darkest(stacked: Stacked) -> float:
    """The value that stands for a slice that is not there: shown as dark as its kind of values can be."""
    if stacked.array is None or stacked.like is None:
        return 0.0
    bounds = np.finfo(np.float32) if stacked.array.dtype.kind == "f" else np.iinfo(stacked.array.dtype)
    bright = stacked.like.inverted != (stacked.like.slope < 0)
    return float(bounds.max if bright else bounds.min)
