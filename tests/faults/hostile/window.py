"""The real window in a process of its own, started by `campaign`: a path on a line in, what became of it on a line out.

The answer is JSON: `outcome` (`painted`, `said`, `nothing`), the seconds that passed, the longest time the window did not look at its
events, and the most memory that the window and its decoding processes have had so far, in bytes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from annotator.dicom.pool import POOL
from annotator.gui import app

_BEAT = 20
"""Milliseconds."""


class Heart:
    """Beats while the window looks at its events; `longest` is the longest pause in seconds."""

    def __init__(self) -> None:
        self._last, self.longest = time.monotonic(), 0.0
        self._timer = QTimer(interval=_BEAT)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.monotonic()
        self.longest, self._last = max(self.longest, now - self._last), now

    def rest(self) -> None:
        """Begin anew."""
        self._last, self.longest = time.monotonic(), 0.0


def peak(pid: int) -> int:
    """The most memory that a process has had so far, in bytes; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM")), 0)


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Let the window work until something holds; False if it never did."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    return True


def main(project: str) -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _, window = app.start(["--project", project, "--user", "nobody", "--language", "en"])
    window.resize(1000, 700)
    session, heart = window.session, Heart()

    def outcome() -> str:
        image = session.image
        if session.scanning is not None:
            return ""
        if image is None:
            return "nothing"
        if (session.picture_problem or image.problem) is not None:
            return "said"
        return "painted" if session.picture is not None and window.view.property("image_uid") == image.key.uid else ""

    for line in sys.stdin:
        begin, before = time.monotonic(), set(window.notices.texts)
        heart.rest()
        window.open_paths([Path(line.strip())])
        arrived = until(lambda: bool(outcome()), 60)
        first = outcome()
        if first == "painted" and session.series is not None and len(session.series.images) > 1:
            session.show(len(session.series.images) - 1)
            arrived = until(lambda: bool(outcome()), 60) and arrived
        window.grab()
        until(lambda: False, 0.04)
        told = [text for text in window.notices.texts if text not in before]
        answer = {
            "outcome": first if arrived else "never", "seconds": time.monotonic() - begin, "pause": heart.longest, "told": told,
            "memory": peak(os.getpid()), "workers": [peak(worker.pid) for worker in POOL.idle],
        }  # fmt: skip
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    window.close()


if __name__ == "__main__":
    main(sys.argv[1])
