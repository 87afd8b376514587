"""A frozen set stays what it was: nobody changes it unnoticed, and what was drawn later does not get into it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.course import State
from annotator.domain.finding import Severity
from annotator.domain.frozen_set import Rule
from annotator.domain.person import Acting, Role
from annotator.errors import AnnotatorError
from annotator.formats import record
from annotator.progress import Cancelled, Report
from annotator.workspace import log
from annotator.workspace.projects import open_project
from annotator.workspace.sets import shelf
from annotator.workspace.sets.shelf import Wish, freeze, path_of, read, sets
from annotator.workspace.verifying import verify
from tests.faults.processes import killed
from tests.workspace.handover.accepted import TIME, listed, redraw
from tests.workspace.sets.frozen import BY, frozen


def test_a_set_is_kept_and_found_again_and_the_log_names_it(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path)
    assert read(folder.root, "first") == found and list(sets(folder.root)) == [found]
    assert (found.author, found.narrowing, len(found.members)) == (BY.name, "everything", 3)
    assert all(member.revision for member in found.members) and found.counts() == {"train": {"benign": 3}}
    (row,) = [row for row in log.read(folder.root) if row.action == shelf.FROZEN]
    assert row.after == found.digest and row.facts["patients"] == "3" and list(log.verify(folder.root)) == []


def test_a_name_is_given_once(tmp_path: Path) -> None:
    folder, _ = frozen(tmp_path, 1)
    entries = listed(folder, tmp_path / "list.sqlite").entries()
    with pytest.raises(AnnotatorError, match="never changed"):
        freeze(folder, entries, Wish("first", "", Rule(), TIME), BY, Report())
    assert freeze(folder, entries, Wish("둘째 세트", "", Rule(seed=3), TIME), BY, Report())[0].name == "둘째 세트"
    assert {one.name for one in sets(folder.root) if not isinstance(one, AnnotatorError)} == {"first", "둘째 세트"}


def test_a_single_bit_that_was_changed_is_noticed(tmp_path: Path) -> None:
    folder, _ = frozen(tmp_path, 1)
    path = path_of(folder.root, "first")
    whole = path.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(AnnotatorError, match="changed after it was frozen"):
            read(folder.root, "first")
    for content in (b"", whole[:-20], b"{}", whole + b" "):
        path.write_bytes(content)
        assert [type(one) for one in sets(folder.root)] == [AnnotatorError]


def test_a_list_that_somebody_sealed_anew_is_noticed(tmp_path: Path) -> None:
    folder, _ = frozen(tmp_path, 2)
    path = path_of(folder.root, "first")
    content, _ = record.unseal(path.read_bytes())
    content["members"][0]["part"] = "test"
    path.write_bytes(record.seal(content)[0])
    with pytest.raises(AnnotatorError, match="log does not know"):
        read(folder.root, "first")


def test_verifying_a_project_looks_at_its_sets(tmp_path: Path) -> None:
    folder, _ = frozen(tmp_path, 1)
    entries = listed(folder, tmp_path / "list.sqlite").entries()
    freeze(folder, entries, Wish("second", "", Rule(), TIME), BY, Report())
    assert [found for found in verify(folder, Report()) if found.check == shelf.CHECK] == []
    path_of(folder.root, "second").unlink()
    path_of(folder.root, "first").write_bytes(path_of(folder.root, "first").read_bytes().replace(b"train", b"tra1n", 1))
    told = {str(found.message): found.severity for found in verify(folder, Report()) if found.check == shelf.CHECK}
    assert [severity for said, severity in told.items() if "changed after" in said] == [Severity.ERROR]
    assert [severity for said, severity in told.items() if "“second”, which is not there" in said] == [Severity.REMARK]


def freeze_first(root: Path, place: Path) -> None:
    """Freeze all cases of a project as `killed`."""
    folder = open_project(root)
    freeze(folder, listed(folder, place).entries(), Wish("killed", "", Rule(), TIME), BY, Report())


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")
@pytest.mark.parametrize("point", [*shelf.POINTS, "create.before_link", "write.half"])
def test_killed_while_it_freezes_there_is_no_half_a_set_and_the_name_is_free(tmp_path: Path, point: str) -> None:
    folder, _ = frozen(tmp_path, 1)
    assert killed(freeze_first, folder.root, tmp_path / "list.sqlite", point=point) or point == "write.half"
    if not path_of(folder.root, "killed").exists():
        freeze_first(folder.root, tmp_path / "list.sqlite")
    assert read(folder.root, "killed").name == "killed"
    assert not [found for found in verify(folder, Report()) if found.severity is Severity.ERROR]


def test_what_was_frozen_is_the_revision_of_then(tmp_path: Path) -> None:
    folder, found = frozen(tmp_path, 1)
    (member,) = found.members
    redraw(folder, Path(listed(folder, tmp_path / "list.sqlite").entries()[0].place))
    revision = shelf.revision_of(folder.root, member)
    assert revision is not None and revision.digest == member.revision
    assert sum(map(len, revision.document.annotations.values())) == 2
    with pytest.raises(AnnotatorError, match="not there any more"):
        shelf.revision_of(folder.root, replace(member, revision="0" * 64))


def test_cases_that_cannot_be_in_it_are_named(tmp_path: Path) -> None:
    folder, _ = frozen(tmp_path, 1)
    (entry,) = listed(folder, tmp_path / "list.sqlite").entries()
    wrong = [
        replace(entry, patient=""), replace(entry, state=State.DISCARDED), replace(entry, modality="ZZZ"),
    ]  # fmt: skip
    _, left = freeze(folder, [entry, *wrong], Wish("some", "", Rule(), TIME), BY, Report())
    assert [str(one.why).split(" ")[2] for one in left] == ["no", "discarded", "does"] or len(left) == 3
    with pytest.raises(AnnotatorError, match="no case to freeze"):
        freeze(folder, wrong, Wish("none", "", Rule(), TIME), BY, Report())


def test_only_a_manager_freezes_where_he_may_write_under_a_name_with_shares(tmp_path: Path) -> None:
    folder, _ = frozen(tmp_path, 1)
    entries = listed(folder, tmp_path / "list.sqlite").entries()
    wish = Wish("other", "", Rule(), TIME)
    with pytest.raises(AnnotatorError, match="only a manager"):
        freeze(folder, entries, wish, Acting("이", Role.ANNOTATOR), Report())
    with pytest.raises(AnnotatorError, match="read-only"):
        freeze(replace(folder, read_only=True), entries, wish, BY, Report())
    with pytest.raises(AnnotatorError, match="no name"):
        freeze(folder, entries, replace(wish, name="  "), BY, Report())
    with pytest.raises(AnnotatorError, match="share nothing"):
        freeze(folder, entries, replace(wish, rule=Rule((("train", 0.0),))), BY, Report())
    with pytest.raises(AnnotatorError, match="none of this name"):
        read(folder.root, "other")
    report = Report()
    report.cancel()
    with pytest.raises(Cancelled):
        freeze(folder, entries, wish, BY, report)
