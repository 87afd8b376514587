"""A split keeps patients whole, each class within a patient of its share, and comes again from its seed on any machine."""

from __future__ import annotations

from collections import Counter
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.frozen_set import BY_NOTHING, Rule, dealt
from annotator.domain.queue import Entry
from annotator.domain.splitting import USUAL, split, stratum_of, tally

CLASSES = ("benign", "malignant", "normal")
strata = st.dictionaries(st.integers(0, 10**6).map("P{:06d}".format), st.sampled_from(CLASSES), max_size=80)
shares = st.lists(st.floats(0, 20), min_size=1, max_size=4).filter(any).map(lambda w: tuple((f"part{n}", x) for n, x in enumerate(w)))


@given(strata, shares, st.integers(0, 2**31))
def test_every_class_is_within_one_patient_of_its_share(patients: dict[str, str], rule: tuple[tuple[str, float], ...], seed: int) -> None:
    found = split(patients, rule, seed)
    assert found.keys() == patients.keys()
    total = sum(weight for _, weight in rule)
    for of, size in Counter(patients.values()).items():
        for part, weight in rule:
            own = sum(patients[patient] == of and at == part for patient, at in found.items())
            apart = abs(own - size * weight / total)
            assert apart < 1 or isclose(apart, 1)
            assert weight or not own


@given(strata, st.integers(0, 2**31))
def test_the_whole_is_as_near_to_its_shares_as_the_classes(patients: dict[str, str], seed: int) -> None:
    found = Counter(split(patients, USUAL, seed).values())
    for part, weight in USUAL:
        assert abs(found[part] - len(patients) * weight / 10) <= 1 + 1e-9


@given(strata, st.integers(0, 2**31), st.randoms(use_true_random=False))
def test_it_hangs_on_names_and_seed_and_not_on_their_order(patients: dict[str, str], seed: int, chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(patients.items())
    chance.shuffle(shuffled)
    assert split(dict(shuffled), USUAL, seed) == split(patients, USUAL, seed)


def test_it_is_the_same_in_every_version() -> None:
    patients = {f"P{n:06d}": CLASSES[n % 3] for n in range(1, 31)}
    found = split(patients, USUAL, 7)
    assert Counter(found.values()) == {"train": 24, "test": 3, "val": 3}
    assert sorted(patient for patient, part in found.items() if part == "test") == ["P000004", "P000017", "P000024"]
    assert sorted(patient for patient, part in found.items() if part == "val") == ["P000003", "P000005", "P000013"]
    assert split(patients, USUAL, 8) != found


@pytest.mark.parametrize("wrong", [(), (("a", 0.0),), (("a", 1.0), ("a", 1.0)), (("a", -1.0), ("b", 2.0)), (("a", float("nan")),)])
def test_shares_that_share_nothing_are_refused(wrong: tuple[tuple[str, float], ...]) -> None:
    with pytest.raises(ValueError, match="parts need"):
        split({"P1": ""}, wrong, 0)


def entry(patient: str, series: str, of: str, case: str = "") -> Entry:
    return Entry(case or f"{patient}.{series}", patient, series, "CCT", of, images=3)


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 4), st.sampled_from(CLASSES)), max_size=60, unique_by=lambda t: t[:2]))
def test_no_patient_is_on_two_sides(cases: list[tuple[int, int, str]]) -> None:
    members = dealt([entry(f"P{p:06d}", f"S{s:03d}", of) for p, s, of in cases], Rule(), CLASSES, {})
    parts: dict[str, set[str]] = {}
    for member in members:
        parts.setdefault(member.patient, set()).add(member.part)
    assert all(len(own) == 1 for own in parts.values()) and len(members) == len(cases)


def test_a_patient_of_several_classes_is_a_stratum_of_its_own() -> None:
    assert stratum_of({"malignant", "benign"}, CLASSES) == "benign+malignant" == stratum_of(["benign", "malignant", "benign"], CLASSES)
    assert stratum_of({"other", "normal"}, CLASSES) == "normal+other"


def test_cases_without_an_id_count_for_themselves_and_the_revision_is_kept() -> None:
    entries = [entry("", "", "normal", f"1.2.{n}") for n in range(10)]
    members = dealt(entries, Rule(balanced=BY_NOTHING), CLASSES, {"1.2.3": "abc"})
    assert Counter(member.part for member in members) == {"train": 8, "test": 1, "val": 1}
    assert [member.case for member in members if member.revision == "abc"] == ["1.2.3"]


def test_a_tally_counts_by_part_and_class() -> None:
    assert tally([("train", "a"), ("train", "a"), ("val", "b")]) == {"train": {"a": 2}, "val": {"b": 1}}
