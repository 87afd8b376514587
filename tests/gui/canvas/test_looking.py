"""Looking: what is painted and when the view says so, zoom and pan, window, paging."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from annotator.domain.grayscale import shade_stored
from annotator.domain.image import Image, ImageKey
from annotator.domain.picture import Window
from annotator.gui.canvas.view import ImageView
from annotator.gui.canvas.windowing import dragged_window
from annotator.i18n import message
from tests.gui.canvas.desk import CONTROL, MIDDLE, RIGHT, SHIFT, Desk, Mouse, image, picture

Show = Callable[..., ImageView]


def pixels(view: ImageView) -> np.ndarray:
    """What is on the screen: (rows, columns, 3) of device pixels."""
    grabbed = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(grabbed.constBits(), dtype=np.uint8).reshape(grabbed.height(), grabbed.bytesPerLine())
    return rows[:, : grabbed.width() * 3].reshape(grabbed.height(), grabbed.width(), 3).copy()


def shown(view: ImageView) -> tuple[str, int, int]:
    return tuple(view.property(name) for name in ("image_uid", "image_index", "image_count"))


def test_an_empty_view_is_black_and_says_so(show: Show) -> None:
    view = show(Desk())
    assert shown(view) == ("", -1, 0)
    assert not pixels(view).any()
    assert view.image_to_widget(3.5, 4.25) == QPointF(3.5, 4.25)


def test_at_actual_size_every_pixel_is_the_shaded_value(desk: Desk, view: ImageView) -> None:
    view.actual_size()
    corner = view.image_to_widget(0, 0)
    left, top = int(corner.x()), int(corner.y())
    assert (left, top) == (corner.x(), corner.y())
    wanted = shade_stored(desk.picture.stored, desk.picture, desk.window)
    seen = pixels(view)[top : top + 128, left : left + 160]
    assert np.array_equal(seen, np.repeat(wanted[:, :, None], 3, axis=2))
    assert not pixels(view)[:top].any()


@pytest.mark.parametrize("zoom", [1.0, 4.0])
def test_a_picture_larger_than_the_view_is_painted_up_to_its_edges(show: Show, zoom: float) -> None:
    only = image(1, rows=900, columns=1000)
    desk = Desk((only,))
    view = show(desk)
    view.look_at(zoom, 500.0, 450.0)
    left, top = view.widget_to_image(QPointF(0.5, 0.5))
    columns, rows = (left + np.arange(400) / zoom).astype(int), (top + np.arange(320) / zoom).astype(int)
    wanted = shade_stored(desk.picture.stored, desk.picture, desk.window)[np.ix_(rows, columns)]
    assert np.array_equal(pixels(view)[:, :, 0], wanted)


@pytest.mark.parametrize("zoom", [4.0, 5.0, 7.3])
def test_enlarged_pixels_are_squares_where_the_transform_says(desk: Desk, view: ImageView, zoom: float) -> None:
    view.look_at(zoom, 80.3, 64.7)
    seen, wanted = pixels(view), shade_stored(desk.picture.stored, desk.picture, desk.window)
    for row in range(55, 75):
        for column in range(70, 90):
            middle = view.image_to_widget(column + 0.5, row + 0.5)
            assert seen[int(middle.y()), int(middle.x()), 0] == wanted[row, column]


def test_a_colour_picture_is_shown_in_its_colours(show: Show) -> None:
    only = image(1)
    desk = Desk((only,))
    stored = np.zeros((128, 160, 3), dtype=np.uint8)
    stored[:, :80] = (200, 10, 60)
    desk.pictures[only.key] = type(picture(only))(only.key, stored)
    view = show(desk)
    view.actual_size()
    at = view.image_to_widget(20, 20)
    assert pixels(view)[int(at.y()), int(at.x())].tolist() == [200, 10, 60]


def test_a_reduced_picture_shows_means_and_ends_where_it_ends(show: Show) -> None:
    only = image(1, rows=1001, columns=1003)
    desk = Desk((only,))
    checks = (np.indices((1001, 1003)).sum(axis=0) % 2 * 2000).astype(np.int16)
    desk.pictures[only.key] = type(picture(only))(only.key, checks)
    view = show(desk)
    seen = pixels(view)[:, :, 0]
    assert abs(int(seen[160, 200]) - 127) <= 2
    edge = view.image_to_widget(0, 0).x()
    assert not seen[:, : int(edge)].any()
    assert not seen[:, int(400 - edge) + 1 :].any()


@pytest.mark.parametrize("spacing", [None, (0.5, 0.5), (2.0, 0.7)])
def test_widget_and_image_coordinates_are_inverse(show: Show, spacing: tuple[float, float] | None) -> None:
    view = show(Desk((image(1, spacing=spacing),)))
    for step in (view.fit, view.actual_size, view.zoom_in, lambda: view.pan(13.3, -7.1), lambda: view.zoom_at(0.31, QPointF(33.3, 44.4))):
        step()
        for x, y in ((0.0, 0.0), (159.99, 3.21), (-40.5, 300.125)):
            there = view.image_to_widget(x, y)
            assert view.widget_to_image(there) == pytest.approx((x, y), abs=1e-9)
            assert view.widget_to_image(QPointF(x, y)) == pytest.approx(view.eye.transform.to_image(x, y), abs=0)


def test_the_whole_image_is_fitted_first_and_stays_fitted_when_the_widget_grows(view: ImageView) -> None:
    assert (view.zoom, view.fitted) == (2.5, True)
    view.resize(800, 700)
    view.repaint()
    assert view.zoom == 5.0


def test_a_zoom_by_hand_keeps_the_middle_when_the_widget_grows(view: ImageView) -> None:
    view.zoom_at(1.7, QPointF(10, 20))
    before = view.widget_to_image(QPointF(200, 160))
    view.resize(800, 700)
    view.repaint()
    assert view.widget_to_image(QPointF(400, 350)) == pytest.approx(before)
    assert not view.fitted


def test_control_and_the_wheel_zoom_at_the_pointer(qtbot: QtBot, view: ImageView, mouse: Mouse) -> None:
    before = view.widget_to_image(QPointF(31.5, 77.25))
    mouse.modifiers = CONTROL
    with qtbot.waitSignal(view.zoom_changed) as zoomed:
        mouse.wheel(120, 60, at=(31.5, 77.25))
    assert zoomed.args[0] == pytest.approx(2.5 * 1.25)
    assert view.zoom == pytest.approx(2.5 * 1.25**1.5)
    assert view.widget_to_image(QPointF(31.5, 77.25)) == pytest.approx(before)


def test_however_long_the_wheel_is_turned_an_image_is_not_lost_in_the_view(view: ImageView, mouse: Mouse) -> None:
    fitted, mouse.modifiers = view.zoom, CONTROL
    mouse.wheel(*[-120] * 60)
    assert view.zoom == pytest.approx(fitted / 8)
    mouse.wheel(*[120] * 60)
    assert view.zoom == 128.0


@pytest.mark.parametrize("way", ["middle", "space", "shift"])
def test_three_ways_to_pan(view: ImageView, mouse: Mouse, way: str) -> None:
    before = view.image_to_widget(0, 0)
    if way == "space":
        mouse.key(Qt.Key.Key_Space)
    mouse.modifiers = SHIFT if way == "shift" else mouse.modifiers
    mouse.drag((100, 100), (110, 95.5), (130.5, 90), button=MIDDLE if way == "middle" else Qt.MouseButton.LeftButton)
    assert view.image_to_widget(0, 0) == before + QPointF(30.5, -10)
    mouse.key(Qt.Key.Key_Space, up=True)


def test_space_let_go_draws_again(desk: Desk, mouse: Mouse) -> None:
    mouse.key(Qt.Key.Key_Space).key(Qt.Key.Key_Space, up=True).drag((100, 100), (150, 100), (150, 150))
    assert len(desk.outcomes) == 1


def test_the_wheel_goes_through_the_series_and_never_out_of_it(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    mouse.wheel(-120)
    assert shown(view) == ("1.2.3.2", 1, 5)
    mouse.wheel(-120 * 30)
    assert shown(view) == ("1.2.3.5", 4, 5)
    mouse.wheel(120, 120)
    assert shown(view) == ("1.2.3.3", 2, 5)
    mouse.wheel(120 * 9)
    assert desk.index == 0


def test_a_fine_wheel_adds_up(desk: Desk, mouse: Mouse) -> None:
    mouse.wheel(*[-30] * 3)
    assert desk.index == 0
    mouse.wheel(-30)
    assert desk.index == 1
    mouse.wheel(-100, 30, 60)
    assert desk.index == 1
    mouse.wheel(30)
    assert desk.index == 0


def test_zoom_and_pan_stay_while_paging_and_a_new_series_is_fitted(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    view.look_at(6.5, 30, 40)
    before = view.eye.transform
    mouse.wheel(-120, -120)
    assert view.eye.transform == before
    other = tuple(image(n, series="1.2.10") for n in (11, 12))
    for one in other:
        desk.decode(one)
    desk.show(other)
    view.repaint()
    assert view.fitted
    assert shown(view) == ("1.2.3.11", 0, 2)


def test_the_former_picture_stays_with_its_name_until_the_next_is_decoded(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    after = desk.images[1]
    del desk.pictures[after.key]
    before = pixels(view)
    mouse.wheel(-120)
    assert desk.index == 1
    assert shown(view) == ("1.2.3.1", 0, 5)
    assert np.array_equal(pixels(view), before)
    desk.decode(after)
    assert view.property("image_uid") == "1.2.3.1"
    view.repaint()
    assert shown(view) == ("1.2.3.2", 1, 5)
    assert desk.told == [desk.images[0].key, after.key]


def test_a_picture_that_takes_long_is_said_to_come(qtbot: QtBot, desk: Desk, view: ImageView, mouse: Mouse) -> None:
    after = desk.images[1]
    del desk.pictures[after.key]
    before = pixels(view)
    mouse.wheel(-120)
    qtbot.waitUntil(lambda: not np.array_equal(pixels(view), before))
    assert np.array_equal(pixels(view)[:280], before[:280])
    mouse.wheel(120)
    assert np.array_equal(pixels(view), before)


def test_a_picture_of_another_image_is_not_shown_as_this_one(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    desk.pictures[desk.images[1].key] = desk.pictures[desk.images[0].key]
    mouse.wheel(-120)
    assert shown(view) == ("1.2.3.1", 0, 5)


def test_a_series_that_grows_moves_index_and_count_and_nothing_else(desk: Desk, view: ImageView) -> None:
    before, told = pixels(view), list(desk.told)
    desk.show((image(8), image(9), *desk.images), 2)
    view.repaint()
    assert shown(view) == ("1.2.3.1", 2, 7)
    assert desk.told == told
    assert np.array_equal(pixels(view), before)


def test_a_broken_picture_says_why(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    view.zoom_in()
    zoom = view.zoom
    desk.decode(desk.images[1], message("The pixels of this image cannot be read"))
    mouse.wheel(-120)
    assert shown(view) == ("1.2.3.2", 1, 5)
    assert desk.told[-1] == desk.images[1].key
    seen = pixels(view)
    assert seen[100:220].max() > 150
    assert not seen[:60].any()
    mouse.drag((10, 10), (60, 60), (10, 90))
    assert desk.outcomes == []
    mouse.wheel(-120)
    assert (shown(view)[0], view.zoom) == ("1.2.3.3", zoom)


def test_a_closed_folder_leaves_nothing(desk: Desk, view: ImageView) -> None:
    desk.show((), -1)
    view.repaint()
    assert shown(view) == ("", -1, 0)
    assert not pixels(view).any()


def test_a_right_drag_widens_to_the_right_and_brightens_upwards(desk: Desk, view: ImageView, mouse: Mouse) -> None:
    before = pixels(view)
    mouse.drag((100, 100), (140, 100), (150, 100), button=RIGHT)
    assert desk.window.center == 1000
    assert desk.window.width > 2000
    widened = desk.window.width
    mouse.drag((100, 100), (100, 60), button=RIGHT)
    assert (desk.window.center < 1000, desk.window.width) == (True, widened)
    assert pixels(view).mean() > before.mean()


def test_a_right_drag_that_comes_back_leaves_the_window_as_it_was(desk: Desk, mouse: Mouse) -> None:
    mouse.drag((100, 100), (180, 20), (100, 100), button=RIGHT)
    assert desk.window == Window(1000, 2000)


def test_an_inverted_picture_brightens_upwards_too() -> None:
    ramp = picture(image(1), inverted=True)
    assert dragged_window(Window(1000, 500), ramp, 0, -10).center > 1000


def test_on_pet_only_the_upper_bound_moves() -> None:
    changed = dragged_window(Window(500, 1000), picture(image(1)), 20, -30, upper_only=True)
    assert changed.center - changed.width / 2 == 0
    assert changed.width < 1000


def test_a_window_never_gets_narrower_than_one_value() -> None:
    assert dragged_window(Window(40, 80), picture(image(1)), -9000, 0).width == 1.0


def test_a_right_click_without_a_drag_asks_for_the_menu(qtbot: QtBot, desk: Desk, view: ImageView, mouse: Mouse) -> None:
    with qtbot.waitSignal(view.context_menu_requested) as asked:
        mouse.drag((70, 60), (71, 61), (71, 61), button=RIGHT)
    assert (asked.args[0].x(), asked.args[0].y()) == (70, 60)
    assert desk.window == Window(1000, 2000)


def test_the_pointer_is_told_in_image_coordinates(qtbot: QtBot, view: ImageView, mouse: Mouse) -> None:
    with qtbot.waitSignal(view.pointer_moved) as moved:
        mouse.move((33.25, 44.5))
    assert tuple(moved.args) == view.widget_to_image(QPointF(33.25, 44.5))


def test_a_place_asked_for_before_the_first_picture_is_looked_at_when_it_comes(show: Show) -> None:
    only = image(1)
    desk = Desk((only,), decoded=False)
    view = show(desk)
    view.look_at(3.5, 20.0, 30.0)
    desk.decode(only)
    view.repaint()
    assert view.zoom == 3.5
    assert view.centre == pytest.approx((20.0, 30.0))


def test_a_place_asked_for_while_another_series_is_on_its_way_is_a_place_of_that_series(desk: Desk, view: ImageView) -> None:
    other = image(11, series="1.2.10")
    desk.show((other,))
    view.repaint()
    assert shown(view) == ("1.2.3.1", 0, 5)
    view.look_at(3.5, 20.0, 30.0)
    desk.decode(other)
    view.repaint()
    assert (shown(view)[0], view.zoom) == ("1.2.3.11", 3.5)


def test_a_view_that_is_gone_listens_no_more(qtbot: QtBot) -> None:
    desk = Desk((image(1),))
    view = desk.view()
    assert len(desk.listeners) == 1
    view.deleteLater()
    qtbot.waitUntil(lambda: desk.listeners == [])


def test_frames_of_one_file_differ_by_their_index(show: Show) -> None:
    frames = tuple(Image(ImageKey("1.9", n), "f.dcm", 2, 128, 160, "US", "1", "2", "3") for n in (1, 2))
    desk = Desk(frames)
    view = show(desk)
    Mouse(view).wheel(-120)
    assert shown(view) == ("1.9", 1, 2)
