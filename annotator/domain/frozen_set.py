"""A frozen set: the cases that a filter let through at one moment, each with its part, kept under a name and never changed.

Which state of each case is meant is frozen too: by the digest of the revision that was newest then.  The set is sealed by its own digest,
and the project's log names that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from annotator.domain.queue import Entry
from annotator.domain.splitting import USUAL, Shares, split, stratum_of, tally

BY_CLASS, BY_NOTHING = "class", "none"
BALANCED = (BY_CLASS, BY_NOTHING)


@dataclass(frozen=True)
class Member:
    """A case of a set, by pseudonymous ids; `revision` is the digest of what was drawn on it, empty where nothing was."""

    case: str
    patient: str
    series: str
    modality: str
    class_folder: str
    images: int
    part: str
    revision: str = ""


@dataclass(frozen=True)
class Rule:
    """How patients are dealt out: parts and their weights, by what they are balanced, and the seed."""

    shares: Shares = USUAL
    balanced: str = BY_CLASS
    seed: int = 0


@dataclass(frozen=True)
class FrozenSet:
    """A set; `narrowing` says in words which filter it came from, `time` is ISO 8601 with offset, `digest` is that of its file."""

    name: str
    author: str
    role: str
    time: str
    narrowing: str
    rule: Rule
    members: tuple[Member, ...]
    digest: str = field(default="", compare=False)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts, in order."""
        return tuple(name for name, _ in self.rule.shares)

    @property
    def patients(self) -> Mapping[str, str]:
        """Patient → part."""
        return {member.patient: member.part for member in self.members}

    def amount(self, part: str, of: str = "") -> tuple[int, int, int]:
        """Return how many patients, cases and images a part has, of one class or of all."""
        there = [member for member in self.members if member.part == part and of in ("", member.class_folder)]
        return len({member.patient or member.case for member in there}), len(there), sum(member.images for member in there)

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Part → class → patients; a patient with cases of several classes counts in each."""
        single = {(member.patient or member.case, member.class_folder): member.part for member in self.members}
        return tally((part, of) for (_, of), part in single.items())


def dealt(entries: Iterable[Entry], rule: Rule, classes: Sequence[str], revisions: Mapping[str, str]) -> tuple[Member, ...]:
    """Return the members of a set in order of patient and series; `classes`: the project's in order, `revisions`: case → digest.

    A patient is in one part only.  A case without a patient's id counts as a patient of its own.  Raises ValueError for impossible shares.
    """
    listed = sorted(entries, key=lambda entry: (entry.patient, entry.series, entry.case))
    own: dict[str, set[str]] = {}
    for entry in listed:
        own.setdefault(entry.patient or entry.case, set()).add(entry.class_folder)
    strata = {patient: stratum_of(found, classes) if rule.balanced == BY_CLASS else "" for patient, found in own.items()}
    parts = split(strata, rule.shares, rule.seed)
    return tuple(
        Member(entry.case, entry.patient, entry.series, entry.modality, entry.class_folder, entry.images,
               parts[entry.patient or entry.case], revisions.get(entry.case, ""))
        for entry in listed
    )  # fmt: skip
