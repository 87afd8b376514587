"""A finished case below the bar goes back where a manager says so, or by itself where the project says so; what went back can be undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.domain.bar import MISSED, Against
from annotator.domain.course import State
from annotator.domain.person import Person, Role
from annotator.i18n import say, use_language
from annotator.progress import Cancelled, Report
from annotator.workspace import accepting, bar, log, people, steps
from annotator.workspace.projects import open_project
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from annotator.workspace.verifying import verify
from annotator.workspace.worklist import Worklist, find_cases
from tests.workspace.agreed import ANNOTATOR, MANAGER, agreed, move
from tests.workspace.study import box

NOW = "2026-03-04T05:06:07.000+09:00"


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, list[str]]:
    """Two agreed cases: nothing was missed of the first, two lesions of the second."""
    return agreed(tmp_path, (0, 2))


def accept(root: Path, cases: list[str]) -> tuple[int, list[str]]:
    count, told = accepting.accept(open_project(root), cases, MANAGER, NOW, Report())
    return count, list(map(say, told))


def state(root: Path, case: str) -> State:
    return steps.standing(root, case).state


def stands(root: Path) -> Against:
    (found,) = bar.stand(open_project(root))
    return found


def test_accepting_measures_and_the_person_is_told_of(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    assert bar.stand(open_project(root)) == ()
    assert accept(root, cases) == (2, ["1 accepted cases lie below the bar; “Agreement bar” sends them back"])
    found = stands(root)
    assert (found.person, found.figure, found.met) == ("이", 0.5, False)
    assert [case.case for case in found.below] == [cases[1]]
    assert [(lost.how, lost.category) for lost in found.below[0].lost] == [(MISSED, "CCT1")] * 2
    assert found.below[0].lost[0].image == "0001"


def test_what_is_sent_back_is_the_annotators_again_with_the_lesions_as_reason(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    accept(root, cases)
    folder = open_project(root)
    done, told = bar.send_back(folder, stands(root).below, MANAGER, NOW, Report())
    assert (done, told) == ((cases[1],), ())
    standing = steps.standing(root, cases[1])
    assert (standing.state, standing.rework_to, standing.assignee) == (State.REWORK, State.SECOND_PASS, "이")
    assert standing.returned is not None and standing.returned.reason.startswith("Below the bar: 33 % of 90 %")
    assert "image 0001" in standing.returned.reason
    assert state(root, cases[0]) is State.ACCEPTED
    assert [entry.case for entry in Worklist(folder).mine(ANNOTATOR)["returned"]] == [cases[1]]
    assert list(log.verify(root)) == [] and list(verify(folder, Report())) == []
    found = stands(root)
    assert found.below == () and [case.case for case in found.returned] == [cases[1]]


def test_only_a_manager_sends_back_and_nobody_sends_a_case_back_twice(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    accept(root, cases)
    folder, below = open_project(root), stands(root).below
    done, told = bar.send_back(folder, below, ANNOTATOR, NOW, Report())
    assert done == () and told and state(root, cases[1]) is State.ACCEPTED
    assert bar.send_back(folder, below, MANAGER, NOW, Report())[0] == (cases[1],)
    done, told = bar.send_back(folder, below, MANAGER, NOW, Report())
    assert done == () and "does not become" in say(told[0])


def test_a_return_is_taken_back_as_long_as_nobody_drew(made: tuple[Path, list[str]], tmp_path: Path) -> None:
    root, cases = made
    accept(root, cases)
    folder, before = open_project(root), steps.standing(root, cases[1])
    bar.send_back(folder, stands(root).below, MANAGER, NOW, Report())
    assert bar.take_back(folder, [cases[1]], ANNOTATOR, NOW, Report())[0] == ()
    assert bar.take_back(folder, [cases[1]], MANAGER, NOW, Report()) == ((cases[1],), ())
    after = steps.standing(root, cases[1])
    assert (after.state, after.drew, after.verdicts) == (before.state, before.drew, before.verdicts)
    assert [case.case for case in stands(root).below] == [cases[1]]
    bar.send_back(folder, stands(root).below, MANAGER, NOW, Report())
    session = Session(folder, Immediate(), author="이", role="annotator", pin="1234", clock=lambda: NOW)
    session.open_folder([tmp_path / "images" / "1"])
    session.choose_tool("tool.free")
    session.perform(box(30, 30, 38, 38))
    session.close()
    done, told = bar.take_back(folder, [cases[1]], MANAGER, NOW, Report())
    assert done == () and "somebody has drawn on it" in say(told[0]) and state(root, cases[1]) is State.REWORK


def test_ones_own_figure_alone_tells_nothing_of_others(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    accept(root, cases)
    (own,) = bar.stand(open_project(root), "이")
    assert (own.figure, own.below) == (0.5, ()) and bar.stand(open_project(root), "박") == ()


def test_a_case_that_is_left_is_not_proposed_again(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    accept(root, cases)
    folder = open_project(root)
    assert bar.leave(folder, [cases[1]], "구석의 결절", ANNOTATOR, NOW, Report())[0] == ()
    assert bar.leave(folder, [cases[1]], "구석의 결절", MANAGER, NOW, Report())[0] == (cases[1],)
    found = stands(root)
    assert found.below == () and not found.met
    assert state(root, cases[1]) is State.ACCEPTED


def test_an_automatic_project_does_not_accept_below_the_bar_but_for_what_is_left(tmp_path: Path) -> None:
    root, cases = agreed(tmp_path, (0, 2), 'below = "automatic"')
    count, told = accept(root, cases)
    assert count == 1 and told == [f"The case {cases[1]} lies below the bar and goes back to 이"]
    assert (state(root, cases[0]), state(root, cases[1])) == (State.ACCEPTED, State.REWORK)
    folder = open_project(root)
    assert bar.take_back(folder, [cases[1]], MANAGER, NOW, Report())[0] == (cases[1],)
    assert state(root, cases[1]) is State.AGREED
    bar.leave(folder, [cases[1]], "–", MANAGER, NOW, Report())
    assert accept(root, [cases[1]]) == (1, [])


def test_cases_that_nobody_measured_are_measured_when_asked_for(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    move(root, cases[1], State.ACCEPTED)
    folder = open_project(root)
    assert bar.unmeasured(folder) == tuple(sorted(cases))
    assert bar.measure_missing(folder, MANAGER, NOW, Report()) == ()
    assert bar.unmeasured(folder) == () and [case.case for case in stands(root).below] == [cases[1]]


def test_measuring_stops_where_it_is_told_to(made: tuple[Path, list[str]]) -> None:
    root, _ = made
    report = Report()
    report.cancel()
    with pytest.raises(Cancelled):
        bar.measure_missing(open_project(root), MANAGER, NOW, report)


def test_a_case_drawn_again_is_measured_again(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    accept(root, cases)
    bar.send_back(open_project(root), stands(root).below, MANAGER, NOW, Report())
    move(root, cases[1], State.MACHINE_CHECK, ANNOTATOR)
    move(root, cases[1], State.REVIEW)
    assert stands(root).below == () and stands(root).returned == ()
    move(root, cases[1], State.AGREED)
    assert bar.unmeasured(open_project(root)) == (cases[1],)


def test_the_means_over_images_count_those_that_nobody_drew_on(tmp_path: Path) -> None:
    root, cases = agreed(tmp_path, (2,), 'measure = "iou"')
    accept(root, cases)
    (one,) = stands(root).recent
    assert one.images == 2 and one.measure("iou") == pytest.approx((1 + 64 / (64 + 2 * 48)) / 2)


def test_the_command_line_lists_sends_back_and_undoes(
    made: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root, cases = made
    monkeypatch.setenv("ANNOTATOR_PIN", "0000")
    find_cases(open_project(root), Worklist(open_project(root)))
    assert main(["bar", str(root), "--measure", "--user", "최", "--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["person"], found["figure"], [case["case"] for case in found["below"]]) == ("이", 0.5, [cases[1]])
    assert main(["bar", str(root), "--send-back", "--of", "이", "--user", "최"]) == 0
    assert state(root, cases[1]) is State.REWORK
    assert main(["bar", str(root), "--language", "ko"]) == 0
    assert "되돌려 보냄" in capsys.readouterr().out
    use_language("en")
    assert main(["bar", str(root), cases[1], "--take-back", "--user", "최"]) == 0
    assert state(root, cases[1]) is State.AGREED
    assert main(["bar", str(root), cases[0], "--leave", "--user", "최"]) == 1
    assert main(["bar", str(root), "--leave", "--send-back", "--user", "최"]) == 2
    assert main(["bar", str(root), "--leave", "--user", "최"]) == 0
    assert main(["bar", str(root)]) == 0


def test_who_left_the_project_gets_nothing_back(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    accept(root, cases)
    people.change(root, Person("이", frozenset({Role.ANNOTATOR}), gone=True), MANAGER, NOW)
    bar.send_back(open_project(root), stands(root).below, MANAGER, NOW, Report())
    standing = steps.standing(root, cases[1])
    assert (standing.state, standing.assignee) == (State.REWORK, "")
