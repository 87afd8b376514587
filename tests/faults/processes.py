"""Let something happen in a process of its own that dies at a named point, or when it is told to."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess

from tests import forked

PATIENCE = 120.0


def started(work: Callable[..., object], *arguments: object, point: str = "", home: str = "") -> BaseProcess:
    """Begin `work` in a process that is killed at `point`; `home` stands in for this computer's disk."""
    process = forked.context().Process(target=_begin, args=(work, arguments, point, home or os.environ["ANNOTATOR_HOME"]))
    process.start()
    return process


def ended(processes: Sequence[BaseProcess]) -> list[int | None]:
    """Wait for processes, and return how they ended."""
    for process in processes:
        process.join(PATIENCE)
    return [process.exitcode for process in processes]


def killed(work: Callable[..., object], *arguments: object, point: str, home: str = "") -> bool:
    """Let `work` be killed at `point`; False where that was never reached and the work came to its end."""
    (code,) = ended([started(work, *arguments, point=point, home=home)])
    assert code in (0, -signal.SIGKILL), f"{point}: the process ended with {code}"
    return code != 0


def _begin(work: Callable[..., object], arguments: Sequence[object], point: str, home: str) -> None:
    os.environ |= {"ANNOTATOR_FAULT": point, "ANNOTATOR_HOME": home}
    work(*arguments)
