"""An uptake value is right to the last digit that the header allows, or says every reason why there is none."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.grayscale import shade, shade_stored
from annotator.domain.honesty import Doubt
from annotator.domain.image import ImageKey
from annotator.domain.picture import Picture, Voi, VoiTable, Window
from annotator.domain.suv import NoSuv, Pet, Suv, When, suv_of
from annotator.domain.uptake import in_suv

F18 = 6586.2
NOON = 12 * 3600.0
FDG = Pet(
    units="BQML", corrected=("DECY", "ATTN"), decay_correction="START", weight=70.0, dose=370e6, half_life=F18, nuclide="18F",
    injected=When(NOON), series=When(NOON + 3600, 700), acquired=When(NOON + 3600, 700), frame_reference=100.0, frame_duration=180.0,
)  # fmt: skip


def factor(pet: Pet) -> float:
    found = suv_of(pet)
    assert isinstance(found, Suv), found
    return found.factor


def reasons(pet: Pet) -> list[str]:
    found = suv_of(pet)
    assert isinstance(found, NoSuv), found
    return [str(reason) for reason in found.reasons]


def test_the_dose_has_decayed_until_the_scan_began() -> None:
    assert factor(FDG) == pytest.approx(70_000 / (370e6 * math.exp(-math.log(2) * 3600 / F18)), rel=1e-12)


def test_a_hand_calculated_value() -> None:
    """100 kg, 200 MBq, one half-life after the injection: 1 kBq/ml is 1 · 100 000 g / 100 000 kBq = 1."""
    pet = replace(FDG, weight=100.0, dose=200e6, series=When(NOON + F18), acquired=When(NOON + F18))
    assert factor(pet) * 1000 == pytest.approx(1.0)


def test_an_image_corrected_to_the_injection_needs_no_times() -> None:
    pet = replace(FDG, decay_correction="ADMIN", injected=None, series=None, acquired=None, half_life=None)
    assert factor(pet) == pytest.approx(70_000 / 370e6)


@given(st.floats(1, 4000), st.floats(60, 40000))
def test_an_uncorrected_image_is_one_of_the_time_of_average_count_rate(duration: float, half_life: float) -> None:
    pet = replace(FDG, decay_correction="NONE", corrected=("ATTN",), frame_duration=duration, half_life=half_life, nuclide="")
    pet = replace(pet, injected=When(NOON + 3500), acquired=When(NOON + 3600))
    rate = math.log(2) / half_life
    times = np.linspace(0, duration, 20001)
    mean = np.trapezoid(np.exp(-rate * times), times) / duration
    found = suv_of(pet)
    if isinstance(found, Suv):
        assert found.factor == pytest.approx(70_000 / (370e6 * math.exp(-rate * 100) * mean), rel=1e-5)
    else:
        assert 100 + duration / 2 > 9 * half_life


def test_a_series_that_was_made_later_is_dated_by_its_frames() -> None:
    """The acquisition of this bed began 800 s into the scan; the frame's average count rate lies 100 s less than 900 s into it."""
    rate = math.log(2) / F18
    middle = math.log(rate * 180 / (1 - math.exp(-rate * 180))) / rate
    late = replace(FDG, series=When(NOON + 9000, 700), acquired=When(NOON + 4400, 700), frame_reference=800 + middle)
    assert factor(late) == pytest.approx(factor(FDG), rel=1e-9)


def test_the_makers_own_beginning_of_the_scan_is_preferred_to_frames() -> None:
    late = replace(FDG, series=When(NOON + 9000, 700), scanned=When(NOON + 3600, 700), frame_reference=0.0)
    assert factor(late) == factor(FDG)


def test_a_time_of_correction_that_is_said_is_taken() -> None:
    assert factor(replace(FDG, series=None, acquired=None, corrected_to=When(NOON + 3600, 700))) == factor(FDG)


def test_a_scan_after_midnight_follows_an_injection_before() -> None:
    pet = replace(FDG, injected=When(86400 - 1800), series=When(1800, 701), acquired=When(1800, 701))
    assert factor(pet) == pytest.approx(factor(FDG))
    found = suv_of(pet)
    assert isinstance(found, Suv) and "midnight" in str(found.assumed[0])
    dated = replace(pet, injected=When(86400 - 1800, 700))
    assert suv_of(dated) == replace(found, assumed=())


def test_an_impossible_day_of_injection_is_that_of_the_scan() -> None:
    found = suv_of(replace(FDG, injected=When(NOON, 20)))
    assert isinstance(found, Suv) and found.factor == factor(FDG) and "day of injection" in str(found.assumed[0])


