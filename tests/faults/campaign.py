"""How often a fault is tried, with which dice, and the count of what was tried."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
SEED = int(os.environ.get("ANNOTATOR_SEED", "20261127"))
TRIED: Counter[str] = Counter()
"""Trials by fault; whoever fails raises, so that what stands here held."""


def dice(fault: str) -> random.Random:
    """Return dice that fall for a fault as the seed says."""
    return random.Random(f"{SEED} {fault}")


def tried(fault: str, count: int = 1) -> None:
    """Count trials of a fault that held."""
    TRIED[fault] += count


def each(fault: str, trials: Iterable[T], holds: Callable[[T], object]) -> None:
    """Try a fault in each of its ways; a failure names the way and the seed."""
    for trial in trials:
        try:
            holds(trial)
        except BaseException as error:
            error.add_note(f"{fault}: {trial!r} of ANNOTATOR_SEED={SEED}")
            raise
        tried(fault)


def short_or_long(short: Any, long: Any) -> pytest.MarkDecorator:
    """Run a test with `amount` as the suite does, and as a campaign does."""
    return pytest.mark.parametrize("amount", [pytest.param(short, id="short"), pytest.param(long, id="long", marks=pytest.mark.campaign)])
