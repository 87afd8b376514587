"""Ages stand in bands of ten years, the last of which has no end."""

from __future__ import annotations

import pytest

from annotator.domain.holdings import AGES, band_of


@pytest.mark.parametrize(
    ("age", "band"), [(0, "0-9"), (9, "0-9"), (10, "10-19"), (89, "80-89"), (90, "90+"), (121, "90+"), (None, ""), (-1, "")]
)
def test_an_age_lies_in_its_band_of_ten_years(age: int | None, band: str) -> None:
    assert band_of(age) == band


def test_bands_stand_in_order_when_they_are_sorted_as_texts() -> None:
    assert list(AGES) == sorted(AGES)
