"""A project is made whole or not at all, and opened or refused with a sentence."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from annotator.errors import AnnotatorError
from annotator.paths import resources_folder, scratch_folder
from annotator.workspace import durable, projects
from annotator.workspace.projects import bundled, create, open_project, scratch

ROOT = Path(__file__).resolve().parent.parent.parent
LUNG = resources_folder() / "projects" / "lung-cancer"
FILES = {".annotator", ".annotator/definition.json", ".annotator/project.json", "categories.csv", "project.toml"}
FILES |= {".annotator/locks", ".annotator/locks/definition.lock"}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def refused(call, *arguments: object) -> str:
    with pytest.raises(AnnotatorError) as caught:
        call(*arguments)
    return str(caught.value)


def make_in_process(folder: Path, fault: str = "") -> int:
    """Make a lung project in a process of its own, which kills itself at the fault point; return how it ended."""
    program = f"from pathlib import Path; from annotator.workspace.projects import create; create('lung-cancer', Path({str(folder)!r}))"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "ANNOTATOR_FAULT": fault}, check=False).returncode


def test_the_bundled_definitions_are_named():
    assert bundled() == ("breast-cancer", "dementia", "lung-cancer", "scratch")


@pytest.mark.parametrize("name", ["lung-cancer", "breast-cancer", "dementia", "scratch"])
def test_a_made_project_holds_the_definition_as_it_was(tmp_path, name):
    made = create(name, tmp_path / "a" / "b")
    assert files(made.root) == FILES
    for file in ("project.toml", "categories.csv"):
        assert (made.root / file).read_bytes() == (resources_folder() / "projects" / name / file).read_bytes()
    assert (made.project.id, made.read_only) == (name, False)
    assert open_project(made.root) == made


def test_each_project_has_a_salt_of_its_own_and_keeps_it(tmp_path):
    one, other = create("lung-cancer", tmp_path / "one"), create("lung-cancer", tmp_path / "other")
    assert len(one.salt) == 64 and one.salt != other.salt
    assert open_project(one.root).salt == one.salt


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_korean_folder_is_as_good_as_any(tmp_path, form):
    made = create("lung-cancer", tmp_path / unicodedata.normalize(form, "폐암 과제 (1차)"))
    assert open_project(made.root) == made


def test_a_project_is_made_from_the_folder_of_another(tmp_path):
    definition = shutil.copytree(LUNG, tmp_path / "mine")
    (definition / "project.toml").write_text((LUNG / "project.toml").read_text("utf-8").replace('"lung-cancer"', '"liver"'), "utf-8")
    assert create(str(definition), tmp_path / "made").project.id == "liver"


def test_a_name_that_is_not_there_is_answered_with_those_that_are(tmp_path):
    told = refused(create, "lung", tmp_path / "made")
    assert "“lung”" in told and "breast-cancer, dementia, lung-cancer, scratch" in told
    assert files(tmp_path) == set()


def test_a_definition_with_an_error_makes_nothing(tmp_path):
    definition = shutil.copytree(LUNG, tmp_path / "mine")
    (definition / "categories.csv").write_text("supercategory\n", "utf-8")
    assert "categories.csv, line 1: the column supercategory_name, " in refused(create, str(definition), tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_a_folder_that_holds_a_project_is_refused_and_left_alone(tmp_path):
    made = create("lung-cancer", tmp_path / "made")
    before = {path: path.read_bytes() for path in made.root.rglob("*") if path.is_file()}
    assert "holds a project already" in refused(create, "scratch", made.root)
    assert {path: path.read_bytes() for path in made.root.rglob("*") if path.is_file()} == before


def test_a_folder_with_other_things_takes_a_project(tmp_path):
    (tmp_path / "memo.txt").write_text("x")
    create("lung-cancer", tmp_path)
    assert (tmp_path / "memo.txt").read_text() == "x"


def test_a_strange_table_is_not_overwritten(tmp_path):
    (tmp_path / "categories.csv").write_text("mine")
    assert "another categories.csv" in refused(create, "lung-cancer", tmp_path)
    assert (tmp_path / "categories.csv").read_text() == "mine"


def test_work_without_its_project_file_is_not_overwritten(tmp_path):
    made = create("lung-cancer", tmp_path / "made")
    (made.root / ".annotator" / "ids.json").write_text("{}")
    (made.root / "project.toml").unlink()
    assert "work of a project whose project.toml is missing" in refused(create, "lung-cancer", made.root)
    assert "was not made to its end, or its project.toml was removed" in refused(open_project, made.root)


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot kill itself with a signal there")
@pytest.mark.parametrize(
    "point", ["write.half:1", "write.half:2", "write.half:3", "write.before_rename", "create.before_link", *projects.POINTS]
)
def test_a_project_whose_making_was_killed_is_refused_and_then_finished(tmp_path, point):
    assert point.partition(":")[0] in (*durable.POINTS, *projects.POINTS)
    folder = tmp_path / "made"
    assert make_in_process(folder, point) == -signal.SIGKILL
    assert not (folder / "project.toml").exists()
    assert "project.toml" in refused(open_project, folder)
    salt = json.loads(path.read_bytes())["salt"] if (path := folder / ".annotator" / "project.json").exists() else None
    made = create("lung-cancer", folder)
    assert files(folder) == FILES
    assert salt in (None, made.salt)


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot kill itself with a signal there")
def test_a_half_made_project_is_not_finished_with_another_definition(tmp_path):
    assert make_in_process(tmp_path, "project.before_toml") == -signal.SIGKILL
    assert "another definition was begun here" in refused(create, "scratch", tmp_path)
    assert (tmp_path / "categories.csv").read_bytes() == (LUNG / "categories.csv").read_bytes()


def test_a_folder_without_a_project_is_refused(tmp_path):
    assert "the folder holds no project.toml" in refused(open_project, tmp_path)
    assert "there is no such folder" in refused(open_project, tmp_path / "gone")


def test_a_project_without_its_table_is_refused(tmp_path):
    made = create("lung-cancer", tmp_path)
    (made.root / "categories.csv").unlink()
    told = refused(open_project, made.root)
    assert "categories.csv: it is not there" in told


def test_a_mistake_in_a_project_is_told_with_file_line_and_key(tmp_path):
    made = create("lung-cancer", tmp_path)
    text = (LUNG / "project.toml").read_text("utf-8").replace("foreground = 255", "foreground = 0")
    (made.root / "project.toml").write_text(text, "utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith("foreground"))
    assert f"Reading project.toml, line {line}, key “mask.foreground”" in refused(open_project, made.root)


def test_a_file_that_is_no_definition_is_refused(tmp_path):
    (tmp_path / "project.toml").write_bytes(b"#" * (2 << 20))
    assert "larger than 1 MB" in refused(open_project, tmp_path)


def test_a_definition_copied_by_hand_becomes_a_project(tmp_path):
    copied = open_project(shutil.copytree(LUNG, tmp_path / "copied"))
    assert (copied.read_only, len(copied.salt)) == (False, 64)
    assert open_project(copied.root).salt == copied.salt


@pytest.mark.skipif(sys.platform == "win32", reason="links are not for everybody there")
def test_a_project_that_cannot_be_written_is_read_only_and_says_so(tmp_path):
    folder = shutil.copytree(LUNG, tmp_path / "copied")
    (folder / ".annotator").symlink_to("/proc/self", target_is_directory=True)  # a folder in which nobody, not even root, can make a file
    if not (folder / ".annotator").is_dir():
        pytest.skip("no /proc here")
    found = open_project(folder)
    assert found.read_only
    assert any("cannot be written" in str(remark) for remark in found.remarks)


def test_a_file_where_the_folder_should_be_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    assert "a folder stands where a file is expected" in refused(create, "lung-cancer", tmp_path / "file")
    assert "a folder stands where a file is expected" in refused(create, "lung-cancer", tmp_path / "file" / "below")


def test_a_lost_salt_is_told_where_ids_rest_on_it(tmp_path):
    made = create("lung-cancer", tmp_path)
    (made.root / ".annotator" / "ids.json").write_text('{"version": 1, "patients": {}}')
    (made.root / ".annotator" / "project.json").unlink()
    assert "Put the file back from a backup" in refused(open_project, made.root)
    (made.root / ".annotator" / "project.json").write_text("[" * 100_000)
    assert "Put the file back from a backup" in refused(open_project, made.root)


def test_the_scratch_project_is_made_once():
    made = scratch()
    assert (made.root, made.project.id, made.read_only) == (scratch_folder(), "scratch", False)
    assert scratch() == made


def test_without_a_place_for_it_the_scratch_project_is_read_only():
    scratch_folder().parent.write_text("a file where the folder should be")
    found = scratch()
    assert (found.project.id, found.read_only) == ("scratch", True)
    assert "Making the project in" in str(found.remarks[0])


def test_a_format_that_this_version_does_not_have_is_said():
    definition = resources_folder() / "projects" / "lung-cancer"
    text = (definition / "project.toml").read_text("utf-8").replace('"mask-dicom"]', '"mask-dicom", "tape"]')
    folder = scratch_folder()
    shutil.copytree(definition, folder)
    (folder / "project.toml").write_text(text, "utf-8")
    found = open_project(folder)
    assert "tape" not in found.project.formats
    assert "this version writes no " in str(found.remarks[-1]) and "tape;" in str(found.remarks[-1])
