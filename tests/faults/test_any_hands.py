"""Whatever hands do to the window, nothing breaks, and what they did is there again after the process died."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.formats import record
from annotator.workspace.projects import create
from tests.faults.campaign import SEED, tried
from tests.workspace.study import opened

ROOT = Path(__file__).resolve().parents[2]
_STEPS, _LONGEST = 1_200, 300


@pytest.mark.campaign
@pytest.mark.parametrize("number", range(10))
@pytest.mark.parametrize("kind", ["scratch", "lung-cancer"])
def test_whatever_hands_do_nothing_breaks_and_all_is_there_again(tmp_path: Path, kind: str, number: int) -> None:
    for series, slices in ((1, 8), (2, 4)):
        chest_ct(tmp_path / "images" / str(series), slices=slices, size=96, seed=series)
    root, told = create(kind, tmp_path / "project").root, tmp_path / "told.json"
    command = [sys.executable, "-m", "tests.faults.any_hands", root, tmp_path / "images", SEED + number, _STEPS, told]
    around = {**os.environ, "PYTHONPATH": str(ROOT)}  # what hands save wherever they are asked for a place goes into a folder of its own
    ended = subprocess.run(
        [str(part) for part in command], cwd=tmp_path, env=around, capture_output=True, text=True, timeout=_LONGEST, check=False
    )
    assert ended.returncode == 0, f"ANNOTATOR_SEED={SEED}, {kind} {number}: {ended.stderr[-4000:]}"
    found = json.loads(told.read_text("utf-8"))
    if found["edits"]:
        session, _ = opened(root, tmp_path / "images")
        for series in session.catalogue.in_order:
            if found["case"] not in session._works:
                session.open_series(series.uid)
        assert session._works[found["case"]].document == record.decode_document(found["document"])
    tried("whatever hands do")
