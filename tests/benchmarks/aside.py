"""Run one side of a comparison in a process of its own and take the figures it prints."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMPILED = Path(tempfile.gettempdir()) / "annotator-benchmark-bytecode"
"""Every process keeps its compiled modules here, as an installed program has them, also where the surroundings forbid to write them."""
ROUNDS = max(int(os.environ.get("ANNOTATOR_BENCH_ROUNDS", "5")), 1)


def missing(package: str) -> bool:
    """Whether a peer is not installed."""
    return importlib.util.find_spec(package) is None


def needs_opengl() -> None:
    """Skip where there is no display on which OpenGL is painted."""
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        pytest.skip("no display for OpenGL: Xvfb is not installed")


def ask(script: str, *arguments: object) -> dict[str, Any]:
    """Run `peers/<script>.py` and return the JSON object that its last line is.

    The time at which it was started (`time.monotonic`) stands as `STARTED` in its environment.
    """
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    surroundings |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(COMPILED), "LIBGL_ALWAYS_SOFTWARE": "1"}
    surroundings["STARTED"] = repr(time.monotonic())
    command = [sys.executable, str(HERE / "peers" / f"{script}.py"), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{script} ended with {done.returncode}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
