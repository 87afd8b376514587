"""A pack goes out blind, is worked in as a project, and comes back: by annotation id, with nothing lost, and only once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.asking import ANSWERS, answer, question
from annotator.domain.course import ASSIGN, MOVE, State, Step
from annotator.domain.person import Acting, Person, Role
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.progress import Report
from annotator.workspace import log, people, revisions, steps
from annotator.workspace.packs import making, returning
from annotator.workspace.packs.making import Made, Ordered, make, role_of
from annotator.workspace.packs.merging import Merged, merge
from annotator.workspace.projects import ProjectFolder, open_project
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from annotator.workspace.verifying import verify
from tests.conftest import ROOT
from tests.workspace.handover.accepted import TIME, listed, made
from tests.workspace.study import box, lung_project

MANAGER = Acting("최", Role.MANAGER)
PEOPLE = (("이", Role.ANNOTATOR), ("박", Role.REVIEWER), ("정", Role.REVIEWER), ("한", Role.ADJUDICATOR), ("송", Role.SPECIALIST))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lung project with one patient in its tree, drawn on, with people; to be copied."""
    root = made(tmp_path_factory.mktemp("packs") / "project", tmp_path_factory.mktemp("images"), patients=1).root
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), TIME, pin="0000")
    for name, role in PEOPLE:
        people.change(root, Person(name, frozenset({role})), MANAGER, TIME, pin="1234")
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "project")
    return tmp_path / "project"


def case_of(root: Path) -> str:
    (case,) = [entry.name for entry in (root / ".annotator" / "cases").iterdir()]
    return case


def moved(root: Path, *states: State) -> None:
    for state in states:
        steps.take(root, Step(case_of(root), 0, MOVE, "", "", TIME, after=state, reason="–"), MANAGER, ())


def packed(root: Path, out: Path, name: str) -> Made:
    folder = open_project(root)
    entries = listed(folder, out.with_suffix(".sqlite")).entries()
    return make(folder, entries, Ordered(out, name, role_of(root, name, ""), MANAGER, TIME), Report())


def merged(root: Path, pack: Path) -> Merged:
    return merge(open_project(root), pack, MANAGER, TIME, Report())


def work(root: Path, name: str, role: str) -> Session:
    """Open a project, or a pack, on its own images, as somebody."""
    images = next(root.rglob("dcm"))
    session = Session(open_project(root), Immediate(), author=name, role=role, pin="1234", clock=lambda: TIME)
    session.open_folder([images])
    session.choose_tool("tool.box")
    return session


def draw(root: Path, name: str, role: str, *where: float) -> None:
    session = work(root, name, role)
    session.perform(box(*where))
    session.close()


def passed(root: Path, name: str, *where: float) -> None:
    """Review offline: draw something, or nothing, say why, and give the verdict."""
    session = work(root, name, "reviewer")
    if where:
        session.perform(box(*where))
        for correction in session.corrections:
            session.give_reason(correction, "놓친 병변")
    assert session.pass_case()
    session.close()


def files(root: Path) -> dict[str, bytes]:
    own = ("locks", "leases", "views")
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file() and not set(own) & set(p.parts)}


def state(root: Path) -> State:
    return steps.standing(root, case_of(root)).state


def heads(root: Path) -> tuple[revisions.Revision, ...]:
    return revisions.heads(root, case_of(root))[0]


def test_a_second_pass_is_drawn_offline_and_comes_back_as_it_is(root: Path, tmp_path: Path) -> None:
    moved(root, State.SECOND_PASS)
    out = tmp_path / "pack"
    assert packed(root, out, "이").cases == 1
    assert [person.name for person in people.read(out / "project")] == ["이"]
    before = heads(root)[0]
    draw(out / "project", "이", "annotator", 2, 22, 10, 30)
    draw(out / "project", "이", "annotator", 22, 22, 30, 30)
    steps.take(out / "project", Step(case_of(root), 0, MOVE, "", "", TIME, after=State.MACHINE_CHECK), Acting("이", Role.ANNOTATOR), ())
    done = merged(root, out)
    assert (done.cases, done.revisions, done.steps, done.conflicts, done.refused) == (1, 2, 1, (), ())
    (head,) = heads(root)
    assert head == heads(out / "project")[0] and head.number == before.number + 2
    assert head.document.count() == before.document.count() + 2 and state(root) is State.MACHINE_CHECK
    assert all(files(root)[path] == files(out / "project")[path] for path in head.files)
    assert list(verify(open_project(root), Report())) == [] and {"pack", "merge"} <= {row.action for row in log.read(root)}
    session = work(root, "최", "manager")
    assert session.question is None and session.document == head.document
    session.close()