def test_slow_tracers_may_be_scanned_days_later() -> None:
    zirconium = replace(FDG, half_life=282276.0, nuclide="89Zr", injected=When(NOON, 697))
    elapsed = 3 * 86400 + 3600
    assert factor(zirconium) == pytest.approx(70_000 / (370e6 * 2 ** (-elapsed / 282276.0)))
    undated = suv_of(replace(zirconium, injected=When(NOON)))
    assert isinstance(undated, Suv) and "day of injection" in str(undated.assumed[0])


def test_units_of_makers() -> None:
    counts = replace(FDG, units="CNTS")
    assert suv_of(replace(counts, suv_factor=0.00045)) == Suv(0.00045, "counts")
    assert factor(replace(counts, activity_factor=2.5)) == pytest.approx(2.5 * factor(FDG))
    assert factor(replace(counts, suv_factor=0.0, activity_factor=2.5)) == pytest.approx(2.5 * factor(FDG))
    assert reasons(counts) == ["its values are in CNTS, not in Bq/ml"]
    assert suv_of(Pet(units="GML")) == Suv(1.0, "g/ml", "SUVbw")
    assert suv_of(Pet(units="GML", suv_type="LBM")) == Suv(1.0, "g/ml", "SUVlbm")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"units": ""}, "in what unit"),
        ({"weight": None}, "weight is missing"),
        ({"weight": 0.0}, "weight is missing"),
        ({"weight": 70_000.0}, "70000 kg cannot be true"),
        ({"dose": None}, "activity is missing"),
        ({"dose": 370.0}, "370 Bq cannot be true"),
        ({"half_life": 109.8}, "109.8 s is not that of 18F"),
        ({"half_life": None, "nuclide": ""}, "half-life of the tracer is missing"),
        ({"injected": None}, "time of injection is missing"),
        ({"injected": When(NOON + 3601)}, "does not fit"),
        ({"decay_correction": ""}, "to which time"),
        ({"corrected": ("ATTN",)}, "contradicts itself about decay"),
        ({"corrected": ("DECY",)}, "not corrected for attenuation"),
        ({"series": None, "frame_reference": None}, "time of the series is missing"),
        ({"series": When(NOON + 9000, 700), "frame_reference": None}, "made after the scan"),
    ],
)
def test_every_input_that_is_missing_or_impossible_is_named(change: dict[str, object], why: str) -> None:
    (reason,) = reasons(replace(FDG, **change))  # type: ignore[arg-type]
    assert why in reason


def test_all_reasons_are_told_together() -> None:
    assert len(reasons(replace(FDG, weight=None, dose=None, injected=None, decay_correction=""))) == 3
    assert len(reasons(Pet(units="BQML"))) == 4


def test_a_half_life_that_is_missing_is_that_of_the_nuclide() -> None:
    found = suv_of(replace(FDG, half_life=None))
    assert isinstance(found, Suv) and found.factor == pytest.approx(factor(FDG)) and "18F" in str(found.assumed[0])


PIXELS = np.array([[0, 1000], [2000, 32767]], dtype=np.int16)
WINDOWS = (Window(5000, 10001, "PET"), Window.of_table(VoiTable(0, b"ab"), "T"))
SLICE = Picture(ImageKey("1"), PIXELS, slope=0.5, unit="Bq/ml", windows=WINDOWS)


def test_a_picture_in_suv_measures_and_shows_suv() -> None:
    found = in_suv(SLICE, Suv(0.001, "Bq/ml"))
    assert found.unit == "SUVbw" and found.value_at(1.5, 0.5) == pytest.approx(0.5)
    assert found.stored is SLICE.stored and np.allclose(found.values() / 0.001, SLICE.values())
    (window,) = found.windows
    assert (window.name, window.function) == ("PET", Voi.LINEAR_EXACT)
    assert np.array_equal(shade_stored(PIXELS, found, window), shade_stored(PIXELS, SLICE, SLICE.windows[0]))


def test_small_windows_of_uptake_are_taken_exactly() -> None:
    found = in_suv(SLICE, Suv(0.001, "Bq/ml"))
    exact = Window(3.5, 7, function=Voi.LINEAR_EXACT)
    assert np.array_equal(shade_stored(PIXELS, found, Window(3.5, 7)), shade(found.values(), exact, inverted=False))
    bare = replace(found, windows=())
    assert bare.start_window() == exact and found.start_window().name == "PET"
    whole = found.whole_range()
    assert shade_stored(PIXELS, found, whole)[1, 1] == 255 and shade_stored(PIXELS, found, whole)[0, 1] == 8


def test_why_there_is_no_uptake_is_a_caution() -> None:
    found = in_suv(SLICE, NoSuv(suv_of(Pet(units="BQML")).reasons))  # type: ignore[union-attr]
    assert found.unit == "Bq/ml" and [caution.kind for caution in found.honesty.cautions] == [Doubt.SUV] * 4
