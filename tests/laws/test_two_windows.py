"""Two windows of one person on one case: nothing is lost, nothing wrong is delivered, and the person is told and asked."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.document import Document
from annotator.domain.region import Region
from annotator.i18n import say
from annotator.workspace import projects, revisions
from annotator.workspace.notice import SavedState, Topic
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests import forked
from tests.laws.pixels import delivered_json, delivered_masks, entries_of, masks_of, same
from tests.workspace.study import box, lung_project

SIZE = 32


class Window:
    """A session on the project, and what it has said."""

    def __init__(self, place: Path) -> None:
        self.heard: list[str] = []
        self.session = Session(projects.open_project(place / "project"), Immediate(), author="판독자")
        self.session.subscribe(self._hear)
        self.session.open_folder([place / "images"])

    def draw(self, x: float, y: float, category: str = "CCT1", slice_number: int = 0) -> None:
        self.session.show(slice_number)
        self.session.choose_tool("tool.box")
        self.session.choose_category(category)
        self.session.perform(box(x, y, x + 4, y + 4))

    def leave_and_come_back(self) -> None:
        here = self.session.series.uid
        self.session.open_series(next(s.uid for s in self.session.catalogue.in_order if s.uid != here))
        self.session.open_series(here)

    def die(self) -> None:
        journal = self.session._keeping._journal
        journal._database.close()
        journal._life.close()

    def said(self, text: str) -> int:
        return sum(text in sentence for sentence in self.heard)

    def _hear(self, topic: Topic) -> None:
        if topic is Topic.MESSAGE:
            self.heard.append(say(self.session.said.message))


@pytest.fixture
def place(tmp_path):
    for seed in (1, 2):
        chest_ct(tmp_path / "images" / str(seed), slices=2, size=SIZE, seed=seed)
    lung_project(tmp_path / "project")
    return tmp_path


@pytest.fixture
def two(place):
    return Window(place), Window(place)


def heads(place: Path, window: Window) -> tuple[revisions.Revision, ...]:
    found, odd = revisions.heads(place / "project", window.session.series.uid, keep=True)
    assert odd == ()
    return found


def corners(document: Document) -> set[tuple[str, int, str, float, float]]:
    """What was drawn, whatever ids it has."""
    return {(str(key), a.drawn.slice, a.category, *a.shape.bounds[:2]) for key, there in document.annotations.items() for a in there}


def delivered(place: Path) -> dict[str, bytes]:
    tree = place / "project" / "lung_cancer"
    return {p.relative_to(tree).as_posix(): p.read_bytes() for p in tree.rglob("*") if p.is_file()}


def delivers(place: Path, window: Window, document: Document) -> bool:
    """Whether the delivered files are those of this document, all of them."""
    folder = place / "project" / "lung_cancer" / "chest-ct" / "unclassified" / "P000001" / "S001"
    masks = masks_of(document, window.session.series.places, SIZE, SIZE)
    outlines, entries = delivered_json(folder, SIZE, SIZE)
    agree = entries == entries_of(document, window.session.series.places)
    return agree and same(delivered_masks(folder), masks) and same(outlines, masks)


def test_both_keep_what_they_drew_and_the_second_is_told(place, two):
    first, second = two
    first.draw(2, 2)
    first.session.save()
    published = delivered(place)
    second.draw(20, 20, "CCT2", 1)
    second.draw(2, 2, "CCT1")
    second.session.save()
    assert second.said("saved this case at the same time") == 1
    assert first.said("saved this case at the same time") == 0
    assert second.session.saved_state is SavedState.SAVED
    assert [head.document for head in heads(place, first)] == [second.session.document, first.session.document]
    assert delivered(place) == published
    assert delivers(place, first, first.session.document)


def test_who_saved_first_is_told_at_the_next_save_and_once(place, two):
    first, second = two
    first.draw(2, 2)
    first.session.save()
    second.draw(20, 20)
    second.session.save()
    published = delivered(place)
    for y in (8, 14):
        first.draw(2, y)
        first.session.save()
        second.draw(20, y)
        second.session.save()
    assert (first.said("saved this case at the same time"), second.said("saved this case at the same time")) == (1, 1)
    assert {frozenset(corners(head.document)) for head in heads(place, first)} == {
        frozenset(corners(window.session.document)) for window in two
    }
    assert delivered(place) == published


@pytest.mark.parametrize("again", ["come back", "open again", "another window"])
def test_the_person_is_asked_and_may_keep_everything(place, two, again):
    first, second = two
    first.draw(2, 2)
    first.session.save()
    second.draw(20, 20)
    second.draw(2, 2)
    second.session.save()
    everything = corners(first.session.document) | corners(second.session.document)
    if again == "come back":
        asked = second
        second.leave_and_come_back()
    elif again == "open again":
        asked = first
        first.session.open_folder(first.session.folders)
    else:
        asked = Window(place)
        assert asked.said("at the same time") >= 1
    assert [choice for choice, _ in asked.session.question.choices] == ["each", "all", "version1", "version2"]
    asked.draw(10, 10)
    asked.session.undo()
    assert corners(asked.session.document) == corners(second.session.document), "the question comes first"
    asked.session.question.answer("all")
    assert asked.session.question is None
    assert asked.session.saved_state is SavedState.SAVED
    assert corners(asked.session.document) == everything
    ids = [a.id for a in asked.session.annotations]
    assert len(ids) == len(set(ids)) == 3
    assert [head.document for head in heads(place, first)] == [asked.session.document]
    assert delivers(place, asked, asked.session.document)
    asked.session.close()
    last = Window(place)
    assert last.session.question is None
    assert last.session.document == asked.session.document


@pytest.mark.parametrize("choice", ["version1", "version2"])
def test_the_person_may_keep_one_and_the_other_stays_among_the_revisions(place, two, choice):
    first, second = two
    first.draw(2, 2)
    first.session.save()
    second.draw(20, 20)
    second.session.save()
    versions = {"version1": second.session.document, "version2": first.session.document}
    asked = Window(place)
    asked.session.question.answer(choice)
    assert asked.session.document == versions[choice]
    assert delivers(place, asked, versions[choice])
    kept = [revisions.decode(path.read_bytes()).document for path in revisions.listed(place / "project", asked.session.series.uid).values()]
    assert all(document in kept for document in versions.values())
    asked.draw(10, 10)
    asked.session.close()
    assert len(heads(place, asked)) == 1
    assert delivers(place, asked, asked.session.document)


def test_choosing_the_version_that_deleted_everything_counts_too(place):
    before = Window(place)
    before.draw(2, 2)
    before.session.close()
    first, second = Window(place), Window(place)
    first.session.select([1])
    first.session.delete()
    first.session.save()
    second.draw(20, 20)
    second.session.save()
    asked = Window(place)
    asked.session.question.answer("version2")
    assert asked.session.document == Document()
    assert delivered(place) == {}
    asked.session.close()
    assert [head.document for head in heads(place, asked)] == [Document()]


def test_who_drew_nothing_sees_what_the_other_saved_on_coming_back(place, two):
    first, second = two
    first.draw(2, 2)
    first.session.save()
    assert second.session.annotations == ()
    second.leave_and_come_back()
    assert second.session.document == first.session.document
    second.draw(20, 20)
    second.session.save()
    assert second.said("at the same time") == 0
    assert delivers(place, second, second.session.document)
    first.session.open_folder(first.session.folders)
    first.draw(20, 8)
    first.session.save()
    assert first.said("at the same time") == 0
    assert len(corners(first.session.document)) == 3
    assert delivers(place, first, first.session.document)


def test_strokes_of_a_window_that_lives_are_its_own(place, two):
    first, _ = two
    first.draw(2, 2)
    third = Window(place)
    assert third.session.annotations == ()
    assert third.said("restored") == 0
    third.session.close()
    assert [a.shape for a in first.session.annotations] == [Region.box(2, 2, 6, 6)]
    first.die()
    again = Window(place)
    assert again.session.document == first.session.document
    assert again.said("1 edits that had not been saved were restored") == 1


def test_strokes_of_a_dead_window_that_fit_no_more_are_set_aside_and_said(place, two):
    first, second = two
    first.draw(2, 2)
    first.die()
    second.draw(20, 20)
    second.session.close()
    again = Window(place)
    assert again.session.document == second.session.document
    assert again.said("1 unsaved edits do not fit the saved case any more; they were set aside in") == 1
    (kept,) = (Path(again.session._keeping._journal.folder) / "aside").iterdir()
    assert "CCT1" in kept.read_text()


@pytest.mark.parametrize(("choice", "width"), [("record", 6), ("json", 8)])
def test_unsaved_strokes_survive_a_question_about_the_files(place, choice, width):
    first = Window(place)
    first.draw(2, 2)
    first.session.save()
    first.draw(20, 20, "CCT2")
    first.die()
    (written,) = (place / "project").rglob("json/*.json")
    written.write_text(written.read_text().replace("2.0, 2.0, 6.0, 2.0, 6.0, 6.0, 2.0, 6.0", "2.0, 2.0, 8.0, 2.0, 8.0, 6.0, 2.0, 6.0"))
    again = Window(place)
    again.session.question.answer(choice)
    assert [(a.category, *a.shape.bounds) for a in again.session.annotations] == [("CCT1", 2, 2, width, 6), ("CCT2", 20, 20, 24, 24)]
    assert again.session.saved_state is SavedState.SAVED
    again.session.close()
    assert delivers(place, again, again.session.document)


def work(place: Path, number: int, ours: Connection) -> None:
    """A window in a process of its own: draw and save eight times, in step with nobody."""
    window = Window(place)
    ours.send("open")
    ours.recv()
    for turn in range(8):
        window.draw(number * 8 + 1, turn * 3 + 1, f"CCT{number + 1}", turn % 2)
        window.session.save()
    ours.send((corners(window.session.document), window.said("at the same time"), window.session.saved_state))
    window.session.close()


def test_windows_in_two_processes_lose_nothing(place):
    context = forked.context()
    pipes = [context.Pipe() for _ in range(2)]
    windows = [context.Process(target=work, args=(place, number, theirs)) for number, (_, theirs) in enumerate(pipes)]
    for window in windows:
        window.start()
    for ours, _ in pipes:
        assert ours.recv() == "open"
    for ours, _ in pipes:
        ours.send("go")
    found = [ours.recv() for ours, _ in pipes]
    for window in windows:
        window.join(60)
        assert window.exitcode == 0
    assert [state for _, _, state in found] == [SavedState.SAVED] * 2
    assert [len(drawn) for drawn, _, _ in found] == [8, 8]
    assert sum(told for _, told, _ in found) >= 1
    asked = Window(place)
    kept = heads(place, asked)
    assert sorted(sorted(corners(head.document)) for head in kept) == sorted(sorted(drawn) for drawn, _, _ in found)
    saved = [revisions.decode(path.read_bytes()).document for path in revisions.listed(place / "project", kept[0].case).values()]
    assert any(delivers(place, asked, document) for document in saved), "what is delivered was never saved"
    asked.session.question.answer("all")
    assert corners(asked.session.document) == found[0][0] | found[1][0]
    assert delivers(place, asked, asked.session.document)
    asked.session.close()
