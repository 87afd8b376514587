"""How long a check of a delivered tree takes beside reading the same files with pydicom and json, and how much memory it takes.

Times are those of the processors (user and system, of all processes), so that other work on the machine counts for nothing.
`ANNOTATOR_BENCH_SCALE=10` makes the tree that the budget speaks of: 20 000 images of 64² and 500 of 512², each with its JSON and mask.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.progress import Report
from annotator.workspace import projects
from annotator.workspace.checking.running import checked
from tests.benchmarks.conftest import Note
from tests.benchmarks.delivered import plain, tree
from tests.benchmarks.table import Budget, Row

SCALE = float(os.environ.get("ANNOTATOR_BENCH_SCALE", "1"))
SIZES = {64: int(2000 * SCALE), 512: int(50 * SCALE)}


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree."""
    return tree(tmp_path_factory.mktemp("delivered") / "project", SIZES)


def spent(work: Callable[[], object]) -> float:
    """Seconds of the processors that some work takes, in this process and those that it started."""

    def used() -> float:
        now = os.times()
        return now.user + now.system + now.children_user + now.children_system

    before = used()
    work()
    return used() - before


def check(root: Path, *, jobs: int = 1, resume: bool = False) -> int:
    """Check the tree; returns how many findings there are."""
    with checked(projects.open_project(root), Report(), jobs=jobs, resume=resume) as outcome:
        assert outcome.tally.images == sum(SIZES.values())
        return outcome.tally.errors + outcome.tally.remarks


def test_a_check_costs_at_most_twice_the_reading(delivered: Path, note: Note) -> None:
    """Every rule against every file, once; then again where nothing has changed."""
    plain(delivered, 1)
    theirs = spent(lambda: plain(delivered, 1))
    own = spent(lambda: check(delivered))
    count = f"{sum(SIZES.values())} images with JSON and masks"
    note(Row(f"check {count}", 1000 * own, "pydicom, json", 1000 * theirs, Budget(ratio=2.0)))
    again = spent(lambda: check(delivered, resume=True))
    note(Row(f"check {count} again, nothing changed", 1000 * again, "pydicom, json", 1000 * theirs, Budget(ratio=0.2)))


def test_memory_does_not_grow_with_the_images(delivered: Path, note: Note) -> None:
    """What the largest process holds at most after everything was looked at, MB."""
    check(delivered)
    note(Row("memory at most (MB)", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, budget=Budget(most=600)))
