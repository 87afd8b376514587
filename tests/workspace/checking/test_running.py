"""A check goes on where it was stopped or killed, looks again at what has changed, and finds the same in several processes."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from annotator.errors import AnnotatorError
from annotator.progress import Cancelled, Report
from annotator.workspace import projects, wal
from annotator.workspace.checking import ledger
from annotator.workspace.checking.ledger import place_of
from annotator.workspace.checking.lots import Kind, lots_of
from annotator.workspace.checking.running import checked
from tests.workspace.checking.trees import amend, clean_project, the

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """A project of six patients, all of them one and the same but for the names."""
    root = clean_project(tmp_path_factory.mktemp("clean"))
    shutil.rmtree(root / ".annotator" / "cases")
    own = root / "lung_cancer" / "chest-ct" / "benign" / "P000007"
    for number in range(10, 15):
        for path in (own / "S003" / "dcm").iterdir():
            name = f"P{number:06d}"
            to = own.parent / name / "S003" / "dcm" / path.name.replace("P000007", name)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)
            amend(to, PatientID=name, PatientName=name)
    return root


@pytest.fixture
def root(clean, tmp_path):
    return Path(shutil.copytree(clean, tmp_path / "project"))


def outcome(root, report=None, **options):
    """What a check counts, and all that it finds."""
    with checked(projects.open_project(root), report or Report(), **options) as done:
        return done.tally, list(done.findings())


def test_what_is_as_it_was_is_not_looked_at_again(root):
    first, found = outcome(root)
    again, same = outcome(root, resume=True)
    assert (first.known, again.known) == (0, len(list(lots_of(projects.open_project(root)))))
    assert found == same and (first.images, first.errors) == (again.images, again.errors) == (18, len(found))
    assert {finding.check for finding in found} == {"uid-is-single", "image-is-single"}


def test_what_has_changed_is_looked_at_again(root):
    first, _ = outcome(root)
    amend(the(root, "*P000012*_0002.dcm"), PatientName="Hong^Gildong", SOPInstanceUID="1.2.3.4.5")
    again, found = outcome(root, resume=True)
    assert again.known == len(list(lots_of(projects.open_project(root)))) - 1
    assert sum(finding.check == "header-names-nobody" for finding in found) == 1
    assert sum(finding.check == "uid-is-single" for finding in found) == first.errors // 2 - 1


def test_what_is_gone_is_forgotten(root):
    outcome(root)
    shutil.rmtree(root / "lung_cancer" / "chest-ct" / "benign" / "P000012")
    again, found = outcome(root, resume=True)
    assert again.images == 15 and not any("P000012" in finding.path for finding in found)


def test_without_resume_everything_is_looked_at(root):
    outcome(root)
    again, _ = outcome(root)
    assert again.known == 0


def test_another_definition_begins_anew(root):
    outcome(root)
    path = root / "project.toml"
    path.write_text(path.read_text("utf-8").replace("thickness = [2, 10]", "thickness = [2, 4]"), "utf-8")
    again, found = outcome(root, resume=True)
    assert again.known == 0 and any(finding.check == "collection-rules-hold" for finding in found)


def test_several_processes_find_what_one_finds(root):
    alone, found = outcome(root)
    together, same = outcome(root, jobs=2)
    assert (alone, found) == (together, same)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_check_that_was_cancelled_goes_on(root, jobs):
    _, found = outcome(root)

    def stop(report):
        if report.done >= 3:
            report.cancel()

    with pytest.raises(Cancelled):
        outcome(root, Report(stop), jobs=jobs)
    again, same = outcome(root, resume=True)
    assert again.known >= 3 and same == found


def test_a_check_that_was_killed_goes_on_and_redoes_nothing(root):
    _, found = outcome(root)
    environment = os.environ | {"ANNOTATOR_FAULT": f"{ledger.POINTS[0]}:3", "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "annotator", "check", str(root), "--jobs", "1"]
    killed = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    again, same = outcome(root, resume=True)
    assert again.known == 3 and same == found


def test_a_damaged_ledger_is_begun_anew(root):
    _, found = outcome(root)
    place_of(root).write_bytes(b"no database at all" * 500)
    again, same = outcome(root, resume=True)
    assert again.known == 0 and same == found


def test_a_ledger_that_is_damaged_inside_is_told_and_begun_anew(root):
    _, found = outcome(root)
    with closing(sqlite3.connect(place_of(root))) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'finding'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    damaged = bytearray(place_of(root).read_bytes())
    damaged[(page - 1) * size : page * size] = b"\xff" * size
    place_of(root).write_bytes(damaged)
    with pytest.raises(AnnotatorError, match="the list of what was checked is damaged"):
        outcome(root, resume=True)
    assert outcome(root, resume=True)[1] == found


def test_another_check_a_full_disk_and_a_folder_that_refuses_are_told_apart(root, monkeypatch):
    connected, most = wal.connected, "1073741823"

    def small(path, patience, **options):
        database = connected(path, 0.05, **options)
        database.execute(f"PRAGMA max_page_count = {most}")
        return database

    monkeypatch.setattr(ledger.wal, "connected", small)
    _, found = outcome(root)
    with closing(sqlite3.connect(place_of(root), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(AnnotatorError, match="another check of this project is running"):
            outcome(root)
    place_of(root).unlink()
    most = "14"
    with pytest.raises(AnnotatorError, match="the disk is full"):
        outcome(root)
    most = "1073741823"
    assert outcome(root)[1] == found
    shutil.rmtree(place_of(root).parent)
    place_of(root).parent.write_bytes(b"")
    with pytest.raises(AnnotatorError, match="Checking the project"):
        outcome(root)


def test_a_folder_that_cannot_be_listed_is_a_finding_and_the_rest_goes_on(root, monkeypatch):
    from annotator.workspace.checking import looking

    def refuse(root, project, lot):
        if "P000012" in lot.name:
            raise PermissionError(13, "Permission denied", lot.name)
        return tree_of(root, project, lot)

    tree_of = looking.tree_of
    monkeypatch.setattr(looking, "tree_of", refuse)
    again, found = outcome(root)
    assert again.images == 15 and sum(finding.check == "folder-can-be-read" for finding in found) == 1


def test_a_folder_of_many_patients_is_cut_into_parts(tmp_path):
    folder = tmp_path / "flat"
    shutil.copytree(CHECKOUT / "resources" / "projects" / "scratch", folder)
    text = (folder / "project.toml").read_text("utf-8")
    for kind in ("dcm", "binary", "json"):
        text = text.replace("scratch/{folder}/{class}/{patient}/{series}/" + kind + "/", "all/")
    (folder / "project.toml").write_text(text, "utf-8")
    (folder / "all").mkdir()
    for number in range(2500):
        (folder / "all" / f"{number}.tmp").touch()
    lots = [lot for lot in lots_of(projects.open_project(folder)) if lot.kind is Kind.FOLDER]
    assert [(lot.name, lot.part, lot.of) for lot in lots] == [("all", 0, 2), ("all", 1, 2)]


def test_a_project_that_cannot_be_opened_is_an_error(tmp_path):
    with pytest.raises(AnnotatorError):
        outcome(tmp_path / "nothing")
