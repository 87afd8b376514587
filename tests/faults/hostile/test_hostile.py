"""Whatever file is opened, the window lives, looks at its events, stays small, and says what became of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import DATA
from tests.faults.hostile import campaign
from tests.faults.hostile.damage import KINDS, case

SEED = 20261127


def sound(found: campaign.Tally, cases: int) -> None:
    assert (found.deaths, found.hangs, found.hogs) == ([], [], []), found.told()
    assert found.cases == cases == sum(found.outcomes.values())
    assert found.outcomes["painted"] and found.outcomes["nothing"] + found.outcomes["said"]


def test_some_damaged_files_do_a_window_no_harm(tmp_path: Path) -> None:
    sound(campaign.run(campaign.sources(DATA / "awkward", tmp_path), SEED, range(30), tmp_path), 30)


def test_a_case_is_the_same_whenever_it_is_asked_for() -> None:
    originals = [bytes(range(256)) * 20, b"\x02\x00\x10\x00UI\x04\x001.2\0" + bytes(3000)]
    assert case(originals, 7, 12) == case(originals, 7, 12) != case(originals, 7, 13)
    ways = {way for number in range(120) for way in case(originals, 7, number)[0].split("+")}
    assert ways >= set(KINDS)


@pytest.mark.campaign
def test_five_thousand_damaged_files_do_a_window_no_harm(tmp_path: Path) -> None:
    sound(campaign.run(campaign.sources(DATA / "awkward", tmp_path), SEED, range(5000), tmp_path), 5000)
