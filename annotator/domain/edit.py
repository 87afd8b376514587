"""A change of a document, as a value that can be turned round: one thing for undo, journal, screen and menu."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
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

    @property
    def images(self) -> frozenset[ImageKey]:
        """The images it touches."""
        return frozenset(change.subject.image for change in self.changes)

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        facts = tuple(FactChange(f.fact, f.after, f.before) for f in reversed(self.facts))
        return Edit(self.name, tuple(Change(c.after, c.before) for c in reversed(self.changes)), facts)


class StaleEdit(ValueError):
    """The edit does not start from this document."""


def apply(document: Document, edit: Edit) -> Document:
    """Return the document after `edit`; raises StaleEdit if what the edit changes is not as it expects."""
    annotations, issued = dict(document.annotations), dict(document.issued)
    for change in edit.changes:
        image, number = change.subject.image, change.subject.id
        there = {a.id: a for a in annotations.get(image, ())}
        if there.get(number) != change.before:
            raise StaleEdit(f"annotation {number} of {image} is not what the edit expects")
        there.pop(number, None)
        if change.after is not None:
            there[number] = change.after
        issued[image] = max(issued.get(image, 0), number)
        if there:
            annotations[image] = tuple(there[n] for n in sorted(there))
        else:
            annotations.pop(image, None)
    facts = dict(document.facts)
    for told in edit.facts:
        if facts.get(told.fact) != told.before:
            raise StaleEdit(f"the fact {told.fact} is not what the edit expects")
        facts.pop(told.fact, None)
        if told.after is not None:
            facts[told.fact] = told.after
    return Document(annotations, issued, facts)
