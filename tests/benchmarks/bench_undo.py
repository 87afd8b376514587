"""What taking back costs in a case of 5 000 annotations, and what ten thousand edits hold in memory and on disk."""

from __future__ import annotations

import math
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture

from annotator.domain import lean
from annotator.domain.annotation import FREE, Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Change, Edit
from annotator.domain.history import History
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode, Pen, draw
from annotator.domain.region import Region
from annotator.domain.shapes import region_of_stroke
from annotator.i18n import message
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.notice import SavedState
from annotator.workspace.past import Past
from annotator.workspace.session import Session
from tests.benchmarks.conftest import Note
from tests.benchmarks.scenes import annotate, closed, idle, opened, outline, rested, spin
from tests.benchmarks.table import Budget, Row, late, middle

EDITS, ANNOTATIONS, LARGE = 10_000, 5_000, 400


def stroke(session: Session) -> None:
    """One more outline."""
    session.perform(Stroke(Makes.REGION, tuple(outline(256.0, 256.0, 60.0, 400))), 1.0)


def recategorised(session: Session) -> None:
    """Ten annotations of another category."""
    session.select(range(1, 11))
    session.recategorise(session.categories[-1].key)


def gone(session: Session) -> None:
    """All annotations of the image deleted."""
    session.select([annotation.id for annotation in session.annotations])
    session.delete()


@pytest.mark.parametrize("edit", [stroke, recategorised, gone])
@pytest.mark.parametrize("listed", [False, True])
def test_taking_back_through_the_window(
    benchmark: BenchmarkFixture, note: Note, chest: Path, lung_project: Path, edit: Callable[[Session], None], listed: bool
) -> None:
    """Undo and redo until everything is painted; 50 annotations on each of 100 slices, with and without the list of edits.

    The 5 000 come in one edit here, as no hand draws them: what the window works out of that beside is waited for.
    """
    window = opened("--project", lung_project, chest).window
    annotate(window, 50, range(100, 200))
    window.session.show(120)
    idle()
    edit(window.session)
    if listed:
        window.commands.actions["edit.history"].trigger()
    rested()
    back, spent = iter(range(10**6)), list[float]()

    def turn() -> None:
        began = time.thread_time()
        if next(back) % 2:
            window.session.redo()
        else:
            window.session.undo()
        QApplication.processEvents()
        spent.append(time.thread_time() - began)

    benchmark.pedantic(turn, setup=idle, rounds=60, warmup_rounds=4)
    times = list(benchmark.stats.stats.data)
    closed(window)
    what = f"{edit.__name__}, {'list shown' if listed else 'no list'}"
    note(Row(f"undo/redo with 5 000 annotations: {what}", middle(times), budget=Budget(most=10)))
    note(Row("… p95", late(times, 95), budget=Budget(most=10)))
    note(Row("… processor time of the window's thread", middle(spent)))


@pytest.mark.parametrize("count", [200, 5_000])
def test_taking_back_on_a_full_image(benchmark: BenchmarkFixture, note: Note, breast: Path, any_project: Path, count: int) -> None:
    """Undo and redo of one outline where all the annotations are on one mammogram; as many as 5 000 are on none that is known."""
    window = opened("--project", any_project, breast).window
    annotate(window, count, [0])
    window.session.perform(Stroke(Makes.REGION, tuple(outline(1600.0, 2000.0, 300.0, 400))), 1.0)
    rested()
    back = iter(range(10**6))

    def turn() -> None:
        if next(back) % 2:
            window.session.redo()
        else:
            window.session.undo()
        QApplication.processEvents()

    benchmark.pedantic(turn, setup=idle, rounds=30, warmup_rounds=4)
    times = list(benchmark.stats.stats.data)
    closed(window)
    note(Row(f"undo/redo with {count} annotations on one mammogram", middle(times), budget=Budget(most=10)))


@pytest.mark.parametrize("saved", [False, True])
def test_taking_back_an_edit_of_all_annotations(
    benchmark: BenchmarkFixture, note: Note, chest: Path, lung_project: Path, saved: bool
) -> None:
    """Undo and redo of one edit that gives 5 000 annotations another category, with and without a save in between."""
    window = opened("--project", lung_project, chest).window
    session = window.session
    annotate(window, 50, range(100, 200))
    session.show(120)
    idle()
    there = [a for found in session.document.annotations.values() for a in found]
    session._do(Edit(message("Change class"), tuple(Change(a, replace(a, category=session.categories[-1].key)) for a in there)))
    rested()
    if saved:
        session.save()
        spin(lambda: session.saved_state is SavedState.SAVED)
    back, spent = iter(range(10**6)), list[tuple[float, float]]()

    def turn() -> None:
        began = time.thread_time(), time.perf_counter()
        if next(back) % 2:
            session.redo()
        else:
            session.undo()
        done = time.perf_counter()
        QApplication.processEvents()
        spent.append((time.thread_time() - began[0], done - began[1]))

    benchmark.pedantic(turn, setup=idle, rounds=12)
    times = list(benchmark.stats.stats.data)
    closed(window)
    what = f"undo/redo of an edit of 5 000 changes, {'saved since' if saved else 'not saved'}"
    note(Row(what, middle(times), budget=Budget(most=10)))
    note(Row("… of it before painting", middle([done for _, done in spent])))
    note(Row("… processor time of the window's thread", middle([thread for thread, _ in spent])))
    note(Row("… the first one", 1000 * times[0]))


