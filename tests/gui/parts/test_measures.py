"""What is selected is measured in the window: on its saved pixels, in both languages, copied as a table's line, drawn as axes."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.edit import Change, Edit
from annotator.domain.mask_measures import mask_measures, mask_values
from annotator.domain.raster import shape_mask
from annotator.gui.parts.measures import MeasuresPart, Table
from annotator.gui.window import MainWindow
from annotator.i18n import message, use_language
from annotator.present.measures import volume_text
from annotator.present.sizes import sizes
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.sizing import Sizing
from annotator.workspace.tasks import Immediate
from tests.gui.conftest import Open, draw_box, named, until_painted

CONTROL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
FREE = Stroke(Makes.REGION, ((30.0, 30.0), (44.3, 31.7), (41.2, 40.1), (33.0, 42.6)))
LINE = Stroke(Makes.PATH, ((5.0, 50.0), (25.0, 50.0), (25.0, 55.0)))


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    """A box, another region and a line; nothing is selected."""
    draw_box(window)
    for tool, stroke in (("tool.free", FREE), ("tool.line", LINE)):
        window.commands.actions[tool].trigger()
        window.session.perform(stroke)
    return window


def labels_of(window: MainWindow) -> list[QLabel]:
    """What the panel says, name and value in turn."""
    return [label for label in named(window, "measures", MeasuresPart).findChildren(QLabel) if label.isVisible() and label.text()]


def shown(window: MainWindow) -> list[str]:
    return [label.text() for label in labels_of(window)]


def test_the_measures_stand_beside_the_picture_while_something_is_selected(drawn: MainWindow) -> None:
    assert not named(drawn, "measures").isVisible()
    drawn.session.select([2])
    assert named(drawn, "measures").isVisible()
    drawn.session.select([])
    assert not named(drawn, "measures").isVisible()


def test_they_need_the_width_of_the_longest_row_and_not_of_the_longest_name_and_value(qtbot: QtBot) -> None:
    panel, rows = QWidget(), [("The metabolic volume", "1 ml"), ("Mean", "1234.5 SUVbw and more")]
    qtbot.addWidget(panel)
    table = Table(panel)
    panel.setLayout(table)
    table.show_rows(rows)
    widths = [label.sizeHint().width() for label in panel.findChildren(QLabel)]
    assert max(widths) < table.minimumSize().width() < max(widths[::2]) + max(widths[1::2])


def test_they_are_those_of_the_saved_mask_and_of_the_pixels_under_it(drawn: MainWindow) -> None:
    drawn.session.select([2])
    image, picture, (region,) = drawn.session.image, drawn.session.picture, (a for a in drawn.session.annotations if a.id == 2)
    mask = shape_mask(region.shape, image.rows, image.columns, None)
    found, values = mask_measures(mask, image.spacing), mask_values(mask, picture)
    said = dict(zip(shown(drawn)[::2], shown(drawn)[1::2], strict=True))
    assert list(said) == ["Area", "Perimeter", "Long × short axis", "Mean ± σ", "Lowest … highest"]
    assert said["Area"].endswith(f"· {mask.count} px")
    assert said["Perimeter"] == f"{found.perimeter:.1f} mm"
    assert said["Long × short axis"] == f"{found.long.length:.1f} × {found.short.length:.1f} mm"
    assert said["Mean ± σ"].endswith(" HU") and said["Lowest … highest"].startswith(f"{values.least:.0f}".replace("-", "−"))


def test_a_box_has_sides_a_line_a_length_and_several_together_an_area(drawn: MainWindow) -> None:
    drawn.session.select([1])
    sides = drawn.session.image.spacing
    assert f"{10 * sides[1]:.1f} × {12 * sides[0]:.1f} mm" in shown(drawn)
    drawn.session.select([3])
    assert shown(drawn)[:2] == ["Length", f"{20 * sides[1] + 5 * sides[0]:.1f} mm"]
    drawn.session.select([1, 2, 3])
    assert shown(drawn)[::2] == ["Length", "Area", "Mean ± σ", "Lowest … highest"]
    assert int(shown(drawn)[3].split("· ")[1].split()[0]) > 120


def test_an_edit_is_measured_at_once(drawn: MainWindow) -> None:
    drawn.session.select([1])
    before = shown(drawn)
    drawn.commands.actions["mode.sub"].trigger()
    drawn.session.perform(Stroke(Makes.REGION, ((9.0, 9.0), (21.0, 9.0), (21.0, 15.0), (9.0, 15.0))))
    assert shown(drawn)[1].endswith("· 70 px") and shown(drawn) != before
    drawn.commands.actions["edit.undo"].trigger()
    drawn.session.select([1])
    assert shown(drawn) == before


def test_lengths_say_where_they_were_measured(drawn: MainWindow) -> None:
    """An image whose spacing is the detector's, or that has none."""
    drawn.session.select([1])
    session, sizing = drawn.session, Sizing(Immediate(), lambda: None)
    own = session.place.image
    assert own is not None and sizes(session, sizing).note == ""
    index = session.series.places[own.key]
    for changes, note in (({"spacing_at_detector": True}, "at the detector"), ({"spacing": None}, "how large its pixels are")):
        images = list(session.series.images)
        images[index] = replace(own, **changes)
        session.series = replace(session.series, stock=tuple(images))
        found = sizes(session, sizing)
        assert note in found.note
    assert dict(found.rows)["Perimeter"] == "44.0 px" and dict(found.rows)["Area"] == "120 px"