def test_merging_twice_changes_nothing(root: Path, tmp_path: Path) -> None:
    moved(root, State.SECOND_PASS)
    packed(root, tmp_path / "pack", "이")
    draw(tmp_path / "pack" / "project", "이", "annotator", 22, 22, 30, 30)
    merged(root, tmp_path / "pack")
    before = files(root)
    assert merged(root, tmp_path / "pack") == Merged()
    assert files(root) == before
    draw(tmp_path / "pack" / "project", "이", "annotator", 2, 22, 10, 30)
    assert merged(root, tmp_path / "pack").revisions == 1 and len(heads(root)) == 1


def test_who_went_on_meanwhile_keeps_the_own_work_beside_that_of_the_pack(root: Path, tmp_path: Path) -> None:
    moved(root, State.SECOND_PASS)
    packed(root, tmp_path / "pack", "이")
    draw(tmp_path / "pack" / "project", "이", "annotator", 22, 22, 30, 30)
    draw(root, "이", "annotator", 2, 22, 10, 30)
    there = {path: content for path, content in files(root).items() if "/binary/" in path or "/json/" in path}
    done = merged(root, tmp_path / "pack")
    assert len(done.conflicts) == 1 and "1 annotations by both (cct_P000001_S001_0001.dcm 3)" in str(done.conflicts[0])
    assert len(heads(root)) == 2
    assert {path: content for path, content in files(root).items() if "/binary/" in path or "/json/" in path} == there
    before = files(root)
    assert len(merged(root, tmp_path / "pack").conflicts) == 1
    assert files(root) == before
    session = work(root, "이", "annotator")
    assert session.conflict is not None or session.question is not None
    session.close()


def test_who_did_the_same_meanwhile_has_nothing_to_unite(root: Path, tmp_path: Path) -> None:
    moved(root, State.SECOND_PASS)
    packed(root, tmp_path / "pack", "이")
    for place in (tmp_path / "pack" / "project", root):
        draw(place, "이", "annotator", 22, 22, 30, 30)
    before = files(root)
    assert merged(root, tmp_path / "pack") == Merged()
    assert files(root) == before
    draw(root, "이", "annotator", 2, 22, 10, 30)
    assert merged(root, tmp_path / "pack") == Merged() and len(heads(root)) == 1


def test_a_pack_for_a_reviewer_holds_nothing_of_the_other_one(root: Path, tmp_path: Path) -> None:
    moved(root, State.MACHINE_CHECK, State.REVIEW)
    passed(root, "박", 22, 22, 30, 30)
    packed(root, tmp_path / "pack", "정")
    inside = files(tmp_path / "pack" / "project")
    assert not [path for path in inside if "readings" in path]
    assert {step.kind for step in steps.read(tmp_path / "pack" / "project", case_of(root))[0]} == {MOVE}
    assert not [path for path, content in inside.items() if path.startswith(".annotator") and "박".encode() in content]


def test_two_reviewers_offline_come_back_and_the_case_is_concluded(root: Path, tmp_path: Path) -> None:
    moved(root, State.MACHINE_CHECK, State.REVIEW)
    before = heads(root)[0]
    for name in ("박", "정"):
        packed(root, tmp_path / name, name)
        passed(tmp_path / name / "project", name, 22, 22, 30, 30)
    first = merged(root, tmp_path / "박")
    assert (first.readings, first.steps, first.agreed, first.refused) == (1, 1, 0, ())
    assert state(root) is State.REVIEW and heads(root)[0] == before
    assert merged(root, tmp_path / "박") == Merged()
    second = merged(root, tmp_path / "정")
    assert (second.steps, second.agreed, second.refused) == (1, 1, ())
    assert state(root) is State.AGREED and heads(root)[0].document.count() == before.document.count() + 1
    assert {row.person for row in log.read(root) if row.action == "correct"} == {"박", "정"}
    session = work(root, "최", "manager")
    assert session.question is None
    session.close()


