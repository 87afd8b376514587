"""Annotations stay with the pixels they were drawn on: a real file that was altered is met with its annotations locked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from annotator.domain.edit import Change, Edit
from annotator.domain.sameness import Foreign
from annotator.i18n import message, say
from annotator.progress import Report
from annotator.workspace.batch import check_project
from annotator.workspace.notice import SavedState, Severity, Topic
from annotator.workspace.projects import open_project
from annotator.workspace.session import Session
from tests.workspace.study import box, lung_project, opened, small_ct


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A case with one annotation on its first and one on its second slice, saved."""
    small_ct(tmp_path / "images", slices=3)
    lung_project(tmp_path / "project")
    session = start(tmp_path)
    for index in (0, 1):
        session.show(index)
        draw(session)
    session.close()
    return tmp_path


def start(place: Path) -> Session:
    session, _ = opened(place / "project", place / "images")
    session.show(0)
    return session


def draw(session: Session, corner: float = 10) -> None:
    session.choose_tool("tool.box")
    session.perform(box(corner, corner, corner + 10, corner + 12), 1.0)


def alter(place: Path, uid: str, **attributes: object) -> Path:
    """Change one pixel of the image with this UID, and attributes by keyword."""
    for path in sorted((place / "images").rglob("*.dcm")):
        made = pydicom.dcmread(path)
        if made.SOPInstanceUID == uid:
            pixels = made.pixel_array.copy()
            pixels[5, 7] += 100
            pixels[6, 2] += 30
            made.PixelData = pixels.tobytes()
            for keyword, value in attributes.items():
                setattr(made, keyword, value)
            made.save_as(path)
            return path
    raise LookupError(uid)


def altered(place: Path) -> Session:
    """The case after the pixels of its first slice became others."""
    session = start(place)
    uid = session.images[0].key.uid
    session.close()
    alter(place, uid, PixelSpacing=[0.5, 0.5])
    return start(place)


def told(found: Foreign | None) -> list[str]:
    assert found is not None
    return [say(difference) for difference in found.differences]


def test_the_pixels_that_were_drawn_on_are_recorded_and_unaltered_files_are_theirs(place: Path) -> None:
    session = start(place)
    work = next(iter(session._works.values()))
    records = [work.sources[image.key] for image in session.images[:2]]
    assert all(len(record.pixels) == 64 and record.extent[:2] == (64, 64) for record in records)
    assert records[0].pixels != records[1].pixels
    assert session.foreign is None
    draw(session, 30)
    assert len(session.annotations) == 2


def test_annotations_of_an_altered_image_can_be_seen_and_not_changed(place: Path) -> None:
    session = altered(place)
    assert "pixel spacing" in told(session.foreign)[0]
    assert told(session.foreign)[-1].startswith("digest ")
    before = session.document
    session.select([1])
    session.delete()
    draw(session, 30)
    assert session.document == before and len(session.annotations) == 1
    assert session.said is not None and session.said.severity is Severity.WARNING
    assert session.saved_state is SavedState.SAVED


def test_other_images_of_the_case_are_worked_on_and_the_altered_one_stays_known(place: Path) -> None:
    session = altered(place)
    session.show(1)
    assert session.foreign is None
    draw(session, 30)
    session.close()
    again = start(place)
    again.show(0)
    assert again.foreign is not None
    again.show(1)
    assert len(again.annotations) == 2


def test_an_undo_may_not_touch_an_altered_image(place: Path) -> None:
    session = start(place)
    draw(session, 30)
    session._foreign[session.images[0].key] = Foreign(session.images[0].key, "a" * 64, "b" * 64)
    session.undo()
    assert len(session.annotations) == 2


def test_kept_apart_they_leave_the_image_and_come_back_with_theirs(place: Path) -> None:
    original = {path: path.read_bytes() for path in (place / "images").rglob("*.dcm")}
    session = altered(place)
    heard: list[Topic] = []
    session.subscribe(heard.append)
    drawn = session.annotations
    assert session.keep_apart() and Topic.GUARD in heard
    assert session.annotations == () and session.foreign is None
    draw(session, 30)
    assert [annotation.id for annotation in session.annotations] == [2]
    session.close()
    again = start(place)
    assert [a.id for a in again.annotations] == [2] and again.foreign is None and again.kept_apart == 0
    again.close()
    for path, content in original.items():
        path.write_bytes(content)
    back = start(place)
    assert back.foreign is not None and back.kept_apart == 1
    assert back.keep_apart() and back.bring_back()
    assert back.annotations == drawn
    back.close()
    last = start(place)
    assert last.annotations == drawn and last.foreign is None


