"""A ZIP opened like a folder: unpacked without harm, known again, and cleaned away."""

import os
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from annotator.dicom.found import Skipped
from annotator.domain.merge import Mode
from annotator.i18n import say
from annotator.paths import in_words, unpacked_folder
from annotator.progress import Cancelled, Report
from annotator.workspace import archive as archives
from annotator.workspace import unpacked
from annotator.workspace.held import Hold
from annotator.workspace.notice import Severity
from annotator.workspace.unpacked import Unpacking, tidy
from tests.workspace.archives import encrypted, of, packed, with_raw_name
from tests.workspace.study import box, lung_project, opened, small_ct


@pytest.fixture
def place(tmp_path: Path) -> Path:
    packed(tmp_path / "검사.zip", small_ct(tmp_path / "영상"), "환자/CT/")
    lung_project(tmp_path / "과제")
    return tmp_path


def start(place: Path, name: str = "검사.zip"):
    return opened(place / "과제", place / name)


def taken(path: Path, report: Report | None = None) -> tuple[list[Path | Skipped], list[str]]:
    """What an archive yields, and why it is refused."""
    unpacking = Unpacking()
    found = list(unpacking.places([path], report or Report()))
    unpacking.release()
    return found, [say(error.message) for error in unpacking.refusals]


def files() -> list[str]:
    """What lies unpacked, below the archives' own folders."""
    return sorted(
        "/".join(p.relative_to(unpacked_folder()).parts[2:])
        for p in unpacked_folder().rglob("*")
        if p.is_file() and len(p.relative_to(unpacked_folder()).parts) > 2
    )


def test_a_zip_is_opened_like_a_folder(place):
    session, _ = start(place)
    direct, _ = opened(place / "과제", place / "영상")
    assert [image.key for image in session.images] == [image.key for image in direct.images] and len(session.images) == 5
    assert session.picture is not None and session.folders == (place / "검사.zip",)


def test_an_image_says_in_words_which_archive_it_came_from(place):
    session, _ = start(place)
    assert session.image is not None
    assert in_words(session.image.path).startswith("검사.zip › 환자 › CT › ")
    assert in_words(str(place / "영상" / "1.dcm")) == str(place / "영상" / "1.dcm")


def test_a_drawing_and_the_place_come_back_with_the_same_zip(place):
    session, _ = start(place)
    session.show(3)
    session.choose_tool("tool.box")
    session.choose_mode(Mode.NEW)
    session.choose_category("CCT1")
    session.perform(box(10, 10, 20, 20), 2.0)
    session.close()
    tidy(days=-1)
    assert list(unpacked_folder().iterdir()) == [], "it was cleaned away meanwhile"
    again, _ = start(place)
    assert again.index == 3 and len(again.annotations) == 1


def test_the_same_content_under_another_name_is_unpacked_once(place):
    first, _ = taken(place / "검사.zip")
    (place / "검사.zip").rename(place / "other.zip")
    again, _ = taken(place / "other.zip")
    assert len(first) == 5 and again == [first[0].parents[2 - 0]]
    assert len(list(unpacked_folder().iterdir())) == 1


def test_a_zip_without_its_name_is_known_by_its_content(place):
    (place / "검사.zip").rename(place / "검사.bin")
    session, _ = start(place, "검사.bin")
    assert len(session.images) == 5


def test_what_is_unpacked_is_for_this_person_alone(place):
    start(place)
    assert files()
    if sys.platform != "win32":
        for folder in unpacked_folder().iterdir():
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["../out.dcm", "/etc/out.dcm", "a/../../out.dcm", "..\\out.dcm", "C:/out.dcm", "C:\\out.dcm"])
def test_nothing_leaves_the_folder_of_the_archive(tmp_path, name):
    found, refusals = taken(of(tmp_path / "bad.zip", {name: b"x", "good.dcm": b"y"}))
    assert files() == ["good.dcm"] and refusals == []
    assert [say(entry.reason) for entry in found if isinstance(entry, Skipped)] == ["its name leads out of the archive"]
    assert not list(tmp_path.rglob("out.dcm"))


def test_a_link_is_not_made(tmp_path):
    link = zipfile.ZipInfo("link.dcm")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
    (entry,), _ = taken(tmp_path / "link.zip")
    assert isinstance(entry, Skipped) and say(entry.reason) == "it is a link inside an archive" and files() == []


def test_names_that_meet_or_that_no_system_holds_get_places_of_their_own(tmp_path):
    names = {"a.dcm": b"1", "A.dcm": b"2", "CON.dcm": b"3", "x:y?.dcm": b"4", "dots. /b.dcm": b"5", f"{'l' * 300}.dcm": b"6"}
    found, refusals = taken(of(tmp_path / "names.zip", names))
    assert [entry.read_bytes() for entry in found] == list(names.values()) and refusals == []
    assert files() == ["A (2).dcm", "_CON.dcm", "a.dcm", "dots/b.dcm", "x_y_.dcm", "…/6.dcm"]


@pytest.mark.parametrize("codec", ["cp949", "utf-8"])
def test_korean_names_are_read_whether_announced_or_not(tmp_path, codec):
    taken(with_raw_name(tmp_path / "ko.zip", "환자/영상.dcm".encode(codec), b"x"))
    assert files() == ["환자/영상.dcm"]


