"""What is chosen among the further filters asks for the cases that it names, and what another part asks for can be chosen again."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.holdings import Count, Holdings
from annotator.domain.queue import Wanted
from annotator.i18n import use_language
from annotator.present import filters
from annotator.present.holdings import as_json, in_order, told
from annotator.workspace.projects import create

CHOSEN = {"modality": ("CCT",), "plane": ("axial", ""), "sex": ("F",), "age": ("90+",), "device": ("A, B",),
          "finding": (filters.UNWRITTEN,)}  # fmt: skip


def test_a_choice_becomes_a_wish_and_a_wish_a_choice() -> None:
    asked = filters.wanted(CHOSEN, Wanted("결절", cases=("1",)))
    assert asked == Wanted("결절", modality="CCT", cases=("1",), planes=("axial", ""), devices=("A, B",), sexes=("F",), ages=("90+",),
                           written=False)  # fmt: skip
    assert filters.taken_out(asked) == (CHOSEN, Wanted("결절", cases=("1",)))
    assert filters.wanted({}, asked) == asked and filters.taken_out(Wanted("x")) == ({}, Wanted("x"))


@pytest.mark.parametrize(("language", "said"), [("en", "Plane: Axial, not known"), ("ko", "단면: 축상면, 알 수 없음")])
def test_a_chip_says_its_dimension_and_values_in_the_language_of_the_window(language: str, said: str) -> None:
    use_language(language)
    try:
        assert filters.said("plane", ("axial", "")) == said
    finally:
        use_language("en")


def test_values_stand_in_their_own_order_the_unknown_last_and_what_is_chosen_is_offered_though_nothing_has_it(tmp_path: Path) -> None:
    project = create("lung-cancer", tmp_path / "project").project
    ages = {"": Count(cases=9, images=9), "90+": Count(cases=1), "0-9": Count(cases=2)}
    held = Holdings(by={"age": ages, "device": {"small": Count(images=1), "": Count(images=99), "large": Count(images=50)}})
    assert in_order(project, "age", ages) == ("0-9", "90+", "") and in_order(project, "device", held.by["device"]) == ("large", "small", "")
    offered = filters.offered(project, held, {"plane": ("coronal",)})
    assert offered["age"] == [("0-9", 2), ("90+", 1), ("", 9)] and offered["plane"] == [("coronal", 0)]
    assert offered["finding"] == [(filters.WRITTEN, None), (filters.UNWRITTEN, None)]


def test_what_there_is_is_told_in_lines_and_as_values_with_the_targets(tmp_path: Path) -> None:
    project = create("lung-cancer", tmp_path / "project").project
    count = Count(1, 2, 3, 4)
    held = Holdings(count, {"plane": {"": count, "axial": count}}, {("CCT", "benign"): count, ("XYZ", "other"): count})
    lines = told(project, held)
    assert lines[0] == "1 patients, 2 studies, 3 cases, 4 images"
    assert "CCT · benign  1 patients, 2 studies, 3 cases, 4 images  target: 150,000 images  target: 1,000 patients" in lines
    assert lines[-2:] == (f"Plane  Axial  {lines[0]}", f"Plane  not known  {lines[0]}")
    values = as_json(project, held)
    assert values["plane"] == {"axial": vars(count), "": vars(count)} and values["all"] == vars(count)
