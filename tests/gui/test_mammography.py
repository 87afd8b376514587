"""Mammograms in the real window: hung to the pixel, swept at 1 : 1, drawn on as stored, and tied across views."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from annotator.dicom.phantom.mammography import DEPTH
from annotator.domain.orientation import edges
from annotator.gui.canvas.breast_sheet import BreastSheet
from annotator.gui.canvas.view import ImageView
from annotator.gui.window import MainWindow
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.projects import create
from tests.gui.conftest import Open, named, until_painted
from tests.gui.test_panes import drag, until_shown, views
from tests.workspace.mammograms import VIEWS, four_views

LEFT = Qt.MouseButton.LeftButton
LESION = Stroke(Makes.REGION, ((20.0, 40.0), (30.0, 40.0), (30.0, 50.0), (20.0, 50.0)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    return four_views(tmp_path / "images")


def on(open_window: Open, qtbot: QtBot, tmp_path: Path, folder: Path, kind: str = "breast-cancer") -> MainWindow:
    window = open_window("--project", create(kind, tmp_path / kind).root, folder)
    window.resize(1200, 900)
    until_painted(qtbot, window)
    until_shown(qtbot, window)
    until_laid_out(qtbot, window)
    return window


def until_laid_out(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until every view is painted in the size that it has in the end."""
    window.area.settle()
    qtbot.waitUntil(lambda: all(view.eye.middle == (view.width() / 2, view.height() / 2) for view in views(window)))


@pytest.fixture
def window(open_window: Open, qtbot: QtBot, tmp_path: Path, folder: Path) -> MainWindow:
    """The window on a breast case, its views hung."""
    return on(open_window, qtbot, tmp_path, folder)


def run(window: MainWindow, name: str) -> None:
    window.commands.actions[name].trigger()


def work_in(window: MainWindow, view: str) -> ImageView:
    window.session.activate(window.session.hung.index(view))
    return window.view


def sheet(view: ImageView) -> BreastSheet:
    assert isinstance(view.sheet, BreastSheet)
    return view.sheet


def turn_over(file: Path) -> None:
    """Let a right CC be stored left for right, as its orientation then says."""
    dataset = pydicom.dcmread(file)
    dataset.PixelData = dataset.pixel_array[:, ::-1].tobytes()
    dataset.PatientOrientation = ["A", "L"]
    dataset.save_as(file)


def test_chest_walls_meet_to_the_pixel_in_equal_millimetres(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len({round(view.zoom, 9) for view in views(window)}) == 1)
    for layout in ((0, 1), (2, 3)):
        right, left = (views(window)[place] for place in layout)
        columns, rows = 80.0, 96.0
        qtbot.waitUntil(lambda v=right, x=columns, y=rows / 2: v.image_to_widget(x, y) == QPointF(v.width(), v.height() / 2))
        qtbot.waitUntil(lambda v=left, y=rows / 2: v.image_to_widget(0, y) == QPointF(0, v.height() / 2))
    run(window, "mammography.hang")
    assert [frame.y() for frame in window.area.frames] == [0] * 4
    assert [sheet(view).name for view in views(window)] == list(VIEWS)
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: views(window)[0].image_to_widget(80.0, 48.0).x() == views(window)[0].width())
    qtbot.waitUntil(lambda: len({round(view.zoom, 9) for view in views(window)}) == 1)


def test_images_of_other_pixels_hang_in_the_same_millimetres(open_window: Open, qtbot: QtBot, tmp_path: Path, folder: Path) -> None:
    dataset = pydicom.dcmread(folder / "LCC.dcm")
    dataset.ImagerPixelSpacing = [each / 2 for each in dataset.ImagerPixelSpacing]
    if "PixelSpacing" in dataset:
        dataset.PixelSpacing = [each / 2 for each in dataset.PixelSpacing]
    dataset.save_as(folder / "LCC.dcm")
    window = on(open_window, qtbot, tmp_path, folder)
    right, left = views(window)[:2]
    qtbot.waitUntil(lambda: left.zoom == pytest.approx(right.zoom / 2))


def test_a_missing_view_has_a_named_place(open_window: Open, qtbot: QtBot, tmp_path: Path, folder: Path) -> None:
    (folder / "RMLO.dcm").unlink()
    window = on(open_window, qtbot, tmp_path, folder)
    words = [label.text() for label in window.area.frames[2].findChildren(QLabel) if label.isVisible()]
    assert "RMLO\nThis case has no such image" in words


