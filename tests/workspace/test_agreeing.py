"""The readings that a project keeps are compared: each person's against the newest version, persons pairwise, and images nobody drew on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.rates import Counts
from annotator.i18n import Message
from annotator.progress import Report
from annotator.workspace import projects, revisions
from annotator.workspace.agreeing import REFERENCE, Compared, comparisons, last, readings
from annotator.workspace.reading_store import FOLDER, reading_case
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box

SLICES = 4


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CT of four slices: Kim drew two boxes on two slices, Lee kept the first, drew the second anew and added a third."""
    folder = tmp_path_factory.mktemp("agreeing")
    chest_ct(folder / "ct", slices=SLICES, size=48)
    root = projects.create("lung-cancer", folder / "project").root
    for author, day, work in (("Kim", 1, kims), ("Lee", 2, lees)):
        now = f"2026-03-0{day}T05:06:07.000+09:00"
        session = Session(projects.open_project(root), Immediate(), author=author, clock=lambda now=now: now)
        session.open_folder([folder / "ct"])
        session.choose_tool("tool.box")
        work(session)
        session.close()
    return root


def kims(session: Session) -> None:
    for place in (0, 1):
        session.show(place)
        session.perform(box(5, 5, 15, 15))


def lees(session: Session) -> None:
    session.show(1)
    session.select([1])
    session.delete()
    session.perform(box(6, 5, 16, 15))
    session.show(2)
    session.perform(box(20, 20, 30, 30))


def compared(root: Path, wanted: tuple[str, str] | None = None) -> list[Compared]:
    return list(_checked(comparisons(projects.open_project(root), Report(), wanted)))


def _checked(entries: Iterator[Compared | Message]) -> Iterator[Compared]:
    for entry in entries:
        assert isinstance(entry, Compared)
        yield entry


def test_everybody_is_compared_with_the_newest_version_and_with_one_another(root: Path) -> None:
    assert [(c.one, c.other) for c in compared(root)] == [("Kim", REFERENCE), ("Lee", REFERENCE), ("Kim", "Lee")]
    assert [(c.one, c.other) for c in compared(root, ("Lee", "Kim"))] == [("Lee", "Kim")]
    assert compared(root, ("Lee", "Park")) == []


def test_images_that_nobody_drew_on_agree(root: Path) -> None:
    kim = compared(root)[0].agreement
    assert len(kim.images) == SLICES
    assert (kim.matched, kim.missed, kim.extra) == (2, 1, 0)
    assert kim.image_counts == Counts(2, 0, 1, 1)
    assert kim.iou == pytest.approx((1 + 90 / 110 + 0 + 1) / SLICES)


def test_distances_are_in_the_images_millimetres(root: Path) -> None:
    (pictured, found), *_ = ((p, a) for p, a in compared(root)[0].images if a.matching.pairs and a.iou < 1)
    assert found.apart.most == pytest.approx(pictured.extent[3])
    assert pictured.names is not None and pictured.names.patient == "P000001"


def test_the_window_takes_the_last_cases_by_time(root: Path) -> None:
    kim, lee = compared(root)[:2]
    assert last([lee, kim], 1).missed == lee.agreement.missed == 0
    assert last([lee, kim], 9).missed == 1


def test_a_reviewers_reading_beside_the_case_is_theirs_and_is_not_the_newest(root: Path) -> None:
    (case,) = {c.case for c in compared(root)}
    before = readings(root, case)
    assert before.newest is not None
    name = reading_case(case, "박 검수자", before.newest.digest)
    own = replace(before.newest, case=name, number=1, author="박 검수자", parents=(), line=())
    place = revisions.path_of(root / FOLDER, own)
    place.parent.mkdir(parents=True)
    place.write_bytes(revisions.encode(own)[0])
    try:
        after = readings(root, case)
        assert set(after.by_author) == {"Kim", "Lee", "박 검수자"}
        assert after.newest == before.newest
        assert {c.case for c in compared(root)} == {case}
    finally:
        place.unlink()
        place.parent.rmdir()


def test_a_revision_that_cannot_be_read_is_told_and_passed_over(root: Path) -> None:
    (case,) = {c.case for c in compared(root)}
    newest = max(revisions.listed(root, case).values())
    content = newest.read_bytes()
    newest.write_bytes(content[:-9])
    try:
        entries = list(comparisons(projects.open_project(root), Report()))
        told = [str(entry) for entry in entries if isinstance(entry, Message)]
        assert len(told) == 1 and "cannot be read" in told[0]
        assert [(c.one, c.other) for c in entries if isinstance(c, Compared)] == [("Kim", REFERENCE)]
    finally:
        newest.write_bytes(content)
