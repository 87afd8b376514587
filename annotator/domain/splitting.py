"""Split patients into the parts of a set, train, test and validation: by one rule that hangs on nothing but names, shares and seed.

Patients are put into strata.  Within a stratum they are ordered by the SHA-256 of seed and patient id, so that the order is the same on
every machine and in every version of Python, and a patient more or less does not disturb the order of the others.  Each part gets the
whole patients that its share of the stratum amounts to; those that are left over go one each to the parts that lack most of all strata so
far.  So no part of a stratum is a whole patient away from its share.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

Shares = tuple[tuple[str, float], ...]
"""Parts and their weights in order; only the proportion counts."""
TRAIN, TEST, VALIDATION = "train", "test", "val"
USUAL: Shares = ((TRAIN, 8.0), (TEST, 1.0), (VALIDATION, 1.0))
_JOINED = "+"


def split(strata: Mapping[str, str], shares: Shares, seed: int) -> dict[str, str]:
    """Return the part of each patient; `strata`: patient → what the parts are balanced by.

    Raises ValueError unless the parts have different names and weights of which none is below and at least one above zero.
    """
    weights = _weights(shares)
    groups: dict[str, list[str]] = {}
    for patient, stratum in strata.items():
        groups.setdefault(stratum, []).append(patient)
    lacking = [Fraction(0)] * len(weights)
    found: dict[str, str] = {}
    for stratum in sorted(groups):
        patients = sorted(groups[stratum], key=lambda patient: (_place(seed, patient), patient))
        counts, lacking = _counts(len(patients), weights, lacking)
        parts = [name for (name, _), count in zip(shares, counts, strict=True) for _ in range(count)]
        found |= dict(zip(patients, parts, strict=True))
    return found


def stratum_of(classes: Collection[str], order: Sequence[str]) -> str:
    """Return the stratum of a patient whose cases are of these classes: the class, or those of several joined in the project's order."""
    known = {name: place for place, name in enumerate(order)}
    return _JOINED.join(sorted(set(classes), key=lambda name: (known.get(name, len(known)), name)))


def tally(members: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Count pairs of part and class: part → class → how many."""
    found: dict[str, dict[str, int]] = {}
    for part, of in members:
        own = found.setdefault(part, {})
        own[of] = own.get(of, 0) + 1
    return found


def _weights(shares: Shares) -> list[Fraction]:
    names, values = [name for name, _ in shares], [value for _, value in shares]
    if len(set(names)) != len(names) or not names or not all(math.isfinite(value) and value >= 0 for value in values) or not any(values):
        raise ValueError("parts need names of their own and shares of which one is above zero")
    total = sum(map(Fraction, values))
    return [Fraction(value) / total for value in values]


def _place(seed: int, patient: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{patient}".encode()).digest()


def _counts(patients: int, weights: Sequence[Fraction], lacking: Sequence[Fraction]) -> tuple[list[int], list[Fraction]]:
    """How many patients of a stratum each part gets, and what it lacks afterwards of its share of all strata so far."""
    quotas = [weight * patients for weight in weights]
    counts = [math.floor(quota) for quota in quotas]
    wanted = [lack + quota - count for lack, quota, count in zip(lacking, quotas, counts, strict=True)]
    open_to = [place for place, quota in enumerate(quotas) if quota > counts[place]]
    for place in sorted(open_to, key=lambda place: (-wanted[place], -weights[place], place))[: patients - sum(counts)]:
        counts[place] += 1
    return counts, [lack + quota - count for lack, quota, count in zip(lacking, quotas, counts, strict=True)]
