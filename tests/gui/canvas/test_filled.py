"""What fills a view at one to one, or reduced, is written straight to where it is shown: each grey in its place, the ground around."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage

from annotator.domain.grayscale import shade_stored
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture, Window
from annotator.gui.canvas.pyramid import Pyramid, factor
from annotator.gui.canvas.render import Renderer
from annotator.gui.canvas.sampled import sampled
from annotator.gui.canvas.transform import Placed, Transform

WIDE, HIGH = 61, 47
GROUND = 0xFF000000
WINDOWS = Window(90.0, 100.0), Window(120.0, 30.0), Window(60.0, 150.0)
KINDS = ["u1", "u2", "i2", "f4"]


def greys(found: QImage) -> np.ndarray:
    """The screen's pixels (rows, columns) as they are now."""
    return np.frombuffer(found.constBits(), np.uint32).reshape(found.height(), found.width()).copy()


def toned(values: np.ndarray, picture: Picture, window: Window) -> np.ndarray:
    """Stored values as opaque greys of the screen."""
    return shade_stored(values, picture, window).astype(np.uint32) * np.uint32(0x010101) | np.uint32(GROUND)


def some(rows: int, columns: int, kind: str, seed: int) -> Picture:
    """A picture of any values."""
    low = -50 if kind in ("i2", "f4") else 0
    return Picture(ImageKey("1"), (np.random.default_rng(seed).integers(0, 200, (rows, columns)) + low).astype(kind))


places = st.one_of(st.integers(-90, 90).map(lambda halves: halves / 2), st.floats(-90, 90))
sides = st.sampled_from([1, 9, 40, 47, 61, 150])


@given(rows=sides, columns=sides, x=places, y=places, kind=st.sampled_from(KINDS), seed=st.integers(0, 9))
def test_at_one_to_one_each_pixel_of_the_screen_is_the_one_under_its_middle(rows, columns, x, y, kind, seed) -> None:
    picture, renderer = some(rows, columns, kind, seed), Renderer()
    transform = Transform(Placed(rows, columns), 1.0, x, y)
    across, down = (np.floor(np.arange(count) + 0.5 - start).astype(int) for count, start in ((WIDE, x), (HIGH, y)))
    for window in WINDOWS:
        shown = toned(picture.stored, picture, window)
        wanted = np.full((HIGH, WIDE), GROUND, np.uint32)
        inside = np.ix_((down >= 0) & (down < rows), (across >= 0) & (across < columns))
        wanted[inside] = shown[np.ix_(down[(down >= 0) & (down < rows)], across[(across >= 0) & (across < columns)])]
        assert np.array_equal(greys(renderer.image(picture, window, transform, QSize(WIDE, HIGH))), wanted)


@given(
    rows=sides, columns=sides, x=places, y=places, zoom=st.floats(0.1, 0.99), ratio=st.sampled_from([1.0, 1.25, 2.0]),
    kind=st.sampled_from(KINDS), seed=st.integers(0, 9),
)  # fmt: skip
def test_reduced_each_sample_is_in_its_place(rows, columns, x, y, zoom, ratio, kind, seed) -> None:
    picture, renderer = some(rows, columns, kind, seed), Renderer()
    transform = Transform(Placed(rows, columns), zoom, x, y, ratio)
    found = sampled(Pyramid(picture).level(factor(zoom), factor(zoom)), transform, QRect(0, 0, WIDE, HIGH))
    left, top, (high, wide) = found.corner.x(), found.corner.y(), found.values.shape
    for window in WINDOWS:
        wanted = np.full((HIGH, WIDE), GROUND, np.uint32)
        if high and wide:
            wanted[top : top + high, left : left + wide] = toned(found.values, picture, window)
        assert np.array_equal(greys(renderer.image(picture, window, transform, QSize(WIDE, HIGH))), wanted)


@pytest.mark.parametrize("zoom", [1.0, 0.5])
def test_what_was_shown_before_does_not_change(zoom: float) -> None:
    """Whoever keeps a copy of the view keeps what it showed."""
    picture, renderer = some(150, 150, "u2", 1), Renderer()
    transform = Transform(Placed(150, 150), zoom, -3.0, -5.0)
    kept = QImage(renderer.image(picture, WINDOWS[0], transform, QSize(WIDE, HIGH)))
    before = greys(kept)
    assert not np.array_equal(greys(renderer.image(picture, WINDOWS[1], transform, QSize(WIDE, HIGH))), before)
    assert np.array_equal(greys(kept), before)
