"""What a project asks about an annotation is read whole, and only fitting answers count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.annotation import BOX, Annotation
from annotator.domain.answering import annotate, answer
from annotator.domain.attribute import Answer, Attribute, asked_of, flaw, lacking, number_of
from annotator.domain.definition import parse_project
from annotator.domain.document import Document
from annotator.domain.edit import Edit, apply
from annotator.domain.image import ImageKey
from annotator.domain.merge import Refusal
from annotator.domain.region import Region
from tests.domain.test_definition import TABLE, TOML, refused

ATTRIBUTES = """
[[attribute]]
key = "margin"
name = "경계"
name_en = "Margin"
kind = "choice"
choices = [
  { value = "smooth", name = "매끈함", name_en = "Smooth" },
  { value = "spiculated" },
]
required = true
categories = ["USG1"]

[[attribute]]
key = "long_axis"
name = "장경"
kind = "number"
unit = "mm"
min = 0
max = 300

[[attribute]]
key = "calcified"
name = "석회화"
kind = "yes-no"

[[attribute]]
key = "remark"
name = "소견"
kind = "text"
categories = ["USG"]
"""
IMAGE = ImageKey("1.2.3")
MARGIN, AXIS, CALCIFIED, REMARK = parse_project(TOML + ATTRIBUTES, TABLE)[0].attributes
NODULE, CYST = parse_project(TOML, TABLE)[0].categories


def drawn(**more: object) -> Annotation:
    return Annotation(1, IMAGE, "USG1", BOX, Region.box(1, 1, 5, 5), **more)  # type: ignore[arg-type]


def document(annotation: Annotation) -> Document:
    return Document({IMAGE: (annotation,)}, {IMAGE: 1})


def changed(found: Edit | Refusal) -> Annotation:
    assert isinstance(found, Edit), found
    (change,) = found.changes
    assert change.after is not None
    return change.after


def test_every_kind_is_read():
    assert MARGIN == Attribute(
        *("margin", "경계", "Margin", "choice", (Answer("smooth", "매끈함", "Smooth"), Answer("spiculated", "spiculated", "spiculated"))),
        required=True,
        categories=("USG1",),
    )
    assert (AXIS.unit, AXIS.low, AXIS.high, AXIS.required, AXIS.name_en) == ("mm", 0.0, 300.0, False, "장경")
    assert (CALCIFIED.kind, REMARK.kind) == ("yes-no", "text")


def test_a_category_is_asked_what_belongs_to_it():
    everything = (MARGIN, AXIS, CALCIFIED, REMARK)
    assert asked_of(everything, NODULE) == everything
    assert asked_of(everything, CYST) == (AXIS, CALCIFIED, REMARK)


@pytest.mark.parametrize(
    ("before", "after", "key", "right"),
    [
        ('key = "margin"', 'key = "Margin"', "attribute.key", "Begin with a small letter"),
        ('key = "long_axis"', 'key = "margin"', "attribute.key", "stands twice"),
        ('kind = "text"', 'kind = "texts"', "attribute.kind", "choice, number, text, yes-no"),
        ('kind = "text"', "", "attribute.kind", 'kind = "choice"'),
        ("max = 300", "max = -1", "attribute.max", "less than min"),
        ('kind = "text"', 'kind = "text"\nmin = 1', "attribute.min", 'kind = "number"'),
        ('kind = "text"', 'kind = "text"\nunit = "mm"', "attribute.unit", 'kind = "number"'),
        ('kind = "text"', 'kind = "text"\nchoices = []', "attribute.choices", 'kind = "choice"'),
        ('kind = "text"', 'kind = "choice"', "attribute.choices", "the key is missing"),
        ('kind = "text"', 'kind = "choice"\nchoices = []', "attribute.choices", "nothing to choose"),
        ('value = "spiculated"', 'value = "smooth"', "attribute.choices", "“smooth” stands twice"),
        ('value = "spiculated"', 'value = " x"', "attribute.choices.value", "a short word"),
        ('categories = ["USG1"]', 'categories = ["USG9"]', "attribute.categories", "USG, USG1, USG2"),
        ("required = true", 'required = "yes"', "attribute.required", "true or false"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(before, after, key, right):
    toml = (TOML + ATTRIBUTES).replace(before, after)
    assert toml != TOML + ATTRIBUTES
    told = refused(toml)
    line = told.split("line ", 1)[1].split(",")[0]
    assert f"key “{key}”" in told and right in told and int(line) > TOML.count("\n")


def test_unknown_keys_of_attributes_and_choices_are_remarked():
    toml = (TOML + ATTRIBUTES).replace("required = true", "requierd = true").replace('name = "매끈함"', 'nam = "매끈함"')
    _, remarks = parse_project(toml, TABLE)
    told = [str(remark) for remark in remarks]
    assert len(told) == 2
    assert "“requierd” is not known and has no effect; “required” may be meant" in told[0]
    assert "“nam” is not known and has no effect; “name” may be meant" in told[1]


@pytest.mark.parametrize(
    ("attribute", "value", "fits"),
    [
        (MARGIN, "smooth", True),
        (MARGIN, "Smooth", False),
        (AXIS, "12.5", True),
        (AXIS, "12,5", True),
        (AXIS, "-1", False),
        (AXIS, "300.1", False),
        (AXIS, "nan", False),
        (AXIS, "1e999", False),
        (AXIS, "12 mm", False),
        (CALCIFIED, "yes", True),
        (CALCIFIED, "예", False),
        (REMARK, "소견 \n 둘째 줄", True),
        (REMARK, "\x00", False),
        (REMARK, "x" * 2001, False),
    ],
)
def test_only_a_fitting_value_is_an_answer(attribute, value, fits):
    assert (flaw(attribute, value) is None) is fits
    assert isinstance(answer(document(drawn()), IMAGE, [1], attribute, value), Edit if fits else Refusal)


def test_an_answer_is_one_edit_that_can_be_taken_back():
    start = document(drawn())
    edit = answer(start, IMAGE, [1], AXIS, "12,5")
    assert isinstance(edit, Edit)
    there = apply(start, edit)
    assert there.on(IMAGE)[0].attributes == (("long_axis", "12.5"),)
    assert apply(there, edit.inverse()) == start
    emptied = changed(answer(there, IMAGE, [1], AXIS, " "))
    assert emptied == drawn()


def test_the_same_answer_again_and_a_locked_annotation_change_nothing():
    assert isinstance(answer(document(drawn(attributes=(("margin", "smooth"),))), IMAGE, [1], MARGIN, "smooth"), Refusal)
    assert isinstance(answer(document(drawn(locked=True)), IMAGE, [1], MARGIN, "smooth"), Refusal)


def test_answers_stand_in_order_of_attribute():
    told = changed(answer(document(drawn(attributes=(("margin", "smooth"),))), IMAGE, [1], CALCIFIED, "no"))
    assert told.attributes == (("calcified", "no"), ("margin", "smooth"))


def test_a_note_is_one_edit():
    assert changed(annotate(document(drawn()), IMAGE, [1], " 다시 볼 것 ")).note == "다시 볼 것"
    assert isinstance(annotate(document(drawn()), IMAGE, [1], ""), Refusal)


def test_what_is_required_and_lacks_is_named():
    asked = (MARGIN, AXIS)
    assert lacking(asked, drawn(), NODULE) == (MARGIN,)
    assert lacking(asked, drawn(attributes=(("margin", "fuzzy"),)), NODULE) == (MARGIN,)
    assert lacking(asked, drawn(attributes=(("margin", "smooth"),)), NODULE) == ()
    assert lacking(asked, drawn(), CYST) == ()


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_kept_as_it_is_written(number):
    assert number_of(repr(number)) == number


def test_classes_that_are_drawn_on_are_some_of_the_classes():
    toml = TOML.replace("formats", 'drawn_classes = ["malignant"]\nformats')
    assert parse_project(toml, TABLE)[0].drawn_classes == ("malignant",)
    assert parse_project(TOML, TABLE)[0].drawn_classes == ("benign", "malignant")
    assert "benign, malignant" in refused(toml.replace('drawn_classes = ["malignant"]', 'drawn_classes = ["normal"]'))
