"""The window reads what was written of the open study, keeps what is meant, and also what was being typed when it closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.person import Acting
from annotator.workspace import study_findings
from annotator.workspace.session import Session
from tests.workspace.study import lung_project, opened, small_ct

TIME = "2026-11-27T10:00:00+09:00"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    lung_project(tmp_path / "project")
    return opened(tmp_path / "project", small_ct(tmp_path / "images", slices=2, size=32))[0]


def texts(session: Session) -> list[str]:
    return [one.text for one in study_findings.read(session.project.root, session.study)]


def said(session: Session) -> str:
    return str(session.said.message) if session.said is not None else ""


def test_what_was_written_of_the_open_study_is_read_with_the_case(session: Session, tmp_path: Path) -> None:
    assert session.versions_of(session.study) == ()
    session.write_finding(session.study, "결절")
    session.write_finding(session.study, "결절")
    again, _ = opened(tmp_path / "project", tmp_path / "images")
    versions = again.versions_of(again.study)
    assert versions is not None and [one.text for one in versions] == ["결절"]


def test_who_wrote_meanwhile_is_named_and_both_are_kept(session: Session) -> None:
    study_findings.write(session.project, session.study, "다른 말", Acting("이"), TIME)
    session.write_finding(session.study, "결절")
    assert texts(session) == ["다른 말", "결절"] and "meanwhile" in said(session)


def test_what_looks_like_an_identity_is_kept_and_remarked_upon(session: Session) -> None:
    session.write_finding(session.study, "900101-1234567")
    assert texts(session) == ["900101-1234567"] and "registration number" in said(session)


def test_what_is_being_typed_is_kept_when_the_window_closes(session: Session) -> None:
    session.draft_finding(session.study, "쓰는 중")
    session.close()
    assert texts(session) == ["쓰는 중"]


def test_a_text_that_is_too_long_is_refused_in_a_sentence(session: Session) -> None:
    session.write_finding(session.study, "가" * 5000)
    assert texts(session) == [] and "4,000" in said(session)
