"""Damaged JSON: told and kept, what stood before it is used, and nothing else changes; never taken for what it is not."""

from __future__ import annotations

import json
import sqlite3
from functools import reduce
from pathlib import Path

import pytest

from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.errors import AnnotatorError
from annotator.workspace import drafts, ids, projects, revisions
from annotator.workspace.journal import Journal
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.store import Store
from tests.faults.campaign import dice, each, short_or_long
from tests.faults.damage import damages
from tests.workspace.cases import CASE, FORMATS, Place, sheets, step
from tests.workspace.study import box, lung_project, opened, small_ct

TIME = "2024-05-01T10:00:00+09:00"
AMOUNTS = short_or_long(14, 100)


@AMOUNTS
def test_a_damaged_revision_is_set_aside_and_the_one_before_it_is_used(tmp_path: Path, amount: int) -> None:
    root = tmp_path / "project"
    root.mkdir()
    store, documents, digest = Store(Place(root), FORMATS), [Document()], ""
    for number in range(2):
        documents.append(apply(documents[-1], step(number, documents[-1])))
        digest = store.save(CASE, documents[-1], digest, sheets(documents[-1]), "김판독", TIME).digest
    before, newest = sorted(revisions.folder_of(root, CASE).glob("rev-*"))
    content, first = newest.read_bytes(), before.read_bytes()

    def holds(damage: tuple[str, bytes]) -> None:
        newest.write_bytes(damage[1])
        loaded = Store(Place(root), FORMATS).load(CASE)
        if damage[1] == content:
            return
        assert loaded.document == documents[1]
        assert [remark for remark in loaded.remarks if "damaged" in str(remark)]
        (aside,) = (root / ".annotator" / "quarantine").rglob("rev-*")
        assert aside.read_bytes() == damage[1]
        aside.unlink()
        assert before.read_bytes() == first

    each("damaged JSON: revision", damages(content, amount, dice("revision")), holds)


@AMOUNTS
@pytest.mark.parametrize("name", ["project.json", "ids.json", "ids/P000001-S001.json"])
def test_a_damaged_memory_of_a_project_is_refused_and_left_as_it_is(tmp_path: Path, amount: int, name: str) -> None:
    root = lung_project(tmp_path / "project").root
    images = small_ct(tmp_path / "images", slices=2, size=16)
    session, _ = opened(root, images)
    session.choose_tool("tool.box")
    session.perform(box(2, 2, 8, 8))
    session.close()
    place = root / ".annotator" / name
    content, readers = place.read_bytes(), {
        "project.json": lambda: projects._read_mark(root),
        "ids.json": lambda: ids.read_patients(place),
        "ids/P000001-S001.json": lambda: ids.read_images(place),
    }  # fmt: skip
    read = readers[name]
    whole = read()

    def holds(damage: tuple[str, bytes]) -> None:
        place.write_bytes(damage[1])
        try:
            assert read() == whole, "something else was read, and nobody was told"
        except AnnotatorError as error:
            assert "damaged" in str(error)
        assert place.read_bytes() == damage[1]
        place.write_bytes(content)

    each(f"damaged JSON: {name.partition('/')[0]}", damages(content, amount, dice(name)), holds)


@AMOUNTS
def test_a_damaged_edit_of_the_journal_is_set_aside_and_those_before_it_come_back(tmp_path: Path, amount: int) -> None:
    project, now, made = "/project", Document(), []
    for number in range(3):
        made.append(step(number, now))
        now = apply(now, made[-1])
    folder = tmp_path / "journal"
    journal = Journal(folder)
    journal.start(project, CASE, "base")
    for edit in made:
        journal.append(edit, TIME)
    journal._life.close()
    journal._database.close()
    with sqlite3.connect(folder / "journal.sqlite3") as database:
        rows = database.execute("SELECT run, project, case_id, base, time, edit FROM edits ORDER BY sequence").fetchall()
    database.close()

    def holds(damage: tuple[str, bytes]) -> None:
        with sqlite3.connect(folder / "journal.sqlite3") as database:
            database.execute("DELETE FROM edits")
            for row in (*rows[:2], (*rows[2][:5], damage[1])):
                database.execute("INSERT INTO edits (run, project, case_id, base, time, edit) VALUES (?, ?, ?, ?, ?, ?)", row)
        database.close()
        next_run = Journal(folder)
        found = next_run.recover(project, CASE, "base", Document())
        next_run.set_aside(project, CASE)
        next_run.close()
        if damage[1] == rows[2][5]:
            return
        assert reduce(apply, found.edits, Document()) == reduce(apply, made[:2], Document())
        assert found.moved_aside is not None and found.moved_aside.is_file()
        assert [remark for remark in found.remarks if "set aside" in str(remark)]

    each("damaged JSON: journal", damages(rows[2][5], amount, dice("journal")), holds)


@AMOUNTS
def test_a_damaged_draft_is_set_aside_and_told(tmp_path: Path, amount: int) -> None:
    root = lung_project(tmp_path / "project").root
    now = apply(Document(), step(0, Document()))
    kept = drafts.Drafts(root, "김판독", "0123456789abcdef")
    kept.keep(drafts.State(CASE, "base", Document(), now, 1, 1, TIME, TIME, 1))
    (place,) = drafts.folder_of(root, "김판독").glob("*.json")
    content = place.read_bytes()

    def holds(damage: tuple[str, bytes]) -> None:
        place.write_bytes(damage[1])
        found, remarks = drafts.waiting(root, "김판독")
        if damage[1] == content:
            return
        assert found == ()
        assert [remark for remark in remarks if "set aside" in str(remark)]
        (aside,) = (root / ".annotator" / "quarantine").rglob(place.name)
        aside.unlink()

    each("damaged JSON: draft", damages(content, amount, dice("draft")), holds)


@AMOUNTS
def test_a_damaged_delivered_file_is_told_kept_and_never_taken_for_the_case(tmp_path: Path, amount: int) -> None:
    root, images = lung_project(tmp_path / "project").root, small_ct(tmp_path / "images", slices=2, size=16)
    session, _ = opened(root, images)
    session.choose_tool("tool.box")
    session.perform(box(2, 2, 8, 8))
    session.close()
    saved = session.document
    (place,) = root.rglob("json/*.json")
    content = place.read_bytes()
    masks = {path: path.read_bytes() for path in root.rglob("*.dcm")}

    def holds(damage: tuple[str, bytes]) -> None:
        place.write_bytes(damage[1])
        session, heard = opened(root, images)[0], list[str]()
        session.subscribe(lambda topic: heard.append(str(session.said)) if topic is Topic.MESSAGE else None)
        session.open_folder([images])
        asked, said = session.question is not None, [text for text in heard if Severity.ERROR.value in text or "Reading" in text]
        assert session.document in (saved, Document())
        assert asked or said or session.document == saved
        session.close()
        assert place.read_bytes() == damage[1], "nobody decided that it may be written over"
        assert {path: path.read_bytes() for path in masks} == masks
        assert Store(projects.open_project(root)).load(session.series.uid).document == saved
        place.write_bytes(content)

    each("damaged JSON: delivered", damages(content, amount, dice("delivered")), holds)
    assert json.loads(content)
