"""Count who was right: sensitivity, specificity, PPV, FPR and F1 from four counts, Cohen's kappa from a table, and Wilson's interval.

- precision = PPV = TP ÷ (TP + FP), recall = sensitivity = TP ÷ (TP + FN), F1 = 2 TP ÷ (2 TP + FP + FN)
- specificity = TN ÷ (TN + FP), FPR = FP ÷ (FP + TN) = 1 − specificity
- κ = (p₀ − pₑ) ÷ (1 − pₑ), p₀ the share of equal answers, pₑ that which two readers with these totals would have by chance (Cohen 1960)
- Wilson's interval of k out of n: (p̂ + z²⁄2n ± z √(p̂(1 − p̂)⁄n + z²⁄4n²)) ÷ (1 + z²⁄n), z = 1.959964 for 95 % (Wilson 1927)

A rate of nothing is None: it is said to be unknown, not 0 and not 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

Z95 = 1.959963984540054
Cell = tuple[str, str]
NONE = ""
"""In a table of categories: the lesion is not there in that reading."""


@dataclass(frozen=True)
class Counts:
    """True and false positives and negatives; of lesions there are no true negatives."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def precision(self) -> float | None:
        """TP ÷ (TP + FP): the positive predictive value."""
        return _share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """TP ÷ (TP + FN): the sensitivity."""
        return _share(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        """2 TP ÷ (2 TP + FP + FN)."""
        return _share(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def specificity(self) -> float | None:
        """TN ÷ (TN + FP)."""
        return _share(self.tn, self.tn + self.fp)

    @property
    def fpr(self) -> float | None:
        """FP ÷ (FP + TN)."""
        return _share(self.fp, self.fp + self.tn)


def counted(there: bool, truth: bool) -> Counts:
    """Return the counts of one yes-or-no answer against the truth."""
    return Counts(int(there and truth), int(there and not truth), int(truth and not there), int(not there and not truth))


def kappa(table: Mapping[Cell, int]) -> float | None:
    """Return Cohen's kappa of a table (answer of the one, answer of the other) → count; lesions that only one has are left out.

    None where nothing was compared, and where both gave one and the same answer always: then chance alone agrees fully (0 ÷ 0).
    """
    both = {cell: count for cell, count in table.items() if NONE not in cell and count}
    total = sum(both.values())
    if not total:
        return None
    answers = {answer for cell in both for answer in cell}
    equal = sum(count for (a, b), count in both.items() if a == b) / total
    chance = sum(
        sum(n for (a, _), n in both.items() if a == answer) * sum(n for (_, b), n in both.items() if b == answer) for answer in answers
    ) / (total * total)
    return None if chance == 1.0 else (equal - chance) / (1.0 - chance)


def wilson(hits: int, total: int, z: float = Z95) -> tuple[float, float] | None:
    """Return Wilson's interval of a share (95 % by default), within 0 and 1; None for a share of nothing.  0 ≤ `hits` ≤ `total`."""
    if total <= 0:
        return None
    share, squared = hits / total, z * z
    middle = share + squared / (2 * total)
    reach = z * math.sqrt(share * (1 - share) / total + squared / (4 * total * total))
    least, most = ((middle + sign * reach) / (1 + squared / total) for sign in (-1, 1))
    return 0.0 if hits == 0 else max(least, 0.0), 1.0 if hits == total else min(most, 1.0)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
