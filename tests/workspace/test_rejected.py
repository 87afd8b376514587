"""One command leads from rejected image to rejected image, and on to the next case that was sent back."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.course import MOVE, State, Step
from annotator.i18n import say
from annotator.progress import Report
from annotator.workspace import accepting, bar, steps
from annotator.workspace.projects import open_project
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.agreed import MANAGER, agreed

NOW = "2026-03-04T05:06:07.000+09:00"


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, list[str]]:
    """Three accepted cases; the first and the third went back for lesions on their first image."""
    root, cases = agreed(tmp_path, (1, 0, 1))
    folder = open_project(root)
    accepting.accept(folder, cases, MANAGER, NOW, Report())
    (found,) = bar.stand(folder)
    assert {case.case for case in bar_sent(root, found.below)} == {cases[0], cases[2]}
    return root, cases


def bar_sent(root: Path, below):
    bar.send_back(open_project(root), below, MANAGER, NOW, Report())
    return below


def opened(root: Path) -> Session:
    session = Session(open_project(root), Immediate(), author="이", role="annotator", pin="1234", clock=lambda: NOW)
    session.open_folder([root.parent / "images"])
    return session


def test_the_next_case_that_came_back_opens_at_its_rejected_image_with_the_reason(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    session = opened(root)
    session.open_series(cases[1], 1)
    session.next_rejected()
    assert session.series is not None and session.series.uid == cases[0] and session.index == 0
    assert session.said is not None and say(session.said.message).startswith("Sent back: Below the bar: 50 %")
    session.next_rejected()
    assert session.series.uid == cases[2]
    session.next_rejected()
    assert session.series.uid == cases[0], "after the last comes the first again"
    session.close()


def test_further_rejected_images_of_the_case_come_before_the_next_case(made: tuple[Path, list[str]]) -> None:
    root, cases = made
    bar.take_back(open_project(root), [cases[0]], MANAGER, NOW, Report())
    session = opened(root)
    keys = [image.key for image in session.catalogue.by_uid[cases[0]].images]
    facts = {"to": "second_pass", "person": "이", "images": " ".join(map(str, keys))}
    steps.take(root, Step(cases[0], 0, MOVE, "", "", NOW, after=State.REWORK, reason="–", facts=facts), MANAGER, ())
    session.next_rejected()
    assert session.series is not None and (session.series.uid, session.index) == (cases[0], 0)
    session.next_rejected()
    assert (session.series.uid, session.index) == (cases[0], 1)
    session.next_rejected()
    assert session.series.uid == cases[2]
    session.close()


def test_where_nothing_came_back_that_is_said(tmp_path: Path) -> None:
    root, _ = agreed(tmp_path, (0,))
    session = opened(root)
    session.next_rejected()
    assert session.said is not None and say(session.said.message) == "No other case was sent back to you"
    session.close()
