"""How soon the ink follows the pointer, and what a finished outline costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture

from annotator.domain.annotation import FREE, Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode, Pen, draw
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.shapes import region_of_stroke
from annotator.tools.gesture import Makes, Stroke
from tests.benchmarks.aside import ask, missing
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import MAMMOGRAM, annotate, closed, idle, opened, outline
from tests.benchmarks.table import Budget, Row, late, middle

ANNOTATIONS, CORNERS = 200, 2000
LEFT, NOBODY = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.mark.parametrize("where", ["chest", "breast"])
def test_pointer_to_ink(benchmark: BenchmarkFixture, note: Note, where: str, request: pytest.FixtureRequest) -> None:
    """A freehand stroke of 500 moves on an image with 200 annotations; each move until it is painted."""
    folder: Path = request.getfixturevalue(where)
    project: Path = request.getfixturevalue("lung_project" if where == "chest" else "any_project")
    hands = opened("--project", project, folder)
    window, view = hands.window, hands.view
    annotate(window, ANNOTATIONS, [window.session.index])
    hands.do("tool.free")
    centre = view.rect().center()
    points = outline(centre.x(), centre.y(), 0.3 * view.height(), 500)
    idle()

    def send(kind: QEvent.Type, at: QPointF, which: Qt.MouseButton) -> None:
        QApplication.sendEvent(view, QMouseEvent(kind, at, view.mapToGlobal(at), which, LEFT, Qt.KeyboardModifier.NoModifier))

    places = iter([QPointF(*point) for point in points])

    def move(at: QPointF) -> None:
        send(QEvent.Type.MouseMove, at, NOBODY)
        QApplication.processEvents()

    send(QEvent.Type.MouseButtonPress, next(places), LEFT)
    benchmark.pedantic(move, setup=lambda: ((next(places),), {}), rounds=480, warmup_rounds=10)
    times = list(benchmark.stats.stats.data)
    view.drop()
    closed(window)
    note(Row(f"pointer → ink, 200 annotations, {where}: p95", late(times, 95), budget=Budget(most=8)))
    note(Row("… median", middle(times)))


@pytest.fixture(scope="module")
def skimage() -> float | None:
    """Milliseconds of scikit-image for the mask of one such outline."""
    return None if missing("skimage") else middle(ask("skimage_polygon")["mask"])


@pytest.mark.parametrize("mode", [Mode.ADD, Mode.SUB])
def test_set_algebra_of_large_outlines(benchmark: BenchmarkFixture, note: Note, mode: Mode, skimage: float | None) -> None:
    """From the end of the stroke to the edit and the new mask: 2 000 corners on 2 000 corners, 4084 × 3328."""
    rows, columns = MAMMOGRAM
    image = Image(ImageKey("1.2.3"), "RCC.dcm", 1, rows, columns, "MG", "1.2", "1.3", "1.4")
    there = region_of_stroke(outline(1500.0, 2000.0, 1000.0, CORNERS), rows, columns)
    stroke = outline(2000.0, 2100.0, 900.0, CORNERS, bumps=11)
    pen = Pen("MMG1", "mass", FREE, "tool.free")

    def fresh() -> tuple[tuple[Document], dict[str, Any]]:
        return (Document({image.key: (Annotation(1, image.key, "MMG1", FREE, type(there)(there.parts)),)}),), {}

    def finish(document: Document) -> tuple[Edit, Mask]:
        shape = region_of_stroke(stroke, rows, columns)
        edit = draw(document, image, shape, mode, pen)
        assert isinstance(edit, Edit) and edit.changes[0].after is not None
        return edit, shape_mask(edit.changes[0].after.shape, rows, columns, None)

    edit, mask = benchmark.pedantic(finish, setup=fresh, rounds=20, warmup_rounds=2)
    assert mask.count > 0
    times = list(benchmark.stats.stats.data)
    note(Row(f"{mode.name.title()} of 2 000-corner outlines, 4084 × 3328", middle(times), "skimage polygon", skimage, Budget(most=60)))
    note(Row("… p95", late(times, 95)))


@pytest.mark.parametrize("mode", ["mode.new", "mode.add", "mode.sub"])
def test_a_finished_stroke_through_the_window(benchmark: BenchmarkFixture, note: Note, breast: Path, any_project: Path, mode: str) -> None:
    """The release of the button: shape, edit, journal on disk, everything painted; 200 annotations, 2 000 corners."""
    hands = opened("--project", any_project, breast)
    window = hands.window
    annotate(window, ANNOTATIONS, [0])
    hands.do(mode)
    stroke = Stroke(Makes.REGION, tuple(outline(1500.0, 2000.0, 700.0, CORNERS)))

    def settle() -> tuple[tuple[Any, ...], dict[str, Any]]:
        while window.session.undo_name is not None and window.session.document.count() != ANNOTATIONS:
            window.session.undo()
        idle()
        return (), {}

    def finish() -> None:
        window.session.perform(stroke, 1.0)
        QApplication.processEvents()

    benchmark.pedantic(finish, setup=settle, rounds=10, warmup_rounds=1)
    times = list(benchmark.stats.stats.data)
    closed(window)
    note(Row(f"end of a 2 000-corner stroke, {mode}, journal and paint included", middle(times)))
