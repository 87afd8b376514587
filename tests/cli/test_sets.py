"""Sets are frozen, listed, shown and exported by words; what stops it is a sentence and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.domain.recipe import Resample, Window, parsed
from annotator.progress import Report
from annotator.workspace.handover import manifest
from annotator.workspace.sets.shelf import path_of
from tests.workspace.handover.accepted import made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project in whose tree two patients lie."""
    return made(tmp_path / "project", tmp_path / "images").root


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["--language", "en", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_set_is_frozen_listed_and_shown(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "sets", root, "freeze", "trial", "--seed", 5, "--split", "1:1", "--class", "benign")
    assert code == 0 and "class=benign; seed 5" in out and "Training  1  1  1  3" in out and "All  2  2  2  6" in out
    assert path_of(root, "trial").is_file()
    code, out, _ = run(capsys, "sets", root, "list")
    assert code == 0 and out.startswith("trial  ") and "train 1  test 1" in out
    code, out, _ = run(capsys, "sets", root, "show", "trial", "--json")
    told = json.loads(out)
    assert (told["seed"], told["shares"], len(told["members"]), told["parts"]["test"]["patients"]) == (5, {"train": 1, "test": 1}, 2, 1)


def test_an_export_says_what_was_made_and_the_recipe_is_read_again(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "sets", root, "freeze", "trial")
    out = tmp_path / "first"
    steps = ("--step", "resample:spacing=8", "--step", "window:source=given,center=40,width=400")
    code, said, _ = run(capsys, "sets", root, "export", "trial", "--out", out, "--as", "png", "--as", "coco", *steps, "--jobs", 1)
    assert code == 0 and "Exported: 2 cases, 6 images, 2 annotations" in said
    assert parsed((out / "recipe.json").read_bytes()) == (Resample(8.0), Window("given", 40.0, 400.0))
    assert list((out / "coco").rglob("*.json")) and list(manifest.verify(out, Report())) == []
    again = tmp_path / "again"
    code, said, _ = run(capsys, "sets", root, "export", "trial", "--out", again, "--recipe", out / "recipe.json", "--json", "--jobs", 1)
    told = json.loads(said)
    assert (code, told["cases"], told["images"], told["left_out"], told["unfinished"]) == (0, 2, 6, [], 0)
    pictures = [{path.name: path.read_bytes() for path in (place / "png" / "images").rglob("*.png")} for place in (out, again)]
    assert pictures[0] == pictures[1] and len(pictures[0]) == 6


def test_what_is_left_out_is_named_and_the_exit_code_says_so(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "sets", root, "freeze", "trial")
    next((root / "lung_cancer").rglob("P000001/S001/dcm/*.dcm")).write_bytes(b"")
    code, said, err = run(capsys, "sets", root, "export", "trial", "--out", tmp_path / "out", "--export-planes", "coronal", "--jobs", 1)
    assert code == 1 and "2 were left out" in said and "P000002  series S001: its plane is not wanted: axial" in err


@pytest.mark.parametrize(("words", "why"), [
    (("freeze",), "NAME is missing"), (("freeze", "a", "--split", "x"), "Understanding the split"), (("show", "b"), "none of this name"),
    (("export", "trial"), "--out is missing"), (("export", "trial", "--out", "x", "--step", "blur"), "no step “blur”"),
    (("export", "trial", "--out", "x", "--recipe", "none.json"), "it is not there"), (("freeze", "trial"), "never changed"),
    (("export", "trial", "--out", "x", "--as", "magic"), "none of this name"), (("freeze", "a", "--class", "other"), "no case is listed"),
])  # fmt: skip
def test_what_stops_it_is_said(root: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str,
                               monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    run(capsys, "sets", root, "freeze", "trial")
    code, _, err = run(capsys, "sets", root, *words)
    assert code == 2 and why in err


def test_a_set_that_was_changed_is_said_in_the_list(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "sets", root, "freeze", "trial")
    path_of(root, "trial").write_bytes(path_of(root, "trial").read_bytes().replace(b"train", b"tra1n", 1))
    code, out, err = run(capsys, "sets", root, "list", "--json")
    assert code == 1 and json.loads(out) == [] and "changed after it was frozen" in err
