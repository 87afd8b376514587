"""Load the label images of a dementia data set; run, it compares the mask of every region with index.csv."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread

HERE = Path(__file__).resolve().parent


def load(path):
    """Return the region (1 to 10, 0 outside) and the atrophy (1 yes, 0 no) of each pixel: the value is region x 10 + atrophy."""
    values = dcmread(HERE / path).pixel_array
    return values // 10, values % 10


def header(path):
    """Return the DICOM JSON model beside a label image as a data set; it is the header of that image."""
    return Dataset.from_json(json.loads((HERE / path).read_text(encoding="utf-8")))


if __name__ == "__main__":
    rows = [row for row in csv.DictReader((HERE / "index.csv").read_text(encoding="utf-8-sig").splitlines()) if row["mask_sha256"]]
    equal = []
    for row in rows:
        files = row["file"].split(";")
        image = next(path for path in files if path.endswith(".dcm"))
        region, atrophy = load(image)
        mask = (region == int(row["category_id"])).astype(np.uint8)
        assert mask.shape == (int(row["rows"]), int(row["columns"])) and atrophy.max() <= 1
        for path in files:
            if path.endswith(".json"):
                assert header(path).SOPInstanceUID == dcmread(HERE / image, stop_before_pixels=True).SOPInstanceUID
        equal.append(hashlib.sha256(mask.tobytes()).hexdigest() == row["mask_sha256"])
    print(f"{len(equal)} annotations, {sum(equal)} masks equal")
    raise SystemExit(not all(equal))
