"""What others delivered of a case that is only looked at is read beside the window; what must be decided waits for whoever works there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.workspace import projects
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box


class Held(Immediate):
    """Begins with nothing unhurried before it is let, once it is held."""

    def __init__(self) -> None:
        super().__init__()
        self.holding, self.held = False, list[Callable[[], None]]()

    def unhurried(self, job, done, failed):
        if self.holding:
            self.held.append(lambda: self.run(job, done, failed))
        else:
            self.run(job, done, failed)

    def let(self) -> None:
        self.holding = False
        while self.held:
            self.held.pop(0)()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two patients; something is delivered of the second, of which no revision is left."""
    for number in (1, 2):
        chest_ct(tmp_path / "images" / str(number), slices=3, size=48, seed=number)
    projects.create("lung-cancer", tmp_path / "project")
    session, _ = start(tmp_path)
    session.choose_tool("tool.box")
    session.open_series(session.catalogue.in_order[1].uid)
    session.perform(box(4, 4, 12, 12))
    session.open_series(session.catalogue.in_order[0].uid)
    session.close()
    shutil.rmtree(tmp_path / "project" / ".annotator" / "cases")
    return tmp_path


def start(place: Path) -> tuple[Session, Held]:
    tasks = Held()
    session = Session(projects.open_project(place / "project"), tasks, author="판독자")
    session.open_folder([place / "images"])
    return session, tasks


def side_by_side(session: Session) -> None:
    session.hang(Arrangement.grid(1, 2), [(series.uid, None) for series in session.catalogue.in_order[:2]])


def test_what_is_delivered_comes_when_it_is_read_and_the_view_that_looks_hears_of_it(place: Path) -> None:
    session, tasks = start(place)
    tasks.holding = True
    side_by_side(session)
    heard = list[Topic]()
    session.shown_panes[1].subscribe(heard.append)
    assert session.shown_panes[1].annotations == ()
    tasks.let()
    assert len(session.shown_panes[1].annotations) == 1 and Topic.DOCUMENT in heard
    session.choose_tool("tool.box")
    session.perform(box(20, 20, 30, 30))  # the open case is still the one that the journal is told of
    session.close()
    again, _ = start(place)
    assert [len(again.annotations_of(series, series.images[0].key)) for series in again.catalogue.in_order[:1]] == [1]
    again.close()


def test_whoever_works_there_before_it_is_read_loses_nothing(place: Path) -> None:
    session, tasks = start(place)
    session.choose_tool("tool.box")
    tasks.holding = True
    side_by_side(session)
    session.activate(1)
    session.show(2)
    session.perform(box(20, 20, 30, 30))
    session.save()
    tasks.let()
    assert session.document.count() == 2
    session.close()
    again, _ = start(place)
    again.open_series(again.catalogue.in_order[1].uid)
    assert again.document.count() == 2
    again.close()


def test_what_must_be_decided_is_asked_only_where_somebody_works_there(place: Path) -> None:
    (mask,) = (place / "project").rglob("*_binary.dcm")
    (told,) = (place / "project").rglob("json/*.json")
    told.write_bytes(told.read_bytes().replace(b"12", b"20"))
    assert mask.is_file()
    session, tasks = start(place)
    tasks.holding = True
    side_by_side(session)
    tasks.let()
    assert session.question is None and session.shown_panes[1].annotations == ()
    session.activate(1)
    assert session.question is not None
    session.close()


def test_a_case_that_others_delivered_is_passed_over_when_the_next_without_annotation_is_looked_for(place: Path) -> None:
    session, tasks = start(place)
    tasks.holding = True
    session.open_unannotated()
    assert session.series is session.catalogue.in_order[0]
    tasks.let()
    assert session.series is session.catalogue.in_order[0] and session.said is not None
    assert "without annotation" in str(session.said.message)
    session.close()
