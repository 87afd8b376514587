"""A case drawn once more begins without what was drawn, and is held against what it should be, lesion by lesion or line by line."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.annotation import BOX, LINE, Annotation
from annotator.domain.course import Standing, after, may_draw, refusal
from annotator.domain.document import Document
from annotator.domain.image import Image, ImageKey
from annotator.domain.line_rule import Meaning
from annotator.domain.path import Path
from annotator.domain.person import Acting, Role
from annotator.domain.practice_rule import PracticeRule
from annotator.domain.region import Region
from annotator.domain.rereading import (
    PRACTICE,
    REPEAT,
    Result,
    Score,
    again_for,
    begun,
    given,
    practised,
    read_again,
    result_of,
    sampled,
    score,
)

A = ImageKey("1.2")
IMAGE = Image(A, "", 1, 64, 64, "CT", "", "", "")
RULES = (Meaning.ALONG, 0.5)
MANAGER, READER = Acting("관리", Role.MANAGER), Acting("나", Role.ANNOTATOR)


def box(number: int, *sides: float, category: str = "CCT1") -> Annotation:
    return Annotation(number, A, category, BOX, Region.box(*sides), answers=(A, 9))


def line(number: int, *points: tuple[float, float], category: str = "CCT1") -> Annotation:
    return Annotation(number, A, category, LINE, Path((points,)))


def drawn(*there: Annotation) -> Document:
    return Document({A: there}, {A: 7}, {"judged": "yes"})


def test_a_second_pass_begins_with_the_lines_alone_and_a_first_with_nothing() -> None:
    case = drawn(line(1, (10, 10), (20, 10)), box(2, 8, 8, 22, 12))
    assert begun(case, "annotator") == Document({A: case.on(A)[:1]})
    assert begun(case, "annotator").next_id(A) == 8, "no id comes twice"
    assert begun(case, "specialist") == Document()


def test_areas_are_scored_by_matched_lesions_of_the_right_category() -> None:
    truth = drawn(box(1, 10, 10, 20, 20), box(2, 40, 40, 50, 50))
    mine = drawn(box(1, 10, 10, 20, 21), box(2, 40, 40, 50, 50, category="CCT2"), box(3, 2, 2, 6, 6))
    assert score(mine, truth, [IMAGE], "annotator", *RULES) == Score(1, 3)
    assert score(truth, truth, [IMAGE], "annotator", *RULES).share == 1.0
    assert score(Document(), Document(), [IMAGE], "annotator", *RULES).share == 1.0


def test_lines_are_scored_by_the_areas_that_they_run_through() -> None:
    truth = drawn(line(1, (1, 1), (2, 2)), box(2, 8, 8, 22, 12), box(3, 40, 40, 50, 50))
    right, beside = line(1, (10, 10), (20, 10)), line(2, (50, 5), (60, 5))
    assert score(drawn(right), truth, [IMAGE], "specialist", *RULES) == Score(1, 2)
    assert score(drawn(right, beside), truth, [IMAGE], "specialist", *RULES) == Score(1, 3)
    assert score(drawn(replace(right, category="CCT2")), truth, [IMAGE], "specialist", *RULES) == Score(0, 2)


def test_a_case_is_given_by_a_manager_drawn_by_whom_it_is_given_to_and_ended_by_them() -> None:
    step = replace(given("c", "나", Role.ANNOTATOR, PRACTICE, "d", "t"), number=1)
    assert refusal(Standing(), step, READER, ()) is not None
    assert refusal(Standing(), step, MANAGER, ()) is None
    there = after(Standing(), step)
    assert again_for(there, READER) == step
    assert again_for(there, replace(READER, name="너")) is None
    assert again_for(there, replace(READER, role=Role.SPECIALIST)) is None
    assert may_draw(there, READER, ()) is None
    ended = replace(read_again(step, "c--1", "e", Score(3, 4), "t"), number=2)
    assert refusal(there, ended, replace(READER, name="너"), ()) is not None
    assert refusal(there, ended, READER, ()) is None
    assert after(there, ended).again == ()
    assert result_of("나", "annotator", "c", "t", ended.facts) == Result("나", "annotator", PRACTICE, "c", "t", Score(3, 4))
    assert result_of("나", "annotator", "c", "t", {**ended.facts, "all": "many"}) is None


def result(case: str, time: str, right: int, every: int = 10, mode: str = PRACTICE) -> Result:
    return Result("나", "annotator", mode, case, time, Score(right, every))


def test_practice_is_passed_by_the_mean_of_the_last_cases() -> None:
    rule = PracticeRule(cases=2, bar=0.9)
    assert practised([], "나", "annotator", PracticeRule()).passed, "none is asked"
    assert not practised([result("a", "1", 10)], "나", "annotator", rule).passed
    bad = [result("a", "1", 10), result("b", "2", 7)]
    assert (practised(bad, "나", "annotator", rule).mean, practised(bad, "나", "annotator", rule).passed) == (0.85, False)
    assert practised([*bad, result("b", "3", 9)], "나", "annotator", rule).passed, "a case counts by its last result"
    assert practised([*bad, result("c", "4", 8), result("d", "5", 10)], "나", "annotator", rule).passed, "only the last two count"
    assert not practised([*bad, result("b", "3", 10, mode=REPEAT)], "나", "annotator", rule).passed
    assert not practised([result("a", "1", 10), result("b", "2", 10)], "너", "annotator", rule).passed


def test_a_share_of_cases_is_the_same_for_the_same_seed() -> None:
    cases = [str(n) for n in range(100)]
    assert sampled(cases, 0.05, 7) == sampled(reversed(cases), 0.05, 7)
    assert (len(sampled(cases, 0.05, 7)), sampled(cases, 0.05, 8) != sampled(cases, 0.05, 7)) == (5, True)
    assert (sampled(cases[:3], 0.05, 1) != (), sampled((), 0.5, 1), sampled(cases, 0.0, 1)) == (True, (), ())
