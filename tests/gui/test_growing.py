"""The tree grows while a scan runs, and what a person opened in it stays open."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QTreeView
from pytestqt.qtbot import QtBot

from annotator.dicom.scan import Found
from annotator.domain.image import Image, ImageKey, Owner
from annotator.gui.bridge import Bridge
from annotator.gui.panels.tree_model import CatalogueModel
from annotator.gui.window import MainWindow
from annotator.present.catalogue import patient_text
from annotator.progress import Report
from annotator.workspace.catalogue import Catalogue
from annotator.workspace.notice import Topic
from annotator.workspace.projects import scratch
from tests.gui.conftest import Open
from tests.workspace.archives import packed


def found(patient: str, series: str, numbers: Iterable[int]) -> Found:
    images = tuple(
        Image(ImageKey(f"{series}.{n}"), f"{series}/{n}", 1, 8, 8, "CT", "1.2", series, f"study of {patient}", instance_number=n)
        for n in numbers
    )
    return Found(images, Owner(patient_id=patient, series_number=int(series)))


@pytest.fixture
def model(qtbot: QtBot) -> Iterator[CatalogueModel]:
    """An empty model, watched by Qt's own tester."""
    owner = QObject()
    made = CatalogueModel(owner, lambda series: series.oddities)
    made.tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made


def grown(*batches: Found) -> Iterator[Catalogue]:
    catalogue, project = Catalogue(), scratch().project
    for batch in batches:
        catalogue = catalogue.with_found([batch], project)
        yield catalogue


def shape(model: CatalogueModel, parent: QModelIndex | None = None) -> list[object]:
    """The tree as nested lists of row counts, images as numbers."""
    parent = QModelIndex() if parent is None else parent
    if model.series_at(parent) is not None:
        return [model.rowCount(parent)]
    return [shape(model, model.index(row, 0, parent)) for row in range(model.rowCount(parent))]


def test_images_series_and_patients_come_one_by_one(model: CatalogueModel) -> None:
    more = (found("B", "1", range(2)), found("A", "3", [1]), found("C", "4", [1]))
    batches = (found("B", "2", range(3)), found("B", "2", range(3, 9)), *more)
    assert [model.take(catalogue) for catalogue in grown(*batches)] == [True] * 5
    assert shape(model) == [[[[1]]], [[[2], [9]]], [[[1]]]]


def test_another_folder_begins_anew(model: CatalogueModel) -> None:
    (first,) = grown(found("A", "1", range(4)))
    (second,) = grown(found("B", "2", range(2)))
    model.take(first)
    assert not model.take(second)
    assert shape(model) == [[[[2]]]]


def test_what_is_open_stays_open_while_rows_come_before_it(model: CatalogueModel, qtbot: QtBot) -> None:
    tree = QTreeView()
    qtbot.addWidget(tree)
    tree.setModel(model)
    catalogues = list(grown(found("B", "2", range(3)), found("A", "1", range(3)), found("B", "2", range(3, 6))))
    model.take(catalogues[0])
    series = model.series_index("2")
    tree.expand(series)
    tree.setCurrentIndex(model.index(1, 0, series))
    for catalogue in catalogues[1:]:
        model.take(catalogue)
    assert tree.isExpanded(model.series_index("2"))
    assert tree.currentIndex() == model.index(1, 0, model.series_index("2"))
    assert model.rowCount(model.series_index("2")) == 6


def many(first: int, last: int) -> list[Found]:
    return [found(f"{number:05}", str(number), [1]) for number in range(first, last)]


def rows(model: CatalogueModel) -> int:
    return model.rowCount(QModelIndex())


def test_a_series_far_down_has_a_row_as_soon_as_it_is_opened(model: CatalogueModel) -> None:
    del model.tester
    catalogue = Catalogue().with_found(many(0, 1800), scratch().project)
    model.take(catalogue)
    index = model.series_index("1234")
    assert index.isValid() and model.series_at(index) is catalogue.by_uid["1234"]
    assert index.parent().parent().row() == 1234
    assert rows(model) == 1500 and model.canFetchMore(QModelIndex())


def test_patients_that_come_between_the_rows_are_rows_until_they_are_too_many(model: CatalogueModel) -> None:
    del model.tester
    project = scratch().project
    catalogue = Catalogue().with_found(many(0, 1200)[::3], project)
    assert model.take(catalogue) and rows(model) == 400
    catalogue = catalogue.with_found(many(0, 1200)[1::3], project)
    assert model.take(catalogue)
    first = [model.index(0, 0, model.index(0, 0, model.index(row, 0))) for row in range(6)]
    assert [model.series_at(index).uid for index in first] == ["0", "1", "3", "4", "6", "7"]
    assert rows(model) == 799, "up to the last that was a row"
    catalogue = catalogue.with_found(many(0, 1200)[2::3], project)
    assert not model.take(catalogue), "a new beginning"
    assert rows(model) == 500


