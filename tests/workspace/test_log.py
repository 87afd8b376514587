"""The log shows every row that was changed, taken out or cut off, and only those."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from annotator.domain.finding import Severity
from annotator.workspace import log


def rows(root: Path, count: int, person: str = "김하나") -> None:
    for number in range(count):
        log.append(root, person, "annotator", "2026-01-01", log.Done("save", f"case{number}", facts={"n": str(number)}))


def the_file(root: Path) -> Path:
    return log.files(root)[0]


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    (written,) = log.append(tmp_path, "김하나", "reviewer", "now", log.Done("verdict", "c", "작음", "a", "b", {"iou": "0.9"}))
    assert tuple(log.read(tmp_path)) == (written,)
    assert (written.number, written.parent, written.reason, written.facts) == (1, "", "작음", {"iou": "0.9"})


def test_each_person_has_a_file_and_a_chain_of_their_own(tmp_path: Path) -> None:
    rows(tmp_path, 2, "a")
    rows(tmp_path, 2, "b")
    assert len(log.files(tmp_path)) == 2
    assert [row.number for row in log.read(tmp_path)] == [1, 2, 1, 2]
    assert not list(log.verify(tmp_path))


def test_a_changed_row_is_found_at_its_line(tmp_path: Path) -> None:
    rows(tmp_path, 3)
    path = the_file(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b"case1", b"case9") + lines[2])
    (found,) = log.verify(tmp_path)
    assert found.severity is Severity.ERROR and "line 2" in str(found.message)


def test_a_changed_last_row_is_no_half_written_one(tmp_path: Path) -> None:
    rows(tmp_path, 2)
    path = the_file(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"case1", b"case9"))
    assert [f.severity for f in log.verify(tmp_path)] == [Severity.ERROR]


def test_a_row_taken_out_is_found_and_so_is_the_first_one(tmp_path: Path) -> None:
    rows(tmp_path, 3)
    path = the_file(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    assert [f.severity for f in log.verify(tmp_path)] == [Severity.ERROR]
    path.write_bytes(lines[1] + lines[2])
    assert [f.severity for f in log.verify(tmp_path)] == [Severity.ERROR]


def test_a_row_of_another_writers_file_is_found(tmp_path: Path) -> None:
    rows(tmp_path, 1)
    path = the_file(tmp_path)
    path.rename(path.with_name("somebody-00000000.jsonl"))
    assert [f.severity for f in log.verify(tmp_path)] == [Severity.ERROR]


@pytest.mark.parametrize("cut", [1, 20, 70, 100])
def test_a_line_cut_by_a_power_failure_is_passed_over_and_the_chain_goes_on(tmp_path: Path, cut: int) -> None:
    rows(tmp_path, 2)
    path = the_file(tmp_path)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    path.write_bytes(whole[: first + cut])
    rows(tmp_path, 1)
    assert [row.number for row in log.read(tmp_path)] == [1, 2]
    assert [f.severity for f in log.verify(tmp_path)] == [Severity.REMARK]


def test_a_long_last_row_is_found_from_the_end(tmp_path: Path) -> None:
    log.append(tmp_path, "a", "", "", log.Done("note", facts={"text": "가" * 90_000}))
    log.append(tmp_path, "a", "", "", log.Done("note"))
    assert [row.number for row in log.read(tmp_path)] == [1, 2]
    assert not list(log.verify(tmp_path))


def test_two_processes_of_one_person_make_one_chain(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=rows, args=(tmp_path, 15)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert [row.number for row in log.read(tmp_path)] == list(range(1, 31))
    assert not list(log.verify(tmp_path))
