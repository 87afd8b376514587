"""The window imports what other programs drew, shows what it found before, and exports with progress; all by keyboard."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from annotator.gui.parts.export_annotations import ExportPart
from annotator.gui.parts.import_annotations import ImportPart
from annotator.gui.window import MainWindow
from tests.gui.conftest import draw_box, named


def lines(window: MainWindow, name: str) -> list[str]:
    found = named(window, name, QListWidget)
    return [found.item(row).text() for row in range(found.count())]


def coco(folder: Path, window: MainWindow) -> Path:
    """COCO for two of the open images, and one that nobody has."""
    keys = [image.key.uid for image in window.session.images[:2]] + ["1.2.3"]
    images = [{"id": n, "file_name": f"{uid}.png", "width": 64, "height": 64, "sop_instance_uid": uid} for n, uid in enumerate(keys, 1)]
    square = [10, 10, 30, 10, 30, 30, 10, 30]
    annotations = [
        {"id": n, "image_id": n, "category_id": 1, "bbox": [10, 10, 20, 20], "area": 400, "iscrowd": 0, "segmentation": [square]}
        for n in (1, 2, 3)
    ]
    annotations.append({**annotations[0], "id": 4, "category_id": 2})
    categories = [{"id": 1, "name": "악성", "supercategory": "CCT"}, {"id": 2, "name": "giraffe", "supercategory": "zoo"}]
    path = folder / "other.json"
    path.write_text(json.dumps({"images": images, "annotations": annotations, "categories": categories}), "utf-8")
    return path


def test_what_was_found_is_shown_before_it_is_one_undoable_edit(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    source = coco(tmp_path, window)
    window.commands.actions["project.import"].trigger()
    part = named(window, "import_annotations", ImportPart)
    assert part.isVisible()
    named(window, "import.source", QLineEdit).setText(str(source))
    QTest.keyClick(named(window, "import.source"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: part.take.isEnabled(), timeout=10_000)
    said = lines(window, "import.preview")
    assert "2 by SOP Instance UID" in said
    assert any("giraffe" in line for line in said)
    assert any("no image fits" in line for line in said)
    assert window.session.document.count() == 0
    QTest.keyClick(part.take, Qt.Key.Key_Space)
    assert not part.isVisible()
    assert window.session.document.count() == 2
    window.session.undo()
    assert window.session.document.count() == 0


def test_what_is_there_is_not_imported_twice(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    source = coco(tmp_path, window)
    part = named(window, "import_annotations", ImportPart)
    for _ in range(2):
        window.commands.actions["project.import"].trigger()
        part.source.setText(str(source))
        part.look_into()
        qtbot.waitUntil(lambda: part.take.isEnabled(), timeout=10_000)
        part.take.click()
    assert window.session.document.count() == 2


def test_a_source_that_is_none_is_said_and_nothing_can_be_imported(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    window.commands.actions["project.import"].trigger()
    part = named(window, "import_annotations", ImportPart)
    part.source.setText(str(tmp_path / "nowhere"))
    part.look_into()
    qtbot.waitUntil(lambda: any("it is not there" in line for line in lines(window, "import.preview")), timeout=10_000)
    assert not part.take.isEnabled()


def test_the_project_is_exported_with_a_reading_kit(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    draw_box(window)
    window.commands.actions["project.export"].trigger()
    part = named(window, "export_annotations", ExportPart)
    part.kind.setCurrentIndex(part.kind.findData("coco"))
    assert named(window, "export.with.segmentation", QComboBox).count() > 1
    part.folder.setText(str(tmp_path / "out"))
    QTest.keyClick(part.start, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: (tmp_path / "out" / "index.csv").is_file() and part.start.isEnabled(), timeout=20_000)
    assert any("1 annotations written" in line for line in lines(window, "export.said"))
    part.write()
    qtbot.waitUntil(lambda: any("nothing is overwritten" in line for line in lines(window, "export.said")), timeout=10_000)
    QTest.keyClick(part, Qt.Key.Key_Escape)
    assert not part.isVisible()


def test_choices_follow_the_format(window: MainWindow) -> None:
    window.commands.actions["project.export"].trigger()
    part = named(window, "export_annotations", ExportPart)
    for name in ("yolo", "lung-json", "coco"):
        part.kind.setCurrentIndex(part.kind.findData(name))
    assert set(part._choices) >= {"segmentation"}
    assert not part.by.isVisible()
    part.split.setCurrentIndex(1)
    assert part.by.isVisible()
