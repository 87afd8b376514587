"""The dashboard holds what is accepted against the project's targets and agreement against its bar, and knows the cases behind a number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.course import State
from annotator.domain.figures import Amassed, Event, Figures
from annotator.domain.project import Project
from annotator.domain.quality import Amount, Quality
from annotator.domain.queue import Wanted
from annotator.present.dashboard import Chart, charts, headline
from annotator.workspace.projects import create
from annotator.workspace.summary import Told


@pytest.fixture
def project(tmp_path: Path) -> Project:
    amounts = (Amount("CCT", "benign", images=100, patients=9), Amount("XRY", "normal", patients=2))
    return replace(create("lung-cancer", tmp_path / "project").project, quality=Quality(amounts=amounts))


def chart(project: Project, told: Told, name: str) -> Chart:
    return next(one for one in charts(project, told) if one.name == name)


def test_what_is_accepted_is_held_against_the_target_in_its_unit_and_discarded_cases_do_not_count(project: Project) -> None:
    amassed = (
        Amassed(State.ACCEPTED, "CCT", "benign", 2, 60), Amassed(State.NEW, "CCT", "benign", 1, 70),
        Amassed(State.DISCARDED, "CCT", "benign", 9, 900), Amassed(State.ACCEPTED, "XRY", "normal", 3, 3),
        Amassed(State.NEW, "CCT", "", 4, 4),
    )  # fmt: skip
    told = Told(amassed, {("XRY", "normal"): (3, 2)})
    spots = {spot.label: spot for spot in chart(project, told, "amounts").spots}
    assert [(s.value, s.whole, s.goal, s.good) for s in spots.values()] == [(2, 3, 2, True), (60, 130, 100, False), (0, 4, 0, None)]
    without = spots["CCT · no class"].behind
    assert without is not None and without.wanted == Wanted(modality="CCT", unclassed=True)
    assert headline(told) == "5 of 10 cases accepted (50 %)"


def test_a_week_under_the_bar_is_marked_and_opens_what_the_readings_differed_on(project: Project) -> None:
    figures = Figures()
    for case, after in (("a", "agreed"), ("b", "adjudication")):
        figures.add(Event("move", case, "김", "reviewer", "2026-11-26", "2026-11-23", 1.0, "review", after))
    (spot,) = chart(project, Told(figures=figures), "agreement").spots
    assert (spot.value, spot.goal, spot.good, spot.text) == (0.5, 0.9, False, "50 %")
    assert spot.behind is not None and spot.behind.wanted.cases == ("b",)


def test_a_project_without_anything_says_in_every_chart_what_is_missing(project: Project) -> None:
    for one in charts(project, Told()):
        assert one.empty and (not one.spots or one.name == "amounts")
    assert headline(Told()) == ""
