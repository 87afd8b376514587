"""Load a data set of binary-mask DICOM: `masks()` yields the mask of each row.  Run, it compares every mask with index.csv.

A file holds one category of one image: annotations of one category on one image share it, and each of their rows names it.
"""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pydicom

HERE = Path(__file__).resolve().parent


def masks():
    """Yield each row of index.csv with the mask of its image and category, (rows, columns) of 0 and 1 (255 in the file)."""
    for row in csv.DictReader((HERE / "index.csv").read_text(encoding="utf-8-sig").splitlines()):
        if row["mask_sha256"]:
            dataset = pydicom.dcmread(HERE / row["file"])
            assert (dataset.Rows, dataset.Columns) == (int(row["rows"]), int(row["columns"]))
            yield row, (dataset.pixel_array > 0).astype(np.uint8)


if __name__ == "__main__":
    compared = [hashlib.sha256(mask.tobytes()).hexdigest() == row["mask_sha256"] for row, mask in masks()]
    print(f"{len(compared)} annotations, {sum(compared)} masks equal")
    raise SystemExit(not all(compared))
