"""The access log says who opened which patient and who took what out, under pseudonyms, for two years."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from annotator import settings
from annotator.domain.person import Acting, Role
from annotator.i18n import use_language
from annotator.workspace import access, log

DAY = "2026-11-27T10:20:30+09:00"
READER = Acting("김판독", Role.ANNOTATOR)


def opened(root: Path, time: str = DAY, who: Acting = READER, case: str = "P000001") -> None:
    access.note(root, who, time, [log.Done(access.OPEN, case)])


def test_a_row_says_who_where_when_and_whom(tmp_path: Path) -> None:
    opened(tmp_path)
    access.exported(tmp_path, Acting("이반출"), DAY, "coco", 12, "for the trial of 2026")
    first, second = sorted(log.read(tmp_path, access.NAME), key=lambda row: row.action, reverse=True)
    assert (first.action, first.person, first.role, first.case, first.time) == ("open", "김판독", "annotator", "P000001", DAY)
    assert first.machine and first.facts["account"]
    assert (second.action, second.reason) == ("export", "for the trial of 2026")
    assert (second.facts["format"], second.facts["images"]) == ("coco", "12")
    assert not list(log.verify(tmp_path, access.NAME))


def test_it_is_not_the_log_of_what_was_changed(tmp_path: Path) -> None:
    opened(tmp_path)
    assert not list(log.read(tmp_path)) and not log.files(tmp_path)


def test_each_writer_has_a_file_of_their_own_a_month(tmp_path: Path) -> None:
    for time in (DAY, "2026-12-01T00:00:00+09:00"):
        for name in ("가", "나"):
            opened(tmp_path, time, Acting(name))
    assert len(log.files(tmp_path, access.NAME)) == 4
    assert not list(log.verify(tmp_path, access.NAME))


@pytest.mark.parametrize(("days", "kept"), [(None, ["2024-11", "2026-11"]), (60, ["2026-11"]), (5000, ["2020-01", "2024-11", "2026-11"])])
def test_two_years_are_kept_or_what_the_setting_says(tmp_path: Path, days: int | None, kept: list[str]) -> None:
    for time in ("2020-01-05T00:00:00+09:00", "2024-11-30T00:00:00+09:00"):
        log.append(tmp_path, "가", "", time, log.Done(access.OPEN, "P1"), name=access.NAME, part=f"-{time[:7]}")
    if days is not None:
        settings.remember({"access_days": days})
    opened(tmp_path)
    assert sorted(path.stem[-7:] for path in log.files(tmp_path, access.NAME)) == kept


def test_it_goes_to_excel_and_nothing_in_it_is_a_formula(tmp_path: Path) -> None:
    use_language("ko")
    access.exported(tmp_path, Acting("=1+1"), DAY, "coco", 12, "=HYPERLINK(1)")
    opened(tmp_path, "2026-11-28T00:00:00+09:00")
    rows = list(openpyxl.load_workbook(io.BytesIO(access.table(tmp_path))).worksheets[0].iter_rows())
    assert [cell.value for cell in rows[0]][0] == "시각"
    assert [row[0].value for row in rows[1:]] == ["2026-11-28T00:00:00+09:00", DAY]
    assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}


def test_a_patient_without_an_id_is_noted_under_a_digest_of_this_project(project_folder) -> None:
    one = access.patient_of(project_folder, "", "1.2.840.1")
    assert access.patient_of(project_folder, "P000007", "1.2.840.1") == "P000007"
    assert one.startswith("~") and "1.2.840" not in one and one == access.patient_of(project_folder, "", "1.2.840.1")
    assert one != access.patient_of(project_folder, "", "1.2.840.2")


@pytest.fixture
def project_folder(tmp_path: Path):
    from annotator.workspace.projects import create

    return create("lung-cancer", tmp_path / "p")
