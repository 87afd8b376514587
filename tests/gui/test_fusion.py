"""A PET/CT in the real window: hung with a key, blended with the wheel, coloured with a drag, and said for what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QSlider
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.pet_ct import findings, pet_ct
from annotator.domain.colour_maps import ColourMap
from annotator.gui.window import MainWindow
from tests.gui.conftest import Open, until_painted
from tests.gui.test_panes import draw, press_key, until_shown, views

SLICES = 8
RIGHT, NONE = Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
ALT = Qt.KeyboardModifier.AltModifier
BLENDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pet_ct")
    pet_ct(folder, slices=SLICES, size=48)
    return folder


@pytest.fixture
def window(open_window: Open, project: Path, study: Path, qtbot: QtBot) -> MainWindow:
    """The window with CT, PET and fused beside one another."""
    opened = open_window("--project", project, study)
    until_painted(qtbot, opened)
    opened.session.open_series(next(s.uid for s in opened.session.catalogue.in_order if s.modality == "CT"), 4)
    until_painted(qtbot, opened)
    press_key(opened, Qt.Key.Key_8, ALT)
    until_shown(qtbot, opened)
    qtbot.waitUntil(lambda: not any(note.short.endswith("loading") for note in views(opened)[2].notes()), timeout=10_000)
    return opened


def wheel(window: MainWindow, notches: int) -> None:
    view = views(window)[2]
    at = QPointF(view.rect().center())
    event = QWheelEvent(at, view.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), NONE, BLENDS, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(view, event)


def colourful(window: MainWindow, number: int) -> int:
    """How many pixels of a view are red rather than grey."""
    made = views(window)[number].grab().toImage()
    colours = [made.pixelColor(x, y) for x in range(0, made.width(), 2) for y in range(0, made.height(), 2)]
    return sum(colour.red() > colour.blue() + 40 for colour in colours)


def test_a_key_hangs_ct_pet_and_fused(window: MainWindow) -> None:
    assert len(views(window)) == 3
    assert colourful(window, 0) == colourful(window, 1) == 0 < colourful(window, 2)


def test_all_views_show_the_same_millimetres_at_the_same_scale(window: MainWindow, qtbot: QtBot) -> None:
    views(window)[2].zoom_at(2.0, QPointF(views(window)[2].rect().center()))
    widths = []
    for view in views(window):
        image = view.model.image
        assert image is not None and image.spacing is not None
        widths.append(view.eye.transform.scale_x / image.spacing[1])
    assert widths == pytest.approx([widths[0]] * 3, rel=1e-6)


def test_the_strip_says_that_it_is_resampled_and_why_it_may(window: MainWindow) -> None:
    window.session.activate(2)
    said = [note.short for note in window.view.notes()]
    assert said[:2] == ["Fused: PET resampled", "Same frame of reference"]
    window.session.activate(0)
    assert "Fused: PET resampled" not in [note.short for note in window.view.notes()]


def test_ctrl_shift_and_the_wheel_blend_and_the_slider_follows(window: MainWindow) -> None:
    slider = window.findChild(QSlider, "fusion.blend")
    before = window.session.panes[2].index
    wheel(window, 2)
    assert window.session.fusion_look.blend == pytest.approx(0.7) and slider.value() == 70
    wheel(window, -20)
    assert window.session.fusion_look.blend == 0.0 and colourful(window, 2) == 0
    assert window.session.panes[2].index == before


def test_keys_and_the_slider_blend(window: MainWindow) -> None:
    press_key(window, Qt.Key.Key_Up, ALT)
    assert window.session.fusion_look.blend == pytest.approx(0.6)
    press_key(window, Qt.Key.Key_Down, ALT)
    window.findChild(QSlider, "fusion.blend").setValue(25)
    assert window.session.fusion_look.blend == 0.25


def test_alt_and_a_right_drag_change_how_high_the_colours_reach(window: MainWindow) -> None:
    view = views(window)[2]
    start, window_before = view.rect().center(), window.session.panes[2].window
    QTest.mousePress(view, RIGHT, ALT, start)
    QTest.mouseMove(view, start + QPoint(60, 0))
    QTest.mouseRelease(view, RIGHT, ALT, start + QPoint(60, 0))
    assert window.session.fusion_look.upper == pytest.approx(7 * 2.71828 ** (60 / 200), rel=0.01)
    assert window.session.panes[2].window == window_before


def test_colours_are_chosen_in_the_panel(window: MainWindow) -> None:
    box = window.findChild(QComboBox, "fusion.colours")
    box.activated.emit(box.findData(ColourMap.INVERSE.value))
    assert window.session.fusion_look.colours is ColourMap.INVERSE and colourful(window, 2) == 0
    assert window.commands.actions["fusion.inverse"].isChecked()


def test_the_pointer_reads_both_values(window: MainWindow, qtbot: QtBot) -> None:
    x, y, z = findings(SLICES)["nodule1"].centre
    view, pane = views(window)[2], window.session.panes[2]
    place = min(range(SLICES), key=lambda n: abs(pane.images[n].plane.position[2] - z))
    window.session.show(place)
    until_shown(qtbot, window)
    plane = pane.image.plane
    at = view.image_to_widget((x - plane.position[0]) / plane.spacing[1] + 0.5, (y - plane.position[1]) / plane.spacing[0] + 0.5)
    QTest.mouseMove(view, at.toPoint())
    said = window.status_line._value.text()
    hounsfield, uptake = said.split("·")
    assert hounsfield.strip().endswith("HU") and uptake.strip().endswith("SUVbw")
    assert float(uptake.split()[0]) > 5


def test_the_panel_is_there_only_while_something_is_fused(window: MainWindow) -> None:
    panel = window.parts.widget("fusion")
    assert panel.isVisible()
    press_key(window, Qt.Key.Key_1, ALT)
    assert not panel.isVisible()
    press_key(window, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert panel.isVisible() and window.session.fused_panes == (0,)


def test_a_box_on_the_pet_is_seen_dashed_on_the_ct_and_a_key_copies_it_there(window: MainWindow) -> None:
    ct, pet, _ = views(window)
    press_key(window, Qt.Key.Key_B)
    window.session.activate(1)
    before = ct.grab().toImage()
    draw(pet, (10.0, 12.0), (20.0, 22.0))
    assert ct.grab().toImage() != before
    (seen,) = ct._painting.overlays
    assert seen.locked and seen.label == "1 · PT"
    window.session.select([1])
    press_key(window, Qt.Key.Key_C, BLENDS)
    assert window.session.active == 0 and len(window.session.annotations) == 1
    ct.grab()
    assert [overlay.annotation_id > 0 for overlay in ct._painting.overlays] == [False, True]
    press_key(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.annotations == ()


def test_views_of_different_fields_are_hung_at_one_scale(window: MainWindow, qtbot: QtBot) -> None:
    press_key(window, Qt.Key.Key_0, ALT)
    until_shown(qtbot, window)

    def even() -> bool:
        scales = [view.eye.transform.scale_x / view.model.image.spacing[1] for view in views(window)[:3]]
        return scales == pytest.approx([scales[0]] * 3, rel=1e-6)

    qtbot.waitUntil(even)
    assert [note.short for note in views(window)[3].notes()][0] == f"Coronal: highest values of {SLICES} slices"
