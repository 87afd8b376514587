"""The clinical sheet as values: its definition, where its table begins, and how its rows join with the patients."""

from __future__ import annotations

import pytest

from annotator.domain.clinical_definition import Column, parse_clinical, plain, unknown_keys
from annotator.domain.clinical_join import join, value_of
from annotator.domain.clinical_table import Headed, Leaf, Line, headed, proposed
from annotator.domain.definition import parse_project
from annotator.domain.finding import Severity
from annotator.domain.toml_table import read_toml
from annotator.errors import AnnotatorError
from annotator.i18n import say
from annotator.paths import resources_folder
from annotator.workspace import definitions
from tests.formats.clinical_files import HEADINGS, ROWS

CLASSES = ("benign", "malignant", "normal")
TOML = """
[clinical]
id = "id"
class = "kind"
[clinical.classes]
malignant = ["악성", "M"]
benign = ["양성"]
[[clinical.column]]
key = "id"
name = "환자 ID"
[[clinical.column]]
key = "kind"
name = "구분"
[[clinical.column]]
key = "age"
name = "나이"
kind = "number"
min = 0
max = 120
required = true
[[clinical.column]]
key = "pathology"
name = "병리"
required_in = ["malignant"]
"""


def definition(text: str = TOML):
    found = parse_clinical(read_toml("project.toml", text), CLASSES, 7)
    assert found is not None
    return found


def leaf(*rows: tuple[str, ...], name: str = "1", first: int = 1) -> Leaf:
    return Leaf(name, tuple(Line(first + number, row) for number, row in enumerate(rows) if any(row)))


def table(*rows: tuple[str, ...]) -> Headed:
    found = headed([leaf(("환자 ID", "구분", "나이", "병리"), *rows)], definition())
    assert found is not None
    return found


def joined(patients: dict[str, str], *rows: tuple[str, ...]):
    found = table(*rows)
    return join(found, proposed(definition(), found.headings), definition(), patients, "unclassified", 7)


def told(result) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, say(problem.text)) for problem in result.problems]


def bundled(name: str):
    return definitions.read(resources_folder() / "projects" / name).project.clinical


def test_a_project_without_the_table_has_no_clinical_sheet():
    assert parse_clinical(read_toml("project.toml", 'id = "x"'), CLASSES, 7) is None


def test_a_definition_knows_its_columns_and_the_spellings_of_its_classes():
    found = definition()
    assert [column.key for column in found.columns] == ["id", "kind", "age", "pathology"]
    assert [found.class_of(text) for text in ("악성", " m ", "Malignant", "양성", "normal", "?")] == [
        "malignant", "malignant", "malignant", "benign", "normal", None,
    ]  # fmt: skip
    assert found.column("id").longest == 7 and found.column("id").required


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('id = "id"', 'id = "ID"', 3, "clinical.id"),
        ('class = "kind"', 'class = "id"', 4, "clinical.class"),
        ('benign = ["양성"]', 'benign = ["악성"]', 7, "clinical.classes.benign"),
        ('benign = ["양성"]', 'beingn = ["양성"]', 7, "clinical.classes.beingn"),
        ('key = "kind"', 'key = "id"', 12, "clinical.column.key"),
        ('kind = "number"', 'kind = "nummer"', 17, "clinical.column.kind"),
        ('kind = "number"', 'kind = "choice"', 14, "clinical.column.choices"),
        ('kind = "number"', 'kind = "text"', 18, "clinical.column.min"),
        ('required_in = ["malignant"]', 'required_in = ["bad"]', 24, "clinical.column.required_in"),
    ],
)
def test_a_mistake_in_the_definition_is_told_with_line_and_key(old, new, line, key):
    with pytest.raises(AnnotatorError) as error:
        definition(TOML.replace(old, new))
    assert f"line {line}, key “{key}”" in say(error.value.doing)


def test_a_key_without_effect_is_remarked():
    remarks = unknown_keys(read_toml("project.toml", TOML.replace("required = true", "requird = true")))
    assert [("requird" in say(remark), "“required”" in say(remark)) for remark in remarks] == [(True, True)]


