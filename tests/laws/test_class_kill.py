"""Whenever the process is killed while a patient's class changes: the next start finishes it, and no file is lost, doubled or changed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.workspace import moving, projects, revisions
from annotator.workspace.patients import patients_of
from annotator.workspace.store import Store
from tests.conftest import ROOT
from tests.workspace.study import into_the_tree, lung_project, opened, small_ct
from tests.workspace.test_class_change import cases, drawn, files, findings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")

PROGRAM = """
import sys
from pathlib import Path
from annotator.workspace import projects
from annotator.workspace.class_change import change_class
change_class(projects.open_project(Path(sys.argv[1])), sys.argv[2], "malignant", "김", "2026-03-04T05:06:07+09:00")
"""
PASSES = {"move.before_file": (1, 2, 4), "write.half": (1,), "create.before_link": (1,), "create.after_link": (1,)}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a patient in its tree and one used in place, both drawn on."""
    folder = tmp_path_factory.mktemp("saved")
    small_ct(folder / "영상", slices=3)
    lung_project(folder / "과제")
    session, _ = opened(folder / "과제", folder / "영상")
    drawn(session, 0, 2)
    session.close()
    chest_ct(folder / "다른 영상", slices=3, size=64, seed=2)
    into_the_tree(folder / "다른 영상", folder / "과제")
    session, _ = opened(folder / "과제", folder / "과제" / "lung_cancer" / "chest-ct" / "benign")
    drawn(session, 1)
    session.close()
    return folder / "과제"


@pytest.mark.parametrize("patient", ["P000001", "P000007"])
@pytest.mark.parametrize("point", [f"{name}:{n}" for name in dict.fromkeys((*moving.POINTS, *PASSES)) for n in PASSES.get(name, (1,))])
def test_a_move_that_was_killed_is_finished_at_the_next_start(saved, tmp_path, patient, point):
    if patient == "P000007" and point == "move.before_ids:1":
        pytest.skip("the ids do not know a patient of the tree")
    root = tmp_path / "과제"
    shutil.copytree(saved, root)
    before = files(root)
    arguments = [sys.executable, "-c", PROGRAM, str(root), patient]
    killed = subprocess.run(arguments, cwd=ROOT, env={**os.environ, "ANNOTATOR_FAULT": point}, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    project = projects.open_project(root)
    assert project.remarks == ()
    after = files(root)
    moved = {path.replace("/unclassified/", "/malignant/").replace("/benign/", "/malignant/") if patient in path else path: content
             for path, content in before.items()}  # fmt: skip
    assert after in (before, moved)
    if not point.startswith(("move.before_intent", "write.half:1")):
        assert after == moved
        assert patients_of(root, project.project)[patient] == "malignant"
    for case in cases(root):
        assert len(revisions.heads(root, case)[0]) == 1
        assert Store(project).altered(case) == ()
    assert findings(root) == []
    assert list(moving.folder_of(root).glob("*.json")) == []
