"""One X-ray and one CT the whole way: export, intake, line, answer, machine check, two reviewers, acceptance, delivery, and its copy.

Every role has a window of its own and works it by real events; the manager works on the command line.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.cli.main import main
from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.dicom.phantom.chest_xray import chest_xray
from annotator.domain.course import State
from annotator.workspace import steps
from annotator.workspace.projects import create
from annotator.workspace.work import case_of
from tests.journeys.conftest import Open
from tests.journeys.test_two_passes import CONTROL_ALT, Counting, go
from tests.pixels.room import CONTROL, Hand

Key = Qt.Key
PIN = "2468"
MANAGER = "최관리"
PEOPLE = {"최관리": "manager", "김전문": "specialist", "이주석": "annotator", "박검토": "reviewer", "정검토": "reviewer"}


def state(project: Path, case: str) -> State:
    return steps.standing(project, case).state


def run(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    """A command, its exit code, and what it said."""
    found = main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    assert found == code, told.out + told.err
    return told.out


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with its people, and an export taken in; the clinical sheet calls both patients malignant."""
    for variable in ("ANNOTATOR_PIN", "ANNOTATOR_NEW_PIN", "ANNOTATOR_SECOND_PIN"):
        monkeypatch.setenv(variable, PIN)
    export = tmp_path / "export"
    chest_ct(export / "1", slices=6, size=96)
    chest_xray(export / "2", size=192)
    numbers = sorted({str(pydicom.dcmread(path).PatientID) for path in export.rglob("*.dcm")})
    sheet = tmp_path / "sheet.csv"
    rows = (f"{number},61,F,악성,adeno\n" for number in numbers)
    sheet.write_text("등록번호,나이,성별,양성/악성,병리결과\n" + "".join(rows), encoding="utf-8")
    root = create("lung-cancer", tmp_path / "폐암 과제").root
    for name, role in PEOPLE.items():
        run(capsys, "people", root, "set", name, "--roles", role, "--user", MANAGER)
    words = ("intake", root, export, "--jobs", 1, "--no-look", "--clinical", sheet, "--keep", tmp_path / "mapping")
    run(capsys, *words, "--confirmed-by", MANAGER, "--confirmed-by", "김전문")
    return root


@pytest.fixture
def at(open_window: Open, project: Path) -> Callable[[str], Hand]:
    """The window of one of them, with the images of the project open."""

    def begin(name: str) -> Hand:
        hand = open_window("--project", project, "--user", name, "--role", PEOPLE[name], project / "lung_cancer")
        hand.until_painted()
        hand.until(lambda: hand.find("start_page").isVisible())  # a person's day begins there
        hand.key(Key.Key_Escape, onto=hand.find("start_page"))
        hand.until(lambda: QApplication.focusWidget() is hand.view)
        return hand

    return begin


def done(hand: Hand, project: Path, case: str, after: State) -> None:
    """Ctrl+Enter: the case is done, and comes into the next state."""
    hand.key(Key.Key_Return, modifiers=CONTROL)
    hand.until(lambda: state(project, case) is after)
    hand.window.close()


def passes(reviewer: Hand, project: Path, uid: str, after: State) -> None:
    """A reviewer looks at a case and passes it by one key."""
    reviewer.session.open_series(uid)
    reviewer.until_painted()
    reviewer.until(lambda: reviewer.session.review is not None)
    case, number = case_of(reviewer.session.series), reviewer.session.standing.number
    reviewer.key(Key.Key_P, modifiers=CONTROL_ALT)
    reviewer.until(lambda: steps.standing(project, case).number > number and state(project, case) is after)
    reviewer.window.close()


@pytest.mark.parametrize("modality", ["DX", "CT"])
def test_a_case_goes_from_the_export_into_the_delivery(
    modality: str, at: Callable[[str], Hand], project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specialist = at("김전문")
    go(specialist, modality, 0 if modality == "DX" else 2)
    uid = specialist.session.series.uid
    case = case_of(specialist.session.series)
    assert specialist.session.tool.id == "tool.line"
    specialist.drag([specialist.place(30.0, 40.0), specialist.place(44.0, 46.0)])
    done(specialist, project, case, State.SECOND_PASS)

    annotator = at("이주석")
    annotator.session.open_series(uid)
    annotator.until_painted()
    assert annotator.session.tool.id == ("tool.box" if modality == "DX" else "tool.free")
    hands = Counting(annotator)
    if modality == "DX":
        hands.drag((26.0, 36.0), (48.0, 50.0))
    else:
        hands.outline((26.0, 36.0, 48.0, 50.0))
    done(annotator, project, case, State.REVIEW)

    passes(at("박검토"), project, uid, State.REVIEW)
    passes(at("정검토"), project, uid, State.AGREED)

    run(capsys, "worklist", project, "--accept", "--user", MANAGER)
    assert state(project, case) is State.ACCEPTED
    run(capsys, "deliver", project, "--out", tmp_path / "out", "--version", "1.0", "--jobs", 1, "--user", MANAGER)
    shutil.move(tmp_path / "out" / "1.0", tmp_path / "elsewhere")
    run(capsys, "verify", tmp_path / "elsewhere")
    run(capsys, "verify", project)

    (document,) = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "elsewhere").rglob("*_*_*_*.json")]
    (delivered,) = document["annotations"]
    assert delivered["toolname"] == ("Box" if modality == "DX" else "Free")
    held = b"".join(path.read_bytes() for path in (tmp_path / "elsewhere").rglob("*") if path.is_file())
    told = [name.encode() for name in PEOPLE] + [b"PHANTOM"]
    assert not [name for name in told if name in held], "nobody's name is in what is delivered"
