"""A pass draws with its tools; a second pass answers the lines of the first, one by one, and is done when none is left open."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.dicom.phantom.chest_xray import chest_xray
from annotator.domain import facts
from annotator.domain.annotation import BOX, LINE
from annotator.domain.binding import REFERENCE, TAKES_CATEGORY
from annotator.i18n import message, say
from annotator.tools.gesture import Redraw, Reshape
from annotator.workspace.notice import SavedState
from annotator.workspace.session import Session
from tests.workspace.study import box, free, line, lung_project, opened, small_ct


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ct(tmp_path_factory.mktemp("ct"))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("x")
    chest_xray(folder, size=128)
    return folder


LOW, HIGH = line((10, 20), (30, 20)), line((40, 45), (50, 45))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return lung_project(tmp_path / "p").root


def first_pass(project: Path, images: Path) -> Session:
    """Two lines on the second slice and one on the fourth, of other categories and under another window, saved."""
    session, _ = opened(project, images)
    session.choose_pass("specialist")
    for place, stroke, category, window in ((1, LOW, "CCT1", (-600, 1500)), (1, HIGH, "CCT3", (-600, 1500)), (3, LOW, "CCT4", (40, 400))):
        session.show(place)
        session.choose_category(category)
        session.set_window(*window)
        session.perform(stroke, 2.5)
    session.close()
    return session


@pytest.fixture
def session(project: Path, images: Path) -> Session:
    first_pass(project, images)
    session, _ = opened(project, images)
    session.choose_pass("annotator")
    return session


def said(session: Session) -> str:
    return say(session.said.message) if session.said else ""


def open_lines(session: Session) -> list[int]:
    return [session.line_numbers[answer.line.image, answer.line.id] for answer in session.coverage.open]


def test_a_first_pass_draws_lines_and_nothing_else(project: Path, images: Path) -> None:
    session, _ = opened(project, images)
    session.choose_pass("specialist")
    assert session.tool.toolname == LINE
    session.choose_tool("tool.free")
    assert session.tool.toolname == LINE and "Line" in said(session)
    session.choose_pass("")
    session.choose_tool("tool.free")
    assert session.tool.id == "tool.free"


def test_a_case_opens_ready_in_the_second_pass(session: Session) -> None:
    assert (session.index, session.tool.id, session.category and session.category.key) == (1, "tool.free", "CCT1")
    assert (session.window.center, session.window.width) == (-600, 1500)
    assert session.sight is not None and (session.sight.zoom, session.sight.box) == (2.5, (10, 20, 30, 20))
    assert (open_lines(session), session.selection) == ([1, 2, 3], {1})


def test_a_case_that_is_opened_again_stands_at_the_line_that_is_answered(session: Session) -> None:
    session.next_line(-1)
    assert session.index == 3
    session.open_series(session.series.uid)
    assert (session.index, session.line and session.line[1]) == (3, 1)
    session.open_series(session.series.uid, 2)
    assert session.index == 2, "a place that is asked for is shown"


def test_a_region_answers_its_line_and_the_next_one_is_shown_as_it_was_drawn(session: Session) -> None:
    session.perform(free((8, 15), (32, 15), (32, 25), (8, 25)))
    region = session.annotations[-1]
    assert (region.answers, region.category, open_lines(session)) == ((region.image, 1), "CCT1", [2, 3])
    session.next_line(1)
    assert (session.index, session.category and session.category.key, session.line) == (1, "CCT3", (region.image, 2))
    session.next_line(1)
    assert (session.index, session.window.width, session.category and session.category.key) == (3, 400, "CCT4")
    session.next_line(1)
    assert (session.index, session.line) == (1, (region.image, 2))
    session.next_line(-1)
    assert session.index == 3
    session.undo()
    assert (open_lines(session), session.document.count()) == ([1, 2, 3], 3)


def test_a_region_takes_the_category_of_the_line_that_it_covers_whatever_is_chosen(session: Session) -> None:
    session.choose_category("CCT5")
    session.perform(free((38, 40), (52, 40), (52, 50), (38, 50)))
    assert (session.annotations[-1].category, open_lines(session)) == ("CCT3", [1, 3])
    session.select([session.annotations[-1].id])
    session.recategorise("CCT1")
    assert (session.annotations[-1].category, said(session)) == ("CCT3", say(TAKES_CATEGORY))


def test_lines_are_a_locked_reference_in_the_second_pass(session: Session) -> None:
    session.select([1])
    before = session.document
    session.delete()
    session.move_selected(3, 3)
    session.choose_tool("tool.line")
    session.perform(LOW)
    assert (session.document, session.tool.toolname) == (before, "Free")
    session.select([1])
    session.delete()
    assert said(session) == say(REFERENCE)


def test_outlines_on_the_slices_beside_join_the_answer_and_not_the_line(session: Session) -> None:
    outline = free((8, 15), (32, 15), (32, 25), (8, 25))
    session.show(2)
    session.choose_category("CCT1")
    session.perform(outline)
    assert (open_lines(session), len(session.coverage.strays)) == ([1, 2, 3], 1)
    session.show(1)
    session.perform(outline)
    found = session.coverage
    assert (open_lines(session), found.strays, len(found.lines[0].regions)) == ([2, 3], (), 2)
    assert found.lines[0].line.lesion is None


def test_done_waits_for_every_line_and_leads_to_the_first_that_is_open(session: Session) -> None:
    session.show(0)
    assert not session.done()
    assert "3 of 3" in said(session) or session.index == 1
    session.perform(free((8, 15), (32, 15), (32, 25), (8, 25)))
    assert session.next_line(1) and session.meant_line is not None
    assert session.excuse(session.meant_line, "병변 아님")
    assert session.next_line(1) and session.meant_line is not None
    assert session.dispute(session.meant_line, "양성으로 보임")
    assert not session.done()
    assert session.excuse(session.meant_line, "병변이 보이지 않음")
    assert session.done()
    assert session.saved_state is SavedState.SAVED


def test_lines_are_not_delivered_once_the_second_pass_has_begun(session: Session, project: Path) -> None:
    delivered = sorted((project / "lung_cancer").rglob("*.json"))
    assert [path.read_text("utf-8").count('"Line"') for path in delivered] == [2, 1]
    session.perform(free((8, 15), (32, 15), (32, 25), (8, 25)))
    session.save()
    (path,) = sorted((project / "lung_cancer").rglob("*.json"))
    assert (path.read_text("utf-8").count('"Line"'), path.read_text("utf-8").count('"Free"')) == (0, 1)


def test_another_line_is_answered_by_choice_and_that_is_saved(session: Session, project: Path, images: Path) -> None:
    session.perform(free((8, 15), (55, 15), (55, 50), (8, 50)))
    region = session.annotations[-1]
    session.next_line(1)
    assert session.line is not None
    session.select([region.id])
    assert session.rebind()
    assert session.annotations[-1].answers == session.line
    assert session.annotations[-1].category == "CCT3"
    session.close()
    again, _ = opened(project, images)
    assert again.document.find(region.image, region.id) == session.document.find(region.image, region.id)
    assert again.pass_role == "annotator"


def test_an_x_ray_is_answered_by_a_box_whatever_tool_is_wished(project: Path, film: Path) -> None:
    session, _ = opened(project, film)
    session.choose_pass("specialist")
    session.perform(line((50, 50), (90, 70)))
    session.choose_pass("annotator")
    assert session.tool.toolname == BOX
    assert not session.done()
    session.perform(box(45, 45, 95, 75))
    assert session.done()


def test_an_answer_on_an_x_ray_stays_a_box_however_it_is_changed(project: Path, film: Path) -> None:
    session, _ = opened(project, film)
    session.choose_pass("annotator")
    session.perform(box(20, 20, 60, 60))
    for change in (Reshape(1, (0, 0, 1), (70.0, 30.0), insert=True), Redraw(1, (0, 0), ((30.0, 20.0), (40.0, 10.0), (50.0, 20.0)))):
        session.perform(change)
    (answer,) = session.annotations
    assert (answer.toolname, answer.shape.is_box, answer.shape.bounds) == (BOX, True, (20, 10, 70, 60))



def test_an_x_ray_on_which_nothing_can_be_seen_is_excluded(project: Path, film: Path) -> None:
    session, _ = opened(project, film)
    session.choose_pass("specialist")
    session.perform(line((50, 50), (90, 70)))
    assert not session.may_exclude
    session.choose_pass("annotator")
    assert session.may_exclude and session.exclude() and session.done()
    session.perform(box(45, 45, 95, 75))
    assert facts.NOTHING_SEEN not in session.document.facts, "what is drawn takes back that nothing was seen"


def test_done_with_nothing_drawn_asks_once_and_records_it(project: Path, images: Path) -> None:
    session, _ = opened(project, images)
    session.choose_pass("specialist")
    assert not session.done()
    assert facts.NOTHING_SEEN not in session.document.facts
    assert session.done()
    assert session.document.facts == {facts.NOTHING_SEEN: facts.NO_LESION}
    session.choose_pass("")
    session.undo()
    assert session.done() and not session.document.facts, "without a pass nothing is asked"


def test_what_was_asked_is_asked_again_when_it_is_out_of_sight(project: Path, images: Path) -> None:
    session, _ = opened(project, images)
    session.choose_pass("specialist")
    assert not session.done() and session.said.asks
    session.open_series(session.series.uid)
    assert not session.done(), "the person was elsewhere meanwhile"
    session.say(message("Saved"))
    assert not session.done(), "the sentence is no longer there"
    session.perform(LOW)
    session.undo()
    assert not session.done()
    assert session.done() and session.document.facts == {facts.NOTHING_SEEN: facts.NO_LESION}


def test_what_a_line_lacks_holds_nobody_up_who_may_not_answer_it(project: Path, film: Path) -> None:
    with (project / "project.toml").open("a", encoding="utf-8") as stream:
        stream.write('[[attribute]]\nkey = "margin"\nname = "경계"\nname_en = "Margin"\nkind = "yes-no"\nrequired = true\n')
    session, _ = opened(project, film)
    session.choose_pass("specialist")
    session.perform(line((50, 50), (90, 70)))
    session.choose_pass("annotator")
    session.perform(box(45, 45, 95, 75))
    (asked,) = session.project.project.attributes
    assert not session.done() and session.selection == {2}, "of the region it is asked"
    session.answer([2], asked, "yes")
    assert session.done()
    assert session.annotations[0].attributes == ()
