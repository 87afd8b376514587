"""The measures of agreement against MONAI, MedPy and scikit-learn: frozen values, made by `measured_by_others` from the same masks.

Conventions.  MONAI's outline is ours (the pixels that one erosion by the four neighbours takes away; beyond the image there is nothing),
its HD95 the larger of the two directed 95th percentiles with linear interpolation: ours too; it calculates with 32 bits.  MedPy takes one
percentile of both directions in one heap, which is never more than ours: Dice, IoU and HD are compared with it, its HD95 is not ours.
Of empty masks MONAI's distances are nan and inf; here two empty masks are 0 apart, and of an empty and another one there is no distance.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from annotator.domain.overlap import Apart, Outlined, apart, dice, iou
from annotator.domain.raster import Mask
from annotator.domain.rates import kappa
from tests.domain.alike import SPACINGS, pairs, readers

TOLD = json.loads((Path(__file__).parent / "measured_by_others.json").read_text("utf-8"))
NAMES = sorted(pairs())
CLOSE = 2e-6
"""Of 32-bit numbers."""


def masks(name: str) -> tuple[Mask, Mask]:
    one, other = pairs()[name]
    return Mask.of(one), Mask.of(other)


def directed(one: Mask, other: Mask, spacing: tuple[float, float]) -> np.ndarray:
    """How far each pixel of the one outline is from the nearest of the other, from the product's outlines."""
    here, there = (Outlined(mask).points * spacing for mask in (one, other))
    return np.array([np.sqrt(((there - point) ** 2).sum(axis=1)).min() for point in here])


def test_the_frozen_values_are_of_these_masks() -> None:
    assert set(TOLD["monai"]) == set(TOLD["medpy"]) == set(NAMES)
    assert all(set(found) == {"dice", "iou", *map(str, SPACINGS)} for found in TOLD["monai"].values())


@pytest.mark.parametrize("name", NAMES)
def test_overlap_is_that_of_monai_and_medpy(name: str) -> None:
    one, other = masks(name)
    for by, close in (("monai", CLOSE), ("medpy", 1e-12)):
        assert dice(one, other) == pytest.approx(TOLD[by][name]["dice"], rel=close)
        assert iou(one, other) == pytest.approx(TOLD[by][name]["iou"], rel=close)


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("name", NAMES)
def test_distances_are_those_of_monai(name: str, spacing: tuple[float, float]) -> None:
    (one, other), told = masks(name), TOLD["monai"][name][str(spacing)]
    found = apart(Outlined(one), Outlined(other), spacing)
    assert found.most == pytest.approx(told["hd"], rel=CLOSE, abs=CLOSE)
    assert found.most_95 == pytest.approx(told["hd95"], rel=CLOSE, abs=CLOSE)


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("name", NAMES)
def test_both_directed_percentiles_are_those_of_monai_and_hd95_is_the_larger(name: str, spacing: tuple[float, float]) -> None:
    (one, other), told = masks(name), TOLD["monai"][name][str(spacing)]
    there, back = (float(np.percentile(directed(*pair, spacing), 95)) for pair in ((one, other), (other, one)))
    assert there == pytest.approx(told["there95"], rel=CLOSE, abs=CLOSE)
    assert back == pytest.approx(told["back95"], rel=CLOSE, abs=CLOSE)
    assert apart(Outlined(one), Outlined(other), spacing).most_95 == pytest.approx(max(there, back), abs=1e-12)


def test_the_directions_differ_somewhere() -> None:
    """Else a measure that took only one of them would pass too."""
    assert any(abs(found[str(s)]["there95"] - found[str(s)]["back95"]) > 0.1 for found in TOLD["monai"].values() for s in SPACINGS)


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("name", NAMES)
def test_hd_is_that_of_medpy_whose_hd95_is_another_one(name: str, spacing: tuple[float, float]) -> None:
    (one, other), told = masks(name), TOLD["medpy"][name][str(spacing)]
    found = apart(Outlined(one), Outlined(other), spacing)
    assert found.most == pytest.approx(told["hd"], rel=1e-12, abs=1e-12)
    heap = np.hstack([directed(one, other, spacing), directed(other, one, spacing)])
    assert float(np.percentile(heap, 95)) == pytest.approx(told["hd95"], rel=1e-12, abs=1e-12)
    assert found.most_95 is not None and found.most_95 >= told["hd95"] - 1e-12


def test_of_empty_masks_there_is_agreement_or_no_distance_and_never_infinity() -> None:
    assert TOLD["nothing"] == {"dice of two empty": "1.0", "dice of one empty": "0.0", "hd of two empty": "nan", "hd of one empty": "inf"}
    empty, full = Mask.none(4, 4), Mask.of(np.ones((4, 4), dtype=bool))
    assert (dice(empty, empty), dice(empty, full)) == (1.0, 0.0)
    assert apart(Outlined(empty), Outlined(empty)) == Apart(0.0, 0.0)
    assert apart(Outlined(empty), Outlined(full)) == Apart(None, None)


def test_kappa_is_that_of_scikit_learn() -> None:
    one, other = readers()
    assert kappa(Counter(zip(one, other, strict=True))) == pytest.approx(TOLD["kappa"], rel=1e-12)
