"""The loader that goes along with breast JSON finds the masks that were drawn, and fails where one is another."""

from __future__ import annotations

import csv
import hashlib
import shutil
import subprocess
import sys

import numpy as np
import pytest

from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.formats.breast_json import FORMAT
from annotator.paths import resources_folder
from tests.formats.cases import PATH, case, lesion

SHAPES = {"RCC": Region.box(10.5, 12.5, 30.5, 40.5), "LMLO": Region(((((5.5, 5.5), (40.5, 9.5), (22.5, 50.5)),),))}


@pytest.fixture
def folder(tmp_path):
    """A data set of one case of 61 × 47 pixels with two lesions, and an index of it."""
    sheet = case(*(lesion(1, view, shape) for view, shape in SHAPES.items()), rows=61, columns=47)
    content = FORMAT.write(sheet)[PATH]
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).write_bytes(content)
    with (tmp_path / "index.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["file", "image", "rows", "columns", "annotation_id", "sha256", "mask_sha256"])
        for view, shape in SHAPES.items():
            mask = region_mask(shape, 61, 47).array().astype(np.uint8).tobytes()
            table.writerow([PATH, view, 61, 47, 1, hashlib.sha256(content).hexdigest(), hashlib.sha256(mask).hexdigest()])
    shutil.copy(resources_folder() / "kit" / "breast-json.py", tmp_path / "load.py")
    return tmp_path


def load(folder):
    return subprocess.run([sys.executable, "-I", folder / "load.py"], capture_output=True, encoding="utf-8", timeout=60, check=False)


def test_the_loader_finds_every_mask(folder):
    done = load(folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 annotations, 2 masks equal\n", "")


def test_the_loader_fails_for_another_mask_and_for_another_file(folder):
    index = (folder / "index.csv").read_text(encoding="utf-8-sig").splitlines()
    row, wrong = index[1].split(","), "0" * 64
    for cells, told in (([*row[:-1], wrong], "no contour has the mask"), ([*row[:-2], wrong, ""], PATH)):
        (folder / "index.csv").write_text("\n".join([index[0], ",".join(cells)]), encoding="utf-8")
        done = load(folder)
        assert done.returncode != 0
        assert told in done.stderr