def test_a_stroke_on_an_image_shown_turned_over_lies_on_its_stored_pixels(
    open_window: Open, qtbot: QtBot, tmp_path: Path, folder: Path
) -> None:
    turn_over(folder / "RCC.dcm")
    window = on(open_window, qtbot, tmp_path, folder, "scratch")
    run(window, "mammography.hang")
    until_shown(qtbot, window)
    until_laid_out(qtbot, window)
    view = work_in(window, "RCC")
    image = window.session.image
    assert image is not None
    qtbot.waitUntil(lambda: view.image_to_widget(0, 48) == QPointF(view.width(), view.height() / 2))
    assert edges(image).turned(mirrored=True, upended=False).right == "P"
    assert "shown turned over" in sheet(view).lines
    run(window, "tool.box")
    drag(view, LEFT, view.image_to_widget(12, 30), view.image_to_widget(20, 36), view.image_to_widget(31, 47))
    assert [a.shape.bounds for a in window.session.annotations] == [pytest.approx((12, 30, 31, 47), abs=0.2)]
    window.session.save()
    root = window.session.project.root
    qtbot.waitUntil(lambda: len(list(root.rglob("*_binary.dcm"))) == 1)
    mask = pydicom.dcmread(next(root.rglob("*_binary.dcm"))).pixel_array > 0
    expected = np.zeros((96, 80), bool)
    expected[30:47, 12:31] = True
    assert np.array_equal(mask, expected)


def test_air_stays_black_in_all_views_under_invert_also_in_monochrome1(
    open_window: Open, qtbot: QtBot, tmp_path: Path, folder: Path
) -> None:
    dataset = pydicom.dcmread(folder / "RCC.dcm")
    dataset.PixelData = (4095 - dataset.pixel_array).astype(np.uint16).tobytes()
    dataset.PhotometricInterpretation, dataset.PresentationLUTShape = "MONOCHROME1", "INVERSE"
    dataset.save_as(folder / "RCC.dcm")
    window = on(open_window, qtbot, tmp_path, folder)

    def brightness(view: ImageView, out: float, low: float) -> int:
        x = 80 - out if sheet(view).name[0] == "R" else out
        return view.grab().toImage().pixelColor(view.image_to_widget(x, low).toPoint()).lightness()

    def seen(out: float, low: float) -> list[int]:
        return [brightness(view, out, low) for view in views(window)]

    before = seen(15, 50)
    assert max(seen(70, 60)) < 12
    run(window, "window.invert")
    qtbot.waitUntil(lambda: all(abs(shown - (255 - plain)) < 12 for shown, plain in zip(seen(15, 50), before, strict=True)))
    qtbot.waitUntil(lambda: max(seen(70, 60)) < 12)


def test_a_bar_says_what_contradicts_and_a_button_settles_it(open_window: Open, qtbot: QtBot, tmp_path: Path, folder: Path) -> None:
    (folder / "LCC.dcm").rename(folder / "other.dcm")
    (folder / "RCC.dcm").rename(folder / "LCC.dcm")
    window = on(open_window, qtbot, tmp_path, folder)
    work_in(window, "RCC")
    bar = named(window, "doubted_view", QFrame)
    assert bar.isVisible()
    qtbot.waitUntil(lambda: bar.height() < 0.25 * window.area.height())
    assert window.session.tool.id == "tool.free"
    assert sheet(window.view).doubtful
    assert not window.commands.actions["tool.free"].isEnabled()
    window.session.perform(LESION)
    assert window.session.annotations == ()
    button = named(window, "doubted_view.RCC", QPushButton)
    assert isinstance(button, QPushButton)
    button.click()
    assert not bar.isVisible()
    assert window.commands.actions["tool.free"].isEnabled()
    run(window, "edit.undo")
    assert bar.isVisible()
    work_in(window, "LCC")
    assert not bar.isVisible()


def test_a_sweep_goes_through_all_views_at_one_to_one_and_ends_with_all_of_them(window: MainWindow) -> None:
    work_in(window, "RCC")
    swept = []
    while True:
        run(window, "mammography.sweep")
        if not window.area.solo:
            break
        assert window.view.zoom == 1.0
        assert sheet(window.view).map is not None
        swept.append(sheet(window.view).name)
        assert len(swept) < 40
    assert list(dict.fromkeys(swept)) == list(VIEWS)
    assert all(view.fitted and sheet(view).map is None for view in views(window))


def test_a_sweep_leaves_no_view_in_which_an_outline_is_being_drawn(window: MainWindow) -> None:
    view, fields = work_in(window, "RCC"), 0
    run(window, "tool.free")
    run(window, "mammography.sweep")
    for x, y in ((0.4, 0.4), (0.6, 0.4)):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(x * view.width()), round(y * view.height())))
        QTest.mouseMove(view, QPoint(round(x * view.width()) + 4, round(y * view.height()) + 40))
    assert view.drawing
    while not window.status_line._line.text().startswith("Finish the outline first"):
        run(window, "mammography.sweep")
        fields += 1
        assert fields < 40 and window.view is view and view.drawing
    view.drop()
    run(window, "mammography.sweep")
    assert window.view is not view and window.area.solo


