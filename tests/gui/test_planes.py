"""The other planes of a series in the real window: a press moves the common point, cuts follow each edit, and nothing is drawn across."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.gui.canvas.view import ImageView
from annotator.gui.planes.column import PlaneFrame
from annotator.gui.window import MainWindow
from annotator.i18n import say, use_language
from annotator.workspace.planes import Planes
from tests.gui.conftest import Open, until_painted
from tests.gui.test_panes import LEFT, NONE, RIGHT, drag, send, turn

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window on a chest CT of six slices with its other planes, all slices in."""
    window.resize(1300, 800)
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_9, ALT)
    until_filled(qtbot, window)
    return window


def until_filled(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: planes(window).missing == 0, timeout=10_000)
    qtbot.waitUntil(lambda: all(frame.view.shown_picture() is frame.model.picture for frame in frames(window)), timeout=5_000)


def planes(window: MainWindow) -> Planes:
    assert window.session.planes is not None
    return window.session.planes


def frames(window: MainWindow) -> tuple[PlaneFrame, ...]:
    assert window.area.planes is not None
    return window.area.planes.frames


def native_millimetres(window: MainWindow, voxel: tuple[int, int, int]) -> tuple[float, float, float]:
    plane = window.session.images[voxel[2]].plane
    assert plane is not None
    return plane.to_patient(voxel[0] + 0.5, voxel[1] + 0.5)


def place_of(frame: PlaneFrame, voxel: tuple[int, int, int]) -> QPointF:
    """Where a voxel is in a view of a plane."""
    assert frame.model.cut is not None
    return frame.view.image_to_widget(*frame.model.cut.to_view(voxel))


def click(frame: PlaneFrame, voxel: tuple[int, int, int]) -> None:
    drag(frame.view, LEFT, place_of(frame, voxel))


def point(frame: PlaneFrame, voxel: tuple[int, int, int]) -> None:
    """Move the pointer to a voxel, no button held."""
    send(frame.view, QEvent.Type.MouseMove, place_of(frame, voxel), NONE, NONE)


def draw_box(qtbot: QtBot, window: MainWindow, number: int, *corners: tuple[float, float]) -> None:
    """Draw a box on a slice with the mouse."""
    window.session.show(number)
    qtbot.waitUntil(lambda: window.view.shown_picture() is not None and window.view.property("image_index") == number, timeout=5_000)
    window.commands.actions["tool.box"].trigger()
    drag(window.view, LEFT, *(window.view.image_to_widget(*corner) for corner in corners))


def extent(frame: PlaneFrame) -> np.ndarray:
    """The box in millimetres, (least, most), of the cuts that a view shows."""
    plane = frame.model.image.plane
    points = [plane.to_patient(x, y) for overlay in frame.view._edited._overlays() for ring in overlay.rings for x, y in ring]
    return np.array([np.min(points, axis=0), np.max(points, axis=0)]) if points else np.empty((0, 3))


def test_a_key_shows_the_planes_beside_the_slices_and_takes_them_away(window, qtbot):
    assert [frame.model.cut.name for frame in frames(window)] == ["Coronal", "Sagittal"]
    assert window.findChildren(ImageView, "image_view") == [window.view]
    assert window.commands.actions["layout.planes"].isChecked()
    for frame in frames(window):
        assert frame.isVisible() and frame.view.property("image_index") == 32
        down, right = (frame.view.eye.transform.scale_y, frame.view.eye.transform.scale_x)
        assert down / right == pytest.approx(frame.model.cut.spacing[0] / frame.model.cut.spacing[1])
        assert "Reformatted, linear" in frame.view.accessibleName()
    window.commands.actions["layout.planes"].trigger()
    assert window.session.planes is None and window.session.stock.held == 6 * 64 * 64 * 2
    assert not window.area.planes.isVisible()