def test_an_announced_name_is_read_as_announced(tmp_path):
    taken(of(tmp_path / "ko.zip", {"환자/é.dcm": b"x"}))
    assert files() == ["환자/é.dcm"]


def test_an_encrypted_zip_is_named_as_that(place):
    session, _ = start(place, encrypted(place / "검사.zip").name)
    assert session.said.severity is Severity.ERROR
    assert say(session.said.message) == (
        "Opening 검사.zip: it is encrypted with a password. Unpack it with its password and open the folder."
    )
    assert files() == []


def test_what_grows_beyond_all_measure_is_refused_before_a_byte_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LITTLE", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros.dcm", bytes(1_000_000))
    _, (refusal,) = taken(tmp_path / "bomb.zip")
    assert "it grows beyond all measure when it is unpacked" in refusal and not unpacked_folder().exists()


def test_too_many_files_and_too_many_bytes_are_said_with_numbers(tmp_path, monkeypatch):
    path = of(tmp_path / "many.zip", {f"{n}.dcm": bytes(10) for n in range(4)})
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    assert "it holds 4 files, more than 3" in taken(path)[1][0]
    monkeypatch.setattr(archives, "MOST_FILES", 4)
    monkeypatch.setattr(archives, "MOST_BYTES", 39)
    assert "unpacked it would take" in taken(path)[1][0]


def test_a_full_disk_is_said_before_unpacking(place, monkeypatch):
    monkeypatch.setattr(unpacked, "_SPARE", 2**60)
    assert "the disk has not so much room" in taken(place / "검사.zip")[1][0] and files() == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no archive at all"])
def test_what_is_no_whole_zip_is_said(tmp_path, content):
    (tmp_path / "torn.zip").write_bytes(content)
    (refusal,) = taken(tmp_path / "torn.zip")[1]
    assert refusal == "Opening torn.zip: it is damaged, incomplete or no ZIP. Copy the file again from where it came from."


def test_one_damaged_file_leaves_the_others(tmp_path):
    path = of(tmp_path / "half.zip", {"a.dcm": b"first" * 9, "b.dcm": b"second" * 9})
    path.write_bytes(path.read_bytes().replace(b"first" * 9, b"worst" * 9, 1))
    found, refusals = taken(path)
    assert isinstance(found[0], Skipped) and found[1].read_bytes() == b"second" * 9 and refusals == []
    assert files() == ["b.dcm"]


def test_a_refused_zip_does_not_keep_the_others_from_opening(place):
    of(place / "bad.zip", {"a.dcm": b"x"})
    encrypted(place / "bad.zip")
    unpacking = Unpacking()
    found = list(unpacking.places([place / "bad.zip", place / "영상"], Report()))
    assert isinstance(found[0], Skipped) and found[1] == place / "영상" and len(unpacking.refusals) == 1


def test_stopped_halfway_it_goes_on_where_it_stopped(place):
    report, unpacking = Report(), Unpacking()
    running = unpacking.places([place / "검사.zip"], report)
    first = next(running)
    report.cancel()
    with pytest.raises(Cancelled):
        list(running)
    unpacking.release()
    assert len(files()) == 2, "both ends of the series"
    written = first.stat().st_mtime_ns
    assert len(taken(place / "검사.zip")[0]) == 5 and first.stat().st_mtime_ns == written


def test_progress_counts_the_files_of_the_archive(place):
    report = Report()
    running = Unpacking().places([place / "검사.zip"], report)
    next(running)
    assert report.total == 5


def age(folder: Path, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(folder / "in-use", (then, then))


def test_the_longest_unused_go_first_and_what_is_in_use_stays(tmp_path):
    for number in range(3):
        taken(of(tmp_path / f"{number}.zip", {f"{number}.dcm": bytes(1000)}))
    by_name = {next(f.rglob("*.dcm")).stem: f for f in unpacked_folder().iterdir()}
    for number in range(3):
        age(by_name[str(number)], 3 - number)
    tidy(most=2500)
    assert sorted(path.stem for path in unpacked_folder().rglob("*.dcm")) == ["1", "2"]
    hold = Hold(by_name["1"])
    age(by_name["1"], 30)
    age(by_name["2"], 30)
    tidy()
    assert [path.stem for path in unpacked_folder().rglob("*.dcm")] == ["1"]
    hold.release()
    tidy()
    assert list(unpacked_folder().iterdir()) == []


def test_what_another_process_has_open_stays(tmp_path):
    taken(of(tmp_path / "a.zip", {"a.dcm": b"x"}))
    (folder,) = unpacked_folder().iterdir()
    imports = "from pathlib import Path; from annotator.workspace.held import Hold"
    code = f"{imports}; h = Hold(Path({str(folder)!r})); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        age(folder, 30)
        tidy()
        assert files() == ["a.dcm"]
        other.communicate("\n")
    tidy()
    assert files() == []


def test_opening_something_else_lets_the_archive_go(place):
    session, _ = start(place)
    tidy(days=-1)
    assert files(), "it is open"
    session.open_folder([place / "영상"])
    tidy(days=-1)
    assert files() == []
