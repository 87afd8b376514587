"""Annotations leave the window and come back: equal masks, one edit a case, nothing twice, whole files, and errors told beforehand."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.gui.covers.exporting import ExportPart
from annotator.gui.covers.importing import ImportPart
from annotator.gui.window import MainWindow
from annotator.i18n import say
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.exchange import writing
from annotator.workspace.notice import SavedState
from annotator.workspace.projects import create
from tests.gui.conftest import BOX, Open, draw_box, named, until_painted

OUTLINE = Stroke(Makes.REGION, ((30.0, 30.5), (45.5, 33.0), (41.0, 47.5), (33.0, 44.0)))


def exporting(window: MainWindow, qtbot: QtBot) -> ExportPart:
    window.commands.actions["project.export"].trigger()
    part = window.parts.widget("export")
    assert isinstance(part, ExportPart)
    qtbot.waitUntil(lambda: window.session.exchanging is None and part.seen is not None, timeout=20_000)
    return part


def choose(part: ExportPart, name: str) -> None:
    part.formats.setCurrentRow(list(part._offered).index(name))


def export(window: MainWindow, qtbot: QtBot, name: str, out: Path) -> ExportPart:
    part = exporting(window, qtbot)
    choose(part, name)
    part.folder.setText(str(out))
    QTest.keyClick(part.folder, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.exchanging is None and part.told.count() > 0, timeout=30_000)
    assert (out / "index.csv").is_file(), told(part) + part._wrong.text()
    QTest.keyClick(part, Qt.Key.Key_Escape)
    assert part.isHidden() and window.focusWidget() is window.view
    return part


def read(window: MainWindow, qtbot: QtBot, name: str, place: Path) -> ImportPart:
    part = window.parts.widget("import")
    assert isinstance(part, ImportPart)
    if part.isHidden():
        window.commands.actions["project.import"].trigger()
    part.format.setCurrentIndex(part.format.findData(name))
    part.place.setText(str(place))
    part._forget()
    QTest.keyClick(part.place, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.exchanging is None and (part.seen is not None or part.told.count() > 0), timeout=20_000)
    return part


def take(window: MainWindow, qtbot: QtBot, part: ImportPart) -> None:
    assert window.focusWidget() is part._apply, told(part)
    QTest.keyClick(part._apply, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.exchanging is None, timeout=20_000)


def told(part: ImportPart | ExportPart) -> str:
    return "\n".join(part.told.item(row).text() for row in range(part.told.count()))


def masks(window: MainWindow) -> dict[tuple[str, str], list[tuple[int, ...]]]:
    """The pixels of each category on each image of the open case."""
    found: dict[tuple[str, str], list[tuple[int, ...]]] = {}
    for key, there in window.session.document.annotations.items():
        for a in there:
            assert isinstance(a.shape, Region)
            bounds = region_mask(a.shape, 64, 64).bounds
            found.setdefault((str(key), a.category), []).append(tuple(map(int, bounds)))
    return {place: sorted(one) for place, one in found.items()}


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    """The window with a box and an outline on two images, of two categories, not saved."""
    window.session.show(1)
    draw_box(window)
    window.session.show(3)
    window.commands.actions["tool.free"].trigger()
    window.session.choose_category(window.session.categories[2].key)
    window.session.perform(OUTLINE)
    assert window.session.saved_state is SavedState.UNSAVED
    return window


@pytest.fixture
def empty(open_window: Open, chest: Path, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """A window of an empty project on the same images."""
    opened = open_window("--project", create("lung-cancer", tmp_path / "empty").root, chest)
    until_painted(qtbot, opened)
    return opened


@pytest.mark.parametrize("name", ["coco", "mask-dicom", "lung-json"])
def test_what_is_exported_comes_back_with_equal_masks_as_one_edit(drawn, open_window, chest, qtbot, tmp_path, name):
    wanted = masks(drawn)
    part = export(drawn, qtbot, name, tmp_path / "out")
    assert "2 annotations written" in told(part)
    assert drawn.session.saved_state is SavedState.SAVED, "what is unsaved is saved first"
    drawn.close()
    window = open_window("--project", create("lung-cancer", tmp_path / "empty").root, chest)
    until_painted(qtbot, window)
    seen = read(window, qtbot, name, tmp_path / "out")
    assert seen.table.topLevelItemCount() == 2, told(seen)
    assert not window.session.document.count(), "nothing changes before Apply"
    take(window, qtbot, seen)
    assert masks(window) == wanted and len(wanted) == 2
    assert say(window.session.undo_name) == "Import annotations"
    assert seen.isHidden() and window.focusWidget() is window.view
    qtbot.waitUntil(lambda: window.session.saved_state is SavedState.SAVED, timeout=10_000)
    assert list((tmp_path / "empty").rglob("*.json"))
    window.session.undo()
    assert not window.session.document.count() and window.session.undo_name is None
    window.session.redo()
    assert masks(window) == wanted


def test_the_same_file_twice_adds_nothing_and_says_so(drawn, qtbot, tmp_path):
    export(drawn, qtbot, "coco", tmp_path / "out")
    before = drawn.session.document
    part = read(drawn, qtbot, "coco", tmp_path / "out")
    take(drawn, qtbot, part)
    assert drawn.session.document == before
    assert "2 were there already, with the same category and mask, and were skipped" in told(part)


def test_what_is_there_stays_and_new_ones_get_new_ids(drawn, empty, qtbot, tmp_path):
    export(drawn, qtbot, "coco", tmp_path / "out")
    empty.session.show(1)
    draw_box(empty, Stroke(Makes.BOX, ((40.0, 40.0), (50.0, 52.0))))
    own = empty.session.annotations
    take(empty, qtbot, read(empty, qtbot, "coco", tmp_path / "out"))
    empty.session.show(1)
    assert empty.session.annotations[:1] == own and [a.id for a in empty.session.annotations] == [1, 2]


def test_cases_that_are_not_open_are_brought_up_and_each_gets_one_edit(open_window, project, two_series, qtbot, tmp_path):
    window = open_window("--project", project, two_series)
    until_painted(qtbot, window)
    uids = [series.uid for series in window.session.catalogue.in_order]
    for uid in uids:
        window.session.open_series(uid, 1)
        draw_box(window, BOX)
    export(window, qtbot, "coco", tmp_path / "out")
    window.close()
    other = open_window("--project", create("lung-cancer", tmp_path / "empty").root, two_series)
    until_painted(qtbot, other)
    take(other, qtbot, read(other, qtbot, "coco", tmp_path / "out"))
    assert "2 annotations on 2 images of 2 cases" in say(other.session.said.message)
    assert other.session.series.uid == uids[0]
    for uid in uids:
        other.session.open_series(uid, 1)
        assert len(other.session.annotations) == 1 and say(other.session.undo_name) == "Import annotations"
        other.session.undo()
        assert not other.session.annotations


def test_a_broken_file_is_told_in_the_preview_and_changes_nothing(window, qtbot, tmp_path):
    (tmp_path / "broken.json").write_text('{"images": [', "utf-8")
    part = read(window, qtbot, "coco", tmp_path / "broken.json")
    assert "broken.json" in told(part) and not part._apply.isEnabled()
    part = read(window, qtbot, "coco", tmp_path / "nowhere")
    assert "it is not there" in told(part) and window.session.undo_name is None


def with_other_labels(out: Path, names: dict[str, str], to: Path) -> Path:
    """What was exported, with labels of another program: own name → label; every other one is "Unheard of"."""
    file = next(path for path in out.rglob("*.json") if b'"images"' in path.read_bytes())
    said = json.loads(file.read_bytes())
    categories = [{"id": one["id"] + 9000, "name": names.get(one["name"], "Unheard of")} for one in said["categories"]]
    annotations = [{**annotation, "category_id": annotation["category_id"] + 9000} for annotation in said["annotations"]]
    images = [*said["images"], {"id": 99, "file_name": "nobody.png", "width": 64, "height": 64}]
    to.write_text(json.dumps({"images": images, "categories": categories, "annotations": annotations}), "utf-8")
    return to


def test_unknown_labels_and_images_are_told(drawn, empty, qtbot, tmp_path):
    export(drawn, qtbot, "coco", tmp_path / "out")
    part = read(empty, qtbot, "coco", with_other_labels(tmp_path / "out", {}, tmp_path / "other.json"))
    assert "nobody.png: no image fits" in told(part)
    assert "“Unheard of” is no category here" in told(part) and not part._apply.isEnabled()


def test_a_label_is_taken_as_the_category_that_a_key_chooses_and_the_choice_can_be_kept(drawn, empty, qtbot, tmp_path):
    export(drawn, qtbot, "coco", tmp_path / "out")
    first, third = drawn.session.categories[0], drawn.session.categories[2]
    other = with_other_labels(tmp_path / "out", {third.name: "nodule", first.name: third.name}, tmp_path / "other.json")
    part = read(empty, qtbot, "coco", other)
    rows = {said.label: (said, field) for said, field in part.labels.fields.items()}
    assert set(rows) == {"nodule", third.name}
    said, field = rows["nodule"]
    assert rows[third.name][1].currentData() == third.key and field.currentData() == "", "what is known is chosen already"
    assert empty.focusWidget() is field and not part.keep.isEnabled(), "the keyboard waits where a person must choose"
    QTest.keyClick(field, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: part.seen.meanings == {said: empty.session.categories[1].key} and empty.session.exchanging is None)
    assert part.labels.fields[said] is field and field.currentData() == empty.session.categories[1].key
    assert part.table.topLevelItemCount() == 2 and "Unheard of" not in told(part) and "nodule" not in told(part)
    part.keep.setFocus()
    QTest.keyClick(part.keep, Qt.Key.Key_Space)
    part._apply.setFocus()
    take(empty, qtbot, part)
    found = {a.category for there in empty.session.document.annotations.values() for a in there}
    assert found == {third.key, empty.session.categories[1].key}
    again = read(empty, qtbot, "coco", other)
    assert again.labels.fields[said].currentData() == empty.session.categories[1].key, "it was kept"
    QTest.keyClick(again.labels.fields[said], Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: again.seen.meanings == {said: ""} and empty.session.exchanging is None)
    assert again.seen.count == 1 and "nodule" not in told(again), "what a person leaves out needs no remark"


def test_cancel_leaves_whole_files_only(drawn, qtbot, tmp_path, monkeypatch):
    made = writing.make

    def slowly(task):
        time.sleep(0.3)
        return made(task)

    monkeypatch.setattr(writing, "make", slowly)
    monkeypatch.setattr(writing, "CHUNK", 1)
    part = exporting(drawn, qtbot)
    choose(part, "labelme")
    part.folder.setText(str(tmp_path / "out"))
    part._begin.click()
    stop = named(drawn, "export.cancel")
    assert stop.isVisible() and stop.hasFocus()
    qtbot.waitUntil(lambda: any((tmp_path / "out").rglob("*.json")), timeout=20_000)
    QTest.keyClick(stop, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: drawn.session.exchanging is None, timeout=20_000)
    assert "Stopped" in told(part) and not (tmp_path / "out" / "index.csv").exists()
    for path in (tmp_path / "out").rglob("*.json"):
        json.loads(path.read_bytes())


def test_what_would_be_lost_is_said_before_it_begins(drawn, qtbot, tmp_path):
    part = exporting(drawn, qtbot)
    choose(part, "yolo")
    assert "lost: " in part.lost.text() and "2 annotations" in part.lost.text()
    assert "It cannot hold" in part.holds.text() and not list(tmp_path.glob("out"))


def test_a_folder_that_is_not_empty_or_a_wrong_split_is_refused(drawn, qtbot, tmp_path):
    part = exporting(drawn, qtbot)
    QTest.keyClick(part.folder, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: part._wrong.text() == "Name the folder first")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("mine", "utf-8")
    part.folder.setText(str(tmp_path / "full"))
    part.split.setText("many")
    QTest.keyClick(part.split, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "two or three numbers" in part._wrong.text())
    assert drawn.focusWidget() is part.split
    part.split.clear()
    part._begin.click()
    qtbot.waitUntil(lambda: "nothing is overwritten" in told(part), timeout=10_000)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["a.txt"]


def test_choices_follow_the_format_and_the_split_opens_its_fields(drawn, qtbot):
    part = exporting(drawn, qtbot)
    for name in ("yolo", "lung-json", "coco"):
        choose(part, name)
    assert set(part.choices) >= {"segmentation"} and not part.by.isEnabled()
    field = part.choices["segmentation"]
    assert field.currentText() == "polygon, run lengths where needed" and part._words()[0] == "segmentation=auto"
    field.setCurrentIndex(field.findText("box alone"))
    assert part._words()[0] == "segmentation=box", "commands and files know the value, a person reads words"
    part.split.setText("8:1:1")
    assert part.by.isEnabled()


def test_both_covers_speak_korean(drawn, qtbot):
    part = exporting(drawn, qtbot)
    drawn.speak("ko")
    assert part._begin.text() == "내보내기" and part.title.text() == "어노테이션 내보내기"
    drawn.commands.actions["project.import"].trigger()
    other = drawn.parts.widget("import")
    assert isinstance(other, ImportPart) and other._apply.text() == "적용"