@pytest.mark.parametrize("name", ["lung-cancer", "breast-cancer", "dementia"])
def test_the_bundled_sheets_recognise_every_heading_they_list_and_no_heading_means_two_columns(name):
    found, meant = bundled(name), {}
    for column in found.columns:
        for heading in (column.key, column.name, column.name_en, *column.headings):
            assert meant.setdefault(plain(heading), column.key) == column.key, heading
            assert proposed(found, [heading]) == {column.key: heading}


def test_the_sheet_of_the_breast_project_as_its_people_print_it_is_recognised():
    printed = ("ID", "악성 종양의 위치", "BIRADS category (양쪽)", "BIRADS category (좌)", "BIRADS category (우)", "T stage", "N stage",
               "조직형 진단", "검사장비", "검사장비 모델", "악성 종양의 크기 (cm)")
    found = proposed(bundled("breast-cancer"), printed)
    assert list(found) == ["id", "location", "birads", "birads_left", "birads_right", "t_stage", "n_stage", "histology", "scanner",
                           "scanner_model", "size"]
    assert [found["t_stage"], found["size"], found["birads_left"]] == ["T stage", "악성 종양의 크기 (cm)", "BIRADS category (좌)"]


@pytest.mark.parametrize(
    ("spelt", "folder"), [("치매", "dementia"), ("AD", "dementia"), ("aMCI", "mci"), ("경도 인지장애", "mci"), ("NC", "normal")]
)
def test_the_snsb_sheet_knows_how_neurologists_write_the_class(spelt, folder):
    assert bundled("dementia").class_of(spelt) == folder


def test_headings_below_a_title_are_found():
    found = headed([leaf(("폐암 임상 데이터 2020",), ("",), ("작성", "홍길동"), HEADINGS, *ROWS)], bundled("lung-cancer"))
    assert (found.heading_row, found.headings, len(found.lines)) == (4, HEADINGS, 2)


def test_a_title_merged_over_several_headings_belongs_to_each_of_them():
    upper, lower = ("ID", "BIRADS category", "", "", "T stage"), ("", "(양쪽)", "(좌)", "(우)", "")
    found = headed([leaf(upper, lower, ("1", "", "5", "", "1c"))], bundled("breast-cancer"))
    assert found.headings == ("ID", "BIRADS category (양쪽)", "BIRADS category (좌)", "BIRADS category (우)", "T stage")
    assert [line.cells for line in found.lines] == [("1", "", "5", "", "1c")]


def test_of_several_pages_the_one_that_fits_best_is_taken_and_the_others_are_named():
    pages = [leaf(("비고", "날짜"), ("a", "b"), name="표지"), leaf(HEADINGS, *ROWS, name="CT"), leaf(HEADINGS[:2], ("1", "2"), name="작업")]
    found = headed(pages, bundled("lung-cancer"))
    assert (found.page, found.others) == ("CT", ("표지", "작업"))
    assert headed(pages, bundled("lung-cancer"), "작업").page == "작업"


def test_headings_that_stand_twice_can_be_told_apart():
    found = headed([leaf(("ID", "비고", "비고"), ("1", "a", "b"))], bundled("lung-cancer"))
    assert found.headings == ("ID", "비고", "비고 (2)")


def test_rows_join_by_id_and_who_is_missing_double_or_unknown_is_listed():
    result = joined(
        {"P000001": "malignant", "P000002": "benign", "P000003": "unclassified", "P000004": "benign"},
        ("P000001", "악성", "63", "Adeno"), ("P000002", "양성", "61", ""), ("P000002", "양성", "62", ""), ("P000009", "양성", "50", ""),
        ("P000003", "M", "70", "SqCC"), ("P000003", "M", "70", "SqCC"),
    )  # fmt: skip
    assert list(result.rows) == ["P000001", "P000003"]
    assert result.rows["P000001"].values == {"kind": "malignant", "age": "63", "pathology": "Adeno"}
    assert result.missing == ("P000004",)
    assert result.double == {"P000002": ((3, 4), True), "P000003": ((6, 7), False)}
    assert [entry.id for entry in result.unknown] == ["P000009"]
    assert result.sorted == {"P000003": "malignant"}
    assert result.errors == 1


