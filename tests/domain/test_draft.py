"""A definition is edited cell by cell: what is wrong stands beside its cell, and what nobody touched stays as it was written."""

from __future__ import annotations

import csv
import difflib
import io
from dataclasses import replace

import pytest

from annotator.domain import colours, draft
from annotator.domain.category_table import decode_table
from annotator.domain.definition import parse_project
from annotator.paths import resources_folder
from tests.domain.test_attribute import ATTRIBUTES
from tests.domain.test_definition import TABLE, TOML

LUNG = resources_folder() / "projects" / "lung-cancer"
LUNG_TOML, LUNG_TABLE = ((LUNG / name).read_text("utf-8") for name in ("project.toml", "categories.csv"))


def difference(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def test_a_table_is_written_as_excel_writes_it():
    content = draft.begin(LUNG_TOML, LUNG_TABLE).table_bytes()
    assert content.startswith("\ufeffsupercategory,".encode()) and content.count(b"\r\n") == content.count(b"\n") == 23
    assert decode_table(content).replace("\r\n", "\n") == "\ufeff" * decode_table(content).startswith("\ufeff") + LUNG_TABLE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_unknown_columns_and_korean_survive_from_any_encoding(encoding):
    table = TABLE.replace("tools\n", "tools,비고\n").replace("#FF2200,1,", '#FF2200,1,,"가, 나"')
    made = draft.begin(TOML, decode_table(table.encode(encoding)))
    rows = list(csv.reader(io.StringIO(made.table_bytes().decode("utf-8-sig"))))
    assert rows[0][-1] == "비고" and rows[1][-1] == "가, 나" and rows[1][5] == "결절"
    assert draft.row_errors(made) == {}


def test_errors_stand_beside_their_cells():
    made = draft.begin(TOML, TABLE)
    rows = draft.with_cell(draft.with_cell(made.rows, 0, "colour", "red"), 1, "tools", "Pen")
    found = draft.row_errors(replace(made, rows=rows))
    assert set(found) == {(0, "colour"), (1, "tools")} and "“red” is no colour" in str(found[0, "colour"])
    twice = draft.with_cell(made.rows, 1, "id", "1")
    assert set(draft.row_errors(replace(made, rows=twice))) == {(1, "id")}


def test_what_nobody_touched_changes_nothing():
    for toml in (LUNG_TOML, TOML + ATTRIBUTES):
        assert draft.begin(toml, TABLE).toml_text() == toml


def test_line_ends_of_windows_stay():
    toml = LUNG_TOML.replace("\n", "\r\n")
    assert draft.begin(toml, LUNG_TABLE).toml_bytes() == toml.encode()


def test_exclusive_is_one_line():
    made = draft.begin(LUNG_TOML, LUNG_TABLE)
    assert difference(LUNG_TOML, replace(made, exclusive=frozenset({"PCT"})).toml_text()) == ["+ exclusive = true"]


def test_one_cell_of_an_attribute_is_one_line():
    toml = (TOML + ATTRIBUTES).replace("max = 300", "max = 300  # mm")
    made = draft.begin(toml, TABLE)
    changed = replace(made, attributes=draft.with_cell(made.attributes, 1, "max", "250"))
    assert difference(toml, changed.toml_text()) == ["- max = 300  # mm", "+ max = 250  # mm"]


def test_attributes_of_every_kind_are_added_edited_and_taken_away():
    made = draft.with_attribute(draft.begin(TOML, TABLE), -1)
    cells = {"key": "margin", "name": "경계", "kind": "choice", "choices": "smooth=매끈함/Smooth; spiky", "required": "true",
             "categories": "USG1, USG2"}
    rows = made.attributes
    for column, value in cells.items():
        rows = draft.with_cell(rows, 0, column, value)
    made = replace(made, attributes=rows)
    assert draft.attribute_errors(made) == {}
    (margin,) = parse_project(made.toml_text(), TABLE)[0].attributes
    assert [(a.value, a.name, a.name_en) for a in margin.answers] == [("smooth", "매끈함", "Smooth"), ("spiky", "spiky", "spiky")]
    assert (margin.required, margin.categories) == (True, ("USG1", "USG2"))
    again = draft.begin(made.toml_text(), TABLE)
    assert again.attributes[0]["choices"] == "smooth=매끈함/Smooth; spiky=spiky/spiky"
    assert parse_project(replace(again, attributes=draft.removed(again.attributes, 0)).toml_text(), TABLE)[0].attributes == ()


def test_the_order_of_attributes_can_be_changed():
    made = draft.begin(TOML + ATTRIBUTES, TABLE)
    moved = replace(made, attributes=draft.moved(made.attributes, 3, 0))
    before, after = (parse_project(text, TABLE)[0].attributes for text in (TOML + ATTRIBUTES, moved.toml_text()))
    assert after == (before[3], *before[:3])


@pytest.mark.parametrize(("column", "value"), [("kind", "colour"), ("min", "x"), ("key", "B d"), ("categories", "USG7"), ("unit", "mm")])
def test_a_wrong_attribute_is_named_beside_its_cell(column, value):
    made = draft.with_attribute(draft.begin(TOML, TABLE), -1)
    wrong = replace(made, attributes=draft.with_cell(made.attributes, 0, column, value))
    assert set(draft.attribute_errors(wrong)) == {(0, column)}


def test_a_new_category_is_sound_at_once_but_for_its_name():
    made = draft.with_category(draft.begin(TOML, TABLE), 0, "#00ff00")
    assert set(draft.row_errors(made)) == {(1, "name")}
    assert {key: made.rows[1][key] for key in ("supercategory", "id", "key", "grp_name")} == {
        "supercategory": "USG", "id": "3", "key": "3", "grp_name": "악성"}


def test_a_proposed_colour_is_seen_and_told_apart_by_every_eye():
    taken: list[str] = []
    for _ in range(9):
        taken.append(colours.proposal(taken))
    pairs = [colours.difference(a, b) for a in taken for b in taken if a != b]
    assert min(pairs) > colours.ALIKE and min(map(colours.contrast, taken)) >= colours.FAINT


def test_red_and_green_of_one_brightness_are_alike_for_some():
    assert colours.difference("#aa6600", "#777700") < colours.ALIKE < colours.difference("#ff0000", "#0000ff")
    assert colours.contrast("#ffffff") == pytest.approx(21.0)
