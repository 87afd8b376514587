"""A split can be repeated, keeps together what belongs together, and gives every side its share."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import splitting
from annotator.errors import AnnotatorError
from annotator.workspace.exchange.splits import SPLITS, Group, Rule, assign, parse_shares

groups = st.lists(st.builds(Group, st.integers(0, 10**6).map(lambda n: f"P{n:06d}"), st.sampled_from(["benign", "malignant", "normal"])),
                  unique_by=lambda g: g.name, max_size=120)
shares = st.lists(st.integers(0, 9), min_size=2, max_size=3).filter(any).map(tuple)


@given(groups, shares, st.integers(0, 99))
def test_every_group_is_in_one_split_whatever_the_order(found, parts, seed):
    rule = Rule(parts, seed=seed)
    split = assign(found, rule)
    assert set(split) == {group.name for group in found}
    assert assign(reversed(found), rule) == split
    assert set(split.values()) <= {name for name, part in zip(SPLITS, parts, strict=False) if part}


@given(groups, shares)
def test_every_split_gets_its_share_of_the_whole_and_of_each_stratum(found, parts):
    split = assign(found, Rule(parts))
    for stratum in ["", *{group.stratum for group in found}]:
        members = [group.name for group in found if stratum in ("", group.stratum)]
        counts = Counter(split[name] for name in members)
        for name, part in zip(SPLITS, parts, strict=False):
            wanted = len(members) * part / sum(parts)
            assert abs(counts[name] - wanted) < (1.5 if stratum else 3)


def test_another_seed_is_another_split():
    found = [Group(f"P{n:06d}") for n in range(40)]
    assert assign(found, Rule((8, 1, 1), seed=1)) != assign(found, Rule((8, 1, 1), seed=2))
    assert Counter(assign(found, Rule((8, 1, 1), seed=1)).values()) == {"train": 32, "test": 4, "val": 4}


@pytest.mark.parametrize("text", ["", "8", "8:x", "0:0", "1:2:3:4", "8:-1:1", "nan:1", "inf:1"])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(AnnotatorError, match="8:1:1"):
        parse_shares(text)


def test_one_seed_splits_as_a_set_is_split() -> None:
    strata = {f"P{n:06d}": "benign" if n % 3 else "malignant" for n in range(41)}
    parts = splitting.split(strata, (("train", 8.0), ("test", 1.0), ("val", 1.0)), 7)
    assert assign((Group(name, stratum) for name, stratum in strata.items()), Rule((8, 1, 1), seed=7)) == parts