@pytest.mark.parametrize("spelt", ["p000001", "1", "P1", "P-000001", "000001", "P 000001"])
def test_an_id_that_is_only_written_differently_is_said_and_not_joined(spelt):
    result = joined({"P000001": "benign", "P000002": "benign"}, (spelt, "양성", "63", ""))
    assert result.rows == {} and result.alike == {spelt: "P000001"}
    assert told(result)[0][2] == f"“{spelt}” is nobody; P000001 may be meant, which is written differently"


def test_an_id_that_is_decomposed_is_the_same_id():
    import unicodedata

    assert list(joined({"환자1": "benign"}, (unicodedata.normalize("NFD", "환자1"), "양성", "1", "")).rows) == ["환자1"]


def test_an_id_that_may_mean_two_patients_means_neither():
    assert joined({"A1": "benign", "B1": "benign"}, ("1", "양성", "63", "")).alike == {}


def test_a_class_that_contradicts_the_folder_is_an_error_and_moves_nobody():
    result = joined({"P1": "benign"}, ("P1", "악성", "63", "Adeno"))
    assert result.classes == {"P1": ("benign", "malignant")} and result.sorted == {}
    assert told(result) == [(2, "kind", "P1 lies in the folder benign, the sheet says malignant")]


def test_what_is_wrong_in_a_cell_is_told_with_row_and_column():
    result = joined({"P1": "unclassified"}, ("P1", "악성?!x", "예순", ""), ("", "양성", "1", ""), ("P2", "악성", "121", "-"))
    assert told(result) == [
        (2, "age", "“예순” is no number"),
        (2, "kind", "the project has no class “악성?!x”"),
        (3, "id", "the row has no id and is left out"),
        (4, "", "“P2” is nobody in the project"),
        (4, "age", "121 is not between 0 and 120"),
        (4, "pathology", "a value is missing"),
    ]
    assert result.rows["P1"].values == {}


def test_pathology_is_asked_of_malignant_patients_only():
    assert told(joined({"P1": "unclassified"}, ("P1", "양성", "63", ""))) == []
    assert told(joined({"P1": "malignant"}, ("P1", "", "63", "")))[0][1] == "pathology"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("number", "63", "63"), ("number", "63.0", "63"), ("number", " 63 세", "63"), ("decimal", "1,8", "1.8"), ("decimal", "1.8cm", "1.8"),
     ("decimal", "2", "2"), ("text", " 두  칸 ", "두 칸"), ("text", "N/A", ""), ("text", "없음", "없음"), ("number", "-", "")],
)
def test_a_value_is_understood_as_people_write_it(kind, text, value):
    assert value_of(Column("x", "x", "x", kind), text) == (value, None)


@pytest.mark.parametrize(("kind", "text"), [("number", "1.5"), ("number", "1,800"), ("decimal", "1e5"), ("number", "2²")])
def test_a_number_that_could_be_another_one_is_not_guessed(kind, text):
    assert value_of(Column("x", "x", "x", kind), text)[1] is not None


def test_problems_say_how_bad_they_are():
    result = joined({}, ("P1", "양성", "x", ""))
    assert [problem.severity for problem in result.problems] == [Severity.REMARK, Severity.ERROR]


def test_groups_that_fit_a_class_are_checked_by_name():
    lung = (resources_folder() / "projects" / "lung-cancer" / "project.toml").read_text("utf-8")
    table = (resources_folder() / "projects" / "lung-cancer" / "categories.csv").read_text("utf-8")
    assert parse_project(lung, table)[0].class_groups == {"benign": ("양성",)}
    for wrong in (('benign = ["양성"]', 'benign = ["착함"]'), ('[class_groups]\nbenign', "[class_groups]\nbening")):
        with pytest.raises(AnnotatorError) as error:
            parse_project(lung.replace(*wrong), table)
        assert "key “class_groups.ben" in say(error.value.doing)
