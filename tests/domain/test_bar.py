"""The figures of finished cases are added up per person, and tell which cases lie below the bar and why."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.agreement import Agreement, agreement_of
from annotator.domain.annotation import Annotation
from annotator.domain.bar import CATEGORY, EXTRA, MISSED, Lost, Measured, against, facts_of, figure, measured, measured_of
from annotator.domain.image import ImageKey
from annotator.domain.region import Region
from annotator.domain.reviewing import Reviewing

KEY = ImageKey("1.2.3")


def box(number: int, x: float, category: str = "CCT1") -> Annotation:
    return Annotation(number, KEY, category, "Box", Region.box(x, 4, x + 8, 14))


READING = (box(1, 2), box(2, 20, "CCT2"), box(3, 40))
AGREED = (box(1, 2), box(2, 20), box(3, 60))


def test_what_cost_agreement_is_told_lesion_by_lesion() -> None:
    found = measured("c", "이", [("0001", "1.2.3", agreement_of(READING, AGREED, 80, 80))])
    assert (found.right, found.matched, found.missed, found.extra, found.images) == (1, 2, 1, 1, 1)
    assert found.measure("lesions") == 0.25
    missed, extra = Lost("0001", MISSED, "CCT1", "CCT1", "1.2.3"), Lost("0001", EXTRA, "CCT1", "", "1.2.3")
    assert found.lost == (missed, extra, Lost("0001", CATEGORY, "CCT2", "CCT1", "1.2.3"))


def test_figures_of_many_cases_are_those_of_their_images_together() -> None:
    images = (agreement_of(READING, AGREED, 80, 80), agreement_of(AGREED, AGREED, 80, 80), agreement_of((), READING, 80, 80))
    cases = [measured(str(n), "이", [("1", "1.2.3", image)]) for n, image in enumerate(images)]
    for name in ("lesions", "f1", "iou", "dice"):
        assert abs(figure(cases, name) - Agreement(images).measure(name)) < 1e-12
        assert figure((), name) == Agreement().measure(name) == 1.0


def test_figures_survive_being_written_and_what_is_none_is_none() -> None:
    found = measured("c", "이", [("0001", "1.2.3", agreement_of(READING, AGREED, 80, 80))])
    back = measured_of("c", "t", {**facts_of(found), "step": "7"})
    assert back is not None
    assert replace(back, iou=found.iou, dice=found.dice) == replace(found, time="t", step=7)
    assert abs(back.iou - found.iou) < 1e-6
    whole = facts_of(found)
    for facts in ({}, {**whole, "agreement": "1 2 3"}, {**whole, "agreement": "1 2 3 4 5 x 7"}, {**whole, "lost": "a\tb"}):
        assert measured_of("c", "t", facts) is None


def test_the_window_takes_the_last_cases_and_those_below_are_of_any_time() -> None:
    rules = Reviewing(bar=0.9, window=2)
    cases = [Measured(str(n), "이", f"2026-03-0{n}", 5, right=int(n > 1), matched=1) for n in range(1, 5)]
    (one,) = against(cases, rules)
    assert [case.case for case in one.recent] == ["4", "3"] and one.figure == 1.0 and one.met
    assert [case.case for case in one.below] == ["1"]
    again = Measured("1", "이", "2026-03-09", 9, right=1, matched=1)
    (one,) = against([again, *cases], rules)
    assert one.below == () and one.recent[0] == again


def test_exactly_the_bar_is_reached() -> None:
    (one,) = against([Measured("1", "이", "t", 1, right=9, matched=10)], Reviewing(bar=0.9))
    assert one.met and one.below == ()
    (one,) = against([Measured("1", "이", "t", 1, right=89, matched=100)], Reviewing(bar=0.9))
    assert not one.met and len(one.below) == 1
