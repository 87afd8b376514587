"""Bad days: what cannot be read or written is said in one sentence, the window lives, and no stroke is lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from PySide6.QtWidgets import QApplication

from tests.journeys.conftest import Open
from tests.pixels.readers import dicom_mask
from tests.pixels.room import Hand, files


def draw_box(hand: Hand) -> None:
    hand.do("tool.box")
    hand.drag([hand.place(10, 10), hand.place(20, 20), hand.place(30, 25)])


def told(hand: Hand, *words: object) -> str:
    """What the window says, once all these words are in it; nothing modal is open."""

    def everything() -> None:
        said = "\n".join(hand.window.notices.texts)
        assert said and all(str(word) in said for word in words), said

    hand.until(everything)
    assert QApplication.activeModalWidget() is None
    return "\n".join(hand.window.notices.texts)


def works(hand: Hand, images: Path) -> None:
    """The window lives: it opens images and lets one draw on them."""
    hand.window.open_paths([images])
    hand.until_painted()
    draw_box(hand)
    assert len(hand.session.annotations) == 1


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_folder_without_an_image(open_window: Open, images: Path, tmp_path: Path, language: str) -> None:
    (tmp_path / "문서" / "더 깊이").mkdir(parents=True)
    (tmp_path / "문서" / "읽어보세요.txt").write_text("영상이 아닙니다", "utf-8")
    hand = open_window("--language", language, tmp_path / "문서")
    said = told(hand, tmp_path / "문서")
    assert ("No DICOM image was found" in said) == (language == "en")
    assert bool(re.search("[가-힣]", said.replace(str(tmp_path / "문서"), ""))) == (language == "ko")
    works(hand, images)


def test_a_folder_that_is_gone(open_window: Open, images: Path, tmp_path: Path) -> None:
    hand = open_window(tmp_path / "gone")
    told(hand, tmp_path / "gone")
    works(hand, images)


def test_a_broken_file_among_good_ones_stops_nothing(open_window: Open, project: Path, images: Path) -> None:
    paths = sorted(images.glob("*.dcm"))
    paths[1].write_bytes(paths[1].read_bytes()[:-3000])
    (images / "IM9999.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\xff" * 500)
    os.mkfifo(images / "pipe.dcm")
    (images / "loop").symlink_to(images)
    hand = open_window("--project", project, images)
    hand.until_painted()
    assert len(hand.session.images) == 4
    problems = []
    for index in range(4):
        hand.until_painted(index)
        problems.append(hand.session.picture_problem or hand.session.image.problem)
    assert [problem is not None for problem in problems] == [False, True, False, False]
    draw_box(hand)
    hand.save()
    assert len(files(project, "*.json")) == 1
    skipped = {Path(entry.path).name for entry in hand.session.catalogue.skipped}
    assert skipped == {"IM9999.dcm", "pipe.dcm", "loop"}


MISTAKES = {
    "foreground": ("project.toml", "foreground = 255", "foreground = 0", ["project.toml", "line {line}", "mask.foreground", "1 to 255"]),
    "no-toml": ("project.toml", "name_en = ", "name_en ", ["project.toml", "line {line}"]),
    "missing-column": ("categories.csv", ",colour,", ",", ["categories.csv", "line 1", "colour"]),
    "duplicate-id": ("categories.csv", "2,전이성_병변", "1,전이성_병변", ["categories.csv", "line {line}", "“id”", "stands twice"]),
    "wrong-colour": ("categories.csv", "#dd7766", "salmon", ["categories.csv", "line {line}", "“colour”", "salmon"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_project_is_told_with_its_line_and_key(open_window: Open, project: Path, images: Path, mistake: str) -> None:
    name, right, wrong, words = MISTAKES[mistake]
    before = (project / name).read_text("utf-8-sig")
    assert right in before
    line = before[: before.index(right)].count("\n") + 1
    (project / name).write_text(before.replace(right, wrong, 1), "utf-8")
    hand = open_window("--project", project)
    told(hand, *(word.format(line=line) for word in words))
    works(hand, images)


def test_an_output_folder_that_cannot_be_written(open_window: Open, project: Path, images: Path) -> None:
    (project / "lung_cancer").write_text("a file where the folder should be")
    hand = open_window("--project", project, images)
    hand.until_painted()
    draw_box(hand)
    drawn = hand.session.annotations
    hand.do("file.save")
    hand.until(lambda: hand.saved_state() == "failed")
    told(hand, project / "lung_cancer")
    hand.window.close()
    again = open_window("--project", project, images)
    again.until_painted()
    assert again.session.annotations == drawn
    again.until(lambda: again.saved_state() == "failed")
    (project / "lung_cancer").unlink()
    again.save()
    assert dicom_mask(files(project, "*_binary.dcm")[0]).sum() == 300


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB of its own, where one may mount."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=400k", "tmpfs", place], capture_output=True, check=False)
    if not done or done.returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_and_then_room_again(open_window: Open, project: Path, images: Path, small_disk: Path) -> None:
    moved = shutil.copytree(project, small_disk / "과제")
    hand = open_window("--project", moved, images)
    hand.until_painted()
    draw_box(hand)
    hand.save()
    kept = {path: path.read_bytes() for path in [*files(moved, "*.json"), *files(moved, "*_binary.dcm")]}
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            pass
    hand.type("2")
    hand.do("tool.free")
    hand.drag([hand.place(x, y) for x, y in ((40, 40), (55, 41), (50, 58), (41, 50))])
    drawn = hand.session.annotations
    hand.do("file.save")
    hand.until(lambda: hand.saved_state() == "failed")
    told(hand, "journal")
    assert {path: path.read_bytes() for path in kept} == kept
    assert hand.session.annotations == drawn
    filler.unlink()
    hand.save()
    assert len(files(moved, "*_binary.dcm")) == 2


def test_a_read_only_disk_says_so_and_keeps_the_strokes(open_window: Open, project: Path, images: Path, small_disk: Path) -> None:
    moved = shutil.copytree(project, small_disk / "과제")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    hand = open_window("--project", moved, images)
    hand.until_painted()
    told(hand, "cannot be written")
    draw_box(hand)
    drawn = hand.session.annotations
    assert len(drawn) == 1
    hand.do("file.save")
    hand.until(lambda: hand.saved_state() != "saving")
    assert hand.saved_state() == "failed"
    hand.window.close()
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    again = open_window("--project", moved, images)
    again.until_painted()
    assert again.session.annotations == drawn
    again.save()
    assert len(files(moved, "*_binary.dcm")) == 1


def test_a_header_that_names_a_person_leaves_no_trace_in_the_files(open_window: Open, project: Path, images: Path) -> None:
    for path in images.glob("*.dcm"):
        dataset = pydicom.dcmread(path)
        dataset.PatientName, dataset.PatientID, dataset.InstitutionName = "홍^길동", "CANARY77", "가나병원"
        dataset.PatientIdentityRemoved = "NO"
        dataset.save_as(path)
    hand = open_window("--project", project, images)
    hand.until_painted()
    draw_box(hand)
    hand.window.close()
    for path in (p for p in project.rglob("*") if p.is_file()):
        content = path.read_bytes()
        for text in ("길동", "CANARY77", "가나병원"):
            assert text.encode() not in content and text.encode("cp949") not in content, path
