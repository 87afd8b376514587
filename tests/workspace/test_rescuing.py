"""Where a project cannot be written, unsaved work goes to any folder, and comes back from there by a person's decision."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from annotator.domain.document import Document
from annotator.i18n import say
from annotator.workspace import projects
from annotator.workspace.notice import SavedState, Severity, Topic
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box, lung_project, small_ct


class Heard(Session):
    """A session that remembers what it said."""

    def __init__(self, place: Path, computer: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ANNOTATOR_HOME", str(place / computer))
        super().__init__(projects.open_project(place / "project"), Immediate(), author="판독자")
        self.heard: list[tuple[Severity, str]] = []
        self.subscribe(lambda topic: self.heard.append((self.said.severity, say(self.said.message))) if topic is Topic.MESSAGE else None)
        self.open_folder([place / "images"])
        self.choose_tool("tool.box")

    def said_so(self, words: str) -> list[Severity]:
        return [severity for severity, text in self.heard if words in text]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    small_ct(tmp_path / "images", slices=3, size=32)
    lung_project(tmp_path / "project")
    (tmp_path / "stick").mkdir()
    return tmp_path


def test_what_a_project_refuses_goes_elsewhere_and_is_taken_on_another_computer(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Heard(place, "one", monkeypatch)
    (place / "project").rename(place / "gone")
    first.perform(box(2, 3, 8, 9))
    first.save()
    assert (first.saved_state, first.save_failed, first.unsaved) == (SavedState.FAILED, True, True)
    first.save_elsewhere(place / "stick")
    first.save_elsewhere(place / "stick")
    written = sorted((place / "stick").glob("annotator-*.json"))
    assert len(written) == 2, "nothing is written over"
    assert first.said_so("Take unsaved work from a file") == [Severity.WARNING] * 2
    drawn = first.document
    first.close()
    (place / "gone").rename(place / "project")
    second = Heard(place, "two", monkeypatch)
    assert second.document == Document()
    second.offer_file(written[0])
    (offer,) = second.offers
    assert (offer.fits, offer.draft.count) == (True, 1)
    assert second.take_draft(offer.draft)
    assert second.document == drawn
    second.close()
    assert written[0].exists(), "what lies elsewhere is the person's"


def test_what_is_not_taken_stays_where_it_is(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Heard(place, "one", monkeypatch)
    session.perform(box(2, 3, 8, 9))
    session.save_elsewhere(place / "stick")
    (written,) = (place / "stick").iterdir()
    other = Heard(place, "two", monkeypatch)
    other.offer_file(written)
    other.decline_draft(other.offers[0].draft)
    assert other.offers == ()
    assert written.exists()
    assert other.document == Document()
    other.close()
    session.close()


@pytest.mark.skipif(sys.platform == "win32", reason="other words there")
def test_a_folder_that_is_not_there_and_a_file_that_is_no_work_are_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Heard(place, "one", monkeypatch)
    session.perform(box(2, 3, 8, 9))
    (place / "file").write_text("no work at all")
    session.save_elsewhere(place / "file")
    session.offer_file(place / "file")
    session.offer_file(place / "nowhere.json")
    errors = [text for severity, text in session.heard if severity is Severity.ERROR]
    assert ["Saving to" in errors[0], "it is no unsaved work" in errors[1], "it is not there" in errors[2]] == [True] * 3
    assert session.offers == ()
    session.close()
