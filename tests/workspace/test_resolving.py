"""Two people went on from one revision: what each has is decided one by one, saved as one that goes on from both, and logged."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.conflict import Take
from annotator.domain.document import Document
from annotator.i18n import say
from annotator.workspace import log, projects, revisions
from annotator.workspace.notice import SavedState
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box, lung_project, small_ct


def person(place: Path, who: str, day: int = 1) -> Session:
    project = projects.open_project(place / "project")
    session = Session(project, Immediate(), author=who, clock=lambda: f"2026-03-0{day}T05:06:07.000+09:00")
    session.open_folder([place / "ct"])
    session.choose_tool("tool.box")
    return session


def draw(session: Session, corner: float, image: int = 0) -> None:
    session.show(image)
    session.perform(box(corner, corner, corner + 6, corner + 6))


def corners(document: Document) -> list[tuple[int, float]]:
    return sorted((a.id, a.shape.bounds[0]) for there in document.annotations.values() for a in there)


def heads(place: Path, session: Session) -> tuple[revisions.Revision, ...]:
    assert session.series is not None
    return revisions.heads(place / "project", session.series.uid, keep=True)[0]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    lung_project(tmp_path / "project")
    small_ct(tmp_path / "ct", slices=3, size=64)
    return tmp_path


@pytest.fixture
def asked(place: Path) -> Session:
    """Kim drew one; from that Kim took it away and drew another, Lee drew two; Park opens the case and wants to choose one by one."""
    kim = person(place, "Kim")
    draw(kim, 5)
    kim.save()
    lee = person(place, "Lee", 2)
    kim.select([1])
    kim.delete()
    draw(kim, 40)
    kim.save()
    draw(lee, 20)
    draw(lee, 30, 1)
    lee.save()
    park = person(place, "Park", 3)
    assert park.question is not None and [choice for choice, _ in park.question.choices] == ["each", "all", "version1", "version2"]
    park.question.answer("each")
    return park


def test_until_it_is_decided_everything_of_both_is_there_and_nothing_is_saved(place: Path, asked: Session) -> None:
    found = asked.conflict
    assert found is not None and (found.first.author, found.second.author) == ("Lee", "Kim")
    told = [(d.number, d.first is not None, d.second is not None) for d in found.disputes]
    assert told == [(1, True, False), (2, True, True), (1, True, False)]
    assert corners(asked.document) == [(1, 5), (1, 30), (2, 20), (3, 40)]
    asked.save()
    assert asked.saved_state is SavedState.UNSAVED and len(heads(place, asked)) == 2
    assert [pane.place.other.saved.author for pane in asked.others if pane.place.other] == ["Lee", "Kim"]
    assert asked.selection == {1} and asked.index == 0


def test_each_difference_is_decided_by_one_step_and_taken_back_by_one(asked: Session) -> None:
    before = asked.document
    assert asked.decide(Take.SECOND)
    assert corners(asked.document) == [(1, 30), (2, 20), (3, 40)] and asked.selection == {2, 3}
    assert asked.decide(Take.SECOND)
    assert corners(asked.document) == [(1, 30), (2, 40)] and asked.index == 1
    asked.undo()
    asked.undo()
    assert asked.document == before
    asked.go_to_dispute(1)
    assert asked.decide(Take.FIRST) and (2, 20) in corners(asked.document) and (3, 40) not in corners(asked.document)


def test_what_was_decided_is_saved_as_one_that_goes_on_from_both_and_logged(place: Path, asked: Session) -> None:
    two = {head.digest for head in heads(place, asked)}
    asked.decide(Take.SECOND)
    asked.decide(Take.BOTH)
    asked.unite()
    assert asked.conflict is None and asked.others == () and asked.saved_state is SavedState.SAVED
    (head,) = heads(place, asked)
    assert set(head.parents) == two and head.document == asked.document and corners(head.document) == [(1, 30), (2, 20), (3, 40)]
    delivered = [path for path in (place / "project" / "lung_cancer").rglob("*") if path.is_file()]
    assert delivered
    (row,) = (row for row in log.read(place / "project") if row.action == "conflict.resolved")
    assert row.person == "Park"
    assert [(name, row.facts[name]) for name in row.facts if name.startswith("taken")] == [
        ("taken both", "1"),
        ("taken first", "1"),
        ("taken second", "1"),
    ]
    assert {row.facts["first"], row.facts["second"]} == two
    asked.close()
    after = person(place, "Choi")
    assert after.question is None and after.conflict is None and after.document == head.document


def test_decisions_survive_the_end_of_the_program(place: Path, asked: Session) -> None:
    asked.decide(Take.SECOND)
    now = asked.document
    asked.close()
    assert len(heads(place, asked)) == 2
    again = person(place, "Park", 4)
    assert again.question is not None
    again.question.answer("each")
    assert again.document == now
    assert [again.decided(d) for d in again.conflict.disputes] == [Take.SECOND, Take.BOTH, Take.FIRST] if again.conflict else False
    again.unite()
    (head,) = heads(place, again)
    assert head.document == now


def test_who_leaves_in_the_middle_finds_it_as_it_was(place: Path, asked: Session) -> None:
    small_ct(place / "ct" / "more", slices=2, size=64)
    asked.open_folder([place / "ct"])
    assert asked.question is not None, "the folder was opened anew: what was not decided is asked again"
    asked.question.answer("each")
    asked.decide(Take.SECOND)
    now, here = asked.document, asked.series
    assert here is not None
    asked.open_series(next(s.uid for s in asked.catalogue.in_order if s.uid != here.uid))
    assert asked.conflict is None
    asked.open_series(here.uid)
    assert asked.conflict is not None and asked.document == now
    asked.unite()
    assert len(heads(place, asked)) == 1


def test_of_three_versions_the_third_comes_after_the_first_two(place: Path) -> None:
    people = [person(place, who, day) for day, who in enumerate(("Kim", "Lee", "Choi"), 1)]
    for corner, one in zip((5, 20, 40), people, strict=True):
        draw(one, corner)
        one.save()
    park = person(place, "Park", 4)
    assert park.question is not None
    park.question.answer("each")
    park.decide(Take.SECOND)
    park.unite()
    assert park.conflict is not None and park.conflict.second.author == "Kim"
    assert corners(park.document) == [(1, 20), (3, 5)]
    park.decide(Take.BOTH)
    park.unite()
    assert park.conflict is None and len(heads(place, park)) == 1 and corners(park.document) == [(1, 20), (3, 5)]


def altered(place: Path) -> Session:
    """Kim drew two boxes; somebody made one of them wider in the delivered JSON; Lee opens the case."""
    kim = person(place, "Kim")
    draw(kim, 5)
    draw(kim, 30, 1)
    kim.close()
    for path in (place / "project").rglob("json/*.json"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("5.0, 5.0, 11.0, 5.0, 11.0, 11.0, 5.0, 11.0", "5.0, 5.0, 15.0, 5.0, 15.0, 11.0, 5.0, 11.0"), "utf-8")
    for path in (place / "project").rglob("binary/*.dcm"):
        if path.name.endswith("0001.dcm") or "0001" in path.stem:
            path.unlink()
    return person(place, "Lee", 2)


def test_delivered_files_that_others_changed_are_shown_with_what_differs_and_four_ways_to_go_on(place: Path) -> None:
    lee = altered(place)
    assert lee.question is not None
    text = say(lee.question.text)
    assert "Others changed the delivered files of this case" in text and "24 pixels within x 12–15, y 6–11" in text
    assert [choice for choice, _ in lee.question.choices] == ["json", "record", "both", "each"]


@pytest.mark.parametrize(("choice", "widths"), [("json", [6.0, 10.0]), ("record", [6.0, 6.0]), ("both", [6.0, 6.0, 10.0])])
def test_they_are_imported_or_not_or_stand_beside_what_was_saved(place: Path, choice: str, widths: list[float]) -> None:
    lee = altered(place)
    assert lee.question is not None
    lee.question.answer(choice)
    drawn = [a for there in lee.document.annotations.values() for a in there]
    assert sorted(a.shape.bounds[2] - a.shape.bounds[0] for a in drawn) == widths
    assert sum(a.drawn.author == "Kim" and a.drawn.time != "" for a in drawn) >= 1
    lee.close()
    assert person(place, "Choi", 3).question is None


def test_they_are_decided_one_by_one_like_a_version_of_somebody(place: Path) -> None:
    lee = altered(place)
    assert lee.question is not None
    lee.question.answer("each")
    found = lee.conflict
    assert found is not None and len(found.disputes) == 1 and (found.second.number, found.second.digest) == (0, "")
    assert len(lee.others) == 2
    lee.decide(Take.SECOND)
    lee.unite()
    assert lee.saved_state is SavedState.SAVED and [a.shape.bounds[2] for a in lee.annotations] == [15.0]
    lee.close()
    assert person(place, "Choi", 3).question is None


def test_files_that_others_change_while_the_case_is_open_are_asked_about_after_the_next_save(place: Path) -> None:
    kim = person(place, "Kim")
    draw(kim, 5)
    kim.save()
    for path in (place / "project").rglob("json/*.json"):
        path.write_text(path.read_text("utf-8").replace("11.0", "14.0"), "utf-8")
    draw(kim, 40)
    kim.save()
    assert kim.question is not None and "pixels within" in say(kim.question.text)
    kim.question.answer("record")
    assert kim.question is None and kim.saved_state is SavedState.SAVED
    kim.close()
    assert person(place, "Lee", 2).question is None


def test_a_version_that_came_while_one_works_is_chosen_from_without_leaving_the_case(place: Path) -> None:
    kim, lee = person(place, "Kim"), person(place, "Lee", 2)
    draw(kim, 5)
    kim.save()
    draw(lee, 40)
    lee.choose_version()
    assert lee.said is not None and "Save the case first" in say(lee.said.message)
    lee.save()
    lee.choose_version()
    assert lee.question is not None
    lee.question.answer("each")
    assert lee.conflict is not None
    lee.unite()
    assert len(heads(place, lee)) == 1 and len(lee.annotations) == 2
