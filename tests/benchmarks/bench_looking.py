"""How quickly a mammogram follows the hand: window and level, pan, zoom."""

from __future__ import annotations

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
    """Press a button on the picture; the answer moves the pointer by a step, there and back again, and lets the window settle."""
    view, middle_of_it = hands.view, QPointF(hands.view.rect().center())

    def send(kind: QEvent.Type, at: QPointF, which: Qt.MouseButton) -> None:
        QApplication.sendEvent(view, QMouseEvent(kind, at, view.mapToGlobal(at), which, button, Qt.KeyboardModifier.NoModifier))

    def move(step: int) -> None:
        away = step % 40 if step % 80 < 40 else 40 - step % 40
        send(QEvent.Type.MouseMove, middle_of_it + QPointF(20 + 3 * away, 10 + 2 * away), NOBODY)
        QApplication.processEvents()

    send(QEvent.Type.MouseButtonPress, middle_of_it, button)
    return move


def measured(benchmark: BenchmarkFixture, step: Callable[[int], None]) -> list[float]:
    """Return the seconds of each of many steps."""
    number = iter(range(10**6))
    benchmark.pedantic(lambda n: step(n), setup=lambda: ((next(number),), {}), rounds=STEPS, warmup_rounds=5)
    return list(benchmark.stats.stats.data)


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
    times = measured(benchmark, dragging(hands, RIGHT))
    peer = pyqtgraph.get(key("levels", look))
    note(Row(f"window/level step, 4084 × 3328, {look}", middle(times), "pyqtgraph", middle(peer) if peer else None, Budget(ratio=0.2)))
    note(Row("… p95", late(times, 95), "pyqtgraph", late(peer, 95) if peer else None))


def test_pan(benchmark: BenchmarkFixture, note: Note, hands: Hands, look: str, pyqtgraph: dict[str, list[float]]) -> None:
    annotate(hands.window, ANNOTATIONS, [0])
    times = measured(benchmark, dragging(hands, MIDDLE))
    peer = pyqtgraph.get(key("pan", look))
    note(Row(f"pan step, 200 annotations, {look}", middle(times), "pyqtgraph", middle(peer) if peer else None, Budget(ratio=0.3)))
    note(Row("… p95", late(times, 95), "pyqtgraph", late(peer, 95) if peer else None))


def test_zoom(benchmark: BenchmarkFixture, note: Note, hands: Hands, look: str, pyqtgraph: dict[str, list[float]]) -> None:
    annotate(hands.window, ANNOTATIONS, [0])

    def zoom(number: int) -> None:
        notch(hands.view, 1 if number % 2 else -1, Qt.KeyboardModifier.ControlModifier)
        QApplication.processEvents()

    times = measured(benchmark, zoom)
    peer = pyqtgraph.get(key("zoom", look))
    note(Row(f"zoom step, 200 annotations, {look}", middle(times), "pyqtgraph", middle(peer) if peer else None, Budget(ratio=0.3)))
    note(Row("… p95", late(times, 95), "pyqtgraph", late(peer, 95) if peer else None))
