"""Rates, kappa and Wilson's interval against worked examples of the literature."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from annotator.domain.rates import NONE, Counts, counted, kappa, wilson

ANSWERS = some.dictionaries(some.tuples(some.sampled_from("abc"), some.sampled_from("abc")), some.integers(0, 20))


def test_rates_worked_by_hand() -> None:
    counts = Counts(tp=20, fp=5, fn=10, tn=65)
    assert counts.precision == pytest.approx(0.8)
    assert counts.recall == pytest.approx(2 / 3)
    assert counts.f1 == pytest.approx(2 * 0.8 * (2 / 3) / (0.8 + 2 / 3))
    assert counts.specificity == pytest.approx(65 / 70)
    assert counts.fpr == pytest.approx(5 / 70)


def test_a_rate_of_nothing_is_unknown() -> None:
    counts = Counts()
    assert [counts.precision, counts.recall, counts.f1, counts.specificity, counts.fpr] == [None] * 5


def test_answers_are_counted_against_the_truth() -> None:
    assert [counted(a, b) for a in (True, False) for b in (True, False)] == [Counts(1), Counts(0, 1), Counts(0, 0, 1), Counts(0, 0, 0, 1)]
    assert counted(True, True) + counted(False, True) == Counts(1, 0, 1)


def test_kappa_of_a_known_table() -> None:
    """50 proposals, both yes 20, both no 15, 5 and 10 between: p₀ = 0.7, pₑ = 0.5, κ = 0.4."""
    assert kappa({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}) == pytest.approx(0.4)


def test_kappa_with_three_categories_worked_by_hand() -> None:
    """100 answers, 67 equal; totals 40/35/25 and 45/30/25: pₑ = 0.18 + 0.105 + 0.0625 = 0.3475."""
    table = {("a", "a"): 32, ("a", "b"): 5, ("a", "c"): 3, ("b", "a"): 8, ("b", "b"): 20, ("b", "c"): 7,
             ("c", "a"): 5, ("c", "b"): 5, ("c", "c"): 15}  # fmt: skip
    assert kappa(table) == pytest.approx((0.67 - 0.3475) / (1 - 0.3475))


def test_kappa_leaves_out_what_only_one_has_and_is_unknown_of_one_answer() -> None:
    assert kappa({}) is None
    assert kappa({("a", "a"): 9}) is None
    assert kappa({("a", NONE): 3, (NONE, "b"): 4}) is None
    assert kappa({("a", "a"): 5, ("b", "b"): 5, ("a", NONE): 99}) == pytest.approx(1.0)


@given(table=ANSWERS)
def test_kappa_is_the_same_both_ways_and_at_most_one(table) -> None:
    found = kappa(table)
    turned = kappa({(b, a): count for (a, b), count in table.items()})
    assert found == (None if turned is None else pytest.approx(turned))
    assert found is None or found <= 1.0 + 1e-12


def test_wilson_of_known_shares() -> None:
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775328), abs=1e-6)
    assert wilson(10, 10) == pytest.approx((0.7224672, 1.0), abs=1e-6)
    assert wilson(900, 1000) == pytest.approx((0.8798, 0.9171), abs=1e-4)
    assert wilson(0, 0) is None


@given(total=some.integers(1, 10_000), data=some.data())
def test_wilson_holds_the_share(total, data) -> None:
    hits = data.draw(some.integers(0, total))
    least, most = wilson(hits, total)
    assert 0.0 <= least <= hits / total <= most <= 1.0
