"""A definition changes as a whole or not at all, and a project with an error opens read-only with the one before."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.errors import AnnotatorError
from annotator.workspace import definitions, redefinition
from annotator.workspace.projects import ProjectFolder, create, open_project
from annotator.workspace.revisions import ImageRecord
from annotator.workspace.store import Store
from tests.workspace.cases import CASE, KEYS, box, document, sheets

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def made(tmp_path: Path) -> ProjectFolder:
    """A lung project in which three annotations of CCT1 and CCT2 are saved, in one case."""
    project = create("lung-cancer", tmp_path / "p")
    there = document(box(1), box(2, KEYS[0], "CCT2"), box(3, KEYS[1]))
    Store(project, ()).save(CASE, there, "", sheets(there), "김판독", "2024-05-01T10:00:00+09:00")
    return project


def edit(project: ProjectFolder, file: str, before: str, after: str) -> str:
    """Change a file as a person would; return what was there."""
    path = project.root / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    return text


def swapped(text: str) -> str:
    return text.replace("1,악성,1,악성,", "1,악성,1,전이성_병변,").replace("1,악성,2,전이성_병변,", "1,악성,2,악성,")


def there(project: ProjectFolder) -> tuple[bytes, bytes]:
    return definitions.contents(project.root)


def test_what_was_saved_is_counted(made):
    found = redefinition.usage(made.root)
    assert (dict(found.annotations), dict(found.cases), found.all_cases) == ({"CCT1": 2, "CCT2": 1}, {"CCT1": 1, "CCT2": 1}, 1)


def test_a_harmless_change_outside_is_agreed_to_and_logged(made):
    edit(made, "categories.csv", "CCT,Chest CT,2,양성,9,폐섬유화,Pulmonary fibrosis,#aa5599,9,\n", "")
    found = open_project(made.root)
    assert len(found.project.categories) == 21 and not found.read_only
    assert "this is logged" in str(found.remarks[0])
    (line,) = definitions.logged(made.root)
    assert (line["way"], line["changes"]) == ("files", [{"verdict": "fine", "text": "CCT9 “폐섬유화” is gone; nothing is drawn of it"}])
    assert open_project(made.root).remarks == ()
    assert len(definitions.logged(made.root)) == 1


def test_a_new_name_outside_is_said_and_logged(made):
    edit(made, "categories.csv", "CCT,Chest CT,1,악성,1,악성,", "CCT,Chest CT,1,악성,1,암,")
    said = [str(remark) for remark in open_project(made.root).remarks]
    assert "CCT1 “악성” is called “암” now, and so are its 2 annotations in 1 cases" in said


def test_a_category_that_was_drawn_cannot_go_and_the_project_says_why(made):
    before = edit(made, "categories.csv", "CCT,Chest CT,1,악성,2,전이성_병변,Metastatic lesion,#dd7766,2,\n", "")
    with pytest.raises(AnnotatorError, match="CCT2 “전이성_병변” is gone, but 1 annotations in 1 cases"):
        open_project(made.root)
    found = open_project(made.root, strict=False)
    assert found.read_only and found.flaw is not None and found.project == made.project
    assert "with the definition as it was before" in str(found.flaw)
    (made.root / "categories.csv").write_text(before, "utf-8")
    mended = open_project(made.root)
    assert (mended.read_only, mended.flaw, mended.project, definitions.logged(made.root)) == (False, None, made.project, ())


def test_ids_never_change_places_silently(made):
    text = (made.root / "categories.csv").read_text("utf-8")
    (made.root / "categories.csv").write_text(swapped(text), "utf-8")
    with pytest.raises(AnnotatorError, match="would mean something else.*--renamed CCT1,CCT2"):
        open_project(made.root)
    redefinition.agree(made.root, definitions.read(made.root), ["CCT1", "CCT2"])
    assert open_project(made.root).project.category("CCT1").name == "전이성_병변"
    assert definitions.logged(made.root)[0]["confirmed"] == ["CCT1", "CCT2"]


def test_an_error_opens_the_project_read_only_with_the_definition_before(made):
    before = edit(made, "project.toml", "foreground = 255", "foreground = 0")
    found = open_project(made.root, strict=False)
    assert found.read_only and found.project == made.project
    assert "key “mask.foreground”" in str(found.flaw)
    (made.root / "project.toml").write_text(before, "utf-8")
    assert open_project(made.root, strict=False) == made


def test_an_error_without_a_definition_before_is_view_only(made):
    edit(made, "project.toml", "foreground = 255", "foreground = 0")
    (made.root / ".annotator" / "definition.json").unlink()
    found = open_project(made.root, strict=False)
    assert found.read_only and found.project.modality_of("CT") is None
    assert "can only be looked at" in str(found.flaw)


def test_a_missing_table_opens_read_only_too(made):
    (made.root / "categories.csv").unlink()
    found = open_project(made.root, strict=False)
    assert found.read_only and found.project == made.project and "it is not there" in str(found.flaw)


def test_a_change_in_the_program_writes_both_files_and_logs(made):
    toml, table = there(made)
    before = definitions.digest_of(toml, table)
    new = (toml.replace(b'name_en = "Lung cancer"', b'name_en = "Lungs"'), table.replace(b"#ff2200", b"#ff3300"))
    redefinition.apply(made.root, before, *new, author="김", time="2026-01-01T00:00:00+09:00")
    assert there(made) == new
    (line,) = definitions.logged(made.root)
    assert (line["author"], line["way"], line["before"], line["after"]) == ("김", "program", before, definitions.digest_of(*new))
    assert open_project(made.root).project.name_en == "Lungs"


@pytest.mark.parametrize("confirmed", [(), ("CCT1",)])
def test_a_refused_change_in_the_program_writes_nothing(made, confirmed):
    toml, table = there(made)
    with pytest.raises(AnnotatorError, match="would mean something else"):
        redefinition.apply(made.root, definitions.digest_of(toml, table), toml, swapped(table.decode()).encode(), confirmed)
    assert there(made) == (toml, table) and definitions.logged(made.root) == ()


def test_a_change_on_top_of_a_strange_one_is_refused(made):
    toml, table = there(made)
    edit(made, "categories.csv", "#ff2200", "#ff4400")
    with pytest.raises(AnnotatorError, match="changed meanwhile"):
        redefinition.apply(made.root, definitions.digest_of(toml, table), toml, table.replace(b"#ff2200", b"#ff3300"))
    assert b"#ff4400" in there(made)[1]


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot kill itself with a signal there")
@pytest.mark.parametrize("point", [*redefinition.POINTS, "write.before_rename:1", "write.before_rename:2", "write.before_rename:4"])
def test_a_killed_change_is_whole_or_not_at_all(made, point):
    toml, table = there(made)
    new = (toml.replace(b"Lung cancer", b"Lungs"), table.replace(b"#ff2200", b"#ff3300"))
    program = (
        "from pathlib import Path; from annotator.workspace import definitions, redefinition; root = Path('.'); toml, table = definitions."
        "contents(root); redefinition.apply(root, definitions.digest_of(toml, table), toml.replace(b'Lung cancer', b'Lungs'), "
        "table.replace(b'#ff2200', b'#ff3300'))"
    )
    told = {**os.environ, "PYTHONPATH": str(ROOT), "ANNOTATOR_FAULT": point}
    done = subprocess.run([sys.executable, "-c", program], cwd=made.root, env=told, check=False)
    assert done.returncode == -signal.SIGKILL
    open_project(made.root)
    assert there(made) in ((toml, table), new)
    changed = there(made) == new
    assert changed or point == "write.before_rename:1"
    assert [line["after"] for line in definitions.logged(made.root)] == ([definitions.digest_of(*new)] if changed else [])
    assert not redefinition.unfinished(made.root)


def test_the_log_is_only_added_to(made):
    definitions.log(made.root, {"n": 1})
    with (made.root / ".annotator" / "definition-log.jsonl").open("ab") as stream:
        stream.write(b'{"torn')
    definitions.log(made.root, {"n": 2})
    definitions.log(made.root, {"n": 2})
    assert definitions.logged(made.root) == ({"n": 1}, {"n": 2})


def test_images_of_the_tree_count_as_named_by_the_rule(made):
    assert redefinition.usage(made.root).in_tree == 0
    assert redefinition._lies_in(made.root, str(made.root / "lung_cancer" / "a.dcm"))
    assert not redefinition._lies_in(made.root, "/data/1.dcm") and ImageRecord().path == ""
