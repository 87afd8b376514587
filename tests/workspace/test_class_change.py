"""The class of a patient changes: all files of the patient move as one, and everything that speaks of them follows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.errors import AnnotatorError
from annotator.i18n import say
from annotator.progress import Report
from annotator.workspace import ids, moving, projects, revisions
from annotator.workspace.batch import check_project
from annotator.workspace.class_change import change_class, sort
from annotator.workspace.patients import patients_of
from annotator.workspace.store import Store
from tests.workspace.study import box, into_the_tree, lung_project, opened, small_ct

TIME = "2026-03-04T05:06:07.000+09:00"


def drawn(session, *indices: int) -> None:
    for index in indices:
        session.show(index)
        session.choose_tool("tool.box")
        session.choose_category("CCT3")  # benign: it fits every class that is drawn on
        session.perform(box(10, 10, 30, 28))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two series of one patient used in place, both drawn on and saved."""
    small_ct(tmp_path / "영상", slices=3)
    lung_project(tmp_path / "과제")
    session, _ = opened(tmp_path / "과제", tmp_path / "영상")
    drawn(session, 0, 2)
    session.close()
    return tmp_path


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / "lung_cancer").rglob("*")) if path.is_file()}


def findings(root: Path) -> list[str]:
    return [say(found.message) for found in check_project(projects.open_project(root), Report())]


def cases(root: Path) -> list[str]:
    return [path.name for path in sorted((root / ".annotator" / "cases").iterdir())]


def test_every_file_of_the_patient_moves_and_nothing_in_it_changes(place):
    root = place / "과제"
    before = files(root)
    assert len(before) == 4 and all("/unclassified/P000001/" in path for path in before)
    moved = change_class(projects.open_project(root), "P000001", "malignant", "김", TIME)
    assert files(root) == {path.replace("/unclassified/", "/malignant/"): content for path, content in before.items()}
    assert set(moved.files) == set(before) and moved.remarks == ()
    assert not list((root / "lung_cancer").rglob("unclassified"))
    assert patients_of(root, projects.open_project(root).project) == {"P000001": "malignant"}


def test_revisions_stay_valid_and_say_where_the_files_lie(place):
    root = place / "과제"
    (case,) = cases(root)
    before = revisions.heads(root, case)[0][0]
    change_class(projects.open_project(root), "P000001", "malignant", "김", TIME)
    (head,), remarks = revisions.heads(root, case)
    assert (head.number, head.author, head.parents, remarks) == (before.number + 1, "김", (before.digest,), ())
    assert head.document == before.document
    assert Store(projects.open_project(root)).altered(case) == ()
    assert findings(root) == []


def test_opening_again_reads_the_same_drawing_and_saving_rewrites_nothing_old(place):
    root = place / "과제"
    change_class(projects.open_project(root), "P000001", "benign", "김", TIME)
    before = files(root)
    session, _ = opened(root, place / "영상")
    assert session.document.count() == 2 and session.question is None
    drawn(session, 1)
    session.close()
    after = files(root)
    assert len(after) == 6 and {path: after[path] for path in before} == before
    assert all("/benign/" in path for path in after)


def test_an_open_window_that_did_not_know_goes_on_without_a_conflict(place):
    root = place / "과제"
    session, _ = opened(root, place / "영상")
    drawn(session, 1)
    change_class(projects.open_project(root), "P000001", "malignant", "다른 사람", TIME)
    drawn(session, 2)
    session.close()
    assert len(revisions.heads(root, cases(root)[0])[0]) == 1
    assert len(files(root)) == 6 and all("/malignant/" in path for path in files(root))
    assert findings(root) == []


def test_edits_that_a_dead_window_left_come_back_after_the_move(place):
    root = place / "과제"
    session, _ = opened(root, place / "영상")
    drawn(session, 1)
    session._keeping.close()  # the window is gone, its stroke is in the journal alone
    change_class(projects.open_project(root), "P000001", "malignant", "김", TIME)
    again, _ = opened(root, place / "영상")
    assert again.document.count() == 3


