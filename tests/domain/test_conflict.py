"""Two versions of a case: each difference once, decided for the one, the other or both, and nothing that either has is lost before that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain.annotation import Annotation, Drawn
from annotator.domain.conflict import Take, aligned, all_kept, decided, disputes, standing
from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.image import Image, ImageKey
from annotator.domain.region import Region
from annotator.i18n import message

KEY, OTHER = ImageKey("1.2.3", 1), ImageKey("1.2.4", 1)
NAME = message("Take A")


def drawn(number: int, x: float = 1.0, image: ImageKey = KEY, **more: object) -> Annotation:
    return replace(Annotation(number, image, "A", "Box", Region.box(x, 1, x + 5, 6)), **more)


def document(*annotations: Annotation, **facts: str) -> Document:
    found: dict[ImageKey, tuple[Annotation, ...]] = {}
    for annotation in annotations:
        found[annotation.image] = (*found.get(annotation.image, ()), annotation)
    return Document(found, {key: max(a.id for a in there) for key, there in found.items()}, facts)


FIRST = document(drawn(1), drawn(2, 10), drawn(3, 20), discard="blurred")
SECOND = document(drawn(1), drawn(3, 30, parent=1), drawn(4, 40), drawn(1, 5, OTHER), judged="1")


def corners(found: Document) -> set[tuple[str, int, float]]:
    return {(str(key), a.id, a.shape.bounds[0]) for key, there in found.annotations.items() for a in there}


def test_each_difference_is_there_once_and_what_both_have_is_none() -> None:
    found = disputes(FIRST, SECOND)
    told = [(d.number, d.first is not None, d.second is not None) for d in found if not d.fact]
    assert told == [(2, True, False), (3, True, True), (4, False, True), (1, False, True)]
    assert [(d.fact, d.told) for d in found if d.fact] == [("discard", ("blurred", None)), ("judged", (None, "1"))]
    assert disputes(FIRST, FIRST) == ()


def test_all_of_both_is_kept_until_it_is_decided_otherwise() -> None:
    both = apply(FIRST, all_kept(FIRST, SECOND, NAME))
    assert corners(both) == {*corners(FIRST), (str(KEY), 4, 40.0), (str(OTHER), 1, 5.0), (str(KEY), 5, 30.0)}
    assert dict(both.facts) == {"discard": "blurred", "judged": "1"}
    kept = [standing(both, dispute) for dispute in disputes(FIRST, SECOND)]
    assert kept == [Take.FIRST, Take.BOTH, Take.SECOND, Take.SECOND, Take.FIRST, Take.SECOND]


@pytest.mark.parametrize(("take", "wanted"), [(Take.FIRST, FIRST), (Take.SECOND, SECOND)])
def test_taking_everything_of_one_version_gives_that_version(take: Take, wanted: Document) -> None:
    found = apply(FIRST, all_kept(FIRST, SECOND, NAME))
    for dispute in disputes(FIRST, SECOND):
        found = apply(found, decided(found, dispute, take, NAME))
        assert standing(found, dispute) is take
    assert found == wanted


def test_a_decision_is_changed_as_often_as_one_likes_and_changes_nothing_else() -> None:
    begin = apply(FIRST, all_kept(FIRST, SECOND, NAME))
    dispute = next(d for d in disputes(FIRST, SECOND) if d.spare is not None)
    for take in (Take.SECOND, Take.FIRST, Take.BOTH):
        after = apply(begin, decided(begin, dispute, take, NAME))
        own = {(str(KEY), number) for number in (3, 5)}
        assert {c for c in corners(after) if c[:2] not in own} == {c for c in corners(begin) if c[:2] not in own}
    assert after == begin and not decided(begin, dispute, Take.BOTH, NAME).changes


def test_what_a_hand_changed_is_neither() -> None:
    dispute = disputes(FIRST, SECOND)[1]
    assert standing(document(drawn(1), drawn(3, 77)), dispute) is None


def test_lesions_of_different_versions_stay_apart() -> None:
    first, second = document(drawn(1, lesion=1)), document(drawn(2, 9, lesion=1), drawn(3, 19, lesion=1))
    both = apply(first, all_kept(first, second, NAME))
    numbers = [a.lesion for a in both.on(KEY)]
    assert numbers[0] == 1 and numbers[1] == numbers[2] != 1


def test_what_only_the_other_joined_to_a_lesion_is_joined() -> None:
    first, second = document(drawn(1)), document(drawn(1, lesion=4))
    assert disputes(first, second) == ()
    assert apply(first, all_kept(first, second, NAME)).on(KEY)[0].lesion == 4


def test_what_a_file_says_again_is_the_own_one_whatever_its_number() -> None:
    own = document(drawn(1, drawn=Drawn("Kim", "2026")), drawn(2, 10, lesion=3))
    told = document(drawn(1, 10), drawn(2, 1), drawn(3, 30))
    image = Image(KEY, "", 1, 64, 64, "CT", "", "", "")
    found = aligned(own, told, {KEY: image})
    assert found.on(KEY)[:2] == own.on(KEY) and [(a.id, a.shape.bounds[0]) for a in found.on(KEY)[2:]] == [(3, 30.0)]
    clash = aligned(own, document(drawn(1, 10), drawn(2, 30)), {KEY: image})
    assert [(a.id, a.shape.bounds[0]) for a in clash.on(KEY)] == [(2, 10.0), (3, 30.0)]
