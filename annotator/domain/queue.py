"""What somebody is to do next, and how cases are given out: values and rules of the worklist."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.domain.course import State
from annotator.domain.person import Acting, Role


@dataclass(frozen=True)
class Entry:
    """One case of the worklist.

    `patient` and `series` are pseudonymous ids, empty where none is given yet; `modality` is the project's code, `role` that of whoever
    does what comes next (empty: nobody has to), `assignee` who it is given to; `asked`: whom open questions go to, `question`: what the
    first one asks; `returned`: why it is to be done again; `drew`, `judged`: who finished a pass of it, who gave a verdict; `place`: the
    folder of its images; times are ISO 8601.

    `study`: the UID of its study, `plane`: axial, coronal, sagittal or oblique, `device`: maker and model, `sex` as DICOM writes it, `age`:
    a band of `holdings.AGES`, `description`: of study and series, without what may name somebody, `finding`: what was written of the study.
    They are empty where nobody says it.
    """

    case: str
    patient: str = ""
    series: str = ""
    modality: str = ""
    class_folder: str = ""
    state: State = State.NEW
    role: str = ""
    assignee: str = ""
    since: str = ""
    changed: str = ""
    images: int = 0
    annotations: int = 0
    asked: tuple[str, ...] = ()
    question: str = ""
    returned: str = ""
    drew: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()
    place: str = ""
    study: str = ""
    plane: str = ""
    device: str = ""
    sex: str = ""
    age: str = ""
    description: str = ""
    finding: str = ""


@dataclass(frozen=True)
class Veil:
    """As what a case shows that is drawn once more, to whoever must not recognise it; `first`: where annotators draw the first pass."""

    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """Which cases are shown, in which order; what is empty does not narrow.

    `text`: words that are all looked for in ids, names, reasons, descriptions, devices and findings, however they are composed.
    """

    text: str = ""
    states: tuple[str, ...] = ()
    modality: str = ""
    class_folder: str = ""
    assignee: str | None = None
    """A name, or empty for cases that are given to nobody; None: all."""
    order: str = "patient"
    """A field of `Entry`."""
    descending: bool = False
    unclassed: bool = False
    """Only cases without a class."""
    cases: tuple[str, ...] | None = None
    """Only these; None: all."""
    veil: Veil | None = None
    """Cases that somebody draws once more are as any other that waits for them (`veiled`)."""
    planes: tuple[str, ...] = ()
    """One of these; an empty text among them: it is not known.  So are the next three."""
    devices: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    """Bands of `holdings.AGES`."""
    written: bool | None = None
    """Whether a finding was written of the study; None: all."""


@dataclass(frozen=True)
class Narrowing:
    """Cases that something else speaks of: what they are called in the current language, and which they are (without words)."""

    name: str
    wanted: Wanted


RETURNED, ASKED, GIVEN, FREE = "returned", "asked", "given", "free"
"""Why a case is somebody's next, the first before the others: sent back to them, a question to them, given to them, anybody's."""


def reason(entry: Entry, acting: Acting, drawn_classes: Sequence[str] = (), unclassified: str = "") -> str:
    """Return why a case is next for whoever is acting: RETURNED, ASKED, GIVEN or FREE; empty where it is not for them.

    A question goes before a role.  Who drew a case does not review it; who judged it waits for the other, and gets it back where both
    verdicts are in and outlines are to be accepted.  A case of a class that is not drawn on (`drawn_classes`, all where it is empty) is for
    nobody who draws.
    """
    role = acting.role.value if acting.role is not None else ""
    if acting.name in entry.asked or (role and role in entry.asked):
        return ASKED
    if entry.asked or not entry.role or role not in ("", entry.role):
        return ""  # parked, finished, or somebody else's work
    draws = entry.role in (Role.SPECIALIST.value, Role.ANNOTATOR.value)
    if draws and drawn_classes and entry.class_folder not in (*drawn_classes, unclassified, ""):
        return ""
    reviewed = entry.state is State.REVIEW and bool(role)
    if reviewed and acting.name in entry.drew:
        return ""
    if reviewed and acting.name in entry.judged:
        return RETURNED if len(entry.judged) > 1 else ""
    if entry.assignee not in ("", acting.name) and not (reviewed and entry.assignee in entry.judged):
        return ""
    if entry.state is State.REWORK:
        return RETURNED
    return GIVEN if entry.assignee == acting.name and acting.name else FREE


ENDED = (State.MACHINE_CHECK, State.ACCEPTED, State.DISCARDED)
"""States in which nobody has anything to do, but for those who draw a case once more."""


def given_again(entry: Entry) -> bool:
    """Whether a case waits for somebody who draws it once more."""
    return entry.state in ENDED and entry.role in (Role.SPECIALIST.value, Role.ANNOTATOR.value)


def veiled(entry: Entry, veil: Veil | None) -> Entry:
    """Return an entry as whoever must not recognise a case that is drawn once more may see it: as one that waits for its pass."""
    if veil is None or not given_again(entry):
        return entry
    second = entry.role == Role.ANNOTATOR.value and entry.modality not in veil.first
    return replace(entry, state=State.SECOND_PASS if second else State.NEW, drew=(), judged=(), returned="", since="", finding="")


def shared(entries: Iterable[Entry], shares: Mapping[str, float], seed: int | None = None) -> dict[str, str]:
    """Return who gets which case: case → name, so that each person's part of the images is as near to their share as patients allow.

    `shares`: name → weight, of which only the proportion counts; a patient's cases stay together.  With a `seed` patients are dealt in a
    random order that comes again with the same seed, else in order of patient.  Raises ValueError where no weight is above zero.
    """
    weights = {name: weight for name, weight in shares.items() if weight > 0}
    if not weights:
        raise ValueError("no share is above zero")
    patients: dict[str, list[Entry]] = {}
    for entry in entries:
        patients.setdefault(entry.patient or entry.case, []).append(entry)
    order = sorted(patients)
    if seed is not None:
        order.sort(key=lambda patient: hashlib.sha256(f"{seed}:{patient}".encode()).digest())
    dealt = dict.fromkeys(weights, 0.0)
    found: dict[str, str] = {}
    for patient in order:
        own = patients[patient]
        size = sum(max(1, entry.images) for entry in own)
        name = min(weights, key=lambda who: ((dealt[who] + size) / weights[who], who))
        dealt[name] += size
        found.update({entry.case: name for entry in own})
    return found


def seconds_left(ended: Sequence[float], left: int, longest: float = 1800.0) -> float | None:
    """Return in how many seconds `left` cases are done at the pace of those that ended at these times (seconds, any origin).

    The pace is the median of the times between two ends; a pause longer than `longest` is no work.  None where nothing can be said.
    """
    gaps = sorted(gap for before, after in zip(ended, ended[1:], strict=False) if 0 < (gap := after - before) <= longest)
    return gaps[len(gaps) // 2] * left if gaps else None
