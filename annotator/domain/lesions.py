"""What annotations of a case show together as one lesion: over the slices of a series, or on several views; and what changes it as one.

Members of a lesion have its number in `Annotation.lesion`; its name is a fact of the case.  Where lesions are listed, an annotation
without a number is a lesion of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import is_
from typing import cast

from annotator.domain import facts
from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange, apply, together
from annotator.domain.image import ImageKey
from annotator.domain.merge import LOCKED, NOTHING, NOTHING_SELECTED, Refusal
from annotator.domain.path import Path
from annotator.i18n import message

Member = tuple[ImageKey, int]
"""An annotation: its image and its id."""
_SPARE = 64


@dataclass(frozen=True)
class Lesion:
    """A lesion of the case; `number` is None for an annotation that is one by itself."""

    number: int | None
    members: tuple[Annotation, ...]
    """In the order of the images in which they were asked for, then by id."""
    name: str = ""

    @property
    def category(self) -> str:
        """The category's key: that of its first member."""
        return self.members[0].category

    @cached_property
    def id(self) -> object:
        """What it is known by as long as it exists."""
        first = self.members[0]
        return (first.image, first.id) if self.number is None else self.number


@dataclass
class _Listed:
    """The lesions of a document on these images, and by what they are found again."""

    document: Document | None = None
    order: Sequence[ImageKey] = ()
    on: dict[ImageKey, tuple[tuple[Annotation, ...], tuple[Lesion | Annotation, ...], bool]] = field(default_factory=dict)
    numbered: Mapping[int, Lesion] = field(default_factory=dict)
    lesions: tuple[Lesion, ...] = ()

    def are_of(self, document: Document, order: Sequence[ImageKey]) -> bool:
        """Whether they are the lesions of this very document on these very images."""
        return self.document is document and self.order is order


class LesionRegister:
    """The lesions of a case; what did not change on an image is not sorted anew, nor is the document before: an edit may be taken back."""

    def __init__(self) -> None:
        self._now, self._earlier = _Listed(), _Listed()
        self._joined: dict[ImageKey, tuple[tuple[Annotation, ...], tuple[tuple[int, int], ...]]] = {}
        self._shared: tuple[tuple[object, ...], Mapping[Member, int]] = (), {}

    def shared(self, document: Document) -> Mapping[Member, int]:
        """See `shared`; the same object as long as what is joined is the same."""
        joined = tuple((key, found) for key, there in document.annotations.items() if there and (found := self._joined_on(key, there)))
        if joined != self._shared[0]:
            self._shared = joined, _together((key, number, lesion) for key, found in joined for number, lesion in found)
        if len(self._joined) > 2 * len(document.annotations) + _SPARE:  # most of them are of cases that were left
            self._joined = {key: known for key, known in self._joined.items() if key in document.annotations}
        return self._shared[1]

    def _joined_on(self, key: ImageKey, there: tuple[Annotation, ...]) -> tuple[tuple[int, int], ...]:
        """Id and number of the annotations of an image that have one; kept while the image stays."""
        known = self._joined.get(key)
        if known is None or known[0] is not there:
            known = self._joined[key] = there, tuple((a.id, a.lesion) for a in there if a.lesion is not None)
        return known[1]

    def lesions(self, document: Document, order: Sequence[ImageKey]) -> tuple[Lesion, ...]:
        """Return the lesions on these images, by their first image in that order; members on other images are left out."""
        if not self._now.are_of(document, order):
            self._now, self._earlier = self._earlier, self._now
        if not self._now.are_of(document, order):
            there = {key: known for key, known in self._earlier.on.items() if key in document.annotations}
            self._now = _Listed(document, order, there, self._earlier.numbered)
            self._now.lesions = self._listed(document, order)
        return self._now.lesions

    def _listed(self, document: Document, order: Sequence[ImageKey]) -> tuple[Lesion, ...]:
        found, parts, places = list[Lesion | Annotation](), dict[int, list[Annotation]](), list[tuple[int, int]]()
        there = document.annotations
        for key in filter(there.__contains__, order):
            here = there[key]
            known = self._now.on.get(key)
            _, entries, alone = known if known is not None and known[0] is here else self._sorted(key, here)
            if alone:
                found += entries
                continue
            for entry in entries:
                number = None if isinstance(entry, Lesion) else entry.lesion
                if number is None or number not in parts:
                    found.append(entry)
                if number is not None and isinstance(entry, Annotation):
                    if number not in parts:
                        parts[number] = []
                        places.append((len(found) - 1, number))
                    parts[number].append(entry)
        before = self._now.numbered
        self._now.numbered = {number: _kept(before.get(number), document, number, tuple(own)) for number, own in parts.items()}
        whole = cast("list[Lesion]", found)
        for place, number in places:
            whole[place] = self._now.numbered[number]
        return tuple(whole)

    def of(self, annotation: Annotation) -> Lesion | None:
        """Return the lesion of an annotation as it was last asked for; None where it was not there."""
        if annotation.lesion is not None:
            return self._now.numbered.get(annotation.lesion)
        _, entries, _ = self._now.on.get(annotation.image, ((), (), True))
        return next((e for e in entries if isinstance(e, Lesion) and e.members[0] == annotation), None)

    def among(self, some: Iterable[Annotation]) -> tuple[Lesion, ...]:
        """Return the lesions of some annotations as they were last asked for, in that order; each once."""
        meant = {(a.image, a.id) if a.lesion is None else a.lesion: a.image for a in some}
        here = set(meant.values())
        if len(here) == 1 and not any(isinstance(found, int) for found in meant):  # lesions by themselves stand with their image
            _, listed, _ = self._now.on.get(here.pop(), ((), (), True))
        else:
            listed = self._now.lesions
        return tuple(one for one in listed if isinstance(one, Lesion) and one.id in meant)

    def _sorted(self, key: ImageKey, there: tuple[Annotation, ...]) -> tuple[tuple[Annotation, ...], tuple[Lesion | Annotation, ...], bool]:
        """The annotations of an image, those of them that are lesions by themselves as such, and whether all are."""
        _, before, _ = self._now.on.get(key, ((), (), True))
        same = {id(e.members[0]): e for e in before if isinstance(e, Lesion)}
        entries = tuple(a if a.lesion is not None else same.get(id(a)) or Lesion(None, (a,)) for a in there)
        self._now.on[key] = there, entries, all(a.lesion is None for a in there)
        return self._now.on[key]


