"""Run tests again in a process of their own whose screen has another scale: Qt reads that once, before the first window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def run_scaled(factor: str, module: str, chosen: str = "") -> None:
    """Run the tests of a module of this folder (those that match `chosen`) at a scale factor; fails with what they said."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/pixels/{module}", "-k", chosen]
    environment = {**os.environ, "QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
