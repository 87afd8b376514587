"""Run a Dask cluster of this computer for a test: a scheduler on 127.0.0.1 and workers that are started again when they die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.conftest import ROOT


@dataclass
class LocalCluster:
    """A cluster that runs."""

    address: str
    workers: tuple[int, ...]
    """The numbers of the workers' processes, as they were at the beginning."""
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End scheduler and workers at once, as when the computer they run on loses power."""
        if hasattr(os, "killpg"):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()


@contextmanager
def running(count: int) -> Iterator[LocalCluster]:
    """Run a cluster of so many workers."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    path = ROOT / "tests" / "workspace" / "local_cluster.py"
    process = subprocess.Popen([sys.executable, str(path), str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, env=environment, start_new_session=True)  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    try:
        address, *numbers = process.stdout.readline().split()
        yield LocalCluster(address, tuple(map(int, numbers)), process)
    finally:
        with process.stdin, process.stdout:
            pass
        process.wait(60)
