"""Say what follows from the verdicts on a case: load both readings, compare them, and name the state that the case goes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotator.domain.correction import Correction, Seen, corrections, without_review
from annotator.domain.course import Standing, State, Step
from annotator.domain.document import Document
from annotator.domain.person import Role
from annotator.domain.verdict import Difference, Outcome, differences, outcome
from annotator.i18n import Message, message
from annotator.workspace import log
from annotator.workspace.labels import labelled_categories, volume_of
from annotator.workspace.reading_store import BASE, READING, ReadingStore
from annotator.workspace.readings import OtherReading, SavedReading
from annotator.workspace.store import Loaded

READERS = 2
"""So many reviewers read a case."""
SEEN_OTHER = "seen"
"""What a verdict tells besides: the digest of the other reading that the reviewer saw, empty while they were blind to it."""


@dataclass(frozen=True)
class Read:
    """A reviewer's verdict on a case, and the reading that it speaks of."""

    name: str
    step: Step
    loaded: Loaded

    @property
    def document(self) -> Document:
        """What the reading holds."""
        return self.loaded.document


@dataclass(frozen=True)
class Review:
    """How the review of a case stands for whoever is at work.

    `record`: what is reviewed; `own`: the own verdict; `shown`: the readings of others that may be seen; `found`: in what A and B differ, A
    being the own reading (for an adjudicator the first), B the other.
    """

    case: str
    standing: Standing
    record: Loaded
    own: Read | None = None
    shown: tuple[Read, ...] = ()
    found: tuple[Difference, ...] = ()

    @property
    def both(self) -> bool:
        """Whether both verdicts are in."""
        return len(self.pair) == READERS

    @property
    def waits(self) -> bool:
        """Whether a verdict of whoever is at work is waited for."""
        return self.own is None or self.both

    @property
    def pair(self) -> tuple[Read, ...]:
        """A and B, as far as they are there and may be seen."""
        if self.standing.state is State.ADJUDICATION:
            return self.shown[:READERS]
        return tuple(read for read in (self.own, *self.shown) if read is not None)[:READERS]


def verdicts(standing: Standing, base: str) -> tuple[Step, ...]:
    """Return the reviewers' verdicts on the record with this digest, in order."""
    own = (step for step in standing.verdicts.values() if step.facts.get(BASE) == base and step.role != Role.ADJUDICATOR.value)
    return tuple(sorted(own, key=lambda step: step.number))


def look(store: ReadingStore, case: str, standing: Standing, name: str, sequential: bool, seen: Seen, least: float) -> Review:
    """Return how the review stands for a person: blind to the other reading until both are in, or not blind (`sequential`).

    Raises AnnotatorError where a reading that may be seen cannot be read.
    """
    record = store.record(case)
    there = verdicts(standing, record.digest)
    gave = any(step.person == name for step in there)
    visible = gave or sequential or standing.state is State.ADJUDICATION
    found = [Read(step.person, step, _loaded(store, case, step)) for step in there if visible or step.person == name]
    own, others = next((read for read in found if read.name == name), None), tuple(read for read in found if read.name != name)
    review = Review(case, standing, record, own, others)
    if not review.both:
        return review
    one, other = (read.document for read in review.pair)
    return replace(review, found=differences(one, other, seen, least))


def conclude(store: ReadingStore, case: str, standing: Standing, seen: Seen, least: float) -> tuple[Outcome, Document] | None:
    """Return what follows from the verdicts, and the document that is agreed then; None: there is nothing to conclude yet.

    A reviewer who saw the other's reading and still reads otherwise has not accepted it.
    """
    record = store.record(case)
    if standing.state is State.ADJUDICATION:
        decided = next((step for step in standing.verdicts.values() if step.role == Role.ADJUDICATOR.value), None)
        if decided is None or decided.facts.get(BASE) != record.digest:
            return None
        return Outcome.AGREED, without_review(_loaded(store, case, decided).document)
    there = verdicts(standing, record.digest)
    if standing.state is not State.REVIEW or len(there) < READERS:
        return None
    one, other = there[:READERS]
    refused = one.facts.get(SEEN_OTHER) == other.revision or other.facts.get(SEEN_OTHER) == one.revision
    agreed, read = (_loaded(store, case, step).document for step in (one, other))
    return outcome(differences(agreed, read, seen, least), refused), without_review(agreed)


def waits_for(standing: Standing, name: str) -> bool:
    """Whether a case in review waits for this reviewer: they gave no verdict yet, or have not seen the other's since."""
    own = standing.verdicts.get(name)
    if own is None:
        return len(standing.verdicts) < READERS
    return any(step.revision != own.facts.get(SEEN_OTHER) for other, step in standing.verdicts.items() if other != name)


def beside(store: ReadingStore, read: Read, case: str) -> OtherReading:
    """Return a reviewer's reading as the window shows it beside the own one; raises AnnotatorError where its labels cannot be read."""
    loaded = read.loaded
    saved = SavedReading(case, loaded.revision, read.step.revision, read.name, read.step.time)
    pixels = {key: entry.pixels for key, entry in loaded.images.items() if entry.pixels}
    categories = labelled_categories(store.project)
    return OtherReading(saved, loaded.document, volume_of(store.root, loaded.document), categories, pixels)


def rows_of(case: str, record: Loaded, reading: str, found: Sequence[Correction]) -> tuple[log.Done, ...]:
    """Return what the log says of the corrections in a verdict: a row for each annotation, with before and after."""
    return tuple(log.Done("correct", case, one.reason, record.digest, reading, _facts(one)) for one in found)


def corrected(record: Loaded, reading: Document, seen: Seen) -> tuple[Correction, ...]:
    """Return what a reading corrects of the record."""
    return corrections(record.document, reading, seen)


def told(found: Outcome) -> Message:
    """Say what followed."""
    return {
        Outcome.AGREED: message("Both readings agree: the case is agreed"),
        Outcome.ACCEPT: message("Outlines differ and still match: they wait for the other reviewer's acceptance"),
        Outcome.ADJUDICATE: message("The readings differ: the case goes to adjudication"),
    }[found]


def _facts(one: Correction) -> dict[str, str]:
    before, after = one.change.before, one.change.after
    sizes = {"area before": one.area[0], "area after": one.area[1], "area difference": one.difference}
    unit = "mm2" if one.millimetres else "pixels"
    facts = {
        "image": str(one.image), "annotation": str(one.number),
        "kind": "added" if before is None else "removed" if after is None else "changed",
        "category before": before.category if before else "", "category after": after.category if after else "",
        "iou": "" if one.iou is None else f"{one.iou:.4f}",
    }  # fmt: skip
    return facts | {f"{name} ({unit})": "" if size is None else f"{size:.3f}" for name, size in sizes.items()}


def _loaded(store: ReadingStore, case: str, step: Step) -> Loaded:
    reading = step.facts.get(READING, case)
    return store.exactly(case if reading == case else reading, step.revision)