def test_images_of_the_tree_move_with_their_files_and_others_stay(tmp_path):
    small_ct(tmp_path / "영상", slices=3)
    lung_project(tmp_path / "과제")
    root = tmp_path / "과제"
    folder = into_the_tree(tmp_path / "영상", root)
    (folder / "메모.txt").write_text("남는 파일", encoding="utf-8")
    chest_ct(tmp_path / "다른 영상", slices=3, size=64, seed=2)
    other = into_the_tree(tmp_path / "다른 영상", root, "P000008")
    session, _ = opened(root, root / "lung_cancer" / "chest-ct" / "benign" / "P000007")
    drawn(session, 0)
    session.close()
    moved = change_class(projects.open_project(root), "P000007", "malignant", "김", TIME)
    assert len(moved.files) == 5
    there = root / "lung_cancer" / "chest-ct" / "malignant" / "P000007" / "S003"
    assert sorted(path.name for path in (there / "dcm").iterdir()) == [f"cct_P000007_S003_{n:04d}.dcm" for n in (1, 2, 3)]
    assert [path.name for path in folder.iterdir()] == ["메모.txt"]
    assert len(list(other.iterdir())) == 3
    assert findings(root) == ["folder or name is not as the rule says"], "of the file that stayed"


def test_a_name_that_is_taken_refuses_the_whole_move(place):
    root = place / "과제"
    before = files(root)
    old = next(iter(before))
    taken = root / old.replace("/unclassified/", "/benign/")
    taken.parent.mkdir(parents=True)
    taken.write_bytes(b"somebody else's")
    with pytest.raises(AnnotatorError) as error:
        change_class(projects.open_project(root), "P000001", "benign", "김", TIME)
    assert "is there already" in say(error.value.cause)
    assert {path: files(root)[path] for path in before} == before and taken.read_bytes() == b"somebody else's"


def test_a_class_that_the_project_does_not_have_and_a_read_only_project_are_refused(place):
    project = projects.open_project(place / "과제")
    with pytest.raises(AnnotatorError, match="no class “bad”"):
        change_class(project, "P000001", "bad", "김", TIME)
    with pytest.raises(AnnotatorError, match="read-only"):
        change_class(projects.ProjectFolder(project.root, project.project, True), "P000001", "benign", "김", TIME)


def test_the_same_class_again_does_nothing(place):
    root = place / "과제"
    change_class(projects.open_project(root), "P000001", "benign", "김", TIME)
    before = sorted((root / ".annotator").rglob("*"))
    assert change_class(projects.open_project(root), "P000001", "benign", "김", TIME).files == {}
    assert sorted((root / ".annotator").rglob("*")) == before


def test_there_and_back_again_leaves_everything_as_it_was(place):
    root = place / "과제"
    before = files(root)
    for to in ("benign", "malignant", "unclassified"):
        change_class(projects.open_project(root), "P000001", to, "김", TIME)
    assert files(root) == before and findings(root) == []
    assert len(list((moving.folder_of(root) / "done").iterdir())) == 3


def test_several_patients_are_moved_one_after_the_other(place):
    root = place / "과제"
    into_the_tree(place / "영상", root, "P000007")
    done = dict(sort(projects.open_project(root), {"P000001": "benign", "P000007": "normal"}, "김", TIME))
    assert {patient: len(moved.files) for patient, moved in done.items()} == {"P000001": 4, "P000007": 3}
    assert patients_of(root, projects.open_project(root).project) == {"P000001": "benign", "P000007": "normal"}


def test_a_damaged_intent_is_set_aside_and_told(place):
    root = place / "과제"
    moving.folder_of(root).mkdir(parents=True)
    (moving.folder_of(root) / "P000001-abc.json").write_bytes(b"{}")
    project = projects.open_project(root)
    assert any("is damaged and was set aside" in say(remark) for remark in project.remarks)
    assert projects.open_project(root).remarks == ()


def test_files_that_lie_in_the_folder_of_another_class_follow_at_the_next_save(place):
    root = place / "과제"
    session, _ = opened(root, place / "영상")
    known = ids.read_patients(ids.ids_path(root))
    ids.write_patients(ids.ids_path(root), {"P000001": replace(known["P000001"], class_folder="malignant")})
    drawn(session, 1)
    session.close()
    assert len(files(root)) == 6 and all("/malignant/" in path for path in files(root))


def test_a_class_that_changes_while_a_case_is_being_saved_takes_its_files_along(place, monkeypatch):
    root = place / "과제"
    session, _ = opened(root, place / "영상")
    drawn(session, 1)
    save, changes = Store.save, iter([True])

    def slow(store, *arguments, **named):
        if next(changes, False):  # the names are given, the files not yet written
            change_class(projects.open_project(root), "P000001", "malignant", "김", TIME)
        return save(store, *arguments, **named)

    monkeypatch.setattr(Store, "save", slow)
    session.close()
    assert len(files(root)) == 6 and all("/malignant/" in path for path in files(root))
    assert findings(root) == [] and len(revisions.heads(root, cases(root)[0])[0]) == 1
