"""What lies between two documents: an edit that leads from one to the other and back, and the count of what it does."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.annotation import Annotation
from annotator.domain.between import Tally, between, changed_on, tally
from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.image import ImageKey
from annotator.domain.region import Region
from annotator.i18n import message

ONE, TWO = ImageKey("1.2.3", 1), ImageKey("1.2.4", 1)


def drawn(number: int, image: ImageKey = ONE, category: str = "A", **more: object) -> Annotation:
    return replace(Annotation(number, image, category, "Box", Region.box(number, 1, number + 5, 6)), **more)


BEFORE = Document({ONE: (drawn(1), drawn(2), drawn(3)), TWO: (drawn(1, TWO),)}, {ONE: 3, TWO: 1}, {"discard": "blurred", "judged": "1"})
AFTER = Document(
    {ONE: (drawn(1), drawn(2, category="B"), drawn(4, note="unclear")), TWO: (drawn(1, TWO, note="seen"), drawn(2, TWO, "B"))},
    {ONE: 4, TWO: 2},
    {"judged": "1", "other": "x"},
)


def test_the_edit_leads_there_and_back() -> None:
    edit = between(BEFORE, AFTER, message("Restore"))
    after = apply(BEFORE, edit)
    assert after == AFTER and str(edit.name) == "Restore"
    assert apply(after, edit.inverse()) == BEFORE


def test_nothing_lies_between_equal_documents() -> None:
    edit = between(BEFORE, replace(BEFORE))
    assert (edit.changes, edit.facts) == ((), ()) and tally(edit).nothing


def test_everything_lies_between_nothing_and_a_document() -> None:
    assert apply(Document(), between(Document(), AFTER)) == AFTER
    assert apply(AFTER, between(AFTER, Document())) == Document()


def test_what_it_does_is_counted_by_category() -> None:
    assert tally(between(BEFORE, AFTER)) == Tally({"A": 1, "B": 1}, {"A": 1}, {"B": 1}, noted=1, rest=0, facts=2)


def test_a_lock_alone_is_neither_a_new_shape_nor_a_note() -> None:
    before, after = Document({ONE: (drawn(1),)}), Document({ONE: (drawn(1, locked=True),)})
    assert tally(between(before, after)) == Tally(rest=1)


def test_what_it_does_on_each_image() -> None:
    found = changed_on(between(BEFORE, AFTER))
    assert {image: tally(edit) for image, edit in found.items()} == {
        ONE: Tally({"A": 1}, {"A": 1}, {"B": 1}),
        TWO: Tally({"B": 1}, {}, {}, noted=1),
    }
