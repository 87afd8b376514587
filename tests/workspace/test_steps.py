"""Steps on disk: in order whoever takes them, refused where the role is not right, and never lost."""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping
from pathlib import Path

import pytest

from annotator.domain.course import ASK, MOVE, State, Step
from annotator.domain.person import Acting, Role
from annotator.domain.project import Pass
from annotator.errors import AnnotatorError
from annotator.workspace import log, steps

PASSES = (Pass("specialist", ("Line",)), Pass("annotator", ("Free",)))
SPECIALIST, MANAGER = Acting("김", Role.SPECIALIST), Acting("최", Role.MANAGER)


def move(to: State, reason: str = "", case: str = "P000001/S001") -> Step:
    return Step(case, 0, MOVE, "", "", "2026-01-01T10:00:00", after=to, reason=reason)


def ask(root: Path, count: int) -> None:
    for number in range(count):
        steps.take(root, Step("c", 0, ASK, "", "", "now", facts={"text": str(number), "to": "김"}), SPECIALIST, PASSES)


def test_a_step_is_read_back_with_who_took_it_and_what_was_before(tmp_path: Path) -> None:
    standing = steps.take(tmp_path, move(State.SECOND_PASS), SPECIALIST, PASSES)
    (found,), remarks = steps.read(tmp_path, "P000001/S001")
    assert (standing.state, standing.digest) == (State.SECOND_PASS, found.digest)
    assert (found.person, found.role, found.before, found.after, found.parent) == ("김", "specialist", State.NEW, State.SECOND_PASS, "")
    assert not remarks


def test_each_step_names_the_one_before_and_stands_in_the_log(tmp_path: Path) -> None:
    steps.take(tmp_path, move(State.SECOND_PASS), SPECIALIST, PASSES)
    steps.take(tmp_path, move(State.DISCARDED, "motion"), MANAGER, PASSES)
    (first, second), _ = steps.read(tmp_path, "P000001/S001")
    assert second.parent == first.digest
    assert {row.after for row in log.read(tmp_path)} == {first.digest, second.digest}


def test_a_role_that_may_not_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(AnnotatorError) as told:
        steps.take(tmp_path, move(State.SECOND_PASS), Acting("이", Role.ANNOTATOR), PASSES)
    assert "specialist" in str(told.value)
    assert not steps.listed(tmp_path, "P000001/S001") and not log.files(tmp_path)


def test_a_case_that_went_on_meanwhile_is_not_moved(tmp_path: Path) -> None:
    steps.take(tmp_path, move(State.SECOND_PASS), SPECIALIST, PASSES)
    with pytest.raises(AnnotatorError):
        steps.take(tmp_path, move(State.DISCARDED, "motion"), MANAGER, PASSES, expected=State.NEW)
    assert steps.standing(tmp_path, "P000001/S001").state is State.SECOND_PASS


def test_a_damaged_step_is_passed_over_and_its_number_not_used_again(tmp_path: Path) -> None:
    steps.take(tmp_path, move(State.SECOND_PASS), SPECIALIST, PASSES)
    path = steps.listed(tmp_path, "P000001/S001")[1]
    path.write_bytes(path.read_bytes().replace(b"second", b"secand"))
    assert len(steps.read(tmp_path, "P000001/S001")[1]) == 1
    steps.take(tmp_path, move(State.SECOND_PASS), SPECIALIST, PASSES)
    assert set(steps.listed(tmp_path, "P000001/S001")) == {1, 2}


def test_a_step_that_comes_while_another_is_judged_is_seen_before_that_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Right after the steps were read somebody discards the case: the other move is judged by what it is then."""
    plain, first = steps._read, [True]

    def reading(case: str, files: Mapping[int, Path]) -> object:
        found = plain(case, files)
        if first and first.pop():
            steps.take(tmp_path, move(State.DISCARDED, "motion"), MANAGER, PASSES)
        return found

    monkeypatch.setattr(steps, "_read", reading)
    with pytest.raises(AnnotatorError):
        steps.take(tmp_path, move(State.SECOND_PASS), SPECIALIST, PASSES, expected=State.NEW)
    assert [step.after for step in steps.read(tmp_path, "P000001/S001")[0]] == [State.DISCARDED]


def test_steps_of_two_processes_at_once_are_all_there_in_one_order(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=ask, args=(tmp_path, 12)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    found, remarks = steps.read(tmp_path, "c")
    assert [step.number for step in found] == list(range(1, 25)) and not remarks
    assert all(later.parent == earlier.digest for earlier, later in zip(found, found[1:], strict=False))
    assert len(steps.standing(tmp_path, "c").questions) == 24
