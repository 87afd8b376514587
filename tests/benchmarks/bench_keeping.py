"""How long saving takes beside the window, whether the window notices, and what taking an edit back costs."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture

from annotator.domain.edit import Edit
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace import drafts, drawing, recovering
from annotator.workspace.journal import Journal, Mark
from annotator.workspace.notice import SavedState
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import Stalls, annotate, closed, grid, idle, opened, outline, spin
from tests.benchmarks.table import Budget, Row, late, middle


def test_saving_one_image(benchmark: BenchmarkFixture, note: Note, chest: Path, lung_project: Path) -> None:
    """One JSON and two masks of 512², six outlines of 120 corners: written, read again and compared, each time after another edit."""
    hands = opened("--project", lung_project, chest)
    window = hands.window
    session = window.session
    session.show(120)
    idle()
    first, second = session.categories[0].key, session.categories[1].key
    stalls: list[float] = []
    turn = iter(range(10**6))

    def stroke(category: str, x: float, y: float) -> None:
        session.choose_category(category)
        session.perform(Stroke(Makes.REGION, tuple(outline(x, y, 30.0, 120))), 1.0)
        idle()

    def edit() -> tuple[tuple[Any, ...], dict[str, Any]]:
        session.undo()
        stroke(first, 120.0 + next(turn), 200.0)
        return (), {}

    def save() -> None:
        watch = Stalls()
        watch.start()
        session.save()
        spin(lambda: session.saved_state is SavedState.SAVED)
        stalls.append(watch.stop())

    for place in range(6):
        stroke(second if place % 2 else first, 120.0 + 60 * (place // 2), 200.0 + 90 * (place % 2))
    stroke(first, 300.0, 300.0)
    benchmark.pedantic(save, setup=edit, rounds=30, warmup_rounds=3)
    times = list(benchmark.stats.stats.data)
    closed(window)
    note(Row("save one image: JSON + 2 masks, verified", middle(times), budget=Budget(most=80)))
    note(Row("… p95", late(times, 95)))
    note(Row("… longest stall of the window meanwhile: median", middle(stalls[3:]), budget=Budget(most=16)))
    note(Row("… longest stall of all saves", late(stalls[3:], 100), budget=Budget(most=16)))


def test_taking_an_edit_back(benchmark: BenchmarkFixture, note: Note, chest: Path, lung_project: Path) -> None:
    """Undo and redo of a stroke in a case of 5 000 annotations, 50 of them on the painted image, until everything is painted."""
    hands = opened("--project", lung_project, chest)
    window = hands.window
    session = window.session
    annotate(window, 50, range(100, 200))
    session.show(120)
    idle()
    session.perform(Stroke(Makes.REGION, tuple(outline(256.0, 256.0, 60.0, 400))), 1.0)
    idle()
    back = iter(range(10**6))

    def turn() -> None:
        if next(back) % 2:
            session.redo()
        else:
            session.undo()
        QApplication.processEvents()

    benchmark.pedantic(turn, setup=idle, rounds=100, warmup_rounds=4)
    times = list(benchmark.stats.stats.data)
    closed(window)
    note(Row("undo/redo, 5 000 annotations in the case", middle(times), budget=Budget(most=10)))
    note(Row("… p95", late(times, 95), budget=Budget(most=10)))


def test_protecting_what_is_drawn(
    benchmark: BenchmarkFixture, note: Note, chest: Path, lung_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each stroke of 400 corners goes to the journal before it counts; each minute a draft of 200 unsaved strokes goes to the project."""
    hands = opened("--project", lung_project, chest)
    window = hands.window
    session = window.session
    session.show(120)
    idle()
    times: list[float] = []
    append = Journal.append

    def timed(self: Journal, edit: Edit, time: str = "") -> Mark:
        begun = perf_counter()
        mark = append(self, edit, time)
        times.append(perf_counter() - begun)
        return mark

    monkeypatch.setattr(Journal, "append", timed)
    monkeypatch.setattr(recovering, "_MINUTE", 10**8)  # nothing is saved or written but when it is timed
    monkeypatch.setattr(drawing, "_IDLE_MILLISECONDS", 10**8)
    stalls: list[float] = []
    places = grid(512, 512, 200, 400)

    def stroke() -> None:
        session.perform(Stroke(Makes.REGION, tuple(places[len(times) % 200])), 1.0)
        QApplication.processEvents()

    benchmark.pedantic(stroke, setup=idle, rounds=200)
    folder = drafts.folder_of(lung_project, session.author)

    def newest() -> int:
        return max((int(path.stem[-6:]) for path in folder.glob("*.json")), default=0)

    for _ in range(10):
        stroke()
        idle()
        watch = Stalls()
        watch.start()
        before = newest()
        session.look_after()
        spin(lambda before=before: newest() > before)
        stalls.append(watch.stop())
    session.save()
    spin(lambda: session.saved_state is SavedState.SAVED)
    closed(window)
    note(Row("an edit into the journal, on disk: median", middle(times), budget=Budget(most=3)))
    note(Row("… p99", late(times, 99), budget=Budget(most=3)))
    note(Row("draft of 200 unsaved strokes: longest stall of the window, median", middle(stalls[1:]), budget=Budget(most=16)))
    note(Row("… longest of all", late(stalls[1:], 100), budget=Budget(most=16)))
