"""The session: opening, looking, drawing, saving and coming back, without a window."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from annotator.domain.merge import Mode
from annotator.i18n import say
from annotator.workspace import projects, revisions
from annotator.workspace.notice import SavedState, Severity, Topic
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box, free, into_the_tree, line, lung_project, opened, small_ct


@pytest.fixture
def place(tmp_path: Path) -> Path:
    small_ct(tmp_path / "영상")
    lung_project(tmp_path / "과제")
    return tmp_path


def start(place: Path):
    return opened(place / "과제", place / "영상")


def draw(session, stroke, tool="tool.box", mode=Mode.NEW, category="CCT1"):
    session.choose_tool(tool)
    session.choose_mode(mode)
    session.choose_category(category)
    session.perform(stroke, 2.0)


def delivered(place: Path, pattern: str) -> list[Path]:
    return sorted((place / "과제" / "lung_cancer").rglob(pattern))


def test_opening_a_folder_shows_the_first_slice_in_spatial_order(place):
    session, _ = start(place)
    assert (session.index, len(session.images)) == (0, 5)
    heights = [image.plane.distance() for image in session.images]
    assert heights == sorted(heights)
    assert session.picture is not None
    assert session.saved_state is SavedState.SAVED
    assert [c.key for c in session.categories] == [f"CCT{n}" for n in range(1, 10)]


def test_paging_stays_inside_and_drops_the_selection(place):
    session, _ = start(place)
    draw(session, box(10, 10, 20, 20))
    session.select([1])
    session.page(1)
    assert session.selection == frozenset()
    session.page(100)
    assert session.index == 4
    session.page(-100)
    assert session.index == 0


def test_what_is_drawn_is_remembered_with_its_circumstances(place):
    session, _ = start(place)
    session.show(3)
    session.set_window(-500, 1400)
    draw(session, free((10, 10), (30, 12), (20, 30)), "tool.free")
    drawn = session.annotations[0].drawn
    assert (drawn.author, drawn.center, drawn.width, drawn.zoom, drawn.slice) == ("판독자", -500, 1400, 2.0, 3)
    assert drawn.time == "2026-03-04T05:06:07.000+09:00"


def test_control_turns_add_into_sub(place):
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    draw(session, box(10, 10, 20, 30, control=True), mode=Mode.ADD)
    assert session.annotations[0].shape.area() == 200


def test_undo_goes_back_to_where_it_was_and_has_a_name(place):
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    session.show(4)
    assert say(session.undo_name) == "Draw 악성"
    session.undo()
    assert session.index == 0
    assert session.annotations == ()
    assert session.undo_name is None
    session.redo()
    assert len(session.annotations) == 1


def test_saving_writes_json_and_masks_and_tells_the_truth(place):
    session, _ = start(place)
    states = []
    session.subscribe(lambda topic: states.append(session.saved_state) if topic is Topic.SAVED else None)
    draw(session, box(10, 10, 30, 30))
    assert session.saved_state is SavedState.UNSAVED
    session.save()
    assert states[-2:] == [SavedState.SAVING, SavedState.SAVED]
    (written,) = delivered(place, "*.json")
    assert written.relative_to(place / "과제").as_posix() == (
        "lung_cancer/chest-ct/unclassified/P000001/S001/json/cct_P000001_S001_0001.json"
    )
    assert json.loads(written.read_bytes())["annotations"][0]["bbox"] == [10.0, 10.0, 30.0, 30.0]
    (mask,) = delivered(place, "*_binary.dcm")
    assert mask.name == "cct_P000001_S001_0001_1_binary.dcm"
    assert (pydicom.dcmread(mask).pixel_array > 0).sum() == 400


def test_deleting_the_last_annotation_removes_its_files(place):
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    session.save()
    session.select([1])
    session.delete()
    session.save()
    assert delivered(place, "*.json") == delivered(place, "*.dcm") == []
    assert session.saved_state is SavedState.SAVED


def test_a_minute_without_a_stroke_saves(place):
    session, tasks = start(place)
    draw(session, box(10, 10, 30, 30))
    tasks.elapse()
    assert session.saved_state is SavedState.SAVED
    assert delivered(place, "*.json")


def test_closing_saves_and_the_next_start_comes_back_to_the_same_place(place):
    session, _ = start(place)
    session.show(2)
    session.set_window(40, 400)
    draw(session, free((10, 10), (30, 12), (20, 30)), "tool.free", category="CCT3")
    draw(session, line((5, 5), (40, 40)), "tool.line", category="CCT2")
    drawn = session.annotations
    session.close()
    again, _ = start(place)
    assert again.index == 2
    assert (again.window.center, again.window.width) == (40, 400)
    assert (again.tool.id, again.category.key) == ("tool.line", "CCT2")
    assert again.annotations == drawn
    assert again.saved_state is SavedState.SAVED
    again.close()


def test_strokes_that_were_not_saved_come_back_after_a_crash(place):
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    session.save()
    draw(session, box(35, 10, 50, 30), category="CCT2")
    session.undo()
    draw(session, box(35, 35, 50, 50), category="CCT3")
    drawn = session.annotations
    session._keeping.close()  # the process is gone: nothing was put down
    heard = []
    tasks = Immediate()
    again = Session(projects.open_project(place / "과제"), tasks, author="판독자")
    again.subscribe(lambda topic: heard.append(say(again.said.message)) if topic is Topic.MESSAGE else None)
    again.open_folder([place / "영상"])
    assert again.annotations == drawn
    assert any("restored" in text for text in heard)
    again.close()
    third, _ = start(place)
    assert third.annotations == drawn
    assert third.saved_state is SavedState.SAVED
    third.close()


@pytest.mark.parametrize("lost", ["revisions", "everything"])
@pytest.mark.parametrize("kept", ["json", "masks"])
def test_without_a_revision_the_delivered_files_are_the_case(place, kept, lost):
    session, _ = start(place)
    draw(session, free((10, 10), (30, 12), (20, 30)), "tool.free", category="CCT3")
    draw(session, box(14, 14, 18, 18), mode=Mode.SUB, category="CCT3")
    draw(session, box(35, 35, 50, 50), category="CCT1")
    drawn = session.annotations
    session.close()
    shutil.rmtree(place / "과제" / ".annotator" / ("cases" if lost == "revisions" else "."))
    for file in delivered(place, "*_binary.dcm" if kept == "json" else "*.json"):
        file.unlink()
    again, _ = start(place)
    assert again.question is None
    if kept == "json":
        assert [(a.id, a.category, a.toolname) for a in again.annotations] == [(a.id, a.category, a.toolname) for a in drawn]
        assert all(a.shape.geometry.equals(b.shape.geometry) for a, b in zip(again.annotations, drawn, strict=True))
    else:
        assert sorted(a.category for a in again.annotations) == ["CCT1", "CCT3"]
    draw(again, box(2, 2, 6, 6), category="CCT5")
    again.close()
    assert {f.name[22:23] for f in delivered(place, "*_binary.dcm")} == {"1", "3", "5"}


def test_json_and_masks_that_disagree_are_put_to_the_person(place):
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    session.close()
    for file in (place / "과제" / ".annotator" / "cases").rglob("*.json"):
        file.unlink()
    (written,) = delivered(place, "*.json")
    content = json.loads(written.read_bytes())
    content["annotations"][0]["segmentation"] = [10, 10, 31, 10, 31, 30, 10, 30]
    written.write_text(json.dumps(content), encoding="utf-8")
    again, _ = start(place)
    assert "20 pixels" in say(again.question.text)
    draw(again, box(40, 40, 50, 50))
    assert len(again.annotations) == 1
    again.question.answer("masks")
    assert again.question is None
    assert again.annotations[0].shape.area() == 400
    again.save()
    assert again.saved_state is SavedState.SAVED
    assert json.loads(written.read_bytes())["annotations"][0]["bbox"] == [10.0, 10.0, 30.0, 30.0]


def test_files_that_others_changed_are_offered_and_not_overwritten(place):
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    session.close()
    (written,) = delivered(place, "*.json")
    content = json.loads(written.read_bytes())
    content["annotations"][0]["segmentation"] = [10, 10, 31, 10, 31, 30, 10, 30]
    written.write_text(json.dumps(content), encoding="utf-8")
    again, _ = start(place)
    assert "record" in dict(again.question.choices)
    again.question.answer("record")
    again.close()
    assert json.loads(written.read_bytes())["annotations"][0]["bbox"] == [10.0, 10.0, 30.0, 30.0]


def test_a_failed_save_says_why_and_loses_nothing(place):
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    blocked = place / "과제" / "lung_cancer"
    blocked.write_text("a file where a folder should be")
    session.save()
    assert session.saved_state is SavedState.FAILED
    assert session.said.severity is Severity.ERROR
    assert len(session.annotations) == 1
    blocked.unlink()
    session.save()
    assert session.saved_state is SavedState.SAVED
    assert delivered(place, "*.json")


def test_leaving_a_case_saves_it_and_coming_back_can_undo(tmp_path):
    small_ct(tmp_path / "영상" / "a")
    from annotator.dicom.phantom.pet_ct import pet_ct

    pet_ct(tmp_path / "영상" / "b", slices=3, size=32)
    lung_project(tmp_path / "과제")
    session, _ = start(tmp_path)
    first = next(s for s in session.catalogue.in_order if s.project_modality.code == "CCT")
    session.open_series(first.uid)
    session.show(3)
    draw(session, box(10, 10, 30, 30))
    other = next(s for s in session.catalogue.in_order if s.project_modality.code == "PCT")
    session.open_series(other.uid)
    assert session.saved_state is SavedState.SAVED
    assert [c.key for c in session.categories] == ["PCT1", "PCT2", "PCT3", "PCT4"]
    session.back()
    assert (session.series.uid, session.index) == (first.uid, 3)
    session.undo()
    assert session.annotations == ()
    session.close()
    assert not delivered(tmp_path, "*.json")


def test_an_empty_folder_says_so_and_the_session_lives(place):
    (place / "빈 폴더").mkdir()
    session, _ = opened(place / "과제", place / "빈 폴더")
    assert session.image is None
    assert "No DICOM image was found" in say(session.said.message)
    session.open_folder([place / "영상"])
    assert len(session.images) == 5


def test_no_identity_enters_a_file(place):
    for path in (place / "영상").rglob("*.dcm"):
        dataset = pydicom.dcmread(path)
        dataset.PatientName, dataset.PatientID, dataset.AccessionNumber = "홍길동^CANARY", "CANARY-ID", "CANARYACC"
        dataset.save_as(path)
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    session.close()
    for path in (place / "과제").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for text in ("CANARY", "홍길동"):
                assert text.encode() not in content, path
                assert text.encode("euc-kr") not in content, path


def test_numbers_wait_for_the_end_of_the_scan(place):
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    from annotator.progress import Report

    session.scanning = Report()
    session.save()
    assert session.saved_state is SavedState.UNSAVED
    session._scanned(session.scanning, None)
    assert replace(session.view).series == session.series.uid
    session.save()
    assert session.saved_state is SavedState.SAVED


def test_the_tree_of_a_project_is_opened_without_its_masks(place):
    into_the_tree(place / "영상", place / "과제")
    session = Session(projects.open_project(place / "과제"), Immediate(), author="판독자")
    session.reopen()
    draw(session, box(10, 10, 30, 30))
    session.close()
    assert [p.name for p in delivered(place, "*_binary.dcm")] == ["cct_P000007_S003_0001_1_binary.dcm"]
    again = Session(projects.open_project(place / "과제"), Immediate(), author="판독자")
    again.reopen()
    assert [(s.modality, len(s.images)) for s in again.catalogue.in_order] == [("CT", 5)]
    assert len(again.annotations) == 1
    again.close()


def test_a_case_that_cannot_be_read_is_not_drawn_on_and_is_tried_again(place):
    session, _ = start(place)
    uid = session.series.uid
    session.close()
    folder = place / "과제" / ".annotator" / "cases"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / uid).write_text("a file where the case's folder should be")
    again, _ = start(place)
    draw(again, box(10, 10, 30, 30))
    assert again.annotations == ()
    assert "could not be read" in say(again.said.message)
    again.close()
    (folder / uid).unlink()
    third, _ = start(place)
    draw(third, box(10, 10, 30, 30))
    assert len(third.annotations) == 1
    third.close()


def test_strokes_on_what_was_only_delivered_come_back_after_a_crash(place):
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    session.close()
    shutil.rmtree(place / "과제" / ".annotator" / "cases")
    again, _ = start(place)
    draw(again, box(10, 10, 20, 30), mode=Mode.SUB)
    drawn = [a.shape for a in again.annotations]
    again._keeping.close()  # the process is gone
    third, _ = start(place)
    assert [a.shape for a in third.annotations] == drawn
    assert drawn[0].area() == 200
    third.close()


def test_what_was_said_of_a_case_without_annotations_comes_back_after_a_crash_and_is_saved(place):
    session, _ = start(place)
    draw(session, box(10, 10, 30, 30))
    session.select([1])
    session.rename_lesion(session.chosen_lesion, "표적 1")
    session.delete()
    session._keeping.close()  # the process is gone
    again, _ = start(place)
    assert again.saved_state is SavedState.SAVED
    heads, _ = revisions.heads(again.project.root, again.series.uid)
    assert [dict(head.document.facts) for head in heads] == [{"lesion.name.1": "표적 1"}]
    again.close()


def test_the_save_of_a_case_that_is_left_begins_when_the_next_one_is_shown(tmp_path):
    class Unhurried(Immediate):
        waiting = []

        def unhurried(self, job, done, failed):
            self.waiting.append(lambda: self.run(job, done, failed))

    from annotator.dicom.phantom.pet_ct import pet_ct

    small_ct(tmp_path / "영상" / "a")
    pet_ct(tmp_path / "영상" / "b", slices=3, size=32)
    tasks = Unhurried()
    session = Session(lung_project(tmp_path / "과제"), tasks)
    session.open_folder([tmp_path / "영상"])
    session.open_series(session.catalogue.in_order[0].uid)
    draw(session, box(10, 10, 30, 30))
    left = session.series
    assert session.done()
    assert session.series is not left and session.saved_state is SavedState.SAVING and not delivered(tmp_path, "*.json")
    while tasks.waiting:
        tasks.waiting.pop(0)()
    assert session.saved_state is SavedState.SAVED and delivered(tmp_path, "*.json")
    session.close()