@pytest.mark.parametrize(("which", "voxel"), [(0, (40, 32, 4)), (1, (32, 11, 1))])
def test_a_press_moves_all_planes_to_its_millimetres(window, which, voxel, qtbot):
    frame, other = frames(window)[which], frames(window)[1 - which]
    plane = frame.model.image.plane
    assert plane.to_patient(*frame.model.cut.to_view(voxel)) == pytest.approx(native_millimetres(window, voxel), abs=1e-6)
    click(frame, voxel)
    assert planes(window).point == voxel and window.session.index == voxel[2]
    qtbot.waitUntil(lambda: window.view.property("image_index") == voxel[2], timeout=5_000)
    qtbot.waitUntil(lambda: other.view.property("image_index") == voxel[other.model.cut.across], timeout=5_000)
    assert window.view.guides.cross.point == (voxel[0] + 0.5, voxel[1] + 0.5)
    assert other.view.cross.point == pytest.approx(other.model.cut.to_view(voxel))


def test_a_drag_takes_the_point_along_and_stays_in_the_stack(window):
    frame = frames(window)[0]
    drag(frame.view, LEFT, place_of(frame, (20, 32, 2)), place_of(frame, (30, 32, 4)), QPointF(-50, -50))
    assert planes(window).point == (0, 32, 5)


def test_the_wheel_pages_the_plane_under_it_and_leaves_the_slice(window, qtbot):
    coronal, sagittal = frames(window)
    shown = window.session.index
    turn(coronal.view, 3)
    assert (planes(window).point[:2], window.session.index) == ((32, 35), shown)
    assert coronal.view.property("image_index") == 35
    turn(window.view, 1)
    assert planes(window).point == (32, 35, shown + 1)
    stored = window.session.picture_of(window.session.images[3].key).stored
    np.testing.assert_array_equal(np.unique(stored[:, 32]), np.unique(planes(window)._stacked.array[3, :, 32]))


def test_a_cut_lies_at_the_millimetres_of_the_box_and_follows_each_edit(window, qtbot):
    draw_box(qtbot, window, 2, (26, 20), (39, 44))
    (near, far), half = (native_millimetres(window, voxel) for voxel in ((26, 20, 2), (38, 43, 2))), 2.5
    pixel = window.session.image.spacing[0] / 2
    coronal, sagittal = (extent(frame) for frame in frames(window))
    assert coronal[:, 0] == pytest.approx([near[0] - pixel, far[0] + pixel])
    assert sagittal[:, 1] == pytest.approx([near[1] - pixel, far[1] + pixel])
    for cut in (coronal, sagittal):
        assert cut[:, 2] == pytest.approx([near[2] - half, near[2] + half])
    window.session.undo()
    assert [len(extent(frame)) for frame in frames(window)] == [0, 0]


def test_what_is_hidden_leaves_the_planes_at_once_and_comes_back(window, qtbot):
    draw_box(qtbot, window, 2, (26, 20), (39, 44))
    view = frames(window)[0].view

    def cuts() -> int:
        return len(view._painting.overlays)

    qtbot.waitUntil(lambda: cuts() == 1, timeout=2_000)
    window.session.select([1])
    window.session.hide_selected()
    qtbot.waitUntil(lambda: cuts() == 0, timeout=2_000)
    window.session.hide_selected()
    qtbot.waitUntil(lambda: cuts() == 1, timeout=2_000)


def test_a_click_on_a_cut_goes_to_its_slice_and_selects_it(window, qtbot):
    draw_box(qtbot, window, 4, (26, 20), (39, 44))
    window.session.show(0)
    assert window.session.selection == frozenset()
    frame = frames(window)[1]
    point(frame, (32, 30, 4))
    assert frame.view.toolTip() == say_category(window)
    click(frame, (32, 30, 4))
    assert (window.session.index, window.session.selection) == (4, frozenset({1}))
    point(frame, (32, 30, 1))
    assert frame.view.toolTip() == ""


def say_category(window: MainWindow) -> str:
    category = window.session.category
    assert category is not None
    return f"{category.id} {category.name}"


