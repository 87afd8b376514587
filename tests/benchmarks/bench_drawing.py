"""How soon the ink and the ghost follow the pointer, and what a finished outline costs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture

from annotator.dicom.phantom.mammography import mammography
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode, Pen, draw
from annotator.domain.raster import Mask, shape_mask
from annotator.domain.shapes import region_of_stroke
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.projects import create
from tests.benchmarks.aside import ask, missing
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import MAMMOGRAM, annotate, closed, idle, opened, outline
from tests.benchmarks.table import Budget, Row, late, middle

ANNOTATIONS, CORNERS = 200, 2000
_BEAT = 0.008
"""Seconds between two moves of a mouse of 125 Hz."""
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


@pytest.mark.parametrize("mode", ["mode.add", "mode.sub"])
def test_ghost_behind_the_hand(note: Note, tmp_path: Path, mode: str) -> None:
    """What will be, while the hand moves: a freehand stroke of 375 moves at 125 Hz into an outline of 1 500 corners, 2304 × 1920.

    In a project of whole-number positions, the dearest kind, beside 200 other annotations.  `shown` is the share of the moves at which a
    ghost was on the screen, `age` how long ago the hand was where that ghost thinks it is.  The ink is the time from the moment at which
    a move was due, waiting for a ghost that is being worked out included, until it was painted.
    """
    mammography(tmp_path / "images", size=2304)
    hands = opened("--project", create("breast-cancer", tmp_path / "project").root, tmp_path / "images")
    window, view = hands.window, hands.view
    annotate(window, ANNOTATIONS, [window.session.index])
    category = window.session.categories[0].key
    hands.do("tool.free")
    window.session.perform(Stroke(Makes.REGION, tuple(outline(700.0, 1150.0, 400.0, 1500, bumps=31))))
    number = max(a.id for a in window.session.annotations if a.category == category)
    hands.do(mode)
    window.session.select([number])
    idle()
    round_about = outline(950.0, 1150.0, 300.0, 400)
    places = [QPointF(*view.image_to_widget(*point).toTuple()) for point in round_about[200:] + round_about[:176]]

    def send(kind: QEvent.Type, at: QPointF, which: Qt.MouseButton) -> None:
        QApplication.sendEvent(view, QMouseEvent(kind, at, view.mapToGlobal(at), which, LEFT, Qt.KeyboardModifier.NoModifier))

    send(QEvent.Type.MouseButtonPress, places[0], LEFT)
    begun, ink, ages, ghost = time.perf_counter(), list[float](), list[float](), view._ghost
    for move, at in enumerate(places[1:], 1):
        due = begun + move * _BEAT
        while time.perf_counter() < due:
            QApplication.processEvents()
            time.sleep(0.0005)
        send(QEvent.Type.MouseMove, at, NOBODY)
        QApplication.processEvents()
        now = time.perf_counter()
        ink.append(now - due)
        if ghost.edit is not None and isinstance(ghost._looked, Stroke):
            ages.append(now - begun - (len(ghost._looked.points) - 1) * _BEAT)
    view.drop()
    closed(window)
    name = mode.removeprefix("mode.").title()
    assert ages, "no ghost was seen at all"
    note(Row(f"ghost of {name}, 1 500 corners, 2304 × 1920: shown, %", 100 * len(ages) / len(ink)))
    note(Row("… age, median", middle(ages)))
    note(Row("… age, p95", late(ages, 95)))
    note(Row("… ink beside it, from the moment a move is due: p95", late(ink, 95), budget=Budget(most=8)))


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
