"""What a command makes of several annotations of an image, or of the parts of one: split, merge, intersect.

Each is one edit or says why it is none.  A part split off is a new annotation that names the old one as its parent and is in everything
else as it was; of several that become one the oldest keeps its identity and the others go.  Masks obey the set algebra to the pixel.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
import shapely

from annotator.domain import morphology
from annotator.domain.annotation import BOX, FREE, Annotation, Shape
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.image import Image
from annotator.domain.merge import LOCKED, Refusal, as_one
from annotator.domain.path import Path
from annotator.domain.raster import Mask, region_mask
from annotator.domain.region import Part, Region
from annotator.domain.retouching import LINES, Rules, around, changes, fitting, targets, unlocked
from annotator.domain.shapes import exact
from annotator.i18n import Message, message

TOO_FEW = message("Select two or more annotations first: nothing was changed")
_quietly = np.errstate(invalid="ignore")


def split(document: Document, image: Image, selection: Collection[int], rules: Rules) -> Edit | Refusal:
    """Return the edit that makes each part of annotations one of its own: the largest keeps the identity, the others name it as parent."""
    found = unlocked(targets(document, image, selection))
    if isinstance(found, Refusal):
        return found
    made, number = list[Annotation](), document.next_id(image.key)
    for before in found:
        first, *others = _pieces(before.shape, image, rules)
        if others:
            made.append(fitting(replace(before, shape=first), rules))
            made += [fitting(replace(before, id=number + n, parent=before.id, shape=s), rules) for n, s in enumerate(others)]
            number += len(others)
    if not made:
        return Refusal(message("It is in one piece: there is nothing to split"))
    return Edit(message("Split into parts"), changes(document, image, made, (), rules))


@_quietly
def merge(document: Document, image: Image, selection: Collection[int], rules: Rules) -> Edit | Refusal:
    """Return the edit that makes one annotation of the selected ones, of outlines or of lines."""
    found = _several(document, image, selection)
    if isinstance(found, Refusal):
        return found
    regions, lines = _regions_of(found), [a.shape for a in found if isinstance(a.shape, Path)]
    if regions and lines:
        return Refusal(message("Outlines and lines do not become one: select one kind only"))
    if lines:
        joined: Shape = Path(tuple(part for line in lines for part in line.parts))
    else:
        whole = shapely.union_all([region.geometry for region in regions])
        joined = exact(whole, reduce(Mask.__or__, (region_mask(region, image.rows, image.columns) for region in regions)))
    return _one(document, image, found, joined, rules, message("Merge"))


@_quietly
def intersect(document: Document, image: Image, selection: Collection[int], rules: Rules) -> Edit | Refusal:
    """Return the edit that leaves of the selected annotations what all of them share, as one."""
    found = _several(document, image, selection)
    if isinstance(found, Refusal):
        return found
    regions = _regions_of(found)
    if len(regions) < len(found):
        return Refusal(LINES)
    wanted = reduce(Mask.__and__, (region_mask(region, image.rows, image.columns) for region in regions))
    if wanted.empty:
        return Refusal(message("The selected annotations share no pixel: nothing was changed"))
    shared = shapely.intersection_all([region.geometry for region in regions])
    return _one(document, image, found, exact(shared, wanted), rules, message("Intersect"))


def _several(document: Document, image: Image, selection: Collection[int]) -> Sequence[Annotation] | Refusal:
    """The selected annotations, oldest first, or why they cannot become one."""
    found = [a for a in document.on(image.key) if a.id in selection]
    if len(found) < 2:
        return Refusal(TOO_FEW)
    return Refusal(LOCKED) if any(a.locked for a in found) else found


def _regions_of(annotations: Sequence[Annotation]) -> list[Region]:
    return [a.shape for a in annotations if isinstance(a.shape, Region)]


def _one(document: Document, image: Image, found: Sequence[Annotation], shape: Shape, rules: Rules, name: Message) -> Edit:
    """One edit in which the oldest of the found gets a shape and the others go."""
    toolname = FREE if found[0].toolname == BOX else found[0].toolname
    after = fitting(replace(as_one(found), shape=shape, toolname=toolname), rules)
    return Edit(name, changes(document, image, [after], {a.id for a in found[1:]}, rules))


def _pieces(shape: Shape, image: Image, rules: Rules) -> list[Shape]:
    """The parts of a line, the longest first, or of a region by its mask, the largest first."""
    if isinstance(shape, Path):
        spacing = image.spacing or (1.0, 1.0)
        lines = [Path((part,)) for part in shape.parts]
        lines.sort(key=lambda line: -line.length(spacing))
        return [*lines]
    found = morphology.parts(region_mask(shape, image.rows, image.columns))
    if len(found) < 2:
        return [shape]
    own = [(part, region_mask(Region((part,)), image.rows, image.columns)) for part in shape.parts]
    return [_piece(own, wanted, rules) for wanted in found]


def _piece(own: Sequence[tuple[Part, Mask]], wanted: Mask, rules: Rules) -> Region:
    """What of a region has the pixels of a part of its mask, as drawn where that is whole parts of it."""
    piece = Region(tuple(part for part, mask in own if not (mask & wanted).empty))
    return piece if region_mask(piece, wanted.rows, wanted.columns) == wanted else around(wanted, rules)