def lesions(document: Document, order: Sequence[ImageKey]) -> tuple[Lesion, ...]:
    """Return the lesions of a case on these images, by their first image in that order; members on other images are left out."""
    return LesionRegister().lesions(document, order)


def members(document: Document, number: int) -> tuple[Annotation, ...]:
    """Return the annotations that a lesion consists of, by image and id."""
    return tuple(a for a in every(document) if a.lesion == number)


def wholly_locked(document: Document, part: Annotation) -> bool:
    """Whether all parts of an annotation's lesion are locked: nothing is added to it then, either."""
    return part.locked and (part.lesion is None or all(a.locked for a in members(document, part.lesion)))


def every(document: Document) -> Iterator[Annotation]:
    """Return all annotations of a case."""
    return (a for there in document.annotations.values() for a in there)


def next_number(document: Document) -> int:
    """Return the number that a new lesion gets: one more than the highest that a member or a fact has."""
    told = (facts.lesion_of(fact) or 0 for fact in document.facts)
    return max([0, *told, *(a.lesion or 0 for a in every(document))]) + 1


def shared(document: Document) -> Mapping[Member, int]:
    """Return the number of its lesion for each annotation that is not the only member of it."""
    return _together((a.image, a.id, a.lesion) for a in every(document) if a.lesion is not None)


def _together(numbered: Iterable[tuple[ImageKey, int, int]]) -> dict[Member, int]:
    found = {(image, number): lesion for image, number, lesion in numbered}
    counts = Counter(found.values())
    return {member: lesion for member, lesion in found.items() if counts[lesion] > 1}


def letter(number: int) -> str:
    """Return a lesion's number as a reader of mammograms sees it: A, B, …, Z, AA, …."""
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def join(document: Document, one: Annotation, others: Iterable[Annotation]) -> Edit | Refusal:
    """Return the edit that makes one lesion of annotations; whole lesions come along, and `one`'s number and name stay if it has them."""
    asked = (one, *others)
    known = [a.lesion for a in asked if a.lesion is not None]
    number = known[0] if known else next_number(document)
    joined = {(a.image, a.id): a for a in (*asked, *(a for a in every(document) if a.lesion in known))}
    changes = tuple(Change(a, replace(a, lesion=number)) for a in joined.values() if a.lesion != number)
    if not changes:
        return Refusal(message("These are one lesion already"))
    if any(change.before.locked for change in changes if change.before is not None):
        return Refusal(LOCKED)
    return Edit(message("Join to one lesion"), changes, _merged_names(document, number, known))


def separate(document: Document, parted: Iterable[Annotation]) -> Edit | Refusal:
    """Return the edit that takes annotations out of their lesions.

    What would be the only one left of a lesion is none any more, unless it is locked: then it stays as it is, and so does the lesion.
    """
    gone = {(a.image, a.id): a for a in parted if a.lesion is not None}
    if not gone:
        return Refusal(message("What is selected is in no lesion of several annotations"))
    rest = [a for a in every(document) if (a.image, a.id) not in gone]
    if any(a.locked for a in gone.values()):
        return Refusal(LOCKED)
    numbers = {a.lesion for a in gone.values()}
    counts = Counter(a.lesion for a in rest if a.lesion in numbers)
    alone = [a for a in rest if a.lesion in numbers and counts[a.lesion] == 1 and not a.locked]
    ended = numbers - {number for number in counts if counts[number] > 1} - {a.lesion for a in rest if a.locked and a.lesion in numbers}
    told = tuple(change for number in ended if number is not None for change in _forgotten(document, number))
    return Edit(message("Separate from the lesion"), tuple(Change(a, replace(a, lesion=None)) for a in (*gone.values(), *alone)), told)


