"""An outline is changed with real events on a mammogram of full size: however wildly nothing waits for it, and what it will be is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.mammography import mammography
from annotator.domain.mask_measures import region_measures
from annotator.domain.raster import fill, region_mask
from annotator.domain.redrawing import with_stretch
from annotator.domain.region import Region
from annotator.gui.canvas import look
from annotator.gui.window import MainWindow
from annotator.present.measures import area_text, pair_text
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.projects import create
from tests.gui.canvas.desk import Mouse
from tests.gui.conftest import Open, until_painted
from tests.gui.test_mammography import until_laid_out


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    mammography(folder, size=2304)
    return folder


@pytest.fixture
def window(open_window: Open, qtbot: QtBot, tmp_path: Path, large: Path) -> MainWindow:
    """The window on a mammogram of 2304 × 1920 with a box on it, Reshape in the hand."""
    opened = open_window("--project", create("breast-cancer", tmp_path / "breast").root, large)
    opened.resize(1200, 900)
    until_painted(qtbot, opened)
    until_laid_out(qtbot, opened)
    session = opened.session
    assert (session.image.rows, session.image.columns) == (2304, 1920)
    opened.commands.actions["tool.box"].trigger()
    session.perform(Stroke(Makes.BOX, ((400.0, 500.0), (1300.0, 1800.0))))
    opened.commands.actions["tool.reshape"].trigger()
    return opened


def test_a_stretch_that_is_drawn_wildly_holds_up_nobody_and_is_its_pixels(window: MainWindow, qtbot: QtBot, monkeypatch) -> None:
    monkeypatch.setattr(shapely, "node", lambda *_: pytest.fail("the crossings were worked out in the window's thread"))
    view, session = window.view, window.session
    before, image = session.annotations[0].shape, session.image
    (left, top), (right, low), start = (view.image_to_widget(*place).toTuple() for place in ((410, 510), (1290, 1790), (400, 1000)))
    dice = np.random.default_rng(5)
    ways = np.stack([dice.uniform(left, right, 1000), dice.uniform(top, low, 1000)], axis=1).tolist()
    mouse = Mouse(view).press(*start).move(*map(tuple, ways))
    qtbot.waitUntil(lambda: view._painting.ghost.given_up)
    end = view.image_to_widget(400, 1100).toTuple()
    mouse.release(*end)
    stroke = tuple(view.widget_to_image(QPointF(*place)) for place in (start, *ways, end))
    ring = with_stretch(before, (0, 0), stroke).parts[0][0]
    after = session.annotations[0].shape
    assert isinstance(after, Region)
    assert region_mask(after, image.rows, image.columns) == fill([ring], image.rows, image.columns)
    session.undo()
    assert session.annotations[0].shape == before


def test_what_an_outline_will_measure_stands_beside_the_pointer_while_it_is_changed(window: MainWindow, qtbot: QtBot, monkeypatch) -> None:
    view, session, put, texts = window.view, window.session, look.put_aside, list[str]()
    monkeypatch.setattr(look, "put_aside", lambda painter, text, *where: (texts.append(text), put(painter, text, *where))[1])
    mouse = Mouse(view).press(*view.image_to_widget(1300, 1800).toTuple())
    mouse.move(*(view.image_to_widget(1300 - step, 1800 - step).toTuple() for step in range(0, 300, 20)))
    end = view.image_to_widget(1010, 1500).toTuple()
    mouse.move(end)
    qtbot.waitUntil(lambda: view._ghost.edit is not None and view._ghost.edit.changes[0].after.shape.bounds[3] < 1510)
    view.grab()
    told = texts[-1]
    mouse.release(*end)
    after, image = session.annotations[0].shape, session.image
    found = region_measures(after, image.rows, image.columns, image.spacing)
    assert told == f"{pair_text(found.width, found.height, image.spacing)} · {area_text(found.count, image.spacing)}"
    count = len(texts)
    view.grab()
    assert len(texts) == count, "once it is let go nothing stands there"
