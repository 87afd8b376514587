"""The demonstration without a display, as somebody's check would run it."""

import json
import subprocess
import sys
from pathlib import Path

import pydicom
from PySide6.QtGui import QImage


def test_the_demonstration_prints_files_that_hold_what_it_drew(tmp_path: Path) -> None:
    for _ in range(2):  # the second run finds the study, the project and its own drawings
        done = subprocess.run(
            [sys.executable, "-m", "annotator", "demo", "--out", str(tmp_path / "시연")], capture_output=True, encoding="utf-8", timeout=240
        )
        assert (done.returncode, done.stderr) == (0, "")
    said = [line.split(" ", 1) for line in done.stdout.splitlines()]
    assert [kind for kind, _ in said] == ["json"] + ["mask"] * 5 + ["picture"] * 4
    written = json.loads(Path(said[0][1]).read_bytes())
    assert {a["toolname"] for a in written["annotations"]} == {"Free", "Line", "Box"}
    masks = [pydicom.dcmread(path) for kind, path in said if kind == "mask"]
    assert [m.SeriesDescription for m in masks] == ["1 악성", "2 전이성_병변", "3 양성", "4 섬유화반흔", "5 폐경화"]
    assert all((m.pixel_array > 0).any() for m in masks)
    assert all(not QImage(path).isNull() for kind, path in said if kind == "picture")
