"""Run tests again in a process of their own with other screens: Qt reads that once, before the first window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCREENS = "ANNOTATOR_TEST_SCREENS"
"""Set in a process that has the screens its tests are about."""
Screens = Sequence[tuple[str, tuple[int, int, int, int], float]]
"""Name, place and size in device pixels, and device pixels of a logical one."""


def run_scaled(factor: str, module: str, chosen: str = "") -> None:
    """Run the tests of a module of this folder (those that match `chosen`) at a scale factor; fails with what they said."""
    _run(f"tests/pixels/{module}", {"QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen"}, chosen)


def run_on_screens(screens: Screens, module: str, folder: Path, chosen: str = "") -> None:
    """Run the tests of a module on these screens, told to Qt in a file in `folder`; fails with what they said."""
    rows = [
        {"name": name, "x": x, "y": y, "width": width, "height": height, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for name, (x, y, width, height), _ in screens
    ]
    told = folder / "screens.json"
    told.write_text(json.dumps({"screens": rows}), "utf-8")
    factors = ";".join(f"{name}={ratio}" for name, _, ratio in screens)
    _run(module, {"QT_QPA_PLATFORM": f"offscreen:configfile={told}", "QT_SCREEN_SCALE_FACTORS": factors, SCREENS: "1"}, chosen)


def _run(module: str, surroundings: Mapping[str, str], chosen: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", module, "-k", chosen]
    environment = {**os.environ, **surroundings}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
