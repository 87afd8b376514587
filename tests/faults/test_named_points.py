"""Killed at every named place: of a draft, an export, a step with its row of the log, the log alone; the others have their own tests.

`tests/laws` kills saves, journal, publishing, the history and a change of class, `tests/workspace` projects, definitions, clinical sheets
and deliveries, each at all of its places.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from annotator.domain.course import ASK, Step
from annotator.domain.document import Document
from annotator.domain.edit import apply
from annotator.domain.person import Acting, Role
from annotator.progress import Report
from annotator.workspace import drafts, log, steps, study_findings
from annotator.workspace.exchange.export import Wish, export
from annotator.workspace.exchange.project_source import RECORD, project_data_set
from annotator.workspace.projects import open_project
from annotator.workspace.verifying import verify
from tests.conftest import ROOT
from tests.faults.campaign import each, short_or_long, tried
from tests.faults.processes import killed
from tests.workspace.cases import CASE, step
from tests.workspace.study import box, lung_project, opened, small_ct

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")
TIME = "2024-05-01T10:00:00+09:00"


def test_every_named_place_is_killed_at_by_a_test() -> None:
    modules = (ROOT / "annotator" / "workspace").rglob("*.py")
    named = {path.stem for path in modules if re.search(r"^POINTS = ", path.read_text("utf-8"), re.MULTILINE)}
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) >= 12
    assert [name for name in sorted(named) if not re.search(rf"\b{name}\.POINTS", tests)] == []


def keep_three(root: Path) -> None:
    """Write a draft, a newer one of the same case, and take it away as a save does."""
    kept, now = drafts.Drafts(root, "김판독", "0123456789abcdef"), Document()
    for number in range(3):
        now = apply(now, step(number, now))
        kept.keep(drafts.State(CASE, "base", Document(), now, number + 1, number + 1, TIME, TIME, number + 1))
    kept.saved(CASE, 3)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_draft_is_whole_or_not_there(tmp_path: Path, turn: int) -> None:
    root = lung_project(tmp_path / "project").root
    expected = [Document()]
    for number in range(3):
        expected.append(apply(expected[-1], step(number, expected[-1])))

    def holds(point: str) -> None:
        for path in root.joinpath(".annotator", "drafts").rglob("*.json"):
            path.unlink()
        reached = killed(keep_three, root, point=f"{point}:{turn}")
        assert reached or (point == "draft.before_remove" and turn > 1)
        found, remarks = drafts.waiting(root, "김판독")
        assert remarks == ()
        written = turn - (point == "draft.before_create") if point != "draft.before_remove" else 3
        if written and reached:
            assert [apply(Document(), draft.edit) for draft in found] == [expected[written]]
        else:
            assert found == ()

    each("kill −9 at a named point: draft", drafts.POINTS, holds)


def export_all(root: Path, out: Path) -> None:
    """Export a project in one process."""
    export(project_data_set(open_project(root), RECORD, Report()), Wish("coco", out), Report(), time=TIME, workers=1)


@short_or_long(3, 16)
def test_an_export_that_is_killed_leaves_whole_files_and_the_project_as_it_was(tmp_path: Path, amount: int) -> None:
    root, images = lung_project(tmp_path / "project").root, small_ct(tmp_path / "images", slices=3, size=32)
    session, _ = opened(root, images)
    session.choose_tool("tool.box")
    for index in range(3):
        session.show(index)
        session.perform(box(2, 2, 12, 12 + index))
    session.close()
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    export_all(root, tmp_path / "whole")
    whole = {path.relative_to(tmp_path / "whole"): path.read_bytes() for path in (tmp_path / "whole").rglob("*") if path.is_file()}
    names = "create.after_link", "write.half", "create.before_link", "write.before_fsync"
    points = [f"{name}:{turn}" for turn in (1, 3, 5, 7) for name in names]

    def holds(point: str) -> None:
        out = tmp_path / point.replace(":", "-")
        reached = killed(export_all, root, out, point=point)
        there = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file() and path.suffix != ".tmp"}
        assert reached or there == whole
        assert all(whole[path] == content for path, content in there.items()), "a part of a file under its final name"
        assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before

    each("kill −9 at a named point: export", points[:amount], holds)


def take_steps(root: Path, count: int = 2) -> None:
    """A specialist asks, each time with a row of the log."""
    for number in range(count):
        steps.take(root, Step(CASE, 0, ASK, "", "", TIME, facts={"text": str(number), "to": "김"}), Acting("김", Role.SPECIALIST), ())


@pytest.mark.parametrize("turn", [1, 2])
def test_a_step_is_taken_or_not_and_the_log_verifies(tmp_path: Path, turn: int) -> None:
    def holds(point: str) -> None:
        root = lung_project(tmp_path / f"{point}-{turn}").root
        assert killed(take_steps, root, point=f"{point}:{turn}")
        taken, remarks = steps.read(root, CASE)
        assert remarks == ()
        assert len(taken) == turn - (point == "step.before")
        assert list(log.verify(root)) == []
        rows = [row.after for row in log.read(root)]
        assert rows == [found.digest for found in taken][: len(rows)]
        assert len(rows) >= len(taken) - 1, "a row is missing that was acknowledged"
        take_steps(root, 1)
        assert list(log.verify(root)) == []

    each("kill −9 at a named point: step and log", steps.POINTS, holds)


def write_findings(root: Path, count: int = 2) -> None:
    """A specialist writes of a study, each time with a row of the log."""
    for number in range(count):
        study_findings.write(open_project(root), "1.2.3", f"{len(study_findings.read(root, '1.2.3'))} {number}", Acting("김"), TIME)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_finding_is_kept_or_not_and_the_log_gets_its_row(tmp_path: Path, turn: int) -> None:
    def holds(point: str) -> None:
        folder = lung_project(tmp_path / f"{point}-{turn}")
        assert killed(write_findings, folder.root, point=f"{point}:{turn}")
        found = study_findings.read(folder.root, "1.2.3")
        assert len(found) == turn - (point == "study_finding.before")
        list(verify(folder, Report(), by="최", time=TIME))
        write_findings(folder.root, 1)
        assert [one.digest for one in study_findings.read(folder.root, "1.2.3")][: len(found)] == [one.digest for one in found]
        assert list(verify(folder, Report(), repair=False)) == []

    each("kill −9 at a named point: finding and log", study_findings.POINTS, holds)


def write_log(root: Path) -> None:
    """Add rows, one after the other."""
    for number in range(6):
        log.append(root, "김판독", "annotator", TIME, log.Done("note", CASE, facts={"number": str(number)}))


def test_a_log_whose_writer_is_killed_verifies_and_goes_on(tmp_path: Path) -> None:
    root = lung_project(tmp_path / "project").root
    for point in ("append.before_fsync:2", "write.half:3", "append.before_fsync:5"):
        before = len(list(log.read(root)))
        assert killed(write_log, root, point=point)
        assert [found for found in log.verify(root) if found.severity.value == "error"] == []
        assert len(list(log.read(root))) >= before + int(point[-1]) - 1, "a row that was acknowledged is gone"
        tried("kill −9 at a named point: log")
    write_log(root)
    assert [found for found in log.verify(root) if found.severity.value == "error"] == []
