"""Two versions of a case that went on from one revision: where they differ, and what is to be done to decide a difference either way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from annotator.domain.annotation import Annotation
from annotator.domain.differing import same
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.facts import renumbered
from annotator.domain.image import Image, ImageKey
from annotator.domain.lesions import apart
from annotator.i18n import Message


class Take(Enum):
    """How a difference is decided."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


@dataclass(frozen=True)
class Dispute:
    """One annotation, by image and id, or one fact of the case, by name, that two versions have differently.

    `first`, `second`: the annotation as each has it, None: it is not there; `spare`: the second one's under an id of its own, where both
    have one.  `told`: the fact as each has it.
    """

    image: ImageKey | None = None
    number: int = 0
    first: Annotation | None = None
    second: Annotation | None = None
    spare: Annotation | None = None
    fact: str = ""
    told: tuple[str | None, str | None] = (None, None)

    @property
    def subject(self) -> Annotation | None:
        """The annotation as one of the versions has it; None for a fact."""
        return self.first or self.second


def disputes(first: Document, second: Document) -> tuple[Dispute, ...]:
    """Return where two versions differ, by image and id, then by fact.

    To which lesion an annotation was joined does not make it another one.  Lesions of different versions stay apart.
    """
    lesions = apart(second, first)
    images = sorted({*first.annotations, *second.annotations})
    found = [dispute for image in images for dispute in _on(image, first, second, lesions)]
    told = {renumbered(fact, lesions): text for fact, text in second.facts.items()}
    for fact in sorted({*first.facts, *told}):
        if first.facts.get(fact) != told.get(fact):
            found.append(Dispute(fact=fact, told=(first.facts.get(fact), told.get(fact))))
    return tuple(found)


def all_kept(first: Document, second: Document, name: Message) -> Edit:
    """Return the edit that makes of the first version one that has everything of both; of a fact that both have the first one's stays."""
    lesions, changes, facts = apart(second, first), list[Change](), list[FactChange]()
    for image, there in first.annotations.items():
        for own in there:
            other = second.find(image, own.id)
            if other is not None and own.lesion is None and other.lesion is not None and _same(own, other):
                changes.append(Change(own, replace(own, lesion=lesions.get(other.lesion, other.lesion))))
    for dispute in disputes(first, second):
        if dispute.fact:
            facts += [FactChange(dispute.fact, None, dispute.told[1])] if dispute.told[0] is None else []
        else:
            changes += decided(first, dispute, Take.BOTH, name).changes
    return Edit(name, tuple(changes), tuple(facts))


def decided(document: Document, dispute: Dispute, take: Take, name: Message) -> Edit:
    """Return the edit that decides a difference in a document of the case; it may change nothing."""
    if dispute.fact:
        now, wanted = document.facts.get(dispute.fact), dispute.told[take is Take.SECOND]
        return Edit(name, facts=(FactChange(dispute.fact, now, wanted),) if now != wanted else ())
    image = dispute.image
    if image is None:
        raise ValueError("a dispute is of an annotation or of a fact")
    pairs = ((document.find(image, number), wanted) for number, wanted in _wanted(dispute, take).items())
    return Edit(name, tuple(Change(now, wanted) for now, wanted in pairs if now != wanted))


def standing(document: Document, dispute: Dispute) -> Take | None:
    """Return how a difference is decided in a document; None: otherwise than either version has it."""
    for take in (Take.FIRST, Take.SECOND, Take.BOTH):
        edit = decided(document, dispute, take, Message(""))
        if not edit.changes and not edit.facts:
            return take
    return None


def aligned(own: Document, other: Document, images: Mapping[ImageKey, Image]) -> Document:
    """Return another version in which each annotation that says the same as one of the own is that one, with its id, author and time.

    For versions that come without these, as delivered files do; `images` knows the size of each image.  What is not the same keeps its id
    where no other has it.
    """
    annotations, issued = dict[ImageKey, tuple[Annotation, ...]](), dict(other.issued)
    for key, there in other.annotations.items():
        image = images[key]
        free, left = list(own.on(key)), list[Annotation]()
        kept = list[Annotation]()
        for annotation in there:
            twin = next((a for a in free if same(a, annotation, image.rows, image.columns)), None)
            if twin is None:
                left.append(annotation)
            else:
                free.remove(twin)
                kept.append(twin)
        taken = {a.id for a in kept}
        following = max(own.next_id(key), other.next_id(key))
        for annotation in left:
            number = annotation.id if annotation.id not in taken else following
            following += number == following
            taken.add(number)
            kept.append(replace(annotation, id=number))
        annotations[key] = tuple(sorted(kept, key=lambda a: a.id))
        issued[key] = max(taken, default=0)
    return Document(annotations, issued, other.facts)


def _on(image: ImageKey, first: Document, second: Document, lesions: Mapping[int, int]) -> Iterator[Dispute]:
    """The disputes about the annotations of one image."""
    one, other = ({a.id: a for a in version.on(image)} for version in (first, second))
    differing = [n for n in sorted({*one, *other}) if not (n in one and n in other and _same(one[n], other[n]))]
    free = max(first.next_id(image), second.next_id(image))
    spares = {number: free + place for place, number in enumerate(n for n in differing if n in one and n in other)}
    for number in differing:
        here, there = one.get(number), other.get(number)
        spare = None
        if there is not None:
            there = replace(there, lesion=lesions.get(there.lesion or 0, there.lesion))
            if here is not None:
                parent = None if there.parent is None else spares.get(there.parent, there.parent)
                spare = replace(there, id=spares[number], parent=parent)
        yield Dispute(image, number, here, there, spare)


def _wanted(dispute: Dispute, take: Take) -> dict[int, Annotation | None]:
    """The annotations by id as a decision has them."""
    if dispute.spare is None:
        kept = take is Take.BOTH or (take is Take.FIRST) == (dispute.first is not None)
        return {dispute.number: dispute.subject if kept else None}
    own = dispute.second if take is Take.SECOND else dispute.first
    return {dispute.number: own, dispute.spare.id: dispute.spare if take is Take.BOTH else None}


def _same(one: Annotation, other: Annotation) -> bool:
    return one == replace(other, lesion=one.lesion)
