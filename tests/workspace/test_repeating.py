"""A case given once more is drawn aside, held against what it should be, and changes nothing of the case itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.course import State
from annotator.domain.person import Acting, Person, Role
from annotator.domain.queue import Entry, Wanted
from annotator.domain.rereading import PRACTICE, REPEAT
from annotator.errors import AnnotatorError
from annotator.i18n import say
from annotator.progress import Report
from annotator.workspace import again, people
from annotator.workspace.agreeing import readings
from annotator.workspace.assigning import assign
from annotator.workspace.notice import Topic
from annotator.workspace.projects import open_project
from annotator.workspace.readings import Listed
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import free, line, lung_project, opened

NOW = "2026-03-04T05:06:07.000+09:00"
MANAGER = Acting("관리", Role.MANAGER)
AROUND = (8, 15), (32, 15), (32, 25), (8, 25)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ct")
    for number in (1, 2):
        chest_ct(folder / str(number), slices=3, size=64, seed=number)
    return folder


@pytest.fixture
def project(tmp_path: Path, images: Path) -> Path:
    """A case with a line and the region that answers it, drawn by 판독자 before the project had people."""
    root = lung_project(tmp_path / "p").root
    session, _ = opened(root, images)
    session.open_series(session.catalogue.in_order[0].uid)
    session.choose_pass("specialist")
    session.show(1)
    session.perform(line((10, 20), (30, 20)))
    session.choose_pass("annotator")
    session.perform(free(*AROUND))
    assert session.done()
    session.close()
    for name, role in (("관리", Role.MANAGER), ("판독자", Role.ANNOTATOR), ("전문", Role.SPECIALIST)):
        people.change(root, Person(name, frozenset({role})), MANAGER, NOW)
    return root


def signed_in(project: Path, images: Path, name: str) -> Session:
    """Open the first case as somebody."""
    session, _ = opened(project, images)
    session.sign_in(name)
    session.open_series(session.catalogue.in_order[0].uid)
    return session


def heard(session: Session) -> list[str]:
    """What is said from now on."""
    told = list[str]()
    session.subscribe(lambda topic: told.append(said(session)) if topic is Topic.MESSAGE else None)
    return told


def give(project: Path, mode: str, to: str = "판독자") -> tuple[str, ...]:
    folder = open_project(project)
    given, told = again.give(folder, again.drawn_cases(project), to, mode, MANAGER, NOW)
    assert not told
    return given


def said(session: Session) -> str:
    return say(session.said.message) if session.said else ""


def test_practice_begins_with_the_lines_and_ends_with_a_score(project: Path, images: Path) -> None:
    give(project, PRACTICE)
    delivered = {path: path.read_bytes() for path in (project / "lung_cancer").rglob("*") if path.is_file()}
    session = signed_in(project, images, "판독자")
    assert session.repeats
    assert [(a.toolname, session.index) for there in session.document.annotations.values() for a in there] == [("Line", 1)]
    session.perform(free(*AROUND))
    session.show(2)
    session.perform(free((40, 40), (50, 40), (50, 50), (40, 50)))
    told = heard(session)
    assert session.done()
    assert "Practice: 1 of 2 right, 50 %" in told
    session.open_series(session.catalogue.in_order[0].uid)
    assert not session.repeats
    assert [a.toolname for there in session.document.annotations.values() for a in there] == ["Line", "Free"], "the case as it was"
    assert {path: path.read_bytes() for path in (project / "lung_cancer").rglob("*") if path.is_file()} == delivered
    (result,) = again.results(project)
    assert (result.person, result.mode, result.score.right, result.score.all) == ("판독자", PRACTICE, 1, 2)


def test_a_blind_repeat_is_held_against_the_persons_own_reading_and_says_nothing(project: Path, images: Path) -> None:
    give(project, REPEAT)
    session = signed_in(project, images, "판독자")
    session.perform(free(*AROUND))
    told = heard(session)
    assert session.done()
    assert not any("Practice" in sentence for sentence in told)
    (result,) = again.results(project)
    assert (result.mode, result.score.share) == (REPEAT, 1.0)


def test_a_case_given_once_more_comes_in_the_queue_like_any_other(project: Path, images: Path) -> None:
    session = signed_in(project, images, "판독자")
    session.next_for_me()
    assert "Nothing is waiting for you" in said(session)
    give(project, REPEAT)
    session.step_series(1)
    session.next_for_me()
    assert session.repeats and session.series is session.catalogue.in_order[0]
    assert session.annotations[0].toolname == "Line"


def test_a_case_is_given_once_more_only_to_who_draws(project: Path, images: Path) -> None:
    folder, cases = open_project(project), again.drawn_cases(project)
    with pytest.raises(AnnotatorError):
        again.give(folder, cases, "관리", REPEAT, MANAGER, NOW)
    given, told = again.give(folder, cases, "판독자", REPEAT, Acting("판독자", Role.ANNOTATOR), NOW)
    assert (given, len(told)) == ((), 1)
    assert give(project, REPEAT) == cases
    _, told = again.give(folder, cases, "판독자", REPEAT, MANAGER, NOW)
    assert "already" in say(told[0])
    assert not signed_in(project, images, "전문").repeats
    assert (again.drawn_cases(project, "판독자"), again.drawn_cases(project, "전문")) == (cases, ())


def test_practice_comes_before_real_cases_where_the_project_asks_for_it(project: Path, images: Path) -> None:
    toml = project / "project.toml"
    toml.write_text(toml.read_text("utf-8") + "\n[practice]\ncases = 1\nbar = 0.9\n", "utf-8")
    give(project, PRACTICE, "전문")
    session = signed_in(project, images, "전문")
    assert session.repeats and session.drawing_refused() is None, "a practice case may be drawn on"
    session.step_series(1)
    refused = session.drawing_refused()
    assert refused is not None and "Practice comes first: 0 of 1" in say(refused)
    session.perform(line((10, 20), (30, 20)))
    assert not session.document.count()
    session.open_series(session.catalogue.in_order[0].uid)
    session.show(1)
    session.perform(line((10, 20), (30, 20)))
    assert session.done()
    assert session.practised is not None and session.practised.passed
    assert session.drawing_refused() is None
    session.perform(line((10, 20), (30, 20)))
    assert session.document.count() == 1


def test_the_command_gives_cases_and_shows_results(
    project: Path, images: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["again", str(project), "--to", "판독자", "--mode", "practice", "--share", "1", "--user", "관리", "--language", "en"]) == 0
    assert "Given once more: 1 cases" in capsys.readouterr().out
    session = signed_in(project, images, "판독자")
    session.perform(free(*AROUND))
    assert session.done()
    session.close()
    assert main(["again", str(project), "--user", "판독자", "--language", "en"]) == 1
    said = capsys.readouterr()
    assert "this person does not have the role “manager”" in said.err and not said.out  # a reader is not told what is asked once more
    assert main(["again", str(project), "--user", "관리", "--language", "en"]) == 0
    assert "판독자 (annotator), practice: 1 cases, 1/1 (100.0%), passed" in capsys.readouterr().out
    assert main(["again", str(project), "--json", "--user", "관리"]) == 0
    assert '"share": 1.0' in capsys.readouterr().out
    assert main(["again", str(project), "--to", "판독자", "--share", "2", "--user", "관리"]) == 2


def asked(project: Path, cases: int = 1) -> None:
    """Let the project ask for practice."""
    toml = project / "project.toml"
    toml.write_text(toml.read_text("utf-8") + f"\n[practice]\ncases = {cases}\nbar = 0.9\n", "utf-8")


def handed(session: Session) -> tuple[list[str], int]:
    """What is handed out to whoever is at work, and how much waits for them."""
    found = list[tuple[list[str], int]]()
    session.find_mine(lambda mine, left: found.append(([entry.case for entries in mine.values() for entry in entries], left)))
    return found[0]


def test_no_real_case_is_handed_out_before_the_practice_is_passed(project: Path, images: Path) -> None:
    asked(project)
    session = signed_in(project, images, "전문")
    session.worklist.add(session.catalogue.by_uid.values())
    assert handed(session) == ([], 0)
    assert session.worklist.ahead(Acting("전문", Role.SPECIALIST)) == ()
    (case,) = give(project, PRACTICE, "전문")
    assert handed(session) == ([case], 1)
    session.reload()
    session.open_series(session.catalogue.in_order[0].uid)
    session.show(1)
    session.perform(line((10, 20), (30, 20)))
    assert session.done()
    other = session.catalogue.in_order[1].uid
    assert handed(session) == ([other], 1)


def test_nobody_is_given_real_cases_before_the_practice_is_passed(project: Path, images: Path) -> None:
    session = signed_in(project, images, "관리")
    session.worklist.add(session.catalogue.by_uid.values())
    new = session.catalogue.in_order[1].uid
    asked(project)
    count, told = assign(open_project(project), {new: "전문"}, MANAGER, NOW, Report())
    assert count == 0 and "the practice as specialist is not passed yet" in say(told[0])
    assert assign(open_project(project), {new: "관리"}, MANAGER, NOW, Report()) == (1, ())


def test_a_repeated_case_looks_like_any_other_that_waits_but_for_a_manager(project: Path, images: Path) -> None:
    session = signed_in(project, images, "판독자")
    (case,) = give(project, REPEAT)
    session.worklist.refresh()

    def listed(who: Session, *states: State) -> list[tuple[str, State]]:
        found = list[tuple[str, State]]()
        wanted = Wanted(states=tuple(state.value for state in states), order="state")
        who.find_cases(wanted, 10, lambda entries, _: found.extend((entry.case, entry.state) for entry in entries))
        return found

    assert (case, State.SECOND_PASS) in listed(session)
    assert listed(session, State.SECOND_PASS) == [(case, State.SECOND_PASS)]
    assert listed(session, State.MACHINE_CHECK) == []
    mine = list[Entry]()
    session.find_mine(lambda found, _: mine.extend(found["given"]))
    assert [(entry.case, entry.state, entry.drew) for entry in mine] == [(case, State.SECOND_PASS, ())]
    manager = signed_in(project, images, "관리")
    assert listed(manager, State.MACHINE_CHECK) == [(case, State.MACHINE_CHECK)]


def test_the_readings_of_a_repeated_case_are_not_listed(project: Path, images: Path) -> None:
    session = signed_in(project, images, "판독자")
    found = list[object]()
    session.look_for_readings(Report(), found.append)
    assert getattr(found[-1], "readings", ())
    give(project, REPEAT)
    session.reload()
    session.open_series(session.catalogue.in_order[0].uid)
    session.look_for_readings(Report(), found.append)
    assert session.repeats and found[-1] == Listed()
    assert session.review is None and session.corrections == (), "a repeated case is drawn, and reviews nothing"


def test_questions_of_before_are_not_seen_in_a_repeated_case(project: Path, images: Path) -> None:
    session = signed_in(project, images, "판독자")
    session.draft_at(10, 20)
    session.ask("경계가 맞습니까?", "관리")
    assert len(session.pins) == 1
    manager = signed_in(project, images, "관리")
    manager.answer_question(manager.pins[0], "yes", "맞습니다")
    give(project, REPEAT)
    session.reload()
    session.open_series(session.catalogue.in_order[0].uid)
    assert session.repeats and session.pins == ()


def test_what_was_drawn_once_more_is_no_reading_of_the_case(project: Path, images: Path) -> None:
    (case,) = give(project, REPEAT)
    before = readings(project, case).by_author
    later = "2026-03-09T05:06:07.000+09:00"
    session = Session(open_project(project), Immediate(), author="판독자", role="annotator", clock=lambda: later)
    session.open_folder([images])
    session.open_series(session.catalogue.in_order[0].uid)
    session.perform(free(*AROUND))
    assert session.done()
    session.close()
    assert [result.time for result in again.results(project)] == [later]
    assert readings(project, case).by_author == before


def test_a_sample_is_chosen_among_what_the_person_drew(project: Path, images: Path) -> None:
    session = signed_in(project, images, "관리")
    ended = list[bool]()
    session.give_sample_again(0.5, "판독자", REPEAT, None, lambda: ended.append(True))
    assert ended and "1 of 1 cases given to 판독자 once more" in said(session)
    session.give_sample_again(0.5, "전문", REPEAT, None, lambda: ended.append(True))
    assert "0 of 0" in said(session)
