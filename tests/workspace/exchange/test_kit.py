"""The reading kit of every format loads what was exported, and notices an outline that moved by a pixel."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.progress import Report
from annotator.workspace.exchange.dataset import DataSet, Filled
from annotator.workspace.exchange.export import Wish, export
from annotator.workspace.exchange.kit import loader_of
from annotator.workspace.exchange.offered import format_of, formats
from annotator.workspace.exchange.project_source import project_data_set
from annotator.workspace.exchange.rows import COLUMNS, table
from annotator.workspace.projects import open_project
from tests.workspace.study import box, free, lung_project, opened, small_ct

OF_OTHER_PROJECTS = ("label-dicom", "breast-json")
"""Formats of projects whose patterns the lung project does not have: tried with their own."""
KITS = [one.id for one in formats() if loader_of(one.id) is not None and one.id not in OF_OTHER_PROJECTS]
TIME = "2026-11-26T10:00:00+09:00"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> DataSet:
    """Two slices of a phantom with a box, a freehand outline and a second one of the same category."""
    folder = tmp_path_factory.mktemp("kit")
    small_ct(folder / "images", slices=3)
    root = lung_project(folder / "project").root
    session, _ = opened(root, folder / "images")
    for _ in range(2):
        session.choose_tool("tool.box")
        session.choose_category("CCT1")
        session.perform(box(10, 10, 30, 30), 1.0)
        session.choose_tool("tool.free")
        session.choose_category("CCT4")
        session.perform(free((40, 40), (55, 42), (44, 58)), 1.0)
        session.perform(free((10.5, 40.25), (25, 42), (14, 58)), 1.0)
        session.page(1)
    session.close()
    return project_data_set(open_project(root), "record", Report())


def exported(data: DataSet, name: str, out: Path, *choices: str) -> Path:
    outcome = export(data, Wish(name, out, choices), Report(), time=TIME, workers=1)
    assert not outcome.failures
    return out


def run(out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, out / "load.py"], capture_output=True, text=True, check=False)


def rows(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((out / "index.csv").read_bytes().decode("utf-8-sig"), newline="")))


def moved(data: DataSet) -> DataSet:
    """The same with every outline a pixel to the right."""

    def fill(items):
        return Filled(tuple(replace(item, sheet=replace(item.sheet, annotations=tuple(
            replace(a, shape=a.shape.moved(1, 0)) for a in item.sheet.annotations))) for item in data.fill(items).items))  # fmt: skip

    return replace(data, fill=fill)


@pytest.mark.parametrize("name", KITS)
def test_the_kit_loads_the_export_and_every_mask_is_equal(data, tmp_path, name):
    out = exported(data, name, tmp_path / "out")
    found = [row for row in rows(out) if row["mask_sha256"]]
    assert len(found) == 6
    told = run(out)
    assert told.returncode == 0, told.stderr
    assert "6 masks equal" in told.stdout


@pytest.mark.parametrize("name", KITS)
def test_the_kit_notices_a_pixel(data, tmp_path, name):
    out, other = exported(data, name, tmp_path / "out"), exported(moved(data), name, tmp_path / "moved")
    for path in other.rglob("*"):
        if path.is_file() and path.name not in ("index.csv", "guide.html", "load.py"):
            path.replace(out / path.relative_to(other))
    assert run(out).returncode != 0


def test_every_export_has_a_table_and_a_page_in_both_languages(data, tmp_path):
    out = exported(data, "lung-json", tmp_path / "out")
    page = (out / "guide.html").read_text(encoding="utf-8")
    for text in ("어노테이션", "annotations", "전이성_병변", "2026-11-26"):
        assert text in page
    assert "<script" not in page
    assert "src=" not in page
    assert tuple(rows(out)[0]) == COLUMNS
    assert (out / "index.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_same_export_is_the_same_bytes(data, tmp_path):
    left, right = (exported(data, "mask-dicom", tmp_path / name) for name in ("a", "b"))
    for path in (p for p in left.rglob("*") if p.is_file()):
        assert path.read_bytes() == (right / path.relative_to(left)).read_bytes()


def test_no_cell_is_a_formula():
    content = table([("=1+1", "@x", "-2.5", "+cmd|' /C calc'!A0", *[""] * (len(COLUMNS) - 4))]).decode("utf-8-sig")
    assert content.splitlines()[1].startswith("'=1+1,'@x,-2.5,'+cmd")


@pytest.mark.parametrize("name", KITS)
def test_a_format_that_is_chosen_otherwise_still_loads(data, tmp_path, name):
    for choice in getattr(format_of(name), "choices", ()):
        for value in choice.values[1:]:
            out = exported(data, name, tmp_path / f"{choice.key}-{value}", f"{choice.key}={value}")
            told = run(out)
            assert told.returncode == 0, f"{choice.key}={value}: {told.stderr}{told.stdout}"
