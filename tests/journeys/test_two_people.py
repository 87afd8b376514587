"""Two people on one case: each is told of the other, both keep what they drew, and one of them makes one version of both."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from annotator.gui.panels.rows import RowList
from annotator.workspace import leases
from tests.journeys.conftest import Open
from tests.laws.pixels import delivered_masks, masks_of, same
from tests.pixels.room import Hand, files


def draws_box(hand: Hand, corner: float) -> None:
    hand.do("tool.box")
    hand.drag([hand.place(corner, corner), hand.place(corner + 6, corner + 3), hand.place(corner + 10, corner + 8)])


def saves(hand: Hand) -> None:
    hand.do("file.save")
    hand.until(lambda: hand.saved_state() == "saved")


def delivered(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in files(project, "*") if path.is_file()}


def is_told(hand: Hand, *words: str) -> None:
    hand.until(lambda: any(all(word in text for word in words) for text in hand.window.notices.texts))
    assert QApplication.activeModalWidget() is None


def authors(hand: Hand) -> list[str]:
    return [annotation.drawn.author for annotation in hand.session.annotations]


def test_two_people_meet_on_a_case_and_make_one_version_of_both(open_window: Open, project: Path, images: Path) -> None:
    kim = open_window("--user", "김영상", "--project", project, images)
    kim.until_painted()
    kim.until(lambda: len(leases.leases(project)) == 1)
    lee = open_window("--user", "이판독", "--project", project, images)
    lee.until_painted()
    is_told(lee, "김영상 has had this case open since", "you can work on it too")

    draws_box(kim, 8)
    saves(kim)
    before = delivered(project)
    draws_box(lee, 34)
    draws_box(lee, 12)
    saves(lee)
    is_told(lee, "saved this case at the same time", "all versions are kept")
    assert delivered(project) == before

    lee.do("reading.compare")
    saved = lee.find("readings.list", RowList)
    lee.until(lambda: [row.right for row in saved.rows.rows] == ["in conflict", "in conflict"])
    lee.find("readings.unite", QPushButton).click()
    lee.find("choice.each", QPushButton).click()
    differences = lee.find("conflict.list", RowList)
    lee.until(lambda: len(lee.session.others) == 2)
    assert [row.note for row in differences.rows.rows] == ["in A and B, other: shape", "only in A"]
    assert lee.find("conflict.versions", QLabel).text().startswith("A: 이판독") and sorted(authors(lee)) == ["김영상", "이판독", "이판독"]
    lee.do("conflict.take_both")
    lee.do("conflict.take_second")
    lee.do("conflict.save_one")
    lee.until(lambda: lee.saved_state() == "saved" and lee.session.conflict is None)
    assert sorted(authors(lee)) == ["김영상", "이판독"]
    (folder,) = (path.parent for path in files(project, "binary"))
    assert same(delivered_masks(folder), masks_of(lee.session.document, lee.session.series.places, 64, 64))

    kim.session.open_folder(kim.session.folders)
    kim.until_painted()
    kim.until(lambda: sorted(authors(kim)) == ["김영상", "이판독"])
    kim.window.close()
    lee.window.close()
    assert leases.leases(project) == ()
