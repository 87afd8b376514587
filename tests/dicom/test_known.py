"""What is known of a folder is what its files say, and is asked only while a file is as it was."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from annotator.dicom.found import Found, Lot, Skipped
from annotator.dicom.known import Result, Stat, packed, stat_of, unpacked
from annotator.dicom.scan import scan_knowing
from annotator.domain.image import Image, ImageKey, Owner, Plane
from annotator.i18n import message
from annotator.progress import Cancelled, Report
from tests.dicom.written import dataset, saved

PLANE = Plane((1.5, -2.25, 1e-7), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.7, 0.7))
WRONG = message("broken: {why}", why=message("{n} bytes are missing", n=3))
OF_TYPE = {
    "ImageKey": ImageKey("1.2", 2), "Plane": PLANE, "Message": WRONG, "bool": True, "int": 7, "float": 2.5, "str": "a text",
    "tuple[float, float]": (0.7, 0.8), "tuple[str, str]": ("A", "F"),
}  # fmt: skip
FULL = replace(Image(**{field.name: OF_TYPE[str(field.type).removesuffix(" | None")] for field in fields(Image)}), path="folder/a.dcm")
"""An image of whose fields none is empty."""
YEAR_2020 = 1_577_836_800


class Shelves(dict[str, tuple[bytes, ...]]):
    """Parts by folder, kept in memory."""

    def parts(self, folder: str) -> tuple[bytes, ...]:
        return self.get(folder, ())

    def keep(self, folder: str, parts: Iterable[bytes]) -> None:
        self[folder] = tuple(parts)

    def said(self, folder: Path) -> dict[str, tuple[Stat, Result]]:
        return {name: found for part in self.parts(str(folder)) for name, found in unpacked(part, str(folder)).items()}


def image(path: Path, uid: str, description: str = "") -> Path:
    saved(dataset(np.zeros((2, 2), dtype=np.int16), SOPInstanceUID=uid, SeriesDescription=description), path)
    os.utime(path, (YEAR_2020, YEAR_2020))
    return path


def scanned(folder: Path, known: Shelves) -> list[Result]:
    """What a scan finds, file by file."""
    found = list[Result]()
    for entry in scan_knowing(folder, Report(), known):
        found += [Found((image,), entry.owner) for image in entry.build()] if isinstance(entry, Lot) else [entry]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two images and a text."""
    place = tmp_path / "영상"
    place.mkdir()
    for number in (1, 2):
        image(place / f"{number}.dcm", f"1.{number}", "abc")
    (place / "notes.txt").write_text("nothing")
    return place


def test_nothing_of_an_image_is_lost(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(b"what seals it")
    full = replace(FULL, path=str(tmp_path / "a.dcm"))
    plain = Image(ImageKey("1.2"), str(tmp_path / "b.dcm"), 1, 4, 5, "CT", "1.9", "1.3", "1.4")
    owner = Owner("1", "김^환자", "Study", "20200101", 3, "Series", "20200101")
    files: list[tuple[str, Stat, Result]] = [
        ("a.dcm", (1, 2, 3), Found((full, replace(full, key=ImageKey("1.2", 3))), owner)),
        ("b.dcm", (4, 5, 6), Found((plain,), Owner())),
        ("c\udcff.dcm", (7, 8, 9), Skipped(str(tmp_path / "c\udcff.dcm"), WRONG)),
    ]
    assert [(name, *said) for name, said in unpacked(packed(files, str(tmp_path)), str(tmp_path)).items()] == files


def test_a_known_folder_says_what_its_files_said(folder: Path) -> None:
    known = Shelves()
    first = scanned(folder, known)
    assert set(known.said(folder)) == {"1.dcm", "2.dcm"}
    assert scanned(folder, known) == first == scanned(folder, Shelves())


def test_a_known_file_is_not_opened(folder: Path) -> None:
    known, path = Shelves(), folder / "1.dcm"
    made_up = Found((replace(FULL, path=str(path), key=ImageKey("made up")),), Owner("made up"))
    known.keep(str(folder), [packed([("1.dcm", stat_of(path.stat()), made_up)], str(folder))])
    assert scanned(folder, known)[0] == made_up


REPLACED = pytest.param("replaced", marks=pytest.mark.skipif(sys.platform == "win32", reason="there only its content shows it"))


@pytest.mark.parametrize("change", ["other size", "other time", REPLACED])
def test_a_file_that_changed_is_read_again(folder: Path, change: str) -> None:
    known, path = Shelves(), folder / "1.dcm"
    scanned(folder, known)
    image(path, "1.1", "abc, and more" if change == "other size" else "xyz")
    if change == "other time":
        os.utime(path, (YEAR_2020, YEAR_2020 + 1))
    found = scanned(folder, known)[0]
    assert isinstance(found, Found) and found.owner.series_description != "abc"
    assert scanned(folder, known)[0] == found


def test_a_file_that_was_written_a_moment_ago_is_not_known_yet(folder: Path) -> None:
    known = Shelves()
    os.utime(folder / "2.dcm")
    scanned(folder, known)
    assert set(known.said(folder)) == {"1.dcm"}


def test_a_file_that_is_gone_is_forgotten(folder: Path) -> None:
    known = Shelves()
    scanned(folder, known)
    (folder / "2.dcm").unlink()
    assert len(scanned(folder, known)) == 2
    assert set(known.said(folder)) == {"1.dcm"}


def test_what_a_cancelled_scan_did_not_come_to_stays_known(folder: Path) -> None:
    known = Shelves()
    scanned(folder, known)
    image(folder / "0.dcm", "1.0", "other")
    report = Report()
    with pytest.raises(Cancelled):
        for came, _ in enumerate(scan_knowing(folder, report, known)):
            if came:  # the one it began with before comes first, then the new one
                report.cancel()
    assert set(known.said(folder)) == {"0.dcm", "1.dcm", "2.dcm"}


def test_whose_images_they_are_is_known_only_with_the_images(folder: Path) -> None:
    known = Shelves()
    first = scanned(folder, known)
    (kept,) = known.parts(str(folder))
    front, back = kept[4 : 4 + int.from_bytes(kept[:4])], kept[4 + int.from_bytes(kept[:4]) :]
    said = zlib.decompress(front) + zlib.decompress(back)
    assert b'"abc"' not in said and b"1.2" in said
    with (folder / "1.dcm").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"x")
    os.utime(folder / "1.dcm", (YEAR_2020, YEAR_2020))
    with pytest.raises(ValueError, match="another key"):
        unpacked(kept, str(folder))
    assert scanned(folder, known) == first