def test_esc_leaves_a_sweep_for_all_views_fitted(window: MainWindow) -> None:
    work_in(window, "RMLO")
    run(window, "mammography.sweep")
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    assert not window.area.solo and all(view.fitted and sheet(view).map is None for view in views(window))
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    assert not window.area.solo and sheet(window.view).name == "RMLO"


def test_another_layout_ends_a_sweep_and_the_four_views_hang_at_one_scale_again(window: MainWindow, qtbot: QtBot) -> None:
    work_in(window, "RMLO")
    run(window, "mammography.sweep")
    run(window, "layout.1")
    until_laid_out(qtbot, window)
    run(window, "mammography.hang")
    until_laid_out(qtbot, window)
    assert not window.area.solo and len(views(window)) == 4
    qtbot.waitUntil(lambda: all(view.fitted and sheet(view).map is None for view in views(window)))


def test_hanging_the_views_fits_all_of_them(window: MainWindow, qtbot: QtBot) -> None:
    work_in(window, "RMLO")
    run(window, "view.actual_size")
    run(window, "layout.1")
    until_laid_out(qtbot, window)
    run(window, "mammography.hang")
    until_laid_out(qtbot, window)
    qtbot.waitUntil(lambda: all(view.fitted for view in views(window)))


def test_a_key_brings_the_view_full_size_and_keys_go_round(window: MainWindow, qtbot: QtBot) -> None:
    work_in(window, "RCC")
    run(window, "view.maximise")
    assert window.area.solo
    run(window, "layout.next")
    assert sheet(window.view).name == "LCC"
    qtbot.waitUntil(lambda: window.view.width() > 0.9 * window.area.width())
    qtbot.waitUntil(lambda: window.view.image_to_widget(0, 48) == QPointF(0, window.view.height() / 2))
    run(window, "view.maximise")
    assert not window.area.solo


def test_linked_views_zoom_and_pan_as_mirror_images(window: MainWindow, qtbot: QtBot) -> None:
    if not window.session.links.look:
        run(window, "link.look")
    right, left = work_in(window, "RCC"), views(window)[1]
    right.look_at(2.3, 60.0, 50.0)
    qtbot.waitUntil(lambda: left.zoom == pytest.approx(2.3))
    assert left.centre == pytest.approx((20.0, 50.0), abs=1e-6)
    run(window, "link.look")


def test_a_lesion_shows_the_band_of_its_nipple_distance_in_the_other_view(window: MainWindow, qtbot: QtBot) -> None:
    run(window, "mammography.nipple")
    for view in views(window):
        image = view.model.image
        assert image is not None and image.spacing is not None
        out = DEPTH / image.spacing[1]
        x = out if image.view.startswith("L") else image.columns - out
        QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, view.image_to_widget(x, image.rows / 2).toPoint())
    assert not window.commands.actions["mammography.nipple"].isChecked()
    assert all(sheet(view).nipple is not None for view in views(window))
    view = work_in(window, "LCC")
    image = window.session.image
    assert image is not None and image.spacing is not None
    window.session.perform(LESION)
    window.session.select([1])
    nipple, band = sheet(view).nipple, sheet(views(window)[3]).band
    assert nipple is not None and band is not None
    down, right = image.spacing
    assert band.middle == pytest.approx(np.hypot((25 - nipple[0]) * right, (45 - nipple[1]) * down))
    assert band.near == pytest.approx(min(np.hypot((x - nipple[0]) * right, (y - nipple[1]) * down) for x, y in LESION.points))
    assert "at the detector" in band.said
    assert [sheet(other).band for other in views(window)[:3]] == [None] * 3
    window.session.select([])
    assert sheet(views(window)[3]).band is None
    at = view.image_to_widget(25, 45).toPoint()
    QTest.mouseMove(view, at)
    qtbot.waitUntil(lambda: sheet(views(window)[3]).band is not None)
    run(window, "edit.undo")
    run(window, "edit.undo")
    assert sheet(views(window)[3]).nipple is None


def test_esc_ends_marking_nipples_and_the_hand_draws_again(window: MainWindow) -> None:
    run(window, "mammography.nipple")
    QTest.keyClick(window.view, Qt.Key.Key_Escape)
    assert not window.commands.actions["mammography.nipple"].isChecked()
    assert not any(view.asked_for_point for view in views(window))


def test_two_outlines_are_tied_by_a_key_and_shine_together(window: MainWindow) -> None:
    for view in ("LCC", "LMLO"):
        work_in(window, view)
        window.session.perform(LESION)
        window.session.select([1])
    QTest.keyClick(window.view, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    cc, mlo = views(window)[1], views(window)[3]
    assert (cc.model.selection, mlo.model.selection) == ({1}, {1})
    assert set(window.session.lesions().values()) == {"A"}
    rows = named(window, "lesion_list").model().rows
    assert [(row.right, row.note) for row in rows] == [("A", "LCC, LMLO")]
    run(window, "mammography.untie")
    assert cc.model.selection == set()
    run(window, "edit.undo")
    assert cc.model.selection == {1}
