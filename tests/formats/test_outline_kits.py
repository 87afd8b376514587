"""The loaders that go along with COCO and labelme data sets find the masks that the index names, and fail where one differs."""

from __future__ import annotations

import csv
import hashlib
import shutil
import subprocess
import sys

import pytest

from annotator.domain.exchange import Chosen
from annotator.domain.path import Path
from annotator.domain.region import Region
from annotator.formats import coco, labelme
from annotator.paths import resources_folder
from tests.formats.items import files_of, item
from tests.formats.sheets import HOLED

LINE = Path((((1.5, 2.0), (60.25, 40.0)),))
TWO = Region(((((1.25, 1.0), (30.75, 8.5), (7.0, 40.1)),), (((40.0, 1.0), (50.0, 1.0), (50.0, 9.5)),)))
CHOICES = [
    *((coco, {"segmentation": way}) for way in ("auto", "polygon", "rle", "box")),
    *((labelme, {"shapes": way}) for way in ("auto", "mask")),
]


def exported(module, values, folder):
    """A data set on disk with its loader and its index."""
    made = [
        item(HOLED, ("CCT4", Region.box(20.5, 31.5, 50, 40)), LINE, TWO, Region.box(3, 4, 9, 12), number=1, split="train"),
        item(TWO, number=2, split="test"),
        item(number=3, split="test"),
    ]
    chosen = Chosen(made[0].sheet.project, values, ("train", "test"))
    for path, content in files_of(module.EXCHANGE, made, chosen.splits, **values).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    rows = [["file", "patient", "series", "image", "rows", "columns", "annotation_id", "mask_sha256"]]
    for one in made:
        names, image = one.sheet.names, one.sheet.image
        written = module.EXCHANGE.write([one], chosen)
        paths = written.holds.get(image.key, tuple(written.files))
        for drawn in one.sheet.annotations:
            mask = module.EXCHANGE.held(one.sheet, drawn, chosen)
            digest = "" if mask is None else hashlib.sha256(mask.array().tobytes()).hexdigest()
            size = (image.rows, image.columns)
            rows.append([";".join(paths), names.patient, names.series, names.image, *size, drawn.id, digest])
    with open(folder / "index.csv", "w", encoding="utf-8-sig", newline="") as table:
        csv.writer(table).writerows(rows)
    shutil.copy(resources_folder() / "kit" / f"{module.EXCHANGE.id}.py", folder / "load.py")
    return sum(row[-1] != "" for row in rows[1:])


def run(folder):
    return subprocess.run([sys.executable, folder / "load.py"], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("module", "values"), CHOICES, ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else None)
def test_a_loader_finds_every_mask_and_tells_a_wrong_one(module, values, tmp_path):
    count = exported(module, values, tmp_path)
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{count} annotations, {count} masks equal\n"), done.stderr
    assert count == (6 if module is coco else 5), "a line has no mask in labelme"
    index = tmp_path / "index.csv"
    text = index.read_text(encoding="utf-8-sig")
    digest = text.splitlines()[1].rsplit(",", 1)[1]
    index.write_text(text.replace(digest, "0" * 64), encoding="utf-8-sig")
    done = run(tmp_path)
    assert done.returncode != 0 and f"{count - 1} masks equal" in done.stdout
