"""An id keeps its meaning, and what a change of the definition touches is said before it counts."""

from __future__ import annotations

import pytest

from annotator.domain.definition import parse_project
from annotator.domain.redefinition import Usage, Verdict, compare
from tests.domain.test_attribute import ATTRIBUTES
from tests.domain.test_definition import HEADING, TABLE, TOML

USED = Usage({"USG1": 12, "USG2": 3}, {"USG1": 4, "USG2": 1}, {("margin", "smooth"): 5}, 4, 9, 0, {"benign": 2})


def differences(toml: str = TOML, table: str = TABLE, usage: Usage = USED, old: str = TOML) -> list[tuple[str, str]]:
    before, after = parse_project(old, TABLE)[0], parse_project(toml, table)[0]
    return [(change.verdict.value, str(change.text)) for change in compare(before, after, usage)]


def test_the_same_definition_changes_nothing():
    assert differences() == []
    assert differences(f"# a comment\n{TOML}") == []


def test_a_category_with_annotations_is_not_removed():
    table = f"{HEADING}\nUSG,Ultrasound,1,악성,1,결절,Nodule,#FF2200,1,\n"
    assert differences(table=table) == [("refused", "USG2 “낭종” is gone, but 3 annotations in 1 cases are of it")]
    assert differences(table=table, usage=Usage())[0][0] == "fine"


def test_another_name_is_listed_with_what_is_called_so():
    assert differences(table=TABLE.replace("결절", "종괴")) == [
        ("ask", "USG1 “결절” is called “종괴” now, and so are its 12 annotations in 4 cases")
    ]


def test_ids_that_change_places_want_a_person_to_say_so():
    swapped = TABLE.replace("결절", "X").replace("낭종", "결절").replace("X", "낭종")
    found = compare(parse_project(TOML, TABLE)[0], parse_project(TOML, swapped)[0], USED)
    moved = [change for change in found if change.verdict is Verdict.CONFIRM]
    assert {change.category for change in moved} == {"USG1", "USG2"}
    assert "takes the name “낭종” of USG2: 12 annotations in 4 cases would mean something else" in str(moved[0].text)


def test_colours_keys_and_new_categories_are_fine():
    table = TABLE.replace("#FF2200", "#00ff00") + "USG,Ultrasound,2,양성,3,석회,Calcification,#aa5599,3,\n"
    assert differences(table=table) == [("fine", "USG1 “결절”: colour"), ("fine", "USG3 “석회” is new")]


@pytest.mark.parametrize(
    ("before", "after", "usage", "verdict", "said"),
    [
        ('dicom = ["US"]', 'dicom = ["US"]\ncase = "study"', USED, "refused", "15 annotations are saved by case"),
        ('dicom = ["US"]', 'dicom = ["US"]\nexclusive = true', USED, "ask", "15 annotations stay"),
        ('dicom = ["US"]', 'dicom = ["US", "OT"]', USED, "ask", "other images"),
        ('"benign", ', "", USED, "refused", "the class “benign” is gone; 2 patients"),
        ('"benign", ', "", Usage(), "fine", "0 patients"),
        ("{prefix}_{image}.json", "{image}.json", USED, "ask", "9 delivered files of 4 cases move"),
        ("foreground = 255", "foreground = 1", USED, "ask", "mask: 9 delivered files of 4 cases are written anew"),
        ("/dcm/{prefix}_", "/dcm/", Usage(in_tree=7), "refused", "7 with annotations"),
        ('name = "갑상선"', 'name = "갑상샘"', USED, "ask", "description"),
    ],
)
def test_what_a_change_touches_is_counted(before, after, usage, verdict, said):
    toml = TOML.replace(before, after)
    assert toml != TOML
    found = differences(toml, usage=usage)
    assert found[0][0] == verdict and said in found[0][1], found


@pytest.mark.parametrize(
    ("before", "after", "verdict", "said"),
    [
        ('{ value = "smooth", name = "매끈함", name_en = "Smooth" },', "", "ask", "5 answers do not fit"),
        ('"spiculated"', '"spiky"', "fine", "0 answers do not fit"),
        ('key = "margin"', 'key = "edge"', "ask", "“margin” is gone; 5 answers are kept"),
    ],
)
def test_answers_that_are_lost_are_counted(before, after, verdict, said):
    found = differences((TOML + ATTRIBUTES).replace(before, after), old=TOML + ATTRIBUTES)
    assert found[0][0] == verdict and said in found[0][1], found
