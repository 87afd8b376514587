"""Tie what is drawn on several views of one breast as one lesion: a fact of the case that no delivered file tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from annotator.domain import facts
from annotator.domain.document import Document
from annotator.domain.image import ImageKey

Member = tuple[ImageKey, int]
"""An annotation: its image and its id."""
_PREFIX = "lesion."


def lesion_of(document: Document, member: Member) -> int | None:
    """Return the number of the lesion that an annotation is tied to."""
    found = document.facts.get(facts.lesion(*member), "")
    return int(found) if found.isdecimal() else None


def letter(number: int) -> str:
    """Return a lesion's number as a reader sees it: A, B, …, Z, AA, …."""
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def members(document: Document, lesion: int) -> tuple[Member, ...]:
    """Return the annotations that are tied as a lesion, those only that still are there."""
    if not any(fact.startswith(_PREFIX) for fact in document.facts):
        return ()
    there = ((key, annotation.id) for key, drawn in document.annotations.items() for annotation in drawn)
    return tuple(member for member in there if lesion_of(document, member) == lesion)


def letters(document: Document) -> Mapping[Member, str]:
    """Return the letter of its lesion for each annotation that is tied to another one that still is there."""
    if not any(fact.startswith(_PREFIX) for fact in document.facts):
        return {}
    there = [(key, annotation.id) for key, drawn in document.annotations.items() for annotation in drawn]
    tied = {member: lesion for member in there if (lesion := lesion_of(document, member)) is not None}
    counts = Counter(tied.values())
    return {member: letter(lesion) for member, lesion in tied.items() if counts[lesion] > 1}


def tie(document: Document, one: Member, other: Member) -> tuple[int, Mapping[str, str | None]]:
    """Return the number of the lesion that two annotations become, and the facts that say so; what each was tied to comes along."""
    known = [lesion for member in (one, other) if (lesion := lesion_of(document, member)) is not None]
    used = [int(value) for fact, value in document.facts.items() if fact.startswith(_PREFIX) and value.isdecimal()]
    number = known[0] if known else max(used, default=0) + 1
    joined = {one, other, *(member for lesion in known for member in members(document, lesion))}
    return number, {facts.lesion(*member): str(number) for member in sorted(joined)}


def untie(document: Document, member: Member) -> Mapping[str, str | None]:
    """Return the facts that take an annotation out of its lesion; a lesion of one is none."""
    lesion = lesion_of(document, member)
    rest = [other for other in members(document, lesion) if other != member] if lesion is not None else []
    return {facts.lesion(*gone): None for gone in (member, *(rest if len(rest) == 1 else ())) if lesion is not None}
