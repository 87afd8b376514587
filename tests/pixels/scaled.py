"""Run tests again in a process of their own with other screens: Qt reads that once, before the first window."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests import forked

ROOT = Path(__file__).resolve().parent.parent.parent
SCREENS = "ANNOTATOR_TEST_SCREENS"
"""Set in a process that has the screens its tests are about."""
_PATIENCE = 300
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
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        process = forked.context().Process(target=_tests, args=([module, "-k", chosen], {**os.environ, **surroundings}, said))
        process.start()
        process.join(_PATIENCE)
        process.kill()
        process.join()
        text = said.read_text("utf-8", "replace")
    assert process.exitcode == 0, text
    assert " passed" in text


def _tests(chosen: list[str], surroundings: Mapping[str, str], said: Path) -> None:
    """Be a process that runs tests in these surroundings, and writes into a file what they say."""
    os.environ.clear()
    os.environ.update(surroundings)
    os.chdir(ROOT)
    out = os.open(said, os.O_WRONLY | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(out, stream)
    code = pytest.main(["-q", "-x", "-p", "no:cacheprovider", *chosen])
    sys.stdout.flush()
    sys.exit(code)
