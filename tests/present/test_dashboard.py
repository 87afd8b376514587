"""The dashboard holds what is accepted against the project's targets and agreement against its bar, and knows the cases behind a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.course import State
from annotator.domain.holdings import AGES
from annotator.domain.project import Project
from annotator.domain.quality import Amount, Quality
from annotator.domain.queue import Entry, Wanted
from annotator.domain.reading_figures import Readings, Together
from annotator.present.chart import Chart
from annotator.present.dashboard import charts, headline
from annotator.present.filters import THERE
from annotator.workspace.projects import create
from annotator.workspace.summary import FINISHED, Told
from annotator.workspace.worklist import Worklist
from annotator.workspace.worklist_table import put


@pytest.fixture
def project(tmp_path: Path) -> Project:
    amounts = (Amount("CCT", "benign", images=100, patients=9), Amount("XRY", "normal", patients=2))
    return replace(create("lung-cancer", tmp_path / "project").project, quality=Quality(amounts=amounts))


def chart(project: Project, told: Told, name: str) -> Chart:
    return next(one for one in charts(project, told) if one.name == name)


def held(*entries: Entry, tmp_path: Path) -> Told:
    """What a summary tells of a worklist with these entries."""
    folder = create("lung-cancer", tmp_path / "other")
    found = Worklist(folder, tmp_path / "list")
    with found._open() as database, database:
        put(database, entries)
    return Told(found.amassed(), found.patients(FINISHED), held=found.held())


def test_what_is_there_and_accepted_is_held_against_both_targets_and_discarded_cases_do_not_count(project: Project, tmp_path: Path) -> None:
    told = held(
        Entry("1", "P1", "S1", "CCT", "benign", State.ACCEPTED, images=60), Entry("2", "P1", "S2", "CCT", "benign", images=70),
        Entry("3", "P2", "S1", "CCT", "benign", State.DISCARDED, images=900),
        Entry("4", "P3", "S1", "XRY", "normal", State.ACCEPTED, images=1), Entry("5", "P4", "S1", "XRY", "normal", images=1),
        Entry("6", "P5", "S1", "CCT", "", images=4), tmp_path=tmp_path,
    )  # fmt: skip
    images = {s.label: (s.value, s.whole, s.goal, s.good, s.text) for s in chart(project, told, "amounts").spots}
    assert images == {"XRY · normal": (1, 2, 0, None, "2"), "CCT · benign": (60, 130, 100, True, "130 / 100"),
                      "CCT · no class": (0, 4, 0, None, "4")}  # fmt: skip
    patients = {s.label: (s.value, s.whole, s.goal, s.good) for s in chart(project, told, "persons").spots}
    assert patients == {"XRY · normal": (1, 2, 2, True), "CCT · benign": (1, 1, 9, False), "CCT · no class": (0, 1, 0, None)}
    without = chart(project, told, "amounts").spots[-1].behind
    assert without is not None and without.wanted == Wanted(modality="CCT", unclassed=True, states=THERE)
    assert headline(told) == "2 of 5 cases accepted (40 %)"


def listed(entries: Sequence[Entry]) -> dict[str, int]:
    """What a list of cases holds."""
    return {"cases": len(entries), "images": sum(one.images for one in entries), "patients": len({one.patient for one in entries}),
            "studies": len({one.study for one in entries})}  # fmt: skip


def test_every_number_of_what_there_is_leads_to_as_many_cases(project: Project, tmp_path: Path) -> None:
    entries = [Entry(str(n), f"P{n // 2}", f"S{n % 2}", ("CCT", "XRY")[n % 2], ("benign", "")[n % 3 == 0], list(State)[n % len(State)],
                     images=n, study=str(n // 3), plane=("axial", "", "oblique")[n % 3], device=("A", "", "B, C")[n % 3],
                     sex=("F", "M", "")[n % 3], age=(*AGES, "")[n % (len(AGES) + 1)]) for n in range(60)]  # fmt: skip
    told = held(*entries, tmp_path=tmp_path)
    found = Worklist(create("lung-cancer", tmp_path / "again"), tmp_path / "list")
    shown = {one.name: one for one in charts(project, told)}
    units = {"states": "cases", "plane": "images", "device": "images", "sex": "patients", "age": "patients"}
    for name, unit in units.items():
        assert len(shown[name].spots) >= 3
        for spot in shown[name].spots:
            assert spot.behind is not None and listed(found.entries(spot.behind.wanted))[unit] == spot.value
    kinds = ("patients", "studies", "cases", "images")
    for number, spot in enumerate(shown["there"].spots):
        assert spot.behind is not None and listed(found.entries(spot.behind.wanted))[kinds[number % 4]] == spot.value
    for spot in shown["amounts"].spots:
        assert spot.behind is not None and listed(found.entries(spot.behind.wanted))["images"] == spot.whole


WEEK = Together("2026-11-23", 2, matched=6, right=5, missed=1, extra=3, cases=("a", "b"), differing=("b",))


def test_agreement_is_told_by_lesions_and_a_week_under_the_bar_is_marked_and_opens_what_differed(project: Project) -> None:
    (spot,) = chart(project, Told(readings=Readings((WEEK,))), "agreement").spots
    assert (spot.value, spot.goal, spot.good, spot.text) == (0.5, 0.9, False, "50 %")
    assert "5 of 10 lesions agree (50.0 %), 1 missed, 3 extra; 2 cases" in spot.tip
    assert spot.behind is not None and spot.behind.wanted.cases == ("b",)
    kim = replace(WEEK, name="김", right=9, missed=0, extra=3, matched=9)
    (reader,) = chart(project, Told(readings=Readings(readers=(kim,))), "readers").spots
    assert (reader.label, reader.value, reader.good) == ("김", 0.75, False)


def test_the_measure_of_the_projects_bar_counts_and_one_that_lesions_do_not_tell_has_no_bar(project: Project) -> None:
    for measure, value, goal in (("f1", 0.75, 0.9), ("iou", 0.5, 0.0)):
        other = replace(project, reviewing=replace(project.reviewing, measure=measure))
        (spot,) = chart(other, Told(readings=Readings((WEEK,))), "agreement").spots
        assert (spot.value, spot.goal, spot.good) == (value, goal, False if goal else None)


def test_readers_stand_against_the_final_version_in_the_table_of_categories(project: Project) -> None:
    one, other = project.categories[0].key, project.categories[2].key
    cells = {(one, one): (40, ()), (one, other): (3, ("a", "b")), (other, other): (7, ())}
    found = chart(project, Told(readings=Readings(cells=cells, left=4)), "confused")
    assert [(s.text, s.value) for s in found.spots] == [("40", 0), ("3", 3), ("", 0), ("7", 0)]
    behind = found.spots[1].behind
    assert behind is not None and behind.wanted.cases == ("a", "b") and found.spots[0].behind is None
    assert "4 cases are still being compared" in found.hint


def test_a_project_without_anything_says_in_every_chart_what_is_missing(project: Project) -> None:
    for one in charts(project, Told()):
        assert one.empty and (not one.spots or one.name in ("amounts", "persons"))
    assert headline(Told()) == ""
