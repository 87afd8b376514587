"""The real window draws by itself and is killed at any moment, 300 times; `tests/laws/test_window_kill.py` does so in the suite."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults.campaign import SEED, each
from tests.laws.test_window_kill import End, Place, ends

KILLS = 300


@pytest.mark.campaign
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")
def test_three_hundred_times_nothing_is_lost(tmp_path: Path) -> None:
    from tests.faults.windows import killed  # loads the window: only for a campaign

    place, errors = Place(tmp_path), tmp_path / "errors"

    def holds(trial: tuple[int, End]) -> None:
        number, end = trial
        seed = SEED * 1000 + number
        if end.left:
            place.document = killed(place.orders(seed, "between"), 0.0, errors).document
        place.start_again(killed(place.orders(seed, end.ending), end.seconds, errors))

    each("kill −9 of the real window while it draws", enumerate(ends(KILLS, SEED)), holds)
