"""`annotator check` prints what it finds, writes it to files, and says with its exit code how it went."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.present.progress import left, spoken
from annotator.progress import Report
from annotator.workspace.checking.findings_files import harmless
from tests.workspace.study import lung_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a file whose name is against the rule and a JSON without an image."""
    root = lung_project(tmp_path / "project").root
    folder = root / "lung_cancer" / "chest-ct" / "benign" / "P000001" / "S001" / "json"
    folder.mkdir(parents=True)
    (folder / "=1+1.txt").write_text("x", "utf-8")
    (folder / "cct_P000001_S001_0001.json").write_text("{}", "utf-8")
    return root


def test_errors_end_with_one_and_a_line_each(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(project), "--jobs", "1"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["error", "files-follow-rule"], ["error", "file-has-image"]]
    assert lines[-1] == "0 images checked, 2 errors, 0 remarks"


def test_a_clean_project_ends_with_zero_and_remarks_do_not_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = lung_project(tmp_path / "project").root
    assert main(["check", str(root)]) == 0
    folder = root / "lung_cancer" / "x-ray"
    folder.mkdir(parents=True)
    (folder / "Thumbs.db").write_bytes(b"x")
    assert main(["check", str(root), "--language", "ko"]) == 0
    assert "영상 0건 검사, 오류 0건, 참고 1건" in capsys.readouterr().out


def test_what_could_not_be_done_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "nothing")]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1


def test_json_is_one_value(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(project), "--json"]) == 1
    value = json.loads(capsys.readouterr().out)
    assert (value["errors"], len(value["findings"])) == (2, 2)
    assert {"check", "severity", "path", "message"} == set(value["findings"][0])


def test_the_findings_are_written_as_files(project: Path, tmp_path: Path) -> None:
    assert main(["check", str(project), "--report", str(tmp_path / "out"), "--language", "ko"]) == 1
    rows = list(csv.reader((tmp_path / "out" / "findings.csv").read_text("utf-8-sig").splitlines()))
    assert len(rows) == 3 and rows[1][0] == "오류"
    assert json.loads((tmp_path / "out" / "findings.json").read_text("utf-8"))["errors"] == 2
    page = (tmp_path / "out" / "findings.html").read_text("utf-8")
    assert "lang=\"ko\"" in page and "이 이름에 해당하는 영상이 없습니다" in page and "{" not in page.split("</style>")[1]
    assert not [path for path in (tmp_path / "out").iterdir() if path.suffix == ".tmp"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == "'" + cell
    assert harmless("a" + cell) == "a" + cell


def test_how_long_it_takes_is_said() -> None:
    report = Report(done=20, total=200)
    assert spoken(report, 60.0) == "20 of 200 (10 %), 9 min left"
    assert spoken(Report(done=200, total=200), 60.0) == "200 of 200 (100 %)"
    assert spoken(Report(done=7), 1.0) == "7 done"
    assert [left(0.2), left(89), left(5 * 3600)] == ["1 s left", "89 s left", "5 h 0 min left"]
