"""The table `[review]` is read whole, stands in every bundled project, and a mistake in it is told with its key."""

from __future__ import annotations

import pytest

from annotator.domain.definition import parse_project
from annotator.domain.reviewing import Reviewing
from annotator.errors import AnnotatorError
from tests.domain.test_definition import NAMES, TABLE, TOML, bundled

WHOLE = """
[review]
mode = "sequential"
measure = "dice"
bar = 0.85
window = 30
least_iou = 0.4
reasons = ["경계 수정"]
full_view = 0.25
unanimous = true
"""


def test_a_project_without_the_table_is_reviewed_as_usual() -> None:
    found = parse_project(TOML, TABLE)[0].reviewing
    assert found == Reviewing()
    assert (found.mode, found.measure, found.bar, found.window, found.least_iou) == ("independent", "lesions", 0.9, 20, 0.5)


def test_every_key_is_read() -> None:
    project, remarks = parse_project(TOML + WHOLE, TABLE)
    assert project.reviewing == Reviewing("sequential", "dice", 0.85, 30, 0.4, ("경계 수정",), 0.25, True)
    assert remarks == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_bundled_project_offers_reasons_and_holds_the_bar_of_ninety_percent(name: str) -> None:
    found = bundled(name).reviewing
    assert found.reasons and found.bar == 0.9
    assert found.unanimous == (name == "breast-cancer")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('mode = "both"', "independent, sequential"),
        ('measure = "jaccard"', "lesions, f1, iou, dice"),
        ("bar = 90", "0.0 to 1.0"),
        ("window = 2.5", "1 to 1000"),
        ("least_iou = 0", "0.01 to 1.0"),
        ("full_view = true", "0.0 to 1.0"),
        ('reasons = "경계"', "list of texts"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_would_be_right(line: str, told: str) -> None:
    with pytest.raises(AnnotatorError) as caught:
        parse_project(f"{TOML}\n[review]\n{line}\n", TABLE)
    assert f"review.{line.split()[0]}" in str(caught.value) and told in str(caught.value)


def test_a_slip_of_the_pen_is_remarked() -> None:
    _, remarks = parse_project(f"{TOML}\n[review]\nreason = []\n", TABLE)
    assert "“reasons” may be meant" in str(remarks[0])
