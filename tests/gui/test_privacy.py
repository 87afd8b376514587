"""The name of a patient leaves the images for nowhere: a whole day's work, and every file that the program wrote is searched for it."""

from __future__ import annotations

import gzip
import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread
from pytestqt.qtbot import QtBot

from annotator import program_log
from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.gui import unexpected
from annotator.gui.covers.report import ReportPart
from annotator.gui.window import MainWindow
from annotator.paths import is_device_name
from annotator.tools.gesture import Makes, Stroke
from annotator.workspace.exchange.export import Wish
from annotator.workspace.notice import SavedState
from annotator.workspace.projects import create
from tests.gui.conftest import Open, until_painted

CANARIES = ("카나리", "환자노래", "Canariensis", "CANARY-77341", "19331224", "ACCN-55120", "金絲雀", "Serinus")
"""Names, number, birth date, accession number, name in Chinese signs, referring physician."""
ENCODINGS = ("utf-8", "cp949", "utf-16-le", "utf-16-be", "iso2022_kr", "unicode_escape")
BOXES = (Stroke(Makes.BOX, ((10.0, 10.0), (20.0, 22.0))), Stroke(Makes.BOX, ((30.0, 30.0), (40.0, 45.0))))


def named_images(folder: Path) -> Path:
    """A chest CT whose headers name somebody in every way there is, two series of two patients."""
    for number in (1, 2):
        chest_ct(folder / str(number), slices=3, size=64, seed=number)
        for path in (folder / str(number)).rglob("*.dcm"):
            found = dcmread(path)
            found.SpecificCharacterSet = "ISO_IR 192"
            found.PatientName = f"Canariensis^Serinus=金絲雀^雀=카나리^환자노래{number}"
            found.PatientID, found.PatientBirthDate = f"../../../CANARY-77341{number}/CON", "19331224"
            found.AccessionNumber, found.ReferringPhysicianName = "ACCN-55120", "Serinus^Canariensis"
            found.StudyDescription = found.SeriesDescription = "Canariensis 카나리"
            found.OtherPatientNames, found.PatientComments = "Serinus^A", "카나리 CANARY-77341"
            found.StudyID, found.BodyPartExamined = "../ACCN-55120", "NUL"
            found.InstitutionName = "카나리 병원"
            found.save_as(path, enforce_file_format=True)
    return folder


def needles() -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for canary in CANARIES:
        for encoding in ENCODINGS:
            try:
                found.setdefault(canary.encode(encoding), canary)
            except UnicodeEncodeError:
                continue
    return found


def contents(path: Path, content: bytes) -> Iterator[bytes]:
    """The bytes of a file, and what is packed in them: parts of a ZIP, a gzip, cells of a database, what zlib packed in it."""
    yield content
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from contents(path / name, archive.read(name))
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    if content[:15] == b"SQLite format 3":
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                for row in database.execute(f"SELECT * FROM {table}"):
                    for cell in row:
                        yield from contents(path, cell if isinstance(cell, bytes) else str(cell).encode())
        database.close()
    elif content[:1] == b"x":
        try:
            yield zlib.decompressobj().decompress(content, 1 << 24)
        except zlib.error:
            return


def told(folder: Path, without: Path) -> list[str]:
    """Which files below a folder hold a canary, in their name or their bytes."""
    found, wanted = [], needles()
    for path in sorted(folder.rglob("*")):
        if path.is_relative_to(without):
            continue
        found += [f"{path.relative_to(folder)} is called {canary}" for canary in CANARIES if canary in path.name]
        if path.is_file():
            for piece in contents(path, path.read_bytes()):
                found += [f"{path.relative_to(folder)} holds {canary}" for needle, canary in wanted.items() if needle in piece]
    return found


def is_plain(name: str) -> bool:
    """Whether a name is one on every system, and made of nothing that a header could have said."""
    return bool(re.fullmatch(r"[\w가-힣.,-]+", name)) and len(name.encode()) <= 255 and not is_device_name(name) and not name.endswith(".")


def saved(qtbot: QtBot, window: MainWindow) -> None:
    window.session.save()
    qtbot.waitUntil(lambda: window.session.saved_state is SavedState.SAVED, timeout=20_000)


def draw(qtbot: QtBot, window: MainWindow) -> None:
    window.commands.actions["tool.box"].trigger()
    for stroke in BOXES:
        window.session.perform(stroke)
    saved(qtbot, window)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which everything lies that the program can write to: home, temporary files, project."""
    for name, folder in (("ANNOTATOR_HOME", "home/annotator"), ("HOME", "home"), ("TMPDIR", "tmp"), ("XDG_CACHE_HOME", "home/cache")):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def test_a_day_of_work_writes_no_name(place: Path, open_window: Open, qtbot: QtBot) -> None:
    images, project = named_images(place / "images"), create("lung-cancer", place / "project").root
    window = open_window("--project", project, images)
    until_painted(qtbot, window)
    session = window.session
    draw(qtbot, window)
    for part in ("header", "pace", "studies", "history", "report", "access", "exporting", "definition"):
        if any(widget.id == part for widget in window.parts._parts.values()):
            window.show_part(part)
    others = [series.uid for series in session.catalogue.in_order if session.series is not None and series.uid != session.series.uid]
    session.open_series(others[0])
    until_painted(qtbot, window)
    draw(qtbot, window)
    assert not any(canary in window.windowTitle() for canary in CANARIES)
    outcomes: list[object] = []
    for form in ("coco", "seg", "nifti", "table", "rtstruct", "labelme"):
        count = len(outcomes)
        session.export_annotations(Wish(form, place / "out" / form, reason="for the test"), outcomes.append)
        qtbot.waitUntil(lambda before=count: len(outcomes) > before, timeout=60_000)
    try:
        raise ValueError(f"{session.series.owner.patient_name if session.series else ''} {images}")
    except ValueError as error:
        program_log.failed(error)
        session.say(unexpected.SENTENCE)
    session.open_folder([place / "카나리 is not there"])
    qtbot.waitUntil(lambda: session.scanning is None, timeout=20_000)
    part = window.parts.widget("report")
    assert isinstance(part, ReportPart)
    window.parts.show("report", True)
    part.write(place / "out" / "report.zip")
    log = program_log.read()
    window.close()
    written = [path for path in place.rglob("*") if path.is_file() and not path.is_relative_to(images)]
    assert len(written) > 40 and any(path.suffix == ".dcm" for path in written) and (place / "out" / "report.zip").exists()
    assert "UNEXPECTED ValueError" in log and "Something went wrong" in log
    assert told(place, images) == []
    assert [path for path in written if not all(is_plain(part) for part in path.relative_to(place).parts)] == []
    beyond = [path.name for above in (place.parent, place.parent.parent, place.parent.parent.parent) for path in above.iterdir()]
    assert not any(canary in name for name in beyond for canary in CANARIES)


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    for number, encoding in enumerate(("utf-8", "cp949", "utf-16-le", "utf-16-be")):
        (tmp_path / f"{number}.bin").write_bytes(b"abc" + "카나리".encode(encoding) + b"def")
    with zipfile.ZipFile(tmp_path / "4.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "Canariensis" * 10)
    with sqlite3.connect(tmp_path / "5.sqlite") as database:
        database.execute("CREATE TABLE t (a BLOB)")
        database.execute("INSERT INTO t VALUES (?)", (zlib.compress(b"CANARY-77341" * 9),))
    database.close()
    (tmp_path / "19331224.txt").write_text("", "utf-8")
    assert len({line.split(" ")[0] for line in told(tmp_path, tmp_path / "none")}) == 7
