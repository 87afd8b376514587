"""`check`: silent on what the program itself saved, loud on what somebody broke."""

import json
from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.progress import Report
from annotator.workspace.batch import check_project
from annotator.workspace.projects import open_project
from tests.workspace.study import box, free, lung_project, opened, small_ct


@pytest.fixture
def project(tmp_path: Path) -> Path:
    small_ct(tmp_path / "images")
    root = lung_project(tmp_path / "project").root
    session, _ = opened(root, tmp_path / "images")
    session.choose_tool("tool.box")
    session.perform(box(10, 10, 30, 30), 1.0)
    session.choose_tool("tool.free")
    session.choose_category("CCT4")
    session.perform(free((40, 40), (55, 42), (44, 58)), 1.0)
    session.close()
    return root


def found(project: Path):
    return list(check_project(open_project(project), Report()))


def the(project: Path, pattern: str) -> Path:
    (path,) = (project / "lung_cancer").rglob(pattern)
    return path


def test_what_was_saved_has_no_findings(project, capsys):
    assert found(project) == []
    assert main(["check", str(project)]) == 0
    assert "1 images checked, 0 errors, 0 remarks" in capsys.readouterr().out


def test_an_outline_that_is_not_its_mask_is_an_error(project, capsys):
    path = the(project, "*.json")
    content = json.loads(path.read_bytes())
    content["annotations"][0]["segmentation"][0] = 12.0
    path.write_text(json.dumps(content), encoding="utf-8")
    assert "outline-equals-mask" in {f.check for f in found(project)}
    assert main(["check", str(project)]) == 1
    assert "outline-equals-mask" in capsys.readouterr().out


def test_a_broken_file_is_an_error_and_the_rest_goes_on(project):
    the(project, "*_4_binary.dcm").write_bytes(b"no mask at all")
    assert "file-can-be-read" in {f.check for f in found(project)}


def test_an_image_that_is_gone_is_a_remark(project, capsys):
    for path in (project.parent / "images").rglob("*.dcm"):
        path.unlink()
    assert [(f.check, f.severity.value) for f in found(project)] == [("image-is-there", "remark")]
    assert main(["check", str(project)]) == 0