def test_of_very_many_patients_the_window_shows_the_first_until_somebody_comes_to_their_end(bare: MainWindow, qtbot: QtBot) -> None:
    tree, model, catalogue = bare.tree, bare.tree.model(), Catalogue()
    for first in range(0, 1300, 100):
        catalogue = bare.session.catalogue = catalogue.with_found(many(first, first + 100), bare.session.project.project)
        tree.refresh(Topic.CATALOGUE)
        tree.doItemsLayout()
    assert len(catalogue.patients) == 1300
    assert rows(model) == 500 and tree.isExpanded(model.index(0, 0))
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: rows(model) == 1000)
    tree.verticalScrollBar().setValue(tree.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: rows(model) == 1300)
    assert [model.index(row, 0).data() for row in (0, 1299)] == [patient_text(catalogue.patients[row]) for row in (0, 1299)]


def test_the_catalogue_is_told_at_once_then_a_few_times_a_second(bare: MainWindow, qtbot: QtBot) -> None:
    bridge = Bridge(bare.session, bare)
    heard: list[Topic] = []
    bridge.on(heard.append, Topic.CATALOGUE)
    bare.session.scanning = Report()
    for _ in range(50):
        bare.session._tell(Topic.CATALOGUE)
    assert len(heard) == 1
    qtbot.waitUntil(lambda: len(heard) == 2)
    bare.session.scanning = None
    bare.session._tell(Topic.CATALOGUE)
    assert len(heard) == 3
    bridge.close()


def test_who_shows_everything_hears_the_last_of_several_topics(bare: MainWindow) -> None:
    bridge = Bridge(bare.session, bare)
    heard: list[Topic] = []
    bridge.on(heard.append, Topic.IMAGE, Topic.SELECTION, Topic.PICTURE, once=True)
    bare.session._tell(Topic.IMAGE, Topic.SELECTION, Topic.WINDOW)
    assert heard == [Topic.SELECTION]
    bare.session._tell(Topic.IMAGE)
    assert heard == [Topic.SELECTION, Topic.IMAGE]
    bridge.on(lambda _topic: bare.session._tell(Topic.PICTURE), Topic.LAYOUT)
    bare.session._tell(Topic.LAYOUT, Topic.IMAGE)
    assert heard[-1] is Topic.IMAGE
    assert not bare.session.to_come
    bridge.close()


def test_a_series_numbered_from_the_top_is_opened_at_its_first_slice_and_stays_there(
    open_window: Open, project: Path, chest: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "down").mkdir()
    for number, path in enumerate(sorted(chest.iterdir(), reverse=True), 1):
        shutil.copy(path, tmp_path / "down" / f"{number}.dcm")
    for place in (tmp_path / "down", packed(tmp_path / "down.zip", tmp_path / "down")):
        window = open_window("--project", project, place)
        painted: list[tuple[str, int]] = []

        def note(window: MainWindow = window, painted: list[tuple[str, int]] = painted) -> bool:
            seen = window.view.property("image_uid"), window.view.property("image_index")
            if seen[0] and seen not in painted:
                painted.append(seen)
            return window.session.scanning is None and window.view.property("image_count") == 6

        qtbot.waitUntil(note, timeout=20_000)
        assert painted == [(window.session.images[0].key.uid, 0)]


def test_rows_that_come_at_many_places_keep_what_is_open_and_chosen(model: CatalogueModel, qtbot: QtBot) -> None:
    tree = QTreeView()
    qtbot.addWidget(tree)
    tree.setModel(model)
    first = [found(f"P{number}", str(number), range(2)) for number in range(10, 40, 2)]
    more = [found(f"P{number}", str(number), range(2)) for number in range(11, 41, 2)]
    (catalogue,) = grown(first[0])
    catalogue = catalogue.with_found(first[1:], scratch().project)
    model.take(catalogue)
    assert len(model.fresh()) == 15 and model.fresh() == []
    series = model.series_index("20")
    tree.expand(series)
    tree.setCurrentIndex(model.index(1, 0, series))
    changes: list[object] = []
    model.layoutChanged.connect(lambda *_: changes.append(1))
    assert model.take(catalogue.with_found(more, scratch().project))
    assert changes == [1] and model.rowCount() == 30
    fresh = model.fresh()
    assert [model.data(index) for index in fresh] == [f"P{number}" for number in range(11, 41, 2)]
    assert tree.isExpanded(model.series_index("20"))
    assert tree.currentIndex() == model.index(1, 0, model.series_index("20"))
    assert [model.data(model.index(row, 0)) for row in range(30)] == [f"P{number}" for number in range(10, 40)]


def test_of_very_many_patients_those_that_came_first_are_open(bare: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.gui.panels.tree._MOST_OPENED", 6)
    bare.session.catalogue = Catalogue().with_found([found(f"P{n}", str(n), [1]) for n in range(10, 20)], scratch().project)
    bare.tree.refresh(Topic.CATALOGUE)
    model = bare.tree.model()
    assert [bare.tree.isExpanded(model.index(row, 0)) for row in range(10)] == [True] * 3 + [False] * 7
    bare.session.open_series("19")
    bare.tree.refresh(Topic.SERIES)
    assert bare.tree.isExpanded(model.index(9, 0)) and bare.tree.visualRect(bare.tree.currentIndex()).isValid()
    bare.session.catalogue = Catalogue()
