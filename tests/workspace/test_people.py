"""Only who is somebody of the project, in a role of theirs and with their PIN, gets in."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.person import Acting, Person, Role
from annotator.errors import AnnotatorError
from annotator.workspace import log, people

MANAGER = Acting("최", Role.MANAGER)


def with_people(root: Path) -> None:
    people.change(root, Person("최", frozenset({Role.MANAGER})), Acting("root"), "now", pin="0000")
    people.change(root, Person("김", frozenset({Role.SPECIALIST, Role.REVIEWER})), MANAGER, "now", pin="가나다라")


def test_in_a_project_without_people_everybody_may_do_everything(tmp_path: Path) -> None:
    assert people.sign_in(tmp_path, "whoever", "", "") == Acting("whoever", None)


def test_name_role_and_pin_must_all_be_right(tmp_path: Path) -> None:
    with_people(tmp_path)
    assert people.sign_in(tmp_path, "김", "reviewer", "가나다라") == Acting("김", Role.REVIEWER)
    assert people.sign_in(tmp_path, "최", "", "0000") == MANAGER
    for name, role, pin in (("김", "reviewer", "1234"), ("김", "manager", "가나다라"), ("김", "", "가나다라"), ("이", "", "")):
        with pytest.raises(AnnotatorError):
            people.sign_in(tmp_path, name, role, pin)


def test_a_pin_is_not_kept_as_it_is(tmp_path: Path) -> None:
    with_people(tmp_path)
    kept = people.path_of(tmp_path).read_bytes()
    assert b"0000\"" not in kept and "가나다라".encode() not in kept
    assert all("0000" not in str(row.facts) for row in log.read(tmp_path))


def test_only_a_manager_changes_the_people_and_a_person_the_own_pin(tmp_path: Path) -> None:
    with_people(tmp_path)
    kim = Acting("김", Role.SPECIALIST)
    with pytest.raises(AnnotatorError):
        people.change(tmp_path, Person("김", frozenset({Role.MANAGER})), kim, "now")
    people.change(tmp_path, Person("김", frozenset({Role.SPECIALIST, Role.REVIEWER})), kim, "now", pin="9999")
    assert people.sign_in(tmp_path, "김", "specialist", "9999") == kim


def test_the_last_manager_stays(tmp_path: Path) -> None:
    with_people(tmp_path)
    with pytest.raises(AnnotatorError):
        people.change(tmp_path, Person("최", frozenset({Role.MANAGER}), gone=True), MANAGER, "now")
    with pytest.raises(AnnotatorError):
        people.change(tmp_path / "other", Person("김", frozenset({Role.REVIEWER})), Acting("root"), "now")


def test_who_is_gone_does_not_get_in_and_stays_in_the_list(tmp_path: Path) -> None:
    with_people(tmp_path)
    people.change(tmp_path, Person("김", frozenset({Role.SPECIALIST}), gone=True), MANAGER, "now")
    with pytest.raises(AnnotatorError):
        people.sign_in(tmp_path, "김", "specialist", "가나다라")
    assert [person.name for person in people.read(tmp_path)] == ["김", "최"]


def test_names_that_differ_in_capitals_alone_would_share_files_on_windows(tmp_path: Path) -> None:
    people.change(tmp_path, Person("Kim", frozenset({Role.MANAGER})), Acting("root"), "now", pin="0000")
    manager = Acting("Kim", Role.MANAGER)
    with pytest.raises(AnnotatorError, match="small and capital"):
        people.change(tmp_path, Person("KIM", frozenset({Role.SPECIALIST})), manager, "now", pin="0000")
    people.change(tmp_path, Person("Kim", frozenset({Role.MANAGER, Role.REVIEWER})), manager, "now")
    assert [person.name for person in people.read(tmp_path)] == ["Kim"]


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe"])
def test_a_damaged_list_lets_nobody_in(tmp_path: Path, damage: bytes) -> None:
    with_people(tmp_path)
    people.path_of(tmp_path).write_bytes(damage)
    with pytest.raises(AnnotatorError):
        people.sign_in(tmp_path, "최", "", "0000")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "가" * 61])
def test_a_name_that_cannot_be_shown_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AnnotatorError):
        people.change(tmp_path, Person(name, frozenset({Role.MANAGER})), Acting("root"), "now", pin="1234")
