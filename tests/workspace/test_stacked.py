"""The pixels of a stack fill one array as slices are decoded, in the kind that all of them have, and within the memory that is allowed."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Picture
from annotator.i18n import Message, message, say
from annotator.workspace.stacked import Stacked
from annotator.workspace.tasks import Immediate

COUNT, ROWS, COLUMNS = 5, 4, 6
STACK = tuple(Image(ImageKey(f"1.{number}"), "", 1, ROWS, COLUMNS, "CT", "", "1", "2") for number in range(COUNT))


def picture(number: int, dtype: type = np.int16, **other) -> Picture:
    return Picture(STACK[number].key, np.full((ROWS, COLUMNS), 10 + number, dtype), **other)


class Decoded(dict[ImageKey, Picture | Message]):
    """What is decoded; told of as it comes."""

    def stacked(self, most: int = 1 << 20) -> Stacked:
        self.steps = 0
        self.made = Stacked(Immediate(), STACK, self.get, self.count, most)
        self.made.begin()
        return self.made

    def count(self) -> None:
        self.steps += 1

    def take(self, number: int, found: Picture | Message) -> None:
        self[STACK[number].key] = found
        self.made.arrived(STACK[number].key)


def test_slices_fill_in_as_they_come():
    decoded = Decoded({STACK[2].key: picture(2)})
    stacked = decoded.stacked()
    assert stacked.there.tolist() == [False, False, True, False, False]
    assert [image.key.uid for image in stacked.missing] == ["1.0", "1.1", "1.3", "1.4"]
    before = decoded.steps
    for number in (0, 1, 3, 4):
        decoded.take(number, picture(number))
    assert stacked.there.all() and decoded.steps >= before + 4
    assert stacked.array.dtype == np.int16 and stacked.size == stacked.array.nbytes == COUNT * ROWS * COLUMNS * 2
    assert stacked.array[:, 0, 0].tolist() == [10, 11, 12, 13, 14]


def test_slices_that_mean_something_else_by_their_values_are_kept_as_values():
    decoded = Decoded({STACK[0].key: picture(0, slope=2.0)})
    stacked = decoded.stacked()
    for number in (1, 2, 3, 4):
        decoded.take(number, picture(number, slope=float(number)))
    assert stacked.there.all() and stacked.array.dtype == np.float32
    assert stacked.array[:, 0, 0].tolist() == [20.0, 11.0, 24.0, 39.0, 56.0]
    assert (stacked.like.slope, stacked.like.intercept) == (1.0, 0.0)


def test_a_slice_that_cannot_be_shown_is_not_waited_for():
    decoded = Decoded({STACK[n].key: picture(n) for n in (0, 1, 3, 4)})
    stacked = decoded.stacked()
    decoded.take(2, message("broken"))
    assert (stacked.broken, stacked.missing, stacked.there[2]) == (frozenset({2}), (), False)


@pytest.mark.parametrize("most", [0, COUNT * ROWS * COLUMNS * 2 - 1])
def test_more_memory_than_allowed_is_refused(most):
    stacked = Decoded({STACK[0].key: picture(0)}).stacked(most)
    assert stacked.problem is not None and "MB" in say(stacked.problem)
    assert stacked.array is None and stacked.size == 0 and stacked.missing == ()


def test_values_that_need_twice_the_memory_are_refused_when_that_is_known():
    decoded = Decoded({STACK[0].key: picture(0)})
    stacked = decoded.stacked(COUNT * ROWS * COLUMNS * 3)
    decoded.take(1, picture(1, slope=2.0))
    assert stacked.problem is not None and stacked.array is None


def test_colours_have_no_other_planes():
    colour = Picture(STACK[0].key, np.zeros((ROWS, COLUMNS, 3), np.uint8))
    assert say(Decoded({STACK[0].key: colour}).stacked().problem) == "its pixels are colours"
