"""Let a lesion reach from its first slice to its last: a line or a box stands on every slice between, an outline gets bounds.

Copies that stand between are known by their tool as long as nobody changed them; they are made anew or taken away as the range changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from annotator.domain import facts
from annotator.domain.annotation import BOX, Annotation, Drawn, Shape
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.image import ImageKey
from annotator.domain.lesions import members, next_number
from annotator.domain.merge import LOCKED, Refusal
from annotator.domain.region import Region
from annotator.domain.slices import Slices
from annotator.i18n import message

RANGE, INTERPOLATED, COPIED, PROPAGATED, CORRECTED = (
    *("lesion.range", "lesion.interpolate", "lesion.copy", "lesion.propagate", "lesion.corrected"),
)
"""Values of `Annotation.tool`: what made an annotation that no hand drew; a hand changed it since."""
MADE = frozenset({RANGE, INTERPOLATED})
"""What is made anew from what was drawn, and goes when the range no longer holds it."""
UNTOUCHED = MADE | {COPIED, PROPAGATED}
"""What no hand drew or changed."""


class End(Enum):
    """An end of a lesion; the values are part of the names of facts."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class Made:
    """Where an edit stands that makes annotations: the document before it, what it changes so far, and the ids it gave."""

    document: Document
    number: int
    drawn: Drawn

    def beside(self, slices: Slices, place: int, like: Annotation, shape: Shape, tool: str, toolname: str = "") -> Change:
        """Return the change that puts a part of the lesion on another slice, like one that is there."""
        key, drawn = slices.images[place].key, replace(self.drawn, slice=slices.numbers[place])
        number, named = self.document.next_id(key), toolname or like.toolname
        return Change(None, Annotation(number, key, like.category, named, shape, drawn, tool,
                                       lesion=self.number, attributes=like.attributes))  # fmt: skip


def numbered(document: Document, subject: Annotation) -> tuple[int, tuple[Change, ...], tuple[Annotation, ...]]:
    """Return the number of an annotation's lesion, what gives it one if it has none, and the lesion's members as they are then."""
    if subject.lesion is not None:
        return subject.lesion, (), members(document, subject.lesion)
    number = next_number(document)
    tied = replace(subject, lesion=number)
    return number, (Change(subject, tied),), (tied,)


class Already(Refusal):
    """Nothing is to be changed, and nothing is wrong: it is so already."""


def filled_by_copies(annotation: Annotation) -> bool:
    """Whether a range of this annotation is filled with copies: a line or a box, not an outline."""
    return not isinstance(annotation.shape, Region) or (annotation.toolname == BOX and annotation.shape.is_box)


def touched_by_hand(edit: Edit) -> Edit:
    """Return an edit of a person's with what it changes of annotations that no hand drew no longer counting as such."""
    return replace(edit, changes=tuple(_touched(change) for change in edit.changes))


def span(document: Document, slices: Slices, subject: Annotation, end: End, at: ImageKey, drawn: Drawn) -> Edit | Refusal:
    """Return the edit that lets the lesion of a line or a box begin or end on a slice (`at`): copies stand between, those beyond go.

    Each copy is one of the part that was drawn last before it (for the first slice: first behind it).
    """
    number, tied, parts = numbered(document, subject)
    own = [a for a in parts if a.image in slices.order and _is_alike(a, subject)]
    order, limit = slices.order, slices.order[at]
    fixed = {order[a.image]: a for a in own if a.tool not in MADE}
    fixed = fixed or {order[subject.image]: next(a for a in own if (a.image, a.id) == (subject.image, subject.id))}
    copies = {order[a.image]: a for a in own if a.tool in MADE and order[a.image] not in fixed}
    upwards = end is End.LAST
    first, last = (min(fixed), limit) if upwards else (limit, max(fixed))
    if first > last:
        return Refusal(message("This slice lies on the other side of what was drawn: go to the other end of the lesion"))
    made, changes = Made(document, number, drawn), list(tied)
    for place in range(first, last + 1):
        if place in fixed or (place in copies and not _concerns(place, fixed, upwards=upwards)):
            continue
        source = fixed[_source(place, fixed, upwards=upwards)]
        there = copies.get(place)
        if there is None:
            changes.append(made.beside(slices, place, source, source.shape, RANGE))
        elif there.shape != source.shape and not there.locked:
            changes.append(Change(there, replace(there, shape=source.shape, toolname=source.toolname, tool=RANGE)))
    beyond = [a for place, a in copies.items() if (place > limit if upwards else place < limit) and not a.locked]
    changes += [Change(a, None) for a in beyond]
    if all(change.before == subject for change in changes):
        first, last = sorted(slices.numbers[place] + 1 for place in (first, last))
        if first == last:
            return Already(message("The lesion is on slice {slice} alone so far", slice=first))
        return Already(message("The lesion already reaches from slice {first} to slice {last}", first=first, last=last))
    return Edit(_NAMES[end], tuple(changes))


