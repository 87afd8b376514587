"""Every version of what was written of a study stays, the last one counts, and nobody loses what they wrote."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from annotator.domain.person import Acting, Role
from annotator.domain.queue import Wanted
from annotator.domain.study_finding import LONGEST
from annotator.errors import AnnotatorError
from annotator.progress import Report
from annotator.workspace import log, study_findings
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.verifying import verify
from annotator.workspace.worklist import Worklist
from tests.workspace.study import box, lung_project, opened, small_ct

KIM, LEE = Acting("김", Role.SPECIALIST), Acting("이", Role.MANAGER)
STUDY, TIME = "1.2.3", "2026-11-27T10:00:00+09:00"


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    return lung_project(tmp_path / "project")


def errors(project: ProjectFolder, *, repair: bool = False) -> list[str]:
    return [str(found.message) for found in verify(project, Report(), by="최", time=TIME, repair=repair) if found.severity.value == "error"]


def test_versions_follow_one_another_and_the_same_again_is_none(project: ProjectFolder) -> None:
    (first,) = study_findings.write(project, STUDY, "결절 ", KIM, TIME)
    assert study_findings.write(project, STUDY, "결절", LEE, TIME) == (first,)
    study_findings.write(project, STUDY, "", LEE, TIME, first.digest)
    found = study_findings.read(project.root, STUDY)
    assert [(one.number, one.person, one.role, one.text) for one in found] == [(1, "김", "specialist", "결절"), (2, "이", "manager", "")]
    assert found[1].seen == first.digest == found[0].digest
    assert [(row.action, row.after, row.facts["study"]) for row in log.read(project.root) if row.person == "김"] == [
        (study_findings.ACTION, first.digest, STUDY)
    ]
    assert errors(project) == []


def test_two_people_at_once_are_both_kept(project: ProjectFolder) -> None:
    both = [threading.Thread(target=study_findings.write, args=(project, STUDY, f"{n}", Acting(f"사람{n}"), TIME)) for n in range(6)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    found = study_findings.read(project.root, STUDY)
    assert [one.number for one in found] == [1, 2, 3, 4, 5, 6] and {one.text for one in found} == set("012345")


def test_what_is_too_long_or_nowhere_is_refused_and_nothing_is_written(project: ProjectFolder) -> None:
    for study, text in ((STUDY, "가" * (LONGEST + 1)), ("", "결절")):
        with pytest.raises(AnnotatorError):
            study_findings.write(project, study, text, KIM, TIME)
    assert list(study_findings.studies(project.root)) == []


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"version": 1, "version": 1}', None])
def test_a_damaged_version_is_passed_over_told_and_stays(project: ProjectFolder, damage: bytes | None) -> None:
    study_findings.write(project, STUDY, "먼저", KIM, TIME)
    study_findings.write(project, STUDY, "나중", KIM, TIME)
    path = max(study_findings.listed(study_findings.folder_of(project.root, STUDY)).items())[1]
    path.write_bytes(path.read_bytes().replace("나중".encode(), "나줌".encode()) if damage is None else damage)
    assert [one.text for one in study_findings.read(project.root, STUDY)] == ["먼저"]
    assert any("cannot be read" in error for error in errors(project)) and path.exists()
    assert [one.text for one in study_findings.write(project, STUDY, "다시", KIM, TIME)] == ["먼저", "다시"]


def test_a_version_that_is_gone_or_of_another_study_is_found_out(project: ProjectFolder) -> None:
    study_findings.write(project, STUDY, "결절", KIM, TIME)
    study_findings.write(project, "1.2.4", "정상", KIM, TIME)
    (path,) = study_findings.listed(study_findings.folder_of(project.root, STUDY)).values()
    other = study_findings.folder_of(project.root, "1.2.4")
    path.rename(other / path.name.replace("000001", "000002"))
    assert [one.text for one in study_findings.read(project.root, "1.2.4")] == ["정상"]
    assert any("another one" in error for error in errors(project)) and any("not there any more" in error for error in errors(project))


def drawn(project: ProjectFolder, images: Path) -> str:
    session, _ = opened(project.root, small_ct(images))
    session.choose_tool("tool.box")
    session.perform(box(5, 5, 12, 12))
    session.close()
    return session.study


def test_the_worklist_finds_the_words_after_each_version_and_no_delivered_file_holds_them(project: ProjectFolder, tmp_path: Path) -> None:
    study = drawn(project, tmp_path / "images")
    session, _ = opened(project.root, tmp_path / "images")
    found = Worklist(project, tmp_path / "list")
    found.add(session.catalogue.by_uid.values())
    for text, seen in (("종격동 석회화", 1), ("우하엽 결절", 0), ("", 0), ("석회화 없음", 1)):
        study_findings.write(project, study, text, KIM, TIME)
        found.refresh()
        anew = Worklist(project, tmp_path / f"anew-{text}")
        anew.add(session.catalogue.by_uid.values())
        assert [entry.finding for entry in found.entries()] == [text]
        assert found.count(Wanted("석회화")) == seen and found.count(Wanted(written=True)) == bool(text)
        assert anew.entries() == found.entries()
    delivered = [path.read_bytes() for path in project.root.rglob("*") if path.is_file() and ".annotator" not in path.parts]
    assert delivered and all("석회화".encode() not in content for content in delivered)
    for path in study_findings.listed(study_findings.folder_of(project.root, study)).values():
        path.unlink()
    study_findings.folder_of(project.root, study).rmdir()
    found.refresh()
    assert [entry.finding for entry in found.entries()] == [""]
