"""The loaders that go along with VOC, YOLO and PNG data sets find the masks that the index names, and fail where one differs."""

from __future__ import annotations

import csv
import hashlib
import shutil
import subprocess
import sys

import numpy as np
import pytest

from annotator.dicom.phantom import write_study
from annotator.domain.exchange import Chosen, Item
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.formats import png, voc, yolo
from annotator.paths import resources_folder
from tests.formats.sheets import HOLED, TWO_PARTS, sheet_of

LINE = Path((((1.5, 2.0), (100.25, 90.0)),))
CHOICES = [
    (voc, {"origin": "1"}),
    (voc, {"origin": "0"}),
    (yolo, {"task": "detect"}),
    (yolo, {"task": "segment"}),
    (png, {"kind": "category"}),
    (png, {"kind": "index"}),
    (png, {"kind": "contours"}),
]


@pytest.fixture(scope="session")
def studies(tmp_path_factory):
    made = write_study(tmp_path_factory.mktemp("phantoms"), ("chest-ct", "chest-xray"), small=True)
    return {image.modality: image for image in (sheet_of(one.path).image for one in reversed(made))}


def exported(module, values, folder, studies):
    """A data set on disk with its loader and the columns of its index that loaders use."""
    shapes = [("CCT3", HOLED), ("CCT1", Region.box(20.5, 31.5, 70, 90)), ("CCT2", LINE), ("CCT1", TWO_PARTS)]
    xray = next(image for code, image in studies.items() if code != "CT")
    sheets = [sheet_of(studies["CT"].path, *shapes), sheet_of(xray.path, ("XRY1", Region.box(5, 6, 25, 36))), sheet_of(xray.path)]
    chosen = Chosen(sheets[0].project, {"pictures": "no", **values}, ("train", "test"))
    parts, rows, files = [], [], {}
    for number, sheet in enumerate(sheets):
        item = Item(sheet, "abc"[number], ("train", "test")[number % 2])
        made = module.EXCHANGE.write([item], chosen)
        files.update(made.files)
        parts.append(made.part)
        paths = made.holds.get(sheet.image.key, tuple(made.files))
        for annotation in sheet.annotations:
            mask = module.held(sheet, annotation, chosen)
            digest = "" if mask is None else hashlib.sha256(mask.array().astype(np.uint8).tobytes()).hexdigest()
            category = sheet.project.category(annotation.category)
            size = (sheet.image.rows, sheet.image.columns)
            rows.append([";".join(paths), *size, category.supercategory, category.id, annotation.id, digest])
    for path, content in {**files, **module.finish(parts, chosen)}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    with (folder / "index.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        names = ("file", "rows", "columns", "supercategory", "category_id", "annotation_id", "mask_sha256")
        csv.writer(stream).writerows([names, *rows])
    shutil.copy(resources_folder() / "kit" / f"{module.EXCHANGE.id}.py", folder / "load.py")
    return [row[-1] for row in rows]


def run(folder):
    return subprocess.run([sys.executable, "-W", "error", str(folder / "load.py")], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("module", "values"), CHOICES, ids=lambda value: next(iter(value.values())) if isinstance(value, dict) else "")
def test_the_loader_finds_every_mask(module, values, studies, tmp_path):
    digests = exported(module, values, tmp_path, studies)
    done = run(tmp_path)
    held = sum(map(bool, digests))
    assert (done.stdout, done.stderr, done.returncode) == (f"{held} annotations, {held} masks equal\n", "", 0)
    assert held == {"category": 5, "index": 5, "contours": 0}.get(values.get("kind", ""), 4)


@pytest.mark.parametrize(("module", "values"), CHOICES[::2][:3], ids=["voc", "yolo", "png"])
def test_the_loader_fails_where_a_mask_differs(module, values, studies, tmp_path):
    digests = exported(module, values, tmp_path, studies)
    index = (tmp_path / "index.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "index.csv").write_text(index.replace(digests[1], hashlib.sha256(b"").hexdigest()), encoding="utf-8-sig")
    done, held = run(tmp_path), sum(map(bool, digests))
    assert done.returncode == 1 and f"{held} annotations" in done.stdout and f"{held} masks equal" not in done.stdout


def test_a_loader_is_short_enough_to_be_read():
    for module in (png, voc, yolo):
        assert len((resources_folder() / "kit" / f"{module.EXCHANGE.id}.py").read_text(encoding="utf-8").splitlines()) <= 40