def test_readings_that_differ_go_to_the_adjudicator_who_sees_both_in_a_pack(root: Path, tmp_path: Path) -> None:
    moved(root, State.MACHINE_CHECK, State.REVIEW)
    for name, where in (("박", (22, 22, 30, 30)), ("정", ())):
        packed(root, tmp_path / name, name)
        passed(tmp_path / name / "project", name, *where)
        assert merged(root, tmp_path / name).refused == ()
    assert state(root) is State.ADJUDICATION
    packed(root, tmp_path / "한", "한")
    session = work(tmp_path / "한" / "project", "한", "adjudicator")
    assert session.review is not None and len(session.review.found) == 1
    session.close()


def test_a_verdict_on_a_record_that_changed_is_refused(root: Path, tmp_path: Path) -> None:
    moved(root, State.MACHINE_CHECK, State.REVIEW)
    packed(root, tmp_path / "pack", "박")
    passed(tmp_path / "pack" / "project", "박")
    moved(root, State.REWORK)
    draw(root, "송", "specialist", 2, 22, 10, 30)
    moved(root, State.MACHINE_CHECK, State.REVIEW)
    done = merged(root, tmp_path / "pack")
    assert done.steps == 0 and any("changed meanwhile" in str(sentence) for sentence in done.refused)
    assert steps.standing(root, case_of(root)).verdicts == {}


def altered(pack: Path) -> None:
    path = pack / "pack.json"
    path.write_bytes(path.read_bytes().replace("이".encode(), "박".encode()))


def half(pack: Path) -> None:
    next((pack / "project").rglob("*.dcm")).unlink()


def without_manifest(pack: Path) -> None:
    (pack / "MANIFEST.sha256").unlink()


@pytest.mark.parametrize("broken", [altered, half, without_manifest])
def test_a_pack_that_is_not_as_it_was_made_is_refused_whole(root: Path, tmp_path: Path, broken) -> None:
    moved(root, State.SECOND_PASS)
    packed(root, tmp_path / "pack", "이")
    draw(tmp_path / "pack" / "project", "이", "annotator", 22, 22, 30, 30)
    broken(tmp_path / "pack")
    before = files(root)
    with pytest.raises(AnnotatorError):
        merged(root, tmp_path / "pack")
    assert files(root) == before


def test_a_pack_made_before_the_project_had_people_does_not_come_back_as_anybody(root: Path, tmp_path: Path) -> None:
    moved(root, State.SECOND_PASS)
    kept = people.path_of(root).read_bytes()
    people.path_of(root).unlink()
    packed(root, tmp_path / "pack", "이")
    draw(tmp_path / "pack" / "project", "이", "", 22, 22, 30, 30)
    people.path_of(root).write_bytes(kept)
    with pytest.raises(AnnotatorError, match="with the role"):
        merged(root, tmp_path / "pack")


def test_a_question_and_its_answer_come_back_under_their_new_numbers(root: Path, tmp_path: Path) -> None:
    moved(root, State.SECOND_PASS)
    packed(root, tmp_path / "pack", "이")
    inner, case, key = tmp_path / "pack" / "project", case_of(root), next(iter(heads(root)[0].images))
    acting = Acting("이", Role.ANNOTATOR)
    asked = steps.take(inner, replace(question(case, key, 3, 4, "병변?", "specialist"), time=TIME), acting, ())
    steps.take(inner, replace(answer(case, asked.number, next(iter(ANSWERS))), time=TIME), acting, ())
    steps.take(root, Step(case, 0, ASSIGN, "", "", TIME, facts={"to": "이"}), MANAGER, ())
    done = merged(root, tmp_path / "pack")
    assert (done.steps, done.refused) == (2, ())
    assert [q.facts["text"] for q, _ in steps.standing(root, case).answered] == ["병변?"] and not steps.standing(root, case).parked
    assert merged(root, tmp_path / "pack") == Merged()


