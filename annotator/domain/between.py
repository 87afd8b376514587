"""Say how one document of a case becomes another: the edit that leads there, and what of it a person wants to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit, FactChange
from annotator.domain.image import ImageKey
from annotator.i18n import Message

_UNNAMED = Message("")


@dataclass(frozen=True)
class Tally:
    """What an edit did: annotations by category key that came, went, or are drawn otherwise or of another category now.

    `noted`: how many have other answers or another note; `rest`: other changes (lesion, lock); `facts`: facts of the case that changed.
    """

    added: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    noted: int = 0
    rest: int = 0
    facts: int = 0

    @property
    def nothing(self) -> bool:
        """Whether nothing was done."""
        return self == Tally()


def between(before: Document, after: Document, name: Message = _UNNAMED) -> Edit:
    """Return the edit called `name` that makes `after` of `before`; annotations are the same where their ids are."""
    changes = list[Change]()
    for image in sorted({*before.annotations, *after.annotations}):
        one, other = before.on(image), after.on(image)
        if one is other or one == other:
            continue
        here, there = {a.id: a for a in one}, {a.id: a for a in other}
        pairs = ((here.get(number), there.get(number)) for number in sorted({*here, *there}))
        changes += (Change(was, now) for was, now in pairs if was != now)
    names = sorted({*before.facts, *after.facts})
    facts = (FactChange(fact, before.facts.get(fact), after.facts.get(fact)) for fact in names)
    return Edit(name, tuple(changes), tuple(fact for fact in facts if fact.before != fact.after))


def tally(edit: Edit) -> Tally:
    """Count what an edit does."""
    added, removed, changed = Counter[str](), Counter[str](), Counter[str]()
    noted = rest = 0
    for change in edit.changes:
        was, now = change.before, change.after
        if was is None or now is None:
            (removed if now is None else added)[change.subject.category] += 1
            continue
        drawn = (was.shape, was.category, was.toolname) != (now.shape, now.category, now.toolname)
        said = (was.attributes, was.note) != (now.attributes, now.note)
        changed[now.category] += drawn
        noted += said
        rest += not (drawn or said)
    return Tally(added, removed, +changed, noted, rest, len(edit.facts))


def changed_on(edit: Edit) -> Mapping[ImageKey, Edit]:
    """Return what an edit does on each image that it changes."""
    found = dict[ImageKey, list[Change]]()
    for change in edit.changes:
        found.setdefault(change.subject.image, []).append(change)
    return {image: replace(edit, changes=tuple(changes), facts=()) for image, changes in found.items()}
