"""Several views in the real window: a press works where it lands, a wheel turns what is under it, and one view bears the name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.pet_ct import pet_ct
from annotator.domain.links import same_place, same_point
from annotator.gui.canvas.view import ImageView
from annotator.gui.dragged import dragged
from annotator.gui.window import MainWindow
from annotator.present.overlay import Overlays
from annotator.workspace.arrangement import Arrangement
from tests.gui.conftest import Open, named, until_painted

LEFT, RIGHT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier
LAYOUTS = ("layout.1", "layout.1x2", "layout.1x3", "layout.2x2", "layout.2x1")


@pytest.fixture
def window(open_window: Open, project: Path, two_series: Path, qtbot: QtBot) -> MainWindow:
    """The window on two chest CTs of three slices, side by side."""
    opened = open_window("--project", project, two_series)
    until_painted(qtbot, opened)
    first, second = (series.uid for series in opened.session.catalogue.in_order)
    opened.session.hang(Arrangement.grid(1, 2), [(first, None), (second, None)])
    until_shown(qtbot, opened)
    return opened


def until_shown(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until every view shows its image."""

    def shown(view: ImageView) -> bool:
        return view.property("image_uid") == (view.model.image.key.uid if view.model.image else "")

    qtbot.waitUntil(lambda: all(shown(view) for view in views(window)), timeout=10_000)
    QApplication.processEvents()  # what the panels say of the new image may ask for more room beside the views
    for view in views(window):
        view.repaint()


def views(window: MainWindow) -> list[ImageView]:
    return [frame.view for frame in window.area.frames]


