"""On Windows nothing is asked for that only other systems have, and saving keeps what it promises there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.as_windows import names
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it is Windows")


def said(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error::DeprecationWarning:annotator", "-m", "tests.architecture.as_windows", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "ANNOTATOR_HOME": str(home)}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False)


def test_every_module_loads_without_what_windows_lacks(tmp_path: Path) -> None:
    done = said(tmp_path, "import")
    assert (done.returncode, done.stdout) == (0, f"{len(names())} modules\n"), done.stderr[-2000:]


def test_a_case_is_drawn_and_saved_by_the_calls_that_windows_has(tmp_path: Path) -> None:
    done = said(tmp_path / "home", "work", str(tmp_path))
    assert done.returncode == 0, done.stderr[-3000:]
