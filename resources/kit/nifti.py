"""Load label volumes that were exported as NIfTI; run, it compares the mask of every annotation's category with index.csv."""

import csv
import gzip
import hashlib
import json
from functools import cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


@cache
def load(path):
    """Return a volume (columns, rows, slices): the header says the shape at byte 40, the type at 70, where the voxels begin at 108."""
    raw = gzip.decompress((HERE / path).read_bytes())
    shape = np.frombuffer(raw, "<i2", 3, 42)
    kind = {2: "u1", 512: "<u2"}[int(np.frombuffer(raw, "<i2", 1, 70)[0])]
    begin = int(np.frombuffer(raw, "<f4", 1, 108)[0])
    return np.frombuffer(raw, kind, shape.prod(dtype=int), begin).reshape(shape, order="F")  # the first index runs fastest


if __name__ == "__main__":
    rows = list(csv.DictReader((HERE / "index.csv").read_text(encoding="utf-8-sig").splitlines()))
    told = json.loads((HERE / "labels.json").read_text(encoding="utf-8")) if rows else {"labels": [], "volumes": []}
    numbers = {(label["supercategory"], str(label["id"])): label["value"] for label in told["labels"]}
    slices = {(volume["file"], image["image"]): image["slice"] for volume in told["volumes"] for image in volume["images"]}
    equal = []
    for row in (row for row in rows if row["mask_sha256"]):
        volume = load(row["file"])
        picture = volume[:, :, slices[row["file"], row["image"]]].T  # now (rows, columns), as the image has it
        mask = (picture == numbers[row["supercategory"], row["category_id"]]).astype(np.uint8)
        assert mask.shape == (int(row["rows"]), int(row["columns"]))
        equal.append(hashlib.sha256(mask.tobytes()).hexdigest() == row["mask_sha256"])
    print(f"{len(equal)} annotations, {sum(equal)} masks equal")
    raise SystemExit(not all(equal))
