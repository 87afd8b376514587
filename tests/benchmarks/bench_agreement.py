"""How long it takes to compare two readings of an image: two masks of 512 × 512 with ten lesions, parted, matched and measured."""

from __future__ import annotations

import time

import numpy as np

from annotator.domain.agreement import compared
from annotator.domain.matching import lesions_in
from annotator.domain.raster import Mask
from tests.benchmarks.conftest import Note
from tests.benchmarks.table import Budget, Row, late, middle

SIZE, SPACING = (512, 512), (0.7, 0.6)
REPEATS = 60


def reading(seed: int) -> np.ndarray:
    """Ten discs of 18 to 40 pixels' radius, each a few pixels off where another reader has it."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    found = np.zeros(SIZE, dtype=bool)
    for number in range(10):
        row, column = 60 + number // 4 * 150 + rng.uniform(-2, 2), 60 + number % 4 * 120 + rng.uniform(-2, 2)
        found |= (y - row) ** 2 + (x - column) ** 2 <= rng.uniform(18, 40) ** 2
    return found


def test_agreement_of_two_masks_with_ten_lesions(note: Note) -> None:
    """From two arrays of pixels to IoU, Dice, HD and HD95 of the image and of each pair."""
    one, other, times = reading(1), reading(2), []
    for _ in range(REPEATS):
        start = time.perf_counter()
        found = compared(lesions_in(Mask.of(one)), lesions_in(Mask.of(other)), SIZE, SPACING)
        times.append(time.perf_counter() - start)
    matching = found.matching
    assert len(matching.pairs) + len(matching.missed) == 10
    note(Row("agreement of two 512² masks, ten lesions each", middle(times), budget=Budget(most=10)))
    note(Row("… p95", late(times, 95)))
