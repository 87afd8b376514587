"""What a reviewer corrected is told per annotation, and leads from the record to the reading again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.domain import facts
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.correction import correcting, corrections, unexplained, without_review
from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.image import Image, ImageKey
from annotator.domain.region import Region

KEY, OTHER = ImageKey("1.2.3"), ImageKey("1.2.4")
IMAGE = Image(KEY, "", 1, 100, 120, "CT", "", "1.2", "1", spacing=(2.0, 0.5))


def drawn(number: int, *box: float, category: str = "CCT1", key: ImageKey = KEY) -> Annotation:
    return Annotation(number, key, category, FREE, Region.box(*box))


def seen(key: ImageKey) -> Image | None:
    return replace(IMAGE, key=key) if key in (KEY, OTHER) else None


A, B, C = drawn(1, 10, 10, 20, 20), drawn(2, 50, 50, 60, 60), drawn(3, 80, 80, 90, 90)
RECORD = Document({KEY: (A, B, C)}, {KEY: 3})


def reading(*annotations: Annotation, **told: str) -> Document:
    return Document({KEY: annotations}, {KEY: 9}, told)


def test_nothing_is_corrected_where_everything_stays() -> None:
    assert corrections(RECORD, RECORD, seen) == ()
    assert corrections(RECORD, reading(A, B, replace(C, locked=True, lesion=4)), seen) == ()


def test_an_outline_that_is_written_otherwise_is_no_correction() -> None:
    """A corner in the middle of a side changes no pixel."""
    more = replace(A, shape=Region(((((10.0, 10.0), (15.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0)),),)))
    assert corrections(RECORD, reading(more, B, C), seen) == ()


def test_every_kind_of_correction_is_told_with_its_measures() -> None:
    """1 grows from 10 × 10 to 10 × 15 pixels of 1 mm², 2 gets another category, 3 goes, 7 is new."""
    new = drawn(7, 30, 30, 34, 34)
    found = corrections(RECORD, reading(drawn(1, 10, 10, 25, 20), replace(B, category="CCT3"), new), seen)
    assert [(c.number, c.change.before is None, c.change.after is None) for c in found] == [
        (1, False, False), (2, False, False), (3, False, True), (7, True, False),
    ]  # fmt: skip
    grown, renamed, gone, added = found
    assert (grown.iou, grown.area, grown.difference) == (pytest.approx(100 / 150), (100.0, 150.0), 50.0)
    assert renamed.recategorised and renamed.iou == 1.0 and renamed.difference == 0.0
    assert (gone.iou, gone.difference) == (0.0, -100.0)
    assert (added.iou, added.area) == (0.0, (None, 16.0))


def test_an_image_that_is_not_at_hand_has_corrections_without_measures() -> None:
    far = ImageKey("9.9")
    (found,) = corrections(Document(), Document({far: (drawn(1, 1, 1, 4, 4, key=far),)}), seen)
    assert (found.iou, found.area, found.millimetres) == (None, (None, None), False)


def test_reasons_are_those_of_the_annotation_and_their_lack_is_told() -> None:
    corrected = reading(drawn(1, 10, 10, 25, 20), B, **{facts.reason(KEY, 1): "경계 수정"})
    found = corrections(RECORD, corrected, seen)
    assert [c.reason for c in found] == ["경계 수정", ""]
    assert [c.number for c in unexplained(corrected.facts, found)] == [3]


def test_all_corrections_together_lead_from_the_record_to_the_reading_and_back() -> None:
    corrected = reading(drawn(1, 10, 10, 25, 20), drawn(7, 30, 30, 34, 34), discard="영상 불량", **{facts.reason(KEY, 1): "경계 수정"})
    edit = correcting(RECORD, corrected)
    assert apply(RECORD, edit) == corrected
    assert apply(corrected, edit.inverse()) == RECORD


def test_what_is_accepted_holds_no_reasons_and_keeps_the_other_words() -> None:
    corrected = reading(A, discard="영상 불량", **{facts.reason(KEY, 1): "경계 수정"})
    assert without_review(corrected).facts == {"discard": "영상 불량"}


def test_a_reason_speaks_of_its_image_and_moves_with_its_annotation() -> None:
    assert facts.about(facts.reason(KEY, 3)) == KEY
    assert facts.moved(facts.reason(KEY, 3), {(KEY, 3): 8}) == facts.reason(KEY, 8)
