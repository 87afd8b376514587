"""Questions and answers are read from the steps of a case; one whose point is damaged is left out."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.asking import LONGEST, NO_LESION, Pin, answer, is_for, one_line, pins_of, question
from annotator.domain.course import standing
from annotator.domain.image import ImageKey

KEY = ImageKey("1.2", 3)


def test_a_question_keeps_its_point_and_is_open_until_it_is_answered() -> None:
    first = replace(question("c", KEY, 10.123, 20, "병변인가요?\n", "specialist"), number=1, person="나")
    second = replace(question("c", KEY, 5, 6, "?", ""), number=2, person="나")
    given = replace(answer("c", 1, NO_LESION, "혈관"), number=3, person="김")
    assert pins_of(standing([first, second, given])) == (
        Pin(1, KEY, 10.12, 20.0, "병변인가요?", "나", "specialist", NO_LESION, "혈관", "김"),
        Pin(2, KEY, 5.0, 6.0, "?", "나"),
    )
    assert [pin.open for pin in pins_of(standing([first, second, given]))] == [False, True]
    assert standing([first, given]).parked is False


def test_a_question_without_a_point_is_left_out() -> None:
    broken = replace(question("c", KEY, 1, 1, "?", ""), number=1, facts={"image": "1.2#3", "x": "wide", "y": "1"})
    assert pins_of(standing([broken])) == ()


def test_a_question_is_for_a_person_a_role_or_anybody() -> None:
    pin = Pin(1, KEY, 0, 0, "?", "나")
    assert is_for(pin, "김", "")
    assert is_for(replace(pin, to="specialist"), "김", "specialist")
    assert not is_for(replace(pin, to="specialist"), "김", "annotator")
    assert is_for(replace(pin, to="김"), "김", "annotator")


def test_a_question_is_one_line() -> None:
    assert one_line(" a\n  b\t") == "a b"
    assert len(one_line("가" * 600)) == LONGEST
