"""How the window fares while its images lie on a slow share that stops to answer for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from annotator.gui.window import MainWindow
from annotator.workspace.notice import SavedState
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import Stalls, annotate, closed, idle, notch, opened_window, painted, spin
from tests.benchmarks.share import Share, slow
from tests.benchmarks.table import Budget, Row

STOP, FRAME, SAID = 20.0, Budget(most=33), Budget(most=3000)


def watched(act: Callable[[], object], until: Callable[[], bool]) -> float:
    """Do something and let the event loop turn until something is true; returns the longest stall in milliseconds."""
    stalls = Stalls()
    stalls.start()
    act()
    spin(until, 300.0)
    return 1000.0 * stalls.stop()


def pages(window: MainWindow, share: Share) -> float:
    """Page through what is in memory while the share does not answer; returns the milliseconds until the window says so."""
    begun, said = time.monotonic(), 0.0
    share.stop(STOP)
    while time.monotonic() < begun + STOP:
        notch(window.view, 1 if int(10 * time.monotonic()) % 2 else -1)
        idle()
        said = said or (1000.0 * (time.monotonic() - begun) if window.status_line.silence.seconds else 0.0)
        time.sleep(0.005)
    spin(lambda: window.status_line.silence.seconds == 0)
    return said or 1000.0 * STOP


def test_a_slow_share(note: Note, chest: Path, lung_project: Path) -> None:
    with slow(chest) as share:
        window = opened_window("--project", lung_project)
        session = window.session
        note(Row("slow share: longest stall until the first image", watched(lambda: window.open_paths([chest]), lambda: painted(window))))
        said: list[float] = []
        stall = watched(lambda: said.append(pages(window, share)), lambda: True)
        note(Row("… while paging, nothing answers for 20 s", stall, budget=FRAME))
        note(Row("… until the window says so", said[0], budget=SAID))
        note(Row("… until everything is found", watched(lambda: None, lambda: session.scanning is None), budget=FRAME))
        note(Row("… calls for the share in the window's own thread, in all", float(share.in_the_window.total())))
        closed(window)
    with slow(lung_project) as share:
        window = opened_window("--project", lung_project, chest)
        session = window.session
        spin(lambda: painted(window) and session.scanning is None, 120.0)
        annotate(window, 5, [10, 11])
        idle()
        share.in_the_window.clear()
        save = window.commands.actions["file.save"].trigger
        note(Row("slow project: longest stall while saving", watched(save, lambda: session.saved_state is SavedState.SAVED), budget=FRAME))
        note(Row("… calls for the project in the window's own thread", float(share.in_the_window.total())))
        closed(window)
