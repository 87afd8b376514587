"""What somebody typed or a header said is a text in Excel and never a formula, whichever file it stands in; hostile JSON is refused."""

from __future__ import annotations

import ast
import csv
import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annotator
from annotator.domain.category_table import COLUMNS as CATEGORY_COLUMNS
from annotator.domain.category_table import raw_table, write_table
from annotator.domain.exchange import Source
from annotator.domain.spreadsheet import FORMULA, harmless, meant
from annotator.formats import sheets
from annotator.formats.listing import classes_csv, labels_of
from annotator.workspace.exchange.rows import COLUMNS, table
from tests.faults.fuzz.targets import TARGETS, Place
from tests.formats.sheets import bundled

PACKAGE = Path(annotator.__file__).parent
FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://a\")")
JSON = {
    "nan": b'{"a": NaN}', "infinite": b'[-Infinity]', "double": b'{"a": 1, "a": 2}',
    "deep": b"[" * 200_000, "deep objects": b'{"a":' * 200_000,
    "cut": b'{"a": [1, 2', "empty": b"", "zero bytes": bytes(64), "utf-16": '{"a": 1}'.encode("utf-16"), "endless number": b"1" * 10_000,
    "another thing": b"[1, 2]", "a text": b'"a"', "null": b"null", "half a sign": b'"\\ud800"',
}  # fmt: skip


def cells(content: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]


def dangerous(content: bytes) -> list[str]:
    """Cells of a CSV that a spreadsheet would take for a formula."""

    def number(cell: str) -> bool:
        try:
            float(cell)
        except ValueError:
            return False
        return True

    return [cell for cell in cells(content) if cell.startswith(FORMULA) and not number(cell)]


@given(st.text())
def test_what_was_made_harmless_is_meant_again(text: str) -> None:
    assert meant(harmless(text)) == text or text.startswith("'")
    assert not harmless(text).startswith(FORMULA) or float(text) is not None


def test_no_file_for_a_spreadsheet_holds_a_formula() -> None:
    rows = [(text,) * len(COLUMNS) for text in FORMULAS]
    assert not dangerous(table(rows))
    assert not dangerous(write_table(("name", "name_en"), [{"name": text, "name_en": text} for text in FORMULAS]))
    assert not dangerous(sheets.comma_separated([("=a", FORMULAS, [FORMULAS, FORMULAS])]))
    book = openpyxl.load_workbook(io.BytesIO(sheets.workbook([("=a", FORMULAS, [FORMULAS])])))
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} == {"s"}


def test_a_category_is_called_what_it_was_called() -> None:
    written = write_table(CATEGORY_COLUMNS, [dict.fromkeys(CATEGORY_COLUMNS, text) for text in FORMULAS[:4]])
    assert [row["name"] for row in raw_table(written.decode("utf-8-sig"))[1]] == [*FORMULAS[:4]]


def test_every_writer_for_a_spreadsheet_makes_its_cells_harmless() -> None:
    """Whoever writes CSV calls `harmless`; whoever writes a workbook types its texts as texts."""
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text("utf-8")
        calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)}
        if {"csv.writer", "csv.DictWriter"} & calls:
            assert "harmless" in text, f"{path} writes a CSV whose cells may be formulas"
        if any(call.split(".")[-1] == "Workbook" for call in calls):
            assert 'data_type = "s"' in text or "text_cell(" in text, f"{path} writes a workbook whose texts may be formulas"


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory: pytest.TempPathFactory) -> None:
    Place.folder = tmp_path_factory.mktemp("hostile")


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("target", ["json", "record", "exchange", "kept"])
def test_hostile_json_is_refused_by_every_reader(target: str, name: str) -> None:
    """Each file that a reader knows is replaced by it, one after the other."""
    seeds = TARGETS[target].seeds()
    for number in range(len(seeds)):
        TARGETS[target](bytes((number,)) + JSON[name])


def test_a_label_of_a_data_set_is_read_as_it_was_meant() -> None:
    project = bundled()
    named = replace(project, categories=tuple(replace(one, name=FORMULAS[0]) for one in project.categories[:1]))
    content = classes_csv(named, 1)
    assert not dangerous(content)
    found = labels_of(Source(("classes.csv",), lambda name: content))
    assert [label.name for label in found.values()] == [FORMULAS[0]]