def bound(document: Document, slices: Slices, subject: Annotation, end: End, at: ImageKey) -> Edit | Refusal:
    """Return the edit that says on which slice an outlined lesion begins or ends; said of the same slice again, it takes that back.

    What was interpolated beyond goes.
    """
    number, tied, parts = numbered(document, subject)
    other = document.facts.get(facts.lesion_end(number, (End.LAST if end is End.FIRST else End.FIRST).value), "")
    beyond = slices.order.get(ImageKey.parse(other)) if other else None
    here = slices.order[at]
    if beyond is not None and (here > beyond if end is End.FIRST else here < beyond):
        return Refusal(message("The first slice of a lesion cannot lie behind its last one"))
    fact = facts.lesion_end(number, end.value)
    before = document.facts.get(fact)
    after = None if before == str(at) else str(at)
    gone = [a for a in parts if a.tool == INTERPOLATED and not a.locked and after is not None and a.image in slices.order
            and (slices.order[a.image] < here if end is End.FIRST else slices.order[a.image] > here)]  # fmt: skip
    return Edit(_NAMES[end], (*tied, *(Change(a, None) for a in gone)), (FactChange(fact, before, after),))


def bounds_of(document: Document, slices: Slices, number: int) -> tuple[int | None, int | None]:
    """Return the places of the first and the last slice that were said of a lesion, None where it was not said."""
    said = (document.facts.get(facts.lesion_end(number, end.value), "") for end in End)
    first, last = (slices.order.get(ImageKey.parse(key)) if key else None for key in said)
    return first, last


def next_to(document: Document, slices: Slices, subject: Annotation, step: int, shape: Shape, tool: str, drawn: Drawn) -> Edit | Refusal:
    """Return the edit that puts a shape on the next (1) or previous (−1) slice as a part of the same lesion."""
    place = slices.order[subject.image] + step
    key = slices.key(place)
    if key is None:
        return Refusal(message("The series ends here: there is no slice to copy to"))
    number, tied, parts = numbered(document, subject)
    there = [a for a in parts if a.image == key and _is_region(a) == _is_region(subject)]
    if any(a.tool not in MADE for a in there):
        return Refusal(message("The lesion is already drawn on that slice"))
    if any(a.locked for a in there):
        return Refusal(LOCKED)
    toolname = "" if not isinstance(shape, Region) or shape.is_box else "Free"
    new = Made(document, number, drawn).beside(slices, place, subject, shape, tool, toolname)
    name = _STEPS[tool == COPIED, step > 0]
    replaced = [Change(a, replace(a, shape=shape, toolname=toolname or subject.toolname, tool=tool)) for a in there[:1]]
    return Edit(name, (*tied, *(replaced or [new])))


_STEPS = {
    (True, True): message("Copy to the next slice"), (True, False): message("Copy to the previous slice"),
    (False, True): message("Carry on to the next slice"), (False, False): message("Carry on to the previous slice"),
}  # fmt: skip
_NAMES = {End.FIRST: message("First slice of the lesion"), End.LAST: message("Last slice of the lesion")}


def _touched(change: Change) -> Change:
    before, after = change.before, change.after
    if before is None or after is None or before.tool not in UNTOUCHED or before.shape == after.shape or after.tool != before.tool:
        return change
    return Change(before, replace(after, tool=CORRECTED))


def _is_region(annotation: Annotation) -> bool:
    return isinstance(annotation.shape, Region)


def _is_alike(annotation: Annotation, subject: Annotation) -> bool:
    return _is_region(annotation) == _is_region(subject)


def _source(place: int, fixed: dict[int, Annotation], *, upwards: bool) -> int:
    """The drawn slice whose part is copied to a place: the last one before it, or for the first slice the first one behind it."""
    if upwards:
        return max((drawn for drawn in fixed if drawn < place), default=min(fixed))
    return min((drawn for drawn in fixed if drawn > place), default=max(fixed))


def _concerns(place: int, fixed: dict[int, Annotation], *, upwards: bool) -> bool:
    """Whether a copy that is there belongs to this end: one beyond what was drawn, not one that the other end made."""
    return place > max(fixed) if upwards else place < min(fixed)