def test_a_pack_of_another_project_is_refused(root: Path, tmp_path: Path) -> None:
    moved(root, State.SECOND_PASS)
    packed(root, tmp_path / "pack", "이")
    other: ProjectFolder = lung_project(tmp_path / "other")
    with pytest.raises(AnnotatorError, match="another project"):
        merge(other, tmp_path / "pack", MANAGER, TIME, Report())


def test_a_damaged_revision_is_named_and_nothing_of_it_comes(root: Path, tmp_path: Path) -> None:
    moved(root, State.SECOND_PASS)
    packed(root, tmp_path / "pack", "이")
    draw(tmp_path / "pack" / "project", "이", "annotator", 22, 22, 30, 30)
    path = revisions.path_of(tmp_path / "pack" / "project", heads(tmp_path / "pack" / "project")[0])
    path.write_bytes(path.read_bytes()[:-20])
    done = merged(root, tmp_path / "pack")
    assert done.revisions == 0 and any("damaged" in str(sentence) for sentence in done.refused)
    assert path.exists()


def test_a_file_that_leads_out_of_the_delivery_is_refused(root: Path, tmp_path: Path) -> None:
    moved(root, State.SECOND_PASS)
    packed(root, tmp_path / "pack", "이")
    inner = tmp_path / "pack" / "project"
    draw(inner, "이", "annotator", 22, 22, 30, 30)
    path = revisions.path_of(inner, heads(inner)[0])
    content, _ = record.unseal(path.read_bytes())
    content["images"][0]["files"]["project.toml"] = "0" * 64
    path.write_bytes(record.seal(content)[0])
    before = files(root)
    done = merged(root, tmp_path / "pack")
    assert any("project.toml" in str(sentence) for sentence in done.refused)
    assert files(root) == before


def test_images_outside_the_tree_stay_where_they_are(root: Path, tmp_path: Path) -> None:
    folder = open_project(root)
    entries = listed(folder, tmp_path / "list.sqlite").entries()
    shutil.move(next(root.rglob("dcm")), tmp_path / "elsewhere")
    with pytest.raises(AnnotatorError, match="not in the project"):
        make(folder, entries, Ordered(tmp_path / "pack", "이", Role.ANNOTATOR, MANAGER, TIME), Report())
    assert not (tmp_path / "pack").exists() and not (tmp_path / "pack.part").exists()


KILLED = """
import sys
from pathlib import Path
from tests.workspace.test_packs import merged, packed
root, pack = map(Path, sys.argv[2:])
packed(root, pack, "이") if sys.argv[1] == "pack" else merged(root, pack)
"""


def killed_at(point: str, what: str, root: Path, pack: Path) -> None:
    """Pack or merge in a process that ends at a point."""
    ended = subprocess.run([sys.executable, "-c", KILLED, what, root, pack], env={**os.environ, "ANNOTATOR_FAULT": point},
                           cwd=ROOT, capture_output=True, check=False)  # fmt: skip
    assert ended.returncode == -9, ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")
@pytest.mark.parametrize("point", making.POINTS)
def test_a_pack_that_was_killed_has_no_final_name(root: Path, tmp_path: Path, point: str) -> None:
    moved(root, State.SECOND_PASS)
    killed_at(point, "pack", root, tmp_path / "pack")
    assert not (tmp_path / "pack").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")
@pytest.mark.parametrize("point", returning.POINTS)
def test_a_merge_that_was_killed_is_finished_by_the_next(root: Path, tmp_path: Path, point: str) -> None:
    moved(root, State.SECOND_PASS)
    packed(root, tmp_path / "pack", "이")
    offline = tmp_path / "pack" / "project"
    session = work(offline, "이", "annotator")
    session.choose_tool("tool.box")
    session.perform(box(22, 22, 30, 30))
    session.close()
    killed_at(point, "merge", root, tmp_path / "pack")
    merged(root, tmp_path / "pack")
    (head,), _ = revisions.heads(root, case_of(root), keep=True)
    there, _ = revisions.heads(offline, case_of(offline), keep=True)
    assert head.document == there[0].document
