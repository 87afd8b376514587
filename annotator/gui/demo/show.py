"""Open the demonstration study; without a display, do with it what a specialist does and print where the results are."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from annotator.dicom.phantom import write_study
from annotator.dicom.phantom.chest_ct import nodules
from annotator.dicom.phantom.fields import Ellipsoid
from annotator.domain.annotation import Annotation
from annotator.domain.image import Image
from annotator.domain.path import Point
from annotator.gui import app
from annotator.gui.demo.hands import Hands
from annotator.paths import local_folder
from annotator.workspace import projects
from annotator.workspace.notice import SavedState

NODULE = nodules(64)["nodule1"]
"""The solid nodule of the demonstration's chest CT, in millimetres."""


def run(out: Path | None = None) -> int:
    """Show the demonstration in `out` (else in the person's local folder); returns the exit code.

    Without a display it prints `json PATH`, `mask PATH` and `picture PATH`, one a line.
    """
    place = (out or local_folder() / "demonstration").absolute()
    study, project = place / "study", place / "project"
    if not (study / ".all-kinds").exists():
        write_study(study)
        (study / ".all-kinds").touch()
    if not (project / "project.toml").exists():
        projects.create("lung-cancer", project)
    arguments = ["--project", str(project), str(study)]
    if _has_display():
        return app.main(arguments)
    pictures = place / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    before = qInstallMessageHandler(_without_platform_notes)
    try:
        _work(arguments, pictures)
    finally:
        qInstallMessageHandler(before)
    files = [*sorted(project.rglob("json/*.json")), *sorted(project.rglob("binary/*.dcm")), *sorted(pictures.glob("*.png"))]
    names = {".json": "json", ".dcm": "mask", ".png": "picture"}
    for file in files:
        print(names[file.suffix], file)
    return 0


def _without_platform_notes(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Pass on what Qt says, but for what its offscreen platform cannot do and nobody needs."""
    if not text.startswith("This plugin does not support"):
        sys.stderr.write(text + "\n")


def _has_display() -> bool:
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform in ("offscreen", "minimal"):
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _work(arguments: list[str], pictures: Path) -> None:
    """A first case from opening to opening again, each step through the window."""
    _, window = app.start(arguments)
    window.resize(1440, 900)
    hands = Hands(window)
    session = window.session
    hands.wait(lambda: session.scanning is None and session.picture is not None, "the study is open")
    ct = next(s for s in session.catalogue.in_order if s.modality == "CT")
    slice_of_nodule, nodule = _seen(ct.images, NODULE)
    session.open_series(ct.uid, slice_of_nodule - 1)
    hands.wait(lambda: hands.view.property("image_index") == slice_of_nodule - 1, "the slice is painted")
    hands.wheel(3)
    hands.wheel(-2)
    hands.wait(lambda: hands.view.property("image_index") == slice_of_nodule, "the slice of the nodule is painted")
    hands.drag([(200, 200), (230, 190)], Qt.MouseButton.RightButton)
    session.set_window(-600, 1500)
    window.grab().save(str(pictures / "1-opened.png"))
    drawn = _draw_everything(hands, nodule)
    window.grab().save(str(pictures / "2-drawn.png"))
    hands.do("file.save")
    hands.wait(lambda: session.saved_state is SavedState.SAVED, "everything is saved")
    hands.view.fit()
    window.grab().save(str(pictures / "3-saved.png"))
    window.close()
    _, again = app.start(arguments)
    again.resize(1440, 900)
    second = Hands(again)
    second.wait(lambda: again.session.picture is not None and bool(again.session.annotations), "the case is open again")
    if again.session.annotations != drawn:
        raise RuntimeError("what was saved is not what came back")
    again.grab().save(str(pictures / "4-opened-again.png"))
    again.close()
    QApplication.processEvents()


def _seen(images: Sequence[Image], ellipsoid: Ellipsoid) -> tuple[int, Point]:
    """Where an ellipsoid of the phantom is seen best: place of the slice, and its centre in image coordinates."""
    x, y, z = ellipsoid.centre
    planes = [image.plane for image in images if image.plane is not None]
    best = min(range(len(planes)), key=lambda i: abs(planes[i].position[2] - z))
    left, top, _ = planes[best].position
    row_spacing, column_spacing = planes[best].spacing
    return best, ((x - left) / column_spacing + 0.5, (y - top) / row_spacing + 0.5)


def _draw_everything(hands: Hands, nodule: Point) -> tuple[Annotation, ...]:
    """Draw with every tool in every mode, on the category that a digit chooses; the outlines go round the nodule."""
    x, y = nodule
    steps: list[tuple[str, Qt.Key, str, Sequence[Point]]] = [
        ("mode.new", Qt.Key.Key_1, "tool.free", _round(x, y, 17)),
        ("mode.add", Qt.Key.Key_1, "tool.free", _round(x + 12, y + 8, 9)),
        ("mode.sub", Qt.Key.Key_1, "tool.free", _round(x - 16, y + 3, 6)),
        ("mode.new", Qt.Key.Key_3, "tool.box", [(320, 200), (352, 236)]),
        ("mode.add", Qt.Key.Key_3, "tool.box", [(344, 220), (372, 252)]),
        ("mode.sub", Qt.Key.Key_3, "tool.box", [(330, 210), (340, 220)]),
        ("mode.new", Qt.Key.Key_5, "tool.box", [(372, 270), (396, 292)]),
        ("mode.new", Qt.Key.Key_2, "tool.line", [(150, 300), (190, 330)]),
        ("mode.add", Qt.Key.Key_2, "tool.line", [(170, 315), (185, 295)]),
        ("mode.sub", Qt.Key.Key_2, "tool.line", [(160, 320), (168, 300)]),
    ]
    for mode, category, tool, points in steps:
        hands.do(mode)
        hands.do(tool)
        hands.key(category, chr(category.value))
        hands.drag(points)
    hands.do("mode.new")
    hands.do("tool.free")
    hands.key(Qt.Key.Key_4, "4")
    corners = [(330.0, 300.0), (362.0, 292.0), (370.0, 324.0), (342.0, 336.0)]
    for corner in corners:
        hands.click(corner)
    hands.key(Qt.Key.Key_Return)
    hands.do("edit.undo")
    hands.do("edit.redo")
    return hands.window.session.annotations  # type: ignore[attr-defined,no-any-return]  # the demonstration knows its own window


def _round(x: float, y: float, radius: float) -> list[Point]:
    """A freehand outline around (x, y)."""
    turns = [2 * math.pi * i / 48 for i in range(48)]
    return [(x + radius * (1 + 0.12 * math.sin(5 * t)) * math.cos(t), y + radius * math.sin(t)) for t in turns]
