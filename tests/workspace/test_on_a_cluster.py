"""Batch work gives on a cluster what it gives in one process, a worker killed in the middle of it or not."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.progress import Report
from annotator.workspace import cluster
from annotator.workspace.executor import Cluster
from annotator.workspace.handover.carrying import Ordered, deliver
from annotator.workspace.intake import running as intake
from tests.workspace.clusters import LocalCluster, running
from tests.workspace.exchange.outlines import coco_file
from tests.workspace.handover.accepted import READER, TIME, accept, listed, made
from tests.workspace.intake import exports

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def dask() -> Iterator[LocalCluster]:
    """A cluster of two workers on this computer."""
    with running(2) as found:
        yield found


def files(folder: Path) -> dict[str, bytes]:
    """What lies below a folder, without what says when it was made."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a process cannot be ended so suddenly there")
def test_an_intake_goes_on_when_a_worker_is_killed(tmp_path: Path) -> None:
    for number in range(1, 13):
        exports.ct(tmp_path / "export" / str(number), str(number), f"N{number}", slices=30, seed=number)
    course = exports.surveyed(exports.project(tmp_path / "p"), tmp_path / "export", tmp_path)
    with running(2) as dask:
        left = [dask.workers[0]]

        def kill(report: Report) -> None:
            if left and report.done:
                os.kill(left.pop(), signal.SIGKILL)

        told, _ = intake.carry_out(course, ("A", "B"), lambda: "2026-01-01T00:00:00+09:00", Report(kill), Cluster(dask.address))
    assert not left and (told.written + told.there, told.failed) == (360, [])
    assert len(list((tmp_path / "p").rglob("dcm/*.dcm"))) == 360 and not list((tmp_path / "p").rglob("*.tmp"))
    assert len(list((tmp_path / "p" / ".annotator" / "intake" / "taken").iterdir())) == 12


def test_the_commands_take_the_address_and_paths_as_they_were_typed(
    dask: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    exports.ct(tmp_path / "export", slices=6)
    exports.project(tmp_path / "p")
    monkeypatch.chdir(tmp_path)
    words = ["--no-look", "--keep", "kept", "--confirmed-by", "A", "--confirmed-by", "B", "--scheduler", dask.address]
    assert main(["intake", "p", "export", *words]) == 0
    assert len(list((tmp_path / "p").rglob("dcm/*.dcm"))) == 6
    assert main(["check", "p", "--scheduler", dask.address]) == main(["check", "p"])
    far, near = capsys.readouterr().out.strip().rsplit("6 images checked", 1)
    assert "6 images checked" in far and near


def test_contours_are_the_same(dask: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "project", tmp_path / "images")
    monkeypatch.chdir(tmp_path)
    for out, words in (("far", ["--scheduler", dask.address]), ("processes", ["--jobs", "2"]), ("near", ["--jobs", "1"])):
        assert main(["contours", "project", "--out", out, *words]) == 0
    near = files(tmp_path / "near")
    assert sum(name.startswith("pictures/") for name in near) == 2
    for out in ("far", "processes"):
        there = files(tmp_path / out)
        assert there.keys() == near.keys() and all(there[name] == near[name] for name in near if not name.endswith(".xlsx"))


def test_a_delivery_is_the_same(dask: LocalCluster, tmp_path: Path) -> None:
    folder = made(tmp_path / "project", tmp_path / "images")
    for entry in listed(folder, tmp_path / "list.sqlite").entries():
        accept(folder, entry.case)
    for version, jobs in (("far", Cluster(dask.address)), ("near", 1)):
        done = deliver(folder, listed(folder, tmp_path / "list.sqlite"), Ordered(version, tmp_path / version, READER, "", TIME, jobs=jobs),
                       (), Report())  # fmt: skip
        assert (done.cases, done.images) == (2, 6)
    far, near = files(tmp_path / "far"), files(tmp_path / "near")
    assert far.keys() == near.keys() and sum("/dcm/" in name for name in far) == 6
    assert all(far[name] == near[name] for name in far if "/dcm/" in name or "/json/" in name)


def test_a_data_set_is_the_same(dask: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coco_file(tmp_path / "many.json", 70)
    monkeypatch.chdir(tmp_path)
    for out, more in (("far", ["--scheduler", dask.address]), ("near", [])):
        assert main(["convert", "many.json", "--from", "coco", "--to", "labelme", "--out", out, *more]) == 0
    far, near = files(tmp_path / "far"), files(tmp_path / "near")
    assert far.keys() == near.keys() and sum(name.endswith(".json") for name in far) >= 70
    assert all(far[name] == near[name] for name in far if name.startswith(("all/", "index")))


def test_a_cluster_that_is_gone_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    root = exports.project(tmp_path / "p").root
    assert main(["check", str(root), "--scheduler", "tcp://127.0.0.1:9", "--language", "ko"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "tcp://127.0.0.1:9" in told and "응답하지 않음" in told
