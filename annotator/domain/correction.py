"""Say what a reviewer corrected: per annotation before and after, with how alike they are, what changed in mm², and why.

A reviewer's reading starts from the record under review and keeps the ids of its annotations, so a correction is found by id; all of them
together are one edit that leads from the record to the reading again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from annotator.domain import facts
from annotator.domain.annotation import Annotation
from annotator.domain.differing import same
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.image import Image, ImageKey
from annotator.domain.overlap import iou
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.i18n import message

_OWN = ("reason.", "decided.")
"""Facts of a review that do not belong to the case itself."""
Seen = Callable[[ImageKey], Image | None]
"""What is known of an image: its size and spacing; None where it is not at hand."""


@dataclass(frozen=True)
class Correction:
    """One annotation that a reviewer added, removed or changed; `reason` is empty while none was given.

    `iou` of before and after, 0 where one of them is not there and None of lines; `area` in mm², in pixels where there is no spacing, None
    where there is none or no area.
    """

    change: Change
    reason: str
    iou: float | None
    area: tuple[float | None, float | None]
    millimetres: bool

    @property
    def image(self) -> ImageKey:
        """The image it is on."""
        return self.change.subject.image

    @property
    def number(self) -> int:
        """The id of the annotation."""
        return self.change.subject.id

    @property
    def difference(self) -> float | None:
        """How much larger the area is after it."""
        before, after = self.area
        return None if before is None and after is None else (after or 0.0) - (before or 0.0)

    @property
    def recategorised(self) -> bool:
        """Whether the category is another one."""
        before, after = self.change.before, self.change.after
        return before is not None and after is not None and before.category != after.category


def corrections(record: Document, reading: Document, seen: Seen) -> tuple[Correction, ...]:
    """Return what a reading corrects of the record it started from, by image and id."""
    found = list[Correction]()
    for key in sorted({*record.annotations, *reading.annotations}):
        before, after = ({a.id: a for a in document.on(key)} for document in (record, reading))
        image = seen(key)
        for number in sorted(before.keys() | after.keys()):
            one, other = before.get(number), after.get(number)
            if one is not None and other is not None and (one == other or _alike(one, other, image)):
                continue
            found.append(_correction(Change(one, other), reading.facts.get(facts.reason(key, number), ""), image))
    return tuple(found)


def correcting(record: Document, reading: Document) -> Edit:
    """Return the edit that leads from the record to the reading, annotation by annotation and with the facts of the case."""
    changes = list[Change]()
    for key in sorted({*record.annotations, *reading.annotations}):
        before, after = ({a.id: a for a in document.on(key)} for document in (record, reading))
        pairs = ((before.get(number), after.get(number)) for number in sorted(before.keys() | after.keys()))
        changes += [Change(one, other) for one, other in pairs if one != other]
    told = sorted({*record.facts, *reading.facts})
    changed = tuple(FactChange(f, record.facts.get(f), reading.facts.get(f)) for f in told if record.facts.get(f) != reading.facts.get(f))
    return Edit(message("Correct in review"), tuple(changes), changed)


def without_review(document: Document) -> Document:
    """Return a document as it is accepted: without what a reviewer said of the corrections, which the log keeps."""
    return replace(document, facts={fact: text for fact, text in document.facts.items() if not fact.startswith(_OWN)})


def unexplained(found: Mapping[str, str], corrected: tuple[Correction, ...]) -> tuple[Correction, ...]:
    """Return the corrections for which the facts of the reading give no reason."""
    return tuple(c for c in corrected if not found.get(facts.reason(c.image, c.number), "").strip())


def _alike(one: Annotation, other: Annotation, image: Image | None) -> bool:
    """Whether two versions say the same of the image, however their outlines are written."""
    if one.category != other.category or (one.attributes, one.note, one.toolname) != (other.attributes, other.note, other.toolname):
        return False
    return one.shape == other.shape or (image is not None and same(one, other, image.rows, image.columns))


def _correction(change: Change, reason: str, image: Image | None) -> Correction:
    shapes = [None if a is None or not isinstance(a.shape, Region) else a.shape for a in (change.before, change.after)]
    regions = [shape for shape in shapes if shape is not None]
    if image is None or not regions:
        return Correction(change, reason, None, (None, None), False)
    masks = [None if shape is None else region_mask(shape, image.rows, image.columns) for shape in shapes]
    down, right = image.spacing or (1.0, 1.0)
    before, after = masks
    overlap = iou(before, after) if before is not None and after is not None else 0.0
    sizes = [None if mask is None else mask.count * down * right for mask in masks]
    return Correction(change, reason, overlap, (sizes[0], sizes[1]), image.spacing is not None)
