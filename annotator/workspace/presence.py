"""Wait for folders that have gone away with their share: whoever does so goes on when they are back, and it is said meanwhile."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

from annotator.progress import Report
from annotator.silence import STORAGE

_BETWEEN = 0.5
"""Seconds between two looks."""


def all_there(*folders: Path) -> bool:
    """Whether each of these folders (or files) answers now, be it with a refusal."""
    try:
        with STORAGE.asked():
            for folder in folders:
                if stat.S_ISDIR(os.stat(folder).st_mode):
                    with os.scandir(folder):
                        pass
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def were_there(report: Report, *folders: Path) -> bool:
    """Whether all of them are there; if not, False when they are back.  Raises Cancelled."""
    if all_there(*folders):
        return True
    begun = time.monotonic()
    try:
        while not all_there(*folders):
            STORAGE.waits(folders, time.monotonic() - begun)  # the status line and the terminal say it
            report.check()
            time.sleep(_BETWEEN)
    finally:
        STORAGE.waits(folders, 0.0)
    return False
