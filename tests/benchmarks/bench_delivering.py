"""What a delivery costs beside copying the same images with shutil and hashing them with hashlib, in one process on the same disk.

Times are those of the clock, with those of the processors beside them: other work on the machine counts for little in the latter.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.progress import Report
from annotator.workspace.handover.carrying import Ordered, deliver
from annotator.workspace.projects import ProjectFolder, open_project
from tests.benchmarks.bench_checking import spent
from tests.benchmarks.conftest import Note
from tests.benchmarks.delivered import tree
from tests.benchmarks.table import Row
from tests.workspace.handover.accepted import READER, TIME, accept, draw, listed

SCALE = float(os.environ.get("ANNOTATOR_BENCH_SCALE", "1"))
IMAGES, SIDE = int(500 * SCALE), 512


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectFolder:
    """A project whose patients have fifty slices each, one of them drawn on, and are all accepted."""
    root = tree(tmp_path_factory.mktemp("handed") / "project", {SIDE: IMAGES})
    for path in (*root.rglob("*.json"), *root.rglob("*_binary.dcm")):
        if ".annotator" not in path.parts:
            path.unlink()  # they are made anew from what is drawn below
    folder = open_project(root)
    for images in sorted(root.rglob("dcm")):
        draw(folder, images)
    for entry in listed(folder, root.parent / "list.sqlite").entries():
        accept(folder, entry.case)
    return open_project(root)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of the clock and of the processors that some work takes."""
    begun = time.perf_counter()
    cpu = spent(work)
    return 1000 * (time.perf_counter() - begun), 1000 * cpu


def copied(root: Path, to: Path) -> None:
    """Copy and hash every image with the plain calls."""
    for path in sorted(root.rglob("dcm/*.dcm")):
        target = to / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        with target.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")


def test_a_delivery_costs_little_more_than_copying_and_hashing(project: ProjectFolder, tmp_path: Path, note: Note) -> None:
    """Copies, masks and JSON made anew, manifest, description; what was checked before is not in it."""
    worklist = listed(project, tmp_path / "list.sqlite")
    copied(project.root, tmp_path / "warm")
    theirs = timed(lambda: copied(project.root, tmp_path / "copies"))

    def delivered() -> None:
        done = deliver(project, worklist, Ordered("1", tmp_path / "1", READER, "", TIME), (), Report())
        assert done.images == IMAGES and not done.problems

    own = timed(delivered)
    for what, product, peer in zip(("clock", "processors"), own, theirs, strict=True):
        note(Row(f"delivery of {IMAGES} images of {SIDE}², {what}", product, "shutil, hashlib", peer))