def test_nothing_is_drawn_across_and_where_to_draw_is_said(window):
    window.commands.actions["tool.box"].trigger()
    said: list[str] = []
    window.area.said.connect(said.append)
    frame = frames(window)[0]
    drag(frame.view, LEFT, place_of(frame, (20, 32, 1)), place_of(frame, (40, 32, 3)))
    assert window.session.document.count() == 0
    assert "slice 2" in said[0]


def test_the_window_is_that_of_the_slices(window):
    frame = frames(window)[0]
    middle = QPointF(frame.view.rect().center())
    before = window.session.window
    drag(frame.view, RIGHT, middle, middle + QPointF(40, 20))
    assert window.session.window != before and frame.model.window == window.session.window


def test_the_planes_speak_korean(window):
    use_language("ko")
    window.retranslate()
    assert frames(window)[0].view.accessibleName().startswith("관상면")


def test_the_pointer_says_the_value_of_the_slice(window):
    frame = frames(window)[0]
    point(frame, (30, 32, 3))
    value = window.session.picture_of(window.session.images[3].key).value_at(30.5, 32.5)
    assert window.status_line._value.text() == f"{value:.0f} HU"


def test_another_series_is_followed_and_a_gap_is_refused_with_the_reason(open_window: Open, project: Path, tmp_path: Path, qtbot: QtBot):
    for number in (1, 2):
        chest_ct(tmp_path / str(number), slices=5, size=32, seed=number)
    (tmp_path / "2" / "IM0003.dcm").unlink()
    window = open_window("--project", project, tmp_path)
    until_painted(qtbot, window)
    whole = next(series for series in window.session.catalogue.in_order if len(series.images) == 5)
    broken = next(series for series in window.session.catalogue.in_order if len(series.images) == 4)
    window.session.open_series(broken.uid)
    window.commands.actions["layout.planes"].trigger()
    assert window.session.planes is None
    assert window.session.said is not None and "not evenly spaced" in say(window.session.said.message)
    window.session.open_series(whole.uid)
    window.commands.actions["layout.planes"].trigger()
    until_filled(qtbot, window)
    window.session.open_series(broken.uid)
    assert planes(window).problem is not None and "not evenly spaced" in say(planes(window).problem)
    assert not frames(window)[0].isVisible()
    window.session.open_series(whole.uid)
    until_filled(qtbot, window)
    assert frames(window)[0].isVisible()


def test_the_planes_meet_under_the_pointer_while_the_key_is_held(window):
    def over(x: float, y: float) -> None:
        send(window.view, QEvent.Type.MouseMove, window.view.image_to_widget(x, y), NONE, NONE)

    over(20.5, 30.5)
    assert planes(window).point[:2] == (32, 32)
    QTest.keyPress(window.view, Qt.Key.Key_X)
    assert planes(window).point[:2] == (20, 30)
    over(50.5, 10.5)
    assert (planes(window).point[:2], window.session.index) == ((50, 10), 0)
    QTest.keyRelease(window.view, Qt.Key.Key_X)
    over(20.5, 30.5)
    assert planes(window).point[:2] == (50, 10)


def test_a_double_click_shows_the_whole_plane_again(window):
    view = frames(window)[0].view
    view.zoom_at(4.0, view.rect().center())
    assert not view.fitted
    QTest.mouseDClick(view, LEFT, Qt.KeyboardModifier.NoModifier, view.rect().center())
    assert view.fitted


def test_the_next_start_shows_the_planes_again(window, open_window: Open, qtbot: QtBot, project: Path, chest: Path):
    window.close()
    again = open_window("--project", project, chest)
    qtbot.waitUntil(lambda: again.session.planes is not None, timeout=20_000)
    until_filled(qtbot, again)
    again.commands.actions["layout.planes"].trigger()
    again.close()
    third = open_window("--project", project, chest)
    until_painted(qtbot, third)
    assert third.session.planes is None and third.area.planes is None
