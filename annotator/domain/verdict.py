"""Compare two readings of a case lesion by lesion, say what follows, and settle a difference: one of the two, their union, what they share.

Where both hold the same lesions with the same categories and outlines, they agree.  An outline that differs and still matches, or another
answer about a lesion, is shown to the other reviewer, who accepts it; a lesion that only one has, another category, an outline that does
not match and another word about the case are for an adjudicator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from annotator.domain import facts
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.correction import Seen
from annotator.domain.differing import same_shape
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.image import Image, ImageKey
from annotator.domain.matching import lesions_of, match
from annotator.domain.overlap import iou
from annotator.domain.path import Path
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.domain.reviewing import LEAST_IOU
from annotator.domain.shapes import cut, united
from annotator.i18n import mark, message


class Kind(Enum):
    """How two readings differ in one lesion, or in one word about the case."""

    OUTLINE = "outline"
    ANSWERS = "answers"
    CATEGORY = "category"
    UNMATCHED = "unmatched"
    ONLY_ONE = "only_one"
    ONLY_OTHER = "only_other"
    FACT = "fact"


KINDS: Mapping[Kind, str] = {
    Kind.OUTLINE: mark("another outline"),
    Kind.ANSWERS: mark("other answers"),
    Kind.CATEGORY: mark("another category"),
    Kind.UNMATCHED: mark("outlines that do not match"),
    Kind.ONLY_ONE: mark("only in A"),
    Kind.ONLY_OTHER: mark("only in B"),
    Kind.FACT: mark("another word about the case"),
}
"""How a kind is called, marked for translation."""
_MILD = (Kind.OUTLINE, Kind.ANSWERS)
DECIDED, BY_HAND = "decided.", "hand"
"""How the names of facts begin that say how a difference was decided, and what they say where it was by drawing."""


class Way(Enum):
    """How a difference is settled."""

    ONE = "one"
    OTHER = "other"
    UNION = "union"
    INTERSECTION = "intersection"


WAYS: Mapping[Way, str] = {
    Way.ONE: mark("Take A"),
    Way.OTHER: mark("Take B"),
    Way.UNION: mark("Union of A and B"),
    Way.INTERSECTION: mark("Intersection of A and B"),
}
"""How a way is called, marked for translation."""


class Outcome(Enum):
    """What follows from two readings."""

    AGREED = "agreed"
    ACCEPT = "accept"
    """Outlines still match: the other reviewer accepts them, or not."""
    ADJUDICATE = "adjudicate"


@dataclass(frozen=True)
class Difference:
    """One lesion in which two readings differ, on an image, or one fact of the case (`fact`) with both words."""

    kind: Kind
    image: ImageKey | None = None
    one: Annotation | None = None
    other: Annotation | None = None
    iou: float = 0.0
    fact: str = ""
    words: tuple[str | None, str | None] = (None, None)

    @property
    def grave(self) -> bool:
        """Whether it is for an adjudicator."""
        return self.kind not in _MILD

    @property
    def subject(self) -> Annotation | None:
        """The annotation that it speaks of, A's where there is one."""
        return self.one or self.other


def differences(one: Document, other: Document, seen: Seen, least: float = LEAST_IOU) -> tuple[Difference, ...]:
    """Return in what two readings differ: image by image in order, then the words about the case; images not at hand are passed over."""
    found = list[Difference]()
    for key in sorted({*one.annotations, *other.annotations}):
        image = seen(key)
        if image is not None and one.on(key) != other.on(key):
            found += _on(image, one.on(key), other.on(key), least)
    told = sorted(fact for fact in {*one.facts, *other.facts} if _counts(fact))
    words = ((fact, one.facts.get(fact), other.facts.get(fact)) for fact in told)
    return (*found, *(Difference(Kind.FACT, fact=fact, words=(mine, theirs)) for fact, mine, theirs in words if mine != theirs))


def outcome(found: Sequence[Difference], refused: bool = False) -> Outcome:
    """Return what follows; `refused`: a reviewer did not accept an outline of the other."""
    if not found:
        return Outcome.AGREED
    return Outcome.ADJUDICATE if refused or any(difference.grave for difference in found) else Outcome.ACCEPT


def settle(document: Document, image: Image | None, difference: Difference, way: Way) -> Edit | None:
    """Return the edit that settles a difference in a document which holds one of the readings, or what was made of it; None: nothing to do.

    What was settled before is settled anew: the annotation is found by A's id; one that only B has is there as B has it, or not at all.
    """
    told, said = _decision(document, difference, way.value), message("Settle a difference")
    if difference.kind is Kind.FACT:
        now, wanted = document.facts.get(difference.fact), difference.words[way is Way.OTHER]
        told = told if now == wanted else (*told, FactChange(difference.fact, now, wanted))
        return Edit(said, (), told) if told else None
    if image is None:
        return None
    wanted_one = _wanted(difference, way, image)
    there = _there(document, image.key, difference)
    changes = list[Change]()
    for place, before in enumerate(there):
        after = None if place or wanted_one is None else replace(wanted_one, id=before.id)
        if after != before:
            changes.append(Change(before, after))
    if not there and wanted_one is not None:
        own = difference.one is not None and document.find(image.key, wanted_one.id) is None
        changes.append(Change(None, wanted_one if own else replace(wanted_one, id=document.next_id(image.key))))
    return Edit(said, tuple(changes), told) if changes or told else None


def settle_by_hand(document: Document, difference: Difference) -> Edit | None:
    """Return the edit that says that a difference is settled by whatever is drawn; None: it is said already."""
    told = _decision(document, difference, BY_HAND)
    return Edit(message("Settle a difference"), (), told) if told else None


