"""A change of a document, as a value that can be turned round: one thing for undo, journal, screen and menu."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.facts import images_of
from annotator.domain.image import ImageKey
from annotator.i18n import Message


@dataclass(frozen=True)
class Change:
    """One annotation before and after; None: it was not there, or is gone."""

    before: Annotation | None
    after: Annotation | None

    @property
    def subject(self) -> Annotation:
        """The annotation as it is after the change, or was before."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found

    @property
    def only_numbers(self) -> bool:
        """Whether it says which lesion an annotation belongs to, and nothing else of it."""
        if self.before is None or self.after is None or self.before.lesion == self.after.lesion:
            return False
        return self.before == replace(self.after, lesion=self.before.lesion)


@dataclass(frozen=True)
class FactChange:
    """One fact of the case before and after; None: it was not there, or is gone."""

    fact: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Edit:
    """What one stroke or command did, with the name the menu shows for it."""

    name: Message
    changes: tuple[Change, ...] = ()
    facts: tuple[FactChange, ...] = ()
    undoes: Edit | None = field(default=None, init=False, compare=False, repr=False)
    """The edit that this one was made of to take it back, and nothing else; one that is made of this one does not say so."""
    parts: tuple[Edit, ...] = field(default=(), init=False, compare=False, repr=False)
    """The edits that `together` made this one of, one after the other; an edit that is made of this one does not say so."""

    @cached_property
    def images(self) -> frozenset[ImageKey]:
        """The images it touches."""
        return frozenset(change.subject.image for change in self.changes)

    @cached_property
    def where(self) -> tuple[ImageKey, ...]:
        """The images it touches in order, then those that its facts speak of."""
        return tuple(dict.fromkeys([*(change.subject.image for change in self.changes), *self._told_of]))

    @cached_property
    def seen_on(self) -> tuple[ImageKey, ...]:
        """Those of them on which it is seen: where it only says which lesion something belongs to, only if it does nothing else."""
        seen = {change.subject.image for change in self.changes if not change.only_numbers}.union(self._told_of)
        return tuple(key for key in self.where if key in seen) or self.where

    @property
    def _told_of(self) -> tuple[ImageKey, ...]:
        """The images that its facts speak of."""
        found = (images_of(told.fact, told.after, told.before) for told in self.facts)
        return tuple(dict.fromkeys(key for keys in found for key in keys))

    @cached_property
    def regroups(self) -> bool:
        """Whether it changes which annotations are one lesion."""
        return any((c.before and c.before.lesion) != (c.after and c.after.lesion) for c in self.changes)

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        return self.undoes if self.undoes is not None else self._back

    @cached_property
    def _back(self) -> Edit:
        facts = tuple(FactChange(f.fact, f.after, f.before) for f in reversed(self.facts))
        back = Edit(self.name, tuple(Change(c.after, c.before) for c in reversed(self.changes)), facts)
        object.__setattr__(back, "undoes", self)
        back.__dict__.update(images=self.images, regroups=self.regroups)
        return back


class StaleEdit(ValueError):
    """The edit does not start from this document."""


def together(edits: Sequence[Edit]) -> Edit:
    """Return one edit that does what several do one after the other, with the name of the last.

    What ends as it began is left out; what was changed last comes first.
    """
    if len(edits) == 1:
        return edits[0]
    changes, facts = dict[tuple[ImageKey, int], Change](), dict[str, FactChange]()
    for edit in edits:
        for change in edit.changes:
            subject = change.subject.image, change.subject.id
            before = changes.pop(subject, change).before
            changes[subject] = Change(before, change.after)
        for told in edit.facts:
            before_all = facts.pop(told.fact, told).before
            facts[told.fact] = FactChange(told.fact, before_all, told.after)
    whole = Edit(
        edits[-1].name if edits else Message(""),
        tuple(change for change in reversed(changes.values()) if change.before != change.after),
        tuple(told for told in reversed(facts.values()) if told.before != told.after),
    )
    object.__setattr__(whole, "parts", tuple(edits))
    return whole


def difference(name: Message, before: Document, after: Document) -> Edit:
    """Return the one edit that leads from a document to another."""
    changes, facts = list[Change](), list[FactChange]()
    for image in sorted({*before.annotations, *after.annotations}):
        if before.on(image) is not after.on(image):
            were, are = ({a.id: a for a in document.on(image)} for document in (before, after))
            found = (Change(were.get(number), are.get(number)) for number in sorted({*were, *are}))
            changes += (change for change in found if change.before is not change.after and change.before != change.after)
    for fact in sorted({*before.facts, *after.facts}):
        if before.facts.get(fact) != after.facts.get(fact):
            facts.append(FactChange(fact, before.facts.get(fact), after.facts.get(fact)))
    return Edit(name, tuple(changes), tuple(facts))


def holds(document: Document, edit: Edit) -> bool:
    """Whether a document already has all that an edit leads to."""
    drawn = all(document.find(change.subject.image, change.subject.id) == change.after for change in edit.changes)
    return drawn and all(document.facts.get(told.fact) == told.after for told in edit.facts)


def apply(document: Document, edit: Edit) -> Document:
    """Return the document after `edit`; raises StaleEdit if what the edit changes is not as it expects.

    Only the annotations of the images that it touches are looked at.
    """
    by_image = dict[ImageKey, tuple[list[Change], list[int]]]()
    last, there, numbers = None, list[Change](), list[int]()
    for change in edit.changes:
        subject = change.after or change.before or change.subject
        image = subject.image
        if image is not last and image != last:
            last, (there, numbers) = image, by_image.setdefault(image, ([], []))
        there.append(change)
        numbers.append(subject.id)
    annotations, issued = dict(document.annotations), dict(document.issued)
    for image, (changes, numbers) in by_image.items():
        now = _changed(document.on(image), changes, numbers)
        issued[image] = max(issued.get(image, 0), *numbers)
        if now:
            annotations[image] = now
        else:
            annotations.pop(image, None)
    return Document(annotations, issued, _told(document.facts, edit.facts) if edit.facts else document.facts)


def _changed(there: tuple[Annotation, ...], changes: Sequence[Change], numbers: Sequence[int]) -> tuple[Annotation, ...]:
    """An image's annotations, which are in order of id, after some changes of them, of annotations with these numbers."""
    if len(changes) == 1:
        number = numbers[0]
        place = bisect_left(there, number, key=lambda annotation: annotation.id)
        found = there[place] if place < len(there) and there[place].id == number else None
        after = _after(found, changes[0])
        return (*there[:place], *(() if after is None else (after,)), *there[place + (found is not None) :])
    by_id, added = {annotation.id: annotation for annotation in there}, False
    for number, change in zip(numbers, changes, strict=True):
        found, after = by_id.get(number), change.after
        if found is not change.before:
            after = _after(found, change)
        if after is None:
            by_id.pop(number, None)
        else:
            by_id[number] = after
            added = added or found is None
    return tuple([by_id[number] for number in sorted(by_id)] if added else by_id.values())


def _after(found: Annotation | None, change: Change) -> Annotation | None:
    """What a change leaves of an annotation."""
    if found is not change.before and found != change.before:
        subject = change.subject
        raise StaleEdit(f"annotation {subject.id} of {subject.image} is not what the edit expects")
    return change.after


def _told(facts: Mapping[str, str], changes: Sequence[FactChange]) -> Mapping[str, str]:
    now = dict(facts)
    for told in changes:
        if now.get(told.fact) != told.before:
            raise StaleEdit(f"the fact {told.fact} is not what the edit expects")
        now.pop(told.fact, None)
        if told.after is not None:
            now[told.fact] = told.after
    return now
