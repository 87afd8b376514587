"""Disks of a test's own: small ones, and one whose power can be cut."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def run(*command: object) -> bool:
    """Run a program of the system; whether it did what it was asked."""
    found = shutil.which(str(command[0]))
    return found is not None and subprocess.run([found, *map(str, command[1:])], capture_output=True, check=False).returncode == 0


@contextmanager
def mounted(place: Path, kind: str, *options: object, device: object = "none") -> Iterator[Path]:
    """Mount a file system while the block runs; skips the test where one may not."""
    place.mkdir(parents=True, exist_ok=True)
    if sys.platform != "linux" or os.geteuid() or not run("mount", "-t", kind, *options, device, place):
        pytest.skip("only root may mount a disk")
    try:
        yield place
    finally:
        run("umount", place) or run("umount", "-l", place)


def fill(disk: Path, leaving: int) -> Path:
    """Fill a disk but for so many bytes, and return the file that does."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        size = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - leaving
        try:
            while size > 0:
                size -= file.write(b"x" * min(size, 65536))
        except OSError:
            return filler
    return filler
