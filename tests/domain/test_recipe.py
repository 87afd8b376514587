"""A recipe is data: written and read back it is the same, what it makes is what it says, and masks go where the values go."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotator.domain import recipe as recipes
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.asked import Asked, asked_of
from annotator.domain.image import ImageKey
from annotator.domain.path import Path
from annotator.domain.picture import Window as Shown
from annotator.domain.prepared import Kind, Stack, prepared, range_of
from annotator.domain.raster import Mask, region_mask
from annotator.domain.recipe import (
    BOX,
    GIVEN,
    IMAGE,
    SERIES,
    STRETCH,
    Clahe,
    Crop,
    Equalise,
    Normalise,
    Resample,
    Resize,
    Standardise,
    Step,
    Window,
    parsed,
    spoken,
    step_of,
    written,
)
from annotator.domain.region import Region
from annotator.domain.regrid import Extent, Planned, boxes, planned, regridded
from annotator.errors import AnnotatorError
from annotator.i18n import Message

KEY = ImageKey("1.2.3")


def value_of(one: Asked) -> st.SearchStrategy[object]:
    if one.choices:
        return st.sampled_from([value for value, _ in one.choices])
    if isinstance(one.default, bool):
        return st.booleans()
    return st.integers(int(one.least), int(one.most)) if one.whole else st.floats(one.least, one.most)


def step_values(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({one.name: value_of(one) for one in asked_of(kind)}).map(lambda values: kind(**values))


steps = st.one_of([step_values(kind) for kind in recipes.KINDS])


@given(st.lists(steps, max_size=6).map(tuple))
def test_a_recipe_that_was_written_is_read_back(recipe: tuple[Step, ...]) -> None:
    assert parsed(written(recipe)) == recipe
    assert all(str(spoken(step)) for step in recipe)


@pytest.mark.parametrize("content", [
    b"", b"[]", b"{}", b'{"recipe": 2, "steps": []}', b'{"recipe": 1, "steps": [1]}', b'{"recipe": 1, "steps": [{"step": "magic"}]}',
    b'{"recipe": 1, "steps": [{"step": "window", "width": 0}]}', b'{"recipe": 1, "steps": [{"step": "window", "source": "mine"}]}',
    b'{"recipe": 1, "steps": [{"step": "resize", "width": 1.5}]}', b'{"recipe": 1, "steps": [{"step": "resize", "width": true}]}',
    b'{"recipe": 1, "steps": [{"step": "crop", "colour": 1}]}', b'{"recipe": 1, "recipe": 1, "steps": []}',
])  # fmt: skip
def test_what_is_no_recipe_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(AnnotatorError, match="recipe"):
        parsed(content)


def test_a_command_line_says_a_step() -> None:
    assert step_of("resample:spacing=1.5,slices=2") == Resample(1.5, 2.0)
    assert step_of("crop:to=drawn,margin=5,slices=yes") == Crop(margin=5.0, slices=True)
    assert step_of("equalise") == Equalise()
    for wrong in ("resample:spacing=x", "resample:size=1", "blur", "crop:slices=perhaps"):
        with pytest.raises(AnnotatorError, match="Understanding"):
            step_of(wrong)


def test_only_what_means_something_is_spoken() -> None:
    assert str(spoken(Window())) == "Window to 8 bit (source own)"
    assert str(spoken(Window(GIVEN, 40, 400))) == "Window to 8 bit (source given, center 40, width 400)"
    assert str(spoken(Equalise())) == "Histogram equalisation"


def stack(values: NDArray[np.float32], **more: object) -> Stack:
    whole = {"window": Shown(0.0, 100.0), **more}
    return Stack(values.shape[2], values.shape[1], values.shape[0], lambda n: values[n], **whole)  # type: ignore[arg-type]


def made(
    values: NDArray[np.float32], *recipe: Step, extent: Extent | None = None, **more: object
) -> tuple[NDArray[np.float32], Stack, Planned]:
    count, rows, columns = values.shape
    found = planned(extent or Extent(columns, rows, count, (1.0, 1.0), 1.0), recipe)
    assert isinstance(found, Planned), str(found)
    ready = prepared(stack(values, **more), recipe, found.steps)
    array = np.stack([ready.values(n) for n in range(ready.count)])
    assert array.shape == (ready.count, ready.rows, ready.columns) and array.dtype == np.float32
    assert (ready.columns, ready.rows, ready.count) == tuple(a.count for a in (found.whole.columns, found.whole.rows, found.whole.slices))
    return array, ready, found


def noise(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(5).normal(10, 30, size=shape).astype(np.float32)


def test_a_window_makes_8_bits_and_turns_what_is_shown_inverted() -> None:
    values = np.array([[[-200.0, -160.0, 40.0, 240.0, 900.0]]], np.float32)
    bright, ready, _ = made(values, Window(GIVEN, 40, 400))
    assert ready.kind is Kind.BRIGHT and bright[0, 0].tolist() == [0, 0, 128, 255, 255]
    turned, ready, _ = made(values, Window(GIVEN, 40, 400), inverted=True)
    assert turned[0, 0].tolist() == [255, 255, 127, 0, 0] and not ready.inverted
    own, _, _ = made(values, Window(), window=Shown(40, 400))
    assert np.array_equal(own, bright)


@pytest.mark.parametrize("over", [SERIES, IMAGE])
def test_normalised_is_between_0_and_1_over_what_was_chosen(over: str) -> None:
    values = noise(3, 20, 20) + np.array([0, 50, 100], np.float32)[:, None, None]
    found, ready, _ = made(values, Normalise(over=over))
    lows, highs = found.min(axis=(1, 2)), found.max(axis=(1, 2))
    assert ready.kind is Kind.SHARE and (lows.min(), highs.max()) == (0, 1)
    assert (over == IMAGE) == (lows == 0).all() == (highs == 1).all()


def test_percentiles_of_a_series_are_those_of_all_its_values() -> None:
    values = noise(4, 200, 200)
    found, _, _ = made(values, Normalise(low=2, high=98))
    low, high = np.percentile(values, (2, 98))
    assert np.allclose(found, np.clip((values - low) / (high - low), 0, 1), atol=1e-3)


@pytest.mark.parametrize("over", [SERIES, IMAGE])
def test_standardised_has_the_mean_0_and_the_deviation_1(over: str) -> None:
    values = noise(3, 40, 40) * np.array([1, 2, 3], np.float32)[:, None, None] + 1000
    found, _, _ = made(values, Standardise(over=over))
    for own in (found,) if over == SERIES else found:
        assert abs(own.mean()) < 1e-3 and abs(own.std() - 1) < 1e-3
    turned, _, _ = made(values, Standardise(over=over), inverted=True)
    assert np.allclose(turned, -found, atol=1e-5)


def test_a_flat_image_stays_a_number() -> None:
    flat = np.full((1, 8, 8), 7, np.float32)
    for step in (Normalise(), Standardise(), Equalise(), Clahe(), Normalise(1, 99)):
        assert np.isfinite(made(flat, step)[0]).all()


def test_equalised_brightness_is_spread_and_local_contrast_has_its_options() -> None:
    values = noise(1, 64, 64)
    window = Window(GIVEN, 10, 400)
    plain, _, _ = made(values, window)
    spread, ready, _ = made(values, window, Equalise())
    assert ready.kind is Kind.BRIGHT and spread.std() > 2 * plain.std() and set(np.unique(spread)) <= set(range(256))
    weak, strong = made(values, window, Clahe(0.005, 4))[0], made(values, window, Clahe(0.5, 4))[0]
    assert plain.std() < weak.std() < strong.std()
    assert np.array_equal(made(values, Equalise(), window=Shown(10, 400))[0], spread)


def test_resized_keeps_proportions_and_pads_with_black() -> None:
    values = noise(1, 20, 40) + 500
    found, _, plan = made(values, Resize(80, 80))
    assert found.shape == (1, 80, 80) and (found[0, :20] == values.min()).all() and (found[0, 60:] == values.min()).all()
    assert plan.whole.rows.step == plan.whole.columns.step == 0.5
    assert made(values, Resize(80, 80), inverted=True)[0][0, 0, 0] == values.max()
    assert made(values, Window(), Resize(80, 80))[0][0, 0, 0] == 0
    stretched, _, _ = made(values, Resize(80, 80, STRETCH))
    assert stretched.min() > 400


def test_slices_are_interpolated_and_the_first_and_last_stay_where_they_are() -> None:
    values = np.arange(10, dtype=np.float32)[:, None, None] * np.ones((1, 2, 2), np.float32)
    thin, _, plan = made(values, Resample(0, 0.5))
    assert plan.whole.slices.count == 20 and np.allclose(thin[:, 0, 0], np.clip(np.arange(20) / 2 - 0.25, 0, 9))
    thick, _, _ = made(values, Resample(0, 2.0))
    assert thick[:, 0, 0].tolist() == [0.5, 2.5, 4.5, 6.5, 8.5]


@pytest.mark.parametrize(("extent", "step", "why"), [
    (Extent(10, 10, 1), Resample(1.0), "how large its pixels"),
    (Extent(10, 10, 5, (1.0, 1.0)), Resample(1.0, 1.0), "not evenly spaced"),
    (Extent(10, 10, 1, (1.0, 1.0)), Crop(), "nothing is drawn"),
    (Extent(10, 10, 1, None, None, ((0, (1, 1, 2, 2)),)), Crop(), "how large its pixels"),
    (Extent(10, 10, 1), Crop(BOX, left=10), "outside of the image"),
    (Extent(512, 512, 1, (50.0, 50.0)), Resample(0.01), "too large"),
])  # fmt: skip
def test_what_a_step_cannot_do_is_said(extent: Extent, step: Step, why: str) -> None:
    found = planned(extent, (step,))
    assert isinstance(found, Message) and why in str(found)


def drawn(shape: Region | Path) -> Annotation:
    return Annotation(1, KEY, "CCT1", FREE, shape)


def test_cropping_to_what_is_drawn_takes_all_slices_and_the_margin_in_mm() -> None:
    extent = Extent(100, 80, 9, (2.0, 0.5), 4.0, ((3, (40.2, 20.0, 50.0, 30.0)), (5, (45.0, 25.0, 60.5, 28.0))))
    found = planned(extent, (Crop(margin=4.0),))
    assert isinstance(found, Planned)
    assert (found.whole.columns.start, found.whole.columns.count) == (32, 37) and (found.whole.rows.start, found.whole.rows.count) == (
        18,
        14,
    )
    assert found.whole.slices.unchanged
    through = planned(extent, (Crop(margin=4.0, slices=True),))
    assert isinstance(through, Planned) and (through.whole.slices.start, through.whole.slices.count) == (2, 5)
    after = planned(extent, (Resample(1.0), Crop(margin=0.0)))
    assert isinstance(after, Planned) and after.whole.columns.step == 2.0
    assert after.whole.columns.position(40.2) >= 0 and after.whole.columns.position(60.5) <= after.whole.columns.count


def test_boxes_are_those_around_everything_on_a_slice() -> None:
    found = boxes([[], [drawn(Region.box(1, 2, 3, 4)), drawn(Path((((0.5, 3.0), (2.0, 9.0)),)))], []])
    assert found == ((1, (0.5, 2, 3, 9.0)),)


grids = st.lists(st.one_of(
    st.builds(Resample, st.floats(0.4, 3)), st.builds(Resize, st.integers(8, 90), st.integers(8, 90), st.sampled_from(["pad", STRETCH])),
    st.builds(Crop, st.just(BOX), left=st.integers(0, 5), top=st.integers(0, 5), width=st.integers(8, 60), height=st.integers(8, 60)),
), min_size=1, max_size=3)  # fmt: skip


@given(grids, st.floats(14, 26), st.floats(12, 20), st.floats(5, 11))
def test_outlines_follow_the_sampled_mask_and_agree_with_moved_coordinates(recipe: list[Step], x: float, y: float, radius: float) -> None:
    """The outline's mask is the sampled mask, to the pixel; moved coordinates differ only near the edge, by a pixel of the source."""
    turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = tuple((x + radius * float(np.cos(t)), y + radius * float(np.sin(t))) for t in turns)
    plan = planned(Extent(40, 32, 1, (1.0, 1.0)), tuple(recipe))
    if isinstance(plan, Message):
        return
    rows, columns = plan.whole.rows.count, plan.whole.columns.count
    mask = plan.whole.mask(region_mask(Region(((ring,),)), 32, 40).array())
    found = regridded(drawn(Region(((ring,),))), 32, 40, plan.whole)
    assert (found is None) == (not mask.any())
    if found is None or not isinstance(found.shape, Region):
        return
    assert region_mask(found.shape, rows, columns) == Mask.of(mask)
    moved = region_mask(Region(((tuple(plan.whole.point(*p) for p in ring),),)), rows, columns).array()
    far_x, far_y = np.meshgrid(plan.whole.columns.centres - x, plan.whole.rows.centres - y)
    away = np.abs(np.hypot(far_x, far_y) - radius)
    inside = np.outer(plan.whole.rows.inside, plan.whole.columns.inside)
    assert (away[(moved != mask) & inside] <= 0.75).all()