def test_keeping_apart_is_undone(place: Path) -> None:
    session = altered(place)
    drawn = session.annotations
    session.keep_apart()
    session.undo()
    assert session.annotations == drawn and session.foreign is not None
    assert not any(fact.startswith("apart.") for fact in session.document.facts)


def test_taken_as_own_the_reason_is_kept_and_the_new_pixels_count(place: Path) -> None:
    session = altered(place)
    assert not session.take_as_own("  ")
    assert session.take_as_own("Exported again")
    assert session.foreign is None
    draw(session, 30)
    session.close()
    again = start(place)
    assert again.foreign is None and len(again.annotations) == 2
    assert any("Exported again" in text and "판독자" in text for fact, text in again.document.facts.items() if fact.startswith("source."))


def test_what_differs_is_counted_where_the_former_file_is_still_there(place: Path, tmp_path: Path) -> None:
    (place / "images").rename(place / "old")
    small_ct(place / "images", slices=3)
    session = start(place)
    uid = session.images[0].key.uid
    session.close()
    for revision in (place / "project" / ".annotator" / "cases").rglob("rev-*.json"):
        assert str(place / "images") in revision.read_text("utf-8")
    path = alter(place, uid)
    moved = path.with_name("moved.dcm")
    path.rename(moved)
    former = next(p for p in (place / "old").rglob("*.dcm") if pydicom.dcmread(p).SOPInstanceUID == uid)
    (place / "elsewhere").mkdir()
    former.rename(path)
    session, _ = opened(place / "project", moved)
    assert told(session.foreign)[0] == "other values at 2 pixels, by up to 100, first at x 8, y 6"


def test_an_image_on_which_nothing_is_drawn_any_more_may_be_another_one(place: Path) -> None:
    session = start(place)
    session.select([1])
    session.delete()
    uid = session.images[0].key.uid
    session.close()
    alter(place, uid)
    again = start(place)
    draw(again, 30)
    assert again.foreign is None and len(again.annotations) == 1


def test_the_check_names_an_altered_image_until_somebody_settled_it(place: Path) -> None:
    def errors() -> list[str]:
        return [str(f.message) for f in check_project(open_project(place / "project"), Report()) if f.check == "drawn-on-these-pixels"]

    assert errors() == []
    session = altered(place)
    assert len(errors()) == 1 and errors()[0].startswith("the pixels are not those that were drawn on")
    session.take_as_own("Exported again")
    session.close()
    assert errors() == []


def test_what_comes_to_images_nobody_looked_at_is_held_to_their_pixels_too(place: Path) -> None:
    session = start(place)
    image, (drawn,) = session.images[2], session.annotations
    work = next(iter(session._works.values()))
    held: list[Callable[[], None]] = []
    session._pictures.forget()
    run = session.tasks.run
    session._tasks.run = lambda job, done, failed: held.append(lambda: run(job, done, failed))  # type: ignore[method-assign]  # to hold back
    session._take_in(Edit(message("Import"), (Change(None, replace(drawn, id=1, image=image.key)),)))
    session._tasks.run = run  # type: ignore[method-assign]  # as it was
    session.save()
    assert image.key in session._unrecorded
    for job in held:
        job()
    assert session._unrecorded == set() and session.saved_state is SavedState.SAVED
    session.close()
    again = start(place)
    assert len(again._works[work.id].sources[image.key].pixels) == 64


def test_a_real_file_that_was_altered_is_refused(data_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for path in sorted((data_folder / "series" / "lungdx_a0001_ct_lung").glob("*.dcm"))[:2]:
        (folder / path.name).write_bytes(path.read_bytes())
    lung_project(tmp_path / "project")
    session = start(tmp_path)
    draw(session, 200)
    uid = session.images[0].key.uid
    session.close()
    path = next(p for p in folder.iterdir() if pydicom.dcmread(p, stop_before_pixels=True).SOPInstanceUID == uid)
    made = pydicom.dcmread(path)
    pixels = np.array(made.pixel_array)
    pixels[0, 0] ^= 1
    made.PixelData = pixels.tobytes()
    made.save_as(path)
    assert start(tmp_path).foreign is not None
