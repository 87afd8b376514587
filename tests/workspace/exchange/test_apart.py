"""A process that dies while it makes files costs only what it dies of; everything else is written, once."""

from __future__ import annotations

import csv
import io
import multiprocessing
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.exchange import Chosen, Written
from annotator.formats.format import Exchange
from annotator.progress import Report
from annotator.workspace.exchange import writing
from annotator.workspace.exchange.dataset import DataSet
from annotator.workspace.exchange.making import Target
from annotator.workspace.exchange.offered import format_of
from annotator.workspace.exchange.opening import open_data_set
from annotator.workspace.exchange.writing import Outcome, write_data_set
from tests.workspace.exchange.outlines import coco_file
from tests.workspace.exchange.plain import PLAIN, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot end itself so suddenly there")
TIME = "2026-11-26T10:00:00+09:00"
IMAGES = 70
DEADLY = "00050"


def dies_of_some(items, chosen: Chosen) -> Written:
    """Write, but die of one image wherever that is not the first process."""
    if items[0].stem == DEADLY and multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return write(items, chosen)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    found, _ = open_data_set(coco_file(tmp_path_factory.mktemp("apart") / "many.json", IMAGES), "coco", "", (), Report())
    return found


def written(data: DataSet, used: Exchange, out: Path, *, lend: bool) -> Outcome:
    return write_data_set(data, Target(used, Chosen(data.project), out, TIME, "x"), Report(), lend=lend)


def stems(out: Path) -> list[str]:
    assert not list(out.rglob(".*"))
    return sorted(path.stem for path in out.rglob("all/*.txt"))


def rows(out: Path) -> list[str]:
    table = csv.DictReader(io.StringIO((out / "index.csv").read_bytes().decode("utf-8-sig"), newline=""))
    return [Path(row["file"]).stem for row in table]


def test_a_process_that_dies_of_an_image_costs_this_image(data, tmp_path):
    out = tmp_path / "out"
    outcome = written(data, replace(PLAIN, write=dies_of_some), out, lend=False)
    (failure,) = outcome.failures
    assert "the process that made its files ended without a word" in str(failure) and DEADLY in str(failure)
    alive = [f"{n:05d}" for n in range(1, IMAGES + 1) if f"{n:05d}" != DEADLY]
    assert stems(out) == rows(out) == alive
    assert (out / "list.txt").read_text().split() == alive
    assert outcome.annotations == len(alive)


def test_what_was_under_way_when_a_process_died_is_made_again(data, tmp_path, monkeypatch):
    monkeypatch.setenv("ANNOTATOR_FAULT", "create.after_link:20")
    out = tmp_path / "out"
    outcome = written(data, PLAIN, out, lend=False)
    assert not outcome.failures
    assert stems(out) == rows(out) == [f"{n:05d}" for n in range(1, IMAGES + 1)]


def notes_its_process(items, chosen: Chosen) -> Written:
    """Write which process wrote it: the first, or one of its own."""
    made = write(items, chosen)
    return replace(made, files={path: str(multiprocessing.parent_process() is not None).encode() for path in made.files})


def only_counts(items, chosen: Chosen) -> Written:
    return Written({}, [str(multiprocessing.parent_process() is not None)])


@pytest.mark.parametrize("lend", [False, True])
def test_two_processes_write_what_one_writes(data, tmp_path, lend, monkeypatch):
    monkeypatch.setattr(writing, "LITTLE", 0.0)
    coco = format_of("coco")
    for name, workers in (("one", 1), ("two", 2)):
        target = Target(coco, Chosen(data.project), tmp_path / name, TIME, "x")
        write_data_set(data, target, Report(), workers=workers, lend=lend)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()} for name in ("one", "two"))
    assert len(one) == 4 and one == two


def test_little_work_without_files_of_its_own_starts_no_process_where_this_one_lends_a_hand(data, tmp_path, monkeypatch):
    little = replace(PLAIN, write=only_counts)
    for name, seconds, alone in (("little", 1000.0, True), ("much", 0.0, False)):
        monkeypatch.setattr(writing, "LITTLE", seconds)
        written(data, little, tmp_path / name, lend=True)
        assert ("True" not in (tmp_path / name / "list.txt").read_text()) is alone
    monkeypatch.setattr(writing, "LITTLE", 1000.0)
    written(data, replace(PLAIN, write=notes_its_process), tmp_path / "files", lend=True)
    assert "True" in {path.read_text() for path in (tmp_path / "files").rglob("all/*.txt")}, "files may have to wait for the disk"
