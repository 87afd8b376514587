"""`convert`: from a project or a folder into another format, with counts, losses and a reading kit; never over what is there."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.cli.main import main
from tests.workspace.study import box, free, lung_project, opened, small_ct


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("converted")
    small_ct(folder / "HONG_GILDONG", slices=3)
    root = lung_project(folder / "project").root
    session, _ = opened(root, folder / "HONG_GILDONG")
    session.choose_tool("tool.box")
    session.perform(box(10, 10, 30, 30), 1.0)
    session.choose_tool("tool.free")
    session.choose_category("CCT4")
    session.perform(free((40, 40), (55, 42), (44, 58)), 1.0)
    session.perform(free((10.5, 40.25), (25, 42), (14, 58)), 1.0)
    session.close()
    return root


def rows(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((out / "index.csv").read_bytes().decode("utf-8-sig"), newline="")))


def loaded(out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, out / "load.py"], capture_output=True, text=True, check=False)


def convert(source: Path, out: Path, *words: str) -> int:
    return main(["convert", str(source), "--out", str(out), *words])


@pytest.mark.parametrize("read_as", ["record", "lung-json", "mask-dicom"])
@pytest.mark.parametrize("to", ["lung-json", "mask-dicom"])
def test_the_delivered_formats_go_into_one_another(project, tmp_path, capsys, read_as, to):
    out = tmp_path / "out"
    assert convert(project, out, "--from", read_as, "--to", to) == 0
    told = capsys.readouterr()
    assert "1 images of 1 series" in told.out
    assert not told.err
    assert len(rows(out)) == (2 if read_as == "mask-dicom" else 3)
    assert loaded(out).stdout == f"{len(rows(out))} annotations, {len(rows(out))} masks equal\n"
    assert loaded(out).returncode == 0


def test_losses_are_counted_and_a_format_without_them_is_named(project, tmp_path, capsys):
    assert convert(project, tmp_path / "out", "--to", "mask-dicom") == 0
    told = capsys.readouterr().out
    assert "lost: single annotations of one category (1)" in told
    assert "lost: that something is a box and no outline (1)" in told
    assert "would lose less" in told


def test_nothing_that_is_there_is_overwritten(project, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    assert convert(project, tmp_path / "out", "--to", "lung-json") == 1
    assert "something is there already, and nothing is overwritten" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_no_name_of_a_file_or_patient_leaves(project, tmp_path):
    assert convert(project, tmp_path / "out", "--to", "lung-json") == 0
    for path in (tmp_path / "out").rglob("*"):
        assert "HONG" not in path.name
        assert not path.is_file() or b"HONG" not in path.read_bytes()


def test_two_exports_at_one_time_are_the_same_bytes(project, tmp_path, monkeypatch):
    for name in ("a", "b"):
        assert convert(project, tmp_path / name, "--to", "lung-json") == 0
    left, right = ({p.relative_to(tmp_path / n): p for p in (tmp_path / n).rglob("*.json")} for n in ("a", "b"))
    assert [p.read_bytes() for p in left.values()] == [p.read_bytes() for p in right.values()]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--to", "lung-json", "--with", "x=1"], "has no choice “x”"),
        (["--to", "nothing"], "there is none of this name"),
        (["--to", "lung-json", "--from", "nothing"], "there is none of this name"),
        (["--to", "lung-json", "--split", "8"], "8:1:1"),
        (["--to", "lung-json", "--images", "/not/there"], "it is not there"),
    ],
)
def test_what_is_not_understood_is_told_and_writes_nothing(project, tmp_path, capsys, words, told):
    assert convert(project, tmp_path / "out", *words) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--to is missing"),
        (["--to", "coco", "--seed", "x"], "no whole number"),
        (["--to", "coco", "--by", "moon"], "is none of patient"),
    ],
)
def test_words_that_mean_nothing_are_refused(project, tmp_path, capsys, words, told):
    assert convert(project, tmp_path / "out", *words) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(("source", "told"), [("nowhere", "it is not there"), ("empty", "the folder is empty"), ("plain", "--from FORMAT")])
def test_a_source_that_is_none_is_told(tmp_path, capsys, source, told):
    (tmp_path / "empty").mkdir()
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.txt").write_text("x")
    assert convert(tmp_path / source, tmp_path / "out", "--to", "lung-json") == 1
    assert told in capsys.readouterr().err
