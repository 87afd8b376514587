"""How views stand: lines of views, numbered line by line, that grow and shrink by one."""

from __future__ import annotations

import pytest

from annotator.workspace.arrangement import Arrangement


@pytest.mark.parametrize("arrangement", [Arrangement(), Arrangement.grid(2, 2), Arrangement((1, 2), upright=True), Arrangement((3, 1, 2))])
def test_an_arrangement_is_read_as_it_was_written(arrangement: Arrangement) -> None:
    assert Arrangement.parse(str(arrangement)) == arrangement


@pytest.mark.parametrize("text", ["", "0", "2,", "a", "2,-1", "99", "9,9"])
def test_what_is_no_arrangement_is_one_view(text: str) -> None:
    assert Arrangement.parse(text) == Arrangement()


def test_a_view_gets_another_beside_it() -> None:
    assert Arrangement().with_another(0, below=False) == (Arrangement((2,)), 1)
    assert Arrangement((2, 2)).with_another(2, below=False) == (Arrangement((2, 3)), 3)


def test_a_view_gets_another_below_it() -> None:
    assert Arrangement().with_another(0, below=True) == (Arrangement((2,), upright=True), 1)
    assert Arrangement((2,)).with_another(0, below=True) == (Arrangement((2, 1)), 2)
    assert Arrangement((2, 1), upright=True).with_another(2, below=True) == (Arrangement((2, 2), upright=True), 3)


def test_a_view_beside_a_column_is_a_column() -> None:
    assert Arrangement((2,), upright=True).with_another(1, below=False) == (Arrangement((2, 1), upright=True), 2)


def test_a_line_without_views_goes_away() -> None:
    assert Arrangement((2, 1)).without(2) == Arrangement((2,))
    assert Arrangement((2, 1)).without(0) == Arrangement((1, 1))
    assert Arrangement((1, 1)).without(0) == Arrangement()


def test_the_last_view_stays() -> None:
    assert Arrangement().without(0) == Arrangement()


def test_every_number_has_its_line() -> None:
    arrangement = Arrangement((2, 1, 3))
    assert [arrangement.line_of(n) for n in range(6)] == [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (2, 2)]
    assert arrangement.first_of(2) == 3
    with pytest.raises(IndexError):
        arrangement.line_of(6)


def test_views_stand_one_above_the_other_in_rows_or_in_a_column() -> None:
    assert [Arrangement((3, 1)).rows_at(number) for number in range(4)] == [2, 2, 2, 2]
    assert [Arrangement((3, 1), upright=True).rows_at(number) for number in range(4)] == [3, 3, 3, 1]
