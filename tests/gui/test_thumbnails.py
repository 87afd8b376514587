"""The tree shows thumbnails of the series that are seen, with the count of images and the sign of saved work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.domain.image import Image, ImageKey, Owner
from annotator.domain.thumbnail import Thumbnail
from annotator.gui.panels.series_row import SERIES_ROLE, pixmap_of
from annotator.gui.panels.tree import SeriesTree
from annotator.gui.window import MainWindow
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.notice import Topic
from tests.gui.conftest import Open, draw_box, until_painted


def test_the_seen_series_get_thumbnails_and_saved_work_is_marked(open_window: Open, project: Path, two_series: Path, qtbot: QtBot) -> None:
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    first, second = window.session.catalogue.in_order
    qtbot.waitUntil(lambda: window.tree.thumbnails.get(first) is not None and window.tree.thumbnails.get(second) is not None)
    assert window.tree.visible_series() == [first, second]
    draw_box(window)
    window.session.save()
    painter = window.tree.itemDelegate()
    qtbot.waitUntil(lambda: painter._words(window.session.series)[1] == "3 images · saved work")  # type: ignore[attr-defined]  # of its painter
    other = second if window.session.series is not None and window.session.series.uid == first.uid else first
    assert painter._words(other)[1] == "3 images"  # type: ignore[attr-defined]  # of its painter


def test_of_many_series_only_the_seen_ones_are_looked_at(bare: MainWindow) -> None:
    session = bare.session
    found = {f"1.{n}": Series(f"1.{n}", "1", "CT", Owner(series_number=n), (slice_of(n),)) for n in range(3_000)}
    session.catalogue = Catalogue(found)
    bare.tree.refresh(Topic.CATALOGUE)
    seen = bare.tree.visible_series()
    assert 0 < len(seen) < 100
    assert seen[0].uid == "1.0" and bare.tree.model().index(0, 0).data(SERIES_ROLE) is None
    session.catalogue = Catalogue()


def test_what_is_odd_of_a_series_that_is_not_open_is_worked_out_beside_the_window(
    open_window: Open, project: Path, two_series: Path, qtbot: QtBot
) -> None:
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    other = next(s for s in window.session.catalogue.in_order if s.uid != window.session.series.uid)  # type: ignore[union-attr]  # open
    qtbot.waitUntil(lambda: other.examined)
    assert window.session.oddities_in(other) == other.oddities


def test_a_tree_that_is_gone_hears_of_no_thumbnail(open_window: Open, project: Path, two_series: Path, qtbot: QtBot) -> None:
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    tree = SeriesTree(window.session)
    made = tree.thumbnails
    made.want(window.session.catalogue.in_order)
    tree.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: not made._busy)


def slice_of(number: int) -> Image:
    return Image(ImageKey(f"2.{number}"), "", 1, 4, 4, "CT", "", f"1.{number}", "1")


def test_a_thumbnail_is_drawn_with_square_pixels() -> None:
    drawn = pixmap_of(Thumbnail(np.zeros((50, 100), np.uint8), 4.0), 44)
    assert (drawn.width(), drawn.height()) == (22, 44)
    coloured = np.zeros((20, 40, 3), np.uint8)
    coloured[..., 0] = 200
    assert pixmap_of(Thumbnail(coloured), 44).toImage().pixelColor(5, 5).red() == 200