def decided(document: Document, difference: Difference) -> bool:
    """Whether somebody decided on a difference, whatever became of it since."""
    return _name(difference) in document.facts


def _decision(document: Document, difference: Difference, way: str) -> tuple[FactChange, ...]:
    name = _name(difference)
    now = document.facts.get(name)
    return () if now == way else (FactChange(name, now, way),)


def _name(difference: Difference) -> str:
    """The name of the fact that says how a difference was decided."""
    if difference.kind is Kind.FACT:
        return f"{DECIDED}{difference.fact}"
    ids = (annotation.id if annotation is not None else 0 for annotation in (difference.one, difference.other))
    return f"{DECIDED}{difference.image}.{'.'.join(map(str, ids))}"


def settled_as(document: Document, image: Image | None, difference: Difference) -> Way | None:
    """Return how a difference is settled in a document as it is now; None where it is something of its own."""
    offered = [way for way in Way if _offered(difference, way)]
    return next((way for way in offered if _is_so(settle(document, image, difference, way))), None)


def _is_so(edit: Edit | None) -> bool:
    """Whether an edit would change nothing but who decided."""
    return edit is None or (not edit.changes and all(told.fact.startswith(DECIDED) for told in edit.facts))


def _counts(fact: str) -> bool:
    """Whether readers must agree on a fact: whether the case is usable, and what is judged."""
    return fact == facts.DISCARD or fact.startswith(facts.judgement(""))


def _offered(difference: Difference, way: Way) -> bool:
    both = difference.one is not None and difference.other is not None
    return way in (Way.ONE, Way.OTHER) or (both and difference.kind is not Kind.FACT)


def _on(image: Image, one: Sequence[Annotation], other: Sequence[Annotation], least: float) -> list[Difference]:
    mine, theirs = ({a.id: a for a in found} for found in (one, other))
    lesions, reference = (lesions_of(annotations, image.rows, image.columns) for annotations in (one, other))
    matching = match(lesions, reference, image.spacing, least)
    found = list[Difference]()
    for pair in sorted(matching.pairs, key=lambda pair: pair.one):
        a, b = mine[pair.one], theirs[pair.other]
        kind = _kind(a, b, image)
        if kind is not None:
            found.append(Difference(kind, image.key, a, b, pair.iou))
    extra, missed = [mine[n] for n, _ in matching.extra], [theirs[n] for n, _ in matching.missed]
    for a in tuple(extra):
        like = _overlapping(a, missed, image)
        if like is not None:
            extra.remove(a)
            missed.remove(like)
            found.append(Difference(Kind.UNMATCHED, image.key, a, like, _iou(a, like, image)))
    lines = [[a for a in found if isinstance(a.shape, Path)] for found in (one, other)]
    extra += [a for a in lines[0] if not any((a.shape, a.category) == (b.shape, b.category) for b in lines[1])]
    missed += [b for b in lines[1] if not any((a.shape, a.category) == (b.shape, b.category) for a in lines[0])]
    found += [Difference(Kind.ONLY_ONE, image.key, a) for a in extra]
    return found + [Difference(Kind.ONLY_OTHER, image.key, None, b) for b in missed]


def _kind(a: Annotation, b: Annotation, image: Image) -> Kind | None:
    if a.category != b.category:
        return Kind.CATEGORY
    if not same_shape(a.shape, b.shape, image.rows, image.columns):
        return Kind.OUTLINE
    return Kind.ANSWERS if (a.attributes, a.note) != (b.attributes, b.note) else None


def _overlapping(a: Annotation, others: Sequence[Annotation], image: Image) -> Annotation | None:
    """The one of the others that overlaps the most, None where none does."""
    best = max(others, key=lambda b: _iou(a, b, image), default=None)
    return best if best is not None and _iou(a, best, image) > 0 else None


def _iou(a: Annotation, b: Annotation, image: Image) -> float:
    if not isinstance(a.shape, Region) or not isinstance(b.shape, Region):
        return 0.0
    return iou(region_mask(a.shape, image.rows, image.columns), region_mask(b.shape, image.rows, image.columns))


def _wanted(difference: Difference, way: Way, image: Image) -> Annotation | None:
    """The annotation that a way makes of a difference; None: none."""
    one, other = difference.one, difference.other
    if way is Way.ONE or (way is Way.INTERSECTION and one is None):
        return one
    if way is Way.OTHER or (way is Way.INTERSECTION and other is None):
        return other
    if one is None or other is None or not isinstance(one.shape, Region) or not isinstance(other.shape, Region):
        return one or other
    a, b = (region_mask(shape, image.rows, image.columns) for shape in (one.shape, other.shape))
    if way is Way.UNION:
        return replace(one, shape=united(one.shape, other.shape, a | b), toolname=FREE)
    shared = a & b
    if shared.empty:
        return None
    outside = cut(one.shape, other.shape, a - b) if not (a - b).empty else None
    return replace(one, shape=one.shape if outside is None else cut(one.shape, outside, shared), toolname=FREE)


def _there(document: Document, key: ImageKey, difference: Difference) -> list[Annotation]:
    """The annotation of a document that stands for a difference: A's by its id, else what was taken from B as it is there."""
    one, other = difference.one, difference.other
    if one is not None:
        return [a for a in document.on(key) if a.id == one.id]
    return [a for a in document.on(key) if other is not None and (a.shape, a.category) == (other.shape, other.category)][:1]
