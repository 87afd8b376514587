"""A summary reads the log on from where it was, tells what the worklist counts, and begins anew where the log became shorter."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.course import State
from annotator.domain.figures import Amassed
from annotator.domain.queue import Entry, Wanted
from annotator.workspace import log
from annotator.workspace.summary import Summary
from annotator.workspace.worklist import Worklist
from annotator.workspace.worklist_table import put
from tests.workspace.study import lung_project

DAY = "2026-11-26T09:00:00+09:00"


def correction(case: str) -> log.Done:
    return log.Done("correct", case, "경계", facts={"image": "1", "annotation": "1", "category before": "x", "category after": "x"})


def filled(tmp_path: Path) -> tuple[Worklist, Summary, Path]:
    folder = lung_project(tmp_path / "project")
    found = Worklist(folder, tmp_path / "list.sqlite")
    entries = [Entry("a", "P1", "S1", "CCT", "benign", State.ACCEPTED, images=3), Entry("b", "P1", "S2", "CCT", "benign", images=4),
               Entry("c", "P2", "S1", "CCT", "", images=5)]  # fmt: skip
    with found._open() as database, database:
        put(database, entries)
    return found, Summary(folder, found), folder.root


def test_rows_that_are_added_are_counted_on_and_a_shorter_log_is_counted_anew(tmp_path: Path) -> None:
    _, summary, root = filled(tmp_path)
    assert summary.look().figures.empty
    log.append(root, "김", "reviewer", DAY, correction("a"))
    assert len(summary.look().figures.reasons["경계"]) == 1
    log.append(root, "김", "reviewer", DAY, correction("b"), log.Done("open", "b"))
    (path,) = log.files(root)
    whole = path.read_bytes()
    path.write_bytes(whole + b"half a li")
    assert len(summary.look().figures.reasons["경계"]) == 2
    path.write_bytes(whole.split(b"\n")[0] + b"\n")
    assert len(summary.look().figures.reasons["경계"]) == 1


def test_cases_images_and_patients_are_counted_and_a_number_leads_to_its_cases(tmp_path: Path) -> None:
    found, summary, _ = filled(tmp_path)
    told = summary.look()
    assert set(told.amassed) == {
        Amassed(State.ACCEPTED, "CCT", "benign", 1, 3), Amassed(State.NEW, "CCT", "benign", 1, 4), Amassed(State.NEW, "CCT", "", 1, 5),
    }  # fmt: skip
    assert told.patients == {("CCT", "benign"): (1, 1), ("CCT", ""): (1, 0)}
    assert [e.case for e in found.entries(Wanted(modality="CCT", unclassed=True))] == ["c"]
    assert [e.case for e in found.entries(Wanted(cases=("b", "c")))] == ["b", "c"] and found.count(Wanted(cases=())) == 0
