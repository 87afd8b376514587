"""Every name that a project makes is shown, and the ones that would go wrong are named."""

from __future__ import annotations

import pytest

from annotator.domain.definition import parse_project
from annotator.domain.finding import Severity
from annotator.domain.naming import examples, oddities, room
from annotator.domain.project import Project
from tests.domain.test_definition import NAMES, TABLE, TOML, bundled


def changed(*pairs: tuple[str, str]) -> Project:
    toml = TOML
    for before, after in pairs:
        assert before in toml
        toml = toml.replace(before, after)
    return parse_project(toml, TABLE)[0]


def told(project: Project) -> list[tuple[bool, str]]:
    return [(oddity.severity is Severity.ERROR, str(oddity.text)) for oddity in oddities(project)]


@pytest.mark.parametrize("name", NAMES)
def test_the_bundled_definitions_make_sound_names(name):
    assert told(bundled(name)) == []


def test_there_is_an_example_of_every_name():
    found = examples(changed())
    assert len(found) == 3 * (1 + 1 + 2)
    assert {(e.kind, e.category) for e in found} == {("image", ""), ("json", ""), ("mask", "USG1"), ("mask", "USG2")}
    assert found[0].name == "t/benign/P000001/S001/dcm/us_0001.dcm"
    assert len({e.name for e in found}) == len(found)


def test_classes_that_are_one_folder_on_windows_are_an_error():
    assert told(changed(('["benign", "malignant"]', '["benign", "Benign"]'))) == [
        (True, "class: “benign” and “Benign” are one name on Windows and macOS")
    ]


@pytest.mark.parametrize(
    ("before", "after", "bad", "said"),
    [
        ("{series}/dcm", "dcm", False, "image: two files that differ in {series} only have one path"),
        ("{series}/binary/{prefix}", "{series}/nul/{prefix}", True, "“nul” is no legal name"),
        ("t/{class}/{patient}/{series}/json", "t/{class}/con.x/{patient}/{series}/json", True, "“con.x” is no legal name"),
        ("{prefix}_{image}.json", f"{'x' * 256}.json", True, "is no legal name"),
        ("t/{class}/{patient}/{series}/json", f"t/{'y' * 200}/{{patient}}/{{series}}/json", False, "may be too long for Windows"),
    ],
)
def test_a_name_that_would_go_wrong_is_named(before, after, bad, said):
    found = told(changed((before, after)))
    assert any(severity is bad and said in text for severity, text in found), found


def test_ids_that_run_out_are_remarked():
    project = changed(("[mask]", '[ids]\npatient = "Case{number:03d}"\n[mask]'))
    assert room(project)["patient"] == 999
    assert told(project) == [(False, "ids.patient “Case{number:03d}” ends at 999")]


def test_two_modalities_that_share_folder_and_prefix_are_remarked():
    other = '[[modality]]\ncode = "XRY"\nfolder = "us"\nprefix = "us"\ndicom = ["CR"]\nsupercategory = "USG"\n[mask]'
    assert (False, "image: images of XRY and of another modality have one path") in told(changed(("[mask]", other)))


def test_images_that_are_named_by_view_have_an_example_of_each():
    made = [e for e in examples(bundled("breast-cancer")) if (e.kind, e.class_folder) == ("image", "malignant")]
    found = [e.name for e in made]
    assert found == [f"breast_cancer/malignant/Cancer_00001/dcm/{view}.dcm" for view in ("RCC", "LCC", "RMLO", "LMLO")]
