"""The table of all stored values is worked out only where shades change; it must be what shading each value gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.grayscale import shade, shade_table
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture, Voi, Window

KINDS = st.sampled_from(["uint8", "int8", "uint16", "int16"])
SLOPES = st.sampled_from([1.0, 0.5, 2.3, -1.0, -0.25, 0.001, 1e-5, 50.0, 0.0])
INTERCEPTS = st.sampled_from([0.0, -1024.0, -1024.5, 32768.0, 1e6, 0.3])
CENTERS = st.one_of(st.sampled_from([0.0, 40.0, -600.0, 1e6]), st.floats(-5e4, 5e4))
WIDTHS = st.one_of(st.sampled_from([1e-3, 1.0, 400.0, 1500.5, 1e6]), st.floats(1.0, 1e5))


@given(KINDS, SLOPES, INTERCEPTS, CENTERS, WIDTHS, st.sampled_from(Voi), st.booleans())
def test_the_table_holds_the_shade_of_every_value(
    kind: str, slope: float, intercept: float, center: float, width: float, function: Voi, inverted: bool
) -> None:
    limits = np.iinfo(kind)
    stored = np.arange(limits.min, limits.max + 1).astype(kind).reshape(1, -1)
    picture = Picture(ImageKey("1.2"), stored, slope, intercept, inverted=inverted)
    window = Window(center, width, function=function)
    table = shade_table(picture, window)
    assert table is not None
    seen = table[stored.view(f"u{stored.dtype.itemsize}")]
    assert np.array_equal(seen, shade(picture.values(), window, inverted))
