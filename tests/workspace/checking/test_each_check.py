"""A project that violates one rule has findings of just that check, and a clean one has none."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
import pydicom
import pytest

from annotator.checks.check import Check, FolderCheck, WholeCheck
from annotator.domain.course import State
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.i18n import translate, use_language
from annotator.plugins import offers
from annotator.workspace import revisions
from tests.workspace.checking.trees import (
    amend,
    clean_project,
    found,
    log_of,
    move,
    resealed,
    revision_of,
    step_of,
    the,
    with_json,
    with_line,
    without_record,
)

CHECKS = [check for check in offers("annotator.checks", "CHECK") if isinstance(check, Check | FolderCheck | WholeCheck)]


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return clean_project(tmp_path_factory.mktemp("clean"))


@pytest.fixture
def root(clean, tmp_path):
    return Path(shutil.copytree(clean, tmp_path / "project"))


def json_gone(root):
    the(root, "*.json").unlink()


def mask_gone(root):
    the(root, "*_3_binary.dcm").unlink()


def image_gone(root):
    the(root, "*_0001.dcm").unlink()


def called_otherwise(root):
    path = the(root, "*_0003.dcm")
    path.rename(path.with_name("cct_P000007_S003_3-copy of it.dcm"))


def left_by_windows(root):
    (the(root, "*_0003.dcm").parent / "Thumbs.db").write_bytes(b"x")


def no_image_at_all(root):
    the(root, "*_0003.dcm").write_bytes(b"no image at all")


def mask_cut_off(root):
    path = the(root, "*_3_binary.dcm")
    path.write_bytes(path.read_bytes()[:300])


def empty_mask(root):
    path = the(root, "*_3_binary.dcm")
    copy = path.with_name(path.name.replace("_3_", "_7_"))
    shutil.copy(path, copy)
    blank(copy)


def blank(path):
    dataset = pydicom.dcmread(path)
    dataset.decompress()
    dataset.PixelData = b"\0" * len(dataset.PixelData)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.8.498.77"
    dataset.save_as(path)


def mask_of_another_place(root):
    amend(the(root, "*_3_binary.dcm"), ImagePositionPatient=[0, 0, 999])


def mask_of_another_patient(root):
    amend(the(root, "*_3_binary.dcm"), PatientID="P000099")


def mask_of_another_study(root):
    amend(the(root, "*_3_binary.dcm"), StudyInstanceUID="1.2.3.4.5")


def mask_of_another_size(root):
    path = the(root, "*_3_binary.dcm")
    dataset = pydicom.dcmread(path)
    dataset.decompress()
    dataset.Rows -= 2
    dataset.PixelData = dataset.PixelData[: dataset.Rows * dataset.Columns]
    dataset.save_as(path)


def one_uid_twice(root):
    dataset = pydicom.dcmread(the(root, "*_3_binary.dcm"))
    amend(the(root, "*_4_binary.dcm"), SOPInstanceUID=dataset.SOPInstanceUID)


def one_image_twice(root):
    second, third = (pydicom.dcmread(the(root, f"*_000{n}.dcm")) for n in (2, 3))
    third.PixelData = second.PixelData
    third.save_as(the(root, "*_0003.dcm"))


def thick_slices(root):
    for path in (root / "lung_cancer").rglob("dcm/*.dcm"):
        amend(path, SliceThickness="12")


def unknown_thickness(root):
    for path in (root / "lung_cancer").rglob("dcm/*.dcm"):
        amend(path, SliceThickness=None)


def a_name_in_the_header(root):
    amend(the(root, "*_0002.dcm"), PatientName="Hong^Gildong")


def a_birth_date_in_the_header(root):
    amend(the(root, "*_0002.dcm"), PatientBirthDate="19500101")


def a_physician_in_the_header(root):
    amend(the(root, "*_0002.dcm"), ReferringPhysicianName="Kim")


def revision_changed(root):
    path = revision_of(root)
    older = path.with_name(path.name.replace("000001", "000002").replace("000003", "000002"))
    older.write_bytes(path.read_bytes().replace(b'"author"', b'"Author"'))


def parent_gone(root):
    resealed(root, lambda content: content.update(parents=["0" * 64]))


def another_tool(root):
    table = root / "categories.csv"
    rows = table.read_text("utf-8").splitlines()
    table.write_text("\n".join(row + "Box" if row.startswith("CCT,") and ",3,양성," in row else row for row in rows) + "\n", "utf-8")


def another_spelling(root):
    def respell(value):
        value["categories"][3]["name"] = "섬유유화반흔"

    with_json(root, respell)


def small_lesions(root):
    path = root / "project.toml"
    path.write_text(path.read_text("utf-8").replace('groups = ["악성"]\nmillimetres = 4\n', "millimetres = 900\n", 1), "utf-8")


def line_open(root):
    with_line(root)


def line_open_when_done(root):
    move(root, with_line(root), State.SECOND_PASS, State.MACHINE_CHECK)


def step_changed(root):
    move(root, case_of(root), State.SECOND_PASS, State.MACHINE_CHECK, State.REWORK)
    path = step_of(root, 2)
    content, _ = record.unseal(path.read_bytes())
    path.write_bytes(record.seal({**content, "reason": "another reason"})[0])


def step_gone(root):
    move(root, case_of(root), State.SECOND_PASS, State.MACHINE_CHECK, State.REWORK)
    step_of(root, 2).unlink()


def log_row_gone(root):
    move(root, case_of(root), State.SECOND_PASS, State.MACHINE_CHECK, State.REWORK)
    lines = log_of(root).read_bytes().splitlines(keepends=True)
    log_of(root).write_bytes(lines[0] + b"".join(lines[2:]))


def log_row_changed(root):
    move(root, case_of(root), State.SECOND_PASS, State.MACHINE_CHECK)
    log_of(root).write_bytes(log_of(root).read_bytes().replace("김판독".encode(), "이판독".encode(), 1))


def case_of(root):
    return revisions.decode(revision_of(root).read_bytes()).case


BROKEN = [
    (line_open, [("line-is-answered", "remark")]),
    (line_open_when_done, [("line-is-answered", "error"), ("line-is-answered", "remark")]),
    (step_changed, [("history-is-whole", "error")]),
    (step_gone, [("history-is-whole", "error")]),
    (log_row_gone, [("history-is-whole", "error")]),
    (log_row_changed, [("history-is-whole", "error")]),
    (json_gone, [("image-has-its-files", "error")]),
    (mask_gone, [("image-has-its-files", "error"), ("outline-equals-mask", "error")]),
    (image_gone, [("file-has-image", "error")]),
    (called_otherwise, [("files-follow-rule", "error")]),
    (left_by_windows, [("files-follow-rule", "remark")]),
    (no_image_at_all, [("image-can-be-read", "error")]),
    (mask_cut_off, [("file-can-be-read", "error")]),
    (empty_mask, [("mask-is-not-empty", "error")]),
    (mask_of_another_place, [("mask-fits-source", "error")]),
    (mask_of_another_patient, [("mask-fits-source", "error")]),
    (mask_of_another_study, [("mask-fits-source", "error")]),
    (mask_of_another_size, [("mask-fits-source", "error")]),
    (one_uid_twice, [("uid-is-single", "error")]),
    (one_image_twice, [("image-is-single", "error")]),
    (thick_slices, [("collection-rules-hold", "error")]),
    (unknown_thickness, [("collection-rules-hold", "remark")]),
    (a_name_in_the_header, [("header-names-nobody", "error")]),
    (a_birth_date_in_the_header, [("header-names-nobody", "error")]),
    (a_physician_in_the_header, [("header-names-nobody", "remark")]),
    (revision_changed, [("history-is-whole", "error")]),
    (parent_gone, [("history-is-whole", "error")]),
    (another_tool, [("category-is-allowed", "error")]),
    (another_spelling, [("files-read-cleanly", "remark"), ("json-follows-schema", "error")]),
    (small_lesions, [("lesion-reaches-limit", "error")]),
]


GONE_ALREADY = (OSError, IndexError, AttributeError, KeyError, ValueError, StopIteration, AnnotatorError, pydicom.errors.InvalidDicomError)


def test_a_clean_project_has_no_findings(root):
    assert found(root) == []


def test_a_delivered_tree_without_a_record_has_no_findings(root):
    without_record(root)
    assert found(root) == []


@pytest.mark.parametrize(("break_it", "expected"), BROKEN, ids=[broken.__name__ for broken, _ in BROKEN])
def test_a_violation_is_found_by_its_check(root, break_it, expected):
    break_it(root)
    assert found(root) == expected


def test_a_project_that_is_damaged_in_every_way_is_told_and_not_given_up(root):
    for break_it, _ in BROKEN:
        with suppress(*GONE_ALREADY):
            break_it(root)
    checks = {check for check, _ in found(root)}
    assert {"history-is-whole", "files-follow-rule", "header-names-nobody", "collection-rules-hold"} <= checks


def test_a_blank_image_is_no_duplicate_of_another(root):
    for number in (2, 3):
        path = the(root, f"*_000{number}.dcm")
        dataset = pydicom.dcmread(path)
        dataset.PixelData = np.zeros(dataset.Rows * dataset.Columns, np.uint16).tobytes()
        dataset.save_as(path)
    assert found(root) == []


def test_a_mask_that_a_delivered_tree_lacks_is_found(root):
    without_record(root)
    mask_gone(root)
    assert ("image-has-its-files", "error") in found(root)


def test_an_unknown_category_in_a_delivered_json_is_found(root):
    without_record(root)
    with_json(root, lambda value: value["annotations"][0].update(category_id=77))
    assert {check for check, _ in found(root)} >= {"files-read-cleanly", "json-follows-schema"}


@pytest.mark.parametrize("check", CHECKS, ids=[check.id for check in CHECKS])
def test_every_check_says_in_both_languages_what_it_holds(check):
    use_language("ko")
    assert translate(check.text) != check.text