def send(view: ImageView, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    QApplication.sendEvent(view, QMouseEvent(kind, at, QPointF(view.mapToGlobal(at)), button, held, PLAIN))


def drag(view: ImageView, button: Qt.MouseButton, *points: QPointF) -> None:
    """Press, move and release, with Qt's own events."""
    send(view, QEvent.Type.MouseButtonPress, points[0], button, button)
    for point in points[1:]:
        send(view, QEvent.Type.MouseMove, point, NONE, button)
    send(view, QEvent.Type.MouseButtonRelease, points[-1], button, NONE)


def draw(view: ImageView, *points: tuple[float, float]) -> None:
    drag(view, LEFT, *(view.image_to_widget(*point) for point in points))


def turn(view: ImageView, down: int) -> None:
    """Turn the wheel towards oneself by so many notches."""
    at = QPointF(view.rect().center())
    event = QWheelEvent(at, view.mapToGlobal(at), QPoint(), QPoint(0, -120 * down), NONE, PLAIN, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(view, event)


def press_key(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)


def test_a_press_works_in_the_view_where_it_lands(window: MainWindow, project: Path) -> None:
    left, right = views(window)
    window.commands.actions["tool.box"].trigger()
    draw(left, (4, 4), (10, 12))
    draw(right, (14, 14), (24, 22))
    assert window.view is right
    assert [[a.shape.bounds for a in view.model.annotations] for view in (left, right)] == [[(4, 4, 10, 12)], [(14, 14, 24, 22)]]
    window.close()
    assert len(list(project.rglob("*_binary.dcm"))) == 2


def test_a_lesion_keeps_its_number_in_a_view_that_is_not_worked_in(window: MainWindow, qtbot: QtBot) -> None:
    left, right = views(window)
    window.commands.actions["tool.box"].trigger()
    for place in (0, 1):
        window.session.show(place)
        until_shown(qtbot, window)
        draw(left, (4, 4), (10, 12))
    labels = [overlay.label for overlay in Overlays(window.session, left.model)()]
    draw(right, (14, 14), (24, 22))
    assert window.view is right
    assert [overlay.label for overlay in Overlays(window.session, left.model)()] == labels == ["1 · 1"]
    window.session.undo()
    assert [overlay.label for overlay in Overlays(window.session, left.model)()] == labels


@pytest.mark.parametrize("layout", LAYOUTS)
def test_exactly_one_view_bears_the_name(window: MainWindow, layout: str) -> None:
    window.commands.actions[layout].trigger()
    for number, view in enumerate(views(window)):
        window.session.activate(number)
        assert window.findChildren(ImageView, "image_view") == [view] == [window.view]


def test_the_wheel_turns_the_view_under_it(window: MainWindow) -> None:
    left, right = views(window)
    turn(right, 2)
    assert (left.property("image_index"), right.property("image_index")) == (0, 2)
    assert window.view is left and window.session.index == 0


def test_window_and_pan_act_on_the_view_under_the_mouse(window: MainWindow) -> None:
    left, right = views(window)
    before = left.model.window, right.model.window
    middle = QPointF(right.rect().center())
    drag(right, RIGHT, middle, middle + QPointF(40, 30))
    QApplication.processEvents()
    place = right.image_to_widget(0, 0)
    drag(right, MIDDLE, middle, middle + QPointF(20, 10))
    assert left.model.window == before[0] and right.model.window != before[1]
    moved = right.image_to_widget(0, 0) - place
    assert (moved.x(), moved.y()) == pytest.approx((20, 10))
    assert window.view is left


def test_each_view_says_its_own_image(window: MainWindow) -> None:
    for view in views(window):
        image = view.model.image
        assert image is not None
        assert view.property("image_uid") == image.key.uid and view.property("image_count") == 3


def test_an_outline_that_is_begun_is_not_left_by_a_press_elsewhere(window: MainWindow) -> None:
    left, right = views(window)
    window.commands.actions["tool.line"].trigger()
    for point in ((4, 4), (10, 4)):
        draw(left, point)
    draw(right, (14, 14))
    assert window.view is left and left.drawing and not right.drawing


def test_keys_walk_through_the_views(window: MainWindow) -> None:
    left, right = views(window)
    left.setFocus()
    press_key(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert window.view is right and right.hasFocus()
    press_key(window, Qt.Key.Key_Down)
    assert (window.session.index, right.model.index, left.model.index) == (1, 1, 0)
    press_key(window, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert window.view is left


def test_layouts_have_keys(window: MainWindow) -> None:
    window.view.setFocus()
    for key, count in ((Qt.Key.Key_4, 4), (Qt.Key.Key_3, 3), (Qt.Key.Key_1, 1), (Qt.Key.Key_5, 2)):
        press_key(window, key, Qt.KeyboardModifier.AltModifier)
        assert sum(view.isVisible() for view in views(window)) == count


@pytest.mark.parametrize("layout", LAYOUTS)
def test_points_go_to_the_widget_and_back(window: MainWindow, layout: str, qtbot: QtBot) -> None:
    window.commands.actions[layout].trigger()
    until_shown(qtbot, window)
    for view in views(window):
        for zoom in (0.5, 1.0, 3.7, 12.0):
            view.look_at(zoom, 11.3, 17.9)
            for x, y in ((0.0, 0.0), (11.3, 17.9), (31.97, 0.01)):
                back = view.widget_to_image(view.image_to_widget(x, y))
                assert back == pytest.approx((x, y), abs=0.01 / max(zoom, 1.0))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_drawn_in_any_view_lies_where_the_hand_was(window: MainWindow, layout: str, qtbot: QtBot) -> None:
    window.commands.actions[layout].trigger()
    until_shown(qtbot, window)
    window.commands.actions["tool.box"].trigger()
    for view in views(window):
        if view.model.image is None:
            continue
        view.look_at(5.3, 16.0, 16.0)
        draw(view, (12, 13), (19, 22))
        assert view is window.view
        assert window.session.annotations[-1].shape.bounds == pytest.approx((12, 13, 19, 22), abs=1e-9)


def test_a_series_is_dropped_into_a_view(window: MainWindow, qtbot: QtBot) -> None:
    frame = window.area.frames[1]
    first = window.session.catalogue.in_order[0]
    data = dragged(first.uid, 2)
    QApplication.sendEvent(frame, QDragEnterEvent(QPoint(20, 60), Qt.DropAction.CopyAction, data, LEFT, PLAIN))
    QApplication.sendEvent(frame, QDropEvent(QPointF(20, 60), Qt.DropAction.CopyAction, data, LEFT, PLAIN))
    assert window.view is frame.view and window.session.index == 2
    assert frame.pane.series is not None and frame.pane.series.uid == first.uid


def test_the_tree_offers_its_series_to_a_drag(window: MainWindow) -> None:
    model, index = window.tree.model(), window.tree.currentIndex()
    assert model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert model.mimeData([index]).formats() == dragged("").formats()


def test_an_empty_view_says_what_to_do(window: MainWindow) -> None:
    window.commands.actions["layout.2x2"].trigger()
    hints = [label.text() for label in window.area.frames[3].findChildren(QLabel) if label.isVisible()]
    assert any("Drag a series here" in text for text in hints)
    window.commands.actions["language.ko"].trigger()
    hints = [label.text() for label in window.area.frames[3].findChildren(QLabel) if label.isVisible()]
    assert any("시리즈" in text for text in hints)
    draw(window.area.frames[3].view, (5, 5))
    assert window.view is window.area.frames[3].view and not window.empty.isVisible()


def test_the_line_above_a_view_says_series_and_place(window: MainWindow) -> None:
    left, _ = window.area.frames
    turn(left.view, 1)
    texts = [label.text() for label in left.line.findChildren(QLabel)]
    assert any("CT" in text for text in texts) and "2 / 3" in texts


def test_a_narrow_line_says_the_modality_rather_than_how_the_view_is_linked(hybrid: MainWindow, qtbot: QtBot) -> None:
    hybrid.commands.actions["link.paging"].trigger()
    hybrid.commands.actions["layout.1x3"].trigger()
    line = hybrid.area.frames[1].line
    title, linked = line._title, line._linked
    whole = title.text()
    for width, said, tells in ((500, whole, True), (150, "PT", False), (500, whole, True)):
        line.setFixedWidth(width)
        qtbot.waitUntil(lambda said=said, tells=tells: (title.shown, linked.isVisible()) == (said, tells))
    assert whole in title.toolTip() and linked.text() in title.toolTip()


def test_a_single_view_has_no_line(window: MainWindow) -> None:
    window.commands.actions["layout.1"].trigger()
    (frame,) = window.area.frames
    below = frame.view.height() + frame.slices.height()
    assert frame.line.isHidden() and (frame.view.width(), below) == (window.area.width(), window.area.height())


def test_a_double_click_under_select_gives_a_view_all_the_room_and_back(window: MainWindow) -> None:
    left, right = views(window)
    window.commands.actions["tool.select"].trigger()
    middle = QPointF(right.rect().center())
    for _ in range(2):
        send(right, QEvent.Type.MouseButtonPress, middle, LEFT, LEFT)
        send(right, QEvent.Type.MouseButtonRelease, middle, LEFT, NONE)
        send(right, QEvent.Type.MouseButtonDblClick, middle, LEFT, LEFT)
        send(right, QEvent.Type.MouseButtonRelease, middle, LEFT, NONE)
        alone = not left.isVisible()
        assert right.isVisible() and window.maximised is alone
    assert left.isVisible()


def test_the_key_walks_through_views_that_stand_alone(window: MainWindow) -> None:
    left, right = views(window)
    window.commands.actions["view.maximise"].trigger()
    assert left.isVisible() and not right.isVisible()
    window.commands.actions["layout.next"].trigger()
    assert right.isVisible() and not left.isVisible()
    window.commands.actions["view.maximise"].trigger()
    assert right.isVisible() and left.isVisible()


def test_views_are_added_and_closed_by_command(window: MainWindow) -> None:
    for name, count in (("layout.beside", 3), ("layout.below", 4), ("layout.close", 3)):
        window.commands.actions[name].trigger()
        assert sum(view.isVisible() for view in views(window)) == count
        assert window.findChildren(ImageView, "image_view") == [window.view]


def test_one_view_of_several_is_the_one_that_shows_something(window: MainWindow) -> None:
    session = window.session
    QTest.keyClick(window.view, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    shown = session.series
    window.commands.actions["layout.beside"].trigger()
    session.place.leave()
    window.commands.actions["layout.below"].trigger()
    assert session.series is None
    QTest.keyClick(window.view, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert session.arrangement.count == 1 and session.series is shown and not window.empty.isVisible()


def test_the_arrangement_is_there_at_the_next_start(window: MainWindow, open_window: Open, project: Path, qtbot: QtBot) -> None:
    window.commands.actions["layout.2x1"].trigger()
    turn(views(window)[1], 1)
    window.close()
    again = open_window("--project", project)
    until_painted(qtbot, again)
    until_shown(qtbot, again)
    assert [view.property("image_index") for view in views(again)] == [0, 1]
    above, below = (view.mapTo(again, QPoint()).y() for view in views(again))
    assert above < below


def test_the_pointer_reads_the_view_under_it(window: MainWindow) -> None:
    for view in views(window):
        at = view.image_to_widget(16.5, 16.5)
        send(view, QEvent.Type.MouseMove, at, NONE, NONE)
        picture = view.model.picture
        assert picture is not None
        value = picture.value_at(16.5, 16.5)
        assert isinstance(value, float)
        shown = [label.text() for label in window.status_line.findChildren(QLabel)]
        assert f"{value:.0f} HU" in shown


def test_h_hides_the_annotations_of_all_views(window: MainWindow, grabbed: Callable[[ImageView], bytes]) -> None:
    window.commands.actions["tool.box"].trigger()
    for view in views(window):
        draw(view, (4, 4), (20, 20))
    with_outlines = [grabbed(view) for view in views(window)]
    window.commands.actions["view.hide_overlays"].trigger()
    without = [grabbed(view) for view in views(window)]
    assert all(a != b for a, b in zip(with_outlines, without, strict=True))


@pytest.fixture
def grabbed() -> Callable[[ImageView], bytes]:
    """What a view shows, as bytes."""

    def grab(view: ImageView) -> bytes:
        return bytes(view.grab().toImage().constBits())

    return grab


def test_the_name_can_be_found_by_who_drives_the_window(window: MainWindow) -> None:
    window.session.activate(1)
    assert named(window, "image_view", ImageView) is window.view


@pytest.fixture
def hybrid(open_window: Open, project: Path, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """The window on a PET/CT: CT at the left, PET at the right, in the middle of both."""
    pet_ct(tmp_path / "hybrid", slices=6)
    opened = open_window("--project", project, tmp_path / "hybrid")
    until_painted(qtbot, opened)
    series = {found.modality: found for found in opened.session.catalogue.in_order}
    contents = [(series[kind].uid, series[kind].images[3].key) for kind in ("CT", "PT")]
    opened.session.hang(Arrangement.grid(1, 2), contents)
    until_shown(qtbot, opened)
    return opened


def test_linked_views_show_the_same_place_at_the_same_millimetres(hybrid: MainWindow) -> None:
    left, right = views(hybrid)
    hybrid.commands.actions["link.look"].trigger()
    for leader, follower in ((left, right), (right, left)):
        leader.zoom_at(1.7, QPointF(40, 60))
        leader.pan(13, -9)
        here, there = leader.model.image, follower.model.image
        assert here is not None and there is not None and here.spacing is not None and there.spacing is not None
        assert leader.centre is not None and follower.centre is not None
        assert min(here.spacing) / leader.zoom == pytest.approx(min(there.spacing) / follower.zoom)
        assert follower.centre == pytest.approx(same_point(here, leader.centre, there), abs=0.3)


def test_views_that_are_not_linked_look_for_themselves(hybrid: MainWindow) -> None:
    left, right = views(hybrid)
    assert left.fitted and right.fitted
    left.zoom_in()
    assert right.fitted and not left.fitted  # its zoom may still follow the room that the panels leave


def test_the_pointer_is_shown_at_its_place_in_the_other_view(hybrid: MainWindow) -> None:
    left, right = views(hybrid)
    here, there = left.model.image, right.model.image
    assert here is not None and there is not None
    point = (here.columns * 0.4, here.rows * 0.6)
    send(left, QEvent.Type.MouseMove, left.image_to_widget(*point), NONE, NONE)
    assert left.guides is None and right.guides is not None
    assert right.guides.point == pytest.approx(same_point(here, point, there))
    before = bytes(right.grab().toImage().constBits())
    QApplication.sendEvent(left, QEvent(QEvent.Type.Leave))
    assert right.guides is None
    assert bytes(right.grab().toImage().constBits()) != before


def test_guides_can_be_put_away(hybrid: MainWindow) -> None:
    left, right = views(hybrid)
    hybrid.commands.actions["link.guides"].trigger()
    send(left, QEvent.Type.MouseMove, QPointF(left.rect().center()), NONE, NONE)
    assert right.guides is None


def test_the_line_above_a_view_says_how_it_is_linked(hybrid: MainWindow) -> None:
    hybrid.commands.actions["link.paging"].trigger()
    texts = [label.text() for label in hybrid.area.frames[1].line.findChildren(QLabel)]
    assert "linked by place" in texts
    hybrid.commands.actions["link.paging"].trigger()
    assert not any("linked" in label.text() for label in hybrid.area.frames[1].line.findChildren(QLabel))


def test_the_wheel_turns_linked_views_together(hybrid: MainWindow, qtbot: QtBot) -> None:
    left, right = views(hybrid)
    hybrid.commands.actions["link.paging"].trigger()
    turn(right, 1)
    assert right.model.image is not None
    assert left.model.index == same_place(right.model.image, left.model.images)
    until_shown(qtbot, hybrid)


def test_the_keyboard_stays_with_the_picture_when_the_views_are_arranged(window: MainWindow) -> None:
    window.view.setFocus()
    for layout in ("layout.1x2", "layout.2x2", "layout.1"):
        window.commands.actions[layout].trigger()
        assert window.view.hasFocus()
