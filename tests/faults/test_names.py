"""Strange files, links and names: the good ones are read, the others skipped with a reason, in bounded time; no path leaves its root."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from pathlib import Path

import pydicom
import pytest

from annotator.dicom.scan import Found, Skipped, scan
from annotator.i18n import say
from annotator.paths import is_device_name
from annotator.progress import Report
from annotator.workspace.notice import SavedState
from tests.faults.campaign import each, tried
from tests.workspace.study import box, lung_project, opened, small_ct

HANGUL = unicodedata.normalize("NFC", "가슴영상")
LONG = "가" * 84  # 252 bytes, and three for the ending
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no such files")


@POSIX
def test_a_folder_full_of_traps_is_read_to_its_end(tmp_path: Path) -> None:
    good = sorted(small_ct(tmp_path / "good", slices=8, size=16).rglob("*.dcm"))
    traps = tmp_path / "traps"
    twins = [unicodedata.normalize(form, "흉부.dcm") for form in ("NFC", "NFD")]
    names = [*twins, f"{LONG}dcm"[:85], "CON", "AUX.dcm", "trailing.", "a\u202egnp.dcm", "new\nline.dcm"]
    traps.mkdir()
    for path, name in zip(good, names, strict=True):
        shutil.copy(path, traps / name)
    loops = traps / "loops"
    loops.mkdir()
    (loops / "self").symlink_to(loops)
    (loops / "up").symlink_to(traps)
    (loops / "a").symlink_to(loops / "b")
    (loops / "b").symlink_to(loops / "a")
    (traps / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(traps / "pipe.dcm")
    (traps / "closed").mkdir()
    (traps / "closed" / "inside.dcm").write_bytes(good[0].read_bytes())
    (traps / "closed").chmod(0)
    deep = traps
    for _ in range(60):
        deep = deep / "unter"
    deep.mkdir(parents=True)
    (traps / os.fsdecode(b"\xff\xfe.dcm")).write_bytes(b"no image")
    (traps / "empty.dcm").write_bytes(b"")
    report = Report()
    found = list(scan([traps], report))
    images = [image for entry in found if isinstance(entry, Found) for image in entry.images]
    assert len({image.key for image in images}) == 8
    skipped = [entry for entry in found if isinstance(entry, Skipped)]
    assert all(say(entry.reason) for entry in skipped)
    assert report.done < 60, "a loop was walked more than once"
    (traps / "closed").chmod(0o700)
    tried("strange files, links and names in a folder of images", len(names) + 10)


@POSIX
def test_a_case_is_saved_whatever_the_names_of_its_folders_are(tmp_path: Path) -> None:
    def holds(name: str) -> None:
        folder = tmp_path / name
        folder.mkdir()
        images, root = small_ct(folder / "images", slices=2, size=16), lung_project(folder / "과제").root
        session, _ = opened(root, images)
        session.choose_tool("tool.box")
        session.perform(box(2, 2, 8, 8))
        session.look_after()
        session.close()
        assert session.saved_state is SavedState.SAVED
        again, _ = opened(root, images)
        assert again.document == session.document
        again.close()

    names = [unicodedata.normalize("NFD", HANGUL), "CON", "trailing.", "a\u202etxt", LONG[:80], "space ", "-rf", "=1+1", "%s{0}", "'\""]
    each("strange name of a project's folder", names, holds)


def test_tags_name_no_file_outside_and_none_that_a_system_cannot_hold(tmp_path: Path) -> None:
    def holds(text: str) -> None:
        place = tmp_path / str(abs(hash(text)))
        images, root = small_ct(place / "images", slices=2, size=16), lung_project(place / "project").root
        for path in images.rglob("*.dcm"):
            read = pydicom.dcmread(path)
            read.SpecificCharacterSet = "ISO_IR 192"
            read.PatientID = read.StudyID = read.AccessionNumber = text[:16]
            read.PatientName, read.SeriesDescription = text[:60], text[:60]
            read.save_as(path)
        outside = {path for path in place.rglob("*") if root not in (path, *path.parents)}
        session, _ = opened(root, images)
        session.choose_tool("tool.box")
        session.perform(box(2, 2, 8, 8))
        session.look_after()
        session.save()
        assert session.saved_state is SavedState.SAVED
        session.close()
        assert {path for path in place.rglob("*") if root not in (path, *path.parents)} == outside
        for path in root.rglob("*"):
            assert len(path.name.encode()) <= 160
            assert path.name.isprintable() and not path.name.endswith((".", " ")) and not is_device_name(path.name)
            assert text.strip(". ")[:8] not in path.name or not text.strip(". ")

    with pydicom.config.disable_value_validation():
        texts = ["../../out", "CON", "a\u202egnp", "가" * 20, "..", "=cmd|x", "/etc/passwd", "C:\\x", "nul\0l"]
        each("strange text in the tags of images", texts, holds)
