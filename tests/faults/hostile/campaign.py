"""Open and paint thousands of damaged files in real windows: `python -m tests.faults.hostile.campaign --cases 5000 --seed 1 --into FOLDER`.

What must hold: no window dies, none stops looking at its events for 5 s, none takes 1.5 GB.  A file that breaks one of these is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.dicom import phantom
from annotator.workspace.projects import create
from tests.faults.hostile.damage import case

LONGEST, MOST_MEMORY = 5.0, 1536 * 2**20
_GIVEN_UP = 150.0
_A_WINDOW = 250
"""Files that one window opens, one after the other."""


@dataclass
class Tally:
    """What became of the files."""

    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    deaths: list[int] = field(default_factory=list)
    hangs: list[int] = field(default_factory=list)
    hogs: list[int] = field(default_factory=list)
    longest: float = 0.0
    slowest: float = 0.0
    memory: int = 0
    worker_memory: int = 0

    def told(self) -> str:
        """One line."""
        named = ", ".join(f"{count} {name}" for name, count in self.outcomes.most_common())
        return (
            f"{self.cases} files: {named}; {len(self.deaths)} deaths {self.deaths}, {len(self.hangs)} hangs {self.hangs}, {len(self.hogs)}"
            f" over 1.5 GB {self.hogs}; longest pause {self.longest:.2f} s, slowest file {self.slowest:.2f} s, most memory"
            f" {self.memory >> 20} MB (decoding process {self.worker_memory >> 20} MB)"
        )


class Window:
    """A process with a window."""

    def __init__(self, project: Path, home: Path) -> None:
        environment = {**os.environ, "ANNOTATOR_HOME": str(home), "HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
        self._errors = (home / "errors.txt").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.hostile.window", str(project)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, env=environment, text=True, bufsize=1,
            cwd=Path(__file__).resolve().parents[3],
        )  # fmt: skip

    def open(self, path: Path) -> dict[str, Any] | None:
        """Open a file; None if the window died of it or never came back."""
        clock = threading.Timer(_GIVEN_UP, self._process.kill)
        clock.start()
        try:
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.write(f"{path}\n")
            answer: dict[str, Any] | None = json.loads(self._process.stdout.readline() or "null")
            return answer
        except (OSError, ValueError):
            return None
        finally:
            clock.cancel()

    def close(self) -> int:
        """Let it end; returns its exit code."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.close()
            code = self._process.wait(60)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            code = self._process.wait()
        self._process.stdout.close()
        self._errors.close()
        return code


def sources(folder: Path, into: Path) -> list[bytes]:
    """The files to be damaged: those of `folder`, else phantoms."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    if not paths:
        phantom.write_study(into / "phantoms", small=True)
        paths = sorted((into / "phantoms").rglob("*.dcm"))[::7]
    return [path.read_bytes() for path in paths]


def run(originals: Sequence[bytes], seed: int, numbers: range, into: Path) -> Tally:
    """Open the files with these numbers of the campaign with this seed."""
    tally, window = Tally(), None
    into.mkdir(parents=True, exist_ok=True)
    project = into / "project"
    if not project.exists():
        create("lung-cancer", project)
    for place, number in enumerate(numbers):
        way, content = case(originals, seed, number)
        path = into / f"case-{number}.dcm"
        path.write_bytes(content)
        if window is None:
            home = into / f"home-{number}"
            home.mkdir(exist_ok=True)
            window = Window(project, home)
        answer = window.open(path)
        tally.cases += 1
        tally.ways.update(way.split("+"))
        bad = _count(tally, number, answer)
        if bad:
            path.rename(into / f"bad-{number}-{way}.dcm")
        else:
            path.unlink()
        if answer is None or (place + 1) % _A_WINDOW == 0:
            if window.close() != 0 and answer is not None:
                tally.deaths.append(number)
            window = None
    if window is not None and window.close() != 0:
        tally.deaths.append(numbers[-1])
    return tally


def _count(tally: Tally, number: int, answer: dict[str, Any] | None) -> bool:
    if answer is None:
        tally.deaths.append(number)
        return True
    tally.outcomes[answer["outcome"]] += 1
    tally.longest, tally.slowest = max(tally.longest, answer["pause"]), max(tally.slowest, answer["seconds"])
    tally.memory = max(tally.memory, answer["memory"])
    tally.worker_memory = max(tally.worker_memory, *answer["workers"], 0)
    hang = answer["pause"] > LONGEST or answer["outcome"] == "never"
    if hang:
        tally.hangs.append(number)
    hog = answer["memory"] > MOST_MEMORY
    if hog:
        tally.hogs.append(number)
    return hang or hog


def main(words: Sequence[str] | None = None) -> int:
    """Run a campaign and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("ANNOTATOR_TEST_DATA", "")) / "awkward")
    asked = parser.parse_args(words)
    begin = time.monotonic()
    found = run(sources(asked.data, asked.into), asked.seed, range(asked.first, asked.first + asked.cases), asked.into)
    sys.stdout.write(f"seed {asked.seed}, {time.monotonic() - begin:.0f} s: {found.told()}\n")
    return len(found.deaths) + len(found.hangs) + len(found.hogs)


if __name__ == "__main__":
    raise SystemExit(1 if main() else 0)
