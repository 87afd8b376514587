"""Say what of an image is delivered, as masks, and where two readings of its files differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.annotation import Annotation
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.path import Path
from annotator.domain.raster import Mask, shape_mask


@dataclass(frozen=True)
class Difference:
    """How far two files disagree about one category: pixels that only one of them sets, and the box around all of these.

    `box` is (x1, y1, x2, y2) in image coordinates.
    """

    category: str
    only_json: int
    only_masks: int
    box: tuple[int, int, int, int]

    @property
    def pixels(self) -> int:
        """How many pixels differ."""
        return self.only_json + self.only_masks


def delivered(sheet: Sheet) -> tuple[Annotation, ...]:
    """Return the annotations that the files of an image hold: all of them, but no lines from the second pass on."""
    return tuple(a for a in sheet.annotations if not (sheet.regions_only and isinstance(a.shape, Path)))


def category_masks(sheet: Sheet, annotations: Sequence[Annotation]) -> dict[str, Mask]:
    """Return the mask of each category that sets a pixel, by the category's key, in the order of the project's categories.

    A line leaves the stroke that the project asks for; where it asks for none, nothing.
    """
    rows, columns = sheet.image.rows, sheet.image.columns
    width = sheet.project.mask.line_width
    found: dict[str, Mask] = {}
    order = [category.key for category in sheet.categories]
    for key in sorted({a.category for a in annotations}, key=lambda k: (order.index(k) if k in order else len(order), k)):
        mask = Mask.union(rows, columns, [shape_mask(a.shape, rows, columns, width) for a in annotations if a.category == key])
        if not mask.empty:
            found[key] = mask
    return found


def compare(sheet: Sheet, from_json: Reading, from_masks: Reading) -> tuple[Difference, ...]:
    """Return where the JSON and the masks of an image disagree, category by category; nothing where they hold the same pixels."""
    if from_json.annotations == from_masks.annotations:
        return ()
    return differences(sheet, category_masks(sheet, from_json.annotations), category_masks(sheet, from_masks.annotations))


def differences(sheet: Sheet, json: Mapping[str, Mask], masks: Mapping[str, Mask]) -> tuple[Difference, ...]:
    """Return where two sets of masks disagree, category by category."""
    none = Mask.none(sheet.image.rows, sheet.image.columns)
    found = []
    for key in dict.fromkeys((*json, *masks)):
        left, right = json.get(key, none), masks.get(key, none)
        differing = left ^ right
        if not differing.empty:
            found.append(Difference(key, (left - right).count, (right - left).count, box_of(differing)))
    return tuple(found)


def box_of(mask: Mask) -> tuple[int, int, int, int]:
    """Return the box (x1, y1, x2, y2) around the pixels of a mask that has some."""
    runs = mask.row_runs
    return int(runs[:, 1].min()), int(runs[:, 0].min()), int(runs[:, 2].max()), int(runs[:, 0].max()) + 1
