"""Findings of studies go along in packs and come back: every version, in both directions, and only once."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.course import AGAIN, State, Step
from annotator.domain.person import Acting, Role
from annotator.domain.study_finding import StudyFinding
from annotator.progress import Report
from annotator.workspace import log, steps, study_findings
from annotator.workspace.packs.merging import Merged
from annotator.workspace.projects import open_project
from annotator.workspace.verifying import verify
from tests.workspace.test_packs import MANAGER, TIME, built, case_of, draw, merged, moved, packed, root, work

__all__ = ["built", "root"]
LEE = Acting("이", Role.ANNOTATOR)


def study_of(root: Path) -> str:
    session = work(root, "최", "manager")
    session.close()
    return session.study


def write(root: Path, text: str, by: Acting, seen: str = "") -> StudyFinding:
    return study_findings.write(open_project(root), study_of(root), text, by, TIME, seen)[-1]


def texts(root: Path) -> list[tuple[int, str, str]]:
    return [(one.number, one.person, one.text) for one in study_findings.read(root, study_of(root))]


@pytest.fixture
def pack(root: Path, tmp_path: Path) -> Path:
    """A pack for 이, of a study of which 최 wrote twice."""
    moved(root, State.SECOND_PASS)
    write(root, "결절", write(root, "정상", MANAGER) and MANAGER)
    packed(root, tmp_path / "pack", "이")
    return tmp_path / "pack"


def test_every_version_goes_along_and_what_is_written_there_comes_back_once(root: Path, pack: Path) -> None:
    inside = pack / "project"
    before = study_findings.read(root, study_of(root))
    assert study_findings.read(inside, study_of(root)) == before and [one.text for one in before] == ["정상", "결절"]
    write(inside, "우상엽 결절", LEE, before[-1].digest)
    done = merged(root, pack)
    assert (done.cases, done.findings, done.conflicts, done.refused) == (1, 1, (), ())
    assert study_findings.read(root, study_of(root)) == study_findings.read(inside, study_of(root))
    assert merged(root, pack) == Merged() and len(texts(root)) == 3
    assert list(verify(open_project(root), Report())) == []
    assert [row.facts["version"] for row in log.read(root) if row.action == study_findings.ACTION and row.person == "이"] == ["3"]


def test_what_both_wrote_is_kept_and_said(root: Path, pack: Path) -> None:
    inside, seen = pack / "project", study_findings.read(root, study_of(root))[-1].digest
    first = write(inside, "결절 둘", LEE, seen)
    write(inside, "결절 셋", LEE, first.digest)
    write(root, "결절 없음", MANAGER, seen)
    done = merged(root, pack)
    assert done.findings == 2 and len(done.conflicts) == 1 and "최" in str(done.conflicts[0].values) and done.refused == ()
    assert texts(root)[2:] == [(3, "최", "결절 없음"), (4, "이", "결절 둘"), (5, "이", "결절 셋")]
    there = study_findings.read(root, study_of(root))
    assert there[3].seen == seen and there[4].seen == there[3].digest != first.digest
    assert merged(root, pack) == Merged() and len(texts(root)) == 5
    assert list(verify(open_project(root), Report())) == []


def test_what_another_person_wrote_in_a_pack_stays_there_and_is_said(root: Path, pack: Path) -> None:
    write(pack / "project", "나쁜 글", Acting("박", Role.REVIEWER), study_findings.read(root, study_of(root))[-1].digest)
    draw(pack / "project", "이", "annotator", 2, 22, 10, 30)
    done = merged(root, pack)
    assert done.findings == 0 and done.revisions == 1 and any("박" in str(one.values) for one in done.refused)
    assert len(texts(root)) == 2


def test_who_draws_a_case_once_more_gets_no_finding(root: Path, tmp_path: Path) -> None:
    moved(root, State.SECOND_PASS)
    write(root, "결절", MANAGER)
    steps.take(root, Step(case_of(root), 0, AGAIN, "", "", TIME, facts={"to": "이"}), MANAGER, ())
    packed(root, tmp_path / "pack", "이")
    assert study_findings.read(tmp_path / "pack" / "project", study_of(root)) == ()
