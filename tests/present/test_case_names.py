"""Sentences that know a case by its id alone call it what the tree calls it, and the log of the program keeps the id."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.i18n import message, use_language
from annotator.present.case_names import case_title, named, said_of
from annotator.workspace.session import Session
from tests.workspace.study import lung_project, opened, small_ct

ELSEWHERE = "1.2.826.0.1.3680043.8.498.55555555555555"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    small_ct(tmp_path / "images", slices=2, size=32)
    lung_project(tmp_path / "project")
    return opened(tmp_path / "project", tmp_path / "images")[0]


def test_a_case_of_the_tree_is_named_by_patient_and_series(session: Session) -> None:
    assert session.series is not None
    uid, title = session.series.uid, case_title(session, session.series.uid)
    assert session.series.owner.patient_name.replace("^", " ") in title and session.series.description in title
    said = said_of(session, message("Saving the case {case}", case=uid))
    assert said == f"Saving the case {title}"


def test_a_sentence_within_a_sentence_is_named_too(session: Session) -> None:
    assert session.series is not None
    inner = message("Loading the case {case}", case=session.series.uid)
    said = said_of(session, message("{doing}: {cause}", doing=inner, cause="gone"))
    assert session.series.uid not in said and case_title(session, session.series.uid) in said


def test_a_case_that_is_not_in_the_tree_is_told_by_the_end_of_its_id(session: Session) -> None:
    assert said_of(session, message("Saving the case {case}", case=ELSEWHERE)) == "Saving the case …555555555555"


def test_what_is_a_name_already_and_what_is_no_case_stays(session: Session) -> None:
    sentence = message("{case}: {file}", case="a description of a long series of images", file=ELSEWHERE)
    assert named(session, sentence) == sentence


def test_what_has_a_name_in_both_languages_is_called_as_the_window_speaks(session: Session) -> None:
    category = next(found for found in session.project.project.categories if "_" in found.name and found.name_en)
    sentence = message("{outer}!", outer=message("Draw {category}", category=category.name))
    try:
        assert said_of(session, sentence) == f"Draw {category.name_en.replace('_', ' ')}!"
        use_language("ko")
        assert said_of(session, sentence) == f"{category.name.replace('_', ' ')} 그리기!"
    finally:
        use_language("en")
    assert named(session, message("Draw {category}", category="no category")) == message("Draw {category}", category="no category")
    assert named(session, message("{file}", file=category.name)) == message("{file}", file=category.name)
