"""Work is handed out to processes: all of it comes back, a process that dies takes only its own piece, and cancelling ends it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from annotator.progress import Cancelled, Report
from annotator.workspace.executor import Outcome, run, workers


def doubled(number: int) -> int:
    return 2 * number


def fatal(number: int) -> int:
    if number == 3:
        os._exit(9)
    return 2 * number


def test_one_job_is_done_here_and_takes_its_pieces_one_by_one() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(5):
            taken.append(number)
            yield number

    results = run(doubled, pieces(), Report(), 1)
    assert next(results) == Outcome(0, 0) and taken == [0]
    assert [outcome.result for outcome in results] == [2, 4, 6, 8]


def test_a_process_that_dies_takes_only_its_own_piece_with_it() -> None:
    found = {outcome.piece: outcome.result for outcome in run(fatal, range(8), Report(), 2)}
    assert found == {number: None if number == 3 else 2 * number for number in range(8)}


def test_who_cancels_gets_nothing_more() -> None:
    report = Report()
    report.cancel()
    with pytest.raises(Cancelled):
        list(run(doubled, range(3), report, 2))


def test_as_many_work_as_there_are_cores_unless_somebody_says_otherwise() -> None:
    assert workers(3) == 3 and workers() >= 1
