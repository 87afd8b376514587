"""What was moved aside is found with its size and age, stays until a person removes it, and is named in the log when it goes."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from annotator.domain.person import Acting, Role
from annotator.errors import AnnotatorError
from annotator.workspace import log, revisions
from annotator.workspace.kept_aside import ACTION, Kept, Kind, kept, remove
from annotator.workspace.projects import create


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return create("scratch", tmp_path / "project").root


@pytest.fixture
def local(tmp_path: Path) -> Path:
    return tmp_path / "local"


def put(path: Path, content: bytes = b"kept") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def everything(root: Path, local: Path) -> dict[Kind, Path]:
    """One file of each kind, and one beside each that is in use."""
    hidden = root / ".annotator"
    put(hidden / "drafts" / "kim" / "case-0123456789abcdef-000002.json")
    put(local / "journal" / "edits.sqlite3")
    damaged = put(hidden / "cases" / "c1" / "rev-000001-kim.json", b"half")
    edits = json.dumps({"project": str(root.resolve()), "edits": []}).encode()
    return {
        Kind.DRAFT: put(hidden / "drafts" / "kim" / "aside" / "case-0123456789abcdef-000001.json"),
        Kind.DAMAGED: revisions.set_aside(root, damaged),
        Kind.REPLACED: put(hidden / "quarantine" / "delivered" / "abcdef-lung.json"),
        Kind.EDITS: put(local / "journal" / "aside" / "case-000000007.json", edits),
        Kind.JOURNAL: put(local / "journal" / "damaged-1.sqlite3"),
        Kind.HISTORY: put(local / "history" / "abc.lines"),
    }


def test_each_kind_is_found_with_its_size_and_age_and_nothing_in_use(root: Path, local: Path) -> None:
    made = everything(root, local)
    os.utime(made[Kind.DRAFT], (1_000_000, 1_000_000))
    found = {one.kind: one for one in kept(root, local)}
    assert {kind: one.path for kind, one in found.items()} == made and len(kept(root, local)) == len(made)
    assert (found[Kind.DRAFT].size, found[Kind.DRAFT].written) == (4, 1_000_000)
    assert found[Kind.DAMAGED].place == ".annotator/quarantine/c1/rev-000001-kim.json"


def test_edits_of_another_project_are_not_ours_and_unreadable_ones_may_be(root: Path, local: Path) -> None:
    put(local / "journal" / "aside" / "a.json", b'{"project": "/elsewhere", "edits": []}')
    unreadable = put(local / "journal" / "aside" / "b.json", b'{"project"')
    assert [one.path for one in kept(root, local)] == [unreadable]


def test_links_are_not_followed(root: Path, local: Path, tmp_path: Path) -> None:
    precious = put(tmp_path / "precious" / "only.json")
    (root / ".annotator" / "drafts" / "kim").mkdir(parents=True)
    (root / ".annotator" / "drafts" / "kim" / "aside").symlink_to(precious.parent, target_is_directory=True)
    (root / ".annotator" / "quarantine" / "c1").mkdir(parents=True)
    (root / ".annotator" / "quarantine" / "c1" / "rev.json").symlink_to(precious)
    assert kept(root, local) == ()


def test_what_a_person_removes_is_gone_and_named_in_the_log_with_its_digest(root: Path, local: Path) -> None:
    made = everything(root, local)
    chosen = [one for one in kept(root, local) if one.kind in (Kind.DRAFT, Kind.HISTORY)]
    assert remove(root, chosen, Acting("최"), "now") == 2
    assert {path for path in made.values() if not path.exists()} == {made[Kind.DRAFT], made[Kind.HISTORY]}
    (row,) = log.read(root)
    assert (row.action, row.person, row.before) == (ACTION, "최", hashlib.sha256(b"kept").hexdigest())
    assert row.facts["path"] == ".annotator/drafts/kim/aside/case-0123456789abcdef-000001.json"


def test_only_a_manager_removes_where_the_project_has_people(root: Path, local: Path) -> None:
    made = everything(root, local)
    with pytest.raises(AnnotatorError, match="manager"):
        remove(root, kept(root, local), Acting("김", Role.SPECIALIST), "now")
    assert all(path.exists() for path in made.values())


def test_nothing_goes_that_the_log_does_not_name(root: Path, local: Path) -> None:
    found = (*kept(root, local), Kept(Kind.DRAFT, root / "gone.json", "gone.json", 1, 0.0))
    there = put(root / ".annotator" / "drafts" / "kim" / "aside" / "case-0123456789abcdef-000001.json")
    with pytest.raises(AnnotatorError):
        remove(root, (*found, *kept(root, local)), Acting("최"), "now")
    assert there.exists() and list(log.read(root)) == []
