"""What is known of an image's pixels is the same in whatever order, and however much of it, is asked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.growing import Window
from annotator.domain.rays import ANGLES, Singles
from annotator.domain.seen import Seen

SHAPE, SPACING, PLACE, SEED = (150, 190), (0.8, 0.5), (70.25, 93.5), (66, 101)
ROWS, COLUMNS = np.mgrid[: SHAPE[0], : SHAPE[1]]
DOWN, RIGHT = (ROWS - PLACE[0]) * SPACING[0], (COLUMNS - PLACE[1]) * SPACING[1]
ASIDE = np.hypot((ROWS - SEED[0]) * SPACING[0], (COLUMNS - SEED[1]) * SPACING[1])


@st.composite
def windows(draw: st.DrawFn) -> Window:
    parts = [sorted(draw(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)))) for size in SHAPE]
    return slice(parts[0][0], parts[0][1] + 1), slice(parts[1][0], parts[1][1] + 1)


@given(asked=st.lists(windows(), min_size=1, max_size=6), size=st.floats(1.0, 60.0), chance=st.integers(0, 99))
def test_each_window_says_of_its_pixels_what_is_so(asked: list[Window], size: float, chance: int) -> None:
    told = np.zeros(SHAPE, dtype=int)

    def say(window: Window, aside: Singles) -> Singles:
        told[window] += 1
        np.testing.assert_allclose(aside, ASIDE[window], rtol=1e-5)
        return np.asarray(ROWS[window] * 1000 + COLUMNS[window], dtype=np.float32)

    seen, logs = Seen(SHAPE, SPACING, PLACE, SEED, size, say), np.random.default_rng(chance).uniform(1.0, 3.0, len(ANGLES))
    outline = np.interp(np.arctan2(DOWN, RIGHT) % (2 * np.pi), np.append(ANGLES, 2 * np.pi), np.append(logs, logs[0]))
    depth = outline - np.log(np.hypot(DOWN, RIGHT))
    for window in asked:
        part = seen.of(window)
        np.testing.assert_allclose(part.aside, ASIDE[window], rtol=1e-5)
        np.testing.assert_array_equal(part.said, ROWS[window] * 1000 + COLUMNS[window])
        np.testing.assert_allclose(part.depth(logs), depth[window], atol=0.01)  # a 512th part of a ray's share of the circle
    assert told.max() == 1
