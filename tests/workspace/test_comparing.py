"""Another reading of the open case is listed, shown beside the own one and never changed; an annotation of it can be taken over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.differing import Differing
from annotator.domain.document import Document
from annotator.progress import Report
from annotator.workspace import labels, projects, revisions
from annotator.workspace.arrangement import Arrangement
from annotator.workspace.readings import Listed, SavedReading, open_reading
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box

Start = Callable[..., Session]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two patients, each with one chest CT of four slices."""
    folder = tmp_path_factory.mktemp("two")
    for number in (1, 2):
        chest_ct(folder / str(number), slices=4, size=48, seed=number)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return projects.create("lung-cancer", tmp_path / "project").root


@pytest.fixture
def start(project: Path, images: Path) -> Start:
    """Open the project and the images as somebody, some day."""

    def begin(author: str, day: int = 1) -> Session:
        session = Session(projects.open_project(project), Immediate(), author=author, clock=lambda: f"2026-03-0{day}T05:06:07.000+09:00")
        session.open_folder([images])
        session.choose_tool("tool.box")
        return session

    return begin


def listed(session: Session) -> Listed:
    heard: list[object] = []
    session.look_for_readings(Report(), heard.append)
    (answer,) = heard
    assert isinstance(answer, Listed) and answer.complete
    return answer


@pytest.fixture
def session(start: Start) -> Session:
    """Lee at work: Kim drew one box and saved, Lee went on from that, moved it and drew another."""
    kim = start("Kim", 1)
    kim.perform(box(5, 5, 15, 15))
    kim.close()
    lee = start("Lee", 2)
    lee.perform(box(20, 20, 30, 30))
    lee.select([1])
    lee.delete()
    lee.save()
    return lee


def both(session: Session) -> tuple[str, str]:
    """The series that is worked in, and the other one."""
    assert session.series is not None
    (other,) = session.catalogue.by_uid.keys() - {session.series.uid}
    return session.series.uid, other


def show(session: Session, number: int = 1) -> SavedReading:
    found = next(reading for reading in listed(session).readings if reading.number == number)
    session.show_reading(found)
    return found


def test_the_readings_say_who_when_what_and_which_one_is_open(session: Session) -> None:
    readings, remarks = listed(session).readings, listed(session).remarks
    assert [(r.number, r.author, r.time[:10], r.head) for r in readings] == [
        (2, "Lee", "2026-03-02", True),
        (1, "Kim", "2026-03-01", False),
    ]
    assert [session.is_open(reading) for reading in readings] == [True, False] and remarks == ()


def test_two_who_went_on_from_one_revision_are_both_listed_as_heads(start: Start) -> None:
    one, two = start("Kim"), start("Lee", 2)
    for session in (one, two):
        session.perform(box(5, 5, 15, 15))
        session.save()
    assert [(reading.author, reading.head) for reading in listed(two).readings] == [("Lee", True), ("Kim", True)]


def test_what_cannot_be_read_is_said_and_left_where_it_is(session: Session) -> None:
    case = listed(session).readings[0].case
    first, second = (revisions.listed(session.project.root, case)[number] for number in (1, 2))
    first.write_bytes(first.read_bytes()[:-40])
    readings, remarks = listed(session).readings, listed(session).remarks
    assert [reading.number for reading in readings] == [2] and len(remarks) == 1
    assert "1" in str(remarks[0]) and "damaged" in str(remarks[0]) and first.exists()
    content = second.read_bytes()
    second.unlink()
    session.show_reading(readings[0])
    assert session.compared is None and session.said is not None and "it is not there" in str(session.said.message)
    second.write_bytes(content)
    session.show_reading(readings[0])
    assert session.compared is not None


def test_a_reading_is_shown_beside_at_the_same_image_and_pages_along(session: Session) -> None:
    session.show(2)
    show(session)
    left, right = session.shown_panes
    assert session.arrangement == Arrangement.grid(1, 2) and left.active and right is session.compared
    assert right.series == left.series and right.index == 2 and right.annotations == ()
    session.show(0)
    assert right.index == 0 and [a.drawn.author for a in right.annotations] == ["Kim"]
    right.page(1)
    assert session.index == 1


def test_the_other_reading_is_never_worked_in_and_never_changed(session: Session, project: Path) -> None:
    reading = show(session)
    path = revisions.listed(project, reading.case)[1]
    content, own = path.read_bytes(), session.document
    session.activate(1)
    assert session.active == 0 and session.said is not None and "to look at only" in str(session.said.message)
    session.step_pane(1)
    right = session.shown_panes[1]
    right.perform(box(1, 1, 9, 9), 1.0)
    assert session.active == 0 and session.document == own
    session.perform(box(1, 1, 9, 9))
    assert len(right.annotations) == 1 and len(session.annotations) == 2
    session.close()
    assert path.read_bytes() == content


def test_the_differences_of_the_shown_image_follow_what_is_drawn(session: Session) -> None:
    assert session.difference() is None
    show(session)
    assert session.difference() == Differing(here=(2,), there=(1,))
    session.undo()
    session.undo()
    assert session.difference() == Differing()
    session.show(1)
    assert session.difference() == Differing()
    session.perform(box(5, 5, 9, 9))
    assert session.difference() == Differing(here=(1,))


