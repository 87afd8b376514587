"""No reader of bytes from outside does anything with them but read or refuse: on what once broke it, on fresh damage, and for minutes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.faults.fuzz import campaign, sealed
from tests.faults.fuzz.targets import TARGETS, Place, project_here

KEPT = Path(__file__).parent / "kept"
FRESH, SEED = 25, 1


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    Place.folder = tmp_path_factory.mktemp("fuzz")
    yield


def kept() -> list[Path]:
    """Inputs on which a reader once failed, by the target's name: `json-….bin`."""
    return sorted(KEPT.glob("*.bin"))


@pytest.mark.parametrize("path", kept(), ids=lambda path: path.stem)
def test_what_once_broke_a_reader_is_read_or_refused(path: Path) -> None:
    TARGETS[path.stem.partition("-")[0]](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_fresh_damage_is_read_or_refused(name: str) -> None:
    target = TARGETS[name]
    seeds = target.seeds()
    for content in (*seeds, *islice(campaign.damaged(seeds, random.Random(SEED)), FRESH)):
        target(content)


@pytest.mark.campaign
def test_each_value_under_a_seal_may_be_any_awkward_one() -> None:
    for content in sealed.seeds(project_here(), each=True):
        TARGETS["sealed"](content)


@pytest.mark.campaign
@pytest.mark.parametrize("name", TARGETS)
def test_ten_minutes_of_fuzzing_find_nothing(name: str, tmp_path: Path) -> None:
    assert campaign.main([name, "--into", str(tmp_path)]) == 0
