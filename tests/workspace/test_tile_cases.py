"""Lesions of cases that are not open are collected only as far as they are wanted."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.course import MOVE, State, Step
from annotator.domain.person import Acting, Role
from annotator.workspace import steps
from annotator.workspace.projects import open_project
from annotator.workspace.reading_store import ReadingStore
from annotator.workspace.tasks import Immediate
from annotator.workspace.tile_cases import TileCases
from annotator.workspace.worklist import Worklist, find_cases
from tests.workspace.agreed import MANAGER, agreed, move

REVIEWER = Acting("박", Role.REVIEWER)


def collected(tmp_path: Path, added: tuple[int, ...], open_now: frozenset[str] = frozenset()) -> tuple[TileCases, list[str], list[int]]:
    root, cases = agreed(tmp_path, added)
    for case in cases:
        steps.take(root, Step(case, 0, MOVE, "", "", "t", after=State.REWORK, reason="–", facts={"to": "second_pass"}), MANAGER, ())
        move(root, case, State.MACHINE_CHECK, Acting("이", Role.ANNOTATOR))
        move(root, case, State.REVIEW)
    folder, heard = open_project(root), list[int]()
    worklist = Worklist(folder)
    find_cases(folder, worklist, [tmp_path / "images"])
    found = TileCases(Immediate(), ReadingStore(folder, REVIEWER), folder.project, REVIEWER, open_now, lambda: heard.append(1))
    found.begin(worklist)
    return found, cases, heard


def test_no_more_cases_are_read_than_are_wanted(tmp_path: Path) -> None:
    found, cases, heard = collected(tmp_path, (1, 1, 1))
    assert found.tiles == () and not found.complete and heard
    found.want(1)
    assert len(found.tiles) == 2 and len({tile.case for tile in found.tiles}) == 1 and not found.complete
    found.want(100)
    assert len(found.tiles) == 6 and {tile.case for tile in found.tiles} == set(cases) and found.complete
    assert found.absent == ()


def test_open_cases_are_left_out_and_passed_ones_forgotten(tmp_path: Path) -> None:
    found, cases, _ = collected(tmp_path, (0, 0))
    found.want(100)
    found.without([cases[0]])
    assert [tile.case for tile in found.tiles] == [cases[1]]


def test_a_case_of_which_an_image_is_missing_is_not_shown_in_part(tmp_path: Path) -> None:
    found, cases, _ = collected(tmp_path, (1,))
    for path in (tmp_path / "images").rglob("*.dcm"):
        path.unlink()
    found.want(100)
    assert found.tiles == () and len(found.absent) == 1 and found.complete
