"""How quickly a mammogram follows the hand: window and level, pan, zoom."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture

from annotator.gui.demo.hands import Hands
from tests.benchmarks.aside import ask, missing
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import annotate, closed, idle, notch, opened
from tests.benchmarks.table import Budget, Row, late, middle

STEPS, ANNOTATIONS = 120, 200
NOBODY, RIGHT, MIDDLE = Qt.MouseButton.NoButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


@pytest.fixture(scope="module")
def pyqtgraph(breast: Path) -> dict[str, list[float]]:
    """Seconds of pyqtgraph for each step; nothing where it is not installed."""
    return {} if missing("pyqtgraph") else ask("pyqtgraph_picture", breast / "RCC.dcm", ANNOTATIONS, STEPS)


@pytest.fixture(params=["fitted", "close"])
def look(request: pytest.FixtureRequest) -> str:
    """The whole image in the view, or one of its pixels on one of the screen."""
    return str(request.param)


def key(step: str, look: str) -> str:
    """The peer's name of a figure."""
    return step if look == "fitted" else f"{step}_close"


def dragging(hands: Hands, button: Qt.MouseButton) -> Callable[[int], None]:
    """Press a button on the picture; the answer moves the pointer by a step, there and back again: painted when it returns."""
    view, middle_of_it = hands.view, QPointF(hands.view.rect().center())

    def send(kind: QEvent.Type, at: QPointF, which: Qt.MouseButton) -> None:
        QApplication.sendEvent(view, QMouseEvent(kind, at, view.mapToGlobal(at), which, button, Qt.KeyboardModifier.NoModifier))

    def move(step: int) -> None:
        away = step % 40 if step % 80 < 40 else 40 - step % 40
        send(QEvent.Type.MouseMove, middle_of_it + QPointF(20 + 3 * away, 10 + 2 * away), NOBODY)

    send(QEvent.Type.MouseButtonPress, middle_of_it, button)
    return move


def measured(benchmark: BenchmarkFixture, note: Note, what: str, step: Callable[[int], None], peer: list[float], budget: Budget) -> None:
    """Take many steps; note the time until the picture is painted, and until the rest of the window has followed."""
    number = iter(range(10**6))
    seen: list[float] = []

    def take(place: int) -> None:
        start = time.perf_counter()
        step(place)
        seen.append(time.perf_counter() - start)
        QApplication.processEvents()

    benchmark.pedantic(take, setup=lambda: ((next(number),), {}), rounds=STEPS, warmup_rounds=5)
    note(Row(what, middle(seen[5:]), "pyqtgraph", middle(peer) if peer else None, budget))
    note(Row("… p95", late(seen[5:], 95), "pyqtgraph", late(peer, 95) if peer else None))
    note(Row("… and the words and fields beside it", middle(benchmark.stats.stats.data), "pyqtgraph", middle(peer) if peer else None))


@pytest.fixture
def hands(breast: Path, any_project: Path, look: str) -> Any:
    """The window with the mammogram."""
    found = opened("--project", any_project, breast)
    if look == "close":
        found.view.actual_size()
    idle()
    yield found
    closed(found.window)


def test_window_and_level(benchmark: BenchmarkFixture, note: Note, hands: Hands, look: str, pyqtgraph: dict[str, list[float]]) -> None:
    what = f"window/level step, 4084 × 3328, {look}"
    measured(benchmark, note, what, dragging(hands, RIGHT), pyqtgraph.get(key("levels", look), []), Budget(ratio=0.2))


def test_pan(benchmark: BenchmarkFixture, note: Note, hands: Hands, look: str, pyqtgraph: dict[str, list[float]]) -> None:
    annotate(hands.window, ANNOTATIONS, [0])
    what = f"pan step, 200 annotations, {look}"
    measured(benchmark, note, what, dragging(hands, MIDDLE), pyqtgraph.get(key("pan", look), []), Budget(ratio=0.3))


def test_zoom(benchmark: BenchmarkFixture, note: Note, hands: Hands, look: str, pyqtgraph: dict[str, list[float]]) -> None:
    annotate(hands.window, ANNOTATIONS, [0])
    view = hands.view  # looked up among all widgets of the window

    def zoom(number: int) -> None:
        notch(view, 1 if number % 2 else -1, Qt.KeyboardModifier.ControlModifier)

    what = f"zoom step, 200 annotations, {look}"
    measured(benchmark, note, what, zoom, pyqtgraph.get(key("zoom", look), []), Budget(ratio=0.3))