def test_in_korean_they_have_korean_names(drawn: MainWindow) -> None:
    drawn.session.select([2])
    drawn.speak("ko")
    assert shown(drawn)[::2] == ["면적", "둘레", "장경 × 단경", "평균 ± σ", "최소 … 최대"]
    use_language("en")


def test_a_key_copies_a_line_for_each_selected_annotation(drawn: MainWindow) -> None:
    copy = drawn.commands.actions["measure.copy"]
    assert not copy.isEnabled()
    drawn.session.select([1, 3])
    QTest.keyClick(drawn.view, Qt.Key.Key_C, CONTROL_ALT)
    (box, line) = (row.split("\t") for row in QGuiApplication.clipboard().text().split("\n"))
    down, right = drawn.session.image.spacing
    assert (len(box), len(line), box[0], box[9], box[-1]) == (15, 15, "1", "mm", "HU")
    assert [float(box[n]) for n in (2, 6, 7)] == pytest.approx([120 * down * right, 10 * right, 12 * down])
    assert line[2:8] == [""] * 6 and float(line[8]) == pytest.approx(20 * right + 5 * down)
    assert drawn.session.said is not None and "area" in drawn.session.said.message.text


def test_the_axes_of_the_selection_are_drawn_and_that_is_remembered(drawn: MainWindow, open_window: Open) -> None:
    drawn.session.select([2])
    drawn.view.repaint()
    before = drawn.view.grab().toImage()
    QTest.keyClick(drawn.view, Qt.Key.Key_X, CONTROL_ALT)
    assert drawn.commands.actions["measure.axes"].isChecked()
    (region,) = (a for a in drawn.session.annotations if a.id == 2)
    image = drawn.session.image
    long = mask_measures(shape_mask(region.shape, image.rows, image.columns, None), image.spacing).long
    x, y = (a + (b - a) / 4 for a, b in zip(long.start, long.end, strict=True))
    there = drawn.view.image_to_widget(x, y).toPoint()
    after = drawn.view.grab().toImage()
    around = [(there.x() + i, there.y() + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    assert not any(_like_an_axis(before.pixelColor(*place)) for place in around)
    assert any(_like_an_axis(after.pixelColor(*place)) for place in around)
    drawn.session.select([])
    drawn.view.repaint()
    assert drawn.view.grab().toImage() != after
    assert open_window().legend.axes


def _like_an_axis(colour: QColor) -> bool:
    return colour.blue() > colour.red() + 60


def test_a_large_one_is_measured_beside_the_window(window: MainWindow, qtbot: QtBot) -> None:
    """The panel waits with an ellipsis, and says all when it is there."""
    from annotator.domain import mask_measures as measuring

    kept = measuring._MANY_PIXELS
    measuring._MANY_PIXELS = 100
    try:
        draw_box(window)
        window.session.select([1])
        assert shown(window) == ["Area", "…"]
        qtbot.waitUntil(lambda: len(shown(window)) == 12, timeout=5_000)
        assert shown(window)[1].endswith("· 120 px")
    finally:
        measuring._MANY_PIXELS = kept


def test_what_was_measured_is_kept_until_it_changes(drawn: MainWindow) -> None:
    sizing, session = Sizing(Immediate(), lambda: None), drawn.session
    shapes = [a.shape for a in session.annotations]
    found = sizing.of(shapes, session.image, 2.0, session.picture)
    assert sizing.of(shapes, session.image, 2.0, session.picture) is found
    assert sizing.of(shapes, session.image, 4.0, session.picture).values.count > found.values.count
    assert sizing.of(shapes[:1], session.image, 2.0, None).values is None
    for number in range(40):
        sizing.of(shapes, session.image, float(number + 5), session.picture)
    assert len(sizing._known) <= 32


def test_the_list_says_the_main_figure(drawn: MainWindow) -> None:
    notes = [row.said for row in drawn.annotations.rows.rows]
    down, right = drawn.session.image.spacing
    assert f"{10 * right:.1f} × {12 * down:.1f} mm" in notes[0] and "⌀" in notes[1] and notes[2].endswith(" mm")


def test_of_a_lesion_on_several_slices_the_whole_is_measured_too(window: MainWindow, qtbot: QtBot) -> None:
    """Boxes of 10 × 12 on two slices that lie beside each other."""
    session = window.session
    for _ in range(2):
        draw_box(window)
        session.page(1)
        until_painted(qtbot, window)
    every = [a for image in session.images for a in session.document.on(image.key)]
    session._do(Edit(message("Join"), tuple(Change(a, replace(a, lesion=1)) for a in every)))
    session.show([image.key for image in session.images].index(every[1].image))
    until_painted(qtbot, window)
    session.select([1])
    qtbot.waitUntil(lambda: len(shown(window)) > 12, timeout=5_000)
    said = dict(zip(shown(window)[::2], shown(window)[1::2], strict=True))
    images, (down, right) = session.images, session.image.spacing
    step = abs(images[1].plane.distance() - images[0].plane.distance())
    assert said["Lesion"] == "2 slices"
    assert said["Volume"] == volume_text(2 * 120 * down * right * step)
    places = [[image.key for image in images].index(a.image) + 1 for a in every]
    assert said["Longest diameter"] == f"{math.hypot(12 * down, 10 * right):.1f} mm · image {min(places)}"
    assert said["Mean · highest"].endswith(" HU") and "Total glycolysis (TLG)" not in said
    session.select([])
    session.page(1)
    assert not named(window, "measures").isVisible()


def test_an_annotation_is_measured_only_when_its_row_is_shown(window: MainWindow) -> None:
    """Of a long list that was not painted yet nothing was measured; a screen reader hears the size all the same."""
    strokes = [Stroke(Makes.BOX, ((1.0 + n, 1.0), (20.0 + n, 20.0))) for n in range(30)]
    draw_box(window, *strokes)
    last = window.annotations.rows.index(29)
    shape = window.session.annotations[29].shape
    window.annotations.scrollToTop()
    window.annotations.repaint()
    assert "_measures" not in shape.__dict__
    spoken = last.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("30  ") and " mm" in spoken
    assert "_measures" in shape.__dict__
