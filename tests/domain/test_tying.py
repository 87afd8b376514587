"""Outlines on two views are one lesion by facts of the case: tied, joined, untied."""

from __future__ import annotations

from annotator.domain.annotation import FREE, Annotation
from annotator.domain.document import Document
from annotator.domain.image import ImageKey
from annotator.domain.region import Region
from annotator.domain.tying import letter, letters, members, tie, untie

CC, MLO, OTHER = ImageKey("1"), ImageKey("2"), ImageKey("3")


def document(*places: tuple[ImageKey, int], **facts: str) -> Document:
    drawn: dict[ImageKey, tuple[Annotation, ...]] = {}
    for key, number in places:
        drawn[key] = (*drawn.get(key, ()), Annotation(number, key, "MMG1", FREE, Region.box(0, 0, 4, 4)))
    return Document(drawn, {}, facts)


def with_facts(before: Document, told: dict[str, str | None]) -> Document:
    facts = {**before.facts, **told}
    return Document(before.annotations, before.issued, {name: text for name, text in facts.items() if text is not None})


def test_two_outlines_become_one_lesion_with_a_letter() -> None:
    before = document((CC, 1), (CC, 2), (MLO, 1))
    number, told = tie(before, (CC, 2), (MLO, 1))
    after = with_facts(before, dict(told))
    assert number == 1
    assert letters(after) == {(CC, 2): "A", (MLO, 1): "A"}
    assert tie(after, (CC, 1), (OTHER, 1))[0] == 2


def test_a_third_view_joins_and_two_lesions_become_one() -> None:
    before = document((CC, 1), (MLO, 1), (OTHER, 1))
    after = with_facts(before, dict(tie(before, (CC, 1), (MLO, 1))[1]))
    after = with_facts(after, dict(tie(after, (OTHER, 1), (CC, 1))[1]))
    assert set(members(after, 1)) == {(CC, 1), (MLO, 1), (OTHER, 1)}


def test_a_lesion_of_one_is_none() -> None:
    before = document((CC, 1), (MLO, 1))
    tied = with_facts(before, dict(tie(before, (CC, 1), (MLO, 1))[1]))
    assert with_facts(tied, dict(untie(tied, (CC, 1)))).facts == {}
    gone = Document({CC: tied.annotations[CC]}, {}, tied.facts)
    assert letters(gone) == {}
    assert untie(before, (CC, 1)) == {}


def test_letters_go_on_after_z() -> None:
    assert [letter(number) for number in (1, 26, 27, 52, 53)] == ["A", "Z", "AA", "AZ", "BA"]
