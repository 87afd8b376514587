"""A scan finds every image of a folder and gives a reason for everything else, whatever lies in the way."""

from __future__ import annotations

import os
import shutil
import socket
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from annotator.dicom.scan import Found, Skipped, scan
from annotator.progress import Cancelled, Report
from tests.dicom.written import dataset, sample, saved

PIXELS = np.zeros((2, 2), dtype=np.int16)


def image(folder: Path, name: str, uid: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return saved(dataset(PIXELS, SOPInstanceUID=uid), folder / name)


def results(*where: Path) -> tuple[list[str], dict[str, str]]:
    """Return the names of the found files in order, and the reasons of the skipped ones by name."""
    found, skipped = [], {}
    for result in scan(where, Report()):
        if isinstance(result, Found):
            found.append(os.path.basename(result.images[0].path))
        else:
            skipped[os.path.basename(result.path)] = str(result.reason)
    return found, skipped


def test_files_come_in_the_order_people_count_in(tmp_path: Path) -> None:
    for number in (10, 9, 1, 100):
        image(tmp_path, f"IM{number}.dcm", f"1.{number}")
    image(tmp_path / "sub2", "b.dcm", "2.2")
    image(tmp_path / "sub10", "c.dcm", "2.3")
    assert results(tmp_path)[0] == ["IM1.dcm", "IM9.dcm", "IM10.dcm", "IM100.dcm", "b.dcm", "c.dcm"]


def test_the_first_image_comes_before_the_last_is_read(tmp_path: Path) -> None:
    image(tmp_path, "1.dcm", "1.1")
    second = image(tmp_path, "2.dcm", "1.2")
    running = scan(tmp_path, Report())
    assert isinstance(next(running), Found)
    second.unlink()
    assert isinstance(next(running), Skipped)


def test_what_is_no_image_is_skipped_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}" * 100)
    (tmp_path / "empty.dcm").touch()
    (tmp_path / "study.ZIP").write_bytes(b"PK\3\4")
    shutil.copy(sample("rtplan.dcm"), tmp_path / "plan.dcm")
    image(tmp_path, "영상.dcm", "1.1")
    found, skipped = results(tmp_path)
    assert found == ["영상.dcm"]
    assert skipped == {
        "notes.json": "it is not a DICOM file",
        "empty.dcm": "the file is empty",
        "study.ZIP": "it is an archive: open it by itself, or unpack it first",
        "plan.dcm": "holds no image: RT Plan",
    }


def test_the_same_image_is_found_once(tmp_path: Path) -> None:
    first = image(tmp_path, "a.dcm", "1.1")
    image(tmp_path, "b.dcm", "1.1")
    assert results(tmp_path) == (["a.dcm"], {"b.dcm": f"the same UID as {first}"})


def test_a_place_named_twice_is_read_once(tmp_path: Path) -> None:
    image(tmp_path / "s", "a.dcm", "1.1")
    found, skipped = results(tmp_path, tmp_path / "s", tmp_path / "s" / "a.dcm")
    assert found == ["a.dcm"] and skipped == {"s": "this folder was read already", "a.dcm": "this file was read already"}


def test_a_single_file_is_enough(tmp_path: Path) -> None:
    image(tmp_path, "b.dcm", "1.2")
    assert results(image(tmp_path, "a.dcm", "1.1")) == (["a.dcm"], {})


def test_a_dicomdir_means_its_folder(tmp_path: Path) -> None:
    shutil.copy(sample("DICOMDIR"), tmp_path / "DICOMDIR")
    image(tmp_path / "IMAGES", "A1", "1.1")
    assert results(tmp_path / "DICOMDIR") == (["A1"], {"DICOMDIR": "holds no image: DICOMDIR"})


def test_a_place_that_is_gone_is_skipped(tmp_path: Path) -> None:
    assert results(tmp_path / "gone") == ([], {"gone": "it is not there"})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_and_sockets_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "fifo.dcm")
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.dcm")
        assert results(tmp_path)[1] == dict.fromkeys(("fifo.dcm", "socket.dcm"), "it is not a regular file")


@pytest.mark.skipif(os.name == "nt", reason="links need rights here")
def test_links_that_loop_or_lead_nowhere_end(tmp_path: Path) -> None:
    image(tmp_path / "a", "1.dcm", "1.1")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "a" / "gone.dcm").symlink_to(tmp_path / "nowhere")
    found, skipped = results(tmp_path)
    assert found == ["1.dcm"]
    assert skipped["up"] == "this folder was read already" and skipped["gone.dcm"] == "the link leads nowhere"
    assert skipped["self"].startswith("the system says")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_folder_without_permission_is_skipped(tmp_path: Path) -> None:
    image(tmp_path / "closed", "1.dcm", "1.1")
    image(tmp_path / "open", "2.dcm", "1.2")
    (tmp_path / "closed").chmod(0)
    try:
        assert results(tmp_path) == (["2.dcm"], {"closed": "no permission"})
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_names_of_any_composition_are_read(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "하위 폴더")
    image(tmp_path / decomposed, unicodedata.normalize("NFD", "영상 1"), "1.1")
    assert len(results(tmp_path)[0]) == 1


def test_a_deep_tree_is_walked_to_its_end(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(120):
        folder = folder / "d"
    image(folder, "a.dcm", "1.1")
    assert results(tmp_path) == (["a.dcm"], {})


def test_the_report_counts_files_and_stops_the_scan(tmp_path: Path) -> None:
    for number in range(5):
        image(tmp_path, f"{number}.dcm", f"1.{number}")
    report = Report()
    running = scan(tmp_path, report)
    next(running)
    next(running)
    assert (report.done, report.subject) == (2, "1.dcm")
    report.cancel()
    with pytest.raises(Cancelled):
        next(running)


def test_the_real_data_are_scanned_whole(data_folder: Path) -> None:
    report = Report()
    found = [result for result in scan(data_folder, report) if isinstance(result, Found)]
    keys = [image.key for result in found for image in result.images]
    assert report.done == sum(path.is_file() for path in data_folder.rglob("*"))
    assert len(keys) == len(set(keys)) > 500
    series = {image.series_uid for result in found for image in result.images if "lungdx_a0001_ct_lung" in image.path}
    assert len(series) == 1
