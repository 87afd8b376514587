"""Each check is silent about what was saved well and names what was not."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from annotator.checks.check import Check, Saved
from annotator.checks.json_follows_schema import schema_of
from annotator.checks.schema import violations
from annotator.dicom.header import owner_of, read_header
from annotator.domain.finding import Severity
from annotator.domain.image import Owner
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.formats import lung_json, mask_dicom
from annotator.i18n import translate, use_language
from annotator.plugins import offers
from tests.dicom.written import dataset, saved
from tests.formats.sheets import HOLED, NAMES, TWO_PARTS, bare, bundled, sheet_of

CHECKS = {check.id: check for check in offers("annotator.checks", "CHECK") if isinstance(check, Check)}
PATIENT = {"PatientName": "Hong^Gildong=홍^길동", "PatientID": "20041234", "SpecificCharacterSet": "ISO_IR 192"}
FORMATS = (lung_json.FORMAT, mask_dicom.FORMAT)


@pytest.fixture
def clean(tmp_path):
    """One image as the product saves it."""
    made = dataset(
        np.zeros((96, 80), np.uint16),
        Manufacturer="Maker",
        ManufacturerModelName="Machine",
        AcquisitionDate="20260102",
        AcquisitionTime="101500",
        **PATIENT,
    )
    return save(sheet_of(saved(made, tmp_path / "a.dcm"), HOLED, ("CCT3", TWO_PARTS), ("CCT2", Path((((3.0, 3.0), (70.5, 80.0)),)))))


def save(sheet, files=None):
    written = {path: content for form in FORMATS for path, content in form.write(sheet).items()} if files is None else files
    readings = {form.id: form.read(bare(sheet), {path: written[path] for path in form.paths(sheet) if path in written}) for form in FORMATS}
    return Saved(sheet, written, readings, owner_of(read_header(sheet.image.path)))


def found(check, was_saved):
    return [str(finding.message) for finding in CHECKS[check].run(was_saved)]


def with_json(was_saved, change):
    path = was_saved.sheet.path("json")
    value = json.loads(was_saved.files[path])
    change(value)
    return replace(was_saved, files={**was_saved.files, path: json.dumps(value, ensure_ascii=False).encode()})


def test_there_is_a_file_for_each_check():
    assert {"outline-equals-mask", "names-follow-rule", "json-follows-schema", "inside-image", "identity-stays-out"} < set(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_what_the_product_saves_is_right(clean, check):
    assert len(clean.files) == 4
    assert CHECKS[check].run(clean) == ()


@pytest.mark.parametrize("name", ["scratch", "lung-cancer"])
def test_every_project_is_held_to_its_own_codes(tmp_path, name):
    made = dataset(
        np.zeros((96, 80), np.uint16), Modality="CT", Manufacturer="M", ManufacturerModelName="M", StudyDate="20260101", StudyTime="10"
    )
    names = replace(NAMES, class_folder="unclassified")
    was_saved = save(sheet_of(saved(made, tmp_path / "a.dcm"), HOLED, project=bundled(name), names=names))
    assert [str(finding.message) for check in CHECKS.values() for finding in check.run(was_saved)] == []


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_check_speaks_both_languages(check):
    use_language("ko")
    assert translate(check.text) != check.text


def test_one_pixel_too_many_is_found(clean):
    masks = clean.readings["mask-dicom"]
    (first, *rest) = masks.annotations
    more = replace(first, shape=Region((*first.shape.parts, *Region.box(70, 90, 71, 91).parts)))
    spoiled = replace(clean, readings={**clean.readings, "mask-dicom": replace(masks, annotations=(more, *rest))})
    assert found("outline-equals-mask", spoiled) == [
        "image 0012, 악성: mask-dicom and the drawing differ in 1 pixels, within x 71–71, y 91–91"
    ]


def test_a_missing_category_is_found(clean):
    json_reading = clean.readings["lung-json"]
    spoiled = replace(clean, readings={"lung-json": replace(json_reading, annotations=json_reading.annotations[1:])})
    assert len(found("outline-equals-mask", spoiled)) == 1


def test_lines_of_the_second_pass_are_no_difference(clean):
    sheet = replace(clean.sheet, regions_only=True)
    assert found("outline-equals-mask", save(sheet)) == []


@pytest.mark.parametrize(
    "path",
    [
        "lung_cancer/chest-ct/benign/P000001/S001/json/cct_P000001_S001_0012.json",
        "lung_cancer/chest-ct/malignant/P000001/S001/json/cct_P000001_S001_12.json",
        "lung_cancer/chest-ct/malignant/P000001/S001/binary/cct_P000001_S001_0012_10_binary.dcm",
        "lung_cancer/chest-ct/malignant/P000001/S001/binary/cct_P000001_S001_0012_1.dcm",
    ],
)
def test_a_file_elsewhere_is_found(clean, path):
    (finding,) = CHECKS["names-follow-rule"].run(replace(clean, files={**clean.files, path: b""}))
    assert (finding.path, str(finding.message), finding.severity) == (path, "folder or name is not as the rule says", Severity.ERROR)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"patient": "P0000001"}, "1 to 7"), ({"series": ""}, "1 to 7"), ({"class_folder": "cancer"}, "no class “cancer”")],
)
def test_a_name_against_the_rule_is_found(clean, changes, said):
    spoiled = replace(clean, files={}, sheet=replace(clean.sheet, names=replace(clean.sheet.names, **changes)))
    (message,) = found("names-follow-rule", spoiled)
    assert said in message


def test_an_outline_outside_is_found(clean):
    sheet = replace(clean.sheet, annotations=(replace(clean.sheet.annotations[0], id=5, shape=Region.box(70, 80, 81, 90)),))
    assert found("inside-image", replace(clean, sheet=sheet)) == ["image 0012: annotation 5 reaches beyond it"]
    readings = {"lung-json": replace(clean.readings["lung-json"], annotations=sheet.annotations)}
    assert found("inside-image", replace(clean, readings=readings)) == ["image 0012: annotation 5 reaches beyond it (in lung-json)"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("길동", "utf-8"), ("길동", "cp949"), ("길동", "utf-16-le"), ("GILDONG", "ascii"), ("Hong", "utf-16-be"), ("20041234", "ascii")],
)
def test_a_name_in_a_file_is_found(clean, text, encoding):
    path = clean.sheet.path("json")
    spoiled = replace(clean, files={path: b"\x01" + text.encode(encoding) + b"\x02"})
    (finding,) = CHECKS["identity-stays-out"].run(spoiled)
    assert finding.path == path
    assert found("identity-stays-out", replace(spoiled, sheet=replace(clean.sheet, in_tree=True))) == [], "of the tree, so de-identified"


def test_a_number_inside_an_identifier_names_nobody(clean):
    spoiled = replace(clean, files={"a": b"1.2.840.20041234.5"}, owner=Owner(patient_id="20041234"))
    assert found("identity-stays-out", spoiled) == []
    assert found("identity-stays-out", replace(spoiled, owner=Owner(patient_id="7", patient_name="A^B"))) == []


def set_at(value, place, to):
    *way, last = place
    for step in way:
        value = value[step]
    if to is KeyError:
        del value[last]
    else:
        value[last] = to


VIOLATIONS = [
    (("info",), KeyError),
    (("info", "version"), "1.0.0.0"),
    (("info", "version"), 1),
    (("info", "description"), "글" * 51),
    (("info", "date_created"), "2026-11-20 12:30:45"),
    (("info", "extra"), "x"),
    (("categories",), []),
    (("categories", 0, "grp_id"), 3),
    (("categories", 0, "grp_name"), "기타"),
    (("categories", 0, "id"), 0),
    (("categories", 0, "id"), 1.5),
    (("categories", 0, "supercategory"), "CT"),
    (("images", 0, "id"), 2),
    (("images", 0, "width"), 0),
    (("images", 0, "width"), 10_000_000),
    (("images", 0, "width"), True),
    (("images", 0, "image_id"), 12),
    (("images", 0, "image_id"), ""),
    (("images", 0, "patient_id"), "P0000001"),
    (("images", 0, "modality"), "CT"),
    (("images", 0, "manufacturer"), KeyError),
    (("images", 0, "file_name"), "x" * 51),
    (("annotations", 0, "bbox"), [1.0, 2.0, 3.0]),
    (("annotations", 0, "bbox", 2), -1.0),
    (("annotations", 0, "iscrowd"), 2),
    (("annotations", 0, "iscrowd"), True),
    (("annotations", 0, "toolname"), "Polygon"),
    (("annotations", 0, "area"), "12"),
    (("annotations", 0, "segmentation"), [1.0, 2.0]),
    (("annotations", 0, "segmentation"), [[1.0, 2.0, 3.0, 4.0]]),
    (("annotations", 0, "segmentation"), [1.0, 2.0, "3", 4.0]),
    (("annotations", 0, "category_id"), 10),
    (("annotations", 0, "height"), None),
    (("annotations",), {}),
]


@pytest.mark.parametrize(("place", "to"), VIOLATIONS, ids=lambda value: str(value)[:40])
def test_a_value_against_the_table_is_found_as_another_validator_finds_it(clean, place, to):
    spoiled = with_json(clean, lambda value: set_at(value, place, to))
    value = json.loads(spoiled.files[clean.sheet.path("json")])
    other = list(jsonschema.Draft202012Validator(schema_of(clean.sheet)).iter_errors(value))
    assert other and list(violations(value, schema_of(clean.sheet)))
    assert found("json-follows-schema", spoiled)


def test_right_values_are_right_for_both(clean):
    value = json.loads(clean.files[clean.sheet.path("json")])
    value["annotations"][0]["segmentation"] = [1, 2, 3, 4]
    value["annotations"][0]["id"] = 2.0
    assert list(violations(value, schema_of(clean.sheet))) == []
    jsonschema.validate(value, schema_of(clean.sheet))


@pytest.mark.parametrize(
    ("place", "to", "said"),
    [
        (("images", 0, "width"), 79, "not those of the image"),
        (("categories", 0, "name"), "양성", "not those of the modality"),
        (("annotations", 1, "id"), 1, "stands twice"),
    ],
)
def test_what_the_table_cannot_say_is_found(clean, place, to, said):
    (message,) = found("json-follows-schema", with_json(clean, lambda value: set_at(value, place, to)))
    assert said in message


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 5000])
def test_what_is_no_json_is_found(clean, content):
    assert found("json-follows-schema", replace(clean, files={clean.sheet.path("json"): content})) == ["it is no valid JSON in UTF-8"]


def test_a_placeholder_is_a_remark(clean):
    path = clean.sheet.path("json")
    spoiled = with_json(clean, lambda value: set_at(value, ("images", 0, "date_captured"), "0000-00-00 00-00-00"))
    (finding,) = CHECKS["json-follows-schema"].run(spoiled)
    assert (finding.severity, finding.path) == (Severity.REMARK, path) and "date_captured" in str(finding.message)


@pytest.mark.parametrize(("key", "text"), [("contributor", "unknown"), ("version", "0.0"), ("description", "unknown")])
def test_a_placeholder_of_the_project_itself_is_a_remark(clean, key, text):
    (finding,) = CHECKS["json-follows-schema"].run(with_json(clean, lambda value: set_at(value, ("info", key), text)))
    assert (finding.severity, f"info.{key}" in str(finding.message)) == (Severity.REMARK, True)
    empty = with_json(clean, lambda value: set_at(value, ("info", key), ""))
    assert found("json-follows-schema", empty) == [f"info.{key} has 0 characters"]


def test_a_schema_with_words_that_nobody_reads_is_a_mistake():
    with pytest.raises(KeyError, match="dependentRequired"):
        list(violations({}, {"type": "object", "dependentRequired": {}}))
