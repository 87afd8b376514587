"""Fill in a lesion between the slices on which it was drawn, as annotations that are made anew whenever it is filled in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.domain.annotation import BOX, FREE, Annotation, Drawn
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, apply, together
from annotator.domain.interpolation import interpolated
from annotator.domain.joining import lying_over
from annotator.domain.lesions import join
from annotator.domain.merge import NOTHING, Refusal
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Region
from annotator.domain.shapes import trace
from annotator.domain.simplify import drawn_around
from annotator.domain.slices import Slices
from annotator.domain.spanning import INTERPOLATED, MADE, Made, bounds_of, numbered
from annotator.i18n import message

_TOO_FEW = message("Draw the lesion on two slices at least, or set its first and last slice ([ and ]): nothing to interpolate between")
_APART = message(
    "On other slices another lesion lies there: select one part, then the other, and join them (Ctrl+J) if they are one; then interpolate"
)


@dataclass(frozen=True)
class Apart(Refusal):
    """Nothing to interpolate between, but for what lies over the lesion on other slices and may be parts of it."""

    others: tuple[Annotation, ...]
    """One part of each other lesion."""


def fill(document: Document, slices: Slices, subject: Annotation, drawn: Drawn, *, boxes: bool = False) -> Edit | Refusal:
    """Return the edit that fills in the lesion of an annotation between its drawn slices, and up to its first and last slice if said.

    What was made before is replaced, if nobody changed it since; what is locked stays.  `boxes`: the project delivers boxes.
    """
    number, tied, parts = numbered(document, subject)
    own = [a for a in parts if a.image in slices.order and isinstance(a.shape, Region)]
    by_hand = [a for a in own if a.tool not in MADE or a.locked]
    masks = _masks(slices, by_hand)
    if not masks:
        return Refusal(_TOO_FEW)
    wanted, ends = _wanted(masks, bounds_of(document, slices, number), len(slices.images))
    if len(masks) + len(ends) < 2:
        others = lying_over(document, slices, own)
        return Apart(_APART, others) if others else Refusal(_TOO_FEW)
    rows, columns = slices.images[0].rows, slices.images[0].columns
    places = slices.positions
    known = {places[place]: mask for place, mask in masks.items()} | {_beyond(slices, end): Mask.none(rows, columns) for end in ends}
    found = interpolated(known, [places[place] for place in wanted], slices.spacing)
    made = Made(document, number, drawn)
    regions = {place: _region(found[places[place]], boxes=boxes) for place in wanted if places[place] in found}
    before = {slices.order[a.image]: a for a in own if a.tool in MADE and not a.locked}
    nearest = {slices.order[a.image]: a for a in by_hand}
    changes = [*tied, *_changes(made, slices, regions, before, nearest)]
    if all(change.before == subject for change in changes):
        return Refusal(NOTHING)
    return Edit(message("Interpolate the lesion"), tuple(changes))


def join_and_fill(document: Document, slices: Slices, subject: Annotation, others: Sequence[Annotation], drawn: Drawn, *,
                  boxes: bool = False) -> Edit | Refusal:  # fmt: skip
    """Return the edit that makes one lesion of an annotation's and of others, and fills that in."""
    one = join(document, subject, others)
    if isinstance(one, Refusal):
        return one
    after = apply(document, one)
    filled = fill(after, slices, after.find(subject.image, subject.id) or subject, drawn, boxes=boxes)
    return filled if isinstance(filled, Refusal) else together([one, filled])


def drawn_by_hand(parts: Sequence[Annotation]) -> list[Annotation]:
    """Return the regions of a lesion that were not made."""
    return [a for a in parts if a.tool not in MADE and isinstance(a.shape, Region)]


def _changes(made: Made, slices: Slices, regions: Mapping[int, Region], before: Mapping[int, Annotation],
             drawn: Mapping[int, Annotation]) -> list[Change]:  # fmt: skip
    changes = []
    for place, region in regions.items():
        there, toolname = before.get(place), BOX if region.parts and region.is_box else FREE
        if region.empty:
            continue
        if there is None:
            like = drawn[min(drawn, key=lambda other: abs(other - place))]
            changes.append(made.beside(slices, place, like, region, INTERPOLATED, toolname))
        elif there.shape != region:
            changes.append(Change(there, replace(there, shape=region, toolname=toolname, tool=INTERPOLATED)))
    return changes + [Change(a, None) for place, a in before.items() if place not in regions or regions[place].empty]


def _masks(slices: Slices, regions: Sequence[Annotation]) -> dict[int, Mask]:
    found: dict[int, list[Mask]] = {}
    for a in regions:
        image = slices.images[slices.order[a.image]]
        if isinstance(a.shape, Region):
            found.setdefault(slices.order[a.image], []).append(region_mask(a.shape, image.rows, image.columns))
    return {place: Mask.union(masks[0].rows, masks[0].columns, masks) for place, masks in found.items()}


def _wanted(masks: Mapping[int, Mask], bounds: tuple[int | None, int | None], count: int) -> tuple[list[int], list[int]]:
    """The places to fill, and those just beyond the bounds, where nothing is any more."""
    low, high = min(masks), max(masks)
    first, last = bounds
    start, stop = low if first is None else first, high if last is None else last
    ends = [start - 1] * (first is not None and start < low) + [stop + 1] * (last is not None and stop > high)
    return [place for place in range(start, min(stop, count - 1) + 1) if place not in masks], ends


def _beyond(slices: Slices, place: int) -> float:
    """Where a slice lies, or would lie beyond the ends of the stack."""
    places = slices.positions
    if place < 0:
        return 2 * places[0] - places[1]
    return places[place] if place < len(places) else 2 * places[-1] - places[-2]


def _region(mask: Mask, *, boxes: bool) -> Region:
    if mask.empty:
        return Region(())
    return Region.box(*trace(mask).bounds) if boxes else drawn_around(mask)
