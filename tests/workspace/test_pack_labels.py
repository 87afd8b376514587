"""A brain that is judged and finished in a pack comes back with its judgements and its label files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pydicom
import pytest

from annotator.domain import facts
from annotator.domain.labels import LABELS
from annotator.domain.person import Acting
from annotator.progress import Report
from annotator.workspace import delivering, revisions
from annotator.workspace.packs.making import Ordered, make, role_of
from annotator.workspace.packs.merging import Merged, merge
from annotator.workspace.projects import open_project
from annotator.workspace.verifying import verify
from tests.workspace.brain import dementia, label_series, opened, small_brain
from tests.workspace.handover.accepted import TIME, listed

BY = Acting("최")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dementia project with one subject in its tree, whose regions are loaded and not judged yet."""
    images, values = small_brain(tmp_path / "mr")
    labels = label_series(images, values, tmp_path / "labels")
    root = dementia(tmp_path / "project").root
    tree = root / "dementia" / "normal" / "P000001" / "dcm"
    tree.mkdir(parents=True)
    for number, path in enumerate(sorted(images.glob("*.dcm")), 1):
        one = pydicom.dcmread(path)
        one.PatientName = one.PatientID = "P000001"
        one.save_as(tree / f"P000001_{number:04d}.dcm")
    session, _ = opened(root, tree)
    session.load_regions([labels])
    session.close()
    return root


def packed(root: Path, out: Path) -> Path:
    folder = open_project(root)
    entries = listed(folder, out.with_suffix(".sqlite")).entries()
    assert make(folder, entries, Ordered(out, "판독자", role_of(root, "판독자", ""), BY, TIME), Report()).cases == 1
    return out / "project"


def judge(root: Path, *regions: int) -> None:
    session, _ = opened(root, next(root.rglob("dcm")))
    for region in regions:
        session.judge(region)
    session.judge_rest()
    assert session.done()
    session.close()


def case_of(root: Path) -> str:
    (case,) = [entry.name for entry in (root / ".annotator" / "cases").iterdir()]
    return case


def labels(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for kind in ("label/*.dcm", "json/*.json") for path in root.rglob(kind)}


def merged(root: Path, pack: Path) -> Merged:
    return merge(open_project(root), pack.parent, BY, TIME, Report())


def test_judgements_and_label_files_come_back(root: Path, tmp_path: Path) -> None:
    pack = packed(root, tmp_path / "pack")
    judge(pack, 9)
    assert labels(pack) and not labels(root)
    done = merged(root, pack)
    assert (done.conflicts, done.refused) == ((), ()) and done.revisions
    (head,) = revisions.heads(root, case_of(root))[0]
    assert head.document.facts[facts.judgement("MRI9")] == "1" and facts.JUDGED in head.document.facts and LABELS in head.document.facts
    assert labels(root) == labels(pack)
    order = delivering.read_order(root, case_of(root))
    assert order is not None and order.done and order.author == "판독자"
    assert not list(verify(open_project(root), Report()))
    assert merged(root, pack) == Merged()


def test_label_files_that_a_killed_merge_left_out_come_with_the_next(root: Path, tmp_path: Path) -> None:
    pack = packed(root, tmp_path / "pack")
    judge(pack, 9)
    merged(root, pack)
    shutil.rmtree(root / ".annotator" / "deliveries")
    for path in labels(root):
        (root / path).unlink()
    merged(root, pack)
    assert labels(root) == labels(pack)


def test_where_both_went_on_nothing_is_delivered_before_they_are_united(root: Path, tmp_path: Path) -> None:
    pack = packed(root, tmp_path / "pack")
    judge(pack, 9)
    judge(root, 1)
    before = labels(root)
    assert len(merged(root, pack).conflicts) == 1
    assert labels(root) == before
