"""Load an nnU-Net data set that was exported; run, it compares the mask of every annotation's category with index.csv."""

import csv
import gzip
import hashlib
import json
from functools import cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
TYPES = {2: "u1", 4: "<i2", 16: "<f4", 512: "<u2"}


@cache
def load(path):
    """Return a volume (columns, rows, slices): the header says the shape at byte 40, the type at 70, where the voxels begin at 108."""
    raw = gzip.decompress((HERE / path).read_bytes())
    shape, kind = np.frombuffer(raw, "<i2", 3, 42), int(np.frombuffer(raw, "<i2", 1, 70)[0])
    begin = int(np.frombuffer(raw, "<f4", 1, 108)[0])
    return np.frombuffer(raw, TYPES[kind], shape.prod(dtype=int), begin).reshape(shape, order="F")  # the first index runs fastest


if __name__ == "__main__":
    equal = []
    for row in csv.DictReader((HERE / "index.csv").read_text(encoding="utf-8-sig").splitlines()):
        if row["mask_sha256"]:
            folder, _, name = row["file"].split("/")
            told = json.loads((HERE / folder / "dataset.json").read_text(encoding="utf-8"))["annotator"]
            category = row["supercategory"], row["category_id"]
            number = next(label["value"] for label in told["labels"] if (label["supercategory"], str(label["id"])) == category)
            images = next(volume["images"] for volume in told["volumes"] if volume["file"] == name)
            place = next(image["slice"] for image in images if image["image"] == row["image"])
            assert load(row["picture"]).shape == load(row["file"]).shape
            mask = (load(row["file"])[:, :, place].T == number).astype(np.uint8)  # now (rows, columns), as the image has it
            equal.append(hashlib.sha256(mask.tobytes()).hexdigest() == row["mask_sha256"])
    print(f"{len(equal)} annotations, {sum(equal)} masks equal")
    raise SystemExit(not all(equal))
