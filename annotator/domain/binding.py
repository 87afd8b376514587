"""Bind regions to the lines that they answer, excuse and dispute lines, and say that nothing was seen: each as one edit.

A region takes the category of its line.  What is said against it is kept as a fact of the case beside the line, which stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from annotator.domain import facts
from annotator.domain.annotation import Annotation
from annotator.domain.coverage import Member, lines_of, proposed
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.lesions import members
from annotator.domain.line_rule import Meaning
from annotator.domain.merge import LOCKED, NOTHING, Refusal
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.i18n import Message, message

REFERENCE = message("The lines of the first pass are a reference: they are not changed in the second pass (dispute or excuse them)")
TAKES_CATEGORY = message("A region has the category of its line: dispute the line, its category is not changed here")


def bound(document: Document, edit: Edit, meaning: Meaning, preferred: Member | None = None) -> Edit:
    """Return an edit with the regions that it draws or changes bound to the lines that they cover most, as far as they were not bound."""
    return replace(edit, changes=tuple(_bound(document, change, meaning, preferred) for change in edit.changes))


def rebind(document: Document, regions: Iterable[Annotation], line: Annotation) -> Edit | Refusal:
    """Return the edit that lets regions answer another line, with the rest of their lesions that answered the same as they."""
    found = dict[Member, Annotation]()
    for region in regions:
        mates = members(document, region.lesion) if region.lesion is not None else (region,)
        found |= {(a.image, a.id): a for a in mates if isinstance(a.shape, Region) and a.answers in (region.answers, None)}
    if not found:
        return Refusal(message("Select the region that is to answer the line"))
    if any(a.locked for a in found.values()):
        return Refusal(LOCKED)
    wanted = (line.image, line.id)
    after = {member: replace(a, answers=wanted, category=line.category) for member, a in found.items()}
    changes = tuple(Change(a, after[member]) for member, a in found.items() if after[member] != a)
    return Edit(message("Answer another line"), changes) if changes else Refusal(message("It answers this line already"))


def excuse(document: Document, line: Annotation, reason: str) -> Edit | Refusal:
    """Return the edit that says why a line stays without an answer; an empty reason takes that back."""
    return _said(document, facts.excuse(line.image, line.id), reason, message("Excuse the line"))


def dispute(document: Document, line: Annotation, text: str) -> Edit | Refusal:
    """Return the edit that says something against a line's category; an empty text takes that back."""
    return _said(document, facts.dispute(line.image, line.id), text, message("Dispute the line"))


def see_nothing(document: Document, seen: str) -> Edit | Refusal:
    """Return the edit that says that no lesion was seen (`facts.NO_LESION`, `facts.NOT_VISIBLE`; empty: takes that back)."""
    return _said(document, facts.NOTHING_SEEN, seen, message("No lesion seen"))


def forbidden(edit: Edit) -> Message | None:
    """Return why a second pass may not make an edit: it changes a line, or the category of a region that answers one; None: it may."""
    for change in edit.changes:
        if any(isinstance(a.shape, Path) for a in (change.before, change.after) if a is not None):
            return REFERENCE
        before, after = change.before, change.after
        if before is not None and after is not None and before.category != after.category and before.answers == after.answers is not None:
            return TAKES_CATEGORY
    return None


def _bound(document: Document, change: Change, meaning: Meaning, preferred: Member | None) -> Change:
    after = change.after
    if after is None or after.answers is not None or not isinstance(after.shape, Region):
        return change
    line = proposed(after.shape, lines_of(document.on(after.image)), meaning, preferred)
    return change if line is None else Change(change.before, replace(after, answers=(line.image, line.id), category=line.category))


def _said(document: Document, fact: str, text: str, name: Message) -> Edit | Refusal:
    before, after = document.facts.get(fact), text.strip() or None
    return Refusal(NOTHING) if before == after else Edit(name, facts=(FactChange(fact, before, after),))