def test_closing_goes_back_to_how_the_views_and_links_stood(session: Session) -> None:
    links = session.links
    for close in (session.close_reading, session.close_pane, lambda: session.arrange(Arrangement.grid(1, 1))):
        show(session)
        assert session.links.paging and session.links.look
        close()
        assert session.arrangement == Arrangement() and session.compared is None and session.links == links
    first, second = both(session)
    session.hang(Arrangement.grid(1, 2), [(first, None), (second, None)])
    show(session)
    assert [pane.series.uid for pane in session.shown_panes if pane.series] == [first, first]
    session.close_reading()
    assert [pane.series.uid for pane in session.shown_panes if pane.series] == [first, second] and session.links == links


def test_going_to_another_case_puts_the_reading_away(session: Session) -> None:
    show(session)
    own, other = both(session)
    session.open_series(other)
    assert session.compared is None and session.arrangement == Arrangement()
    session.open_series(own)
    show(session)
    session.reload()
    assert session.compared is None


def test_the_reading_is_not_there_at_the_next_start(session: Session, start: Start) -> None:
    show(session)
    session.close()
    again = start("Lee", 3)
    assert again.arrangement == Arrangement() and again.compared is None


def test_an_annotation_is_taken_over_in_one_step_with_its_author(session: Session) -> None:
    show(session)
    assert not session.take_over() and session.said is not None and "Put the pointer" in str(session.said.message)
    session.aim(10, 10, 1.0, 1)
    assert session.take_over()
    assert [(a.id, a.drawn.author) for a in session.annotations] == [(1, "Kim"), (2, "Lee")]
    assert session.selection == {1} and session.difference() == Differing(here=(2,))
    assert not session.take_over() and "already" in str(session.said.message)
    session.undo()
    assert [a.id for a in session.annotations] == [2]
    session.aim(40, 40, 1.0, 1)
    assert session.aimed is None and not session.take_over()


def test_what_was_drawn_on_other_pixels_is_not_taken_over(session: Session, project: Path) -> None:
    show(session)
    pane = session.compared
    assert pane is not None and pane.place.other is not None and pane.place.key is not None
    assert pane.place.other.pixels[pane.place.key]
    pane.place.other.pixels[pane.place.key] = "0" * 64  # type: ignore[index]  # as a revision of another image would say
    session.aim(10, 10, 1.0, 1)
    assert not session.take_over() and session.said is not None and "other pixels" in str(session.said.message)


def test_a_reading_whose_label_volume_is_gone_is_not_shown_as_an_empty_one(session: Session, project: Path) -> None:
    work = Document(facts={labels.LABELS: "f" * 64})
    revision = revisions.Revision("case", 1, work, author="Kim", time="2026-01-01T00:00:00")
    content, digest = revisions.encode(revision)
    path = revisions.path_of(project, revision)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(Exception, match="Reading the regions of the case"):
        open_reading(project, session.project.project, SavedReading("case", 1, digest, "Kim", "2026-01-01T00:00:00"))


def test_two_views_of_one_series_show_one_reading(session: Session) -> None:
    uid, _ = both(session)
    session.hang(Arrangement.grid(1, 2), [(uid, None), (uid, None)])
    left, right = session.shown_panes
    session.perform(box(2, 2, 9, 9))
    assert left.annotations == right.annotations and len(right.annotations) == 2
    session.activate(1)
    session.perform(box(2, 30, 9, 40))
    assert left.annotations == right.annotations and len(left.annotations) == 3


def test_a_reading_has_the_label_volume_that_was_its_own(session: Session, project: Path) -> None:
    keys = tuple(image.key for image in session.images)
    values = np.zeros((len(keys), 48, 48), dtype=np.uint8)
    number = session.project.project.categories[0].id
    values[1, 10:20, 5:15] = number
    volume = labels.keep(project, labels.LabelVolume(keys, values))
    reading = listed(session).readings[0]
    document = Document(facts={labels.LABELS: volume.digest})
    revision = revisions.Revision(reading.case, 9, document, parents=(reading.digest,), author="Park", time="2026-03-05T01:02:03")
    revisions.path_of(project, revision).write_bytes(revisions.encode(revision)[0])
    newest = listed(session).readings[0]
    assert newest.author == "Park"
    opened = open_reading(project, session.project.project, newest)
    assert opened.on(keys[0]) == () and {(a.id, a.shape.bounds) for a in opened.on(keys[1])} == {(number, (5.0, 10.0, 15.0, 20.0))}


def test_rivals_can_be_looked_at_before_it_is_decided_which_is_right(start: Start) -> None:
    one, two = start("Kim"), start("Lee", 2)
    for session, place in ((one, 5.0), (two, 20.0)):
        session.perform(box(place, 5, place + 10, 15))
        session.close()
    third = start("Park", 3)
    assert third.question is not None
    for reading in listed(third).readings:
        third.show_reading(reading)
        assert third.compared is not None
        assert [a.drawn.author for a in third.compared.annotations] == [reading.author]
    third.aim(10, 10, 1.0, 1)
    assert not third.take_over() and third.question is not None


def test_the_views_are_linked_by_image_also_where_images_have_no_place(start: Start, session: Session) -> None:
    show(session)
    assert session.compared is not None and session.series is not None
    bare = replace(session.series, stock=tuple(replace(image, plane=None) for image in session.series.images))
    for pane in session.shown_panes:
        pane.place.series = bare
    for index in (3, 0, 2):
        session.show(index)
        assert session.compared.index == index