def case(images: int) -> Document:
    """5 000 annotations of 48 corners on so many images."""
    each = ANNOTATIONS // images
    shape = Region(((tuple(outline(100.0, 100.0, 20.0, 48)),),))
    keys = [ImageKey(f"1.2.{number}") for number in range(images)]
    return Document({key: tuple(Annotation(n + 1, key, "CCT1", FREE, Region(shape.parts)) for n in range(each)) for key in keys},
                    dict.fromkeys(keys, each))  # fmt: skip


@pytest.mark.parametrize("images", [1, 100, 5000])
def test_taking_back_in_the_document(benchmark: BenchmarkFixture, note: Note, images: int) -> None:
    """The edit alone, without a window."""
    before = case(images)
    key = next(iter(before.annotations))
    found = before.on(key)[-1]
    history = History(before).do(Edit(message("Write the note"), (Change(found, replace(found, note="x")),)))
    benchmark.pedantic(lambda: history.undo().redo(), rounds=50, warmup_rounds=2)
    note(Row(f"undo and redo, 5 000 annotations on {images} images, document alone", middle(list(benchmark.stats.stats.data))))


def test_what_ten_thousand_edits_hold(benchmark: BenchmarkFixture, note: Note, tmp_path: Path) -> None:
    """Each edit reshapes one outline of 48 corners in a case of 5 000; megabytes in memory and on disk, time to recall."""
    document = case(100)
    keys = list(document.annotations)
    tracemalloc.start()
    history, path = History(document), tmp_path / "case.lines"
    past = Past(path, history)
    for number in range(EDITS):
        found = history.document.on(keys[number % 100])[number // 100 % 50]
        ring = tuple(outline(100.0 + number % 7, 100.0, 20.0, 48))
        edit = Edit(message("Reshape"), (Change(found, replace(found, shape=Region(((ring,),)))),))
        history = history.do(edit, "2026-03-04T05:06:07+09:00")
        past.note(history.steps[-1])
        if number % 100 == 99:
            past.write()
    grown = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    again = Past(path, History(history.document))
    benchmark.pedantic(again.recall, rounds=1)
    note(Row("memory of 10 000 edits in a case of 5 000 annotations, MB", grown))
    note(Row("… on disk, MB", path.stat().st_size / 2**20, budget=Budget(most=21)))
    note(Row("… recalled after a restart, beside the window", middle(list(benchmark.stats.stats.data))))
    note(Row("… edits that can still be taken back then", len(again.recall().steps)))


def test_what_additions_to_a_large_outline_hold(note: Note) -> None:
    """Add and Sub in turn, each of 24 corners, to an outline of 2 500 on 2304 × 1920; what the interpreter holds for each of them."""
    image, pen = Image(ImageKey("1.2.3"), "RCC.dcm", 1, 2304, 1920, "MG", "1.2", "1.3", "1.4"), Pen("CCT1", "", FREE, "tool.free")
    first = Stroke(Makes.REGION, tuple(outline(900.0, 1150.0, 500.0, 2500, bumps=31)))
    history = History().do(draw(Document(), image, region_of_stroke(first.points, 2304, 1920), Mode.NEW, pen))
    tracemalloc.start()
    for number in range(LARGE):
        angle = number * 2 * math.pi / 97
        ring = outline(900 + 500 * math.cos(angle), 1150 + 500 * math.sin(angle), 12.0 + number * 7 % 13, 24)
        mode = Mode.SUB if number % 2 else Mode.ADD
        edit = draw(history.document, image, region_of_stroke(ring, 2304, 1920), mode, pen, [1])
        if isinstance(edit, Edit):
            history = history.do(lean.sharing(edit))
            lean.rest(history)
    held = tracemalloc.get_traced_memory()[0] / 2**20 / len(history.steps)
    tracemalloc.stop()
    corners = sum(map(len, history.document.on(image.key)[0].shape.rings))
    note(Row(f"memory of an Add or Sub to an outline of 2 500 to {corners} corners, MB", held, budget=Budget(most=0.1)))
