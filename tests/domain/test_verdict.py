"""Two readings agree, or an outline is to be accepted, or it is for an adjudicator; each difference is settled one way or another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from annotator.domain.annotation import FREE, LINE, Annotation, Drawn
from annotator.domain.correction import without_review
from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.image import Image, ImageKey
from annotator.domain.path import Path
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.domain.verdict import (
    Difference,
    Kind,
    Outcome,
    Way,
    decided,
    differences,
    outcome,
    settle,
    settle_by_hand,
    settled_as,
)

KEY = ImageKey("1.2.3")
IMAGE = Image(KEY, "", 1, 100, 120, "MG", "", "1.2", "1", spacing=(0.1, 0.1))


def drawn(number: int, *box: float, category: str = "MMG1", by: str = "kim") -> Annotation:
    return Annotation(number, KEY, category, FREE, Region.box(*box), Drawn(by, f"2026-01-0{number}T00:00:00+09:00"))


def reading(*annotations: Annotation, **told: str) -> Document:
    return Document({KEY: annotations} if annotations else {}, {KEY: 9}, told)


def seen(key: ImageKey) -> Image:
    return IMAGE


def between(one: Document, other: Document) -> tuple[Difference, ...]:
    return differences(one, other, seen)


A, B = drawn(1, 10, 10, 30, 30), drawn(2, 50, 50, 60, 60)


def test_the_same_lesions_are_agreed_whatever_their_ids_are() -> None:
    other = reading(replace(B, id=1), replace(A, id=5, drawn=Drawn("lee")))
    assert between(reading(A, B), other) == ()
    assert outcome(between(reading(A, B), other)) is Outcome.AGREED
    assert outcome(between(reading(), reading())) is Outcome.AGREED


def test_an_outline_that_still_matches_is_for_the_other_to_accept() -> None:
    found = between(reading(A, B), reading(drawn(1, 10, 10, 33, 30), B))
    assert [(d.kind, d.one.id, d.other.id) for d in found] == [(Kind.OUTLINE, 1, 1)]
    assert found[0].iou == pytest.approx(400 / 460)
    assert outcome(found) is Outcome.ACCEPT
    assert outcome(found, refused=True) is Outcome.ADJUDICATE


def test_other_answers_are_for_the_other_to_accept() -> None:
    found = between(reading(A), reading(replace(A, note="석회화")))
    assert [d.kind for d in found] == [Kind.ANSWERS] and outcome(found) is Outcome.ACCEPT


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (reading(A), Kind.ONLY_ONE),
        (reading(A, B, drawn(3, 70, 70, 80, 80)), Kind.ONLY_OTHER),
        (reading(A, replace(B, category="MMG2")), Kind.CATEGORY),
        (reading(A, drawn(2, 50, 50, 90, 90)), Kind.UNMATCHED),
        (reading(A, B, discard="영상 불량"), Kind.FACT),
        (reading(A, B, **{"judgement.MRI1": "1"}), Kind.FACT),
    ],
)
def test_whatever_else_differs_is_for_an_adjudicator(other: Document, kind: Kind) -> None:
    found = between(reading(A, B), other)
    assert [d.kind for d in found] == [kind] and found[0].grave
    assert outcome(found) is Outcome.ADJUDICATE


def test_words_that_readers_need_not_share_are_no_difference() -> None:
    assert between(reading(A, **{"lesion.name.1": "주병변"}), reading(A)) == ()


def test_lines_are_compared_as_they_are() -> None:
    line = Annotation(4, KEY, "MMG1", LINE, Path((((1.0, 1.0), (9.0, 9.0)),)))
    assert between(reading(A, line), reading(A, replace(line, id=7))) == ()
    assert [d.kind for d in between(reading(A, line), reading(A))] == [Kind.ONLY_ONE]


OUTLINE = Difference(Kind.OUTLINE, KEY, A, drawn(1, 10, 10, 33, 30))
OVERLAPPING = Difference(Kind.UNMATCHED, KEY, A, drawn(1, 25, 25, 60, 60, category="MMG2"))
ONLY_A, ONLY_B = Difference(Kind.ONLY_ONE, KEY, B), Difference(Kind.ONLY_OTHER, KEY, None, drawn(2, 70, 70, 80, 80, by="lee"))
WORD = Difference(Kind.FACT, fact="discard", words=(None, "영상 불량"))


def after(document: Document, difference: Difference, way: Way) -> Document:
    """The document as it is accepted then: what was decided is said, and is not kept in it."""
    edit = settle(document, IMAGE, difference, way)
    found = document if edit is None else apply(document, edit)
    assert decided(found, difference) and settle(found, IMAGE, difference, way) is None
    return without_review(found)


@pytest.mark.parametrize("difference", [OUTLINE, OVERLAPPING])
def test_union_and_intersection_are_those_of_the_pixels(difference: Difference) -> None:
    a, b = (region_mask(x.shape, 100, 120) for x in (difference.one, difference.other))
    united, shared = (after(reading(A, B), difference, way).find(KEY, 1) for way in (Way.UNION, Way.INTERSECTION))
    assert region_mask(united.shape, 100, 120) == a | b and region_mask(shared.shape, 100, 120) == a & b
    assert united.category == shared.category == "MMG1"


def test_taking_b_takes_outline_category_and_author_and_keeps_the_id() -> None:
    taken = after(reading(A, B), OVERLAPPING, Way.OTHER).find(KEY, 1)
    assert (taken.shape, taken.category, taken.drawn) == (OVERLAPPING.other.shape, "MMG2", OVERLAPPING.other.drawn)


def test_a_lesion_that_only_one_has_is_kept_or_goes() -> None:
    assert after(reading(A, B), ONLY_A, Way.OTHER) == reading(A)
    assert after(reading(A), ONLY_A, Way.ONE) == reading(A, B)
    with_b = after(reading(A, B), ONLY_B, Way.OTHER)
    assert [a.id for a in with_b.on(KEY)] == [1, 2, 10] and with_b.find(KEY, 10).shape == ONLY_B.other.shape
    assert after(with_b, ONLY_B, Way.ONE) == reading(A, B)


def test_a_word_about_the_case_is_taken_from_one_of_both() -> None:
    assert after(reading(A), WORD, Way.OTHER).facts == {"discard": "영상 불량"}
    assert after(reading(A, discard="영상 불량"), WORD, Way.ONE).facts == {}


CHOICES = some.tuples(some.sampled_from([OUTLINE, ONLY_A, ONLY_B, WORD]), some.sampled_from([Way.ONE, Way.OTHER]))


@given(ways=some.lists(CHOICES, max_size=8))
def test_the_last_decision_counts_and_taking_everything_from_b_gives_b(ways) -> None:
    document = reading(A, B)
    for difference, way in ways:
        document = after(document, difference, way)
        assert settled_as(document, IMAGE, difference) is way
    other = reading(OUTLINE.other, ONLY_B.other, discard="영상 불량")
    for difference in (OUTLINE, ONLY_A, ONLY_B, WORD):
        document = after(document, difference, Way.OTHER)
    assert outcome(between(document, other)) is Outcome.AGREED


def test_what_is_drawn_by_hand_is_decided_too_and_taken_back_with_its_edit() -> None:
    document = reading(A, B)
    edit = settle_by_hand(document, OUTLINE)
    assert edit is not None and not decided(document, OUTLINE)
    by_hand = apply(document, edit)
    assert decided(by_hand, OUTLINE) and not decided(by_hand, ONLY_A) and settle_by_hand(by_hand, OUTLINE) is None
    assert apply(by_hand, edit.inverse()) == document


def test_an_outline_of_ones_own_is_settled_as_nothing_of_the_list() -> None:
    own = reading(drawn(1, 12, 12, 28, 28), B)
    assert settled_as(own, IMAGE, OUTLINE) is None
    assert settled_as(reading(A, B), IMAGE, OUTLINE) is Way.ONE
