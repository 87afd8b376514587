"""The table at the end of a run: fault, trials, violations, seed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import SEED, TRIED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how often each fault was tried; `ANNOTATOR_CAMPAIGN_TABLE` names a file that gets it too."""
    if not TRIED:
        return
    failed = {report.nodeid.rpartition("::")[0].rpartition("/")[2] for report in terminalreporter.stats.get("failed", [])}
    terminalreporter.section(f"faults, ANNOTATOR_SEED={SEED}")
    for fault, count in sorted(TRIED.items()):
        terminalreporter.write_line(f"{count:6d}  {fault}")
    terminalreporter.write_line(f"violations in: {', '.join(sorted(failed)) or 'none'}")
    table = os.environ.get("ANNOTATOR_CAMPAIGN_TABLE")
    if table:
        with Path(table).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"seed": SEED, "tried": dict(sorted(TRIED.items())), "violations": sorted(failed)}) + "\n")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB of its own, where one may mount."""
    from tests.faults.disks import mounted

    with mounted(tmp_path / "disk", "tmpfs", "-o", "size=2m") as disk:
        yield disk
