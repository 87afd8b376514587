"""Agreement of readings: empty rules, sums over images, categories, and the figure of the bar."""

from __future__ import annotations

import pytest

from annotator.domain.agreement import Agreement, agreement_of, together
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.image import ImageKey
from annotator.domain.rates import NONE, Counts
from annotator.domain.region import Region

KEY = ImageKey("1.2.3")


def drawn(number: int, *box: float, category: str = "CCT1") -> Annotation:
    return Annotation(number, KEY, category, FREE, Region.box(*box))


def image(reading, reference, spacing=(0.5, 0.5)):
    return agreement_of(reading, reference, 100, 120, spacing)


A, B, C = drawn(1, 10, 10, 20, 20), drawn(2, 50, 50, 60, 60), drawn(3, 80, 10, 90, 20, category="CCT3")


def test_nothing_against_nothing_is_full_agreement() -> None:
    found = Agreement((image([], []),))
    assert (found.share, found.iou, found.dice, found.lesions) == (1.0, 1.0, 1.0, 0)
    assert found.image_counts == Counts(0, 0, 0, 1)
    assert found.distance.most is None and found.interval is None


def test_nothing_against_something_is_nought_and_missed_and_in_no_mean_of_distances() -> None:
    far = image([drawn(1, 12, 10, 22, 20)], [A])
    found = Agreement((image([], [A]), far))
    assert (found.missed, found.extra, found.matched) == (1, 0, 1)
    assert found.iou == pytest.approx((0 + 80 / 120) / 2)
    assert found.distance.most == pytest.approx(1.0)
    assert Agreement((image([A], []),)).extra == 1


def test_the_bars_figure_is_right_ones_of_all() -> None:
    """Matched and right: A. Matched with another category: C. Missed: B. Extra: one. 1 of 4."""
    other = drawn(4, 30, 80, 40, 90)
    found = Agreement((image([A, drawn(3, 80, 10, 90, 20, category="CCT1"), other], [A, B, C]),))
    assert (found.right, found.matched, found.missed, found.extra) == (1, 2, 1, 1)
    assert found.share == found.measure("lesions") == pytest.approx(0.25)
    assert found.lesion_counts == Counts(2, 1, 1)
    assert found.measure("f1") == pytest.approx(4 / 6)
    assert found.table == {("CCT1", "CCT1"): 1, ("CCT1", "CCT3"): 1, (NONE, "CCT1"): 1, ("CCT1", NONE): 1}


def test_a_category_is_counted_against_all_others() -> None:
    found = Agreement((image([A, drawn(3, 80, 10, 90, 20, category="CCT1")], [A, B, C]), image([], []), image([C], [C])))
    assert found.categories == ("CCT1", "CCT3")
    assert found.of_category("CCT1") == (Counts(1, 1, 1), Counts(1, 0, 0, 2))
    assert found.of_category("CCT3") == (Counts(1, 0, 1), Counts(1, 0, 1, 1))
    assert found.of_category("CCT1")[1].specificity == 1.0


def test_distances_are_in_millimetres() -> None:
    assert image([A], [drawn(1, 10, 14, 20, 24)], (2.0, 0.5)).apart.most == pytest.approx(8.0)
    assert image([A], [drawn(1, 14, 10, 24, 20)], (2.0, 0.5)).apart.most == pytest.approx(2.0)


def test_agreements_add_up() -> None:
    one, other = Agreement((image([A], [A]),)), Agreement((image([A], [B]), image([], [])))
    both = together([one, other])
    assert (both.matched, both.missed, both.extra, len(both.images)) == (1, 1, 1, 3)
    assert both.share == pytest.approx(1 / 3)
    assert together([]).iou is None and together([]).measure("iou") == 1.0


def test_kappa_is_that_of_matched_categories() -> None:
    found = Agreement(tuple(image([A, C], [A, C]) for _ in range(3)))
    assert found.kappa == pytest.approx(1.0)
