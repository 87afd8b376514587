"""Numbers stand in JSON as Python writes them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from annotator.formats.json_text import numbers_text, numbers_texts

_WHOLE, _FIFTHS = some.integers(1, 4096).map(float), some.integers(5, 90_000).map(lambda n: n / 5)
_PLACES = some.floats(1, 999_999) | some.floats(-5000, -1) | _WHOLE | _FIFTHS
_ANY = some.floats(allow_nan=False, allow_infinity=False) | some.integers(-5, 5).map(float) | some.just(-0.0) | _PLACES


@given(numbers=some.lists(_PLACES, min_size=16, max_size=40) | some.lists(_ANY, max_size=40))
def test_lists_of_numbers_are_written_as_python_writes_them(numbers):
    assert numbers_text(numbers) == json.dumps(numbers)


@given(several=some.lists(some.lists(_PLACES | _ANY, max_size=20), max_size=5))
def test_several_lists_are_written_as_each_alone(several):
    assert numbers_texts([np.array(numbers, dtype=np.float64) for numbers in several]) == [json.dumps(numbers) for numbers in several]


@given(numbers=some.lists(_WHOLE, min_size=16, max_size=17))
def test_whole_numbers_keep_their_point(numbers):
    assert numbers_text([int(number) for number in numbers]) == json.dumps(numbers)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("others", [[], [2.5] * 31])
def test_what_json_has_no_number_for_is_refused(number, others):
    with pytest.raises(ValueError, match="JSON"):
        numbers_text([*others, number])