def test_a_line_is_moved_and_clipped_and_a_box_stays_one() -> None:
    plan = planned(Extent(40, 32, 1, (1.0, 1.0)), (Crop(BOX, left=10, top=0, width=20, height=32), Resample(0.5)))
    assert isinstance(plan, Planned)
    line = regridded(drawn(Path((((0.0, 4.0), (20.0, 4.0)),))), 32, 40, plan.whole)
    assert line is not None and line.shape == Path((((0.0, 8.0), (20.0, 8.0)),))
    box = regridded(drawn(Region.box(12.0, 5.0, 20.0, 9.0)), 32, 40, plan.whole)
    assert box is not None and isinstance(box.shape, Region) and box.shape.is_box and box.shape.bounds == (4, 10, 20, 18)
    assert regridded(drawn(Region.box(0.0, 5.0, 9.0, 9.0)), 32, 40, plan.whole) is None
    assert regridded(drawn(Path((((0.0, 4.0), (5.0, 4.0)),))), 32, 40, plan.whole) is None


@pytest.mark.parametrize(
    "recipe", [(Resample(1.3, 1.7),), (Resample(0.6, 0.9),), (Crop(margin=3, slices=True), Resample(1.0, 1.0)), (Resize(64, 64),)]
)
def test_a_ball_keeps_its_volume_and_its_middle_in_mm(recipe: tuple[Step, ...]) -> None:
    """Values and mask of a ball of 11 mm on a grid of 0.8 × 0.9 × 1.1 mm, each measured in mm after resampling."""
    size, spacing = (60, 56, 50), np.array((0.8, 0.9, 1.1))
    middle, radius = np.array((24.3, 25.1, 27.2)), 11.0
    x, y, z = (spacing[n] * (np.arange(size[n]) + 0.5) for n in range(3))
    far = np.sqrt((x[None, None, :] - middle[0]) ** 2 + (y[None, :, None] - middle[1]) ** 2 + (z[:, None, None] - middle[2]) ** 2)
    soft, ball = np.clip((radius - far) / 0.9 + 0.5, 0, 1).astype(np.float32), far < radius
    around = boxes([[drawn(Region.box(*_bounds(layer)))] if layer.any() else [] for layer in ball])
    extent = Extent(60, 56, 50, (0.9, 0.8), 1.1, around)
    values, _, plan = made(soft, *recipe, extent=extent)
    mask = np.stack([plan.whole.mask(ball[at]) for at in plan.whole.slices.nearest()])
    step = spacing * (plan.whole.columns.step, plan.whole.rows.step, plan.whole.slices.step)
    centres = [spacing[n] * axis.centres for n, axis in enumerate((plan.whole.columns, plan.whole.rows, plan.whole.slices))]
    truth = 4 / 3 * np.pi * radius**3
    for weights, near in ((values, 0.05), (mask.astype(np.float32), 0.25)):
        volume = float(weights.sum()) * float(np.prod(step))
        assert abs(volume / truth - 1) < 0.02
        found = [float((weights.sum(axis=tuple(a for a in range(3) if a != 2 - n)) * centres[n]).sum() / weights.sum()) for n in range(3)]
        assert np.allclose(found, middle, atol=near)


def _bounds(layer: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    rows, columns = np.nonzero(layer)
    return float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1)


def test_a_range_counts_all_slices_once() -> None:
    values, asked = noise(5, 16, 16), list[int]()
    one = replace(stack(values), values=lambda n: asked.append(n) or values[n])  # type: ignore[func-returns-value]  # it notes and answers
    found = range_of(one)
    assert asked == [0, 1, 2, 3, 4] and not found.whole
    assert np.allclose(
        (found.low, found.high, found.mean, found.deviation), (values.min(), values.max(), values.mean(), values.std()), rtol=1e-5
    )
    assert json.loads(written(()))["steps"] == []
