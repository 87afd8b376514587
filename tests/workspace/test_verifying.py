"""Whatever was changed, lost or left half-done in a project is found, at its place; what can be repaired is, and said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.domain.finding import Finding, Severity
from annotator.progress import Report
from annotator.workspace import log, people, revisions, steps
from annotator.workspace.projects import open_project
from annotator.workspace.verifying import REPAIRED, verify
from tests.workspace.study import box, lung_project, opened, small_ct


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a case of two revisions that is done."""
    small_ct(tmp_path / "images", slices=2, size=32)
    lung_project(tmp_path / "project")
    session, _ = opened(tmp_path / "project", tmp_path / "images")
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 12, 12))
    session.save()
    session.perform(box(15, 15, 22, 22))
    session.done()
    session.close()
    return tmp_path / "project"


def case_of(root: Path) -> str:
    (folder,) = (root / ".annotator" / "cases").iterdir()
    return folder.name


def found(root: Path, *, repair: bool = True) -> list[Finding]:
    return list(verify(open_project(root), Report(), by="verifier", time="now", repair=repair))


def errors(root: Path, *, repair: bool = True) -> list[str]:
    return [f"{f.path}: {f.message}" for f in found(root, repair=repair) if f.severity is Severity.ERROR]


def test_a_sound_project_has_nothing_wrong(root: Path) -> None:
    assert found(root) == []


def changed(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:200] + bytes([content[200] ^ 1]) + content[201:])


@pytest.mark.parametrize(
    ("harm", "place"),
    [
        (lambda root: changed(revisions.listed(root, case_of(root))[2]), "rev-000002"),
        (lambda root: revisions.listed(root, case_of(root))[1].unlink(), ".annotator/log"),
        (lambda root: changed(steps.listed(root, case_of(root))[1]), "step-000001"),
        (lambda root: steps.listed(root, case_of(root))[1].unlink(), ".annotator/log"),
        (lambda root: changed(log.files(root)[0]), ".annotator/log"),
        (lambda root: next(root.rglob("*_binary.dcm")).unlink(), "_binary.dcm"),
        (lambda root: changed(next(root.rglob("json/*.json"))), ".json"),
        (lambda root: people.path_of(root).write_bytes(b"[]"), ".annotator"),
        (lambda root: (root / ".annotator" / "ids.json").write_bytes(b"{"), ".annotator"),
    ],
    ids=["revision changed", "revision gone", "step changed", "step gone", "log changed", "mask gone", "json changed", "people", "ids"],
)
def test_harm_is_found_at_its_place(root: Path, harm: Callable[[Path], None], place: str) -> None:
    harm(root)
    assert any(place in told for told in errors(root, repair=False))


def test_a_damaged_revision_is_set_aside_and_the_one_before_counts(root: Path) -> None:
    changed(revisions.listed(root, case_of(root))[2])
    told = found(root)
    assert any(f.check == REPAIRED for f in told)
    assert list(revisions.listed(root, case_of(root))) == [1]
    heads, _ = revisions.heads(root, case_of(root), keep=True)
    assert [head.number for head in heads] == [1]
    assert list((root / ".annotator" / "quarantine").rglob("rev-000002*"))


def test_a_row_that_a_killed_process_could_not_write_is_written_later(root: Path) -> None:
    for path in log.files(root):
        path.unlink()
    told = found(root)
    assert not [f for f in told if f.severity is Severity.ERROR]
    assert {row.facts["was"] for row in log.read(root)} == {"save", "move"}
    assert found(root) == []


def test_looking_only_changes_nothing(root: Path) -> None:
    changed(revisions.listed(root, case_of(root))[2])
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    found(root, repair=False)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_the_command_tells_it_and_its_exit_code(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(root)]) == 0
    assert "1 cases verified: 0 errors" in capsys.readouterr().out
    next(root.rglob("*_binary.dcm")).unlink()
    assert main(["verify", str(root), "--json", "--look"]) == 1
    assert '"kind": "error"' in capsys.readouterr().out
    assert main(["verify", str(root / "no such folder")]) in (1, 2)