def test_a_damaged_part_is_as_good_as_none(folder: Path) -> None:
    known = Shelves()
    first = scanned(folder, known)
    known.keep(str(folder), [part[:-9] for part in known.parts(str(folder))])
    assert scanned(folder, known) == first


def entries(folder: Path, known: Shelves) -> list[Found | Lot | Skipped]:
    return list(scan_knowing(folder, Report(), known))


def test_a_folder_in_which_nothing_changed_comes_series_by_series(folder: Path) -> None:
    known = Shelves()
    assert all(isinstance(entry, Found | Skipped) for entry in entries(folder, known))
    (folder / "notes.txt").unlink()
    lot, *others = entries(folder, known)
    assert isinstance(lot, Lot) and (lot.count, lot.owner.series_description, others) == (2, "abc", [])
    assert list(lot.paths) == [str(folder / "1.dcm"), str(folder / "2.dcm")]


def test_a_file_that_changed_is_read_and_the_other_parts_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Shelves()
    monkeypatch.setattr("annotator.dicom.shelf._IN_A_PART", 1)
    monkeypatch.setattr("annotator.dicom.shelf._SMALL", 1)
    entries(folder, known)
    before = known.parts(str(folder))
    image(folder / "2.dcm", "1.2", "other text")
    lot, found, _ = entries(folder, known)
    assert isinstance(lot, Lot) and isinstance(found, Found) and found.owner.series_description == "other text"
    assert known.parts(str(folder))[0] == before[0] and known.parts(str(folder))[1] != before[1]


def test_small_parts_are_put_together(folder: Path) -> None:
    known = Shelves()
    for number in (3, 4, 5):
        image(folder / f"{number}.dcm", f"1.{number}", "abc")
        scanned(folder, known)
    assert len(known.parts(str(folder))) == 1
    assert set(known.said(folder)) == {f"{number}.dcm" for number in range(1, 6)}


def test_a_twin_of_a_known_file_is_told_as_ever(folder: Path) -> None:
    (folder / "more").mkdir()
    image(folder / "more" / "1.dcm", "1.1", "abc")
    known = Shelves()
    first = scanned(folder, known)
    assert [type(found).__name__ for found in first].count("Twin") == 1
    assert sorted(map(repr, scanned(folder, known))) == sorted(map(repr, first))


def test_a_scan_that_is_stopped_at_known_files_forgets_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Shelves()
    monkeypatch.setattr("annotator.dicom.shelf._IN_A_PART", 1)
    monkeypatch.setattr("annotator.dicom.shelf._SMALL", 1)
    scanned(folder, known)
    before = known.said(folder)
    image(folder / "0.dcm", "1.0", "other")
    running = scan_knowing(folder, report := Report(), known)
    next(running)
    report.cancel()
    with pytest.raises(Cancelled):
        list(running)
    assert known.said(folder) == before
