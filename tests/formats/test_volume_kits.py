"""The loader that goes along with a data set of volumes finds every mask that its table tells of, and notices a wrong one."""

from __future__ import annotations

import csv
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from annotator.domain.exchange import Chosen
from annotator.domain.path import Path as Polyline
from annotator.domain.region import Region
from annotator.formats import nifti, nnunet, rtstruct, seg
from annotator.paths import resources_folder
from tests.formats.sheets import bundled
from tests.formats.volumes import DIRECTIONS, drawn_on, items_of, write_series

NAMES = ("file", "picture", "image", "rows", "columns", "supercategory", "category_id", "annotation_id", "mask_sha256")
CHOICES = [
    (nifti, {}, 4),
    (nnunet, {}, 4),
    (seg, {}, 6),
    (seg, {"segments": "annotation"}, 6),
    (rtstruct, {}, 5),
    (rtstruct, {"rois": "annotation"}, 5),
]
SHAPES = {
    0: [("CCT1", Region.box(0.5, 0.5, 4.5, 5)), ("CCT1", Region.box(2, 2, 6, 6)), ("CCT3", Region.box(0, 0, 7, 9))],
    2: [("CCT1", Region.box(3, 2, 9, 7)), ("CCT9", Region.box(1, 1, 2.5, 4)), ("CCT4", Polyline((((1.0, 7.5), (8.0, 8.5)),)))],
}


@pytest.fixture(scope="session")
def items(tmp_path_factory):
    return drawn_on(items_of(write_series(tmp_path_factory.mktemp("oblique"), **DIRECTIONS["oblique"])), SHAPES)


def exported(module, values, items, folder: Path):
    """Write a data set and its table, and return the digests in it."""
    chosen = Chosen(bundled(), values)
    made, rows = module.EXCHANGE.write(items, chosen), []
    for item in items:
        sheet = item.sheet
        paths = made.holds.get(sheet.image.key, ())
        labels = [path for path in paths if "/images" not in path]
        for annotation in sheet.annotations:
            mask = module.EXCHANGE.held(sheet, annotation, chosen)
            digest = "" if mask is None else hashlib.sha256(mask.array().astype(np.uint8).tobytes()).hexdigest()
            category = sheet.project.category(annotation.category)
            shown = next((path for path in paths if "/images" in path), "")
            size = (sheet.image.rows, sheet.image.columns)
            rows.append([";".join(labels), shown, sheet.names.image, *size, category.supercategory, category.id, annotation.id, digest])
    for path, content in {**made.files, **module.EXCHANGE.finish([made.part], chosen)}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    with (folder / "index.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([NAMES, *rows])
    shutil.copy(resources_folder() / "kit" / f"{module.EXCHANGE.id}.py", folder / "load.py")
    return [row[-1] for row in rows]


def run(folder):
    return subprocess.run([sys.executable, "-W", "error", str(folder / "load.py")], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("module", "values", "count"), CHOICES)
def test_the_loader_finds_every_mask(module, values, count, items, tmp_path):
    digests = exported(module, values, items, tmp_path)
    done = run(tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == (f"{count} annotations, {count} masks equal\n", "", 0)
    assert sum(map(bool, digests)) == count


@pytest.mark.parametrize("module", [nifti, nnunet, seg, rtstruct])
def test_the_loader_fails_where_a_mask_differs(module, items, tmp_path):
    digests = [digest for digest in exported(module, {}, items, tmp_path) if digest]
    index = (tmp_path / "index.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "index.csv").write_text(index.replace(digests[-1], hashlib.sha256(b"").hexdigest()), encoding="utf-8-sig")
    done = run(tmp_path)
    assert done.returncode == 1 and f"{len(digests)} annotations, {len(digests) - 1} masks equal" in done.stdout


@pytest.mark.parametrize("module", [nifti, nnunet, seg, rtstruct])
def test_a_loader_of_nothing_finds_nothing(module, tmp_path):
    (tmp_path / "index.csv").write_text(",".join(NAMES) + "\n", encoding="utf-8-sig")
    shutil.copy(resources_folder() / "kit" / f"{module.EXCHANGE.id}.py", tmp_path / "load.py")
    assert run(tmp_path).stdout == "0 annotations, 0 masks equal\n"


def test_a_loader_is_short_enough_to_be_read():
    for module in (nifti, nnunet, seg, rtstruct):
        assert len((resources_folder() / "kit" / f"{module.EXCHANGE.id}.py").read_text(encoding="utf-8").splitlines()) <= 40