def of_one_category(document: Document, edit: Edit) -> Edit:
    """Return an edit that changes categories with what is in its lesion no more by that: its areas are of one category, and its lines."""
    parts = [a for a in (change.after for change in edit.changes) if a is not None and a.lesion is not None]
    if not parts:
        return edit
    after, leaving = apply(document, edit), list[Annotation]()
    for now in parts:
        alike = [a for a in members(after, cast(int, now.lesion)) if isinstance(a.shape, Path) == isinstance(now.shape, Path)]
        leaving += [now] if any(a.category != now.category for a in alike) else []
    parted = separate(after, leaving)
    return edit if isinstance(parted, Refusal) else together([edit, replace(parted, name=edit.name)])


def rename(document: Document, lesion: Lesion, name: str) -> Edit | Refusal:
    """Return the edit that gives a lesion a name; an empty one takes it back.  An annotation by itself gets a number by that.

    A lesion that is locked altogether keeps its name.
    """
    number = lesion.number if lesion.number is not None else next_number(document)
    fact, said = facts.lesion_name(number), name.strip() or None
    if said == document.facts.get(fact):
        return Refusal(NOTHING)
    if all(a.locked for a in lesion.members):
        return Refusal(LOCKED)
    changes = tuple(Change(a, replace(a, lesion=number)) for a in lesion.members if a.lesion != number)
    return Edit(message("Name the lesion"), changes, (FactChange(fact, document.facts.get(fact), said),))


def recategorise(lesion: Lesion, category: str, name: str) -> Edit | Refusal:
    """Return the edit that gives all members another category; locked ones do not change, and then none does."""
    if any(a.locked for a in lesion.members):
        return Refusal(LOCKED)
    changes = tuple(Change(a, replace(a, category=category)) for a in lesion.members if a.category != category)
    return Edit(message("Change to {category}", category=name), changes) if changes else Refusal(NOTHING)


def delete(document: Document, lesion: Lesion) -> Edit | Refusal:
    """Return the edit that removes a lesion with all its members; where one is locked, none goes."""
    if any(a.locked for a in lesion.members):
        return Refusal(LOCKED)
    told = _forgotten(document, lesion.number) if lesion.number is not None else ()
    return Edit(message("Delete the lesion"), tuple(Change(a, None) for a in lesion.members), told)


def lock(wanted: Iterable[Lesion]) -> Edit | Refusal:
    """Return the edit that locks all parts of lesions; where all are locked already: the one that unlocks them."""
    parts = [a for lesion in wanted for a in lesion.members]
    locked = not all(a.locked for a in parts)
    changes = tuple(Change(a, replace(a, locked=locked)) for a in parts if a.locked != locked)
    return Edit(message("Lock the lesion") if locked else message("Unlock the lesion"), changes) if parts else Refusal(NOTHING_SELECTED)


def apart(version: Document, kept: Document) -> Mapping[int, int]:
    """Return under which numbers the lesions of another version of a case come into `kept`, so that no two lesions become one.

    A lesion that both versions have a member of in common keeps its number.
    """
    own = {a.lesion for a in every(version) if a.lesion is not None}
    common = {a.lesion for a in every(version) if a.lesion is not None and _is_in(kept, a)}
    taken = {a.lesion for a in every(kept) if a.lesion is not None} - common
    free = max(next_number(kept), next_number(version))
    clashing = sorted(own & taken)
    return {number: free + place for place, number in enumerate(clashing)}


def _is_in(document: Document, annotation: Annotation) -> bool:
    found = document.find(annotation.image, annotation.id)
    return found is not None and found.lesion == annotation.lesion and found.drawn == annotation.drawn


def _kept(known: Lesion | None, document: Document, number: int, parts: tuple[Annotation, ...]) -> Lesion:
    """A lesion as it is now, the same object if it is as it was."""
    name = _name(document, number)
    same = known is not None and known.name == name and len(known.members) == len(parts) and all(map(is_, known.members, parts))
    return known if known is not None and same else Lesion(number, parts, name)


def _name(document: Document, number: int | None) -> str:
    return document.facts.get(facts.lesion_name(number), "") if number is not None else ""


def _merged_names(document: Document, number: int, known: Sequence[int]) -> tuple[FactChange, ...]:
    """What is said of the lesions that go; the first of their names stays where the lesion that they become has none."""
    gone = [other for other in dict.fromkeys(known) if other != number]
    own = facts.lesion_name(number)
    named = next((name for other in gone if (name := _name(document, other))), None)
    takes = (FactChange(own, None, named),) if named is not None and own not in document.facts else ()
    return (*(change for other in gone for change in _forgotten(document, other)), *takes)


def _forgotten(document: Document, number: int) -> tuple[FactChange, ...]:
    return tuple(FactChange(fact, said, None) for fact, said in document.facts.items() if facts.lesion_of(fact) == number)
