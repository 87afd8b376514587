"""The next case without annotation: after the open one, round the end, past what is drawn, saved, put aside or delivered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from annotator.domain.facts import DISCARD
from annotator.i18n import message, say
from annotator.workspace.session import Session
from tests.workspace.study import box, free, into_the_tree, line, lung_project, opened, small_ct


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four cases of two slices."""
    from annotator.dicom.phantom.chest_ct import chest_ct

    folder = tmp_path_factory.mktemp("four")
    for number in (1, 2, 3, 4):
        chest_ct(folder / str(number), slices=2, size=32, seed=number)
    return folder


@pytest.fixture
def session(images: Path, tmp_path: Path) -> Session:
    return opened(lung_project(tmp_path / "p").root, images)[0]


def place(session: Session) -> int:
    return session.catalogue.in_order.index(session.series)


def draw_on(session: Session, *places: int) -> None:
    for number in places:
        session.open_series(session.catalogue.in_order[number].uid)
        session.choose_tool("tool.box")
        session.perform(box(5, 5, 12, 12))


def test_it_goes_past_what_is_drawn_and_round_the_end(session: Session) -> None:
    draw_on(session, 1, 2)
    session.open_series(session.catalogue.in_order[0].uid)
    session.open_unannotated()
    assert place(session) == 3
    session.open_unannotated()
    assert place(session) == 0


def test_what_was_saved_by_an_earlier_start_counts_as_drawn(session: Session, images: Path) -> None:
    draw_on(session, 1, 2)
    session.close()
    again, _ = opened(session.project.root, images)
    again.open_series(again.catalogue.in_order[0].uid)
    again.open_unannotated()
    assert place(again) == 3


def test_when_none_is_left_it_says_so_and_stays(session: Session) -> None:
    draw_on(session, 0, 1, 2, 3)
    session.open_unannotated()
    assert place(session) == 3 and "No other case" in say(session.said.message)


def test_after_the_last_case_it_is_said_whether_others_have_nothing_drawn(session: Session) -> None:
    draw_on(session, 0, 2, 3)
    assert session.done() and place(session) == 3
    assert say(session.said.message).endswith("others still wait: Go › Next case without annotation")
    draw_on(session, 1, 3)
    assert session.done() and place(session) == 3
    assert say(session.said.message) == "This was the last case of the folder"


def test_the_open_case_is_saved_first(session: Session) -> None:
    draw_on(session, 0)
    session.open_unannotated()
    assert place(session) == 1 and session.saved_state.value == "saved"


def test_a_single_case_has_no_other(images: Path, tmp_path: Path) -> None:
    session, _ = opened(lung_project(tmp_path / "q").root, small_ct(tmp_path / "one", slices=2, size=32))
    session.open_unannotated()
    assert "No other case" in say(session.said.message)


def test_a_case_that_was_put_aside_is_passed_over(session: Session) -> None:
    session.open_series(session.catalogue.in_order[1].uid)
    session.say_of_case(message("Discard the case"), {DISCARD: "움직임"})
    session.open_series(session.catalogue.in_order[0].uid)
    session.open_unannotated()
    assert place(session) == 2


def test_a_case_on_which_no_lesion_was_seen_is_passed_over(session: Session) -> None:
    session.choose_pass("specialist")
    session.open_series(session.catalogue.in_order[1].uid)
    assert not session.done() and session.done() and place(session) == 2
    session.open_series(session.catalogue.in_order[0].uid)
    session.open_unannotated()
    assert place(session) == 2


def test_in_a_second_pass_a_case_waits_until_its_lines_are_answered(session: Session) -> None:
    session.choose_pass("specialist")
    for number in (1, 2, 3):
        session.open_series(session.catalogue.in_order[number].uid)
        session.perform(line((5, 8), (12, 8)))
    session.open_series(session.catalogue.in_order[0].uid)
    assert not session.done() and session.done()
    session.choose_pass("annotator")
    session.open_series(session.catalogue.in_order[1].uid)
    session.perform(free((4, 4), (14, 4), (14, 14), (4, 14)))
    session.open_series(session.catalogue.in_order[0].uid)
    session.open_unannotated()
    assert place(session) == 2, "the lines of the one before are answered"
    assert session.excuse(session.meant_line, "병변 아님")
    session.close()
    again, _ = opened(session.project.root, session.folders[0])
    again.open_series(again.catalogue.in_order[1].uid)
    again.open_unannotated()
    assert place(again) == 3, "an excuse is an answer"


def test_what_was_delivered_beside_the_images_counts_as_drawn(images: Path, tmp_path: Path) -> None:
    root = lung_project(tmp_path / "p").root
    for number in (1, 2, 3):
        into_the_tree(images / str(number), root, f"P00000{number}")
    first, _ = opened(root, root)
    draw_on(first, 1)
    first.open_series(first.catalogue.in_order[0].uid)
    first.close()
    shutil.rmtree(root / ".annotator" / "cases")
    again, _ = opened(root, root)
    again.open_series(again.catalogue.in_order[0].uid)
    again.open_unannotated()
    assert place(again) == 2
