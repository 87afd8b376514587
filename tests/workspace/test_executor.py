"""Work is handed out to processes or a cluster: all of it comes back, a worker that dies takes only its own piece, cancelling ends it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import annotator
from annotator.errors import AnnotatorError
from annotator.progress import Cancelled, Report
from annotator.silence import STORAGE
from annotator.workspace import cluster
from annotator.workspace.cluster import Unreachable
from annotator.workspace.executor import Cluster, Jobs, Outcome, asked, run, workers
from tests.workspace.clusters import LocalCluster, running

BOTH = pytest.mark.parametrize("who", ["processes", pytest.param("cluster", marks=pytest.mark.server)])


@pytest.fixture(scope="module")
def dask() -> Iterator[LocalCluster]:
    """A cluster of two workers on this computer."""
    with running(2) as found:
        yield found


@pytest.fixture
def jobs(who: str, request: pytest.FixtureRequest) -> Jobs:
    """Two workers, of either kind."""
    return Cluster(request.getfixturevalue("dask").address) if who == "cluster" else 2


def doubled(number: int) -> int:
    return 2 * number


def fatal(number: int) -> int:
    if number == 3:
        os._exit(9)
    return 2 * number


def fatal_once(piece: tuple[int, str]) -> int:
    """Die at the first try of one piece; the folder remembers it."""
    number, folder = piece
    if number == 3:
        mark = Path(folder) / "tried"
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def refuses(number: int) -> int:
    raise ValueError(number)


def reads(path: str) -> int:
    with STORAGE.asked():
        return len(Path(path).read_bytes())


def notes(piece: tuple[int, str]) -> int:
    number, folder = piece
    Path(folder, str(number)).touch()
    return os.getpid()


def test_one_job_is_done_here_and_takes_its_pieces_one_by_one() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(5):
            taken.append(number)
            yield number

    results = run(doubled, pieces(), Report(), 1)
    assert next(results) == Outcome(0, 0) and taken == [0]
    assert [outcome.result for outcome in results] == [2, 4, 6, 8]


@BOTH
def test_every_piece_comes_back_once_and_only_a_few_are_taken_ahead(jobs: Jobs) -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(60):
            taken.append(number)
            yield number

    results = run(doubled, pieces(), Report(), jobs)
    first = next(results)
    assert len(taken) <= 12
    assert sorted(outcome.result or 0 for outcome in (first, *results)) == [2 * number for number in range(60)]


@BOTH
def test_a_worker_that_dies_takes_only_its_own_piece_with_it(jobs: Jobs) -> None:
    found = {outcome.piece: outcome.result for outcome in run(fatal, range(8), Report(), jobs)}
    assert found == {number: None if number == 3 else 2 * number for number in range(8)}


@BOTH
@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot end itself so suddenly there")
def test_a_piece_whose_worker_died_is_tried_again(jobs: Jobs, tmp_path: Path) -> None:
    found = list(run(fatal_once, [(number, str(tmp_path)) for number in range(8)], Report(), jobs))
    assert {outcome.piece[0]: outcome.result for outcome in found} == {number: 2 * number for number in range(8)}
    assert (tmp_path / "tried").exists()


@BOTH
def test_what_the_work_raises_is_raised_here(jobs: Jobs) -> None:
    with pytest.raises(ValueError, match="7"):
        list(run(refuses, [7], Report(), jobs))


@BOTH
def test_who_cancels_gets_nothing_more(jobs: Jobs) -> None:
    report = Report()
    report.cancel()
    with pytest.raises(Cancelled):
        list(run(doubled, range(3), report, jobs))


@BOTH
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_disk_that_does_not_answer_a_worker_is_heard_here_until_it_answers(jobs: Jobs, tmp_path: Path) -> None:
    pipes = [tmp_path / "1", tmp_path / "2"]
    for pipe in pipes:
        os.mkfifo(pipe)
    heard: list[float] = []

    def answer() -> None:
        end = time.monotonic() + 120
        while STORAGE.silent() < 0.5 and time.monotonic() < end:
            time.sleep(0.01)
        heard.append(STORAGE.silent())
        for pipe in pipes:
            pipe.write_bytes(b"x")

    answering = threading.Thread(target=answer)
    answering.start()
    found = list(run(reads, list(map(str, pipes)), Report(), jobs))
    answering.join(60)
    assert [outcome.result for outcome in found] == [1, 1] and heard[0] >= 0.5
    assert STORAGE.silent() == 0.0


def test_one_job_is_another_process_where_somebody_waits_in_this_one(tmp_path: Path) -> None:
    (outcome,) = run(notes, [(1, str(tmp_path))], Report(), 1, beside=True)
    assert outcome.result not in (None, os.getpid())


def test_as_many_work_as_there_are_cores_unless_somebody_says_otherwise() -> None:
    assert workers(3) == 3 and workers() >= 1
    assert asked("3", None) == 3 and asked(None, None) == asked("0", None) == workers()
    assert asked("3", "tcp://10.0.0.1:8786") == Cluster("tcp://10.0.0.1:8786")


@pytest.mark.parametrize("address", ["10.0.0.1:8786", "tcp://10.0.0.1", "http://a:1", "tcp://a b:1", "tcp://:1", "tcp://a:1/x", ""])
def test_what_is_no_address_of_a_scheduler_is_said(address: str) -> None:
    with pytest.raises(AnnotatorError, match="no address of a scheduler"):
        asked(None, address)


@pytest.mark.server
def test_both_workers_of_a_cluster_work(tmp_path: Path) -> None:
    pieces = [(number, str(tmp_path)) for number in range(200)]
    with running(2) as dask:
        processes = {outcome.result for outcome in run(notes, pieces, Report(), Cluster(dask.address))}
    assert processes == set(dask.workers)
    assert len(list(tmp_path.iterdir())) == 200


@pytest.mark.server
def test_a_scheduler_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(Unreachable, match=r"tcp://127.0.0.1:9: it does not answer. See that the scheduler runs there"):
        list(run(doubled, range(3), Report(), Cluster("tcp://127.0.0.1:9")))


@pytest.mark.server
def test_a_cluster_without_a_worker_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 0.5)
    with running(0) as empty, pytest.raises(Unreachable, match="no worker is connected to it. Start workers"):
        list(run(doubled, range(3), Report(), Cluster(empty.address)))


@pytest.mark.server
def test_a_connection_that_drops_is_said_and_what_was_done_stays_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2.0)
    with running(2) as gone:
        results = run(notes, ((number, str(tmp_path)) for number in range(10_000)), Report(), Cluster(gone.address))
        done = [next(results).piece[0] for _ in range(5)]
        gone.kill()
        with pytest.raises(Unreachable, match="the connection was lost. What was done stays done"):
            for outcome in results:
                done.append(outcome.piece[0])
    assert {int(path.name) for path in tmp_path.iterdir()} >= set(done)


@pytest.mark.server
def test_other_versions_are_said(dask: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "__version__", "99.9")
    with pytest.raises(Unreachable, match="another version of it: annotator .*. Install the same version on the workers"):
        list(run(doubled, range(3), Report(), Cluster(dask.address)))
    monkeypatch.setattr(cluster, "__version__", annotator.__version__)
    told = {"packages": {"python": "3.11.7.final.0", "distributed": "2026.8.0"}}
    older = {"packages": {"python": "3.11.2.final.0", "distributed": "2025.1.0"}}
    with pytest.raises(Unreachable, match=r"w1 has distributed 2025.1.0, here it is 2026.8.0"):
        cluster.require_the_same("tcp://a:1", {"client": told, "scheduler": told, "workers": {"w0": told, "w1": older}})
    cluster.require_the_same("tcp://a:1", {"client": told, "scheduler": told, "workers": {"w0": told}})


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Unreachable, match="requirements-cluster.lock"):
        list(run(doubled, range(3), Report(), Cluster("tcp://127.0.0.1:8786")))
    assert [outcome.result for outcome in run(doubled, range(3), Report(), 1)] == [0, 2, 4], "nothing else needs it"


def nice_of(_: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system has no nice values")
def test_the_window_comes_before_the_processes_that_work_beside_it() -> None:
    own = nice_of(0)
    assert {outcome.result for outcome in run(nice_of, range(4), Report(), 2)} == {min(own + 10, 19)}
