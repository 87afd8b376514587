"""What a project requires of annotations, and on which classes it draws, is held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from annotator.checks import attributes_are_answered, class_fits_drawing, class_is_drawn_on
from annotator.checks.check import Saved
from annotator.domain.annotation import LINE
from annotator.domain.attribute import Answer, Attribute
from annotator.domain.finding import Severity
from annotator.domain.path import Path
from tests.dicom.written import dataset, saved
from tests.formats.sheets import HOLED, NAMES, sheet_of

MARGIN = Attribute("margin", "경계", "Margin", "choice", (Answer("smooth", "매끈함", "Smooth"),), required=True)


@pytest.fixture
def sheet(tmp_path):
    return sheet_of(saved(dataset(np.zeros((96, 80), np.uint16)), tmp_path / "a.dcm"), HOLED)


def asking(sheet, *given):
    annotations = tuple(replace(a, attributes=given) for a in sheet.annotations)
    return Saved(replace(sheet, project=replace(sheet.project, attributes=(MARGIN,)), annotations=annotations))


def test_a_required_attribute_without_an_answer_is_an_error(sheet):
    (finding,) = attributes_are_answered.run(asking(sheet))
    assert finding.severity is Severity.ERROR and "annotation 1 lacks “경계”" in str(finding.message)


@pytest.mark.parametrize(("regions_only", "count"), [(True, 0), (False, 1)])
def test_nothing_is_asked_of_lines_that_are_not_delivered(sheet, regions_only, count):
    line = replace(sheet.annotations[0], shape=Path((((10.0, 10.0), (20.0, 20.0)),)), toolname=LINE)
    saved = asking(replace(sheet, annotations=(line,), regions_only=regions_only))
    assert len(attributes_are_answered.run(saved)) == count


def test_a_given_answer_is_right(sheet):
    assert attributes_are_answered.run(asking(sheet, ("margin", "smooth"))) == ()


def test_an_answer_that_the_project_does_not_know_is_named(sheet):
    told = [str(finding.message) for finding in attributes_are_answered.run(asking(sheet, ("colour", "red"), ("margin", "fuzzy")))]
    assert len(told) == 3
    assert "“colour”: the project does not ask it" in told[1] and "“fuzzy” is none of smooth" in told[2]


@pytest.mark.parametrize(("known", "count"), [("normal", 1), ("malignant", 0), ("unclassified", 0)])
def test_a_drawing_on_a_class_that_is_not_drawn_on_is_found(sheet, known, count):
    drawn = Saved(replace(sheet, names=replace(NAMES, class_folder=known)))
    assert drawn.sheet.project.drawn_classes == ("benign", "malignant")
    assert len(class_is_drawn_on.run(drawn)) == count


@pytest.mark.parametrize(("known", "count"), [("benign", 1), ("malignant", 0), ("normal", 0), ("unclassified", 0)])
def test_a_malignant_outline_in_a_benign_case_is_found(sheet, known, count):
    assert {category.grp_name for category in sheet.categories if category.key == sheet.annotations[0].category} == {"악성"}
    found = class_fits_drawing.run(Saved(replace(sheet, names=replace(NAMES, class_folder=known))))
    assert len(found) == count
    assert all("(악성), but the patient is “benign”" in str(finding.message) for finding in found)
