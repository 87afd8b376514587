"""Prepare one stack of a case: its values by the recipe, and what was drawn on it on the same samples, image by image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from annotator.dicom.derived_image import CLASS
from annotator.dicom.inherited import derived_uid
from annotator.dicom.pixels import picture
from annotator.domain.annotation import Annotation
from annotator.domain.delivery import Sheet
from annotator.domain.exchange import Item
from annotator.domain.grayscale import fitting, shade
from annotator.domain.image import ImageKey, Plane
from annotator.domain.lattice import Floats
from annotator.domain.orientation import plane_of
from annotator.domain.prepared import BRIGHTNESS, Kind, Range, Stack, prepared, range_of, recent
from annotator.domain.recipe import Recipe, not_for_colour
from annotator.domain.regrid import Extent, Planned, boxes, planned, regridded
from annotator.domain.start_window import start_window
from annotator.domain.volume import Floats as Doubles
from annotator.domain.volume import grid_of
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message

_SLICES, _MADE = 3, 2
"""Decoded slices that are remembered, and prepared ones: the forms ask for each one after the other."""
NOT_PLACED = "none"
"""What is said of the plane of an image that does not say how it lies."""


@dataclass(frozen=True, eq=False)
class Ready:
    """A stack that is prepared: its images' sheets as they are, where the samples lie, its values before and after, and its new series.

    `affine` (4 × 4) turns column, row, slice of a source voxel's centre into mm, None where the slices are not evenly spaced.
    """

    sheets: tuple[Sheet, ...]
    stem: str
    plan: Planned
    before: Stack
    after: Stack
    unit: str
    affine: Doubles | None
    series_uid: str

    @property
    def plane(self) -> str:
        """What the plane of the slices is called; `none` where they do not say it."""
        return plane_of(self.sheets[0].image.plane) or NOT_PLACED

    @property
    def count(self) -> int:
        """How many images there are afterwards."""
        return self.after.count

    @property
    def renumbered(self) -> bool:
        """Whether the slices are not those of the source any more."""
        return self.plan.whole.slices.step != 1.0

    @property
    def resampled(self) -> bool:
        """Whether a pixel lies elsewhere than in the source."""
        return not (self.plan.whole.flat and not self.renumbered)

    @cached_property
    def range(self) -> Range:
        """What all values are between afterwards; asks for every slice once."""
        return range_of(self.after)

    @cached_property
    def spacing(self) -> tuple[float, float] | None:
        """(row, column) spacing in mm afterwards."""
        of, whole = self.sheets[0].image.spacing, self.plan.whole
        return None if of is None else (of[0] * whole.rows.step, of[1] * whole.columns.step)

    @property
    def distances(self) -> tuple[float | None, float | None]:
        """The distance of slices in mm, before and after; None for a single image and for uneven slices."""
        if self.affine is None or len(self.sheets) < 2:
            return None, None
        step = float(np.linalg.norm(self.affine[:3, 2]))
        return step, step * self.plan.whole.slices.step

    def sources(self, number: int) -> list[Sheet]:
        """Return the sheets of the images that an image is made from, the nearest one first."""
        nearest = int(self.plan.whole.slices.nearest()[number])
        others = [place for place, _ in self.plan.whole.slices.reach(number) if place != nearest]
        return [self.sheets[place] for place in (nearest, *others)]

    def item(self, number: int, path: str, split: str, scheme: str) -> Item:
        """Return an image as it is afterwards, with what is drawn on it; `path` is where its DICOM file lies, `scheme` settles its UID."""
        nearest = self.sources(number)[0]
        source, pattern = nearest.image, nearest.project.id_patterns.get("image", "{number}")
        uid = derived_uid(nearest.uid_root, "set image", scheme, self.series_uid, number)
        image = replace(
            source, key=ImageKey(uid), path=path, frames=1, rows=self.after.rows, columns=self.after.columns, series_uid=self.series_uid,
            plane=self.place(number), spacing=self.spacing, instance_number=number + 1, sop_class_uid=CLASS,
            transfer_syntax="", thickness=None if self.renumbered else source.thickness,
        )  # fmt: skip
        names = replace(nearest.names, image=pattern.format(number=number + 1)) if self.renumbered else nearest.names
        sheet = replace(nearest, image=image, names=names, annotations=self.drawn(number, image.key))
        stem = "_".join(part for part in (self.stem, names.image) if part)
        return Item(sheet, stem, split)

    def drawn(self, number: int, key: ImageKey) -> tuple[Annotation, ...]:
        """Return what is drawn on an image afterwards."""
        sheet, width = self.sources(number)[0], self.sheets[0].project.mask.line_width
        moved = (regridded(one, sheet.image.rows, sheet.image.columns, self.plan.whole, width) for one in sheet.annotations)
        return tuple(replace(one, image=key) for one in moved if one is not None)

    def place(self, number: int) -> Plane | None:
        """Return the plane of an image afterwards."""
        slices = self.plan.whole.slices
        own = self.sources(number)[0].image.plane
        if own is None:
            return None
        if self.affine is not None and len(self.sheets) > 1 and (self.renumbered or not float(slices.start).is_integer()):
            at = self.affine @ (0.0, 0.0, slices.start + slices.step * (number + 0.5) - 0.5, 1.0)
            own = replace(own, position=(float(at[0]), float(at[1]), float(at[2])))
        return self.plan.whole.plane(own)


def ready(sheets: Sequence[Sheet], stem: str, recipe: Recipe, scheme: str) -> Ready | Message:
    """Prepare a stack of images of one size, in order; or say why the recipe cannot be made of it.  Raises AnnotatorError.

    Values are decoded when they are asked for; what is wrong with a slice is told then.
    """
    first, middle = sheets[0].image, sheets[len(sheets) // 2].image
    broken = next((sheet.image.problem for sheet in sheets if sheet.image.problem is not None), None)
    if broken is not None:
        return broken
    grid = grid_of([sheet.image for sheet in sheets])
    affine = None if isinstance(grid, Message) else grid.affine
    between = float(np.linalg.norm(affine[:3, 2])) if affine is not None and len(sheets) > 1 and first.plane is not None else None
    extent = Extent(first.columns, first.rows, len(sheets), first.spacing, between, boxes([sheet.annotations for sheet in sheets]))
    plan = planned(extent, recipe)
    if isinstance(plan, Message):
        return plan
    shown = picture(middle)
    wrong = not_for_colour(recipe) if shown.colour else None
    if wrong is not None:
        return message("the step “{step}” is for grey images, and these are in colour", step=Message(wrong.text))
    window = BRIGHTNESS if shown.colour else fitting(start_window(shown, middle.modality, sheets[0].project.window_rules), shown)

    def values(number: int) -> Floats:
        found = picture(sheets[number].image)
        if found.colour != shown.colour:
            doing = message("Preparing the images of a set")
            raise AnnotatorError(doing, message("some of its images are in colour, others are grey"), message("Take the series apart"))
        return np.asarray(found.stored if found.colour else found.values(), np.float32)

    kind = Kind.COLOUR if shown.colour else Kind.VALUES
    before = Stack(first.columns, first.rows, len(sheets), recent(values, _SLICES), window, shown.inverted, kind)
    made = prepared(before, recipe, plan.steps)
    after = replace(made, values=recent(made.values, _MADE))
    series = derived_uid(sheets[0].uid_root, "set series", scheme, first.series_uid, first.key)
    return Ready(tuple(sheets), stem, plan, before, after, shown.unit if after.kind is Kind.VALUES else "", affine, series)


def bright(stack: Stack, number: int) -> NDArray[np.uint8]:
    """Return a slice as 8 bits to look at: under its window, or in its colours (rows, columns, 3)."""
    if stack.kind is Kind.COLOUR:
        return np.clip(np.rint(stack.values(number)), 0, 255).astype(np.uint8)
    turned = stack.inverted != stack.window.inverted
    return shade(stack.values(number), replace(stack.window, inverted=False), turned)
