"""Windows that draw by themselves, forked off a process that has loaded everything but has no window yet: many can be killed in a while."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path

from annotator.formats import record
from tests import forked
from tests.laws.test_window_kill import HARMLESS, Kill
from tests.laws.working_window import Orders, Worker


def draw(orders: dict[str, object], home: str, out: Connection, errors: str) -> None:
    """Be a window that follows its orders; what it acknowledges goes to `out`, what it complains of to the file `errors`."""
    os.environ["ANNOTATOR_HOME"] = home
    os.dup2(out.fileno(), 1)
    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
    sys.stderr = os.fdopen(2, "w", closefd=False)
    Worker(Orders(**orders)).work()  # type: ignore[arg-type]  # they were orders before


def killed(orders: Orders, seconds: float, errors: Path) -> Kill:
    """Let a window draw until it kills itself, waits for it, or has drawn long enough; return what it had acknowledged."""
    context = forked.context()
    ours, theirs = context.Pipe(duplex=False)
    window = context.Process(target=draw, args=(asdict(orders), os.environ["ANNOTATOR_HOME"], theirs, str(errors)))
    window.start()
    theirs.close()
    lines, rest, end = list[dict](), b"", time.monotonic() - seconds if seconds < 0 else None
    while end is None or select.select([ours], [], [], max(0.0, end - time.monotonic()))[0]:
        read = os.read(ours.fileno(), 1 << 20)
        *whole, rest = (rest + read).split(b"\n")
        lines += map(record.loads, whole)
        if not read or (lines and lines[-1]["what"] == "waiting"):
            break
        if lines and end is None and seconds > 0:
            end = time.monotonic() + seconds
    with suppress(ProcessLookupError):
        window.kill()
    while read := os.read(ours.fileno(), 1 << 20):
        rest += read
    window.join()
    lines += map(record.loads, rest.split(b"\n")[:-1])
    noise = [line for line in errors.read_text().splitlines() if line != HARMLESS] if errors.exists() else []
    assert (window.exitcode, noise) == (-signal.SIGKILL, []), orders
    ours.close()
    done = [line for line in lines if line["what"] != "begun"]
    return Kill(record.decode_document(done[-1]["document"]) if done else None, bool(lines) and lines[-1]["what"] == "begun")
