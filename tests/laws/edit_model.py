"""What documents should be: those of a case from the first to the last, and what no edit may do to annotations that it does not mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import groupby

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.region import Region

Member = tuple[ImageKey, int]
DRAWN = frozenset({"shape", "toolname", "tool"})
"""What of an annotation changes by drawing."""
UNITED = DRAWN | {"lesion", "attributes", "note"}
"""What changes of one that others become a part of."""


@dataclass
class Case:
    """What one case should be: its documents from the first, which of them is now, the one on disk, and those since then."""

    past: list[Document]
    now: int = 0
    saved: Document = Document()
    since: tuple[Document, ...] = ()
    open: bool = False
    waits: bool = False
    """Something was done since the opening or the last save: a minute later it is saved."""

    @property
    def document(self) -> Document:
        return self.past[self.now]

    def done(self, document: Document) -> None:
        self.past[self.now + 1 :] = [document]
        self.now += 1
        self.since += (document,)
        self.waits = True

    def stepped(self, step: int) -> None:
        self.now += step
        self.since += (self.document,)
        self.waits = True

    def put_down(self) -> None:
        self.saved, self.since, self.waits = self.document, (), False


@dataclass(frozen=True)
class Scope:
    """What a command may do: which fields of which annotations it may change, on which images annotations may come and go.

    `ties`: an annotation anywhere may come into a lesion or out of one; `unlocks`: locked ones may change; `shows`: hidden ones, too.
    """

    fields: frozenset[str] = DRAWN
    of: Collection[Member] | None = None
    images: Collection[ImageKey] = ()
    comes: bool = False
    goes: bool = False
    ties: bool = False
    unlocks: bool = False
    shows: bool = False


def members(document: Document) -> dict[Member, Annotation]:
    """All annotations of a document by image and id."""
    return {(key, a.id): a for key, there in document.annotations.items() for a in there}


def parts(document: Document, number: int | None) -> list[Annotation]:
    """The annotations of a lesion."""
    return [a for a in members(document).values() if number is not None and a.lesion == number]


def lesion(document: Document, part: Annotation) -> list[Annotation]:
    """All parts of the lesion of an annotation; an annotation without a number is one by itself."""
    return [part] if part.lesion is None else parts(document, part.lesion)


def free_number(document: Document) -> int:
    """The number of the next new lesion: none that a part or a fact has."""
    told = [int(fact.rpartition(".")[2]) for fact in document.facts if fact.startswith("lesion.")]
    return max([0, *told, *(a.lesion or 0 for a in members(document).values())]) + 1


def differing(one: Annotation, other: Annotation) -> set[str]:
    """The fields in which two annotations differ."""
    return {f.name for f in fields(Annotation) if getattr(one, f.name) != getattr(other, f.name)}


def stays_within(before: Document, after: Document, scope: Scope, hidden: Collection[Member]) -> None:
    """An edit changes only what it may; what is locked or hidden it leaves alone, and no id comes twice."""
    were, are = members(before), members(after)
    for member in {*were, *are}:
        was, now = were.get(member), are.get(member)
        if was is now:
            continue
        if was is None:
            assert scope.comes and member[0] in scope.images, f"{member} came"
            assert member[1] > before.issued.get(member[0], 0), f"{member} has an id of another one"
            continue
        assert scope.unlocks or not was.locked or was == now, f"{was} is locked"
        assert scope.shows or member not in hidden or (now is not None and differing(was, now) <= {"lesion"}), f"{was} is hidden"
        if now is None:
            assert scope.goes and member[0] in scope.images and (scope.of is None or member in scope.of), f"{member} went"
            continue
        meant = member in scope.of if scope.of is not None else member[0] in scope.images
        may = (scope.fields if meant else frozenset()) | ({"lesion"} if scope.ties else frozenset())
        assert differing(was, now) <= may, f"{differing(was, now) - may} of {member} changed"


def is_one_of_all(found: list[Annotation], now: Annotation) -> None:
    """What several annotations became is the oldest of them, and says all that was written to any, and what its own kind was said to be."""
    oldest, alike = found[0], [a for a in found if a.category == found[0].category]
    assert (now.id, now.category, now.drawn, now.parent) == (oldest.id, oldest.category, oldest.drawn, oldest.parent)
    assert now.note == "; ".join(dict.fromkeys(a.note for a in found if a.note))
    said: dict[str, str] = {}
    for a in alike:
        said = {**dict(a.attributes), **said}
    assert dict(now.attributes) == said
    assert now.lesion == next((a.lesion for a in alike if a.lesion is not None), None)


def lesions_are_lesions(document: Document) -> None:
    """The areas of a lesion are of one category, and so are its lines; what is said of a lesion is said of a positive number."""
    there = sorted((a.lesion, isinstance(a.shape, Region), a.category) for a in members(document).values() if a.lesion is not None)
    for which, found in groupby(there, key=lambda entry: entry[:2]):
        assert which[0] > 0
        assert len({category for *_, category in found}) == 1, f"lesion {which[0]} is of several categories"


def spanned(subject: Annotation, own: Iterable[Annotation], places: Mapping[ImageKey, int], made: Callable[[Annotation], bool], at: int, *,
            upwards: bool) -> dict[int, object] | None:  # fmt: skip
    """The shapes of the copies, by place, of a line or box that reaches up or down to a place; None: it cannot."""
    own = list(own)
    fixed = {places[a.image]: a.shape for a in own if not made(a)} or {places[subject.image]: subject.shape}
    copies = {places[a.image]: a for a in own if made(a) and places[a.image] not in fixed}
    low, high = min(fixed), max(fixed)
    first, last = (low, at) if upwards else (at, high)
    if first > last:
        return None
    found: dict[int, object] = {place: a.shape for place, a in copies.items() if first <= place <= last or a.locked or
                                (place < first if upwards else place > last)}  # fmt: skip
    for place in range(first, last + 1):
        kept = place in copies and (copies[place].locked or low <= place <= high)
        if place not in fixed and not kept:
            before = [p for p in fixed if (p < place if upwards else p > place)]
            source = (max(before) if upwards else min(before)) if before else (low if upwards else high)
            found[place] = fixed[source]
    return found
